"""Counts by day, category, area, kind of place and race as running sums, so that any window is one subtraction.

``Counts`` holds a whole table; ``Counts.select`` narrows it to a ``RunningSum``, one number a day, on which
windows, all windows at once, and series by week or month are differences of two array elements.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.analysis.windows import Unit, Window, WindowError, day_number, say_date, say_window
from lib.errors import StoryError

By = Literal["day", "week", "month", "year"]
Resolution = Unit
BYS: tuple[By, ...] = ("day", "week", "month", "year")
WHOLE_CITY = ""

Ints = NDArray[np.int64]


class OutsideRecordsError(WindowError):
    """The window reaches before the first day or past the last complete day of the records."""


class MissingRecordsError(WindowError):
    """The window touches days for which the records are known to lack the category; ``what`` says which."""

    def __init__(self, what: str, window: Window) -> None:
        super().__init__(f"{what} The window {say_window(window)} can't be counted.")
        self.what = what


class WholeYearsError(MissingRecordsError):
    """Counts are known by whole calendar year only, and the window is not made of years that there are."""

    def __init__(self, years: Sequence[int], window: Window) -> None:
        known = f"whole calendar years only: {say_years(years)}" if years else "whole calendar years, and none is here"
        super().__init__(f"These counts are of {known}.", window)


class UnknownNameError(StoryError):
    """A category or an area that the records do not have."""


@dataclass(frozen=True)
class MissingSpan:
    """Days on which the records lack some categories altogether; ``what`` says so in words."""

    window: Window
    categories: frozenset[str]
    what: str


@dataclass(frozen=True)
class Replicates:
    """Areas that are counted beside one another: ``sums``, shape (days + 1, areas), are their running sums.

    ``own``, shape (areas,), says which of them make up the line that they stand beside.
    """

    sums: Ints
    own: NDArray[np.bool_]


@dataclass(frozen=True)
class RunningSum:
    """Events so far, by day: ``sums[i]`` is the number before day ``first + i``.

    Shape of ``sums``: (days + 1,), int64, never falling. ``last`` is the last complete day.

    Where ``resolution`` is "year", events are known by whole calendar year and no finer: ``sums`` steps at the end of
    each year, and only windows of whole years that there are can be counted. ``replicates`` are then the areas whose
    spread says how sure a change is.
    """

    first: date
    last: date
    sums: Ints
    missing: tuple[MissingSpan, ...] = ()
    resolution: Resolution = "day"
    replicates: Replicates | None = None

    def check(self, window: Window) -> None:
        """Raise OutsideRecordsError, MissingRecordsError or WholeYearsError where the window can't be counted."""
        if self.resolution == "year":
            self._check_years(window)
            return
        if window.start < self.first:
            raise OutsideRecordsError(
                f"The records begin on {say_date(self.first)}; the window {say_window(window)} starts before that."
            )
        if window.end > self.last:
            raise OutsideRecordsError(
                f"The records are complete through {say_date(self.last)}; "
                f"the window {say_window(window)} ends after that."
            )
        for span in self.missing:
            if span.window.start <= window.end and window.start <= span.window.end:
                raise MissingRecordsError(span.what, window)

    def _check_years(self, window: Window) -> None:
        asked = set(range(window.start.year, window.end.year + 1))
        if not window.whole_years or not asked <= set(self.years):
            raise WholeYearsError(self.years, window)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The calendar years that lie whole in the records, without those with a known gap."""
        return tuple(
            part.start.year
            for part in whole_bins(Window(self.first, self.last), "year")
            if not any(m.window.start <= part.end and part.start <= m.window.end for m in self.missing)
        )

    def count(self, window: Window) -> int:
        """Events in the window, both ends included. Raises as ``check`` does."""
        self.check(window)
        start = day_number(window.start, self.first)
        return int(self.sums[start + window.days] - self.sums[start])

    def windows(self, starts: Ints, lengths: Ints) -> Ints:
        """Events in many windows at once.

        ``starts`` are day numbers from ``first`` (0-based), ``lengths`` numbers of days (at least 1); the two
        broadcast. Raises OutsideRecordsError where any window leaves the records. Known gaps are the
        caller's to leave out.
        """
        ends = starts + lengths
        if np.min(starts) < 0 or np.min(lengths) < 1 or np.max(ends) >= len(self.sums):
            raise OutsideRecordsError(
                f"Windows must lie between {say_date(self.first)} and {say_date(self.last)} "
                "and be at least one day long."
            )
        if self.resolution == "year":
            for days in (starts, ends):
                self._check_new_years(days)
        counted: Ints = self.sums[ends] - self.sums[starts]
        return counted

    def _check_new_years(self, days: Ints) -> None:
        """Raise WholeYearsError where one of the days, numbered from ``first``, is not the first of a year."""
        stamps = np.datetime64(self.first, "D") + np.atleast_1d(days)
        odd = stamps[stamps != stamps.astype("datetime64[Y]")]
        if len(odd):
            day: date = odd.flat[0].item()
            raise WholeYearsError(self.years, Window(day, day))

    def require_days(self) -> None:
        """Raise WholeYearsError where events are not known by day: for what reads ``sums`` itself."""
        if self.resolution == "year":
            raise WholeYearsError(self.years, Window(self.first, self.first))

    def daily(self) -> Ints:
        """Events on each day from ``first`` to ``last``; shape (days,). Raises as ``require_days``."""
        self.require_days()
        return np.diff(self.sums)

    def series(self, window: Window, by: By) -> list[tuple[Window, int]]:
        """Events by day, week (Monday to Sunday), month or year; the first and last bins are cut at the window."""
        self.check(window)
        return list(zip(parts := bins(window, by), self.count_each(parts), strict=True))

    def count_each(self, parts: Sequence[Window]) -> list[int]:
        """Events in each of many windows, as plain numbers. Known gaps are the caller's to leave out."""
        if not parts:
            return []
        starts = np.array([day_number(part.start, self.first) for part in parts])
        counted: list[int] = self.windows(starts, np.array([part.days for part in parts])).tolist()
        return counted

    def run(self, window: Window) -> Window:
        """The days without a known gap before and after a window that can be counted."""
        after = (m.window.end + timedelta(days=1) for m in self.missing if m.window.end < window.start)
        before = (m.window.start - timedelta(days=1) for m in self.missing if m.window.start > window.end)
        return Window(max((self.first, *after)), min((self.last, *before)))

    @property
    def countable(self) -> Window:
        """The days after the last known gap, up to the last complete one."""
        if self.resolution == "year":
            start = self.years[-1]
            while start - 1 in self.years:
                start -= 1
            return Window(date(start, 1, 1), date(self.years[-1], 12, 31))
        start_day = max((m.window.end + timedelta(days=1) for m in self.missing), default=self.first)
        return Window(start_day, self.last)

    @property
    def reach(self) -> Window:
        """The days that are shown where nobody asks for others: the countable ones, but of whole years all of them.

        Years between that are missing are then left open.
        """
        if self.resolution == "year":
            return Window(date(self.years[0], 1, 1), date(self.years[-1], 12, 31))
        return self.countable


