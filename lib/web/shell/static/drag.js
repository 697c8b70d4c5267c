// The shaded windows in figures over time can be dragged, whole or by an edge. Vega-Lite's own intervals have no edges to
// take hold of, and an answer that arrives while one is dragged would take it out of the reader's hand.
(() => {
  const DAY = 86400000, SHORTEST = 7, SVG = "http://www.w3.org/2000/svg";
  const REACH = matchMedia("(pointer: coarse)").matches ? 44 : 20; // px beside an edge where it can be taken hold of
  const number = iso => Date.parse(`${iso}T00:00Z`) / DAY;
  const iso = day => new Date(day * DAY).toISOString().slice(0, 10);
  const spoken = day => new Date(day * DAY).toLocaleDateString("en-US", {
    year: "numeric", month: "short", day: "numeric", timeZone: "UTC",
  });
  const read = text => text?.split("..").map(number);
  const state = () => {
    const { test, baseline, within } = document.querySelector(".stage-now")?.dataset ?? {};
    return within && { test: read(test), baseline: read(baseline), within: read(within) };
  };
  const made = (name, className, parent) => {
    const part = document.createElementNS(SVG, name);
    part.setAttribute("class", className);
    return parent.appendChild(part);
  };
  const place = (part, values) => Object.entries(values).forEach(([name, value]) => part.setAttribute(name, value));
  const send = (kind, [start, end]) => {
    const field = document.querySelector(".st-key-lever_dragged input");
    // React hears of a value only where its own setter has not been told of it.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set
      .call(field, `${kind} ${iso(start)}..${iso(end)}`);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  };
  const moved = (mode, [start, end], days, [first, last]) => {
    const between = (low, day, high) => Math.max(low, Math.min(day, high));
    if (mode === "start") return [between(first, start + days, Math.max(end - SHORTEST + 1, first)), end];
    if (mode === "end") return [start, between(Math.min(start + SHORTEST - 1, last), end + days, last)];
    const step = between(first - start, days, last - end);
    return [start + step, end + step];
  };
  const attach = svg => {
    const bands = [...svg.querySelectorAll(".windows_marks > path")], known = state();
    if (bands.length < 2 || !known) return;
    const [test, baseline] = bands.map(band => band.getBBox());
    const perDay = (test.x + test.width - baseline.x) / (known.test[1] + 1 - known.baseline[0]);
    if (!(Math.abs(perDay) > 0)) return;
    const at = day => test.x + (day - known.test[0]) * perDay;
    const grips = made("g", "grips", bands[0].parentNode.parentNode);
    grips.setAttribute("aria-hidden", true); // the fields beside the page do the same by keyboard
    const { y, height } = test;
    const hold = (kind, window) => {
      const [x0, x1] = [at(window[0]), at(window[1] + 1)];
      const body = made("rect", "body", grips);
      place(body, { x: x0, y, width: Math.max(x1 - x0, 1), height });
      const parts = { body };
      // An edge is taken hold of from outside the window; at the end of the picture a third of the window serves, too.
      const { a, e } = grips.getScreenCTM(), picture = svg.getBoundingClientRect();
      const outside = [x0 - (picture.left - e) / a, (picture.right - e) / a - x1].map(room => Math.min(REACH, room));
      const inside = outside.map(room => Math.min(REACH - room, (x1 - x0) / 3));
      for (const [mode, x, left, width] of [
        ["start", x0, x0 - outside[0], outside[0] + inside[0]], ["end", x1, x1 - inside[1], outside[1] + inside[1]],
      ]) {
        parts[mode] = made("rect", "edge", grips);
        place(parts[mode], { x: left, y, width: Math.max(width, 0), height });
        place(made("rect", `knob ${kind}`, grips), { x: x - 3, y: y + height / 2 - 12, width: 6, height: 24, rx: 3 });
      }
      for (const [mode, part] of Object.entries(parts)) part.addEventListener("pointerdown", event => {
        if (event.button) return;
        event.preventDefault();
        part.setPointerCapture(event.pointerId);
        const from = event.clientX, scale = grips.getScreenCTM().a;
        let now = window;
        const draft = made("rect", "draft", grips), label = made("text", "", grips);
        const move = ({ clientX }) => {
          now = moved(mode, window, Math.round((clientX - from) / scale / perDay), known.within);
          const [left, right] = [at(now[0]), at(now[1] + 1)];
          place(draft, { x: left, y, width: Math.max(right - left, 1), height });
          label.textContent = `${spoken(now[0])} – ${spoken(now[1])}`;
          const room = grips.getBBox(), wide = label.getComputedTextLength();
          place(label, { x: Math.max(0, Math.min((left + right - wide) / 2, svg.clientWidth - wide - 50)), y: y + 14 });
        };
        const end = kept => {
          for (const name of ["pointermove", "pointerup", "pointercancel"]) part.removeEventListener(name, heard);
          removeEventListener("keydown", escape);
          draft.remove();
          label.remove();
          if (kept && String(now) !== String(window)) send(kind, now);
        };
        const heard = each => (each.type === "pointermove" ? move(each) : end(each.type === "pointerup"));
        const escape = ({ key }) => key === "Escape" && end(false);
        for (const name of ["pointermove", "pointerup", "pointercancel"]) part.addEventListener(name, heard);
        addEventListener("keydown", escape);
      });
    };
    if (bands.length === 2) hold("baseline", known.baseline); // a mean of several years follows the window
    hold("test", known.test);
  };
  setInterval(() => {
    for (const svg of document.querySelectorAll("[class*=st-key-dated-] svg.marks")) {
      if (!svg.querySelector(".grips")) attach(svg);
    }
  }, 400);
})();
