"""Violent and property crime: both claims, under every window."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from lib.chapters.blocks import Blocks, Collapsed, FigureBlock, Heading, Levers, Paragraphs
from lib.chapters.chapters import Chapter
from lib.chapters.leads import answer
from lib.chapters.shared_blocks import claim, dates, exact, more_doubts, on_demand, opening
from lib.errors import StoryError
from lib.figures.registry import drawing
from lib.story.check import check_measure, check_named
from lib.story.evidence.placebos import CREDITED
from lib.story.load import load_story
from lib.story.sentences import endings
from lib.story.sentences.every_window_words import HOW_TO_READ
from lib.story.view import View


def crime(chapter: Chapter, view: View) -> Blocks:
    """Both claims, what moved them and when, and every window at once."""
    violent, property_ = chapter.checked_claims()
    yield from opening(chapter, view, dates(chapter))
    yield from claim(violent)
    yield _by_offense(violent.title, "violent", view)
    yield from claim(property_)
    yield FigureBlock("windows-compared", view, property_.id)
    yield _by_offense(property_.title, "property", view)
    yield from _what_moved(view)
    yield Heading("Every possible pair of dates")
    yield Levers(("within",), moves=FigureBlock("every-window", view))
    yield from _every_window(view)
    yield from more_doubts("elsewhere", "surveillance", "before-after", "reported", "revised")
    yield Heading(endings.ANSWER)
    claims = load_story().claims
    yield Paragraphs(endings.crime([check_named(violent), check_named(property_)], claims["drug-arrests"]))


def _by_offense(title: str, measure: str, view: View) -> Collapsed:
    shown = FigureBlock("contributions", replace(view, measure=measure))
    return Collapsed(f"{title}: show it offense by offense", f"offenses_{measure}", lambda: (shown,))


def _what_moved(view: View) -> Blocks:
    measure = load_story().measures[view.measure]
    measured = check_measure(measure, view.pair)
    yield Heading("Which crimes changed, and when")
    yield Levers(("measure", "grain"), moves=FigureBlock("series", view))
    if measure.id not in CREDITED:  # else the chapter has opened with it
        yield Paragraphs(answer(measured))
        yield exact(measured)
    yield FigureBlock("series", view)
    if len(measure.categories) > 1 and measure.id not in CREDITED:
        yield FigureBlock("contributions", view)
    yield on_demand("Show it beside the same months of earlier years", view, "earlier-years")


def _every_window(view: View) -> Blocks:
    yield FigureBlock("every-window", view, tap="window")
    with suppress(StoryError):  # the figure has said why
        in_words = drawing("every-window", view).sentence
        yield Paragraphs(f"{in_words}\n\n{HOW_TO_READ}", folded="The same in words, and how to read this chart")
