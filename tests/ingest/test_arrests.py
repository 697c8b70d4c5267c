"""The arrests file: every arrest is counted once, by group and race and by place, and nothing of a person is kept."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.ingest.sources import arrests, codebook
from lib.ingest.sources.raw import SourceError
from lib.tables.schemas import ARREST_GROUPS, ARREST_PLACES, ARREST_RACES
from tests.conftest_data import ARREST_HEADER, CHARGES, NAMES, PERSONAL, arrest_row, csv_text, write_text
from tests.examples import examples

quick = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

BOOK = codebook.read()

days = st.dates(date(2014, 1, 1), date(2021, 8, 31)).map(date.isoformat)
incidents = st.sampled_from(["87NARCOTICS", "Unknown Offense", "115TRESPASSING", ""])
records = st.lists(
    st.tuples(
        days,
        st.sampled_from(CHARGES),
        st.sampled_from(list(arrests.RACES)),
        st.sampled_from([*NAMES, ""]),
        incidents,
    ),
    min_size=1,
    max_size=40,
)


def read(raw: Path, rows) -> arrests.ArrestRecords:
    write_text(raw, arrests.FILE, csv_text(ARREST_HEADER, rows))
    return arrests.read(raw, NAMES, BOOK)


@quick
@given(rows=records, title=st.booleans(), again=st.integers(0, 5))
def test_every_arrest_is_counted_once(tmp_path: Path, rows, title, again):
    lines = [
        arrest_row(n, day, charge, race, area.title() if title else area, incident)
        for n, (day, charge, race, area, incident) in enumerate(rows)
    ]
    repeats = [[9_000 + n, *line[1:]] for n, line in enumerate(lines[:again])]
    records = read(tmp_path, lines + repeats)

    groups = BOOK.classify([row[1] for row in rows], [row[4] for row in rows])
    city = Counter((row[0], group, arrests.RACES[row[2]]) for row, group in zip(rows, groups, strict=True))
    areas = Counter(
        (row[0], group, row[3], "recorded" if row[3] else "none") for row, group in zip(rows, groups, strict=True)
    )
    counted = arrests.city_daily(records.frame)
    assert {(str(d.date()), g, r): n for d, g, r, n in counted.itertuples(index=False)} == city
    counted = arrests.area_daily(records.frame)
    assert {(str(d.date()), g, a, p): n for d, g, a, p, n in counted.itertuples(index=False)} == areas
    assert set(records.frame["group"]) <= set(ARREST_GROUPS)
    assert set(records.frame["race"]) <= set(ARREST_RACES)
    assert set(records.frame["place"]) <= set(ARREST_PLACES)

    assert records.rows_read == len(rows) + len(repeats)
    assert sum(item.rows for item in records.left_out) == len(repeats)
    by_rule = arrests.rules(records.frame, BOOK)
    assert by_rule["rows"].sum() + records.uncaught["rows"].sum() >= len(rows)
    assert by_rule["rows"].sum() == (records.frame["rule"] != codebook.NO_RULE).sum()


def test_nothing_of_a_person_is_kept(tmp_path: Path):
    records = read(tmp_path, [arrest_row(1, "2019-08-01", "?", "B", NAMES[0])])
    kept = "".join(
        frame.to_csv()
        for frame in (
            records.frame,
            records.uncaught,
            arrests.city_daily(records.frame),
            arrests.area_daily(records.frame),
        )
    )
    assert not any(text in kept for text in PERSONAL)
    assert set(records.frame.columns) == {
        "date",
        "group",
        "race",
        "area",
        "place",
        "charge",
        "charge_group",
        "rule",
        "says_narcotics",
    }


def test_texts_no_rule_catches_are_listed_the_commonest_first(tmp_path: Path):
    charges = ["Odd  one", "ODD ONE", "ANOTHER", "THIRD", "CDS", "ODD SHOP"]
    found = ["", "", "", "", "", "87NARCOTICS"]
    rows = [
        arrest_row(n, "2019-08-01", text, "B", "", incident)
        for n, (text, incident) in enumerate(zip(charges, found, strict=True))
    ]
    records = read(tmp_path, rows)
    assert list(records.uncaught.itertuples(index=False, name=None)) == [("ODD ONE", 2), ("ANOTHER", 1), ("THIRD", 1)]


def test_names_are_mended_to_the_maps(tmp_path: Path):
    rows = [
        arrest_row(n, "2019-08-01", "CDS", "B", name)
        for n, name in enumerate(["Butcher'S Hill", "Villages of Homeland", "PLACE 007", "Place 008"])
    ]
    records = read(tmp_path, rows)
    assert records.frame["area"].to_list() == ["Butcher's Hill", "Villages Of Homeland", "Place 007", "Place 008"]
    assert records.mended == (
        "Butcher'S Hill to Butcher's Hill",
        "Villages of Homeland to Villages Of Homeland",
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (arrest_row(9, "2019-02-30", "CDS", "B", ""), "line 3, column ArrestDate: '2019-02-30' isn't a date"),
        (arrest_row(9, "", "CDS", "B", ""), "line 3, column ArrestDate: '' isn't a date"),
        (arrest_row(9, "2013-12-31", "CDS", "B", ""), "line 3, column ArrestDate: .* outside the file's period"),
        (arrest_row(9, "2021-09-01", "CDS", "B", ""), "line 3, column ArrestDate: .* outside the file's period"),
        (arrest_row(9, "2019-01-01", "CDS", "H", ""), "line 3, column Race: 'H' is not a known value"),
        (
            arrest_row(9, "2019-01-01", "CDS", "B", "Atlantis"),
            "line 3, column Neighborhood: 'Atlantis' is not a known value",
        ),
        (arrest_row(9, "2019-01-01", "CDS", "B", "")[:-1], "line 3: 16 values where the first line names 17"),
    ],
)
def test_a_wrong_arrest_is_named_by_its_line(tmp_path: Path, row, why):
    with pytest.raises(SourceError, match=f"{arrests.FILE}, {why}"):
        read(tmp_path, [arrest_row(1, "2014-01-01", "CDS", "B", ""), row])
