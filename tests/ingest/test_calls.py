"""911 rows become daily counts: each call once, on its day in Baltimore, whatever clock and hands wrote it down."""

import gzip
import json
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ingest.sources import call_rows, call_store, call_years, callbook, calls
from lib.ingest.sources.call_times import ENOUGH_AGREEMENT, NO_NUMBER, call_numbers, moments
from lib.ingest.sources.raw import SourceError
from lib.tables.schemas import CALL_GROUPS, CALL_ORIGINS, CALL_PLACES
from tests.conftest_data import NAMES, ROOT
from tests.examples import examples

REAL_RAW = Path(os.environ.get("RAW_DIR") or ROOT.parent / "shared" / "raw")
PAGES = {year: REAL_RAW / "calls911" / f"first_page_{year}.json.gz" for year in (2018, 2020, 2021)}
needs_real_pages = pytest.mark.skipif(
    not all(page.is_file() for page in PAGES.values()), reason=f"the recorded pages aren't at {REAL_RAW} (set RAW_DIR)"
)

BOOK = callbook.read()
BALTIMORE = ZoneInfo("America/New_York")
FIELDS = call_rows.CallFields("callDateTime", "description", "callNumber", "Neighborhood")
TYPES = {
    "OBJECTID": "esriFieldTypeOID",
    "callDateTime": "esriFieldTypeDate",
    "description": "esriFieldTypeString",
    "callNumber": "esriFieldTypeString",
    "Neighborhood": "esriFieldTypeString",
}
TEXTS = (
    "NARCOTICS",
    "Business Check",
    "narcotics ",
    "OVERDOSE",
    "LEWD ACT",
    "Foot  Patrol",
    "WHAT NO RULE CATCHES",
    "",
)


def number_of(day: date, count: int) -> str:
    return f"P{day:%y%j}{count:04}"


def stored(moment: datetime, zone: str) -> int:
    """Epoch milliseconds as a layer that keeps its dates by this clock has them."""
    wall = moment.astimezone(BALTIMORE).replace(tzinfo=UTC) if zone == "local" else moment
    return int(wall.timestamp() * 1000)


def batch(rows) -> pa.Table:
    """Rows of id, number, at, description and area."""
    arrays = [pa.array([row[n] for row in rows], field.type) for n, field in enumerate(call_rows.BATCH)]
    return pa.Table.from_arrays(arrays, schema=call_rows.BATCH)


def tallied(rows, year: int | None = 2021, size: int = 10_000) -> call_years.CallYear:
    tally = calls.Tally(BOOK, NAMES, year)
    for begin in range(0, len(rows), size):
        tally.add(batch(rows[begin : begin + size]))
    return tally.finish()


def cells(frame) -> dict[tuple[str, ...], int]:
    """A frame of counts as a dictionary; no cell stands twice."""
    found = {(str(day.date()), *keys): count for day, *keys, count in frame.itertuples(index=False)}
    assert len(found) == len(frame)
    return found


DAYS = (date(2021, 3, 14), date(2021, 11, 7), date(2021, 1, 1), date(2021, 12, 31), date(2021, 7, 4))
"""The days on which clocks change, the ends of the year, and a day in summer."""


@st.composite
def local_moments(draw):
    """Moments of 2021 in Baltimore, those of DAYS often, and always some about midnight, which tell clocks apart."""
    begin = datetime(2021, 1, 1, tzinfo=BALTIMORE).astimezone(UTC)
    end = datetime(2022, 1, 1, tzinfo=BALTIMORE).astimezone(UTC)
    minutes = int((end - begin).total_seconds()) // 60
    anywhere = st.integers(0, minutes - 1).map(lambda m: begin + timedelta(minutes=m))
    on_a_day = st.tuples(st.sampled_from(DAYS), st.integers(0, 22 * 60)).map(
        lambda p: datetime(p[0].year, p[0].month, p[0].day, tzinfo=BALTIMORE).astimezone(UTC) + timedelta(minutes=p[1])
    )
    about = [datetime(2021, month, 9, hour, 30, tzinfo=BALTIMORE) for month in (2, 6, 10) for hour in (1, 22)]
    return [time.astimezone(UTC) for time in about] + draw(st.lists(anywhere | on_a_day, max_size=30))


