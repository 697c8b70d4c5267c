"""Rates by population: absolute and relative differences between groups of people, with intervals.

Absolute and relative differences can move in opposite directions, so both are given (Rothman, Greenland and
Lash, Modern Epidemiology, 3rd ed. 2008, ch. 14; Scanlan, Chance 19, 2006, on measuring disparities).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special

from lib.analysis.change import Z95, rate_ratio_interval

PER = 1000
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Estimate:
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


def yearly_rate(count: int, residents: float, days: int, phi: float = 1.0) -> Estimate:
    """Events a year per 1,000 residents; the interval is that of a count with dispersion ``phi``.

    Its ends are Garwood's for a Poisson count (Biometrika 28, 1936), exact where phi is 1. Raises ValueError for no
    residents.
    """
    if residents <= 0:
        raise ValueError("a rate needs residents")
    scale = PER * DAYS_A_YEAR / (residents * days)
    low, high = poisson_interval(count, phi)
    return Estimate(count * scale, low * scale, high * scale)


def poisson_interval(count: int, phi: float = 1.0) -> tuple[float, float]:
    """95% interval of a count's expectation: Garwood's exact ends, counts divided by ``phi`` first."""
    x = count / phi
    low = float(special.gammaincinv(x, 0.025)) if count else 0.0
    return low * phi, float(special.gammaincinv(x + 1, 0.975)) * phi


def difference(after: Estimate, before: Estimate) -> Estimate:
    """``after`` minus ``before``, the two independent; ends by MOVER (Zou and Donner, Stat Med 27, 2008)."""
    value = after.value - before.value
    low = value - math.hypot(after.value - after.low, before.high - before.value)
    high = value + math.hypot(after.high - after.value, before.value - before.low)
    return Estimate(value, low, high)


def rate_ratio(x: int, y: int, residents_x: float, residents_y: float, phi: float = 1.0) -> Estimate | None:
    """Rate of one group over another's; None where it has no value or no upper end."""
    interval = rate_ratio_interval(x, y, residents_x, residents_y, phi)
    if y == 0 or interval is None or interval.high is None:
        return None
    return Estimate((x / residents_x) / (y / residents_y), 1 + interval.low, 1 + interval.high)


def share(part: int, total: int) -> Estimate | None:
    """A share with its Wilson interval (Wilson, JASA 22, 1927); None of nothing."""
    if total == 0:
        return None
    p, z = part / total, Z95
    center = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return Estimate(p, max(0.0, center - half), min(1.0, center + half))


def share_of_fall(
    group_after: int, group_before: int, rest_after: int, rest_before: int, phi: float = 1.0
) -> Estimate | None:
    """The group's share of the fall in events between two windows of the same length.

    Interval by Fieller's theorem for the ratio of the group's fall to the whole fall. None where the whole
    did not clearly fall: the share of a fall that may be none has no bounds.
    """
    fall = group_before - group_after
    whole = fall + rest_before - rest_after
    variance = phi * (group_before + group_after)
    return share_of_sum(fall, variance, whole, variance + phi * (rest_before + rest_after))


def share_of_sum(part: float, part_variance: float, whole: float, whole_variance: float) -> Estimate | None:
    """A part's share of a whole, where both have a variance and either may be below none.

    Interval by Fieller's theorem, the part and the rest of the whole taken to be independent. None where the whole is
    not clearly above none.
    """
    z2 = Z95 * Z95
    a = whole * whole - z2 * whole_variance
    if whole <= 0 or a <= 0:
        return None
    b = whole * part - z2 * part_variance
    c = part * part - z2 * part_variance
    root = math.sqrt(max(0.0, b * b - a * c))
    return Estimate(part / whole, (b - root) / a, (b + root) / a)
