"""Windows of time: a first and a last day, both included, and the pairs that a claim compares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import Literal

from dateutil import parser

from lib.errors import StoryError

Unit = Literal["day", "year"]
"""By what a window is measured: days, or, of what is known by year only, calendar years."""

_WINDOW = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")

_LONGEST = 40  # characters of a typed date or period
_DEFAULTS = datetime(2000, 1, 1), datetime(2001, 2, 2)


class WindowError(StoryError):
    """A window that can't be read or can't be counted; the message says why."""


@dataclass(frozen=True, order=True)
class Window:
    """Days from ``start`` to ``end``, both included.

    Raises WindowError where the end lies before the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise WindowError(f"The window ends ({say_date(self.end)}) before it starts ({say_date(self.start)}).")

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.end - self.start).days + 1

    def length(self, per: Unit) -> int:
        """Number of days, or of the calendar years that it touches."""
        return self.days if per == "day" else self.end.year - self.start.year + 1

    @property
    def whole_years(self) -> bool:
        """True where it runs from the first day of a calendar year to the last day of one."""
        return (self.start.month, self.start.day, self.end.month, self.end.day) == (1, 1, 12, 31)

    def share_within(self, other: Window) -> float:
        """The fraction of its days that lie in another window."""
        shared = (min(self.end, other.end) - max(self.start, other.start)).days + 1
        return max(0, shared) / self.days

    def shifted(self, years: int) -> Window:
        """The same calendar dates ``years`` later (negative: earlier); February 29 becomes the 28th."""
        return Window(shift_years(self.start, years), shift_years(self.end, years))

    def __str__(self) -> str:
        return f"{self.start.isoformat()}..{self.end.isoformat()}"


@dataclass(frozen=True)
class WindowPair:
    """The window under test and the windows it is compared with.

    ``baseline`` is nearly always one window; several stand for the mean of several years, and then all
    cover the same calendar dates.
    """

    current: Window
    baseline: tuple[Window, ...]

    def __post_init__(self) -> None:
        if not self.baseline:
            raise WindowError("A comparison needs at least one baseline window.")
        if len(set(self.baseline)) < len(self.baseline):
            raise WindowError("The same baseline window is named twice.")
        if len(self.baseline) > 1 and not all(same_dates(self.current, b) for b in self.baseline):
            raise WindowError(
                "A baseline of several years must cover the same calendar dates as the window under test."
            )

    @property
    def baseline_days(self) -> int:
        """Days of all baseline windows together."""
        return sum(b.days for b in self.baseline)

    @cached_property
    def same_dates(self) -> bool:
        """True where window and baseline cover the same calendar dates of different years."""
        return all(same_dates(self.current, b) for b in self.baseline)

    def lengths(self, per: Unit) -> tuple[int, int]:
        """Days, or calendar years, of the window under test and of all baseline windows together."""
        return self.current.length(per), sum(baseline.length(per) for baseline in self.baseline)

    def equal(self, per: Unit) -> bool:
        """True where all windows have as many days, or calendar years; where not, one on the same dates holds a 29
        February."""
        return all(baseline.length(per) == self.current.length(per) for baseline in self.baseline)

    @property
    def shared_days(self) -> int:
        """Days that the window under test shares with its baselines; 0 where they are apart."""
        ends = ((max(self.current.start, b.start), min(self.current.end, b.end)) for b in self.baseline)
        return sum(max(0, (end - start).days + 1) for start, end in ends)

    @property
    def twice_counted_days(self) -> int:
        """Days that two baselines share and that so count twice; 0 where they are apart."""
        ends = sorted(self.baseline)
        return sum(max(0, (earlier.end - later.start).days + 1) for earlier, later in pairwise(ends))

    @property
    def years_apart(self) -> int | None:
        """Whole years between the window and a single baseline on the same dates, else None."""
        if len(self.baseline) != 1:
            return None
        return years_between(self.current, self.baseline[0])

    def shifted(self, years: int) -> WindowPair:
        """The whole comparison moved by ``years``."""
        return WindowPair(self.current.shifted(years), tuple(b.shifted(years) for b in self.baseline))

    @property
    def first(self) -> date:
        """The earliest day that the comparison touches."""
        return min(self.current.start, *(b.start for b in self.baseline))

    @property
    def last(self) -> date:
        """The latest day that the comparison touches."""
        return max(self.current.end, *(b.end for b in self.baseline))


