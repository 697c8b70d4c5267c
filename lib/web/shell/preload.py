"""Streamlit's front end in a browser: it starts once the first paint is on the screen, and asks for its parts in turn.

By itself it would start before: its modules come and are compiled while the browser has the page's text ready, and the
text waits. And its parts for figures and levers it would ask for only when a run first shows one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

LEVERS = ("ButtonGroup", "Checkbox", "Html", "PageLink", "Selectbox")
DAYS = ("DateInput", "Slider")
"""What moves dates by the day: a tenth of all that a page brings, and of no use to pages of whole years."""
FIGURES = ("ArrowVegaLiteChart",)
"""The elements that the chapters show and that are no part of the front end's core."""
EARLY = 4
"""So many files of the core, the largest, are on their way before the first frame; what only came is not run yet."""
LAST = 1
"""So many files may still be under way when the next ones are asked for: then the line never lies idle."""
ASKED = ("_stcore/health", "_stcore/host-config")
"""What Streamlit asks before it opens its websocket."""
LATEST = 1000  # ms; a tab in the background draws no frame at all
_STATIC = Path(st.__file__).parent / "static"
_STARTS = re.compile(rb'\s*<(?:script type="module"[^>]*></script>|link rel="(?:modulepreload|stylesheet)"[^>]*>)')
_STAGES = ("core", "levers", "figures")
LINE = """
  const Socket = WebSocket, nobody = "PLACEHOLDER_AUTH_TOKEN";
  const call = () => {
    const where = new URL("./_stcore/stream", document.baseURI);
    where.protocol = where.protocol.replace("http", "ws");
    const line = new Socket(where, ["streamlit", nobody]);
    window.WebSocket = new Proxy(Socket, { construct(made, [asked, [name, token, ...session] = []]) {
      window.WebSocket = Socket;
      setTimeout(() => run(document.querySelectorAll("link[data-run]")));
      const anybody = token === nobody || document.cookie.includes(`_streamlit_xsrf=${token}`);
      const same = new URL(asked).href === where.href && anybody && !session.length;
      if (!same || line.readyState > Socket.OPEN) {
        line.close();
        return new made(asked, [name, token, ...session]);
      }
      if (line.readyState === Socket.OPEN) setTimeout(() => line.dispatchEvent(new Event("open")));
      return line;
    } });
  };
"""
"""Opens the line to the server, on which runs are asked for, before Streamlit does: a phone far away takes half a
second and more for that, and Streamlit would begin with it only once it has all started. It gets this line when it asks
for one, unless that was lost by then, or is to go on with a session, or to say who the reader is. A proxy says with the
answers to ``ASKED`` which worker a reader goes to, so the line is opened after those (deploy/nginx.conf).

While it waits for the first answer, what levers are made of is run. Else that would happen when the answer is there,
and React leaves the gray boxes in their places for another third of a second."""
START = f"""
(() => {{
  const stages = {json.dumps(_STAGES)};
  const run = links => {{ for (const link of links) import(link.href).catch(() => {{}}); }};
  const take = () => {{
    const stage = document.getElementById(stages.shift());
    if (!stage) return;
    const links = [...stage.content.querySelectorAll("link[rel=modulepreload]")];
    let left = Math.max(links.length - {LAST}, 1);
    for (const link of links) link.onload = link.onerror = () => {{ if (!--left) take(); }};
    const asked = [...stage.content.querySelectorAll("link[as=fetch]")];
    let open = asked.length;
    for (const link of asked) link.onload = () => {{ if (!--open) call(); }};
    document.head.append(stage.content);
    if (stage.id === "{_STAGES[0]}") run(links);
  }};
{LINE}  let begun = false;
  const start = () => {{
    if (begun) return;
    begun = true;
    take();
  }};
  requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, {LATEST});
}})();
"""
"""Takes the front end out of its template after the first frame; then what levers need, then what figures need, so that
on a slow line nothing waits for what comes after it. The pieces of its core run as they come, not all at the end."""


def started_later(shell: bytes, *, days: bool) -> bytes:
    """Streamlit's shell with all that starts its front end put off until the first frame; ``days``: the page's dates
    move by the day.

    As it is where this Streamlit has no list of its files, or one of another form: pages then start as they would by
    themselves.
    """
    tags: list[bytes] = _STARTS.findall(shell)
    try:
        levers = (*LEVERS, *(DAYS if days else ()))
        own, stages, largest = _own_files(levers), parts(levers), heaviest()
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return shell
    if not tags:
        return shell
    styles = [tag for tag in tags if b"stylesheet" in tag]
    core = b"".join([*styles, *(tag for tag in tags if tag not in styles)]).decode()
    core += "".join(_link("preload", address, "fetch") for address in ASKED)
    later = ("".join(_link("modulepreload", file, run=file in own) for file in files) for files in stages)
    templates = "".join(
        f'<template id="{name}">{links}</template>' for name, links in zip(_STAGES, (core, *later), strict=True)
    )
    early = "".join(_link("preload", file, "script") for file in largest)
    return (
        _STARTS.sub(b"", shell)
        .replace(b"</head>", f"{early}</head>".encode(), 1)
        .replace(b"</body>", f"{templates}<script>{START}</script></body>".encode(), 1)
    )


def parts(elements: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files of these levers, and those of ``FIGURES``, with all that they import beyond what comes before them."""
    levers = _files(elements) - _core()
    return tuple(sorted(levers)), tuple(sorted(_files(FIGURES) - levers - _core()))


def heaviest() -> tuple[str, ...]:
    """The core's largest files."""
    return tuple(sorted(_core(), key=lambda file: (_STATIC / file).stat().st_size)[-EARLY:])


def _link(kind: str, address: str, what: str = "", *, run: bool = False) -> str:
    more = f"{f' as={what}' if what else ''}{' data-run' if run else ''}"
    return f'<link rel="{kind}" crossorigin{more} href="./{address}">'


@cache
def _manifest() -> dict[str, Any]:
    """Streamlit's own list of its front end's files, by the source of each."""
    files: dict[str, Any] = json.loads((_STATIC / "manifest.json").read_text(encoding="utf-8"))
    return files


@cache
def _core() -> frozenset[str]:
    return _imported(name for name, about in _manifest().items() if about.get("isEntry"))


@cache
def _files(elements: tuple[str, ...]) -> frozenset[str]:
    return _imported(_sources(elements))


def _own_files(elements: tuple[str, ...]) -> set[str]:
    return {_manifest()[name]["file"] for name in _sources(elements)}


def _sources(elements: tuple[str, ...]) -> list[str]:
    names = {f"{element}.tsx" for element in elements}
    return [name for name in _manifest() if Path(name).name in names]


def _imported(sources: Iterable[str]) -> frozenset[str]:
    """The files of these, and of all that they import."""
    found: dict[str, str] = {}
    names = list(sources)
    while names:
        name = names.pop()
        if name not in found:
            found[name] = _manifest()[name]["file"]
            names += _manifest()[name].get("imports", [])
    return frozenset(found.values())
