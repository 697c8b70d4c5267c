"""What a move of the dates did to the answer, and what about the dates can do that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lib.analysis.windows import Window, WindowPair, say_date
from lib.story import finding_words, words
from lib.story.check import check_measure
from lib.story.evidence.every_window import emergency
from lib.story.model import Measure

WHY = """
Other dates give another answer, for reasons that have nothing to do with the policy:

- **What the baseline covers.** The baseline is what we compare with. If it runs into the pandemic, it compares the
  pandemic with itself.
- **How far back it goes.** Anything else that changed in between counts as change, too.
- **How long the period is.** Small numbers jump around by chance, so short periods give wide ranges,
  and a gap that still matches a claim in a short period can be a different size in a long one.
- **The season.** Crime has seasons, so different times of the year can’t be compared directly.
"""


@dataclass(frozen=True)
class Reading:
    """What is counted in one pair of windows, as short as can be: ``Violent crime``, ``−17%``, ``between 6% and 27%``.

    ``change`` says so where there are too few events; ``spread`` is then empty.
    """

    label: str
    change: str
    spread: str


def reading(measure: Measure, pair: WindowPair) -> Reading:
    """A measure's change between two windows in the whole city. Raises as ``check_measure``."""
    finding = check_measure(measure, pair)
    label, change = finding_words.subject(measure), finding.change
    if change is None or change.headline is None or change.interval is None or change.too_few:
        return Reading(label, "too few to say", "")
    return Reading(
        label, words.signed(change.headline), finding_words.between(change.interval.low, change.interval.high)
    )


def reasons(before: WindowPair, after: WindowPair) -> tuple[str, ...]:
    """What differs between two pairs of windows that can move an answer by itself, a sentence each."""
    began = emergency()
    said = []
    inside = [sum(_days_from(each, began) for each in pair.baseline) for pair in (before, after)]
    if inside[0] != inside[1]:
        said.append(
            f"{_days(inside[1]).capitalize()} of the baseline {'comes' if inside[1] == 1 else 'come'} after the "
            f"pandemic emergency began on {say_date(began)}; it was {_days(inside[0])} before this change."
        )
    number = [len(pair.baseline) for pair in (before, after)]
    if number[0] != number[1]:
        said.append(f"The baseline is now {_baselines(number[1])}, not {_baselines(number[0])}.")
    back = [pair.current.end.year - min(each.end.year for each in pair.baseline) for pair in (before, after)]
    if back[0] != back[1] and min(back) >= 0 and number[0] == number[1]:
        said.append(f"The baseline is {_years(back[1])} before the period you’re checking, not {_years(back[0])}.")
    lengths = before.current.days, after.current.days
    if lengths[0] != lengths[1]:
        kind, part = ("longer", "smaller") if lengths[1] > lengths[0] else ("shorter", "larger")
        said.append(
            f"The period you’re checking is {kind} ({_days(lengths[1])}, not {lengths[0]}), so chance plays a {part} "
            "part."
        )
    if before.same_dates and not after.same_dates:
        said.append("The two periods cover different times of the year, so the season plays a part.")
    return tuple(said)


def _baselines(number: int) -> str:
    return "one year" if number == 1 else f"the average of {_years(number)}"


def _years(number: int) -> str:
    return words.worded(number, "years")


def _days(number: int) -> str:
    return words.counted(number, "days", "no" if number == 0 else None)


def _days_from(window: Window, day: date) -> int:
    """Days of a window from that day on."""
    return max(0, (window.end - max(window.start, day)).days + 1)
