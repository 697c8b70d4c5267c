import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.export.cells import cells

NUMBERS = st.one_of(st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.floats(-100, 100), st.floats(-1, 1))


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ([2019, 2020], ["2019", "2020"]),
        ([None, 12, "a"], ["", "12", "a"]),
        ([12_345, -10_000, 670], ["12,345", "−10,000", "670"]),
        ([24_019, 1930], ["24,019", "1,930"]),
        ([79.3, 116.5, 80], ["79.3", "116.5", "80.0"]),
        ([-0.163, 0.35], ["−0.163", "0.350"]),
        ([-0.2, -0.35, 0], ["−0.20", "−0.35", "0.00"]),
        ([2.43018, -289.58], ["2.43", "−289.6"]),
        ([-0.2, 770, 1234], ["−0.2", "770.0", "1,234.0"]),
        ([0.163, 770, 1234], ["0.163", "770", "1,234"]),
        ([-0.0004, 0.25], ["0.00", "0.25"]),
        ([2936.4, 2615], ["2,936.4", "2,615.0"]),
        ([], []),
    ],
)
def test_a_column_has_one_number_of_decimals_and_no_more_than_it_needs(column, said):
    assert cells(column) == said


@given(st.lists(NUMBERS, min_size=1, max_size=12))
def test_what_is_said_is_the_number_and_digits_stand_below_one_another(column):
    said = cells(column)
    read = [float(text.replace("−", "-").replace(",", "")) for text in said]
    decimals = [len(text.partition(".")[2]) for text in said]
    for number, again, digits in zip(column, read, decimals, strict=True):
        assert abs(number - again) <= 0.5 * 10**-digits * (1 + 1e-9) + 1e-6 * abs(number)
    assert len({digits for number, digits in zip(column, decimals, strict=True) if abs(number) < 100}) <= 1
    assert not [text for text in said if re.fullmatch(r"−[0.,]+", text)]
    assert len({"," in text for number, text in zip(column, said, strict=True) if abs(number) >= 1000}) <= 1
