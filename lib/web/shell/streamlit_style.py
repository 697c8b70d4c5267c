"""The style sheet of Streamlit's pages: the rules that the theme's configuration has no word for, in one place."""

from __future__ import annotations

from pathlib import Path

from lib.charts.theme import Theme
from lib.export.assets import read_css
from lib.export.style import REDUCED_MOTION, colors, tables, tables_on_paper

STATIC = Path(__file__).parent / "static"
_SCREEN = read_css(STATIC / "streamlit.css")
CHAPTERS_ROW = read_css(STATIC / "chapters.css")
"""The row of chapters, on Streamlit's pages and in the first paint."""
_STAGE = read_css(STATIC / "stage.css") + read_css(STATIC / "zoom.css")
_PAPER = read_css(STATIC / "on_paper.css")
_PLACE = '[data-testid="stHtml"]'
"""Where tables stand on Streamlit's pages."""


def sheet(theme: Theme, printed: bool, staged: bool) -> str:
    """The whole style sheet, for readers of this theme.

    ``printed``: as on paper on the screen too; ``staged``: for a page with levers, which stand beside it or under it.
    """
    rules = f":root{{{colors(theme)}}}{tables(_PLACE)}{_SCREEN}{CHAPTERS_ROW}{REDUCED_MOTION}@media print{{{_PAPER}}}"
    beside = f"@media screen{{{_STAGE}}}" if staged and not printed else ""
    return f"<style>{rules}{beside}{_PAPER + tables_on_paper(_PLACE) if printed else ''}</style>"
