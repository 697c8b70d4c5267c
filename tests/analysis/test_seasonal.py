"""What was to be expected: known seasons, trends and unevenness found again, with bands as often right as they say."""

import math
from datetime import date

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.seasonal import FADE, FEWEST_WEEKS, Forecast, NoForecast, Trend, forecast
from tests.examples import examples

FIRST = date(2016, 1, 4)
YEAR = 52


def season(weeks: int) -> np.ndarray:
    angle = 2 * np.pi / 365.2425 * (FIRST.toordinal() + 3 + 7 * np.arange(weeks))
    return np.asarray(0.2 * np.sin(angle) + 0.08 * np.cos(2 * angle))


def made(
    random: np.random.Generator, weeks: int, level: float, phi: float, slope: float = 0.0, drift: float = 0.0
) -> np.ndarray:
    """Weekly counts with a season, a slope a year, variance phi times the mean, and a level that wanders."""
    wander = np.cumsum(random.standard_normal(weeks)) * drift / math.sqrt(YEAR)
    mean = level * np.exp(season(weeks) + slope * np.arange(weeks) / YEAR + wander)
    return np.asarray(random.negative_binomial(mean / (phi - 1), 1 / phi), dtype=np.float64)


def found(counts: np.ndarray, ahead: int = YEAR, trend: Trend = "linear") -> Forecast:
    made = forecast(counts, FIRST, ahead, trend)
    assert isinstance(made, Forecast)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "phi", "drift", "trend"), [(200, 2.3, 0.2, "flat"), (60, 1.6, 0.0, "linear"), (40, 2.0, 0.4, "damped")]
)
def test_a_years_total_and_single_weeks_lie_in_their_bands_as_often_as_these_say(
    level: float, phi: float, drift: float, trend: Trend
) -> None:
    random = np.random.default_rng(11)
    held, weeks, spreads = [], [], []
    for _ in range(50):
        counts = made(random, 156 + YEAR, level, phi, 0.0, drift)
        ahead = found(counts[:156], YEAR, trend)
        total, after = ahead.total(0, YEAR), counts[156:]
        held.append(total.low <= after.sum() <= total.high)
        weeks.append(np.mean((ahead.low <= after) & (after <= ahead.high)))
        spreads.append(ahead.dispersion)
    assert np.mean(held) >= 0.8
    assert 0.9 <= np.mean(weeks) <= 0.995
    assert np.mean(spreads) == pytest.approx(phi, rel=0.15)


def test_without_wandering_it_is_the_quasi_poisson_model_of_statsmodels() -> None:
    counts = made(np.random.default_rng(3), 208, 60, 1.5, slope=-0.1)
    ahead = found(counts)
    assert ahead.drift < 0.03
    weeks = np.arange(208 + YEAR)
    angle = 2 * np.pi / 365.2425 * (FIRST.toordinal() + 3 + 7 * weeks)
    waves = [wave(k * angle) for k in (1, 2) for wave in (np.sin, np.cos)]
    design = np.column_stack([np.ones(len(weeks)), weeks / YEAR, *waves])
    fit = sm.GLM(counts, design[:208], family=sm.families.Poisson()).fit(scale="X2")
    assert ahead.dispersion == pytest.approx(fit.scale, rel=0.05)
    if ahead.drift == 0:
        assert ahead.expected == pytest.approx(np.exp(design[208:] @ fit.params), rel=1e-4)


def test_trends_go_on_fade_or_are_none() -> None:
    counts = np.round(1000 * np.exp(season(208) - 0.2 * np.arange(208) / YEAR))
    flat, linear, damped = (found(counts, 2 * YEAR, trend) for trend in ("flat", "linear", "damped"))
    assert linear.expected[-1] / linear.expected[YEAR - 1] == pytest.approx(math.exp(-0.2), rel=0.02)
    # All that a fading trend ever adds is FADE / (1 - FADE) weeks of it: 49.
    most = math.exp(-0.2 * FADE / (1 - FADE) / YEAR)
    level = 1000 * math.exp(-0.2 * 207 / YEAR)
    assert damped.expected[-1] / np.exp(season(208 + 2 * YEAR))[-1] / level == pytest.approx(
        most ** (1 - FADE ** (2 * YEAR)), rel=0.02
    )
    assert linear.expected[-1] < damped.expected[-1] < flat.expected[-1]


def test_a_level_that_wanders_widens_the_band_with_every_week() -> None:
    ahead = found(made(np.random.default_rng(5), 208, 200, 2.0, drift=0.3), YEAR, "flat")
    assert ahead.drift == pytest.approx(0.3, abs=0.2)
    widths = (ahead.high - ahead.low) / ahead.expected
    assert widths[-8:].mean() > 1.2 * widths[:8].mean()
    calm = found(made(np.random.default_rng(5), 208, 200, 2.0), YEAR, "flat")
    total, wide = calm.total(0, YEAR), ahead.total(0, YEAR)
    assert (total.high - total.low) / total.value < 0.7 * (wide.high - wide.low) / wide.value


def test_the_same_counts_give_the_same_futures() -> None:
    counts = made(np.random.default_rng(1), 120, 20, 1.5)
    one, other = found(counts), found(counts)
    assert (one.draws == other.draws).all()
    assert one.draws.shape == (2000, YEAR)


@pytest.mark.parametrize(
    ("counts", "word"),
    [
        (np.full(FEWEST_WEEKS - 1, 20.0), "fewer than"),
        (np.zeros(200), "less than one event"),
        (np.r_[500.0, np.zeros(199)], "too few"),
        (np.zeros(1), "fewer than"),
    ],
)
def test_where_nothing_can_be_expected_it_says_why(counts: np.ndarray, word: str) -> None:
    said = forecast(counts, FIRST, YEAR, "linear")
    assert isinstance(said, NoForecast)
    assert word in said.why
    assert said.why.endswith(".")


def test_a_constant_series_goes_on() -> None:
    ahead = found(np.full(200, 20.0), YEAR, "flat")
    assert ahead.expected == pytest.approx(np.full(YEAR, 20.0), rel=1e-3)
    assert (ahead.dispersion, ahead.drift) == (1.0, 0.0)


@given(st.lists(st.integers(0, 30), min_size=13, max_size=13), st.sampled_from(["flat", "linear", "damped"]))
@settings(max_examples=examples(10))
def test_whatever_was_counted_the_band_is_finite_and_in_order(pattern: list[int], trend: Trend) -> None:
    said = forecast(np.resize(pattern, FEWEST_WEEKS).astype(float), FIRST, 20, trend)
    if isinstance(said, Forecast):
        total = said.total(0, 20)
        assert np.isfinite(said.expected).all()
        assert (said.low <= said.high).all()
        assert (said.low >= 0).all()
        assert 0 <= total.low <= total.high < math.inf
