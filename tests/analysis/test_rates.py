"""Rates, shares and their differences, against published examples and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lib.analysis.rates import (
    Estimate,
    difference,
    poisson_interval,
    rate_ratio,
    share,
    share_of_fall,
    yearly_rate,
)

# Garwood, Biometrika 28, 1936: 95% limits of a Poisson count, as tables print them; for example
# https://www.doh.wa.gov/Portals/1/Documents/1500/ConfIntGuide.pdf
LIMITS = {
    0: (0.0, 3.689), 1: (0.0253, 5.572), 2: (0.2422, 7.225), 3: (0.6187, 8.767), 5: (1.623, 11.668),
    10: (4.795, 18.390), 20: (12.217, 30.888), 50: (37.111, 65.919), 100: (81.364, 121.627),
}  # fmt: skip


@pytest.mark.parametrize("count", LIMITS)
def test_a_count_has_garwoods_limits(count: int) -> None:
    assert poisson_interval(count) == pytest.approx(LIMITS[count], abs=6e-4)


@given(st.integers(0, 5000), st.floats(1, 8))
def test_limits_are_those_of_the_chi_square_distribution_and_widen_with_the_spread(count: int, phi: float) -> None:
    low, high = poisson_interval(count)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0)
    wider_low, wider_high = poisson_interval(count, phi)
    assert 0 <= wider_low <= low + 1e-9
    assert wider_high >= high - 1e-9
    assert wider_low <= count <= wider_high


def test_a_rate_is_a_year_per_thousand_residents() -> None:
    # Ten events in four years among 2,500 residents: one a year per 1,000.
    found = yearly_rate(10, 2500, 1461)
    assert (found.value, found.low, found.high) == pytest.approx((1.0, 0.4795, 1.8390), abs=2e-4)
    none = yearly_rate(0, 1000, 365)
    assert (none.value, none.low) == (0.0, 0.0)
    assert none.high == pytest.approx(3.689 * 365.25 / 365, abs=2e-3)


@pytest.mark.parametrize("residents", [0, -1])
def test_a_rate_without_residents_is_refused(residents: int) -> None:
    with pytest.raises(ValueError, match="residents"):
        yearly_rate(3, residents, 365)


def test_the_rate_ratio_of_a_textbook() -> None:
    # Breast cancer after fluoroscopy, 41 cases in 28,010 person-years against 15 in 19,017: 1.86 (1.03 to 3.35).
    # Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed. 2008, ch. 14, table 14-1.
    found = rate_ratio(41, 15, 28_010, 19_017)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((1.856, 1.03, 3.35), abs=0.01)


@given(st.integers(0, 300), st.integers(0, 300), st.floats(1, 4))
def test_a_rate_ratio_holds_its_value_or_there_is_none(x: int, y: int, phi: float) -> None:
    found = rate_ratio(x, y, 3000.0, 2000.0, phi)
    if y == 0:
        assert found is None
    elif found is not None:
        assert found.value == pytest.approx(x / y * 2 / 3)
        assert 0 <= found.low <= found.value * (1 + 1e-9)
        assert found.value <= found.high * (1 + 1e-9)


# Newcombe, Statistics in Medicine 17, 1998, pp. 857-872, table I, method 3:
# https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C857::AID-SIM777%3E3.0.CO;2-E
WILSON = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]


@pytest.mark.parametrize(("part", "total", "low", "high"), WILSON)
def test_a_share_has_wilsons_interval(part: int, total: int, low: float, high: float) -> None:
    found = share(part, total)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((part / total, low, high), abs=6e-5)


@given(st.integers(0, 4000), st.integers(0, 4000))
def test_a_share_lies_in_its_interval_and_that_between_0_and_1(part: int, rest: int) -> None:
    found = share(part, part + rest)
    if found is None:
        assert part + rest == 0
        return
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1
    mirrored = share(rest, part + rest)
    assert mirrored is not None
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx((found.low, found.high), abs=1e-12)


# Newcombe, Statistics in Medicine 17, 1998, pp. 873-890, table II, method 10, which is MOVER of Wilson intervals:
# https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I
DIFFERENCES = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
    ((0, 10), (0, 20), -0.1611, 0.2775),
    ((10, 10), (0, 20), 0.6791, 1.0),
]


@pytest.mark.parametrize(("after", "before", "low", "high"), DIFFERENCES)
def test_a_difference_of_shares_has_the_published_interval(
    after: tuple[int, int], before: tuple[int, int], low: float, high: float
) -> None:
    one, other = share(*after), share(*before)
    assert one is not None
    assert other is not None
    found = difference(one, other)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)
    assert found.value == pytest.approx(one.value - other.value)
    back = difference(other, one)
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))


def test_a_difference_of_rates_holds_the_truth() -> None:
    random = np.random.default_rng(1)
    missed = 0
    for after, before in random.poisson((12.0, 30.0), (3000, 2)).tolist():
        found = difference(yearly_rate(after, 1000, 365), yearly_rate(before, 1000, 365))
        missed += not found.low <= (12 - 30) * 365.25 / 365 <= found.high
    assert 0.02 < missed / 3000 < 0.06, missed


def test_a_difference_between_a_number_and_itself_is_around_nothing() -> None:
    found = difference(Estimate(5, 3, 8), Estimate(5, 3, 8))
    assert found.value == 0
    assert found.low == pytest.approx(-found.high)


@pytest.mark.parametrize(
    ("group", "rest", "phi"),
    [
        pytest.param((400, 100), (150, 60), 1.0, id="a clear fall"),
        pytest.param((60, 35), (40, 20), 1.0, id="a small one"),
        pytest.param((900, 300), (300, 240), 3.0, id="overdispersed"),
        pytest.param((300, 150), (100, 130), 1.0, id="the rest rose"),
    ],
)
def test_the_share_of_a_fall_holds_the_truth(group: tuple[int, int], rest: tuple[int, int], phi: float) -> None:
    random = np.random.default_rng(2)
    means = np.array([group[1], group[0], rest[1], rest[0]], dtype=float)
    truth = (group[0] - group[1]) / (group[0] - group[1] + rest[0] - rest[1])
    counts = random.poisson(random.gamma(means / (phi - 1), phi - 1, (4000, 4)) if phi > 1 else means, (4000, 4))
    missed = stated = 0
    for group_after, group_before, rest_after, rest_before in counts.tolist():
        found = share_of_fall(group_after, group_before, rest_after, rest_before, phi)
        if found is not None:
            assert found.low <= found.value <= found.high
            stated += 1
            missed += not found.low <= truth <= found.high
    assert stated > 1500
    assert 0.92 <= 1 - missed / stated <= 0.98, (missed, stated)


def test_a_fall_that_may_be_none_has_no_share() -> None:
    assert share_of_fall(50, 52, 50, 51) is None
    assert share_of_fall(60, 50, 60, 50) is None
    assert share_of_fall(0, 0, 0, 0) is None
    whole = share_of_fall(0, 300, 0, 0)
    assert whole is not None
    assert (whole.value, whole.low, whole.high) == pytest.approx((1, 1, 1))
