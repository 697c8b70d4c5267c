"""Was it the policy, or was it COVID-19? Seven looks, each with what it can and cannot say."""

from __future__ import annotations

from contextlib import suppress

from lib.analysis.specifications import Choice
from lib.chapters.blocks import (
    Blocks,
    Caption,
    Collapsed,
    FigureBlock,
    Heading,
    LeverName,
    Levers,
    Paragraphs,
    TableBlock,
)
from lib.chapters.chapters import Chapter
from lib.chapters.shared_blocks import (
    IN_WORDS,
    answered,
    dates,
    definitions,
    figure_then_sentence,
    in_brief,
    on_demand,
    onward,
    opening,
    sentence,
)
from lib.errors import StoryError
from lib.story.evidence.synthetic import choice_of, mix
from lib.story.load import load_story
from lib.story.sentences import endings
from lib.story.sentences import synthetic_words as mixes
from lib.story.view import View
from lib.story.words import number_word

TURN = """
If the policy moved crime, counts should have turned on March 18, 2020, or soon after. The order went to prosecutors,
and [police rewrote their rules to match](https://www.polialert.com/political-news/baltimore-will-no-longer-prosecute-drug-possession-prostitution-low-level-crimes/)
on a day we don’t know. If the pandemic moved crime, counts should have turned near its own dates, a few days earlier or
later.
"""
EXPECTED = """
A drop means something only next to what you’d have expected. So a forecast carries on from the weeks before March 2020.
"""
ELSEWHERE = """
Other cities had the pandemic, too, though some also stopped low-level arrests or prosecutions for a time.
"""
MIXED = """
We mixed the cities that together ran most like Baltimore before March 2020, and followed the mix through the same
pandemic. We did the same for every other city, to see how far a city strays with no such policy. Cities we know to have
stopped low-level arrests or prosecutions themselves are left out unless you put them back. The months compared are the
policy’s first year, whatever your dates.
"""
STREETS = "If empty streets kept crime down, it should have come back when people did."
NOTHING = """
The policy should have changed nothing on these dates or in these counts, which makes them a placebo test. Other things
may have: the city
[eased its limits on businesses](https://mayor.baltimorecity.gov/news/press-releases/2021-03-17-mayor-scott-eases-covid-19-restrictions-following-four-week)
on the very day of the announcement.
"""
OTHERS = """
Police planes flew and protests began in the same months.
"""


def was_it_covid(chapter: Chapter, view: View) -> Blocks:
    """The seven looks: each opens with its answer, and shows how it was found to whoever asks."""
    yield from opening(chapter, view, dates(chapter))
    yield Levers(("measure",))
    yield from _look("1. When did it turn?", TURN, view, ("turning-days", "turning-fit"), "turning-limits")
    expected = ("expected", "expected-check")
    yield from _look("2. What would you have expected?", EXPECTED, view, expected, "expected-limits", "expected")
    cities = ("peers-change", "peers-months", "peers-published")
    yield from _look("3. What happened elsewhere?", ELSEWHERE, view, cities, "peers-limits", "cities")
    yield from _mixed("4. What would a mix of other cities have done?", view)
    yield from _look("5. How empty were the streets?", STREETS, view, ("streets", "streets-lag"), "streets-limits")
    placebos = ("placebo-dates", "placebo-offenses", "placebo-announcement")
    yield from _look("6. Where the policy should have done nothing", NOTHING, view, placebos, "placebo-limits")
    others = ("planes-and-protests",)
    yield from _look("7. Two other changes in the same months", OTHERS, view, others, "surveillance")
    yield onward("methods", "How each of these methods works, and how we tested it", view)
    yield definitions()
    yield Heading(endings.WHICH)
    yield Paragraphs(endings.which_was_it(view.pair, view.cities, choice_of(view)))


def _look(
    heading: str, idea: str, view: View, figures: tuple[str, ...], doubt: str, lever: LeverName | None = None
) -> Blocks:
    """A way to look: its idea, its answer, the first reason for doubt, and its figures on demand."""
    yield Heading(heading, anchor=f"look-{heading[0]}")
    yield Paragraphs(idea)
    if lever:
        yield Levers((lever,), moves=FigureBlock(figures[0], view))
    yield answered(figures[0], view)
    yield from in_brief((doubt,))
    shown = "the figure" if len(figures) == 1 else f"{number_word(len(figures))} figures"
    yield on_demand(f"Show {shown}", view, *figures)


def _mixed(heading: str, view: View) -> Blocks:
    """Baltimore beside a mix of other cities: one way to compare, and all of them, with the doubt in plain sight."""
    path, placebos, curve = "synthetic-path", "synthetic-placebos", "synthetic-specifications"
    yield Heading(heading, anchor=f"look-{heading[0]}")
    yield Paragraphs(MIXED)
    yield Levers(("donors",), moves=FigureBlock(path, view))
    if choice_of(view) != Choice():
        yield Caption(f"Compared the way you chose. {mixes.way_text(choice_of(view))}.")
    yield answered(path, view)
    yield answered(curve, view)
    yield from in_brief(("synthetic-limits",))
    yield Collapsed(
        "Show three figures and the cities of the mix", "synthetic", lambda: _mixes(view, path, placebos, curve)
    )
    yield Paragraphs(mixes.set_apart_text(), folded="Which cities stopped arrests or prosecutions, too")


def _mixes(view: View, path: str, placebos: str, curve: str) -> Blocks:
    yield from figure_then_sentence(path, view)
    with suppress(StoryError):
        parts = mix(load_story().measures[view.measure], choice_of(view)).parts
        if parts:
            shares = [f"{100 * share:.1f}%" for _, share in parts]
            yield TableBlock(
                "The cities of the mix", {"City": [name for name, _ in parts], "Share": shares}, folded=True
            )
    yield from figure_then_sentence(placebos, view)
    yield Paragraphs("Tap a dot or a mark to see that way to compare in the two figures above.")
    yield FigureBlock(curve, view, tap="way")
    yield from sentence(curve, view, IN_WORDS)
