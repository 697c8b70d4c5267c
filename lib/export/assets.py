"""Scripts and style sheets that stand in files of their own, and go into pages as text."""

from __future__ import annotations

import re
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s*([{};,])\s*|\s+")
_HERE = Path(__file__).parent / "static"


def read_css(file: Path) -> str:
    """A style sheet without its comments and line breaks; it names no sign in quotes around which spaces count."""
    rules = _COMMENT.sub("", file.read_text(encoding="utf-8")).strip()
    return _SPACE.sub(lambda space: space[1] or " ", rules)


def read_js(file: Path) -> str:
    """A script, as it stands."""
    return file.read_text(encoding="utf-8")


TABLES = read_css(_HERE / "tables.css")
TABLES_ON_PAPER = read_css(_HERE / "tables_on_paper.css")
REDUCED_MOTION = read_css(_HERE / "reduced_motion.css")