@settings(max_examples=examples(60))
@given(times=local_moments(), zone=st.sampled_from(["local", "utc"]), wrong=st.integers(0, 3))
def test_the_clock_is_found_again_and_gives_baltimores_days(times, zone, wrong):
    days = [time.astimezone(BALTIMORE).date() for time in times]
    carried = [day - timedelta(days=20 * (6 <= n < 6 + wrong)) for n, day in enumerate(days)]
    rows = [
        (n, number_of(day, n + 1), stored(time, zone), "NARCOTICS", "")
        for n, (day, time) in enumerate(zip(carried, times, strict=True))
    ]
    year = tallied(rows)
    assert year.report.zone == zone
    assert year.report.agreement == sum(a == b for a, b in zip(carried, days, strict=True)) / len(days)
    assert cells(year.city) == {(str(day), "drugs", "unknown"): n for day, n in Counter(days).items()}
    assert (year.first, year.last) == (min(days), max(days))


def test_few_agreeing_numbers_are_no_sure_clock():
    noon = datetime(2021, 6, 1, 16, tzinfo=UTC)
    evening = datetime(2021, 6, 2, 3, tzinfo=UTC)
    rows = [(n, number_of(date(2021, 6, 1), n), stored(evening, "utc"), "", "") for n in range(8)]
    assert tallied(rows).report.agreement == 1
    off = [(n + 8, number_of(date(2021, 5, 1), n), stored(noon, "utc"), "", "") for n in range(3)]
    report = tallied(rows + off).report
    assert (report.zone, report.agreement) == ("utc", 8 / 11)
    assert report.agreement < ENOUGH_AGREEMENT


def test_a_few_months_by_the_other_clock_do_not_turn_it():
    times = [datetime(2021, month, 9, hour, 30, tzinfo=BALTIMORE) for month in range(1, 13) for hour in (1, 22)]
    rows = [
        (n, number_of(time.date(), n), stored(time, "local" if time.month in (2, 3) else "utc"), "", "")
        for n, time in enumerate(times)
    ]
    assert tallied(rows).report.zone == "utc"


kinds = st.tuples(
    st.integers(0, 364).map(lambda n: date(2021, 1, 1) + timedelta(days=n)),
    st.sampled_from(TEXTS),
    st.sampled_from(["", NAMES[0], NAMES[3].upper(), f" {NAMES[4].lower()}", "Atlantis"]),
    st.sampled_from(["plain", "plain", "unnumbered", "undated", "other year"]),
)


