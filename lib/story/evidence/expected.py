"""What a measure's weeks before March 2020 led to expect, set against what was counted; and the same in earlier years.

The model is that of ``lib.analysis.seasonal``. Weeks run from Monday to Sunday.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from lib.analysis.counts import RunningSum, whole_bins
from lib.analysis.rates import Estimate
from lib.analysis.seasonal import WEEKS_A_YEAR, Forecast, NoForecast, Trend, forecast
from lib.analysis.windows import Window, WindowError, say_date
from lib.errors import ArgumentError
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records

BEFORE = date(2020, 3, 1)  # the training ends with the last whole week before this day
UNDER_TEST = date(2020, 3, 2)
HELD_OUT = (2017, 2018, 2019)
NO_WEEKS = "There are no whole weeks on record from which to learn what was to be expected."


@dataclass(frozen=True, eq=False)
class Expectation:
    """Weeks of training with their counts, and the weeks after with their counts and what was to be expected."""

    measure: Measure
    trend: Trend
    since: str
    trained: tuple[Window, ...]
    trained_counts: tuple[int, ...]
    weeks: tuple[Window, ...]
    counts: tuple[int, ...]
    forecast: Forecast

    @property
    def learned(self) -> Window:
        """First to last day of the training."""
        return Window(self.trained[0].start, self.trained[-1].end)


@dataclass(frozen=True)
class Departure:
    """Events observed in whole weeks against those to be expected, each with its 95% interval.

    The intervals are those of what could have been counted had the past gone on. ``difference`` is observed minus
    expected, ``change`` the same as a fraction of the expected (None where none at all might have been counted).
    ``inside`` says whether the observed number lies within what was to be expected. ``window`` are the ``weeks`` used.
    """

    measure: Measure
    trend: Trend
    since: str
    learned: Window
    window: Window
    weeks: int
    observed: int
    expected: Estimate
    difference: Estimate
    change: Estimate | None
    inside: bool


@dataclass(frozen=True)
class HeldOut:
    """A year of 52 weeks as the weeks before it led to expect it, against what was counted.

    ``weeks_inside`` is how many single weeks lie in their band, ``inside`` whether the year's total lies in its
    interval.
    """

    year: int
    learned: Window
    window: Window
    observed: int
    expected: Estimate
    inside: bool
    weeks_inside: int


@dataclass(frozen=True)
class Check:
    """How the model did in earlier years; ``left_out`` says of the years that can't be checked, why."""

    measure: Measure
    trend: Trend
    since: str
    years: tuple[HeldOut, ...]
    left_out: tuple[tuple[int, str], ...]

    @property
    def weeks(self) -> int:
        """Weeks of all years that were held out."""
        return WEEKS_A_YEAR * len(self.years)

    @property
    def weeks_inside(self) -> int:
        """How many of them lie in their band."""
        return sum(year.weeks_inside for year in self.years)


def expectation(measure: Measure, trend: Trend, since: str) -> Expectation | NoForecast:
    """What was to be expected in every whole week on record after the training.

    The training has the whole weeks from January 1 of ``since`` to the last before March 1, 2020, without any that lie
    before a known gap. Raises NotLoadedError where the records are not here.
    """
    return _expectation(open_records(), measure, trend, since)


# A forecast keeps half a megabyte of futures.
@lru_cache(maxsize=24)
def _expectation(records: Records, measure: Measure, trend: Trend, since: str) -> Expectation | NoForecast:
    line = records.line(measure)
    trained = _weeks_before(line, BEFORE, date(int(since), 1, 1))
    if not trained:
        return NoForecast(NO_WEEKS)
    after = Window(trained[-1].end + timedelta(days=1), line.run(trained[-1]).end)
    weeks = whole_bins(after, "week")
    if not weeks:
        return NoForecast("There is no whole week on record after the weeks to learn from.")
    counts = line.count_each(trained)
    found = forecast(np.array(counts, dtype=np.float64), trained[0].start, len(weeks), trend)
    if isinstance(found, NoForecast):
        return found
    return Expectation(
        measure, trend, since, tuple(trained), tuple(counts), weeks, tuple(line.count_each(weeks)), found
    )


