"""What the server does once, before the first reader comes."""

from contextlib import suppress
from dataclasses import replace

from lib.charts.theme import ThemeName
from lib.errors import StoryError
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES, spec
from lib.figures.view import default_view
from lib.story.records import open_records
from lib.web import first_paint
from lib.web.memory import give_back
from lib.web.shell import base_of


def warm() -> None:
    """Read the records and draw every figure in its default state. Raises DataError where there are none."""
    _draw("light")


def warm_more(base_path: str) -> None:
    """The same in the dark, and the first paint of every page; it takes seconds, and readers need not wait for it."""
    _draw("dark")
    first_paint.warm_up(base_of(base_path))
    give_back()


def _draw(theme: ThemeName) -> None:
    view = replace(default_view(), area=open_records().area_names()[0])
    for figure in FIGURES.values():
        for claim in figure.claims():
            with suppress(StoryError):  # not loaded, or not of these days
                spec(figure.id, view, theme, claim)