@settings(max_examples=examples(60))
@given(data=st.data(), kinds=st.lists(kinds, min_size=1, max_size=40))
def test_each_call_counts_once_and_every_row_is_accounted_for(data, kinds):
    rows, expected = [], []
    for n, (day, text, area, kind) in enumerate(kinds):
        dated = 2019 if kind == "other year" else 2021
        noon = int(datetime(dated, day.month, min(day.day, 28), 17, tzinfo=UTC).timestamp() * 1000)
        number = None if kind == "unnumbered" else number_of(date(dated, day.month, min(day.day, 28)), n)
        rows.append((10 * n, number, None if kind == "undated" else noon, text, area))
        if kind in ("plain", "unnumbered"):
            expected.append((f"2021-{day.month:02}-{min(day.day, 28):02}", text, area))
    if not expected:
        with pytest.raises(SourceError, match=rf"None of the {len(rows)} rows is a call of 2021\."):
            tallied(rows)
        return
    plain = [row for row, (*_, kind) in zip(rows, kinds, strict=True) if kind == "plain"]
    doubled = data.draw(st.lists(st.sampled_from(plain), max_size=10)) if plain else []
    twice = [(row[0] + 1 + n, *row[1:3], "ANOTHER TEXT", "") for n, row in enumerate(doubled) if n < 9]
    again = data.draw(st.lists(st.sampled_from(rows), max_size=5))
    every = data.draw(st.permutations(rows + twice + again))
    year = tallied(every, size=data.draw(st.integers(1, 60)))

    report = year.report
    dropped = Counter(kind for *_, kind in kinds)
    assert report.rows == len(every)
    assert report.counted == len(expected)
    assert report.duplicates == len(twice)
    assert report.undated == dropped["undated"]
    assert report.outside_year == dropped["other year"]
    assert report.no_number == dropped["unnumbered"]
    # A row that came twice may be a double of another number too: it is taken out by its id first.
    ids = Counter(row[0] for row in every)
    assert report.repeated_ids == sum(count - 1 for count in ids.values())
    unplaced = [area for *_, area in expected if area in ("", "Atlantis")]
    assert (report.unplaced, report.unknown_places) == (len(unplaced), unplaced.count("Atlantis"))

    groups, origins = BOOK.classify([text for _, text, _ in expected])
    sort = list(zip(groups, origins, strict=True))
    on_map = {name.upper(): name for name in NAMES}
    placed = [on_map.get(area.strip().upper(), "") for *_, area in expected]
    assert cells(year.city) == Counter((day, *kind) for (day, *_), kind in zip(expected, sort, strict=True))
    assert cells(year.area) == Counter(
        (day, *kind, area, "recorded" if area else "none")
        for (day, *_), kind, area in zip(expected, sort, placed, strict=True)
    )
    shown = [" ".join(text.upper().split()) or call_store.NO_TEXT for _, text, _ in expected]
    assert cells(year.descriptions) == Counter((day, text) for (day, *_), text in zip(expected, shown, strict=True))
    caught = shown.count("WHAT NO RULE CATCHES"), shown.count(call_store.NO_TEXT)
    assert dict(report.uncaught) == {
        text: rows for text, rows in zip(("WHAT NO RULE CATCHES", call_store.NO_TEXT), caught, strict=True) if rows
    }


def test_frames_have_the_vocabulary_of_the_tables():
    year = tallied([(1, "P210010001", stored(datetime(2021, 1, 1, 17, tzinfo=UTC), "utc"), "NARCOTICS", NAMES[0])])
    assert [str(frame["date"].dtype) for frame in (year.city, year.area, year.descriptions)] == ["datetime64[us]"] * 3
    assert tuple(year.city["group"].cat.categories) == CALL_GROUPS
    assert tuple(year.city["origin"].cat.categories) == CALL_ORIGINS
    assert tuple(year.area["place"].cat.categories) == CALL_PLACES
    assert list(year.area.columns) == ["date", "group", "origin", "area", "place", "count"]
    assert year.year == 2021


def test_spellings_are_mended_and_told():
    at = stored(datetime(2021, 1, 1, 17, tzinfo=UTC), "utc")
    areas = ["Butcher'S Hill", "Villages of Homeland", "PLACE 007", "Place 008"]
    year = tallied([(n, f"P21001000{n}", at, "NARCOTICS", area) for n, area in enumerate(areas)])
    assert set(year.area["area"]) == {"Butcher's Hill", "Villages Of Homeland", "Place 007", "Place 008"}
    assert year.report.mended == (
        "Butcher'S Hill to Butcher's Hill",
        "Villages of Homeland to Villages Of Homeland",
    )


