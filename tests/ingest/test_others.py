"""Populations, peers, the pandemic's records and the key dates."""

import math
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.ingest.sources import covid, key_dates, peers, population
from lib.ingest.sources.raw import SourceError
from tests.conftest_data import NAMES, csv_text, read_text, write_raw, write_text
from tests.examples import examples

quick = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return write_raw(tmp_path / "raw")


def edit(raw: Path, file: str, old: str, new: str) -> None:
    text = read_text(raw, file)
    assert old in text
    write_text(raw, file, text.replace(old, new, 1))


def test_2020_names_are_mended_only_where_case_or_punctuation_differs(raw: Path):
    read = population.read(raw, NAMES)
    assert read.mended == ("Butchers Hill to Butcher's Hill", "Villages of Homeland to Villages Of Homeland")
    assert read.new_names == ("Harbor New",)
    assert read.unmatched == ("Place 000", "Place 275")
    assert [(item.what, item.rows) for item in read.left_out] == [("2020 areas without figures (Place 275)", 1)]
    assert len(read.frame) == (278 + 277) * 9


@quick
@given(whole=st.integers(0, 40_000), part=st.sampled_from([0.0, 0.25, 0.5, 0.75]))
def test_fractions_of_2010_are_rounded_and_said(tmp_path: Path, whole, part):
    for file, total in ((population.FILES[2010], whole + part), (population.FILES[2020], whole)):
        header = ["Name", *population.GROUP_COLUMNS]
        write_text(tmp_path, file, csv_text(header, [["Somewhere", total, *[0] * 8]]))
    read = population.read(tmp_path, ["Somewhere"])
    chosen = read.frame.query("census_year == 2010 and group == 'total'")
    assert abs(chosen["residents"].item() - whole - part) <= 0.5
    assert read.split == (("Somewhere",) if part else ())


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Place 007,100", "Place 007,many", "line 11, column Population: 'many' isn't a number"),
        ("Place 007,100", "Place 007,-1", "line 11, column Population: fewer than no residents"),
        ("Place 007,", "Place 008,", "line 12, column Name: there is already a row for Place 008"),
        ("Place 007,", "Atlantis,", "names and the map's differ, such as in Atlantis"),
        ("White", "Whyte", "lacks the column White"),
    ],
)
def test_a_wrong_population_is_refused(raw: Path, old, new, why):
    edit(raw, population.FILES[2010], old, new)
    with pytest.raises(SourceError, match=why):
        population.read(raw, NAMES)


def test_peers_leave_negative_and_blank_counts_null(raw: Path):
    read = peers.read(raw)
    january = read.frame.query("agency == 'Alpha, MD'").iloc[0]
    assert january["month"] == pd.Timestamp("2018-01-01")
    assert january["homicide"] is pd.NA
    assert [(item.what, item.rows) for item in read.left_out] == [("homicide counts below zero", 1)]
    assert (read.agencies, read.complete, read.never, read.flat) == (2, 1, (), ("Flat, VA",))
    # One total was left out of the file, and one of its parts was made negative after it was summed.
    assert read.totals == {"violent_crime": (23, 1), "property_crime": (24, 0)}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("2018-02-01", "2018-02-02", "line 4, column date: isn't the first day of a month"),
        (
            '2018-02-01,"Alpha, MD"',
            '2018-01-01,"Alpha, MD"',
            "line 4, .*there is already a row for 2018-01-01, Alpha",
        ),
        ("30,61", "30,6.5", "line 2, column aggravated_assault: '6.5' isn't a whole number"),
    ],
)
def test_a_wrong_peer_is_refused(raw: Path, old, new, why):
    edit(raw, peers.FILE, old, new)
    with pytest.raises(SourceError, match=why):
        peers.read(raw)


@quick
@given(totals=st.lists(st.integers(0, 10_000), min_size=1, max_size=30))
def test_new_cases_add_up_to_the_states_totals(tmp_path: Path, totals):
    first = date(2020, 3, 15)
    rows = [[f"{first + timedelta(n):%m/%d/%Y} 09:00:00 AM", total] for n, total in enumerate(totals)]
    for file in (covid.CASES_FILE, covid.DEATHS_FILE):
        write_text(tmp_path, file, csv_text(["DATE", covid.CITY_COLUMN], rows))
    read = covid.read_cases(tmp_path)
    assert read.daily.frame["new_cases"].cumsum().to_list() == totals
    assert read.corrections == 2 * sum(b < a for a, b in pairwise(totals))
    assert read.first_cases == totals[0]
    assert read.both_through == first + timedelta(len(totals) - 1)


def test_a_day_missing_from_the_cases_is_refused(raw: Path):
    lines = read_text(raw, covid.CASES_FILE).splitlines()
    write_text(raw, covid.CASES_FILE, "\n".join(lines[:10] + lines[11:]))
    with pytest.raises(SourceError, match="a day is missing"):
        covid.read_cases(raw)


def test_a_day_said_twice_is_refused(raw: Path):
    edit(raw, covid.CASES_FILE, "03/02/2020", "03/01/2020")
    with pytest.raises(SourceError, match="line 3, column DATE: there is already a row for this day"):
        covid.read_cases(raw)


def test_mobility_is_of_baltimore_alone(raw: Path):
    edit(raw, covid.MOBILITY_FILE, "2020-03-02,23", "2020-03-02,24")
    with pytest.raises(SourceError, match="line 3, column cityid: '24' is not a known value"):
        covid.read_mobility(raw)


def test_blank_mobility_is_null_and_said(raw: Path):
    read = covid.read_mobility(raw)
    assert math.isnan(read.frame["parks"][10])
    assert [(item.what, item.rows) for item in read.left_out] == [("days without parks", 1)]


def test_days_without_an_index_are_left_out_and_said(raw: Path):
    read = covid.read_stringency(raw)
    assert len(read.frame) == 57
    assert read.frame["stringency"].notna().all()
    assert [item.rows for item in read.left_out] == [3]


def test_no_index_at_all_is_refused(raw: Path):
    write_text(raw, covid.STRINGENCY_FILE, "date,stringency_index\n2020-01-01,\n")
    with pytest.raises(SourceError, match="holds no index at all"):
        covid.read_stringency(raw)


def test_key_dates_that_cite_the_policy_file_must_be_in_it(raw: Path):
    read = key_dates.read(raw)
    assert len(read.events) == 3
    write_text(raw, key_dates.POLICY_FILE, "date,policy_description\n2020-01-01,x\n")
    with pytest.raises(SourceError, match=f"line 2, column date: {read.events[0][0]} cites the policy record"):
        key_dates.read(raw)


def test_a_key_date_without_an_event_is_named(raw: Path):
    read = key_dates.read(raw)
    days = {day for day, _ in read.events}
    key_dates.require_events(read, days, "timeline.toml")
    missing = read.events[1][0]
    with pytest.raises(SourceError, match=rf"timeline\.toml has no event on {missing}"):
        key_dates.require_events(read, days - {missing}, "timeline.toml")
