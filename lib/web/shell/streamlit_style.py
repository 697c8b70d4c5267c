"""The style sheet of Streamlit's pages: the rules that the theme's configuration has no word for, in one place."""

from __future__ import annotations

from pathlib import Path

from lib.charts.theme import Theme
from lib.export.assets import read_css
from lib.export.style import REDUCED_MOTION, colors, tables, tables_on_paper

STATIC = Path(__file__).parent / "static"
_SCREEN = read_css(STATIC / "streamlit.css")
_PAPER = read_css(STATIC / "on_paper.css")
_PLACE = '[data-testid="stHtml"]'
"""Where tables stand on Streamlit's pages."""


def sheet(theme: Theme, printed: bool) -> str:
    """The whole style sheet, for readers of this theme; ``printed``: as on paper on the screen too."""
    rules = f":root{{{colors(theme)}}}{tables(_PLACE)}{_SCREEN}{REDUCED_MOTION}@media print{{{_PAPER}}}"
    return f"<style>{rules}{_PAPER + tables_on_paper(_PLACE) if printed else ''}</style>"
