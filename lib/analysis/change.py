"""The change between two windows, and how sure one can be of it.

Interval: log rate ratio with quasi-Poisson spread, ``exp(ln(rate ratio) +- 1.96 sqrt(phi (1/x + 1/y)))``
(McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989, ch. 6; Rothman, Greenland and Lash, Modern
Epidemiology, 3rd ed. 2008, ch. 14). Below ten events in either window the interval is the conditional
binomial one of Clopper and Pearson (Biometrika 26, 1934): given x + y events, x is binomial.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from scipy import special

from lib.analysis.counts import MissingRecordsError, OutsideRecordsError, RunningSum
from lib.analysis.windows import Window, WindowPair

Z95 = 1.959963984540054
FEW_EVENTS = 10
WEEKS_A_YEAR = 52
TINY = 1e-12
TOO_WIDE = 4.0  # highest over lowest rate ratio: nobody can tell a halving from a doubling

Method = Literal["quasi-Poisson", "conditional binomial"]


@dataclass(frozen=True)
class Dispersion:
    """How much weekly counts vary beyond chance: variance over mean, never below 1.

    ``years`` is how many 52-week years it was estimated from (0: too few, so plain chance is assumed, phi = 1).
    """

    phi: float
    years: int


@dataclass(frozen=True)
class Interval:
    """95% interval of a change, as fractions (-0.2 is 20% down); ``high`` is None where it has no upper end."""

    low: float
    high: float | None
    method: Method

    @property
    def wide(self) -> bool:
        """True where the counts are too few to say anything: not even the direction is clear, by a wide margin."""
        if self.high is None:
            return self.low <= 0
        return self.low <= 0 <= self.high and (1 + self.high) > TOO_WIDE * (1 + self.low)


@dataclass(frozen=True)
class Change:
    """Counts of two windows and the change between them, as fractions.

    ``headline`` is the change of counts per day, which is that of the counts where all windows have as many days.
    ``of_counts`` is that of the counts as they are, whatever the days (as police year-to-date tables have it). None
    where the baseline has no event.
    """

    current: int
    baseline: int
    headline: float | None
    of_counts: float | None
    interval: Interval | None
    dispersion: Dispersion

    @property
    def too_few(self) -> bool:
        """True where the counts are too few for any statement about the change."""
        return self.headline is None or self.interval is None or self.interval.wide


def compare(line: RunningSum, pair: WindowPair) -> Change:
    """Count both windows and compare them. Raises what ``RunningSum.check`` raises."""
    x, y = count_pair(line, pair)
    dispersion = weekly_dispersion(line, pair)
    days_x, days_y = pair.current.days, pair.baseline_days
    return Change(
        current=x,
        baseline=y,
        headline=relative_change(x, y, days_x, days_y),
        of_counts=relative_change(x, y, 1, len(pair.baseline)),
        interval=rate_ratio_interval(x, y, days_x, days_y, dispersion.phi),
        dispersion=dispersion,
    )


def count_pair(line: RunningSum, pair: WindowPair) -> tuple[int, int]:
    """Events in the window and in all baselines together. Raises what ``RunningSum.check`` raises."""
    return line.count(pair.current), sum(line.count(window) for window in pair.baseline)


def relative_change(x: int, y: int, exposure_x: float, exposure_y: float) -> float | None:
    """Rate of x over rate of y, minus 1; None where y is 0."""
    return None if y == 0 else x / y * (exposure_y / exposure_x) - 1


def rate_ratio_interval(x: int, y: int, exposure_x: float, exposure_y: float, phi: float = 1.0) -> Interval | None:
    """95% interval of the relative change from y (baseline) to x, as fractions.

    ``exposure_*`` are days or numbers of windows; ``phi`` at least 1. None where both counts are 0: then
    nothing at all is known. For few events the overdispersion enters by dividing both counts by phi, which
    leaves the exact interval where phi is 1.
    """
    if x == 0 and y == 0:
        return None
    scale = exposure_y / exposure_x
    if min(x, y) >= FEW_EVENTS:
        ratio = x / y * scale
        half = Z95 * math.sqrt(phi * (1 / x + 1 / y))
        return Interval(ratio * math.exp(-half) - 1, ratio * math.exp(half) - 1, "quasi-Poisson")
    a, b = x / phi, y / phi
    low = float(special.betaincinv(a, b + 1, 0.025)) if x else 0.0
    high = float(special.betaincinv(a + 1, b, 0.975)) if y else 1.0
    # With next to nothing in the baseline the share reaches 1, and the ratio has no upper end.
    return Interval(
        low / max(1 - low, TINY) * scale - 1,
        high / (1 - high) * scale - 1 if 1 - high > TINY else None,
        "conditional binomial",
    )


def ratio_of_ratios(one: Change, other: Change) -> tuple[float, Interval] | None:
    """How much more one measure changed than another, as a fraction: rate ratio over rate ratio, minus 1.

    -0.2 says that the first fell to 80% of where the second's change would have left it. The interval adds the
    variances of both log rate ratios, which holds where the two share no events (Altman and Bland, BMJ 326, 2003).
    None where one of them has too few events to say.
    """
    if one.too_few or other.too_few or min(one.current, one.baseline, other.current, other.baseline) < FEW_EVENTS:
        return None
    if one.headline is None or other.headline is None:
        return None
    variance = sum(c.dispersion.phi * (1 / c.current + 1 / c.baseline) for c in (one, other))
    ratio, half = (1 + one.headline) / (1 + other.headline), Z95 * math.sqrt(variance)
    return ratio - 1, Interval(ratio * math.exp(-half) - 1, ratio * math.exp(half) - 1, "quasi-Poisson")


def weekly_dispersion(line: RunningSum, pair: WindowPair) -> Dispersion:
    """Spread of weekly counts around their seasonal mean, from the years before the baseline.

    Weekly counts of whole 52-week years are set against year total x week-of-year total / grand total (the
    fitted values of a Poisson model with a year and a week effect); phi is Pearson's chi-square over its
    degrees of freedom. Where fewer than two such years precede the baseline, the years after both windows
    are used instead; where those are too few as well, phi is 1 and ``years`` is 0.
    """
    for first, last in (
        (line.first, pair.first - timedelta(days=1)),
        (pair.last + timedelta(days=1), line.last),
    ):
        weeks = _weekly_by_year(line, first, last)
        if len(weeks) >= 2:
            return Dispersion(max(1.0, pearson_dispersion(weeks)), len(weeks))
    return Dispersion(1.0, 0)


def pearson_dispersion(weeks: np.ndarray) -> float:
    """Pearson's chi-square over degrees of freedom for counts of shape (years, weeks); nan-free, 0 if empty."""
    weeks = weeks[weeks.sum(axis=1) > 0][:, weeks.sum(axis=0) > 0]
    degrees = (weeks.shape[0] - 1) * (weeks.shape[1] - 1)
    if degrees < 1:
        return 0.0
    expected = np.outer(weeks.sum(axis=1), weeks.sum(axis=0)) / weeks.sum()
    return float(((weeks - expected) ** 2 / expected).sum() / degrees)


def _weekly_by_year(line: RunningSum, first: date, last: date) -> np.ndarray:
    """Weekly counts of whole 52-week years going back from ``last``; shape (years, 52), newest first."""
    step = timedelta(weeks=WEEKS_A_YEAR)
    years = 0
    while last - step >= first - timedelta(days=1):
        try:
            line.check(Window(last - step + timedelta(days=1), last))
        except (MissingRecordsError, OutsideRecordsError):
            break
        years += 1
        last -= step
    start = (last - line.first).days + 1
    weeks = np.diff(line.sums[start : start + years * step.days + 1 : 7])
    return weeks.reshape(years, WEEKS_A_YEAR)[::-1]
