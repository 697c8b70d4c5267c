"""The ordinary swing: the published record of earlier years, and what moving a comparison back must obey."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.change import compare
from lib.analysis.counts import MissingSpan, RunningSum
from lib.analysis.swing import Swing, ordinary_swing
from lib.analysis.windows import Window, WindowPair, parse_window, years_earlier
from lib.story.load import load_story
from lib.story.records import open_records
from tests.analysis.made import line_of, windows

FIRST_QUARTER = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31)))


def measure_line(name: str) -> RunningSum:
    return open_records().line(load_story().measures[name])


def test_violent_first_quarters_moved_as_the_records_say() -> None:
    swing = ordinary_swing(measure_line("violent"), FIRST_QUARTER)
    moved = {p.pair.current.end.year: 100 * p.change for p in swing.pairs}
    # facts/claims.md, computed from the raw records apart from this program.
    expected = {2020: -0.3, 2019: -3.6, 2018: -14.8, 2017: 32.1, 2016: 24.4}
    assert moved == pytest.approx(expected, abs=0.1)
    assert list(moved) == sorted(moved, reverse=True)
    assert swing.low is not None
    assert swing.high is not None
    assert (100 * swing.low, 100 * swing.high) == pytest.approx((-14.8, 32.1), abs=0.1)
    assert swing.holds(-0.174) is False
    assert swing.holds(-0.148 + 0.001) is True


def test_2014_is_left_out_of_violent_crime_and_named() -> None:
    swing = ordinary_swing(measure_line("violent"), FIRST_QUARTER)
    assert [(out.pair.current.end.year, out.pair.baseline[0].end.year) for out in swing.left_out] == [(2015, 2014)]
    assert "homicide" in swing.left_out[0].why
    assert "2014" in swing.left_out[0].why


def test_property_crime_has_2014_too() -> None:
    swing = ordinary_swing(measure_line("property"), FIRST_QUARTER)
    assert [p.pair.current.end.year for p in swing.pairs] == [2020, 2019, 2018, 2017, 2016, 2015]
    assert swing.left_out == ()


def test_against_two_years_earlier_the_swing_is_of_two_years_too() -> None:
    pair = years_earlier(FIRST_QUARTER.current, 2)
    swing = ordinary_swing(measure_line("property"), pair)
    assert [(p.pair.current.end.year, p.pair.baseline[0].end.year) for p in swing.pairs] == [
        (2020, 2018), (2019, 2017), (2018, 2016), (2017, 2015), (2016, 2014),
    ]  # fmt: skip


@given(windows(date(2019, 1, 1), date(2021, 4, 30)), st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True))
@settings(max_examples=80)
def test_every_earlier_pair_is_the_comparison_moved_back_and_none_is_forgotten(
    current: Window, years: list[int]
) -> None:
    line = measure_line("robbery")
    pair = WindowPair(current, tuple(current.shifted(-n) for n in years))
    swing = ordinary_swing(line, pair)
    steps = sorted([p.years for p in swing.pairs] + [p.years for p in swing.left_out])
    assert steps == list(range(1, len(steps) + 1))
    assert pair.shifted(-len(steps) - 1).first < line.first
    for earlier in swing.pairs:
        assert earlier.pair == pair.shifted(-earlier.years)
        assert earlier.change == compare(line, earlier.pair).headline
    if swing.pairs:
        changes = [p.change for p in swing.pairs]
        assert (swing.low, swing.high) == (min(changes), max(changes))
        assert all(swing.holds(value) for value in changes)
        assert swing.holds(min(changes) - 0.001) is False


def test_without_an_earlier_pair_there_is_no_swing_and_no_judgement() -> None:
    line = line_of(date(2020, 1, 1), np.ones(600, dtype=np.int64))
    swing = ordinary_swing(line, years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31))))
    assert swing == Swing((), ())
    assert swing.low is None
    assert swing.high is None
    assert swing.holds(-0.2) is None


def test_an_earlier_year_without_any_event_is_left_out_and_named() -> None:
    daily = np.ones(2676, dtype=np.int64)
    daily[365:730] = 0
    swing = ordinary_swing(line_of(date(2014, 1, 1), daily), FIRST_QUARTER)
    assert [out.pair.baseline[0].end.year for out in swing.left_out] == [2015]
    assert swing.left_out[0].why.endswith(".")
    assert [p.change for p in swing.pairs if p.pair.current.end.year == 2015] == [-1.0]


def test_a_gap_in_the_middle_leaves_out_the_two_pairs_that_touch_it_and_goes_on() -> None:
    line = line_of(date(2014, 1, 1), np.ones(2676, dtype=np.int64))
    gap = MissingSpan(parse_window("2017-03-31..2017-12-31"), frozenset({"x"}), "No records in most of 2017.")
    line = RunningSum(line.first, line.last, line.sums, (gap,))
    swing = ordinary_swing(line, FIRST_QUARTER)
    assert [out.pair.current.end.year for out in swing.left_out] == [2018, 2017]
    assert {out.why for out in swing.left_out} == {"No records in most of 2017."}
    assert [p.pair.current.end.year for p in swing.pairs] == [2020, 2019, 2016, 2015]
