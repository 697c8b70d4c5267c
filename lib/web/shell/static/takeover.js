(() => {
  const root = document.getElementById("root"), paint = document.getElementById("first-paint");
  const connection = document.getElementById("connection");
  const begun = performance.now();
  const LATEST = 25000; // ms until a page with something to read shows, drawn or not
  const UNKNOWN = 3000; // ms for a page whose parts have other names than those asked for here
  const BELOW = 64; // px from the top to the part of the page that the address names
  const CUT = 3000, UNCONNECTED = 15000; // ms without a server, and without a first answer, that are said
  let top = 0, readableAt, settledAt, released, patience, cutAt, removeStandIn = () => {};
  paint.addEventListener("scroll", () => { top = paint.scrollTop; });
  const LINK = "a[href*='figure/']", SKELETON = "[data-testid=stSkeleton]";
  const nameOf = link => link.href.match(/figure\/([\w-]+)/)[1];
  const figurePlaces = () => [...root.querySelectorAll(`[data-testid=stCaptionContainer] ${LINK}:first-of-type`)]
    .map(link => link.closest("[data-testid=stElementContainer]").previousElementSibling).filter(Boolean);
  const isDrawn = chart => chart.querySelector("svg .role-mark *:not(.stand-in *), canvas");
  const far = chart => chart.getBoundingClientRect().top > 1.5 * innerHeight;
  const app = () => document.querySelector("[data-testid=stApp]");
  const rests = () => app()?.dataset.testScriptState === "notRunning";
  const tooLate = () => performance.now() > begun + LATEST;
  const askForRest = () => {
    const rest = document.querySelector(".st-key-rest input:not(:checked)");
    rest?.click();
    return rest;
  };
  const draw = () => {
    if (!("drawing" in root.dataset)) return;
    if (!released?.isConnected || isDrawn(released) || !patience--) {
      released = root.querySelector("[data-testid=stVegaLiteChart]:not([data-released])");
      patience = 40;
      if (released) released.dataset.released = "";
      else if (app() ? rests() && !root.querySelector(SKELETON) && !askForRest() : tooLate()) delete root.dataset.drawing;
    }
    setTimeout(draw, 50);
  };
  const drawInTurn = () => {
    const begun = "drawing" in root.dataset;
    root.dataset.drawing = "";
    if (!begun) draw();
  };
  addEventListener("beforeprint", () => { delete root.dataset.drawing; });
  const ready = () => {
    // Something to read, whatever Streamlit calls its parts: else the first paint is all there is.
    if (!root.querySelector("h1, [role=alert]")) return false;
    readableAt ??= performance.now();
    if (tooLate() || (!app() && performance.now() > readableAt + UNKNOWN)) return true;
    const places = figurePlaces();
    const isFigure = part => places.includes(part.closest("[data-testid=stElementContainer]"));
    if (!rests() || ![...root.querySelectorAll(SKELETON)].every(isFigure)) return false;
    const page = root.querySelector("[data-testid=stMain]");
    if (page) page.scrollTop = top;
    if (page?.scrollTop < top - 1 && (askForRest() || !page.querySelector(".st-key-sources"))) return false;
    settledAt ??= performance.now();
    if (places.every(place => isDrawn(place) || far(place))) return true;
    return picture() && (performance.now() > settledAt + 150 || places.some(place => place.querySelector(SKELETON)));
  };
  const picture = () => [...paint.querySelectorAll("figure > :is(.wide, .narrow, img)")].find(each => each.offsetWidth);
  const standIn = () => {
    const shown = picture();
    const name = shown && nameOf(shown.parentNode.querySelector(LINK));
    const place = figurePlaces().find(each => nameOf(each.nextElementSibling.querySelector(LINK)) === name);
    if (!place || isDrawn(place)) return;
    shown.append(...shown.parentNode.querySelectorAll("style"));
    shown.className = "stand-in";
    place.append(shown);
    place.dataset.stoodIn = "";
    const drawn = new MutationObserver(() => { if (isDrawn(place)) removeStandIn(); });
    removeStandIn = () => {
      drawn.disconnect();
      shown.remove();
      delete place.dataset.stoodIn;
    };
    drawn.observe(place, { childList: true, subtree: true });
  };
  const isReady = () => {
    try { return ready(); } catch { return tooLate(); } // parts that are not where they were
  };
  const part = of => location.hash.length > 1 ? of.querySelector(`#${CSS.escape(location.hash.slice(1))}`) : null;
  const main = () => document.querySelector("[data-testid=stMain]");
  // Keeps a page where it is wanted until all of it stands, unless the reader scrolls meanwhile.
  const hold = wanted => {
    const until = performance.now() + LATEST, reader = new AbortController();
    for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
      addEventListener(kind, () => reader.abort(), { capture: true, once: true, signal: reader.signal });
    }
    let settled = 0;
    const put = () => {
      const page = main();
      if (!page || reader.signal.aborted) return;
      const place = wanted(page);
      page.scrollTop = place;
      settled = page.scrollTop > place - 1 && rests() && !("drawing" in root.dataset) ? settled + 1 : 0;
      if (settled > 5 || performance.now() > until) reader.abort();
      else setTimeout(put, 100);
    };
    setTimeout(put, 100);
  };
  const wait = () => {
    if (!isReady()) { setTimeout(wait, 50); return; }
    const asked = part(paint), near = asked && Math.abs(asked.getBoundingClientRect().top) < innerHeight;
    try { standIn(); } finally {
      delete root.dataset.waiting;
      paint.remove();
    }
    if (near) hold(page => page.scrollTop + (part(root)?.getBoundingClientRect().top ?? BELOW) - BELOW);
  };
  new MutationObserver((changes, watch) => {
    if (paint.parentNode === root) return;
    watch.disconnect();
    root.dataset.waiting = "";
    root.after(paint);
    paint.scrollTop = top;
    drawInTurn();
    wait();
  }).observe(root, { childList: true });
  const say = sentence => {
    if (connection.textContent === sentence) return;
    connection.textContent = sentence;
    connection.hidden = !sentence;
  };
  setInterval(() => {
    const now = performance.now(), state = app()?.dataset.testConnectionState;
    const cut = state && state !== "CONNECTED";
    cutAt = cut ? cutAt ?? now : undefined;
    if (paint.isConnected) say(now > begun + UNCONNECTED ? connection.dataset.never : "");
    else say(cut && now > cutAt + CUT ? connection.dataset.cut : "");
  }, 1000);
  const mend = ({ target }) => {
    const link = target.closest?.("[data-testid=stPageLink] a");
    const asked = link?.getAttribute("href");
    if (asked === "" || asked?.startsWith("?")) link.href = `./${asked}`;
  };
  addEventListener("pointerover", mend);
  addEventListener("focusin", mend);
  const left = new Map(); // how far down each page was when it was left, by its address
  let here = location.href, chapter = location.pathname;
  const viewOf = address => address.split("#")[0];
  // By the time the address changes, Streamlit has put the next page in place of this one.
  addEventListener("click", () => { left.set(here, main()?.scrollTop ?? 0); }, true);
  let isUsed = false;
  for (const kind of ["pointerdown", "keydown"]) {
    // Streamlit's buttons keep what happens to them to themselves: heard before they are.
    addEventListener(kind, () => { isUsed = true; }, { capture: true, once: true });
  }
  const { pushState, replaceState } = history;
  history.pushState = function (...where) {
    // What the page itself mends in the address it was opened by is no step that Back should undo.
    (isUsed ? pushState : replaceState).apply(this, where);
    // The picture is of the address it came by. A run may be over before the page has shown that it is under way.
    if (isUsed && viewOf(location.href) !== viewOf(here)) removeStandIn();
    const page = main();
    here = location.href;
    if (!page || location.pathname === chapter) return;
    chapter = location.pathname;
    drawInTurn();
    page.scrollTo(0, 0);
    page.focus({ preventScroll: true });
  };
  // Back to another chapter: to where it was left, once that much of it stands.
  addEventListener("popstate", () => {
    if (viewOf(location.href) !== viewOf(here)) removeStandIn();
    const page = main();
    if (page) left.set(here, page.scrollTop);
    here = location.href;
    if (!page || location.pathname === chapter) return;
    chapter = location.pathname;
    drawInTurn();
    const wanted = left.get(here) ?? 0;
    hold(() => wanted);
  });
})();
