"""What stands on each page of the story, in order: the one list that pages, their first paint and the archive show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from lib.chapters.announcement import announcement
from lib.chapters.arrests import drug_arrests, who_was_arrested
from lib.chapters.blocks import Block, Blocks, Caption, FigureBlock, Heading, flat
from lib.chapters.calls import calls_911
from lib.chapters.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.chapters.crime import crime
from lib.chapters.ending import afterwards, what_survives
from lib.chapters.explore import explore
from lib.chapters.methods import methods
from lib.chapters.places import places
from lib.chapters.was_it_covid import was_it_covid
from lib.errors import ArgumentError
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES
from lib.story.check import counted_windows
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.view import View, can_show, default_view, read_view

LONG = 5
"""Parts from which on a page lists them."""
LISTS_ITS_PARTS = ("", "methods")
"""The pages that are short, or that list their parts themselves."""

_PAGES: dict[str, Callable[[Chapter, View], Blocks]] = {
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


def contents(chapter: Chapter, view: View | None = None) -> Blocks:
    """All that stands on a page below its title, made as it is asked for; ``view`` None: the usual one.

    Nothing for a page that is all levers. Raises DataError where the records can't be read, WindowError for windows
    that can't be counted.
    """
    made = _PAGES.get(chapter.slug)
    return _with_parts(chapter, made(chapter, view or chapter.usual)) if made else iter(())


def _with_parts(chapter: Chapter, blocks: Blocks) -> Blocks:
    """A page with links to its parts above the first of them, where it is long."""
    for block in blocks:
        if isinstance(block, Heading):
            yield from _parts(chapter, open_records().version)
            yield block
            break
        yield block
    yield from blocks


@lru_cache(maxsize=32)
def _parts(chapter: Chapter, version: str) -> tuple[Caption, ...]:  # noqa: ARG001 - the version is the cache's key
    named = [
        block
        for block in _PAGES[chapter.slug](chapter, chapter.usual)
        if isinstance(block, Heading) and block.level == 2
    ]
    if len(named) < LONG or chapter.slug in LISTS_ITS_PARTS:
        return ()
    return (Caption(f"In this chapter: {' · '.join(f'[{block.text}](#{block.target})' for block in named)}"),)


def shown_on(chapter: Chapter) -> tuple[FigureBlock, ...]:
    """A page's figures in its usual view, in order, with those on demand and those that wait for a neighborhood."""
    return _shown_on(chapter, open_records().version)


@lru_cache(maxsize=32)
def _shown_on(chapter: Chapter, version: str) -> tuple[FigureBlock, ...]:  # noqa: ARG001 - the version is the cache's key
    view = replace(chapter.usual, area=open_records().area_names()[0])
    return tuple(block for block in flat(contents(chapter, view), on_demand=True) if isinstance(block, FigureBlock))


def chapter_of(figure_id: str, claim: str | None) -> Chapter:
    """The chapter that a figure stands for: its claim's own, else the first in reading order that shows it.

    One that shows it of what the chapter itself counts goes before one that borrows it for something else; the first
    page borrows all but its own.
    """
    about = load_story().claims.get(claim or "")
    if about and about.chapter:
        return BY_SLUG[about.chapter]
    showing = {
        chapter: [each.view.measure for each in shown_on(chapter) if each.figure == figure_id]
        for chapter in BY_SLUG.values()
        if chapter.slug or chapter.lead_figure == figure_id
    }
    own = (chapter for chapter, measures in showing.items() if chapter.usual.measure in measures)
    borrowed = (chapter for chapter, measures in showing.items() if measures)
    return next(own, None) or next(borrowed, CHAPTERS[0])


def usual_figure(figure_id: str, claim: str | None = None) -> FigureBlock:
    """A figure as its chapter shows it: so do the studio, lists, and addresses without parameters.

    ``claim`` None: the first that it can be drawn for, where it takes one. A figure about a claim is in the claim's own
    windows, where pages can count them. Raises ArgumentError for an unknown figure.
    """
    shown = _undated(figure_id, claim)
    if "pair" not in FIGURES[figure_id].params:
        return shown
    about = load_story().claims.get(shown.claim or "")
    own = (window.pair for window in counted_windows(about) if can_show(window.pair)) if about else iter(())
    chapter = chapter_of(figure_id, shown.claim)
    there = (each.view.pair for each in shown_on(chapter) if (each.figure, each.claim) == (figure_id, shown.claim))
    pair = next(own, None) or next(there, chapter.usual.pair)
    return replace(shown, view=replace(shown.view, pair=pair))


def read_figure(
    figure_id: str, params: Mapping[str, str], *, falls_back: bool = True
) -> tuple[FigureBlock, tuple[str, ...]]:
    """The figure that an address asks for, and a sentence for each parameter that could not be used, as ``read_view``.

    What it does not ask for is as in ``usual_figure``, which raises ArgumentError.
    """
    asked = _undated(figure_id, params.get("claim"))
    # Where dates are given, the usual ones need not be looked up, which takes seconds in a new process.
    usual = asked if "current" in params else usual_figure(figure_id, asked.claim)
    view, notes = read_view(params, usual.view, for_page=None, falls_back=falls_back)
    return replace(usual, view=view), notes


def _undated(figure_id: str, claim: str | None) -> FigureBlock:
    figure = FIGURES.get(figure_id)
    if figure is None:
        raise ArgumentError(f"There is no figure called {figure_id[:60]!r}.")
    return FigureBlock(figure_id, default_view(), claim or next(iter(figure.claims()), None))


def opening(chapter: Chapter, view: View) -> tuple[Block, ...]:
    """What stands above a chapter's first heading: answer, figure, levers and doubts. Raises as ``contents``."""
    return tuple(takewhile(lambda block: not isinstance(block, Heading), contents(chapter, view)))
