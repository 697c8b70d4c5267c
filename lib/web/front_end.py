"""Streamlit's front end in a browser: it starts once the first paint is on the screen, with all its parts at once.

By itself it would start before: its modules come and are compiled while the browser has the page's text ready, and the
text waits. And its parts for figures and levers it would ask for only when a run first shows one.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

ELEMENTS = ("ArrowVegaLiteChart", "ButtonGroup", "Checkbox", "DateInput", "Html", "PageLink", "Selectbox", "Slider")
"""The elements that the chapters show and that are no part of the front end's core."""
LATEST = 1000  # ms; a tab in the background draws no frame at all
_STATIC = Path(st.__file__).parent / "static"
_STARTS = re.compile(rb'\s*<(?:script type="module"[^>]*></script>|link rel="(?:modulepreload|stylesheet)"[^>]*>)')
START = f"""
(() => {{
  const start = () => document.head.append(document.getElementById("front-end").content);
  requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, {LATEST});
}})();
"""
"""Takes what starts the front end out of its template after the first frame; there is nothing in it the second time."""


def started_later(shell: bytes) -> bytes:
    """Streamlit's shell with all that starts its front end put off until the first frame."""
    tags: list[bytes] = _STARTS.findall(shell)
    styles = [tag for tag in tags if b"stylesheet" in tag]
    found = b"".join([*styles, *(tag for tag in tags if tag not in styles)])
    if not found:
        return shell
    links = "".join(f'<link rel="modulepreload" crossorigin fetchpriority="low" href="./{part}">' for part in parts())
    start = b'<template id="front-end">%b%b</template><script>%b</script>' % (found, links.encode(), START.encode())
    return _STARTS.sub(b"", shell).replace(b"</body>", start + b"</body>", 1)


@cache
def parts() -> tuple[str, ...]:
    """The files of ``ELEMENTS`` with all that they import, beyond what the core imports, by Streamlit's own list."""
    files: dict[str, Any] = json.loads((_STATIC / "manifest.json").read_text(encoding="utf-8"))
    core = _imported(files, [name for name, about in files.items() if about.get("isEntry")])
    wanted = [name for name in files if Path(name).name in {f"{element}.tsx" for element in ELEMENTS}]
    return tuple(sorted(files[name]["file"] for name in _imported(files, wanted) - core))


def _imported(files: dict[str, Any], names: list[str]) -> set[str]:
    """These entries of the list, and all that they import."""
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            names += files[name].get("imports", [])
    return found
