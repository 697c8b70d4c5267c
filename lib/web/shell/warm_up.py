"""What the server makes ahead of its readers, once, beside its first answers."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from lib.analysis.counts import WholeYearsError
from lib.chapters.contents import usual_figure
from lib.charts.theme import ThemeName
from lib.errors import StoryError
from lib.figures.registry import FIGURES, spec
from lib.story.records import NotLoadedError
from lib.story.records_in_use import hold_records, open_records
from lib.story.view import default_view
from lib.web.responses import base_of, log_once
from lib.web.shell import prerender as first_paint
from lib.web.shell.memory import give_back, keep_for_good


def is_wanted() -> bool:
    """Whether work ahead of readers pays: not where WARM_UP=0 is set, for a server that is to give a few answers."""
    return os.environ.get("WARM_UP") != "0"


def start_warm_up(base_path: str) -> None:
    """Begin with it, where it is wanted, in a thread of its own: it takes seconds, and readers need not wait for it."""
    if is_wanted():
        threading.Thread(target=warm_up, args=(base_path,), name="warm-up", daemon=True).start()


def warm_up(base_path: str) -> None:
    """Read the records, draw every figure in its default state, make the first paint of every page.

    What can't be drawn is told in the log.
    """
    draw_figures("light")
    keep_for_good()
    first_paint.warm_up(base_of(base_path))
    draw_figures("dark")
    for figure in FIGURES:
        with suppress(StoryError):  # the drawing ahead has told of it
            usual_figure(figure)
    give_back()


def draw_figures(theme: ThemeName) -> None:
    """Read the records and draw every figure in its default state."""
    with _calm(), hold_records():
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
