"""What the server does once, before the first reader comes."""

from contextlib import suppress
from dataclasses import replace

from lib.charts.theme import ThemeName
from lib.figures.contents import usual_figure
from lib.figures.registry import FIGURES, spec
from lib.story.records import NotLoadedError, open_records
from lib.web import first_paint
from lib.web.shell import base_of


def warm() -> None:
    """Read the records and draw every figure in its default state. Raises DataError where there are none."""
    _draw("light")


def warm_more(base_path: str) -> None:
    """The same in the dark, and the first paint of every page; it takes seconds, and readers need not wait for it."""
    _draw("dark")
    first_paint.warm_up(base_of(base_path))


def _draw(theme: ThemeName) -> None:
    area = open_records().area_names()[0]  # some figures wait for the choice of a neighborhood
    for figure in FIGURES.values():
        for claim in figure.claims():
            with suppress(NotLoadedError):
                spec(figure.id, replace(usual_figure(figure.id, claim).view, area=area), theme, claim)