@dataclass(frozen=True)
class Counts:
    """A table of daily counts as running sums.

    ``sums`` has shape (days + 1, categories, areas, places, races); ``sums[i]`` counts everything before day
    ``first + i``. An axis that the table lacks has the one value "". ``last`` is the last complete day: later
    rows of the table are not in it. With the ``resolution`` "year", all events of a year stand on its last day.
    """

    first: date
    last: date
    categories: tuple[str, ...]
    areas: tuple[str, ...]
    places: tuple[str, ...]
    races: tuple[str, ...]
    sums: NDArray[np.unsignedinteger]
    missing: tuple[MissingSpan, ...] = ()
    resolution: Resolution = "day"

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        category: str,
        first: date,
        last: date,
        missing: Collection[MissingSpan] = (),
        resolution: Resolution = "day",
    ) -> Counts:
        """Build the array from a long table with ``date``, the column named ``category``, and ``count``.

        Columns ``area``, ``place`` and ``race`` are used where the table has them; without, there is one area,
        the whole city (``""``). Rows outside first..last are left out. Array memory: days x categories x areas x
        places x 2 or 4 bytes.
        """
        days = day_number(last, first) + 1
        day = ((frame["date"].to_numpy() - np.datetime64(first)) // np.timedelta64(1, "D")).astype(np.int64)
        inside = (day >= 0) & (day < days)
        axes = [_codes(frame[category])]
        for name in ("area", "place", "race"):
            axes.append(_codes(frame[name]) if name in frame else (np.zeros(len(frame), dtype=np.int64), (WHOLE_CITY,)))
        shape = (days + 1, *(len(names) for _, names in axes))
        count = frame["count"].to_numpy().astype(np.int64)
        flat = np.ravel_multi_index((day[inside] + 1, *(codes[inside] for codes, _ in axes)), shape)
        # The largest sum is the last one of the fullest cell: two bytes a number suffice for a city's neighborhoods.
        cells = int(np.prod(shape[1:]))
        fullest = np.bincount(flat % cells, weights=count[inside], minlength=1).max()
        kind = np.uint16 if fullest <= np.iinfo(np.uint16).max else np.uint32
        sums = np.zeros(shape, dtype=kind)
        np.add.at(sums.reshape(-1), flat, count[inside].astype(kind))
        np.cumsum(sums, axis=0, dtype=kind, out=sums)
        categories, areas, places, races = (values for _, values in axes)
        return cls(first, last, categories, areas, places, races, sums, tuple(missing), resolution)

    def select(
        self,
        categories: Sequence[str],
        area: str | None = None,
        places: Sequence[str] | None = None,
        races: Sequence[str] | None = None,
    ) -> RunningSum:
        """Narrow to some categories, one area, some kinds of place, some races (None: all of them).

        Raises UnknownNameError for a name that the records do not have.
        """
        picked = self.sums[:, self._positions(self.categories, categories, "category")]
        if area is not None:
            picked = picked[:, :, self._positions(self.areas, [area], "area")]
        if places is not None:
            picked = picked[:, :, :, self._positions(self.places, places, "kind of place")]
        if races is not None:
            picked = picked[..., self._positions(self.races, races, "race")]
        line = picked.sum(axis=(1, 2, 3, 4), dtype=np.int64)
        return self.running_sum(line, categories)

    def running_sum(self, sums: Ints, categories: Sequence[str]) -> RunningSum:
        """A running sum over these days, shape (days + 1,), with the known gaps of these categories."""
        return RunningSum(self.first, self.last, sums, self.missing_in(categories), self.resolution)

    def running_by_area(self, categories: Sequence[str], places: Sequence[str] | None = None) -> Ints:
        """The running sums of every area at once; shape (days + 1, areas), in the order of ``areas``.

        Raises UnknownNameError for a category or kind of place that the records do not have.
        """
        total = np.zeros((self.sums.shape[0], len(self.areas)), dtype=np.int64)
        which = range(len(self.places)) if places is None else self._positions(self.places, places, "kind of place")
        # Slice by slice: picking all categories at once would copy most of the array.
        for category in self._positions(self.categories, categories, "category"):
            for place in which:
                for race in range(len(self.races)):
                    total += self.sums[:, category, :, place, race]
        return total

    def by_area(self, window: Window, categories: Sequence[str], places: Sequence[str] | None = None) -> Ints:
        """Events in the window for every area at once, in the order of ``areas``. Raises as ``select`` and
        ``RunningSum.check`` do."""
        self.running_sum(np.zeros(0, np.int64), categories).check(window)
        which = self._positions(self.categories, categories, "category")
        start = day_number(window.start, self.first)
        counted = self.sums[start + window.days, which].astype(np.int64) - self.sums[start, which]
        if places is not None:
            counted = counted[:, :, self._positions(self.places, places, "kind of place")]
        total: Ints = counted.sum(axis=(0, 2, 3))
        return total

    def missing_in(self, categories: Sequence[str]) -> tuple[MissingSpan, ...]:
        """The known gaps that concern these categories."""
        wanted = frozenset(categories)
        return tuple(m for m in self.missing if m.categories & wanted)

    @staticmethod
    def _positions(have: Sequence[str], want: Sequence[str], kind: str) -> list[int]:
        unknown = [name for name in want if name not in have]
        if unknown or not want:
            raise UnknownNameError(f"The records have no {kind} {', '.join(map(repr, unknown)) or '(none given)'}.")
        return [have.index(name) for name in want]


def bins(window: Window, by: By) -> list[Window]:
    """The window cut into days, weeks (Monday to Sunday), months or years, in order, nothing left out."""
    parts: list[Window] = []
    start = window.start
    while start <= window.end:
        end = min(_bin_end(start, by), window.end)
        parts.append(Window(start, end))
        start = end + timedelta(days=1)
    return parts


@lru_cache(maxsize=64)
def whole_bins(window: Window, by: By) -> tuple[Window, ...]:
    """As ``bins``, without a first or last one that the window cuts: a part of a week looks like a fall."""
    parts = bins(window, by)
    if parts and _bin_end(parts[-1].start, by) != parts[-1].end:
        parts.pop()
    day_before = window.start - timedelta(days=1)
    if parts and _bin_end(day_before, by) != day_before:
        parts.pop(0)
    return tuple(parts)


def say_years(years: Sequence[int]) -> str:
    """Years in words, runs of them by their ends: ``2011, 2012 and 2015 to 2021``."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    parts = [
        text for run in runs for text in ([f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(year) for year in run])
    ]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _bin_end(day: date, by: By) -> date:
    if by == "day":
        return day
    if by == "week":
        return day + timedelta(days=6 - day.weekday())
    if by == "month":
        first_of_next = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        return first_of_next - timedelta(days=1)
    return date(day.year, 12, 31)


def _codes(column: pd.Series) -> tuple[Ints, tuple[str, ...]]:
    values = column.astype("category").cat
    return values.codes.to_numpy().astype(np.int64), tuple(str(name) for name in values.categories)