@pytest.mark.parametrize(
    ("text", "shown", "group"),
    [
        ("<script>alert(1)</script>", "<SCRIPT>ALERT(1)</SCRIPT>", "other"),
        ("NARC\u202eOTICS\u0000 \u200b", "NARCOTICS", "drugs"),
        ("=cmd()\t\n x", "=CMD() X", "other"),
        ("x" * 9_990 + " NARCOTICS", "X" * 80, "drugs"),
        ("x" * 79 + " " + "x" * 79, "X" * 79, "other"),
        ("\u202e\u2066 \u0007", "(no description)", "other"),
        ("\U0001f600 narcotics", "\U0001f600 NARCOTICS", "drugs"),
    ],
)
def test_hostile_text_is_cut_and_cleaned_after_it_is_sorted(text, shown, group):
    at = stored(datetime(2021, 1, 1, 17, tzinfo=UTC), "utc")
    year = tallied([(1, "P210010001", at, text, text), (2, "P210010002", at, text, "")], size=1)
    assert cells(year.descriptions) == {("2021-01-01", shown): 2}
    assert cells(year.city) == {("2021-01-01", group, "unknown"): 2}
    assert all(len(name) <= call_store.TEXT_LENGTH for name, _ in year.report.uncaught)


def test_rare_texts_that_no_rule_catches_are_pooled_and_caught_ones_are_not():
    at = stored(datetime(2021, 1, 1, 17, tzinfo=UTC), "utc")
    texts = [f"ZZ {n:03}" for n in range(320)] * 2 + ["NARCOTICS", "ZZ LAST", "PROSTITUTION"]
    year = tallied([(n, None, at, text, "") for n, text in enumerate(texts)])
    found = {text: count for (_, text), count in cells(year.descriptions).items()}
    assert len([text for text in found if text.startswith("ZZ")]) == call_store.KEPT_TEXTS
    assert found[call_store.REST_TEXT] == 2 * 20 + 1
    assert found["NARCOTICS"] == found["PROSTITUTION"] == 1
    assert "ZZ LAST" not in found
    assert sum(found.values()) == len(texts)
    assert len(year.report.uncaught) == call_store.SHOWN


def test_the_year_is_that_of_most_rows_where_none_is_given():
    at = {year: stored(datetime(year, 6, 1, 17, tzinfo=UTC), "utc") for year in (2019, 2020)}
    rows = [(n, None, at[2019 if n == 2 else 2020], "NARCOTICS", "") for n in range(5)]
    year = tallied(rows, year=None)
    assert (year.year, year.report.counted, year.report.outside_year) == (2020, 4, 1)


@pytest.mark.parametrize("rows", [[], [(1, "P210010001", None, "NARCOTICS", "")]])
def test_nothing_to_count_is_an_error(rows):
    for year in (None, 2021):
        with pytest.raises(SourceError, match=rf"None of the {len(rows)} rows is a call"):
            tallied(rows, year)


def test_years_are_split_each_by_its_own_clock():
    midnights = [
        datetime(year, 12, 31, 23, 30, tzinfo=BALTIMORE) - timedelta(hours=12 * n + (n % 2) * 10)
        for year in (2020, 2021)
        for n in range(200)
    ]
    stray = datetime(2016, 5, 1, 12, tzinfo=BALTIMORE)
    rows = [
        (7, number_of(time.date(), n), stored(time, "local" if time.year == 2020 else "utc"), "NARCOTICS", "")
        for n, time in enumerate([*midnights, stray])
    ]
    tally = calls.Years(BOOK, NAMES)
    for begin in (0, 50):
        tally.add(batch(rows[begin : begin + 50 if begin == 0 else None]))
    old, first, second = tally.finish().years
    assert (old.year, old.report.counted) == (2016, 1)
    assert (first.year, second.year) == (2020, 2021)
    assert (first.report.zone, second.report.zone) == ("local", "utc")
    assert (first.first, first.last) == (date(2020, 9, 23), date(2020, 12, 31))
    assert (second.first, second.last) == (date(2021, 9, 23), date(2021, 12, 31))
    assert (first.report.counted, first.report.outside_year, first.report.repeated_ids) == (200, 0, 0)
    assert old.report.rows + first.report.rows + second.report.rows == len(rows)
    with pytest.raises(SourceError, match="None of the 0 rows is a call with a date"):
        calls.Years(BOOK, NAMES).finish()


