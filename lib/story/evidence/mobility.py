"""How empty the streets were, week by week, against how far crime strayed from what was to be expected.

Time away from home is Google's, from phones, as tabulated by Opportunity Insights; orders are the Oxford stringency
index of Maryland (Hale and others, Nature Human Behaviour 5, 2021). Correlations are Pearson's. Weeks resemble their
neighbors, so a correlation rests on fewer weeks than there are: 1/N* = 1/N + 2/N sum_j (1 - j/N) r_x(j) r_y(j), with
r the autocorrelations at lag j to N/5 (equation 1 of Pyper and Peterman, Can. J. Fish. Aquat. Sci. 55, 1998, who
advise it without the weights and with corrected autocorrelations); the interval is Fisher's with N*, at most N, for N.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lib.analysis.change import Z95
from lib.analysis.rates import Estimate
from lib.analysis.seasonal import NoForecast, Trend
from lib.analysis.windows import Window
from lib.story.evidence.expected import UNDER_TEST, Departure, departure, expectation
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records

Floats = NDArray[np.float64]

FIRST_WEEK = date(2020, 2, 24)  # where the mobility table begins
AFTER = date(2020, 6, 1)  # from here on the one big step of March 2020 is left out
MOST_LAG = 6
FEWEST_WEEKS = 8
FEWEST_DAYS = 4  # of a week with an index
OPPORTUNITY = Measure(
    "streets-opportunity",
    "crimes of opportunity",
    "crime",
    "victims",
    ("larceny", "larceny-from-auto", "burglary", "robbery-street"),
)
OTHERS = Measure(
    "streets-others",
    "all other violent and property crimes",
    "crime",
    "victims",
    (
        "homicide", "shooting", "rape", "aggravated-assault", "robbery-commercial", "robbery-residence",
        "robbery-carjacking", "auto-theft", "arson",
    ),
)  # fmt: skip
GROUPS = (OPPORTUNITY, OTHERS)
SPANS = ("levels", "changes", "after")
"""All weeks; the changes from each week to the next; the weeks from June 2020 on."""


@dataclass(frozen=True, eq=False)
class Streets:
    """Weeks from February 24, 2020 on, with what is known of each; NaN where nothing is. Arrays of shape (weeks,).

    ``away`` and ``shops`` are fractions more or less than in early 2020, ``stringency`` runs from 0 to 100.
    ``departures`` are logs of observed over expected, in the order of ``GROUPS``, from March 2, 2020 on.
    """

    weeks: tuple[Window, ...]
    away: Floats
    shops: Floats
    stringency: Floats
    departures: tuple[Floats, Floats]


@dataclass(frozen=True)
class Correlation:
    """Of time away from home with departures ``lag`` weeks later, over ``weeks`` pairs that are worth ``worth``.

    ``value`` is None where too few weeks are known, or one of the two never moved.
    """

    group: Measure
    span: str
    lag: int
    weeks: int
    worth: float
    value: Estimate | None


@dataclass(frozen=True)
class AsPolicy:
    """What the policy could look like: departures against 0 before the week of March 18, 2020, and 1 since.

    ``spread`` is how far time away from home still ran, lowest to highest, in the weeks from June 2020 on, while the
    policy stood still.
    """

    step: tuple[Correlation, Correlation]
    spread: tuple[float, float]


def streets(trend: Trend, since: str) -> Streets | NoForecast:
    """The weeks to the end of the crime records. Raises NotLoadedError where these are not here, DataError."""
    return _streets(open_records(), trend, since)


@lru_cache(maxsize=24)
def _streets(records: Records, trend: Trend, since: str) -> Streets | NoForecast:
    found = [expectation(group, trend, since) for group in GROUPS]
    departures = []
    for each in found:
        if isinstance(each, NoForecast):
            return each
        counts = np.array(each.counts, dtype=np.float64)
        with np.errstate(divide="ignore"):
            logs = np.log(counts / each.forecast.expected)
        known = np.array([week.start >= UNDER_TEST for week in each.weeks]) & (counts > 0)
        departures.append((each.weeks, np.where(known, logs, np.nan)))
    weeks = tuple(week for week in departures[0][0] if week.start >= FIRST_WEEK)
    place = {week: i for i, week in enumerate(departures[0][0])}
    at = [place[week] for week in weeks]
    moved = records.tables.frame("mobility_daily").set_index("date")
    orders = records.tables.frame("stringency_daily").set_index("date")["stringency"]
    # The table's numbers are means of seven days: that of Sunday is the week's.
    sundays = [np.datetime64(week.end) for week in weeks]
    away, shops = (
        moved[name].reindex(sundays).to_numpy(dtype=np.float64) for name in ("away_from_home", "retail_and_recreation")
    )
    return Streets(
        weeks=weeks,
        away=away,
        shops=shops,
        stringency=np.array([_week_mean(orders.reindex(_days(week)).to_numpy(dtype=np.float64)) for week in weeks]),
        departures=(departures[0][1][at], departures[1][1][at]),
    )


def _days(week: Window) -> list[np.datetime64]:
    return [np.datetime64(week.start + timedelta(days=i)) for i in range(week.days)]


def _week_mean(days: Floats) -> float:
    known = days[~np.isnan(days)]
    return float(known.mean()) if len(known) >= FEWEST_DAYS else math.nan


@dataclass(frozen=True)
class Stretch:
    """Weeks taken together: mean time away from home, and both groups against what was to be expected of them."""

    window: Window
    away: float
    groups: tuple[Departure, Departure]


def stretches(found: Streets, trend: Trend, since: str) -> tuple[Stretch, Stretch]:
    """The weeks from that of March 16 to the end of May 2020, and those from June 2020 on."""
    policy = load_story().event("charges-dropped").date
    emptied = [week for week in found.weeks if week.end >= policy and week.start < AFTER]
    later = [week for week in found.weeks if week.start >= AFTER]
    one, other = (_stretch(found, weeks, trend, since) for weeks in (emptied, later))
    return one, other


def _stretch(found: Streets, weeks: list[Window], trend: Trend, since: str) -> Stretch:
    window = Window(weeks[0].start, weeks[-1].end)
    one, other = (departure(group, window, trend, since) for group in GROUPS)
    if isinstance(one, NoForecast) or isinstance(other, NoForecast):
        raise TypeError("streets without an expectation")
    first = found.weeks.index(weeks[0])
    return Stretch(window, float(np.nanmean(found.away[first : first + len(weeks)])), (one, other))


def correlations(found: Streets) -> tuple[Correlation, ...]:
    """Every group, span and lag, none left out: by span, then group, then lag."""
    return tuple(
        _at_lag(found, which, span, lag)
        for span in SPANS
        for which in range(len(GROUPS))
        for lag in range(MOST_LAG + 1)
    )


def _at_lag(found: Streets, which: int, span: str, lag: int) -> Correlation:
    away, departed, weeks = found.away, found.departures[which], found.weeks
    if span == "changes":
        away, departed, weeks = np.diff(away), np.diff(departed), weeks[1:]
    # Both weeks of a pair must lie in the span, so that no lag reaches back to the step that it leaves out.
    late = np.array([span != "after" or week.start >= AFTER for week in weeks])
    earlier, later = away[: len(away) - lag], departed[lag:]
    return _correlation(GROUPS[which], span, lag, earlier[late[: len(away) - lag]], later[late[: len(away) - lag]])


def _correlation(group: Measure, span: str, lag: int, x: Floats, y: Floats) -> Correlation:
    known = ~(np.isnan(x) | np.isnan(y))
    value, worth = correlate(x[known], y[known])
    return Correlation(group, span, lag, int(known.sum()), worth, value)


def correlate(x: Floats, y: Floats) -> tuple[Estimate | None, float]:
    """Pearson's correlation of two series in order of time, shape (n,), with its 95% interval; and what n is worth.

    None below eight values or where one is constant. The interval is the whole range where the values are worth no
    more than three.
    """
    n = len(x)
    if n < FEWEST_WEEKS or np.ptp(x) < 1e-12 or np.ptp(y) < 1e-12:
        return None, float(n)
    value = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    lags = np.arange(1, n // 5 + 1)
    both = np.array([_auto(x, j) * _auto(y, j) for j in lags.tolist()])
    worth = n / max(1.0, 1 + 2 * float(((1 - lags / n) * both).sum()))
    if worth <= 3 or abs(value) == 1:
        return Estimate(value, -1.0, 1.0), worth
    middle, half = math.atanh(value), Z95 / math.sqrt(worth - 3)
    return Estimate(value, math.tanh(middle - half), math.tanh(middle + half)), worth


def _auto(values: Floats, lag: int) -> float:
    """Autocorrelation at a lag, with the whole series' mean and variance."""
    apart = values - values.mean()
    return float((apart[lag:] * apart[:-lag]).sum() / (apart * apart).sum())


def as_policy(found: Streets) -> AsPolicy:
    """What a step on the policy's day that then stands still would make of the same weeks."""
    policy = load_story().event("charges-dropped").date
    step = np.array([float(week.end >= policy) for week in found.weeks])
    one, other = (
        _correlation(group, "levels", 0, step, departed)
        for group, departed in zip(GROUPS, found.departures, strict=True)
    )
    late = np.array([week.start >= AFTER for week in found.weeks])
    return AsPolicy((one, other), (float(np.nanmin(found.away[late])), float(np.nanmax(found.away[late]))))
