"""The turning day: known ones found again as often as the interval says, and none where there is none."""

import math
import time
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.change_point import BOUND, SPRING_2020, NoTurning, Turning, turning_day
from lib.analysis.counts import MissingSpan, RunningSum
from lib.analysis.windows import Window
from tests.analysis.made import line_of
from tests.examples import examples

FIRST, LAST = date(2015, 1, 1), date(2020, 12, 31)
DAYS = (LAST - FIRST).days + 1
ORDINALS = FIRST.toordinal() + np.arange(DAYS)


def means(level: float, turn: date, step: float) -> np.ndarray:
    """Expected events of each day: a season, quieter Sundays, years of their own, and a step on one day."""
    season = 0.25 * np.sin(2 * np.pi * ORDINALS / 365.2425) + 0.1 * np.cos(4 * np.pi * ORDINALS / 365.2425)
    weekday = np.where(ORDINALS % 7 == 0, -0.2, 0.0)
    year = 0.1 * ((ORDINALS - FIRST.toordinal()) // 365 % 3)
    after = np.where(turn.toordinal() <= ORDINALS, math.log(step), 0.0)
    return np.asarray(level * np.exp(season + weekday + year + after))


def counts(random: np.random.Generator, mean: np.ndarray, phi: float) -> np.ndarray:
    """Counts whose variance is phi times their mean (negative binomial, phi above 1)."""
    return np.asarray(random.negative_binomial(mean / (phi - 1), 1 / phi))


@pytest.mark.parametrize(
    ("level", "step", "phi"), [(16, 0.65, 1.3), (90, 0.7, 3.0), (12, 0.7, 1.6), (40, 1.4, 2.5)], ids=str
)
def test_a_known_turning_day_lies_in_the_set_as_often_as_it_says(level: float, step: float, phi: float) -> None:
    random = np.random.default_rng(7)
    held, by_chi_square, spreads = [], [], []
    for _ in range(200):
        turn = date(2020, 3, 1) + timedelta(days=int(random.integers(31)))
        found = turning_day(line_of(FIRST, counts(random, means(level, turn, step), phi)))
        if isinstance(found, NoTurning):
            continue
        held.append((found.low or date.min) <= turn <= (found.high or date.max))
        inside = np.flatnonzero(np.array(found.behind) <= 3.84)
        by_chi_square.append(inside[0] <= (turn - found.tried.start).days <= inside[-1])
        spreads.append(found.phi)
    assert len(held) >= 190
    assert 0.93 <= np.mean(held) <= 0.995, np.mean(held)
    assert np.mean(by_chi_square) < np.mean(held)  # why the bound is not that of a smooth likelihood
    assert np.mean(spreads) == pytest.approx(phi, rel=0.1)


def test_a_plain_step_is_found_with_its_size() -> None:
    turn = date(2020, 3, 18)
    found = turning_day(line_of(FIRST, counts(np.random.default_rng(1), means(200, turn, 0.5), 1.5)))
    assert isinstance(found, Turning)
    assert (found.day, found.years) == (turn, 5)
    assert found.low is not None
    assert found.high is not None
    assert found.change == pytest.approx(-0.5, abs=0.03)
    assert len(found.behind) == SPRING_2020.days
    assert found.behind[(turn - SPRING_2020.start).days] == 0 == min(found.behind)
    assert found.behind[(found.low - SPRING_2020.start).days] <= BOUND
    assert found.behind[(found.low - SPRING_2020.start).days - 1] > BOUND
    assert found.behind[(found.high - SPRING_2020.start).days + 1] > BOUND


@pytest.mark.parametrize(("level", "phi"), [(16, 1.3), (90, 3.0), (2, 1.5)])
def test_where_nothing_turned_a_day_is_hardly_ever_named(level: float, phi: float) -> None:
    random = np.random.default_rng(3)
    mean = means(level, date(2020, 3, 18), 1.0)
    named = [isinstance(turning_day(line_of(FIRST, counts(random, mean, phi))), Turning) for _ in range(200)]
    assert np.mean(named) <= 0.05


@given(st.integers(0, 1000), st.integers(-700, 700), st.integers(0, 60))
@settings(max_examples=examples(40))
def test_shifting_the_series_shifts_the_day(seed: int, shift: int, later: int) -> None:
    turn = date(2020, 2, 15) + timedelta(days=later)
    daily = counts(np.random.default_rng(seed), means(20, turn, 0.6), 1.5)
    by = timedelta(days=shift)
    one = turning_day(line_of(FIRST, daily))
    other = turning_day(line_of(FIRST + by, daily), Window(SPRING_2020.start + by, SPRING_2020.end + by))
    assert type(one) is type(other)
    if isinstance(one, Turning) and isinstance(other, Turning):
        assert other.day == one.day + by
        assert (other.low, other.high) == (one.low and one.low + by, one.high and one.high + by)
        assert other.change == pytest.approx(one.change)
        assert other.behind == pytest.approx(one.behind, abs=1e-6)


def test_the_profile_is_that_of_poisson_models_fitted_one_by_one() -> None:
    # Season and weekday from statsmodels on the years before, then one model for each day with a step on it.
    daily = counts(np.random.default_rng(5), means(30, date(2020, 3, 20), 0.7), 1.8).astype(float)
    found = turning_day(line_of(FIRST, daily))
    assert isinstance(found, Turning)
    start = SPRING_2020.start.toordinal() - 28
    length = SPRING_2020.days + 56

    def design(first: int) -> np.ndarray:
        day = first + np.arange(length)
        angle = 2 * np.pi * day / 365.2425
        waves = [wave(k * angle) for k in (1, 2) for wave in (np.sin, np.cos)]
        return np.column_stack([*waves, *(day % 7 == k for k in range(1, 7))]).astype(float)

    def events(first: int) -> np.ndarray:
        return np.asarray(daily[first - FIRST.toordinal() :][:length])

    earlier = [start - 364 * k for k in range(1, 6)]
    years = np.kron(np.eye(5), np.ones((length, 1)))
    family = sm.families.Poisson()
    before = sm.GLM(
        np.concatenate([events(s) for s in earlier]),
        np.column_stack([years, np.vstack([design(s) for s in earlier])]),
        family=family,
    ).fit(tol=1e-12)
    held = design(start) @ before.params[5:]
    deviances, spreads = [], []
    for k in range(SPRING_2020.days):
        step = (np.arange(length) >= 28 + k).astype(float)
        model = sm.GLM(events(start), np.column_stack([np.ones(length), step]), family=family, offset=held).fit()
        deviances.append(model.deviance)
        spreads.append(model.pearson_chi2 / model.df_resid)
    best = int(np.argmin(deviances))
    assert found.day == SPRING_2020.start + timedelta(days=best)
    assert found.phi == pytest.approx(spreads[best], rel=1e-4)
    assert found.behind == pytest.approx((np.array(deviances) - deviances[best]) / found.phi, abs=1e-3)


def steady(value: int = 20, days: int = DAYS) -> RunningSum:
    return line_of(FIRST, np.full(days, value))


def one_day(events: int) -> RunningSum:
    """No events but on one day of the spring."""
    daily = np.zeros(DAYS, dtype=np.int64)
    daily[(date(2020, 3, 18) - FIRST).days] = events
    return line_of(FIRST, daily)


def only(weekdays: tuple[int, ...]) -> RunningSum:
    """Events on some days of the week alone, and a step."""
    return line_of(FIRST, np.where(np.isin(ORDINALS % 7, weekdays), means(30, date(2020, 3, 18), 0.5), 0).astype(int))


def nothing_since(day: date) -> RunningSum:
    return line_of(FIRST, np.where(day.toordinal() <= ORDINALS, 0, 20))


def lacking(days: Window) -> RunningSum:
    return replace(steady(), missing=(MissingSpan(days, frozenset(), "A gap."),))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (steady(0), "season"),
        (steady(20), "No step"),
        (steady(1), "No step"),
        (one_day(500), "season"),
        (only((1, 2)), "too few events"),
        (steady(20, days=400), "complete through"),
        (line_of(date(2019, 1, 1), np.full(900, 20)), "Fewer than 2"),
        (line_of(date(2020, 2, 1), np.full(400, 20)), "records begin"),
        (nothing_since(date(2019, 6, 1)), "Nothing was recorded"),
        (
            lacking(Window(date(2020, 5, 1), date(2020, 5, 2))),
            "A gap",
        ),
        (
            lacking(Window(date(2019, 3, 1), date(2019, 3, 2))),
            "Fewer than 2",
        ),
    ],
)  # fmt: skip
def test_where_no_day_can_be_named_it_says_why(line: RunningSum, word: str) -> None:
    found = turning_day(line)
    assert isinstance(found, NoTurning)
    assert word in found.why
    assert found.why.endswith(".")


