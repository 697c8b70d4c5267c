"""Running sums against a plain mask over rows: on made-up rows, and on the bundled records."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.counts import (
    BYS,
    By,
    Counts,
    MissingRecordsError,
    MissingSpan,
    OutsideRecordsError,
    RunningSum,
    UnknownNameError,
    bins,
    whole_bins,
)
from lib.analysis.windows import Window
from lib.story.load import load_story
from lib.story.records import Records
from lib.story.records_in_use import open_records
from lib.tables.folder import bundled_dir
from lib.tables.store import open_tables
from tests.analysis.made import FIRST, LAST, line_of, naive_count, windows
from tests.examples import examples

ORIGIN = date(2019, 12, 20)
CATEGORIES = ("arson", "burglary", "rape")
AREAS = ("", "Abell", "Woodberry")
PLACES = ("imputed", "none", "recorded")
DAYS = 90


def frame_of(rows: list[tuple[int, str, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["day", "offense", "area", "place", "count"])
    frame["date"] = pd.to_datetime(pd.Timestamp(ORIGIN) + pd.to_timedelta(frame["day"].astype(int), unit="D"))
    for column, names in (("offense", CATEGORIES), ("area", AREAS), ("place", PLACES)):
        frame[column] = pd.Categorical(frame[column], categories=list(names))
    return frame.astype({"date": "datetime64[us]", "count": "int32"})


@st.composite
def made_tables(draw: st.DrawFn) -> tuple[pd.DataFrame, Counts]:
    """Rows with days nothing happened on, days before the first and past the last complete one, and large counts."""
    row = st.tuples(
        st.integers(-10, DAYS + 20),
        st.sampled_from(CATEGORIES),
        st.sampled_from(AREAS),
        st.sampled_from(PLACES),
        st.integers(1, 9) | st.integers(60_000, 70_000),
    )
    frame = frame_of(draw(st.lists(row, max_size=60)))
    counts = Counts.from_frame(frame, category="offense", first=ORIGIN, last=ORIGIN + timedelta(days=DAYS - 1))
    return frame, counts


@given(made_tables(), st.data())
@settings(max_examples=examples(100))
def test_any_window_category_area_and_place_counts_as_a_mask_over_rows(
    made: tuple[pd.DataFrame, Counts], data: st.DataObject
) -> None:
    frame, counts = made
    categories = data.draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True))
    area = data.draw(st.none() | st.sampled_from(AREAS))
    places = data.draw(st.none() | st.lists(st.sampled_from(PLACES), min_size=1, unique=True))
    window = data.draw(windows(ORIGIN, counts.last))
    only: dict[str, object] = {"offense": categories}
    if area is not None:
        only["area"] = area
    if places is not None:
        only["place"] = places
    line = counts.select(categories, area, places)
    assert line.count(window) == naive_count(frame, window, **only)
    assert int(line.sums[-1]) == naive_count(frame, Window(ORIGIN, counts.last), **only)


@given(made_tables(), st.data())
@settings(max_examples=examples(40))
def test_many_windows_at_once_count_as_each_by_itself(made: tuple[pd.DataFrame, Counts], data: st.DataObject) -> None:
    frame, counts = made
    line = counts.select(CATEGORIES)
    parts = data.draw(st.lists(windows(ORIGIN, counts.last), min_size=1, max_size=8))
    expected = [naive_count(frame, part) for part in parts]
    starts = np.array([(part.start - ORIGIN).days for part in parts])
    assert line.windows(starts, np.array([part.days for part in parts])).tolist() == expected
    assert line.count_each(parts) == expected
    assert line.count_each([]) == []


@given(made_tables())
@settings(max_examples=examples(30))
def test_daily_counts_are_those_of_each_day(made: tuple[pd.DataFrame, Counts]) -> None:
    frame, counts = made
    line = counts.select(["rape"])
    by_day = frame[frame["offense"] == "rape"].groupby("date")["count"].sum()
    days = pd.date_range(line.first, line.last, unit="us")
    assert line.daily().tolist() == by_day.reindex(days, fill_value=0).tolist()


@given(made_tables(), st.data(), st.sampled_from(BYS))
@settings(max_examples=examples(40))
def test_a_series_counts_every_day_of_its_window_once(
    made: tuple[pd.DataFrame, Counts], data: st.DataObject, by: By
) -> None:
    frame, counts = made
    window = data.draw(windows(ORIGIN, counts.last))
    line = counts.select(CATEGORIES)
    found = line.series(window, by)
    assert sum(count for _, count in found) == naive_count(frame, window)
    assert [count for _, count in found] == [naive_count(frame, part) for part, _ in found]


def test_all_windows_at_once_are_all_windows_one_by_one() -> None:
    daily = np.random.default_rng(1).poisson(3, 40)
    line = line_of(ORIGIN, daily)
    starts = np.arange(34)[:, None]
    lengths = np.arange(1, 8)[None, :]
    counted = line.windows(starts, lengths)
    assert counted.shape == (34, 7)
    for start in range(34):
        for days in range(1, 8):
            assert counted[start, days - 1] == daily[start : start + days].sum()


@given(windows(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(BYS))
def test_bins_cover_every_day_exactly_once_and_keep_to_the_calendar(window: Window, by: By) -> None:
    if by == "day" and window.days > 3000:
        window = Window(window.start, window.start + timedelta(days=3000))
    parts = bins(window, by)
    assert (parts[0].start, parts[-1].end) == (window.start, window.end)
    for before, after in pairwise(parts):
        assert after.start == before.end + timedelta(days=1)
    for part in parts:
        names = {calendar_bin(day, by) for day in (part.start, part.end)}
        assert len(names) == 1
    assert len({calendar_bin(part.start, by) for part in parts}) == len(parts)


@given(windows(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(BYS))
def test_whole_bins_leave_out_only_what_the_window_cuts(window: Window, by: By) -> None:
    if by == "day" and window.days > 3000:
        window = Window(window.start, window.start + timedelta(days=3000))
    kept = whole_bins(window, by)
    cut = {
        part
        for part in bins(window, by)
        if calendar_bin(part.start - timedelta(days=1), by) == calendar_bin(part.start, by)
        or calendar_bin(part.end + timedelta(days=1), by) == calendar_bin(part.end, by)
    }
    assert list(kept) == [part for part in bins(window, by) if part not in cut]


def calendar_bin(day: date, by: By) -> tuple[int, ...]:
    """The day, ISO week, month or year that a day belongs to."""
    if by == "week":
        return tuple(day.isocalendar()[:2])
    return {"day": (day.year, day.month, day.day), "month": (day.year, day.month), "year": (day.year,)}[by]


def gapped() -> RunningSum:
    line = line_of(date(2014, 1, 1), np.ones(1000, dtype=np.int64))
    gap = MissingSpan(Window(date(2014, 1, 1), date(2014, 12, 31)), frozenset({"homicide"}), "No homicides in 2014.")
    return RunningSum(line.first, line.last, line.sums, (gap,))


def test_a_window_from_before_the_first_day_is_refused_naming_that_day() -> None:
    with pytest.raises(OutsideRecordsError, match=r"begin on January 1, 2014; the window .* starts before that\.$"):
        gapped().count(Window(date(2013, 12, 31), date(2015, 2, 1)))


def test_a_window_past_the_last_complete_day_is_refused_naming_that_day() -> None:
    last = gapped().last
    with pytest.raises(OutsideRecordsError, match=r"through September 26, 2016; the window .* ends after that"):
        gapped().count(Window(last, last + timedelta(days=1)))
    assert gapped().count(Window(last, last)) == 1


def test_a_window_that_touches_a_gap_by_one_day_is_refused_with_what_is_missing() -> None:
    with pytest.raises(MissingRecordsError, match=r"No homicides in 2014\. The window .* can't be counted\.") as caught:
        gapped().count(Window(date(2014, 12, 31), date(2015, 3, 1)))
    assert caught.value.what == "No homicides in 2014."
    assert gapped().count(Window(date(2015, 1, 1), date(2015, 3, 1))) == 60
    assert gapped().countable == Window(date(2015, 1, 1), gapped().last)


def test_a_gap_of_one_category_binds_only_selections_that_hold_it() -> None:
    gap = MissingSpan(Window(ORIGIN, ORIGIN), frozenset({"rape"}), "No rapes that day.")
    frame = frame_of([(0, "rape", "Abell", "recorded", 2), (0, "arson", "Abell", "recorded", 3)])
    frame["offense"] = frame["offense"].cat.remove_unused_categories()
    counts = Counts.from_frame(frame, category="offense", first=ORIGIN, last=ORIGIN, missing=[gap])
    assert counts.select(["arson"]).count(Window(ORIGIN, ORIGIN)) == 3
    for wanted in (["rape"], ["arson", "rape"]):
        with pytest.raises(MissingRecordsError):
            counts.select(wanted).count(Window(ORIGIN, ORIGIN))


@pytest.mark.parametrize(
    ("starts", "lengths"), [([-1], [3]), ([0], [0]), ([0], [-5]), ([998], [3]), ([0, 999], [1, 2])]
)
def test_many_windows_at_once_refuse_any_that_leaves_the_records(starts: list[int], lengths: list[int]) -> None:
    with pytest.raises(OutsideRecordsError) as caught:
        gapped().windows(np.array(starts), np.array(lengths))
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("categories", "area", "places", "named"),
    [
        (["treason"], None, None, "'treason'"),
        (["rape", "treason"], None, None, "'treason'"),
        (["rape"], "Atlantis", None, "'Atlantis'"),
        (["rape"], "abell", None, "'abell'"),
        (["rape"], None, ["guessed"], "'guessed'"),
        ([], None, None, "none given"),
    ],
)
def test_names_the_records_do_not_have_are_refused_by_name(
    categories: list[str], area: str | None, places: list[str] | None, named: str
) -> None:
    frame = frame_of([(n, c, a, p, 1) for n, (c, a, p) in enumerate(zip(CATEGORIES, AREAS, PLACES, strict=True))])
    counts = Counts.from_frame(frame, category="offense", first=ORIGIN, last=ORIGIN + timedelta(days=5))
    with pytest.raises(UnknownNameError) as caught:
        counts.select(categories, area, places)
    assert named in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_table_without_areas_and_places_is_the_whole_city() -> None:
    frame = frame_of([(1, "rape", "Abell", "recorded", 2), (3, "rape", "", "none", 5)])[["date", "offense", "count"]]
    counts = Counts.from_frame(frame, category="offense", first=ORIGIN, last=ORIGIN + timedelta(days=2))
    assert counts.select(["rape"]).count(Window(ORIGIN, counts.last)) == 2
    assert counts.areas == counts.places == ("",)


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    return open_tables(bundled_dir()).frame("crime_city_daily")


@pytest.fixture(scope="module")
def by_area() -> pd.DataFrame:
    return open_tables(bundled_dir()).frame("crime_area_daily")


@pytest.fixture(scope="module")
def records() -> Records:
    return open_records()


def test_bundled_city_counts_are_the_rows_counts_in_random_windows(city: pd.DataFrame, records: Records) -> None:
    random = np.random.default_rng(20210326)
    measures = [m for m in load_story().measures.values() if m.records == "crime"]
    for _ in range(60):
        measure = measures[random.integers(len(measures))]
        start = FIRST + timedelta(days=int(random.integers(0, 2300)))
        window = Window(start, min(LAST, start + timedelta(days=int(random.integers(0, 500)))))
        expected = naive_count(city, window, offense=measure.categories)
        assert records.line(measure).count(window) == expected, (measure.id, window)


def test_bundled_area_counts_are_the_rows_counts_in_random_windows(by_area: pd.DataFrame, records: Records) -> None:
    random = np.random.default_rng(20200318)
    measures = [m for m in load_story().measures.values() if m.records == "crime"]
    names = records.area_names()
    for _ in range(25):
        measure = measures[random.integers(len(measures))]
        area = names[random.integers(len(names))]
        start = FIRST + timedelta(days=int(random.integers(0, 2000)))
        window = Window(start, min(LAST, start + timedelta(days=int(random.integers(0, 500)))))
        for places in (None, ("imputed",), ("recorded", "none")):
            only = {} if places is None else {"place": places}
            expected = naive_count(by_area, window, offense=measure.categories, area=area, **only)
            assert records.line(measure, area, places).count(window) == expected, (measure.id, area, window, places)


def test_bundled_areas_add_up_to_the_city_in_every_offense_on_every_day(by_area: pd.DataFrame) -> None:
    tables = open_tables(bundled_dir())
    entry = tables.entry("crime_area_daily")
    assert entry.first is not None
    assert entry.complete_through is not None
    area_counts = Counts.from_frame(by_area, category="offense", first=entry.first, last=entry.complete_through)
    city_counts = Counts.from_frame(
        tables.frame("crime_city_daily"), category="offense", first=entry.first, last=entry.complete_through
    )
    for offense in city_counts.categories:
        np.testing.assert_array_equal(
            area_counts.select([offense]).sums, city_counts.select([offense]).sums, err_msg=offense
        )
    # Each area by itself, added up: no event is lost between select() with and without an area.
    total = sum(int(area_counts.select(["burglary"], area).sums[-1]) for area in area_counts.areas)
    assert total == int(city_counts.select(["burglary"]).sums[-1])


def test_rows_past_the_last_complete_day_are_in_the_table_but_not_in_the_counts(
    city: pd.DataFrame, records: Records
) -> None:
    line = records.line(load_story().measures["larceny"])
    assert line.last == LAST
    assert naive_count(city, Window(LAST + timedelta(days=1), date(2021, 12, 31))) > 0
    with pytest.raises(OutsideRecordsError):
        line.count(Window(LAST, LAST + timedelta(days=1)))
