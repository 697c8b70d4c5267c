"""The verdict on a number. Never a verdict on a cause: that is another question, and no count answers it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lib.analysis.change import Change
from lib.analysis.historical_range import MARGIN


class Verdict(StrEnum):
    """What the records say of a claimed change in one pair of windows."""

    MATCHES = "matches"
    OTHER_SIZE = "right direction, different size"
    CONTRADICTED = "contradicted"
    TOO_FEW = "too few to say"
    NOT_HERE = "not in these records"


class Overall(StrEnum):
    """What the records say of a claim in all the windows that somebody used."""

    HOLDS = "holds on all the dates tried"
    OTHER_SIZE = "right direction, different size on all the dates tried"
    DEPENDS = "depends on the dates"
    CONTRADICTED = "contradicted on all the dates tried"
    TOO_FEW = "too few to say"


PLAIN = {
    Verdict.MATCHES: "The records match it",
    Verdict.OTHER_SIZE: "Right direction, different size",
    Verdict.CONTRADICTED: "The records contradict it",
    Verdict.TOO_FEW: "Too few events to say",
    Verdict.NOT_HERE: "Not in these records",
}
"""A verdict beside a number, where the dates that it is about stand with it."""
IN_A_SENTENCE = {
    Verdict.MATCHES: "the records match it",
    Verdict.OTHER_SIZE: "the direction is right but the size is different",
    Verdict.CONTRADICTED: "the records contradict it",
    Verdict.TOO_FEW: "there are too few events to say",
}
"""The same after the dates that it is about, where the claim has been named."""
OVERALL = {
    Overall.HOLDS: "The claim holds on all the dates tried",
    Overall.OTHER_SIZE: "Right direction, different size on all the dates tried",
    Overall.DEPENDS: "It depends on the dates",
    Overall.CONTRADICTED: "The records contradict the claim on all the dates tried",
    Overall.TOO_FEW: "Too few events to say on any of the dates tried",
}
"""A verdict on a claim over all the windows that somebody used."""


def judge(claimed: float, change: Change) -> Verdict:
    """Compare a claimed change (fraction) with the measured one.

    matches: the estimate lies within two points of the claim, or the claim inside the interval.
    too few to say: too few events; or the interval holds both the claim and no change at all, so that the
    counts can't tell them apart. right direction, different size: a clear change in the claimed direction, of
    another size. contradicted: a change the other way, or none that can be told from no change.
    """
    if change.too_few or change.headline is None or change.interval is None:
        return Verdict.TOO_FEW
    low, high = change.interval.low, change.interval.high
    if abs(change.headline - claimed) <= MARGIN:
        return Verdict.MATCHES
    inside = low <= claimed and (high is None or claimed <= high)
    no_change = low <= 0 and (high is None or high >= 0)
    if inside:
        return Verdict.TOO_FEW if no_change and claimed != 0 else Verdict.MATCHES
    if change.headline * claimed > 0 and not no_change:
        return Verdict.OTHER_SIZE
    return Verdict.CONTRADICTED


COMMON = {
    Verdict.MATCHES: Overall.HOLDS,
    Verdict.OTHER_SIZE: Overall.OTHER_SIZE,
    Verdict.CONTRADICTED: Overall.CONTRADICTED,
    Verdict.TOO_FEW: Overall.TOO_FEW,
}


def over_windows(verdicts: Iterable[Verdict]) -> Overall:
    """One verdict for a claim checked in several windows: the one they share, or that it depends on the dates."""
    found = set(verdicts)
    return COMMON[found.pop()] if len(found) == 1 else Overall.DEPENDS
