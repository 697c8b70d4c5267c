"""A step on a given day, with what the same day does in other years taken out.

Events of as many days after the day as before it, over one another, against the same ratio in other years: a
difference in differences of counts. Season is held, since other years turn the same corner of the calendar; a level
that drifts from year to year is not in it. The model is log-linear with a level for each year, one ratio of after to
before for all of them, and the step. Given a year's events, those after the day are binomial, so the ratio of the
other years is that of their sums; their spread around it, Pearson's chi-square over its degrees of freedom, at least 1,
widens the interval, with Student's t (quasi-likelihood: McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989,
ch. 4.5 and 9.2). It holds all by which years differ at that day, not only the unevenness of weeks.

The same step on a day when nothing happened is a placebo (Bertrand, Duflo and Mullainathan, Q J Econ 119, 2004).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from lib.analysis.change import FEW_EVENTS, Interval
from lib.analysis.counts import RunningSum
from lib.analysis.historical_range import FEWEST_YEARS
from lib.analysis.trend import student
from lib.analysis.windows import Window, WindowError, say_date, shift_years


@dataclass(frozen=True)
class Step:
    """How many more events came after a day than before it, beyond what other years do; fractions, -0.2 is 20% fewer.

    ``before`` and ``after`` are counts of ``days`` days each, the second from ``day`` on; ``usual`` is what the other
    ``years`` did, ``change`` the step beyond it with its 95% ``interval``; ``phi`` their dispersion, at least 1.
    """

    day: date
    days: int
    before: int
    after: int
    usual: float
    change: float
    interval: Interval
    phi: float
    years: tuple[int, ...]

    @property
    def clear(self) -> bool:
        """True where the interval leaves out no change."""
        return self.interval.low > 0 or (self.interval.high is not None and self.interval.high < 0)


@dataclass(frozen=True)
class NoStep:
    """Nothing can be said of a step; ``why`` is one sentence."""

    why: str


def step_at(line: RunningSum, day: date, days: int, years: Iterable[int]) -> Step | NoStep:
    """The step on ``day``, in ``days`` days on either side, against the same dates of other ``years``.

    Years that the records can't count are passed over; the day's own is never among them. NoStep says why where
    nothing can be said.
    """
    try:
        before, after = _both_sides(line, day, days)
    except WindowError as error:
        return NoStep(str(error))
    others: dict[int, tuple[int, int]] = {}
    for year in years:
        if year == day.year:
            continue
        try:
            others[year] = _both_sides(line, shift_years(day, year - day.year), days)
        except WindowError:
            continue
    if len(others) < FEWEST_YEARS:
        return NoStep(f"Fewer than {FEWEST_YEARS} other years can be counted around {say_date(day, year=False)}.")
    usual_before, usual_after = (sum(side) for side in zip(*others.values(), strict=True))
    if min(before, after, usual_before, usual_after) < FEW_EVENTS:
        return NoStep(f"Fewer than {FEW_EVENTS} events lie on one side of {say_date(day)}: too few to say.")
    phi = max(1.0, _dispersion(list(others.values())))
    ratio = after / before * usual_before / usual_after
    variance = phi * (1 / before + 1 / after + 1 / usual_before + 1 / usual_after)
    half = student(len(others) - 1) * math.sqrt(variance)
    return Step(
        day=day,
        days=days,
        before=before,
        after=after,
        usual=usual_after / usual_before - 1,
        change=ratio - 1,
        interval=Interval(ratio * math.exp(-half) - 1, ratio * math.exp(half) - 1, "quasi-Poisson"),
        phi=phi,
        years=tuple(sorted(others)),
    )


def sides(day: date, days: int) -> tuple[Window, Window]:
    """The ``days`` days before a day, and as many from it on."""
    return Window(day - timedelta(days=days), day - timedelta(days=1)), Window(day, day + timedelta(days=days - 1))


def _both_sides(line: RunningSum, day: date, days: int) -> tuple[int, int]:
    before, after = sides(day, days)
    return line.count(before), line.count(after)


def _dispersion(counted: list[tuple[int, int]]) -> float:
    """Pearson's chi-square of years with events around their common ratio, over its degrees of freedom."""
    share = sum(after for _, after in counted) / sum(before + after for before, after in counted)
    some = [(before + after, after) for before, after in counted if before + after]
    chi_square = sum((after - n * share) ** 2 / (n * share * (1 - share)) for n, after in some)
    return chi_square / max(1, len(some) - 1)
