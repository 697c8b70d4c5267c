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

from lib.export.assets import read_js
from lib.web.shell.streamlit_style import STATIC

LEVERS = ("ButtonGroup", "Checkbox", "Html", "PageLink", "Selectbox", "TextInput")
FIGURES = ("ArrowVegaLiteChart",)
"""The elements that the chapters show and that are no part of the front end's core."""
EARLY = 4
"""So many files of the core, the largest, are on their way before the first frame; what only came is not run yet."""
ASKED = ("_stcore/health", "_stcore/host-config")
"""What Streamlit asks before it opens its websocket."""
_STATIC = Path(st.__file__).parent / "static"
_STARTS = re.compile(rb'\s*<(?:script type="module"[^>]*></script>|link rel="(?:modulepreload|stylesheet)"[^>]*>)')
_STAGES = ("core", "levers", "figures")
START = "".join(read_js(STATIC / name) for name in ("early_socket.js", "start.js"))
"""Takes the front end's files out of their templates, one after the other."""


def started_later(shell: bytes) -> bytes:
    """Streamlit's shell with all that starts its front end put off until the first frame.

    As it is where this Streamlit has no list of its files, or one of another form: pages then start as they would by
    themselves.
    """
    tags: list[bytes] = _STARTS.findall(shell)
    try:
        own, stages, largest = _own_files(LEVERS), parts(), heaviest()
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


def parts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files of ``LEVERS``, and those of ``FIGURES``, with all that they import beyond what comes before them."""
    levers = _files(LEVERS) - _core()
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
