// The stage's line at the lower edge of a small screen: opened and closed by its button, Escape and Back. And what a
// move did, said to screen readers: the numbers stand in an element of Streamlit's, which it makes anew on each change.
(() => {
  const page = document.documentElement, said = document.getElementById("stage-said");
  const isOpen = () => "stage" in page.dataset;
  const button = () => document.querySelector(".stage-open");
  let openedAt, told;
  const show = open => {
    if (open) page.dataset.stage = "";
    else delete page.dataset.stage;
    button()?.setAttribute("aria-expanded", open);
    // What stood in the middle of the screen stands in the middle of what is left of it (45%, stage.css).
    document.querySelector("[data-testid=stMain]")?.scrollBy(0, (open ? 0.45 : -0.45) / 2 * innerHeight);
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
    if (event.key !== "Escape" || !isOpen() || document.querySelector("[data-baseweb=popover]")) return;
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
