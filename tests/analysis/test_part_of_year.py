"""What March to December can have done, where only whole years are counted: against cases worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.part_of_year import rest_of_year, rest_of_year_range


def test_a_case_worked_by_hand() -> None:
    # Of 800 events 100 came early; of the 1,000 of the baseline a tenth: 700 against 900.
    assert rest_of_year(800, 100, 1000, 0.1) == pytest.approx(700 / 900 - 1)


def test_a_year_that_fell_evenly_fell_as_much_in_every_part() -> None:
    assert rest_of_year(800, 80, 1000, 0.1) == pytest.approx(-0.2)


def test_the_claimed_months_with_the_counts_of_the_911_calls() -> None:
    # January and February 2020 as in 2019, at 10.6% and at 13.1% of a year.
    assert rest_of_year(34_632, 0.106 * 44_577, 48_192, 0.106) == pytest.approx(-0.306, abs=0.0005)
    assert rest_of_year(34_632, 0.131 * 44_577, 48_192, 0.131) == pytest.approx(-0.3125, abs=0.0005)


def test_the_range_holds_what_it_is_made_of() -> None:
    found = rest_of_year_range(800, 900, 1000, (0.1, 0.2), (0.8, 1.0, 1.1))
    assert found.value == pytest.approx((800 - 0.15 * 900) / 850 - 1)
    assert found.low == pytest.approx((800 - 1.1 * 0.2 * 900) / 900 - 1)
    assert found.high == pytest.approx((800 - 0.8 * 0.1 * 900) / 800 - 1)


fractions = st.floats(0.01, 0.3)
levels = st.floats(0.0, 1.2)


@given(st.lists(fractions, min_size=1, max_size=4), st.lists(levels, min_size=3, max_size=3), st.data())
def test_nothing_that_is_assumed_lies_outside_the_range(shares, asked, data) -> None:
    low, middle, high = sorted(asked)
    found = rest_of_year_range(800, 900, 1000, shares, (low, middle, high))
    level = data.draw(st.floats(low, high))
    first, base = (data.draw(st.floats(min(shares), max(shares))) for _ in range(2))
    assert found.low - 1e-9 <= rest_of_year(800, level * first * 900, 1000, base) <= found.high + 1e-9
    assert found.low - 1e-9 <= found.value <= found.high + 1e-9


def test_what_can_not_be_is_refused() -> None:
    for total, early, baseline, share in ((800, 900, 1000, 0.1), (800, -1, 1000, 0.1), (800, 10, 0, 0.1), (8, 1, 9, 1)):
        with pytest.raises(ValueError, match=r"first part|baseline"):
            rest_of_year(total, early, baseline, share)
    with pytest.raises(ValueError, match="share"):
        rest_of_year_range(800, 900, 1000, (), (1, 1, 1))
    with pytest.raises(ValueError, match="rise"):
        rest_of_year_range(800, 900, 1000, (0.1,), (1.0, 0.9, 1.1))
