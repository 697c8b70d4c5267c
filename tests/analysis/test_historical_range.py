"""The ordinary swing: the published record of earlier years, and what moving a comparison back must obey."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.change import compare
from lib.analysis.counts import MissingSpan, RunningSum
from lib.analysis.historical_range import FEWEST_YEARS, MARGIN, EarlierPair, Swing, ordinary_swing, outside
from lib.analysis.windows import Window, WindowPair, parse_window, years_earlier
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from tests.analysis.made import line_of, windows
from tests.examples import examples

FIRST_QUARTER = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 31)))


def measure_line(name: str) -> RunningSum:
    return open_records().line(load_story().measures[name])


def test_violent_first_quarters_moved_as_the_records_say() -> None:
    swing = ordinary_swing(measure_line("violent"), FIRST_QUARTER)
    moved = {p.pair.current.end.year: 100 * p.change for p in swing.pairs}
    # facts/claims.md, computed from the raw records apart from this program; per day where one side has a February 29:
    # 90 or 91 days change -0.3 into -1.4, 32.1 into 33.6 and 24.4 into 23.0.
    expected = {2020: -1.4, 2019: -3.6, 2018: -14.8, 2017: 33.6, 2016: 23.0}
    assert moved == pytest.approx(expected, abs=0.1)
    assert list(moved) == sorted(moved, reverse=True)
    assert swing.low is not None
    assert swing.high is not None
    assert (100 * swing.low, 100 * swing.high) == pytest.approx((-14.8, 33.6), abs=0.1)
    assert swing.holds(-0.174) is False
    assert swing.holds(-0.163) is True, "a point and a half below the lowest is no news"


def test_a_leap_day_does_not_put_a_fall_outside() -> None:
    """The article's window: 85 days against 86. By plain counts it fell a hair more than in 2018, per day less."""
    pair = years_earlier(Window(date(2021, 1, 1), date(2021, 3, 26)))
    line = measure_line("violent")
    change, swing = compare(line, pair), ordinary_swing(line, pair)
    assert change.of_counts is not None
    assert swing.low is not None
    assert change.of_counts < swing.low
    assert (100 * change.of_counts, 100 * swing.low) == pytest.approx((-17.3, -16.5), abs=0.05)
    assert change.headline == pytest.approx(-0.163, abs=0.0005)
    assert swing.holds(change.headline) is True


def swing_of(changes: list[float]) -> Swing:
    pair = FIRST_QUARTER
    return Swing(tuple(EarlierPair(n, pair, value) for n, value in enumerate(changes, 1)), ())


@given(st.lists(st.floats(-1, 9), max_size=8), st.floats(-1, 12))
def test_outside_is_beyond_three_years_or_more_and_by_more_than_a_hair(changes: list[float], change: float) -> None:
    held = swing_of(changes).holds(change)
    if len(changes) < FEWEST_YEARS:
        assert held is None
        return
    distance = max(min(changes) - change, change - max(changes))
    assert held is not None
    if abs(distance - MARGIN) > 1e-9:
        assert held == (distance <= MARGIN)
    # One more year can only widen what is usual, and the order of the years says nothing.
    assert swing_of([*changes, change]).holds(change) is True
    assert swing_of(changes[::-1]).holds(change) is held
    assert not held or swing_of([*changes, 0.5]).holds(change)


@given(st.lists(st.tuples(st.floats(-1, 3), st.floats(-1, 3), st.floats(-1, 3), st.integers(0, 6)), min_size=1))
def test_many_changes_at_once_are_judged_as_one_by_one(many: list[tuple[float, float, float, int]]) -> None:
    change, low, high = (np.array([row[i] for row in many]) for i in range(3))
    years = np.array([row[3] for row in many])
    assert outside(change, low, high, years).tolist() == [bool(outside(*row)) for row in many]


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
@settings(max_examples=examples(80))
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
        enough = len(changes) >= FEWEST_YEARS
        assert {swing.holds(value) for value in changes} == {True if enough else None}
        assert swing.holds(min(changes) - MARGIN - 0.001) is (False if enough else None)
        assert swing.holds(max(changes) + MARGIN - 0.001) is (True if enough else None)


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
