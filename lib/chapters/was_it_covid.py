"""Was it the policy, or was it COVID-19? Six looks, each with what it can and cannot say."""

from __future__ import annotations

from lib.chapters.blocks import Heading, LeverName, Levers, Pieces, Prose, Shown
from lib.chapters.chapters import Chapter
from lib.chapters.shared_blocks import answered, dates, definitions, doubts, on_demand, onward, opening
from lib.story.view import View
from lib.story.words import number_word

TURN = """
If the policy moved crime, counts should have turned on March 18, 2020, or after it. The order went to prosecutors;
police rewrote their rules to match, on a day we do not know. If the pandemic did, they should have turned with its own
dates, a few days to either side.
"""
EXPECTED = """
A fall means something only against what was to be expected. Here the weeks before March 2020 are carried on.
"""
ELSEWHERE = """
Other cities had the pandemic too. Some stopped low-level arrests or prosecutions for a time as well, Philadelphia and
Chicago among them.
"""
STREETS = "If empty streets kept crime away, it should have come back as people went out again."
NOTHING = """
A test is worth something only if it can fail. On these dates, and in these counts, the policy should have done
nothing. Other things may have: the city eased its limits on the very day of the announcement.
"""
OTHERS = """
Police planes and protests came in the same months. The planes were meant for homicides, shootings, armed robberies and
carjackings, not for burglary or larceny.
"""


def was_it_covid(chapter: Chapter, view: View) -> Pieces:
    """The six looks: each opens with its answer, and shows how it was found to whoever asks."""
    yield from opening(chapter, view, dates(chapter))
    yield Levers(("measure",))
    yield from _look("1. When did it turn?", TURN, view, ("turning-days", "turning-fit"), "turning-limits")
    expected = ("expected", "expected-check")
    yield from _look("2. What would have been expected?", EXPECTED, view, expected, "expected-limits", "expected")
    cities = ("peers-change", "peers-months", "peers-published")
    yield from _look("3. What happened elsewhere?", ELSEWHERE, view, cities, "peers-limits", "cities")
    yield from _look("4. How empty were the streets?", STREETS, view, ("streets", "streets-lag"), "streets-limits")
    placebos = ("placebo-dates", "placebo-offenses", "placebo-announcement")
    yield from _look("5. Where the policy should have done nothing", NOTHING, view, placebos, "placebo-limits")
    others = ("planes-and-protests",)
    yield from _look("6. Two other changes in the same months", OTHERS, view, others, "surveillance")
    yield Heading("And so?")
    yield onward("what-survives", "Read on: what survives all six", view)
    yield onward("methods", "How each of these methods works, and how it was tried out", view)
    yield definitions()


def _look(
    heading: str, idea: str, view: View, figures: tuple[str, ...], doubt: str, lever: LeverName | None = None
) -> Pieces:
    """A way to look: its idea, its answer, the first reason for doubt, and its figures on demand."""
    yield Heading(heading, anchor=f"look-{heading[0]}")
    yield Prose(idea)
    if lever:
        yield Levers((lever,), moves=Shown(figures[0], view))
    yield answered(figures[0], view)
    yield from doubts(doubt)
    shown = "the figure" if len(figures) == 1 else f"{number_word(len(figures))} figures"
    yield on_demand(f"Show {shown}", view, *figures)
