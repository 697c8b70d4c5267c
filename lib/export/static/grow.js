// Part of the code that other sites embed: a frame becomes as high as its figure, and the picture behind it goes.
addEventListener("message", e => {
  for (const f of document.querySelectorAll("iframe")) {
    if (f.contentWindow === e.source && e.data.figure && e.data.height > 0) {
      const p = f.nextElementSibling;
      if (p && p.tagName === "A") p.style.display = "none";
      f.style.minHeight = "0";
      f.style.height = Math.ceil(e.data.height) + "px";
    }
  }
});