def shift_years(day: date, years: int) -> date:
    """The same day of the year ``years`` later; February 29 falls back to the 28th in a common year."""
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        raise WindowError(f"{say_date(day)} can't be moved by {years} years.")
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def years_between(current: Window, baseline: Window) -> int | None:
    """How many years the same calendar dates lie apart, or None where the dates differ."""
    years = current.end.year - baseline.end.year
    if years == 0:
        return None
    if _calendar(current) == _calendar(baseline):  # nearly always; moving windows costs more
        return years if current.start.year - baseline.start.year == years else None
    if current.shifted(-years) == baseline or baseline.shifted(years) == current:
        return years
    return None


def _calendar(window: Window) -> tuple[int, int, int, int]:
    """Month and day of both ends."""
    return window.start.month, window.start.day, window.end.month, window.end.day


def same_dates(current: Window, baseline: Window) -> bool:
    """True where both windows cover the same calendar dates of different years."""
    return years_between(current, baseline) is not None


def years_earlier(current: Window, years: int = 1) -> WindowPair:
    """``current`` against the same calendar dates ``years`` earlier."""
    return WindowPair(current, (current.shifted(-years),))


def parse_window(text: str) -> Window:
    """Read ``2021-01-01..2021-03-31``; WindowError with the reason where it can't be read."""
    found = _WINDOW.fullmatch(text.strip())
    if not found:
        short = " ".join(text.split())[:_LONGEST]
        raise WindowError(f"Write a period as its first and last day, like 2021-01-01..2021-03-31, not “{short}”.")
    ends = []
    for part in found.groups():
        try:
            ends.append(date.fromisoformat(part))
        except ValueError:
            raise WindowError(f"{part} isn't a day on the calendar.") from None
    return Window(*ends)


def parse_day(text: str) -> date:
    """Read a day as people type it: ``2021-03-26``, ``3/26/2021``, ``March 26, 2021``, ``Mar 26, 2021``.

    WindowError with the reason where it is no whole date. Of two numbers the first is the month, as Americans write.
    """
    said = f"“{text.strip()[:_LONGEST]}” is no date that can be read here. Type it like 3/26/2021 or March 26, 2021."
    if len(text) > _LONGEST:
        raise WindowError(said)
    try:
        # What a text does not say is taken from the default: a whole date is the same under any.
        read: set[date] = {parser.parse(text, default=default).date() for default in _DEFAULTS}
    except (ValueError, OverflowError):
        raise WindowError(said) from None
    if len(read) > 1:
        raise WindowError(said)
    return read.pop()


def parse_pair(current: str, baselines: Sequence[str] | None) -> WindowPair:
    """Read a window and those it is compared with, None for the same dates a year earlier; WindowError as above."""
    window = parse_window(current)
    return years_earlier(window) if baselines is None else WindowPair(window, tuple(map(parse_window, baselines)))


def say_date(day: date, year: bool = True) -> str:
    """``March 26, 2021``, or ``March 26`` without the year."""
    return f"{day:%B} {day.day}, {day.year}" if year else f"{day:%B} {day.day}"


def say_window(window: Window) -> str:
    """The window in words, naming year and month once where they are the same: ``June 1 to 7, 2020``."""
    if window.start == window.end:
        return say_date(window.start)
    if (window.start.year, window.start.month) == (window.end.year, window.end.month):
        return f"{say_date(window.start, year=False)} to {window.end.day}, {window.end.year}"
    one_year = window.start.year == window.end.year
    return f"{say_date(window.start, year=not one_year)}{'' if one_year else ','} to {say_date(window.end)}"


def day_number(day: date, first: date) -> int:
    """Days from ``first`` to ``day``; 0 on the first day."""
    return (day - first).days
