"""The step on a day: known ones found as often as the interval says, none where there is none, and reference values."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.counts import MissingSpan, RunningSum
from lib.analysis.placebos import NoStep, Step, sides, step_at
from lib.analysis.windows import Window
from tests.analysis.made import line_of
from tests.examples import examples

FIRST, LAST = date(2014, 1, 1), date(2021, 7, 31)
DAYS = (LAST - FIRST).days + 1
ORDINALS = FIRST.toordinal() + np.arange(DAYS)
POLICY, ANNOUNCED = date(2020, 3, 18), date(2021, 3, 26)
YEARS = range(2014, 2020)


def simulated(
    random: np.random.Generator, level: float, phi: float, drift: float, weeks: float, day: date, step: float
) -> RunningSum:
    """Counts with a season, uneven weeks, a level that wanders from year to year, and a step on one day."""
    season = 0.2 * np.sin(2 * np.pi * ORDINALS / 365.2425)
    uneven = random.normal(0, weeks, DAYS // 7 + 1)[np.arange(DAYS) // 7]
    wander = np.interp(np.arange(DAYS) / 365.25, np.arange(9), np.cumsum(random.normal(0, drift, 9)))
    after = np.where(day.toordinal() <= ORDINALS, np.log(step), 0.0)
    mean = level * np.exp(season + uneven + wander + after)
    return line_of(FIRST, random.negative_binomial(mean / (phi - 1), 1 / phi))


@pytest.mark.parametrize("step", [1.0, 0.75])
@pytest.mark.parametrize(
    ("level", "phi", "drift", "weeks", "day", "days"),
    [
        (30, 1.3, 0.1, 0.1, ANNOUNCED, 36),
        (70, 1.6, 0.15, 0.15, ANNOUNCED, 128),
        (30, 1.3, 0.1, 0.1, POLICY, 85),
        (70, 1.6, 0.15, 0.15, POLICY, 365),
    ],
)
def test_the_interval_holds_the_true_step_as_often_as_it_says(
    level: float, phi: float, drift: float, weeks: float, day: date, days: int, step: float
) -> None:
    random = np.random.default_rng(11)
    held, logs = [], []
    for _ in range(200):
        found = step_at(simulated(random, level, phi, drift, weeks, day, step), day, days, YEARS)
        assert isinstance(found, Step)
        assert found.interval.high is not None
        held.append(found.interval.low <= step - 1 <= found.interval.high)
        logs.append(np.log1p(found.change))
    assert 0.91 <= np.mean(held) <= 0.985, np.mean(held)
    assert np.mean(logs) == pytest.approx(np.log(step), abs=0.02)


@pytest.mark.parametrize(("level", "drift", "weeks"), [(2, 0.05, 0.05), (40, 0.0, 0.0)])
def test_where_years_hardly_differ_or_events_are_few_it_is_wider_than_it_must_be(
    level: float, drift: float, weeks: float
) -> None:
    random = np.random.default_rng(5)
    steps = [step_at(simulated(random, level, 1.1, drift, weeks, POLICY, 0.8), POLICY, 85, YEARS) for _ in range(150)]
    held = [s.interval.low <= -0.2 <= (s.interval.high or 9) for s in steps if isinstance(s, Step)]
    assert len(held) == 150
    assert np.mean(held) >= 0.97


def test_it_is_the_interaction_of_a_quasi_poisson_model() -> None:
    line = simulated(np.random.default_rng(2), 30, 1.5, 0.1, 0.1, POLICY, 0.7)
    found = step_at(line, POLICY, 85, YEARS)
    assert isinstance(found, Step)
    assert found.years == (2015, 2016, 2017, 2018, 2019)  # the days before March 18, 2014, begin too early
    every = (*found.years, 2020)
    windows = [sides(POLICY.replace(year=year), 85) for year in every]
    counts = np.array([[line.count(window) for window in pair] for pair in windows], dtype=float).reshape(-1)
    year = np.repeat(np.eye(len(every)), 2, axis=0)
    after = np.tile([0.0, 1.0], len(every))
    design = np.column_stack([year, after, after * year[:, -1]])
    fit = sm.GLM(counts, design, family=sm.families.Poisson()).fit(scale="X2", tol=1e-12)
    low, high = fit.conf_int()[-1]
    assert found.phi == pytest.approx(fit.scale, rel=1e-6)
    assert np.log1p(found.change) == pytest.approx(fit.params[-1], rel=1e-6)
    assert np.log1p(found.usual) == pytest.approx(fit.params[-2], rel=1e-6)
    # Student's t with four degrees of freedom takes the place of the normal deviate.
    assert np.log1p(found.interval.low) == pytest.approx(fit.params[-1] - (high - low) / 2 * 2.776445 / 1.959964, 1e-5)


def test_a_steady_series_has_no_step() -> None:
    found = step_at(line_of(FIRST, np.full(DAYS, 20)), POLICY, 100, YEARS)
    assert isinstance(found, Step)
    assert (found.before, found.after, found.usual, found.change, found.phi) == (2000, 2000, 0, 0, 1)
    assert not found.clear


def only_in(days: Window, events: int = 20) -> RunningSum:
    inside = (days.start.toordinal() <= ORDINALS) & (days.end.toordinal() >= ORDINALS)
    return line_of(FIRST, np.where(inside, events, 0))


@pytest.mark.parametrize(
    ("line", "days", "word"),
    [
        (line_of(FIRST, np.zeros(DAYS, dtype=int)), 85, "too few"),
        (line_of(FIRST, np.full(DAYS, 20)), 3000, "records begin"),
        (line_of(FIRST, np.full(2000, 20)), 85, "complete through"),
        (line_of(date(2018, 1, 1), np.full(1200, 20)), 85, "other years"),
        (only_in(Window(FIRST, date(2020, 3, 17))), 85, "too few"),
        (only_in(Window(POLICY, LAST)), 85, "too few"),
        (only_in(Window(date(2020, 1, 1), LAST)), 85, "too few"),
        (
            replace(
                line_of(FIRST, np.full(DAYS, 20)), missing=(MissingSpan(Window(POLICY, POLICY), frozenset(), "A gap."),)
            ),
            85,
            "A gap",
        ),
    ],
)
def test_where_nothing_can_be_said_it_says_why(line: RunningSum, days: int, word: str) -> None:
    found = step_at(line, POLICY, days, YEARS)
    assert isinstance(found, NoStep)
    assert word in found.why
    assert found.why.endswith(".")


@given(st.lists(st.integers(0, 40), min_size=9, max_size=9), st.integers(1, 365), st.dates(FIRST, LAST))
@settings(max_examples=examples(80))
def test_whatever_was_counted_the_answer_is_finite_and_in_order(pattern: list[int], days: int, day: date) -> None:
    day = day.replace(day=min(day.day, 28))
    found = step_at(line_of(FIRST, np.resize(pattern, DAYS)), day, days, YEARS)
    if isinstance(found, Step):
        assert found.interval.high is not None
        assert -1 < found.interval.low <= found.change <= found.interval.high < np.inf
        assert found.phi >= 1
        assert day.year not in found.years
        assert found.clear == (not found.interval.low <= 0 <= found.interval.high)


def test_the_sides_lie_side_by_side() -> None:
    before, after = sides(POLICY, 10)
    assert before.days == after.days == 10
    assert before.end + timedelta(days=1) == after.start == POLICY
