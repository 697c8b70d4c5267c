"""Mixes of other series: the solver against others, effects planted in simulated cities, and what can't be said."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from lib.analysis.placebo_fits import every_mix, features, without_each
from lib.analysis.simplex import in_parts, simplex_weights
from lib.analysis.synthetic import FEWEST_DONORS, Floats, Gaps, gaps, mixed, plain_mix, rank
from lib.tables.choices import WHOLE_MIX
from tests.examples import examples

MONTHS, FITTED = 38, 26
BEFORE, AFTER = np.arange(MONTHS) < FITTED, np.arange(MONTHS) >= FITTED


def test_the_weights_are_those_that_pysyncon_finds() -> None:
    """pysyncon 1.7.0, Synth.w_optimize with an identity V (SLSQP), on the same series."""
    t = np.arange(24)
    series = np.array(
        [100 + 5 * np.sin(0.5 * t + k) + (k - 4) * (0.8 * np.cos(0.21 * t * (k + 1)) + 0.075 * t) for k in range(9)]
    )
    target = 0.5 * series[1] + 0.3 * series[4] + 0.2 * series[7] + 0.8 * np.cos(1.7 * t) + 1.5
    reference = [0, 0.19488, 0, 0.07268, 0.28662, 0, 0, 0.44582, 0]
    assert simplex_weights(target[:18], series[:, :18]) == pytest.approx(reference, abs=2e-5)


@given(st.integers(0, 10_000), st.integers(2, 30), st.integers(2, 40))
@settings(max_examples=examples(20), deadline=None)
def test_no_other_weights_come_nearer(seed: int, rows: int, number: int) -> None:
    rng = np.random.default_rng(seed)
    series, target = rng.normal(100, 15, (number, rows)), rng.normal(95, 15, rows)
    weights = simplex_weights(target, series)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1)
    # At the best weights no series lies downhill of the mix (Karush, Kuhn and Tucker).
    slope = series @ (weights @ series - target)
    assert slope.min() >= weights @ slope - 1e-6 * (series**2).max()
    found = minimize(  # type: ignore[call-overload]
        lambda w: ((w @ series - target) ** 2).sum(),
        np.full(number, 1 / number),
        jac=lambda w: 2 * series @ (w @ series - target),
        bounds=[(0, 1)] * number,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
    )
    theirs = np.maximum(found.x, 0)  # SLSQP keeps to the bounds and to the sum only nearly
    least = ((theirs / theirs.sum() @ series - target) ** 2).sum()
    assert ((weights @ series - target) ** 2).sum() <= least * (1 + 1e-6) + 1e-6


def test_a_mix_of_known_parts_is_found_again() -> None:
    series = np.random.default_rng(1).normal(100, 20, (10, 26))
    assert simplex_weights(0.7 * series[2] + 0.3 * series[8], series)[[2, 8]] == pytest.approx([0.7, 0.3])
    assert simplex_weights(series[4], series)[4] == pytest.approx(1)


@pytest.mark.parametrize("series", [np.empty((0, 5)), np.full((3, 5), np.nan)])
def test_no_series_and_no_number_are_refused(series: Floats) -> None:
    with pytest.raises(ValueError, match="finite"):
        simplex_weights(np.ones(5), series)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60).filter(lambda parts: sum(parts) > 0.01))
def test_rounded_weights_add_up_and_stay_near(parts: list[float]) -> None:
    weights = np.array(parts) / sum(parts)
    rounded = in_parts(weights)
    assert rounded.sum() == WHOLE_MIX
    assert rounded.min() >= 0
    assert np.abs(rounded - WHOLE_MIX * weights).max() < 1


def cities(rng: np.random.Generator, number: int, effect: float = 1.0) -> Floats:
    """Cities that share two movements in shares of their own, and noise; the first moves by ``effect`` afterward."""
    season = 10 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    shared = np.vstack([season, np.cumsum(rng.normal(0, 2, MONTHS))])
    shares = rng.uniform(0.3, 1.7, (number, 2))
    outcome = 100 + shares @ shared + rng.normal(0, 4, (number, MONTHS))
    outcome[0, AFTER] *= effect
    return np.asarray(outcome)


def placebos(outcome: Floats) -> Gaps:
    weights = every_mix(features(outcome, BEFORE, None)) / WHOLE_MIX
    return gaps(outcome, mixed(outcome, weights), BEFORE, AFTER)


@pytest.mark.parametrize("effect", [0.75, 0.9, 1.3])
def test_a_planted_effect_is_found_again(effect: float) -> None:
    found = [placebos(cities(np.random.default_rng(seed), 25, effect)) for seed in range(12)]
    assert np.mean([each.gap[0] for each in found]) == pytest.approx(effect - 1, abs=0.015)
    stood = [rank(each) for each in found]
    assert all(each is not None for each in stood)
    if effect != 0.9:
        assert np.mean([each.p_ratio <= 0.05 for each in stood if each]) > 0.9
        assert all(each.lower == (0 if effect < 1 else 24) for each in stood if each)


def test_without_an_effect_one_city_in_twenty_looks_unusual() -> None:
    """The size of the placebo test at 5%: over 600 panels of 20 cities, whose rank must be that of chance."""
    rng = np.random.default_rng(20)
    stood = [rank(placebos(cities(rng, 20))) for _ in range(600)]
    assert 0.03 <= np.mean([each.p_ratio <= 0.05 for each in stood if each]) <= 0.07
    assert 0.03 <= np.mean([each.p_gap <= 0.05 for each in stood if each]) <= 0.07


@pytest.mark.parametrize("how", ["differences", "median"])
def test_the_plain_ways_are_those_of_a_loop(how: str) -> None:
    outcome = cities(np.random.default_rng(3), 12)
    made = plain_mix(outcome, BEFORE, how)  # type: ignore[arg-type]
    for city in range(12):
        others = [other for other in range(1, 12) if other != city]
        level = outcome[city, BEFORE].mean()
        if how == "differences":
            moved = np.mean([outcome[o] - outcome[o, BEFORE].mean() for o in others], axis=0)
            expected = level + moved
        else:
            expected = level * np.median([outcome[o] / outcome[o, BEFORE].mean() for o in others], axis=0)
        assert made[city] == pytest.approx(expected)


def test_a_gap_by_hand() -> None:
    outcome = np.array([[100.0, 100, 60, 60], [100, 80, 100, 100]])
    mix = np.array([[100.0, 90, 80, 80], [90, 90, 90, 110]])
    found = gaps(outcome, mix, np.array([1, 1, 0, 0], bool), np.array([0, 0, 1, 1], bool))
    assert found.gap == pytest.approx([-0.25, 0])
    assert found.before == pytest.approx([np.sqrt(50) / 100, 10 / 90])
    assert found.after == pytest.approx([0.2, 10 / 90])
    assert found.ratio == pytest.approx([20 / np.sqrt(50), 1])


def of(gap: list[float], ratio: list[float]) -> Gaps:
    return Gaps(np.array(gap), np.ones(len(gap)), np.array(ratio), np.array(ratio))


def test_a_rank_by_hand() -> None:
    stood = rank(of([-0.3, -0.4, 0.5, *[0.01] * 8], [5, 6, 1, np.nan, *[1] * 7]))
    assert stood is not None
    assert (stood.cities, stood.lower, stood.as_far, stood.as_odd) == (10, 1, 2, 2)
    assert stood.p_gap == stood.p_ratio == pytest.approx(3 / 11)


def test_what_cannot_be_said_is_not() -> None:
    few = FEWEST_DONORS
    assert rank(of([0.1] * few, [1] * few)) is None
    assert rank(of([0.1] * (few + 1), [1] * (few + 1))) is not None
    assert rank(of([np.nan, *[0.1] * few], [1] * (few + 1))) is None
    assert rank(of([0.1] * (few + 1), [np.nan, *[1] * few])) is None
    # A city that another one equals month by month has nothing to be divided by.
    twin = np.vstack([np.full(MONTHS, 100.0)] * 12)
    assert rank(placebos(twin)) is None
    # Differences can leave a mix of less than nothing: that city has no gap.
    low = np.vstack([np.full((1, MONTHS), 100.0), np.full((11, MONTHS), 1.0)])
    low[0] += np.random.default_rng(1).normal(0, 1, MONTHS)
    low[2, AFTER] -= 20
    stood = rank(gaps(low, plain_mix(low, BEFORE, "differences"), BEFORE, AFTER))
    assert stood is not None
    assert stood.as_far >= 1


@cache
def _one() -> Floats:
    return cities(np.random.default_rng(8), 15)


def test_traits_weigh_as_much_as_the_months() -> None:
    outcome = _one()
    made_of = features(outcome, BEFORE, np.random.default_rng(2).normal(5, 3, (15, 4)))
    assert made_of.shape == (15, FITTED + 4)
    assert made_of[:, FITTED:].var(axis=0).sum() == pytest.approx(made_of[:, :FITTED].var(axis=0).sum())
    flat = features(outcome, BEFORE, np.ones((15, 2)))
    assert np.ptp(flat[:, FITTED:]) == 0


def test_nobody_is_in_their_own_mix_nor_the_first_city_in_any() -> None:
    weights = every_mix(features(_one(), BEFORE, None))
    assert not weights.diagonal().any()
    assert not weights[:, 0].any()
    assert (weights.sum(axis=1) == WHOLE_MIX).all()
    first = every_mix(features(_one(), BEFORE, None), only_first=True)
    assert (first[0] == weights[0]).all()
    assert not first[1:].any()


def test_each_city_of_the_mix_is_left_out_once() -> None:
    made_of = features(_one(), BEFORE, None)
    weights = every_mix(made_of)[0]
    mixes = list(without_each(made_of, weights))
    used = np.flatnonzero(weights)
    assert len(mixes) == len(used)
    for mix, left_out in zip(mixes, used, strict=True):
        assert mix[left_out] == mix[0] == 0
        assert mix.sum() == pytest.approx(1)
