"""Windows of time: what any two dates must obey, and what a reader is told when they can't be used."""

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lib.analysis.windows import (
    Window,
    WindowError,
    WindowPair,
    parse_window,
    same_dates,
    say_window,
    shift_years,
    years_between,
    years_earlier,
)
from tests.analysis.made import windows

LEAP = date(2020, 2, 29)


def each_day(window: Window) -> list[date]:
    """Every day of the window, in order."""
    return [window.start + timedelta(days=n) for n in range((window.end - window.start).days + 1)]


def is_sentence(text: str) -> bool:
    return text[:1].isalnum() and text.endswith(".") and "\n" not in text and "Error" not in text


@given(windows())
def test_days_of_a_window_are_as_many_as_it_lists(window: Window) -> None:
    days = each_day(window)
    assert window.days == len(days) == len(set(days))
    assert (days[0], days[-1]) == (window.start, window.end)


@given(windows(), st.integers(-60, 60))
@example(Window(LEAP, LEAP), 1)
@example(Window(date(2020, 1, 1), LEAP), -4)
def test_shifting_years_and_back_changes_nothing_but_29_february(window: Window, years: int) -> None:
    there = window.shifted(years)
    back = there.shifted(-years)
    for before, moved, after in (
        (window.start, there.start, back.start),
        (window.end, there.end, back.end),
    ):
        assert moved.year == before.year + years
        assert moved.month == before.month
        if (before.month, before.day) != (2, 29):
            assert after == before
            assert moved.day == before.day
        else:
            assert after in (before, before - timedelta(days=1))
            assert moved.day in (28, 29)


def test_29_february_becomes_the_28th_in_a_common_year_and_stays_in_a_leap_year() -> None:
    assert shift_years(LEAP, -1) == date(2019, 2, 28)
    assert shift_years(LEAP, -4) == date(2016, 2, 29)
    assert shift_years(date(2019, 2, 28), 1) == date(2020, 2, 28)


@given(windows())
def test_a_printed_window_reads_back_as_itself(window: Window) -> None:
    assert parse_window(str(window)) == window
    assert parse_window(f"  {window}\n") == window


@given(windows())
def test_a_reversed_window_is_refused_with_both_dates_in_a_sentence(window: Window) -> None:
    assume(window.start < window.end)
    with pytest.raises(WindowError) as made:
        Window(window.end, window.start)
    with pytest.raises(WindowError) as read:
        parse_window(f"{window.end.isoformat()}..{window.start.isoformat()}")
    for said in (str(made.value), str(read.value)):
        assert is_sentence(said)
        assert str(window.start.year) in said
        assert str(window.end.year) in said


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29..2021-03-31",
        "2021-01-01..2021-13-01",
        "2021-04-31..2021-05-01",
        "0000-01-01..2021-01-01",
        "1900-02-29..1900-03-01",
        "٢٠٢١-٠١-٠١..٢٠٢١-٠٣-٣١",
        "2021-01-01",
        "2021-01-01...2021-03-31",
        "2021-01-01..2021-03-31..2021-04-30",
        "2021-1-1..2021-3-31",
        "20210101..20210331",
        "2021-01-01 to 2021-03-31",
        "",
        "..",
        "yesterday..today",
        "2021-01-01..",
        "-2021-01-01..2021-03-31",
        "12021-01-01..12021-03-31",
        "2021-W01-1..2021-W02-1",
    ],
)
def test_an_impossible_window_is_refused_with_one_sentence(text: str) -> None:
    with pytest.raises(WindowError) as caught:
        parse_window(text)
    assert is_sentence(str(caught.value))


@given(st.text(max_size=60) | st.from_regex(r"\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}", fullmatch=True))
def test_any_text_is_a_window_or_a_window_error(text: str) -> None:
    # Any other error than a WindowError fails the test.
    with contextlib.suppress(WindowError):
        assert str(parse_window(text)) == text.strip()


@pytest.mark.parametrize(("day", "years"), [(date(1, 3, 1), -1), (date(9999, 3, 1), 1), (LEAP, -5000), (LEAP, 10**6)])
def test_moving_out_of_the_calendar_is_a_window_error(day: date, years: int) -> None:
    with pytest.raises(WindowError) as caught:
        shift_years(day, years)
    assert is_sentence(str(caught.value))


@given(windows(), st.integers(-20, 20).filter(bool))
def test_a_shifted_window_has_the_same_dates_both_ways_round(window: Window, years: int) -> None:
    other = window.shifted(years)
    assert same_dates(window, other)
    assert same_dates(other, window)
    assert years_between(window, other) == -years
    assert years_between(other, window) == years


@given(windows(), st.integers(1, 300), st.integers(0, 5))
def test_windows_moved_by_days_do_not_have_the_same_dates(window: Window, days: int, years: int) -> None:
    # Moved off February 29, dates can meet again on the 28th; that is no other date.
    assume(all((d.month, d.day) not in ((2, 29), (2, 28)) for d in (window.start, window.end)))
    shifted = window.shifted(-years)
    other = Window(shifted.start - timedelta(days=days), shifted.end - timedelta(days=days))
    if {(d.month, d.day) for d in (other.start, other.end)} & {(2, 28), (2, 29)}:
        return
    assert not same_dates(window, other)


