"""The police file: every record is counted once, or said to be left out."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.ingest.sources import crime
from lib.ingest.sources.raw import SourceError
from tests.conftest_data import CRIME_HEADER, NAMES, crime_row, csv_text, write_text
from tests.examples import examples

quick = settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

places = st.sampled_from(["linked_record", "linked_tduszyk", "address_majority"]).flatmap(
    lambda source: st.tuples(st.just(source), st.sampled_from(NAMES))
) | st.just(("none", ""))
days = st.just("") | st.dates(date(2013, 12, 1), date(2014, 3, 1)).map(date.isoformat)
records = st.lists(st.tuples(days, st.sampled_from(list(crime.OFFENSE_IDS)), places), min_size=1, max_size=60)


@quick
@given(rows=records)
def test_every_record_is_counted_or_left_out(tmp_path: Path, rows):
    rows = [*rows, ("2014-01-01", "RAPE", ("none", ""))]
    lines = [crime_row(n, day, offense, area, source) for n, (day, offense, (source, area)) in enumerate(rows)]
    write_text(tmp_path, crime.FILE, csv_text(CRIME_HEADER, lines))
    read = crime.read(tmp_path, NAMES)

    kept = [row for row in rows if row[0] >= "2014"]
    city = Counter((day, crime.OFFENSE_IDS[offense]) for day, offense, _ in kept)
    areas = Counter(
        (day, crime.OFFENSE_IDS[offense], area, crime.PLACE_IDS[source]) for day, offense, (source, area) in kept
    )
    counted = crime.city_daily(read.frame)
    assert {(str(d.date()), o): n for d, o, n in counted.itertuples(index=False)} == city
    counted = crime.area_daily(read.frame)
    assert {(str(d.date()), o, a, p): n for d, o, a, p, n in counted.itertuples(index=False)} == areas

    assert read.rows_read == len(rows)
    assert sum(item.rows for item in read.left_out) == len(rows) - len(kept)
    undated = sum(item.rows for item in read.left_out if "without a date" in item.what)
    assert undated == sum(row[0] == "" for row in rows)
    assert read.repeats == len(rows) - len(set(rows))


def test_the_most_records_in_one_block(tmp_path: Path):
    lines = [crime_row(n, "2014-01-01", "LARCENY", "", "none", block) for n, block in enumerate(["A", "B", "A", "A"])]
    write_text(tmp_path, crime.FILE, csv_text(CRIME_HEADER, lines))
    assert crime.same_block(crime.read(tmp_path, NAMES).frame).to_list() == [3]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (crime_row(9, "2014-13-01", "LARCENY", "", "none"), "line 3, column date: '2014-13-01' isn't a date"),
        (
            crime_row(9, "2021-08-01", "LARCENY", "", "none"),
            "line 3, column date: .* after the file's period",
        ),
        (crime_row(9, "2014-01-01", "JAYWALKING", "", "none"), "line 3, column category: 'JAYWALKING'"),
        (crime_row(9, "2014-01-01", "LARCENY", "Atlantis", "linked_record"), "line 3, .*'ATLANTIS'"),
        (crime_row(9, "2014-01-01", "LARCENY", "", "guess"), "line 3, column nb_source: 'guess'"),
        (
            crime_row(9, "2014-01-01", "LARCENY", "", "linked_record"),
            "line 3, column neighborhood: '' contradicts",
        ),
        (
            crime_row(9, "2014-01-01", "LARCENY", NAMES[0], "none"),
            "line 3, column neighborhood: .* contradicts",
        ),
    ],
)
def test_a_wrong_record_is_named_by_its_line(tmp_path: Path, row, why):
    rows = [crime_row(1, "2014-01-01", "LARCENY", "", "none"), row]
    write_text(tmp_path, crime.FILE, csv_text(CRIME_HEADER, rows))
    with pytest.raises(SourceError, match=f"{crime.FILE}, {why}"):
        crime.read(tmp_path, NAMES)


def test_a_file_of_nothing_but_scraps_is_refused(tmp_path: Path):
    write_text(tmp_path, crime.FILE, csv_text(CRIME_HEADER, [crime_row(1, "1999-01-01", "RAPE", "", "none")]))
    with pytest.raises(SourceError, match="no record dated from 2014-01-01 on"):
        crime.read(tmp_path, NAMES)