def departure(measure: Measure, window: Window, trend: Trend, since: str) -> Departure | NoForecast:
    """Observed against expected in the whole weeks of the window from March 2, 2020 on.

    Raises ArgumentError where the window has none that can be counted, NotLoadedError where the records are not here.
    """
    found = expectation(measure, trend, since)
    if isinstance(found, NoForecast):
        return found
    inside = [
        i
        for i, week in enumerate(found.weeks)
        if week.start >= UNDER_TEST and window.start <= week.start and week.end <= window.end
    ]
    if not inside:
        raise ArgumentError(
            f"The period you’re checking has no whole week, Monday to Sunday, from {say_date(UNDER_TEST)} to "
            f"{say_date(found.weeks[-1].end)}: move its end past {say_date(UNDER_TEST + timedelta(days=6))} "
            "or make it longer, and what was to be expected can be said."
        )
    start, stop = inside[0], inside[-1] + 1
    observed = sum(found.counts[start:stop])
    total = found.forecast.total(start, stop)
    return Departure(
        measure=measure,
        trend=trend,
        since=since,
        learned=found.learned,
        window=Window(found.weeks[start].start, found.weeks[stop - 1].end),
        weeks=stop - start,
        observed=observed,
        expected=total,
        difference=Estimate(observed - total.value, observed - total.high, observed - total.low),
        change=(
            Estimate(observed / total.value - 1, observed / total.high - 1, observed / total.low - 1)
            if total.low > 0
            else None
        ),
        inside=total.low <= observed <= total.high,
    )


def check(measure: Measure, trend: Trend, since: str) -> Check:
    """The same model in 2017, 2018 and 2019, each learned from the weeks before it.

    As many weeks as the reader's training has, fewer where the records or a known gap leave no more. Raises
    NotLoadedError where the records are not here.
    """
    return _check(open_records(), measure, trend, since)


@lru_cache(maxsize=256)
def _check(records: Records, measure: Measure, trend: Trend, since: str) -> Check:
    line = records.line(measure)
    longest = len(whole_bins(Window(date(int(since), 1, 1), BEFORE - timedelta(days=1)), "week"))
    years, left_out = [], []
    for year in HELD_OUT:
        held = _held_out(line, year, longest, trend)
        if isinstance(held, NoForecast):
            left_out.append((year, held.why))
        else:
            years.append(held)
    return Check(measure, trend, since, tuple(years), tuple(left_out))


def _held_out(line: RunningSum, year: int, longest: int, trend: Trend) -> HeldOut | NoForecast:
    trained = _weeks_before(line, date(year, 1, 1), line.first)[-longest:]
    if not trained:
        return NoForecast(NO_WEEKS)
    first = trained[-1].end + timedelta(days=1)
    window = Window(first, first + timedelta(weeks=WEEKS_A_YEAR) - timedelta(days=1))
    try:
        line.check(window)
    except WindowError as error:
        return NoForecast(str(error))
    found = forecast(np.array(line.count_each(trained), dtype=np.float64), trained[0].start, WEEKS_A_YEAR, trend)
    if isinstance(found, NoForecast):
        return found
    counts = np.array(line.count_each(whole_bins(window, "week")))
    total = found.total(0, WEEKS_A_YEAR)
    observed = int(counts.sum())
    return HeldOut(
        year=year,
        learned=Window(trained[0].start, trained[-1].end),
        window=window,
        observed=observed,
        expected=total,
        inside=total.low <= observed <= total.high,
        weeks_inside=int(((found.low <= counts) & (counts <= found.high)).sum()),
    )


def _weeks_before(line: RunningSum, day: date, earliest: date) -> Sequence[Window]:
    """Whole weeks without a known gap from ``earliest`` to the last one that ends before ``day``."""
    last = day - timedelta(days=1)
    if not line.first <= last <= line.last or any(gap.window.start <= last <= gap.window.end for gap in line.missing):
        return ()
    start = max(line.run(Window(last, last)).start, earliest)
    return whole_bins(Window(start, last), "week") if start <= last else ()
