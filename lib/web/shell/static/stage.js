// The stage's line at the lower edge of a small screen: opened and closed by its button, Escape and Back. And what a
// move did, said to screen readers: the numbers stand in an element of Streamlit's, which it makes anew on each change.
(() => {
  const page = document.documentElement, said = document.getElementById("stage-said");
  const isOpen = () => "stage" in page.dataset;
  const button = () => document.querySelector(".stage-open");
  let openedAt, told;
  const LEVERS = 0.45; // of the screen's height (stage.css)
  const isSeen = figure => {
    const { top, bottom, height } = figure.getBoundingClientRect(), left = (1 - LEVERS) * innerHeight;
    return Math.min(bottom, left) - Math.max(top, 0) >= 0.6 * Math.min(height, left);
  };
  const show = open => {
    if (open) page.dataset.stage = "";
    else delete page.dataset.stage;
    button()?.setAttribute("aria-expanded", open);
    // What stood in the middle of the screen stands in the middle of what is left of it.
    document.querySelector("[data-testid=stMain]")?.scrollBy(0, (open ? LEVERS : -LEVERS) / 2 * innerHeight);
    const figures = [...document.querySelectorAll("[data-testid=stMain] [data-testid=stVegaLiteChart]")];
    // Levers without a figure in sight move nothing that a reader sees: the next one comes into view.
    if (open && !figures.some(isSeen)) figures.find(each => each.getBoundingClientRect().bottom > 0)?.scrollIntoView();
  };
  const openStage = () => {
    if (isOpen()) return;
    openedAt = location.href;
    history.pushState({ stage: true }, "");
    show(true);
  };
  const close = () => {
    if (history.state?.stage) history.back();
    else show(false);
  };
  addEventListener("click", ({ target }) => {
    if (target.closest?.(".stage-open")) (isOpen() ? close : openStage)();
  });
  addEventListener("keydown", event => {
    if (event.key !== "Escape" || !isOpen() || document.querySelector("[data-baseweb=popover], dialog[open]")) return;
    close();
    button()?.focus();
  });
  // Back undoes the moves made meanwhile, one after the other, and closes the levers where they were opened.
  addEventListener("popstate", () => {
    if (isOpen() && !history.state?.stage && location.href === openedAt) show(false);
  });
  setInterval(() => {
    const now = document.querySelector(".stage-now")?.textContent;
    if (now && told && now !== told) said.textContent = [...document.querySelectorAll(".stage-now :is(li, .finding)")]
      .map(part => part.textContent.trim()).join(". ");
    told = now ?? told;
  }, 400);
})();
