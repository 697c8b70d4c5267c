"""Scripts and style sheets that stand in files of their own, and go into pages as text."""

from __future__ import annotations

import re
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ASIDE = re.compile(r"^\s+|^//.*\n|^[ \t]+//.*\n", re.MULTILINE)
_SPACE = re.compile(r"\s*([{};,])\s*|\s+")
STATIC = Path(__file__).parent / "static"
"""Those of plain HTML."""


def read_css(file: Path) -> str:
    """A style sheet without its comments and line breaks; it names no sign in quotes around which spaces count."""
    rules = _COMMENT.sub("", file.read_text(encoding="utf-8")).strip()
    return _SPACE.sub(lambda space: space[1] or " ", rules)


def read_js(file: Path) -> str:
    """A script without lines that are comments, and without indents; no text in it goes over several lines."""
    return _ASIDE.sub("", file.read_text(encoding="utf-8"))