@settings(max_examples=examples(100))
@given(
    digits=st.integers(0, 999_999_999),
    form=st.sampled_from(["P{:09}", "p{:09}", " P{:09} ", "{:010}", "Q{:09}", "P{:09}1"]),
)
def test_only_numbers_of_the_right_form_are_used(digits, form):
    usable = form.strip() in ("P{:09}", "p{:09}") and 1 <= digits // 10_000 % 1000 <= 366
    expected = [digits if usable else NO_NUMBER, NO_NUMBER, NO_NUMBER]
    texts = pa.array(["skipped", form.format(digits), None, "P20\u00e90001"], pa.string()).slice(1)
    assert call_numbers(texts).tolist() == expected


@settings(max_examples=examples(100))
@given(
    moment=st.datetimes(datetime(2000, 1, 3), datetime(2099, 12, 29)).map(lambda t: t.replace(microsecond=0)),
    style=st.sampled_from(
        ["%Y/%m/%d %H:%M:%S+00", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S.000+00:00", "s", "ms"]
    ),
)
def test_dates_are_read_in_every_style(moment, style):
    seconds = int(moment.replace(tzinfo=UTC).timestamp())
    text = {"s": str(seconds), "ms": str(seconds * 1000)}.get(style, moment.strftime(style))
    at, bad = moments(pa.array(["", text, "2021/01/01 05:00:00+00", " "], pa.string()))
    assert at.to_pylist() == [None, seconds * 1000, 1609477200000, None]
    assert bad.size == 0


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2021-01-01T00:00:00-05:00", 1609477200000),
        ("2021-01-01T05:00:00.250Z", 1609477200250),
        ("1899-12-31 00:00:00", None),
        ("9999-12-31 00:00:00", None),
        ("-2209161600000", None),
        ("0", None),
    ],
)
def test_a_moment_that_cant_be_is_none(text, read):
    at, bad = moments(pa.array([text], pa.string()))
    assert (at.to_pylist(), bad.tolist()) == ([read], [])


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "2021/02/29 00:00:00+00", "2021/13/01 00:00:00+00", "2021/01/01 24:00:00+00",
        "01/02/2021 00:00:00", "2021/01/01", "20210101", "2021/01/01 05:00:00 am",
        "2021_01_01 05:00:00", "2021/00/10 05:00:00+00",
    ],
)  # fmt: skip
def test_what_isnt_a_date_is_told_by_its_place(text):
    at, bad = moments(pa.array(["2021/01/01 05:00:00+00", text], pa.string()))
    assert bad.tolist() == [1]
    assert at.to_pylist()[1] is None


def row_of(number, at, description, call, area) -> dict[str, object]:
    return dict(zip(("OBJECTID", *FIELDS.names), (number, at, description, call, area), strict=True))


def test_a_layers_rows_become_a_batch():
    rows = [
        row_of(5, 1609477200000, "NARCOTICS", "P210010001", None),
        row_of(6.0, "2021/01/01 05:00:00+00", None, "", "X"),
        {"OBJECTID": 7, "callDateTime": -2209161600000, "description": "half \ud83d", "callNumber": 12.0, "extra": 1},
        row_of(8, 1609477200, "x" * 10_000, None, ""),
    ]
    assert call_rows.batch_of(rows, FIELDS, "OBJECTID").to_pylist() == [
        {"id": 5, "number": "P210010001", "at": 1609477200000, "description": "NARCOTICS", "area": ""},
        {"id": 6, "number": None, "at": 1609477200000, "description": "", "area": "X"},
        {"id": 7, "number": "12", "at": None, "description": "half ?", "area": ""},
        {"id": 8, "number": None, "at": 1609477200000, "description": "x" * 10_000, "area": ""},
    ]
    assert call_rows.batch_of([], FIELDS, "OBJECTID").schema == call_rows.BATCH


def test_a_row_without_an_id_or_with_no_date_in_its_date_is_refused():
    with pytest.raises(SourceError, match="A row has no object id: its field OBJECTID is None"):
        call_rows.batch_of([{"OBJECTID": 1}, {"description": "x"}], FIELDS, "OBJECTID")
    with pytest.raises(SourceError, match="Object 9: callDateTime is 'soon', which isn't a date"):
        call_rows.batch_of([{"OBJECTID": 9, "callDateTime": "soon"}], FIELDS, "OBJECTID")


