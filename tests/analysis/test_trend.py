"""Straight lines, against statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.trend import FEWEST, straight_line, weighted_line


def series(n: int, seed: int) -> np.ndarray:
    """A falling line whose months resemble each other."""
    random = np.random.default_rng(seed)
    noise = np.zeros(n)
    for i in range(n):
        noise[i] = (0.6 * noise[i - 1] if i else 0) + random.normal(0, 12)
    return np.asarray(300 - 2.5 * np.arange(n) + noise)


@pytest.mark.parametrize("n", [6, 7, 16, 38, 100, 150])
def test_the_line_is_statsmodels_with_newey_and_wests_covariance(n: int) -> None:
    values = series(n, n)
    lags = int(4 * (n / 100) ** (2 / 9))
    model = sm.OLS(values, sm.add_constant(np.arange(n))).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
    )
    found = straight_line(values)
    assert found is not None
    low, high = model.conf_int()[1]
    assert (found.slope.value, found.slope.low, found.slope.high) == pytest.approx((model.params[1], low, high))
    assert (found.first, found.last) == pytest.approx((model.fittedvalues[0], model.fittedvalues[-1]))


def test_fewer_than_six_values_have_no_line() -> None:
    for n in range(FEWEST):
        assert straight_line(series(n, 1)) is None
    assert FEWEST == 6


def test_a_perfect_line_is_found_without_doubt() -> None:
    found = straight_line(np.linspace(10.0, 0.5, 20).astype(np.float64))
    assert found is not None
    assert (found.slope.low, found.slope.high) == pytest.approx((-0.5, -0.5))
    assert (found.first, found.last) == pytest.approx((10.0, 0.5))
    flat = straight_line(np.zeros(12, dtype=np.float64))
    assert flat is not None
    assert (flat.slope.value, flat.first, flat.last) == pytest.approx((0, 0, 0))


def test_the_slopes_interval_holds_the_truth_nearly_as_often_as_it_says() -> None:
    # Newey and West's intervals are known to be short in series as short as these: where months resemble each
    # other by 0.6, about 78 in 100 of 38 months hold the truth.
    held = []
    for seed in range(600):
        found = straight_line(series(38, seed))
        assert found is not None
        held.append(found.slope.low <= -2.5 <= found.slope.high)
    assert 0.75 < np.mean(held) < 0.97, np.mean(held)


points = st.lists(
    st.tuples(st.integers(-50, 50), st.floats(-5, 5), st.floats(0.1, 100)), min_size=3, max_size=60
).filter(lambda rows: len({row[0] for row in rows}) > 1)


@given(points)
@settings(max_examples=60)
def test_the_weighted_line_is_statsmodels_with_hc1(rows: list[tuple[int, float, float]]) -> None:
    x, y, weights = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    model = sm.WLS(y, sm.add_constant(x), weights=weights).fit(cov_type="HC1", use_t=True)
    found = weighted_line(x, y, weights)
    assert found.slope.value == pytest.approx(model.params[1], abs=1e-7)
    assert found.intercept == pytest.approx(model.params[0], abs=1e-6)
    assert (found.slope.low, found.slope.high) == pytest.approx(tuple(model.conf_int()[1]), rel=1e-4, abs=1e-5)
    for at in (-20.0, 0.0, 3.5, 40.0):
        summary = model.get_prediction(np.array([[1.0, at]])).summary_frame()
        mean, low, high = (float(summary[name].iloc[0]) for name in ("mean", "mean_ci_lower", "mean_ci_upper"))
        band = found.at(at)
        assert (band.value, band.low, band.high) == pytest.approx((mean, low, high), rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("x", [[1.0, 2.0], [], [3.0, 3.0, 3.0, 3.0]])
def test_a_line_needs_three_points_that_differ(x: list[float]) -> None:
    with pytest.raises(ValueError, match=r"three points|zero-size"):
        weighted_line(np.array(x), np.array(x), np.ones(len(x)))


def test_the_scale_of_the_weights_does_not_matter() -> None:
    random = np.random.default_rng(1)
    x, y, weights = random.normal(size=(3, 40))
    weights = np.exp(weights)
    one, other = weighted_line(x, y, weights), weighted_line(x, y, weights * 1000)
    assert (one.slope.low, one.slope.high) == pytest.approx((other.slope.low, other.slope.high))
