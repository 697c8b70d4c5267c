"""Was it the policy, or was it COVID-19? Six looks, each with what it can and cannot say."""

from __future__ import annotations

from lib.chapters.blocks import Heading, Levers, Pieces, Prose
from lib.chapters.chapters import Chapter
from lib.chapters.shared_blocks import dates, definitions, doubts, in_words, onward, opening
from lib.story.view import View

TURN = """
If the policy moved crime, counts should have turned on 18 March 2020 or after it. The order went to prosecutors;
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
    """The six looks."""
    yield from opening(chapter, view, dates(chapter))
    yield Levers(("measure",))
    yield Heading("1. When did it turn?")
    yield Prose(TURN)
    yield from _looks(view, "turning-days", "turning-fit")
    yield from doubts("turning-limits")
    yield Heading("2. What would have been expected?")
    yield Prose(EXPECTED)
    yield Levers(("expected",))
    yield from _looks(view, "expected", "expected-check")
    yield from doubts("expected-limits")
    yield Heading("3. What happened elsewhere?")
    yield Prose(ELSEWHERE)
    yield Levers(("cities",))
    yield from _looks(view, "peers-change", "peers-months", "peers-published")
    yield from doubts("peers-limits")
    yield Heading("4. How empty were the streets?")
    yield Prose(STREETS)
    yield from _looks(view, "streets", "streets-lag")
    yield from doubts("streets-limits")
    yield Heading("5. Where the policy should have done nothing")
    yield Prose(NOTHING)
    yield from _looks(view, "placebo-dates", "placebo-offenses", "placebo-announcement")
    yield from doubts("placebo-limits")
    yield Heading("6. Two other changes in the same months")
    yield Prose(OTHERS)
    yield from _looks(view, "planes-and-protests")
    yield from doubts("surveillance")
    yield Heading("And so?")
    yield onward("what-survives", "Read on: what survives all six", view)
    yield onward("methods", "How each of these methods works, and how it was tried out", view)
    yield definitions()


def _looks(view: View, *figures: str) -> Pieces:
    for figure in figures:
        yield from in_words(figure, view)