def test_fields_are_found_in_any_case_among_others():
    assert call_rows.find_fields({**TYPES, "zip": "esriFieldTypeInteger"}, "layer") == FIELDS
    lower = {name.lower(): kind for name, kind in TYPES.items()}
    assert call_rows.find_fields(lower, "layer").names == ("calldatetime", "description", "callnumber", "neighborhood")
    both = {**TYPES, "neighborhood": "esriFieldTypeInteger"}
    assert call_rows.find_fields(both, "layer") == FIELDS


@pytest.mark.parametrize(
    ("gone", "instead", "why"),
    [
        (
            "callDateTime",
            {"callTime": "esriFieldTypeDate"},
            r"has no field callDateTime; the nearest is callTime \(esriFieldTypeDate\)",
        ),
        ("description", {"calltype": "esriFieldTypeString"}, "has no field description; the nearest is "),
        (
            "callNumber",
            {"callNumber": "esriFieldTypeInteger"},
            r"has the field callNumber \(esriFieldTypeInteger\), where esriFieldTypeString is",
        ),
    ],
)
def test_a_missing_or_retyped_field_is_named(gone, instead, why):
    fields = {name: kind for name, kind in TYPES.items() if name != gone} | instead
    with pytest.raises(SourceError, match=rf"^the layer {why}"):
        call_rows.find_fields(fields, "the layer")
    with pytest.raises(SourceError, match="has no field callDateTime; there are no fields at all"):
        call_rows.find_fields({}, "the layer")


def city(numbers, areas) -> None:
    rows = [(n, number, 0, "X", area) for n, (number, area) in enumerate(zip(numbers, areas, strict=True))]
    call_rows.check_city(batch(rows), NAMES, "the layer")


def test_baltimores_rows_pass():
    city([], [])
    city(["P210010001", None, "P210010002"], ["", "", ""])
    city(["P210010001", "P210010002"], ["Newfangled", "Unheard Of"])
    city([None, "?"], [NAMES[0].upper(), ""])


@pytest.mark.parametrize(
    ("numbers", "areas"),
    [
        (["201600001", "202100002"], ["Corktown", "Brush Park"]),
        (["DT-1", None, "P210010001"], ["Corktown", "Corktown", NAMES[0]]),
        ([None, None], ["", ""]),
    ],
)
def test_another_citys_rows_are_refused(numbers, areas):
    with pytest.raises(SourceError, match=r"^the layer doesn't hold Baltimore's calls: "):
        city(numbers, areas)


@needs_real_pages
@pytest.mark.parametrize(("year", "zone", "agrees"), [(2018, "local", 0.89), (2020, "local", 1), (2021, "utc", 1)])
def test_recorded_pages_are_read_by_their_own_clock(year, zone, agrees):
    page = json.loads(gzip.decompress(PAGES[year].read_bytes()))
    names = map_names()
    fields = call_rows.find_fields({field["name"]: field["type"] for field in page["fields"]}, "the page")
    rows = call_rows.batch_of([f["attributes"] for f in page["features"]], fields, page["objectIdFieldName"])
    call_rows.check_city(rows, names, "the page")
    tally = calls.Tally(BOOK, names, None)
    tally.add(rows)
    found = tally.finish()
    assert (found.year, found.report.zone) == (year, zone)
    assert found.report.agreement >= agrees
    assert found.report.counted == rows.num_rows == 2000
    assert (found.report.unknown_places, found.report.uncaught) == (0, ())
    assert {"drugs", "sex-work", "disorder", "common-assault", "traffic"} <= set(found.city["group"])


def map_names() -> list[str]:
    (path,) = (ROOT / "data" / "tables").glob("neighborhoods-*.geojson")
    return [feature["properties"]["name"] for feature in json.loads(path.read_text())["features"]]
