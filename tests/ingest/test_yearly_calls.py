"""Yearly counts of 911 calls by community area: what is read, what is left out, and what is refused."""

from datetime import date
from pathlib import Path

import pytest

from lib.ingest.sources import yearly_calls
from lib.ingest.sources.raw import SourceError
from lib.tables.manifest import ALL
from tests.conftest_data import YEARLY_HEADER, csv_text, read_text, write_text, yearly_rows

AREAS = [f"areas {number:02}" for number in range(56)]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    write_text(tmp_path, yearly_calls.FILE, csv_text(YEARLY_HEADER, yearly_rows()))
    return tmp_path


def test_every_call_is_in_the_table_or_left_out(raw: Path) -> None:
    read = yearly_calls.read(raw, AREAS)
    asked = sum(int(str(row[-1])) for row in yearly_rows())
    assert read.frame["count"].sum() + sum(item.rows for item in read.left_out) == asked
    assert sorted(set(zip(read.frame["year"], read.frame["group"], strict=True))) == [
        (2018, "narcotics"), (2018, "shootings"), (2020, "narcotics"), (2021, "narcotics"),
    ]  # fmt: skip
    [left_out] = read.left_out
    assert left_out.what == "calls about shootings in 2020"
    assert "55 of 56 areas" in left_out.why


def test_years_that_are_not_there_are_missing_and_2021_is_at_most_this(raw: Path) -> None:
    gaps = {(gap.start, gap.end, gap.categories): gap.missing for gap in yearly_calls.read(raw, AREAS).gaps}
    assert gaps == {
        (date(2019, 1, 1), date(2019, 12, 31), ("narcotics",)): True,
        (date(2019, 1, 1), date(2021, 12, 31), ("shootings",)): True,
        (date(2021, 1, 1), date(2021, 12, 31), (ALL,)): False,
    }


def test_years_that_no_group_has_are_missing_for_all(tmp_path: Path) -> None:
    rows = [row for row in yearly_rows() if row[:2] != ["shootings", 2020]]
    rows += [["shootings", 2021, *row[2:]] for row in rows if row[0] == "shootings"]
    write_text(tmp_path, yearly_calls.FILE, csv_text(YEARLY_HEADER, rows))
    gaps = [gap.categories for gap in yearly_calls.read(tmp_path, AREAS).gaps if gap.start.year == 2019]
    assert gaps == [("narcotics",), ("shootings",)]
    write_text(tmp_path, yearly_calls.FILE, csv_text(YEARLY_HEADER, [row for row in rows if row[1] != 2020]))
    gaps = [gap.categories for gap in yearly_calls.read(tmp_path, AREAS).gaps if gap.start.year == 2019]
    assert gaps == [(ALL,)]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("narcotics,2018,areas 00", "noise,2018,areas 00", r"column what: 'noise' is not a known value"),
        ("narcotics,2018,areas 00", "narcotics,2018,areas 99", r"column area: 'areas 99' is not a known value"),
        ("narcotics,2018,areas 01", "narcotics,2018,areas 00", "already a row for narcotics, 2018, areas 00"),
        ("narcotics,2018,areas 01,1601", "narcotics,2018,areas 01,1701", "column rate_per_1000: times the population"),
        ("narcotics,2018,areas 01", "narcotics,18,areas 01", "column year: isn't a year"),
        ("narcotics,2018,areas 00,1600", "narcotics,2018,areas 00,0", "column population: is no population"),
        ("narcotics,2018,areas 00,1600", "narcotics,2018,areas 00,1601", "population: differs from another row"),
        ("areas 00,1600,0.000000,0", "areas 00,1600,-0.625,-1", "column count: is below zero"),
        ("areas 00,1600,0.000000,0", "areas 00,1600,0.3125,0.5", "column count: '0.5' isn't a whole number"),
        ("rate_per_1000", "rate", "lacks the column rate_per_1000"),
    ],
)
def test_what_can_not_be_is_refused_by_line(raw: Path, old: str, new: str, why: str) -> None:
    text = read_text(raw, yearly_calls.FILE)
    assert old in text
    write_text(raw, yearly_calls.FILE, text.replace(old, new, 1))
    with pytest.raises(SourceError, match=why):
        yearly_calls.read(raw, AREAS)