def test_a_window_has_not_the_same_dates_as_itself() -> None:
    window = Window(date(2021, 1, 1), date(2021, 3, 31))
    assert not same_dates(window, window)
    assert not WindowPair(window, (window,)).same_dates


def test_both_ways_to_pair_29_february_count_as_the_same_dates() -> None:
    leap = Window(date(2020, 1, 1), LEAP)
    common = Window(date(2021, 1, 1), date(2021, 2, 28))
    assert same_dates(common, leap)
    assert same_dates(leap, common)
    assert same_dates(common, Window(date(2020, 1, 1), date(2020, 2, 28)))


@given(windows(date(2000, 1, 1), date(2006, 12, 31)), windows(date(2000, 1, 1), date(2006, 12, 31)))
def test_shared_days_are_the_days_in_both(current: Window, baseline: Window) -> None:
    pair = WindowPair(current, (baseline,))
    assert pair.shared_days == len(set(each_day(current)) & set(each_day(baseline)))


def test_shared_days_with_several_baselines_are_counted_for_each() -> None:
    current = Window(date(2018, 6, 1), date(2020, 5, 31))
    pair = WindowPair(current, (current.shifted(-1), current.shifted(-2)))
    # June 1, 2018, to May 31, 2019, with the nearer year, none with the farther.
    assert pair.shared_days == 365


@given(windows(date(1950, 1, 1), date(2050, 12, 31)), st.lists(st.integers(1, 12), min_size=2, max_size=6, unique=True))
def test_a_pair_with_several_baselines_covers_their_days_and_ends(current: Window, years: list[int]) -> None:
    baselines = tuple(current.shifted(-n) for n in years)
    pair = WindowPair(current, baselines)
    assert pair.same_dates
    assert pair.years_apart is None
    assert pair.baseline_days == sum((b.end - b.start).days + 1 for b in baselines)
    assert pair.first == min(b.start for b in baselines)
    assert pair.last == current.end
    for window in (current, *baselines):
        assert pair.first <= window.start <= window.end <= pair.last


@given(
    windows(date(1950, 1, 1), date(2050, 12, 31)),
    st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True),
    st.integers(-30, 30),
)
@example(Window(LEAP, LEAP), [1, 2], -1)
@example(Window(date(2021, 2, 28), date(2021, 2, 28)), [1, 2], -1)
def test_moving_a_valid_pair_by_years_is_always_possible(current: Window, years: list[int], by: int) -> None:
    pair = WindowPair(current, tuple(current.shifted(-n) for n in years))
    moved = pair.shifted(by)
    assert moved.current == current.shifted(by)
    assert len(moved.baseline) == len(years)
    assert moved.same_dates


def test_years_apart_is_signed_and_only_for_the_same_dates() -> None:
    window = Window(date(2021, 1, 1), date(2021, 3, 31))
    assert years_earlier(window).years_apart == 1
    assert years_earlier(window, 3).years_apart == 3
    assert WindowPair(window.shifted(-2), (window,)).years_apart == -2
    assert WindowPair(window, (Window(date(2020, 1, 1), date(2020, 3, 30)),)).years_apart is None


def test_baselines_on_other_dates_cannot_stand_for_a_mean_of_years() -> None:
    current = Window(date(2021, 1, 1), date(2021, 3, 31))
    with pytest.raises(WindowError) as caught:
        WindowPair(current, (current.shifted(-1), Window(date(2019, 1, 1), date(2019, 3, 30))))
    assert is_sentence(str(caught.value))


def test_a_pair_without_a_baseline_is_refused() -> None:
    with pytest.raises(WindowError) as caught:
        WindowPair(Window(date(2021, 1, 1), date(2021, 3, 31)), ())
    assert is_sentence(str(caught.value))


def test_a_baseline_named_twice_does_not_count_twice() -> None:
    # Counted twice, the same events would make the interval narrower than they can.
    current = Window(date(2021, 1, 1), date(2021, 3, 31))
    earlier = current.shifted(-1)
    for baseline in ((earlier, earlier), (earlier, current.shifted(-2), Window(earlier.start, earlier.end))):
        with pytest.raises(WindowError, match="twice") as caught:
            WindowPair(current, baseline)
        assert is_sentence(str(caught.value))


def test_baselines_that_overlap_are_allowed() -> None:
    # Two windows of two years, a year apart: the same calendar dates, and a year in both.
    current = Window(date(2019, 1, 1), date(2020, 12, 31))
    pair = WindowPair(current, (current.shifted(-1), current.shifted(-2)))
    assert pair.baseline_days == sum(b.days for b in pair.baseline) == 730 + 730
    assert pair.same_dates


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2021-01-01..2021-03-26", "January 1 to March 26, 2021"),
        ("2020-03-13..2021-03-12", "March 13, 2020, to March 12, 2021"),
        ("2020-02-29..2020-02-29", "February 29, 2020"),
        ("2020-06-01..2020-06-07", "June 1 to 7, 2020"),
    ],
)
def test_windows_in_words_name_the_year_once_where_it_is_one(text: str, said: str) -> None:
    assert say_window(parse_window(text)) == said
