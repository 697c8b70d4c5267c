"""What the server does once, before the first reader comes."""

from contextlib import suppress
from dataclasses import replace

from lib.charts.theme import THEMES
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES, spec
from lib.figures.view import default_view
from lib.story.records import NotLoadedError, open_records


def warm() -> None:
    """Read the records and draw every figure in its default state. Raises DataError where there are none."""
    view = replace(default_view(), area=open_records().area_names()[0])
    for figure in FIGURES.values():
        for theme in THEMES:
            for claim in figure.claims():
                with suppress(NotLoadedError):
                    spec(figure.id, view, theme, claim)
