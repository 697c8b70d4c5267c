// Draws the page's one figure, and tells the page that frames it how high it is. In a block of its own: the script
// before it leaves many names behind.
{
  const { id, spec, dark } = JSON.parse(document.getElementById("drawing").textContent);
  const tell = () => parent.postMessage({ figure: id, height: document.documentElement.offsetHeight }, "*");
  const night = matchMedia("(prefers-color-scheme: dark)");
  const colored = () => {
    const made = structuredClone(spec);
    if (night.matches) for (const [path, value] of dark) {
      path.slice(0, -1).reduce((node, key) => node[key], made)[path.at(-1)] = value;
    }
    return made;
  };
  const show = () => draw("#figure", colored()).then(tell);
  // The fonts come first: Vega measures its texts when it draws. One that does not come is no reason to wait for ever.
  const faces = Promise.all([...document.fonts].map(face => face.load())).catch(() => {});
  faces.then(show).then(() => {
    new ResizeObserver(tell).observe(document.body);
    if (dark.length) night.addEventListener("change", show);
  });
}
