"""What stands on each page of the story, in order: the one list that pages, their first paint and the archive show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.chapters import BY_SLUG, Chapter
from lib.figures.contents.announcement import announcement
from lib.figures.contents.arrests import drug_arrests, who_was_arrested
from lib.figures.contents.calls import calls_911
from lib.figures.contents.counting import explore
from lib.figures.contents.covid import was_it_covid
from lib.figures.contents.crime import crime
from lib.figures.contents.ending import afterwards, what_survives
from lib.figures.contents.methods import methods
from lib.figures.contents.pieces import Heading, Piece, Pieces, Shown, flat
from lib.figures.contents.places import places
from lib.figures.view import View
from lib.story.records import open_records

_PAGES: dict[str, Callable[[Chapter, View], Pieces]] = {
    "": announcement,
    "violent-and-property-crime": crime,
    "drug-arrests": drug_arrests,
    "who-was-arrested": who_was_arrested,
    "calls-911": calls_911,
    "where-things-changed": places,
    "was-it-covid": was_it_covid,
    "afterwards": afterwards,
    "what-survives": what_survives,
    "methods": methods,
    "explore": explore,
}


def contents(chapter: Chapter, view: View | None = None) -> Pieces:
    """All that stands on a page below its title, made as it is asked for; ``view`` None: the usual one.

    Nothing for a page that is all levers. Raises DataError where the records can't be read, WindowError for windows
    that can't be counted.
    """
    made = _PAGES.get(chapter.slug)
    return made(chapter, view or chapter.usual) if made else iter(())


def chapters_showing(figure_id: str) -> tuple[Chapter, ...]:
    """The chapters that show a figure, or show it on demand, in reading order."""
    return _showing(open_records().version).get(figure_id, ())


@lru_cache(maxsize=2)
def _showing(version: str) -> dict[str, tuple[Chapter, ...]]:  # noqa: ARG001 - the cache's key
    area = open_records().area_names()[0]  # some figures wait for the choice of a neighborhood
    found: dict[str, dict[Chapter, None]] = {}
    for chapter in BY_SLUG.values():
        for piece in flat(contents(chapter, replace(chapter.usual, area=area)), on_demand=True):
            if isinstance(piece, Shown):
                found.setdefault(piece.figure, {})[chapter] = None
    return {figure: tuple(chapters) for figure, chapters in found.items()}


def opening(chapter: Chapter, view: View) -> tuple[Piece, ...]:
    """What stands above a chapter's first heading: answer, figure, levers and doubts. Raises as ``contents``."""
    return tuple(takewhile(lambda piece: not isinstance(piece, Heading), contents(chapter, view)))
