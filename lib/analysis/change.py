"""The change between two windows, and how sure one can be of it.

Interval: log rate ratio with quasi-Poisson spread, ``exp(ln(rate ratio) +- 1.96 sqrt(phi (1/x + 1/y)))``
(McCullagh and Nelder, Generalized Linear Models, 2nd ed. 1989, ch. 6; Rothman, Greenland and Lash, Modern
Epidemiology, 3rd ed. 2008, ch. 14). phi is taken from weekly counts of the years before; where only whole years are
known, from how unevenly the city's areas moved in the same comparison of earlier years. Below ten events in either
window the interval is the conditional binomial one of Clopper and Pearson (Biometrika 26, 1934): given x + y events,
x is binomial.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
from scipy import special

from lib.analysis.counts import MissingRecordsError, OutsideRecordsError, RunningSum
from lib.analysis.windows import Unit, Window, WindowPair, day_number

Z95 = 1.959963984540054
FEW_EVENTS = 10
WEEKS_A_YEAR = 52
FEWEST_AREAS = 10  # below it, their spread is little more than chance
TINY = 1e-12
TOO_WIDE = 4.0  # highest over lowest rate ratio: nobody can tell a halving from a doubling

Method = Literal["quasi-Poisson", "conditional binomial"]


@dataclass(frozen=True)
class Dispersion:
    """How much counts vary beyond chance: variance over mean, never below 1.

    ``of`` "weeks": of weekly counts; ``years`` is how many 52-week years it was estimated from (0: too few, so plain
    chance is assumed, phi = 1). ``of`` "areas": of areas around the city's change; ``years`` is how many earlier
    comparisons it was estimated from (0: none, so it is that of the areas in this comparison itself).
    """

    phi: float
    years: int
    of: Literal["weeks", "areas"] = "weeks"


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

    ``headline`` is the change of counts per day, which is that of the counts where all windows have as many days; of
    counts that are known by year only (``per``), it is that of counts per year.
    ``of_counts`` is that of the counts as they are, whatever the days (as police year-to-date tables have it). None
    where the baseline has no event.
    """

    current: int
    baseline: int
    headline: float | None
    of_counts: float | None
    interval: Interval | None
    dispersion: Dispersion
    per: Unit = "day"

    @property
    def too_few(self) -> bool:
        """True where the counts are too few for any statement about the change."""
        return self.headline is None or self.interval is None or self.interval.wide


def compare(line: RunningSum, pair: WindowPair) -> Change:
    """Count both windows and compare them. Raises what ``RunningSum.check`` raises."""
    x, y = count_pair(line, pair)
    dispersion = area_dispersion(line, pair) if line.replicates else weekly_dispersion(line, pair)
    lengths = pair.lengths(line.resolution)
    return Change(
        current=x,
        baseline=y,
        headline=relative_change(x, y, *lengths),
        of_counts=relative_change(x, y, 1, len(pair.baseline)),
        interval=rate_ratio_interval(x, y, *lengths, dispersion.phi),
        dispersion=dispersion,
        per=line.resolution,
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


def area_dispersion(line: RunningSum, pair: WindowPair) -> Dispersion:
    """Spread of the areas around the city's change, from the same comparison in the years before the window under test.

    For counts that are known by year only. In each earlier comparison with x and y events in an area (window, baseline)
    and the city's ratio R, the areas' squared deviations (x - R y)^2, less what chance alone makes of them, over the
    sum of (R y)^2 give tau^2: the variance, beyond chance, of an area's ratio around the city's. These are averaged;
    where there is no earlier comparison, the one at hand gives tau^2 itself. A line made up of areas with shares w of
    its baseline then has phi = 1 + tau^2 sum(w^2) / (1/x + 1/y), which for the whole city is Rao and Scott's design
    effect with areas as clusters (Statistics in Medicine 18, 1999; Cochran, Sampling Techniques, 3rd ed. 1977, ch. 6).
    As few large areas carry most of tau^2, it is raised by the square of Student's t over the normal quantile.

    Areas are taken to stray independently: what moves all of them alike, as a change of recording does, is not in it.
    Raises ValueError for a line without areas, and as ``RunningSum.check``.
    """
    areas = line.replicates
    if areas is None:
        raise ValueError("the line has no areas")
    earlier = []
    back = 1
    while (shifted := pair.shifted(-back)).first >= line.first:
        back += 1
        if shifted.last >= pair.current.start:
            continue
        try:
            earlier.append(_stray(line, areas.sums, shifted))
        except MissingRecordsError:
            continue
    found = [tau2 for tau2 in earlier if tau2 is not None]
    tau2 = sum(found) / len(found) if found else _stray(line, areas.sums, pair)
    before = sum((_by_area(line, areas.sums, window) for window in pair.baseline), np.zeros(areas.own.shape))
    own = before[areas.own]
    x, y = line.count(pair.current), float(own.sum())
    if tau2 is None or not x or not y:
        return Dispersion(1.0, len(found), "areas")
    share = before / before.sum()
    # A few large areas carry most of tau^2, so that it is known as from few of them (Satterthwaite, 1946).
    degrees = max(1, len(found)) * float((share**2).sum() ** 2 / (share**4).sum())
    wider = (float(special.stdtrit(degrees, 0.975)) / Z95) ** 2
    excess = max(0.0, tau2) * wider * float(((own / y) ** 2).sum()) / (1 / x + 1 / y)
    return Dispersion(1.0 + excess, len(found), "areas")


def _by_area(line: RunningSum, sums: np.ndarray, window: Window) -> np.ndarray:
    """Events of each area in a window. Raises as ``RunningSum.check``."""
    line.check(window)
    start = day_number(window.start, line.first)
    return np.asarray(sums[start + window.days] - sums[start], dtype=np.float64)


def _stray(line: RunningSum, sums: np.ndarray, pair: WindowPair) -> float | None:
    """Variance beyond chance of an area's ratio around the city's; None where too few areas have events."""
    x = _by_area(line, sums, pair.current)
    y = sum((_by_area(line, sums, window) for window in pair.baseline), np.zeros(len(x)))
    some = x + y > 0
    x, y = x[some], y[some]
    if len(x) < FEWEST_AREAS or not x.sum() or not y.sum():
        return None
    ratio, share = x.sum() / y.sum(), y / y.sum()
    # The city's ratio is made of these same areas, so it lies nearer to them than the true one: n / (n - 1), but for
    # areas of uneven size.
    nearer = 1 - 2 * (share**3).sum() / (share**2).sum() + (share**2).sum()
    squares = ((x - ratio * y) ** 2).sum() / nearer
    chance = (x + ratio**2 * y).sum()
    return float((squares - chance) / ((ratio * y) ** 2).sum())


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
