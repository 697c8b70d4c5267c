"""What the server does once, before the first reader comes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from lib.analysis.counts import WholeYearsError
from lib.chapters.contents import usual_figure
from lib.charts.theme import ThemeName
from lib.errors import StoryError
from lib.figures.registry import FIGURES, spec
from lib.story.records import NotLoadedError, hold_records, open_records
from lib.story.view import default_view
from lib.web.responses import base_of, log_once
from lib.web.shell import prerender as first_paint
from lib.web.shell.memory import give_back


def warm() -> None:
    """Read the records and draw every figure in its default state; what can't be drawn is told in the log."""
    with _calm():
        _draw("light")


def warm_more(base_path: str) -> None:
    """The same in the dark, the first paint of every page, and which chapter shows which figure.

    It takes seconds, and readers need not wait for it.
    """
    with _calm():
        _draw("dark")
    first_paint.warm_up(base_of(base_path))
    for figure in FIGURES:
        with suppress(StoryError):  # the drawing ahead has told of it
            usual_figure(figure)
    give_back()


def _draw(theme: ThemeName) -> None:
    with hold_records():
        view = replace(default_view(), area=open_records().area_names()[0])
        for figure in FIGURES.values():
            for claim in figure.claims():
                with _calm(), suppress(NotLoadedError, WholeYearsError):  # not of these records, or not of these days
                    spec(figure.id, view, theme, claim)


@contextmanager
def _calm() -> Iterator[None]:
    """Pages say the same to readers, in place of a figure."""
    try:
        yield
    except StoryError as error:
        log_once(str(error))
