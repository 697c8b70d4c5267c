"""How often the 95% interval holds the truth: the whole comparison on made-up years whose true change is known.

Each series has seasons, a level of its own in every year and a known ratio between the windows. ``spread`` is the
variance of a week's count over its mean: 1 is pure chance; above it, all days of a week share one gamma factor.
Seeds are fixed, so a result can't flicker. With 1,500 comparisons its own standard error is 0.56 points, a quarter of
how far it may be from 95.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pytest

from lib.analysis.change import compare
from lib.analysis.windows import Window, WindowPair
from tests.analysis.made import line_of

FIRST, LAST = date(2014, 1, 1), date(2021, 4, 30)
DAYS = (LAST - FIRST).days + 1
CURRENT = Window(date(2021, 1, 1), date(2021, 3, 25))
YEAR_BEFORE = WindowPair(CURRENT, (CURRENT.shifted(-1),))
THREE_YEARS = WindowPair(CURRENT, tuple(CURRENT.shifted(-n) for n in (1, 2, 3)))
OTHER_DATES = WindowPair(CURRENT, (Window(date(2020, 5, 1), date(2020, 10, 31)),))
REPLICATIONS = 1500


@dataclass(frozen=True)
class Coverage:
    holds: float
    below: float
    above: float
    exact: float
    stated: int


def mean_by_day(pair: WindowPair, daily_mean: float, change: float) -> np.ndarray:
    day = np.arange(DAYS)
    season = 1 + 0.25 * np.sin(2 * np.pi * (day - 110) / 365.25)
    # Each year at its own level: the spread is measured around levels of years and seasons.
    to_baseline = (pair.first - FIRST).days - day
    level = np.array([1.0, 1.15, 0.9, 1.2, 1.05, 0.85, 1.1, 1.0])[np.maximum(-(-to_baseline // 364), 0) % 8]
    mean = daily_mean * season * level
    mean[(CURRENT.start - FIRST).days :] *= 1 + change
    return np.asarray(mean)


def weeks_of(pair: WindowPair) -> np.ndarray:
    """The number of each day's week; weeks begin with the windows, as the variance of a week is a week's."""
    starts = np.zeros(DAYS, dtype=np.int64)
    edge = (pair.first - FIRST).days
    starts[edge % 7 :: 7] = 1
    for window in (pair.current, *pair.baseline):
        starts[(window.start - FIRST).days] = 1
    return np.cumsum(starts)


def coverage(pair: WindowPair, daily_mean: float, *, change: float, spread: float, seed: int) -> Coverage:
    random = np.random.default_rng(seed)
    mean = mean_by_day(pair, daily_mean, change)
    week = weeks_of(pair)
    of_week = np.bincount(week, weights=mean)
    expected = [mean[(w.start - FIRST).days : (w.end - FIRST).days + 1].sum() for w in (pair.current, *pair.baseline)]
    exposure = pair.baseline_days / pair.current.days
    truth = expected[0] / (sum(expected[1:]) / exposure) - 1
    below = above = exact = stated = 0
    for _ in range(REPLICATIONS):
        if spread > 1:
            factor = random.gamma(of_week / (spread - 1), (spread - 1) / np.where(of_week > 0, of_week, 1))
            daily = random.poisson(mean * factor[week])
        else:
            daily = random.poisson(mean)
        interval = compare(line_of(FIRST, daily), pair).interval
        if interval is None:
            continue
        stated += 1
        exact += interval.method == "conditional binomial"
        below += interval.low > truth
        above += interval.high is not None and interval.high < truth
    return Coverage(1 - (below + above) / stated, below / stated, above / stated, exact / stated, stated)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pair", "daily_mean", "change", "spread"),
    [
        pytest.param(YEAR_BEFORE, 28.0, -0.17, 1.0, id="Poisson, as many as violent crimes"),
        pytest.param(YEAR_BEFORE, 28.0, -0.17, 3.0, id="overdispersed, as many as violent crimes"),
        pytest.param(YEAR_BEFORE, 1.0, 0.0, 1.0, id="Poisson, as many as homicides"),
        pytest.param(YEAR_BEFORE, 1.0, -0.3, 3.0, id="overdispersed, as many as homicides"),
        pytest.param(THREE_YEARS, 6.0, -0.3, 3.0, id="overdispersed, mean of three years"),
        pytest.param(OTHER_DATES, 6.0, 0.2, 3.0, id="overdispersed, windows on other dates"),
    ],
)
def test_the_95_percent_interval_holds_the_truth_95_times_in_100(
    pair: WindowPair, daily_mean: float, change: float, spread: float
) -> None:
    found = coverage(pair, daily_mean, change=change, spread=spread, seed=20210326)
    assert found.stated == REPLICATIONS
    assert 0.93 <= found.holds <= 0.97, found
    # Wrong on either side about equally often: an interval that is off center would misjudge falls.
    assert max(found.below, found.above) < 0.04, found


@pytest.mark.parametrize(
    ("daily_mean", "change", "spread"),
    [
        pytest.param(0.04, 0.0, 1.0, id="3 events"),
        pytest.param(0.08, -0.5, 1.0, id="7 events, halved"),
        pytest.param(0.12, 0.0, 1.0, id="10 events, both methods"),
        pytest.param(0.08, 0.0, 2.0, id="7 events, overdispersed"),
    ],
)
def test_for_few_events_the_interval_holds_the_truth_at_least_as_often(
    daily_mean: float, change: float, spread: float
) -> None:
    found = coverage(YEAR_BEFORE, daily_mean, change=change, spread=spread, seed=20200318)
    assert found.exact > 0.4, found
    assert found.holds >= 0.93, found
