"""Every window at once: the change in each of hundreds of thousands of windows, and what share of them shows a fall.

A window is a start day and a length. Counts of all of them, and of the same windows moved back by years, are
differences of two running sums, one taken by first days and one by last days; no window is looked at by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lib.analysis.counts import Ints, RunningSum
from lib.analysis.historical_range import FEWEST_YEARS, outside
from lib.analysis.windows import Window, WindowError, WindowPair, day_number

BaselineName = Literal["1", "2", "3", "mean3"]
# The years back that stand for each baseline; several count as their mean.
BASELINES: dict[BaselineName, tuple[int, ...]] = {"1": (1,), "2": (2,), "3": (3,), "mean3": (1, 2, 3)}
SHORTEST, LONGEST = 14, 548
BIG_FALL = 0.2
# Half of what two fractions of counts can differ by: 80 against 100 is a fall of 20%, which its float just misses.
HAIR = 1e-9
# Rows of windows worked on together, so that they stay in the processor's cache.
ROWS = 64

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bounds:
    """Days that every window must lie in, and days that its whole baseline must lie in; None: all on record."""

    windows: Window | None = None
    baselines: Window | None = None

    @classmethod
    def both(cls, days: Window) -> Bounds:
        """The same days for windows and baselines."""
        return cls(days, days)

    def hold(self, pair: WindowPair) -> bool:
        """Whether a pair of windows lies in them."""
        sides = ((self.windows, [pair.current]), (self.baselines, pair.baseline))
        return all(days is None or (days.start <= w.start and w.end <= days.end) for days, side in sides for w in side)


EVERYWHERE = Bounds()


@dataclass(frozen=True)
class EveryWindow:
    """The change in every window from the start day ``first`` + row on, ``shortest`` + column days long.

    Arrays have the shape (starts, lengths). ``change``: fractions, NaN where there is no window or its baseline has no
    event. ``counted``: whether window and baseline can be counted. ``earlier``: in how many earlier pairs of years the
    same comparison can be made. ``outside``: whether the change lies outside what those gave, as ``outside`` judges.
    """

    first: date
    shortest: int
    change: Floats
    counted: Flags
    earlier: NDArray[np.int8]
    outside: Flags

    @property
    def windows(self) -> int:
        """How many windows can be counted together with their baselines."""
        return int(self.counted.sum())

    @property
    def share_down(self) -> float:
        """The share of windows with fewer events a day than their baseline."""
        return self._share(self.change < -HAIR)

    def share_down_by(self, size: float) -> float:
        """The share of windows with a fall of at least ``size``, a fraction above 0."""
        return self._share(self.change <= -size + HAIR)

    @property
    def share_outside_swing(self) -> float:
        """The share of windows whose change lies outside the ordinary swing, as ``Swing.holds`` judges it."""
        return self._share(self.outside)

    @property
    def share_outside_by_chance(self) -> float:
        """The most that would lie outside the ordinary swing if it were chance which year of each had which change.

        Of ``n`` earlier changes and one more in any order, the last is the lowest or the highest 2 times in n + 1; by
        more than a hair it is so less often.
        """
        judged = self.earlier[self.counted & (self.earlier >= FEWEST_YEARS) & ~np.isnan(self.change)]
        return float((2 / (judged + 1.0)).sum()) / self.windows

    @property
    def share_without_swing(self) -> float:
        """The share of windows with too few earlier pairs of years to hold them against."""
        return self._share(self.counted & (self.earlier < FEWEST_YEARS))

    @property
    def share_without_baseline(self) -> float:
        """The share of windows with no event in the baseline, so without a change."""
        return self._share(self.counted & np.isnan(self.change))

    def sample(self, step: int) -> Sample:
        """The changes of windows whose last day and length are ``step`` days apart, the latest last day among them."""
        lengths = np.arange(0, self.change.shape[1], step)
        latest = int(np.flatnonzero(self.counted[:, 0])[-1])
        ends = np.arange(latest % step, latest + 1, step)
        starts = ends[None, :] - lengths[:, None]
        change = np.where(starts >= 0, self.change[np.maximum(starts, 0), lengths[:, None]], np.nan)
        some = np.flatnonzero(~np.isnan(change).all(axis=0))
        ends, change = ends[some[0] :], change[:, some[0] :]
        first = self.first + timedelta(days=int(ends[0]) + self.shortest - 1)
        return Sample(first, step, tuple(int(n) for n in lengths + self.shortest), change)

    def _share(self, which: Flags) -> float:
        return int(which.sum()) / self.windows


@dataclass(frozen=True)
class Sample:
    """Some of the windows, evenly spaced: changes by length (rows) and last day (columns, ``step`` days apart).

    ``first`` is the last day of the first column; NaN where there is no window or no change.
    """

    first: date
    step: int
    lengths: tuple[int, ...]
    change: Floats

    @property
    def last(self) -> date:
        """The latest last day."""
        return self.first + timedelta(days=(self.change.shape[1] - 1) * self.step)

    def windows(self) -> list[tuple[Window, float]]:
        """Each window that has a change, with it, by length and then by last day."""
        found = []
        for row, column in zip(*np.nonzero(~np.isnan(self.change)), strict=True):
            end = self.first + timedelta(days=int(column) * self.step)
            window = Window(end - timedelta(days=self.lengths[row] - 1), end)
            found.append((window, float(self.change[row, column])))
        return found


def every_window(
    line: RunningSum,
    years: tuple[int, ...] = BASELINES["1"],
    shortest: int = SHORTEST,
    longest: int = LONGEST,
    bounds: Bounds = EVERYWHERE,
) -> EveryWindow:
    """Compare every window of ``shortest`` to ``longest`` days with the same calendar dates ``years`` earlier.

    Window and baseline must lie in the records and in the ``bounds``. Windows that touch a known gap, or whose baseline
    does, are left out. A window without an event in its baseline is counted, but as no fall and as no news. The
    ordinary swing of a window is that of ``ordinary_swing``: the same comparison in every earlier pair of years on
    record, whatever the bounds; with too few such pairs to say a window is not outside it.

    Raises WindowError where no window can be counted, WholeYearsError where days are not known.
    """
    line.require_days()
    if not 1 <= shortest <= longest:
        raise WindowError("The shortest window must have at least one day, and no more than the longest.")
    grid = _Grid.of(line, years, shortest, longest, bounds)
    shape = (len(grid.starts), grid.lengths)
    change, counted = np.empty(shape), np.empty(shape, dtype=bool)
    earlier, outside = np.empty(shape, dtype=np.int8), np.empty(shape, dtype=bool)
    for top in range(0, shape[0], ROWS):
        rows = slice(top, top + ROWS)
        change[rows], counted[rows], earlier[rows], outside[rows] = grid.judged(top, min(top + ROWS, shape[0]))
    made = EveryWindow(line.first + timedelta(days=int(grid.starts[0])), shortest, change, counted, earlier, outside)
    if not made.windows:
        raise _no_window(shortest, longest)
    return made


def baseline_name(pair: WindowPair) -> BaselineName | None:
    """The baseline of a pair of windows by its name, None where it is another one."""
    for name, years in BASELINES.items():
        if set(pair.baseline) == {pair.current.shifted(-n) for n in years}:
            return name
    return None


def pair_against(window: Window, name: BaselineName) -> WindowPair:
    """A window with a baseline by its name."""
    return WindowPair(window, tuple(window.shifted(-years) for years in BASELINES[name]))


@dataclass(frozen=True)
class _Grid:
    """First days by row, and last days by row + column; day numbers count from the first day of the records."""

    line: RunningSum
    sums: Floats
    years: tuple[int, ...]
    starts: Ints
    ends: Ints
    lengths: int
    last: int

    @classmethod
    def of(cls, line: RunningSum, years: tuple[int, ...], shortest: int, longest: int, bounds: Bounds) -> _Grid:
        (low, high), (low_before, high_before) = (_days_in(line, days) for days in (bounds.windows, bounds.baselines))
        last_days = np.arange(low, high + 1)
        high = low - 1 + int((shift_days(last_days, line.first, -min(years)) <= high_before).sum())
        starts = np.arange(low, max(low, high - shortest + 2))
        starts = starts[shift_days(starts, line.first, -max(years)) >= low_before]
        if not len(starts):
            raise _no_window(shortest, longest)
        longest = min(longest, high - int(starts[0]) + 1)
        ends = np.arange(starts[0] + shortest - 1, starts[-1] + longest)
        # Floats are exact for counts of this size, and the changes are divided anyway.
        return cls(line, line.sums.astype(np.float64), years, starts, ends, longest - shortest + 1, high)

    def judged(self, top: int, bottom: int) -> tuple[Floats, Flags, NDArray[np.int8], Flags]:
        """Change, whether counted, number of earlier pairs and whether outside their range, for some rows."""
        starts, ends = self.starts[top:bottom], self.ends[top : bottom + self.lengths - 1]
        change, counted = self._changes(starts, ends, 0)
        low, high = np.full(change.shape, np.inf), np.full(change.shape, -np.inf)
        number = np.zeros(change.shape, dtype=np.int8)
        back = 0
        while True:
            back += 1
            # Rows in order of their first days: those with an earlier pair on record are the last ones.
            earliest = shift_days(shift_days(starts, self.line.first, -max(self.years)), self.line.first, -back)
            row = int(np.searchsorted(earliest, 0))
            if row == len(starts):
                break
            moved, _ = self._changes(starts[row:], ends[row:], back)
            np.fmin(low[row:], moved, out=low[row:])
            np.fmax(high[row:], moved, out=high[row:])
            number[row:] += ~np.isnan(moved)
        return change, counted, number, outside(change, low, high, number)

    def _changes(self, starts: Ints, ends: Ints, back: int) -> tuple[Floats, Flags]:
        """The change of these windows moved back by ``back`` years, NaN where there is none, and whether counted."""
        first = self.line.first
        now = (shift_days(starts, first, -back), shift_days(ends, first, -back))
        # In the same two steps as WindowPair.shifted: a 29th of February that became a 28th stays one.
        before = [tuple(shift_days(shift_days(d, first, -y), first, -back) for d in (starts, ends)) for y in self.years]
        counted = self._spread(ends <= self.last) & ~self._in_gaps([now, *before])
        y = sum((self._count(*each) for each in before[1:]), self._count(*before[0]))
        y[(y == 0) | ~counted] = np.nan
        change = self._count(*now)
        change /= y
        change *= sum((self._days(*each) for each in before[1:]), self._days(*before[0])) / self._days(*now)
        change -= 1
        return change, counted

    def _days(self, starts: Ints, ends: Ints) -> Floats:
        """How many days each window has: a February 29 more or less is no news."""
        days: Floats = self._spread(ends + 1.0) - starts[:, None]
        return days

    def _count(self, starts: Ints, ends: Ints) -> Floats:
        # Last days past the records, in the corner without windows, count as the last day.
        until = self.sums[np.minimum(ends + 1, len(self.sums) - 1)]
        counted: Floats = self._spread(until) - self.sums[starts][:, None]
        return counted

    def _in_gaps(self, windows: list[tuple[Ints, ...]]) -> Flags:
        """Whether any of the windows touches a known gap."""
        found = np.zeros((len(windows[0][0]), self.lengths), dtype=bool)
        for span in self.line.missing:
            gap = day_number(span.window.start, self.line.first), day_number(span.window.end, self.line.first)
            for starts, ends in windows:
                if starts[0] <= gap[1] and ends[-1] >= gap[0]:
                    found |= (starts <= gap[1])[:, None] & self._spread(ends >= gap[0])
        return found

    def _spread(self, by_end: NDArray[Any]) -> NDArray[Any]:
        """What is known by last day as an array of windows, without a copy."""
        return sliding_window_view(by_end, self.lengths)


def _days_in(line: RunningSum, days: Window | None) -> tuple[int, int]:
    """The first and the last day number that lie in the records and in these days."""
    first, last = 0, len(line.sums) - 2
    if days:
        first, last = max(first, day_number(days.start, line.first)), min(last, day_number(days.end, line.first))
    return first, last


def shift_days(days: Ints, first: date, years: int) -> Ints:
    """Day numbers from ``first`` moved as ``shift_years`` moves dates; February 29 falls back to the 28th."""
    dates = np.datetime64(first, "D") + days
    months = dates.astype("datetime64[M]")
    wanted = months + 12 * years
    moved = wanted.astype("datetime64[D]") + (dates - months.astype("datetime64[D]"))
    moved -= moved.astype("datetime64[M]") > wanted
    numbers: Ints = (moved - np.datetime64(first, "D")).astype(np.int64)
    return numbers


def _no_window(shortest: int, longest: int) -> WindowError:
    return WindowError(
        f"No window of {shortest} to {longest} days fits inside the dates and the records together with its baseline."
    )
