"""The verdict on a number. Never a verdict on a cause: that is another question, and no count answers it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from lib.analysis.change import Change
from lib.analysis.historical_range import MARGIN


class Verdict(StrEnum):
    """What the records say of a claimed change."""

    MATCHES = "matches"
    SIZE_NOT = "direction right, size not"
    DEPENDS = "depends on the window"
    CONTRADICTED = "contradicted"
    TOO_FEW = "too few to say"
    UNCHECKABLE = "cannot be checked with the records here"


PLAIN = {
    Verdict.MATCHES: "The number matches the records",
    Verdict.SIZE_NOT: "Right direction, not the size claimed",
    Verdict.DEPENDS: "It depends on the window",
    Verdict.CONTRADICTED: "The records contradict the number",
    Verdict.TOO_FEW: "Too few events to say",
    Verdict.UNCHECKABLE: "The records here cannot check this",
}


def judge(claimed: float, change: Change) -> Verdict:
    """Hold a claimed change (fraction) against the measured one.

    matches: the estimate lies within two points of the claim, or the claim inside the interval.
    too few to say: too few events; or the interval holds both the claim and no change at all, so that the
    counts can't tell them apart. direction right, size not: a clear change in the claimed direction, of
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
        return Verdict.SIZE_NOT
    return Verdict.CONTRADICTED


def over_windows(verdicts: Iterable[Verdict]) -> Verdict:
    """One verdict for a claim checked under several windows: the common one, or that it depends."""
    found = set(verdicts)
    return found.pop() if len(found) == 1 else Verdict.DEPENDS
