"""Where one city's change stands among other cities' changes.

The other cities are the yardstick: had nothing set the city apart, its change would be one more draw from theirs.
What set it apart is therefore its rate ratio over that of any of the middle cities, and the interval runs from the
highest of these to the lowest (Conley and Taber, Review of Economics and Statistics 93, 2011; Abadie, Diamond and
Hainmueller, JASA 105, 2010). Counting noise needs no term of its own: the other cities' ratios hold theirs already.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Unfit = Literal["missing", "empty", "few", "none"]
FLAT_MONTHS = 6  # one and the same number of larcenies for so long was filled in
FLAT_FROM = 20
EMPTY = 0.1  # of an agency's usual month: below it, a month was not reported whole
USUAL = 20  # events in its usual month below which that can't be told
FEWEST_CITIES = 8  # below it neither a percentile nor an interval means much
TAIL = 0.025
LOW, HIGH = 0.1, 0.9  # between these lie eight of ten cities


@dataclass(frozen=True)
class Apart:
    """How far a city is from what others would have left it with, as fractions (-0.2: a fifth below).

    The interval is the same whatever it is compared with; ``level`` is its coverage, at least 0.95 from 39 cities on.
    """

    value: float
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class Standing:
    """A city's change beside those of ``cities`` others, as fractions.

    ``low`` and ``high``: the 10th and 90th percentile of theirs. ``fell_more`` of them have a lower change, ``as_far``
    a change at least as far from the median one, up or down.
    """

    change: float
    median: float
    low: float
    high: float
    cities: int
    fell_more: int
    as_far: int
    apart: Apart


def standing(own: float, others: Floats) -> Standing | None:
    """Place a rate ratio among those of other cities, shape (cities,), all above zero.

    None where it is zero itself or there are fewer than ``FEWEST_CITIES`` others.
    """
    if own <= 0 or len(others) < FEWEST_CITIES:
        return None
    low, median, high = (float(q) for q in np.quantile(others, (LOW, 0.5, HIGH)))
    distance = abs(np.log(own / median))
    return Standing(
        change=own - 1,
        median=median - 1,
        low=low - 1,
        high=high - 1,
        cities=len(others),
        fell_more=int((others < own).sum()),
        as_far=int((np.abs(np.log(others / median)) >= distance).sum()),
        apart=apart(own, median, others),
    )


def apart(own: float, reference: float, others: Floats) -> Apart:
    """The ratio ``own`` over ``reference``, with the interval that the spread of ``others`` leaves.

    With fewer than 39 others the interval takes in all of them, and its level falls below 0.95.
    """
    number = len(others)
    cut = max(1, int(TAIL * (number + 1)))
    ordered = np.sort(others)
    return Apart(
        value=own / reference - 1,
        low=float(own / ordered[-cut]) - 1,
        high=float(own / ordered[cut - 1]) - 1,
        level=1 - 2 * cut / (number + 1),
    )


def index_of(counts: Floats, exposure: Floats, base: NDArray[np.bool_]) -> Floats:
    """Counts, shape (cities, months), over ``exposure``, shape (months,), as a percent of the ``base`` months' rate."""
    rate = counts[:, base].sum(axis=1) / exposure[base].sum()
    return np.asarray(100 * counts / exposure / rate[:, None], dtype=np.float64)


def running_sums(counts: Floats, length: int) -> Floats:
    """Sums of ``length`` months in a row, shape (cities, months - length + 1), each named by its last month."""
    sums = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    return np.asarray(sums[:, length:] - sums[:, :-length], dtype=np.float64)


def longest_run(counts: Floats, least: float) -> int:
    """How many months in a row one and the same count of at least ``least`` is repeated, shape (months,)."""
    longest = run = 0
    before = np.nan
    for count in counts:
        run = (run + 1 if count == before else 1) if count >= least else 0
        longest, before = max(longest, run), count
    return longest


def flat_counts(larcenies: Floats) -> bool:
    """Whether monthly larcenies, shape (months,), were filled in and not counted."""
    return longest_run(larcenies, FLAT_FROM) >= FLAT_MONTHS


def unfit(
    counts: Floats, now: NDArray[np.bool_] | list[int], base: NDArray[np.bool_] | list[int], fewest: int
) -> Unfit | None:
    """Why an agency's counts, shape (months,), can't be compared in the months ``now`` and ``base``; None: they can.

    A month is missing, or nearly empty beside the usual one; in ``base`` are fewer than ``fewest`` events; or none are
    in ``now``.
    """
    used = np.concatenate([counts[now], counts[base]])
    if np.isnan(used).any():
        return "missing"
    usual = float(np.nanmedian(counts))
    if usual >= USUAL and used.min() < EMPTY * usual:
        return "empty"
    if counts[base].sum() < fewest:
        return "few"
    return None if counts[now].sum() > 0 else "none"
