// Takes the front end out of its templates after the first frame: the core, then what levers need, then what figures
// need, so that on a slow line nothing waits for what comes after it. The pieces of its core run as they come, not all
// at the end.
(() => {
  const LATEST = 1000; // ms; a tab in the background draws no frame at all
  const LAST = 1; // files that may still be under way when the next ones are asked for: then the line never lies idle
  const stages = [...document.querySelectorAll("template")];
  const core = stages[0];
  const run = links => { for (const link of links) import(link.href).catch(() => {}); };
  const take = () => {
    const stage = stages.shift();
    if (!stage) return;
    const links = [...stage.content.querySelectorAll("link[rel=modulepreload]")];
    let left = Math.max(links.length - LAST, 1);
    for (const link of links) link.onload = link.onerror = () => { if (!--left) take(); };
    const asked = [...stage.content.querySelectorAll("link[as=fetch]")];
    let open = asked.length;
    for (const link of asked) link.onload = () => { if (!--open) dispatchEvent(new Event("server-answered")); };
    document.head.append(stage.content);
    if (stage === core) run(links);
  };
  addEventListener("first-answer-awaited", () => run(document.querySelectorAll("link[data-run]")));
  let begun = false;
  const start = () => {
    if (begun) return;
    begun = true;
    take();
  };
  // On the screen, not only laid out: what comes now takes the processor from what still draws the first frame.
  new PerformanceObserver(() => setTimeout(start)).observe({ type: "paint", buffered: true });
  setTimeout(start, LATEST);
})();
