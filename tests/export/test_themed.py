"""A light picture in dark colors is the dark picture."""

import re

import pytest

from lib.chapters.chapters import CHAPTERS
from lib.chapters.contents import shown_on
from lib.export.blocks_html import dark_colors
from lib.export.images import drawn_svg
from lib.export.render_options import Look

COLOR = re.compile(r"#[0-9a-fA-F]{6}\b|rgba?\([^)]*\)")
FIGURES = (
    "change-map",
    "afterwards-years",
    "every-window",
    "turning-days",
    "windows-compared",
    "synthetic-specifications",
)
"""Of maps, tables, heat maps, dots and bars one each: they differ in where their colors come from."""


@pytest.mark.slow
@pytest.mark.parametrize("figure", FIGURES)
def test_its_colors_stand_where_those_of_the_dark_picture_do(figure: str):
    shown = next(each for chapter in CHAPTERS for each in shown_on(chapter) if each.figure == figure)
    light, dark = (
        [color.lower() for color in COLOR.findall(drawn_svg(figure, shown.view, shown.claim, Look(theme=theme)))]
        for theme in ("light", "dark")
    )
    given = dark_colors(figure, shown.view, shown.claim)
    assert given
    assert [given.get(color, color) for color in light] == dark