@pytest.mark.parametrize("tried", [Window(date(1, 1, 1), date(1, 1, 2)), Window(date(9999, 12, 30), date.max)])
def test_days_at_the_ends_of_the_calendar_are_outside_the_records(tried: Window) -> None:
    assert isinstance(turning_day(steady(), tried), NoTurning)


def test_a_series_that_stops_turned_on_its_first_day_without_events() -> None:
    found = turning_day(nothing_since(date(2020, 3, 13)))
    assert isinstance(found, Turning)
    assert (found.day, found.change) == (date(2020, 3, 13), -1)


def test_a_series_that_begins_has_no_size() -> None:
    daily = counts(np.random.default_rng(2), means(20, date(2020, 3, 18), 1.0), 1.5)
    daily[(date(2019, 12, 1) - FIRST).days : (date(2020, 3, 18) - FIRST).days] = 0
    found = turning_day(line_of(FIRST, daily))
    assert isinstance(found, Turning)
    assert (found.day, found.change) == (date(2020, 3, 18), None)


def test_an_end_that_the_counts_do_not_bound_is_none() -> None:
    daily = counts(np.random.default_rng(4), means(10, date(2020, 4, 26), 0.65), 1.5)
    found = turning_day(line_of(FIRST, daily))
    assert isinstance(found, Turning)
    assert found.low is not None
    assert found.high is None


@given(st.lists(st.integers(0, 3), min_size=20, max_size=20), st.integers(0, 5))
@settings(max_examples=examples(60))
def test_whatever_was_counted_the_answer_is_finite_and_in_order(pattern: list[int], most: int) -> None:
    found = turning_day(line_of(FIRST, np.minimum(np.resize(pattern, DAYS), most)))
    if isinstance(found, Turning):
        assert (found.low or date.min) <= found.day <= (found.high or date.max)
        assert np.isfinite(found.behind).all()
        assert math.isfinite(found.phi)


def test_one_profile_takes_less_than_fifty_milliseconds() -> None:
    line = line_of(FIRST, counts(np.random.default_rng(6), means(20, date(2020, 3, 18), 0.6), 1.5))
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        turning_day(line)
        times.append(time.perf_counter() - begun)
    assert min(times) < 0.05
