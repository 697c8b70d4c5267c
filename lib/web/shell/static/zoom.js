// The chapter's map is zoomed and moved: by buttons and keys, by the wheel with Ctrl or ⌘, by two fingers, and dragged by
// a mouse. A plain wheel and one finger scroll the page. Vega would project every outline anew for each frame; here the
// drawn ones are scaled by the style sheet (zoom.css), and names are only moved, so that they stay as large.
(() => {
  const MOST = 6, STEP = 1.6, HELD = 4, NARROW = 560; // times; times a button; px that a hand may shake in a click; px
  const said = document.getElementById("stage-said");
  const whole = { times: 1, x: 0.5, y: 0.5 };
  let now = whole; // how large, and which point of the city stands in the middle, as parts of its width and height
  let host, buttons, chosen;
  const between = (low, value, high) => Math.max(low, Math.min(value, high));
  const picture = () => host?.querySelector("svg.marks");
  const city = () => picture()?.querySelector("[class*=' city_'] path"); // two small maps beside one another have none

  const show = () => {
    buttons.hidden = !city();
    if (buttons.hidden) return;
    const svg = picture(), box = city().getBBox(), { times } = now;
    follow(svg, box);
    const at = ["x", "y"].map(axis => {
      const [start, size] = [box[axis], box[axis === "x" ? "width" : "height"]];
      return start + size / 2 - times * (start + now[axis] * size);
    });
    svg.style.setProperty("--map-move", `translate(${at[0]}px, ${at[1]}px) scale(${times})`);
    for (const text of svg.querySelectorAll("[class*=' names'] text")) {
      const { e, f } = text.transform.baseVal.consolidate().matrix;
      text.style.setProperty("--map-move", `${e * (times - 1) + at[0]}px ${f * (times - 1) + at[1]}px`);
    }
    frame(svg, box);
    svg.classList.toggle("zoomed", times > 1);
    buttons.classList.toggle("zoomed", times > 1);
    const [plot, around] = [city().parentNode.getScreenCTM(), host.getBoundingClientRect()];
    const down = box.width < NARROW ? 0.69 : 0.62; // in the corner that the city leaves, above key and card
    buttons.style.top = `${plot.f - around.top + plot.d * (box.y + down * box.height)}px`;
    buttons.style.left = `${plot.e - around.left}px`;
  };
  // The map is as high as before, and reaches into the margin beside the city; what lies outside is not seen.
  const frame = (svg, { x, y, width, height }) => {
    let view = svg.querySelector("#map-view > rect");
    if (!view) {
      const made = name => document.createElementNS(svg.namespaceURI, name);
      const clip = made("clipPath");
      clip.id = "map-view";
      view = clip.appendChild(made("rect"));
      svg.append(clip);
    }
    for (const [name, value] of Object.entries({ x: 0, y, width: x + width, height })) view.setAttribute(name, value);
  };
  // A place that was just chosen, by its name or in a table, is brought into view.
  const follow = (svg, box) => {
    const path = svg.querySelector("[class*=' chosen'] path"), outline = path?.getAttribute("d");
    if (outline && chosen !== undefined && outline !== chosen) {
      const place = path.getBBox();
      const middle = { x: (place.x + place.width / 2 - box.x) / box.width, y: (place.y + place.height / 2 - box.y) / box.height };
      const seen = ["x", "y"].every(axis => Math.abs(middle[axis] - now[axis]) < 0.5 / now.times);
      if (!seen) now = held({ ...now, ...middle });
    }
    chosen = outline ?? "";
  };
  // No further than to the city's edges.
  const held = ({ times, x, y }) => {
    const edge = 0.5 / times;
    return { times, x: between(edge, x, 1 - edge), y: between(edge, y, 1 - edge) };
  };
  const move = next => {
    now = held(next);
    show();
  };
  // A point of the screen, as parts of the map's width and height from its middle.
  const part = ({ clientX, clientY }) => {
    const box = city().getBBox(), { a, d, e, f } = city().parentNode.getScreenCTM();
    return { x: ((clientX - e) / a - box.x) / box.width - 0.5, y: ((clientY - f) / d - box.y) / box.height - 0.5 };
  };
  // ``point`` of the map stays where it is, or goes with the fingers to ``to``.
  const zoom = (factor, point = { x: 0, y: 0 }, to = point) => {
    const times = between(1, now.times * factor, MOST);
    move({ times, x: now.x + point.x / now.times - to.x / times, y: now.y + point.y / now.times - to.y / times });
  };
  const tell = () => { said.textContent = now.times > 1 ? `Map enlarged ${now.times.toFixed(1)} times` : "The whole map"; };
  const acts = {
    "+": () => zoom(STEP), "=": () => zoom(STEP), "−": () => zoom(1 / STEP), "-": () => zoom(1 / STEP), 0: () => move(whole),
    ArrowLeft: () => move({ ...now, x: now.x - 0.2 / now.times }), ArrowRight: () => move({ ...now, x: now.x + 0.2 / now.times }),
    ArrowUp: () => move({ ...now, y: now.y - 0.2 / now.times }), ArrowDown: () => move({ ...now, y: now.y + 0.2 / now.times }),
  };
  const makeButtons = () => {
    const group = document.createElement("div");
    group.className = "map-zoom";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Zoom the map; arrow keys move it");
    for (const [key, sign, label, hint] of [
      ["+", "+", "Zoom in", "Zoom in (Ctrl or ⌘ and the wheel, or two fingers)"],
      ["-", "−", "Zoom out", "Zoom out"], ["0", "Reset", "Show the whole map", "Show the whole map"],
    ]) {
      const button = group.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", textContent: sign, title: hint });
      button.setAttribute("aria-label", label);
      button.dataset.key = key;
    }
    group.addEventListener("click", ({ target }) => {
      const { key } = target.dataset;
      if (!key) return;
      acts[key]();
      tell();
      if (now.times === 1 && key === "0") group.firstChild.focus(); // its own button is gone
    });
    group.addEventListener("keydown", event => {
      if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      acts[event.key]();
      tell();
    });
    return group;
  };

  const wheel = event => {
    if (!(event.ctrlKey || event.metaKey) || !city()) return;
    event.preventDefault();
    zoom(2 ** between(-0.5, event.deltaY * (event.deltaMode ? -0.5 : -0.02), 0.5), part(event));
  };
  const drag = event => {
    if (event.button || event.pointerType === "touch" || now.times === 1 || !city() || !event.target.closest("svg")) return;
    const from = part(event), start = now;
    let moved = false;
    const heard = each => {
      moved ||= Math.hypot(each.clientX - event.clientX, each.clientY - event.clientY) > HELD;
      if (!moved) return;
      const to = part(each);
      move({ ...start, x: start.x + (from.x - to.x) / start.times, y: start.y + (from.y - to.y) / start.times });
    };
    const end = () => {
      removeEventListener("pointermove", heard);
      for (const name of ["pointerup", "pointercancel"]) removeEventListener(name, end);
      if (!moved) return;
      const swallow = click => click.stopPropagation(); // the place under the pointer was not meant
      addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener("click", swallow, { capture: true }));
    };
    addEventListener("pointermove", heard);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end);
  };
  let pinch;
  const spread = ([one, other]) => ({
    wide: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
    middle: part({ clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 }),
  });
  const touch = event => {
    const two = event.touches.length === 2 && city() ? spread(event.touches) : undefined;
    if (two) event.stopPropagation(); // no tooltip of Vega's for what lies under a finger
    if (two && event.type === "touchmove") event.preventDefault();
    if (two && pinch) zoom(two.wide / pinch.wide, pinch.middle, two.middle);
    pinch = two;
  };

  // Streamlit draws the map anew on each answer, and has another place for it on each visit to the page.
  const renewed = new MutationObserver(show), resized = new ResizeObserver(() => setTimeout(show, 50));
  setInterval(() => {
    const found = document.querySelector(".st-key-place_map");
    if (found === host) return;
    renewed.disconnect();
    resized.disconnect();
    [host, now, chosen] = [found, whole, undefined];
    if (!host) return;
    buttons = host.appendChild(makeButtons());
    host.addEventListener("wheel", wheel, { passive: false });
    host.addEventListener("pointerdown", drag);
    for (const name of ["touchstart", "touchmove", "touchend"]) host.addEventListener(name, touch, { capture: true, passive: false });
    const chart = host.querySelector("[data-testid=stVegaLiteChart]") ?? host;
    renewed.observe(chart, { childList: true, subtree: true });
    resized.observe(chart);
    show();
  }, 400);
})();
