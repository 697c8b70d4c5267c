// The links under a figure: the first opens a menu of what can be saved, cited and embedded, made by the server; the
// last is copied where it stands. Without a script, a clipboard or an answer they lead to the figure's own page.
(() => {
  const said = document.getElementById("stage-said");
  const copy = async (button, text, done, status) => {
    await navigator.clipboard.writeText(text);
    const label = button.textContent;
    status.textContent = button.textContent = done;
    setTimeout(() => { button.textContent = label; }, 2000);
  };
  const menu = document.createElement("dialog");
  menu.id = "figure-menu";
  menu.setAttribute("aria-label", "Save, cite or embed this figure");
  document.body.append(menu);
  const open = async link => {
    const address = new URL(link.href);
    const answer = await fetch(`${address.origin}${address.pathname}/menu${address.search}`);
    if (!answer.ok) throw new Error(answer.status);
    menu.innerHTML = await answer.text();
    for (const each of menu.querySelectorAll("a")) each.href = new URL(each.getAttribute("href"), address);
    history.pushState({ menu: true }, ""); // so that Back closes it
    menu.showModal();
  };
  menu.addEventListener("click", ({ target }) => {
    if (target.dataset.text) copy(target, target.dataset.text, "Copied", menu.querySelector("[role=status]"));
    else if (target === menu || target.matches(".close")) menu.close();
  });
  menu.addEventListener("close", () => { if (history.state?.menu) history.back(); });
  addEventListener("popstate", () => { menu.close(); });
  addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !navigator.clipboard) return;
    const link = event.target.closest?.(":is([data-testid=stCaptionContainer], figcaption) a[href*='figure/']");
    const does = link?.matches(":first-of-type") ? open(link)
      : link?.matches(":last-of-type") && copy(link, link.href, "Link copied", said);
    if (!does) return;
    event.preventDefault();
    does.catch(() => window.open(link.href));
  });
})();
