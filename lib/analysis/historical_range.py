"""The ordinary swing: what the same comparison gave in every earlier pair of years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lib.analysis.change import count_pair, relative_change
from lib.analysis.counts import MissingRecordsError, RunningSum
from lib.analysis.windows import WindowPair

FEWEST_YEARS = 3  # earlier comparisons; of fewer nobody can tell what is usual
MARGIN = 0.02  # two points: what rounding and later revisions of the records can do to a change

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def outside(change: Floats | float, low: Floats | float, high: Floats | float, years: NDArray[Any] | int) -> Flags:
    """Whether a change lies outside what earlier years gave, ``low`` to ``high``; all fractions, of one shape.

    By more than ``MARGIN``, since a hair is no news, and never with fewer than ``FEWEST_YEARS`` of ``years``. A change
    that is NaN is not outside.
    """
    beyond = np.less(change, np.subtract(low, MARGIN)) | np.greater(change, np.add(high, MARGIN))
    return np.asarray(beyond & np.greater_equal(years, FEWEST_YEARS))


@dataclass(frozen=True)
class EarlierPair:
    """One earlier comparison: the windows moved back by ``years``, and the change it gave."""

    years: int
    pair: WindowPair
    change: float


@dataclass(frozen=True)
class LeftOut:
    """An earlier comparison that the records do not allow, and why."""

    years: int
    pair: WindowPair
    why: str


@dataclass(frozen=True)
class Swing:
    """All earlier comparisons, newest first, and those left out because the records lack them."""

    pairs: tuple[EarlierPair, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def low(self) -> float | None:
        """Lowest change of any earlier pair, as a fraction; None without a pair."""
        return min((p.change for p in self.pairs), default=None)

    @property
    def high(self) -> float | None:
        """Highest change of any earlier pair, as a fraction; None without a pair."""
        return max((p.change for p in self.pairs), default=None)

    @property
    def enough(self) -> bool:
        """Whether there are earlier comparisons enough to tell what is usual."""
        return len(self.pairs) >= FEWEST_YEARS

    def holds(self, change: float | None) -> bool | None:
        """Whether ``change`` lies inside the swing, as ``outside`` judges; None with too few earlier years to say."""
        if change is None or self.low is None or self.high is None or not self.enough:
            return None
        return not outside(change, self.low, self.high, len(self.pairs))


def ordinary_swing(line: RunningSum, pair: WindowPair) -> Swing:
    """Move both windows back a year at a time for as long as the records go back.

    A pair that touches a known gap is left out and named; one from before the first day ends the search.
    """
    found: list[EarlierPair] = []
    left_out: list[LeftOut] = []
    for years, earlier in enumerate(_earlier_pairs(pair, line.first), 1):
        try:
            counted = count_pair(line, earlier)
        except MissingRecordsError as gap:
            left_out.append(LeftOut(years, earlier, gap.what))
            continue
        change = relative_change(*counted, *earlier.lengths(line.resolution))
        if change is None:
            left_out.append(LeftOut(years, earlier, "The earlier window has no event to compare with."))
        else:
            found.append(EarlierPair(years, earlier, change))
    return Swing(tuple(found), tuple(left_out))


# A page asks for the same windows of a dozen measures.
@lru_cache(maxsize=256)
def _earlier_pairs(pair: WindowPair, first: date) -> tuple[WindowPair, ...]:
    """The pair moved back by one year, by two and so on, for as long as it does not begin before ``first``."""
    found: list[WindowPair] = []
    while (earlier := pair.shifted(-len(found) - 1)).first >= first:
        found.append(earlier)
    return tuple(found)
