"""Where a city stands among others: hand-made cities, and the interval's coverage in simulated ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.peers import FEWEST_CITIES, apart, index_of, longest_run, running_sums, standing

TEN = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.1, 1.2, 1.3, 1.4, 1.5])
ratios = st.floats(0.05, 20)


def test_ten_cities_by_hand() -> None:
    found = standing(0.75, TEN)
    assert found is not None
    assert found.change == pytest.approx(-0.25)
    assert found.median == pytest.approx(0)
    assert found.low == pytest.approx(-0.41)
    assert found.high == pytest.approx(0.41)
    assert (found.cities, found.fell_more) == (10, 3)
    assert found.as_far == 5  # 0.5, 0.6, 0.7, 1.4 and 1.5: those at most 0.75 or at least 1 / 0.75
    assert found.apart.value == pytest.approx(-0.25)
    assert found.apart.low == pytest.approx(0.75 / 1.5 - 1)
    assert found.apart.high == pytest.approx(0.75 / 0.5 - 1)
    assert found.apart.level == pytest.approx(1 - 2 / 11)


def test_too_few_cities_and_no_event_give_no_answer() -> None:
    assert standing(0.75, TEN[: FEWEST_CITIES - 1]) is None
    assert standing(0.75, TEN[:FEWEST_CITIES]) is not None
    assert standing(0.0, TEN) is None


def test_cities_that_are_all_alike_leave_no_doubt() -> None:
    found = standing(0.8, np.ones(50))
    assert found is not None
    assert found.apart.low == found.apart.value == found.apart.high == pytest.approx(-0.2)
    assert (found.fell_more, found.as_far) == (0, 0)


@given(ratios, st.lists(ratios, min_size=FEWEST_CITIES, max_size=120), st.floats(0.1, 10))
def test_order_and_scale_of_the_cities_do_not_matter(own: float, others: list[float], factor: float) -> None:
    cities = np.array(others)
    found, turned = standing(own, cities), standing(own * factor, cities[::-1] * factor)
    assert found is not None
    assert turned is not None
    assert found.low <= found.median <= found.high
    assert found.apart.low <= found.apart.high
    assert turned.apart.value == pytest.approx(found.apart.value, abs=1e-9)
    assert (turned.apart.low, turned.apart.high) == pytest.approx((found.apart.low, found.apart.high), abs=1e-9)
    assert found.fell_more + int((cities >= own).sum()) == found.cities
    assert found.apart.level >= 0.95 or found.cities < 39
    # The interval leaves out no difference just where the city lies beyond the cities at its ends.
    assert (found.apart.low > 0) == bool((cities >= own).sum() < max(1, int(0.025 * (len(cities) + 1))))


@pytest.mark.parametrize("number", [8, 13, 52, 200])
@pytest.mark.parametrize("effect", [1.0, 0.8])
def test_the_interval_holds_a_known_difference_as_often_as_it_says(number: int, effect: float) -> None:
    rng = np.random.default_rng(number)
    tries = 6000
    # Skewed, with heavy tails: the interval takes no shape for granted.
    drawn = np.exp(0.2 * rng.standard_t(3, (tries, number + 1)) + 0.1 * rng.gamma(2, size=(tries, number + 1)))
    held = 0
    for own, *others in drawn:
        found = apart(own * effect, 1.0, np.array(others))
        held += found.low <= effect - 1 <= found.high
    assert held / tries == pytest.approx(found.level, abs=0.01)


def test_the_index_is_100_in_the_mean_month_of_its_base() -> None:
    counts = np.array([[10.0, 20, 30, 40], [1, 1, 1, 1]])
    index = index_of(counts, np.array([1.0, 2, 1, 1]), np.array([True, True, False, False]))
    assert index[0].tolist() == pytest.approx([100, 100, 300, 400])
    assert index[1].tolist() == pytest.approx([150, 75, 150, 150])


@given(st.lists(st.integers(0, 100), min_size=12, max_size=40), st.integers(1, 12))
def test_running_sums_are_those_of_a_loop(counts: list[int], length: int) -> None:
    (sums,) = running_sums(np.array([counts], dtype=np.float64), length)
    assert sums.tolist() == [sum(counts[i : i + length]) for i in range(len(counts) - length + 1)]


@pytest.mark.parametrize(
    ("counts", "longest"),
    [([], 0), ([30], 1), ([30, 30, 31, 31, 31], 3), ([5, 5, 5, 5], 0), ([30, np.nan, 30], 1), ([np.nan] * 3, 0)],
)
def test_the_longest_run_of_one_count(counts: list[float], longest: int) -> None:
    assert longest_run(np.array(counts, dtype=np.float64), 20) == longest
