"""What would have been counted: against plain fits, and against made-up months whose future is known."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.counterfactual import SHAPES, Shape, expected

N, M = 27, 14
TIMES, LATER = np.arange(N, dtype=float), np.arange(N, N + M, dtype=float)


def test_the_expectations_are_those_of_plain_fits() -> None:
    values = np.random.default_rng(1).poisson(90 * np.exp(-0.03 * TIMES)).astype(float)
    line = np.polyval(np.polyfit(TIMES, values, 1), LATER)
    curve = sm.GLM(values, sm.add_constant(TIMES), family=sm.families.Poisson()).fit().predict(sm.add_constant(LATER))
    for shape, total in (
        ("flat", values.mean() * M),
        ("linear", np.maximum(0, line).sum()),
        ("log-linear", curve.sum()),
    ):
        found = expected(values, TIMES, LATER, shape)  # type: ignore[arg-type]
        assert found is not None
        assert found.total.value == pytest.approx(total)
        averted = found.averted(44)
        assert (averted.value, averted.low, averted.high) == pytest.approx(
            (total - 44, found.total.low - 44, found.total.high - 44)
        )


def test_the_straight_lines_variance_is_statsmodels_and_the_months_own() -> None:
    values = np.random.default_rng(2).normal(300, 20, N) - 4 * TIMES
    model = sm.OLS(values, sm.add_constant(TIMES)).fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True})
    weights = sm.add_constant(LATER).sum(axis=0)
    months = sm.OLS(model.resid, np.ones(N)).fit(cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": False})
    own = float(months.cov_params()[0, 0]) * N * N / (N - 2)
    found = expected(values, TIMES, LATER, "linear")
    assert found is not None
    assert found.variance == pytest.approx(weights @ model.cov_params() @ weights + M * own, rel=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_interval_holds_what_came_nearly_as_often_as_it_says(shape: Shape) -> None:
    # Newey and West's intervals are known to be short in series this short.
    random = np.random.default_rng(11)
    trend = {"flat": np.zeros(N + M), "linear": -2.0 * np.arange(N + M), "log-linear": np.zeros(N + M)}[shape]
    factor = np.exp(-0.03 * np.arange(N + M)) if shape == "log-linear" else np.ones(N + M)
    held = []
    for _ in range(300):
        months = random.negative_binomial((120 + trend) * factor, 0.5).astype(float)  # variance twice the mean
        found = expected(months[:N], TIMES, LATER, shape)
        assert found is not None
        held.append(found.total.low <= months[N:].sum() <= found.total.high)
    assert 0.86 <= np.mean(held) <= 0.98, np.mean(held)


@given(st.lists(st.integers(0, 40), min_size=6, max_size=40), st.integers(1, 30), st.sampled_from(SHAPES))
def test_whatever_was_counted_the_answer_is_finite_and_not_below_none(
    values: list[int], months: int, shape: Shape
) -> None:
    times = np.arange(len(values), dtype=float)
    found = expected(np.array(values, dtype=float), times, len(values) + np.arange(months, dtype=float), shape)
    if found is None:
        assert shape == "log-linear"
        return
    assert 0 <= found.total.low <= found.total.value <= found.total.high < math.inf
    assert 0 <= found.variance < math.inf


def test_a_line_that_reaches_none_stays_there() -> None:
    found = expected(np.linspace(26, 0, N), TIMES, LATER, "linear")
    assert found is not None
    assert (found.total.value, found.total.low) == pytest.approx((0, 0), abs=1e-9)


def test_months_that_never_change_leave_no_doubt() -> None:
    for shape in SHAPES:
        found = expected(np.full(N, 20.0), TIMES, LATER, shape)
        assert found is not None
        assert (found.total.low, found.total.value, found.total.high) == pytest.approx((20 * M,) * 3)


@pytest.mark.parametrize("shape", SHAPES)
def test_fewer_than_six_months_say_nothing(shape: Shape) -> None:
    assert expected(np.full(5, 20.0), np.arange(5.0), LATER, shape) is None


def test_no_events_have_no_percentage_trend() -> None:
    assert expected(np.zeros(N), TIMES, LATER, "log-linear") is None
    flat = expected(np.zeros(N), TIMES, LATER, "flat")
    assert flat is not None
    assert flat.total.high == 0
