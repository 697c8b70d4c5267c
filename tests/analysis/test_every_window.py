"""Every window at once: each one is what a comparison of its own gives, and the shares are those of a plain loop."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from lib.analysis.change import compare
from lib.analysis.counts import MissingRecordsError, MissingSpan, OutsideRecordsError, RunningSum
from lib.analysis.every_window import (
    BASELINES,
    EVERYWHERE,
    LONGEST,
    SHORTEST,
    BaselineName,
    Bounds,
    EveryWindow,
    baseline_name,
    every_window,
    pair_against,
    shift_days,
)
from lib.analysis.historical_range import ordinary_swing
from lib.analysis.windows import Window, WindowError, WindowPair, shift_years
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from tests.analysis.made import line_of, windows
from tests.examples import examples

MEASURES = ("violent", "property", "homicide", "arson", "covered-arrests")
names = st.sampled_from(sorted(BASELINES))


def measure_line(name: str) -> RunningSum:
    return open_records().line(load_story().measures[name])


def with_gap(line: RunningSum, gap: Window) -> RunningSum:
    return RunningSum(line.first, line.last, line.sums, (MissingSpan(gap, frozenset({"x"}), "No records."),))


def window_at(every: EveryWindow, row: int, column: int) -> Window:
    start = every.first + timedelta(days=row)
    return Window(start, start + timedelta(days=every.shortest + column - 1))


def assert_same_alone(line: RunningSum, every: EveryWindow, pair: WindowPair) -> None:
    """A window among all of them gives what it gives by itself."""
    row, column = (pair.current.start - every.first).days, pair.current.days - every.shortest
    rows, columns = every.counted.shape
    try:
        change = compare(line, pair).headline
    except (OutsideRecordsError, MissingRecordsError):
        assert not (0 <= row < rows and 0 <= column < columns and every.counted[row, column])
        return
    assert every.counted[row, column]
    swing = ordinary_swing(line, pair)
    if change is None:
        assert np.isnan(every.change[row, column])
    else:
        assert every.change[row, column] == change, "the very same number"
    assert every.earlier[row, column] == len(swing.pairs)
    assert bool(every.outside[row, column]) is (swing.holds(change) is False)


@st.composite
def long_enough(draw: st.DrawFn) -> Window:
    """A window of a length among all of them, often around the 29th of February, in the records or past their ends."""
    leap = date(2020, 2, 29) + timedelta(days=draw(st.integers(-3, 3)))
    start = draw(st.just(leap) | st.dates(date(2014, 1, 1), date(2021, 4, 30)))
    days = draw(st.integers(SHORTEST, LONGEST))
    if draw(st.booleans()):
        return Window(start, start + timedelta(days=days - 1))
    return Window(start - timedelta(days=days - 1), start)


def bounds() -> st.SearchStrategy[Bounds]:
    """Any bounds on windows and on baselines, the same, different or none, inside the made-up records or past them."""
    days = windows(date(2014, 6, 1), date(2021, 6, 30))
    whole = st.builds(Window, st.dates(date(2014, 1, 1), date(2016, 6, 1)), st.dates(date(2019, 1, 1), date.max))
    side = st.none() | days | whole
    return st.builds(Bounds, side, side) | whole.map(Bounds.both)


@pytest.fixture(scope="module")
def of_records() -> dict[tuple[str, str], EveryWindow]:
    return {
        (measure, name): every_window(measure_line(measure), years)
        for measure in MEASURES
        for name, years in BASELINES.items()
    }


@pytest.mark.slow
@given(st.sampled_from(MEASURES), names, long_enough())
@settings(max_examples=examples(300))
@example("violent", "1", Window(date(2020, 2, 29), date(2020, 3, 31)))
@example("property", "mean3", Window(date(2020, 2, 16), date(2020, 2, 29)))
@example("property", "3", Window(date(2020, 2, 29), date(2021, 2, 28)))
@example("violent", "2", Window(date(2016, 2, 29), date(2016, 12, 31)))
def test_any_window_of_the_records_is_what_check_gives(
    of_records: dict[tuple[str, str], EveryWindow], measure: str, name: BaselineName, window: Window
) -> None:
    assert_same_alone(measure_line(measure), of_records[measure, name], pair_against(window, name))


def in_a_loop(
    line: RunningSum, name: BaselineName, shortest: int, longest: int, bounds: Bounds
) -> tuple[int, float, float, float]:
    """Windows and shares by one comparison after another."""
    found = []
    for start in range((line.last - line.first).days + 1):
        for days in range(shortest, longest + 1):
            first = line.first + timedelta(days=start)
            pair = pair_against(Window(first, first + timedelta(days=days - 1)), name)
            if not bounds.hold(pair):
                continue
            try:
                change = compare(line, pair)
            except (OutsideRecordsError, MissingRecordsError):
                continue
            x, y = change.current * pair.baseline_days, change.baseline * days
            outside = ordinary_swing(line, pair).holds(change.headline) is False
            # By whole numbers: a fall of exactly a fifth is one of at least 20%.
            found.append((x < y, y > 0 and 5 * x <= 4 * y, outside))
    number = max(1, len(found))
    shares = [sum(window[i] for window in found) / number for i in range(3)]
    return len(found), shares[0], shares[1], shares[2]


def assert_shares(every: EveryWindow, expected: tuple[int, float, float, float]) -> None:
    assert (every.windows, every.share_down, every.share_down_by(0.2), every.share_outside_swing) == expected


@pytest.mark.parametrize("name", BASELINES)
def test_shares_of_a_small_range_are_those_of_a_plain_loop(name: BaselineName) -> None:
    within = Bounds.both(Window(date(2017, 1, 20), date(2020, 3, 9)))
    line = measure_line("homicide")
    expected = in_a_loop(line, name, 40, 41, within)
    assert_shares(every_window(line, BASELINES[name], 40, 41, within), expected)


@pytest.mark.slow
@given(st.integers(0, 2**32), st.floats(0, 3), names, st.integers(1, 30), st.integers(0, 2), windows(
    date(2015, 1, 1), date(2020, 12, 31)), bounds())  # fmt: skip
@settings(max_examples=examples(15))
def test_shares_of_made_up_records_with_a_gap_are_those_of_a_plain_loop(
    seed: int, rate: float, name: BaselineName, shortest: int, more: int, gap: Window, within: Bounds
) -> None:
    """Few events a day: years without any, and falls of exactly a fifth, are common."""
    daily = np.random.default_rng(seed).poisson(rate, 2000)
    line = with_gap(line_of(date(2015, 3, 1), daily), gap)
    years = BASELINES[name]
    try:
        every = every_window(line, years, shortest, shortest + more, within)
    except WindowError:
        assert in_a_loop(line, name, shortest, shortest + more, within)[0] == 0
        return
    assert_shares(every, in_a_loop(line, name, shortest, shortest + more, within))


@given(windows(date(2014, 1, 1), date(2021, 4, 30)), names)
@settings(max_examples=examples(30))
def test_windows_and_baselines_lie_within_the_bounds_and_none_is_forgotten(within: Window, name: BaselineName) -> None:
    line = measure_line("property")
    try:
        every = every_window(line, BASELINES[name], bounds=Bounds.both(within))
    except WindowError:
        assert pair_against(Window(within.end - timedelta(days=13), within.end), name).first < within.start
        return
    rows, columns = np.nonzero(every.counted)
    ends = rows + columns + every.shortest - 1
    assert every.first + timedelta(days=int(ends.max())) == within.end
    first = pair_against(window_at(every, int(rows.min()), 0), name).first
    assert within.start <= first <= within.start + timedelta(days=1)
    assert every.windows == sum(
        min(LONGEST, (within.end - every.first).days - int(row) + 1) - SHORTEST + 1 for row in np.unique(rows)
    )


def test_windows_and_baselines_can_be_bounded_apart() -> None:
    line = measure_line("violent")
    day = date(2020, 3, 4)
    ended = every_window(line, bounds=Bounds(windows=Window(date.min, day)))
    clean = every_window(line, bounds=Bounds(baselines=Window(date.min, day)))
    last_days = []
    for every in (ended, clean):
        rows, columns = np.nonzero(every.counted)
        last_days.append(every.first + timedelta(days=int((rows + columns).max()) + every.shortest - 1))
    assert last_days == [day, date(2021, 3, 4)]
    assert ended.windows < clean.windows < every_window(line).windows


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_that_ends_on_the_28th_is_that_of_the_29th_too(name: BaselineName) -> None:
    line = measure_line("property")
    every = every_window(line, BASELINES[name], bounds=Bounds(baselines=Window(date.min, date(2019, 2, 28))))
    rows, columns = np.nonzero(every.counted)
    last = every.first + timedelta(days=int((rows + columns).max()) + every.shortest - 1)
    latest = {"2": date(2021, 2, 28), "3": line.last}.get(name, date(2020, 2, 29))
    assert last == latest


def test_without_bounds_all_pairs_are_held() -> None:
    pair = pair_against(Window(date(2020, 2, 1), date(2020, 3, 31)), "mean3")
    assert EVERYWHERE.hold(pair)
    assert Bounds(windows=pair.current).hold(pair)
    assert not Bounds(baselines=pair.current).hold(pair)
    assert not Bounds.both(pair.current).hold(pair)
    assert Bounds.both(Window(pair.first, pair.last)).hold(pair)


def test_known_gaps_are_left_out_of_windows_baselines_and_swing() -> None:
    gap = Window(date(2017, 5, 1), date(2017, 5, 31))
    line = with_gap(line_of(date(2014, 1, 1), np.ones(2600, dtype=np.int64)), gap)
    every = every_window(line, BASELINES["2"])
    rows, columns = np.nonzero(every.counted)
    for row, column in zip(rows[::997].tolist(), columns[::997].tolist(), strict=True):
        pair = pair_against(window_at(every, row, column), "2")
        assert all(each.end < gap.start or each.start > gap.end for each in (pair.current, *pair.baseline))
        assert_same_alone(line, every, pair)
    assert every.windows < every_window(line_of(date(2014, 1, 1), np.ones(2600, dtype=np.int64)), (2,)).windows


def test_a_fall_of_exactly_a_fifth_is_a_fall_of_at_least_20_percent() -> None:
    daily = np.concatenate([np.full(365, 5), np.full(365, 4)])
    every = every_window(line_of(date(2017, 1, 1), daily), shortest=14, longest=14)
    assert every.share_down_by(0.2) == 1.0
    assert every.share_down_by(0.201) == 0.0


def test_a_baseline_without_any_event_is_no_fall_and_no_news() -> None:
    daily = np.concatenate([np.zeros(365), np.full(365, 4)]).astype(np.int64)
    every = every_window(line_of(date(2017, 1, 1), daily))
    assert every.windows > 0
    assert every.share_without_baseline == 1.0
    assert every.share_down == every.share_down_by(0.2) == every.share_outside_swing == 0.0


def test_without_an_earlier_pair_of_years_no_window_is_outside_the_swing() -> None:
    every = every_window(line_of(date(2019, 1, 1), np.arange(730)))
    assert every.share_without_swing == 1.0
    assert every.share_outside_swing == every.share_outside_by_chance == 0.0


def test_years_in_random_order_lie_outside_the_swing_as_often_as_said() -> None:
    """Years of pure chance, each against the one two before: nearly independent changes."""
    random = np.random.default_rng(5)
    seen, said = [], []
    for _ in range(40):
        yearly = np.repeat(random.normal(100, 10, 8), 365)
        daily = random.poisson(np.maximum(yearly[:2900], 1))
        every = every_window(line_of(date(2014, 1, 1), daily), (2,), 30, 35)
        seen.append(every.share_outside_swing)
        said.append(every.share_outside_by_chance)
    # A little less often: a hair beyond the others is not outside.
    assert np.mean(said) - 0.15 < np.mean(seen) <= np.mean(said) + 0.02


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.integers(-400, 4000), st.integers(-8, 8))
@example(date(2020, 2, 29), 0, -1)
@example(date(2020, 2, 29), 0, -4)
@example(date(2019, 2, 28), 0, 1)
def test_day_numbers_move_by_years_as_dates_do(first: date, day: int, years: int) -> None:
    (moved,) = shift_days(np.array([day]), first, years).tolist()
    assert first + timedelta(days=moved) == shift_years(first + timedelta(days=day), years)


@given(windows(date(2015, 1, 1), date(2021, 4, 30)), names)
def test_a_baseline_is_known_by_its_name(window: Window, name: BaselineName) -> None:
    assert baseline_name(pair_against(window, name)) == name
    other = WindowPair(window, tuple(window.shifted(-years) for years in (1, 2)))
    assert baseline_name(other) is None


@pytest.mark.parametrize(("shortest", "longest"), [(0, 14), (20, 14), (-3, -1)])
def test_lengths_that_make_no_window_are_refused(shortest: int, longest: int) -> None:
    with pytest.raises(WindowError, match="shortest"):
        every_window(measure_line("violent"), shortest=shortest, longest=longest)


@given(st.sampled_from(MEASURES), names, st.integers(9, 40))
@settings(max_examples=examples(20))
def test_a_sample_holds_changes_of_windows_evenly_spaced_up_to_the_last_day(
    of_records: dict[tuple[str, str], EveryWindow], measure: str, name: BaselineName, step: int
) -> None:
    line, every = measure_line(measure), of_records[measure, name]
    sample = every.sample(step)
    assert sample.last == line.last
    assert sample.lengths == tuple(range(SHORTEST, LONGEST + 1, step))
    assert sample.change.shape == (len(sample.lengths), (sample.last - sample.first).days // step + 1)
    found = sample.windows()
    assert len({window for window, _ in found}) == len(found)
    assume(found)
    for window, change in found[:: max(1, len(found) // 5)]:
        assert compare(line, pair_against(window, name)).headline == change
