"""Reading input files: what is wrong is said with its line and column."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.ingest.sources.raw import SourceError, read_file, read_table
from tests.conftest_data import csv_text, write_text
from tests.examples import examples

FILE = "made/up.csv"

quick = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
cell = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")) | st.sampled_from('\n",'), max_size=8)


@quick
@given(rows=st.lists(st.tuples(cell, st.dates(date(1900, 1, 1), date(2200, 1, 1))), min_size=1, max_size=20))
def test_days_read_back_as_written(tmp_path: Path, rows):
    write_text(tmp_path, FILE, csv_text(["note", "day"], rows))
    table = read_table(tmp_path, FILE, ("note", "day"))
    assert table.frame["note"].tolist() == [note for note, _ in rows]
    assert [day.date() for day in table.days("day")] == [day for _, day in rows]


@quick
@given(
    notes=st.lists(cell, min_size=1, max_size=20),
    bad=st.sampled_from(["2020-02-30", "2020-1-1", "", "yesterday", "2020-01-01T00:00", "20200101"]),
    data=st.data(),
)
def test_a_bad_day_is_named_by_the_line_it_is_on(tmp_path: Path, notes, bad, data):
    at = data.draw(st.integers(0, len(notes) - 1))
    rows = [[note, bad if number == at else "2020-01-01"] for number, note in enumerate(notes)]
    write_text(tmp_path, FILE, csv_text(["note", "day"], rows))
    line = csv_text(["note", "day"], rows[: at + 1]).count("\n")
    with pytest.raises(SourceError, match=rf"^{FILE}, line {line}, column day: '{bad}' isn't a date\.$"):
        read_table(tmp_path, FILE, ("day",)).days("day")


@quick
@given(values=st.lists(st.none() | st.integers(-(10**6), 10**6), min_size=1))
def test_counts_read_back_and_blanks_are_null(tmp_path: Path, values):
    rows = [["x", "NA" if value is None else value] for value in values]
    write_text(tmp_path, FILE, csv_text(["note", "n"], rows))
    read = read_table(tmp_path, FILE, ("n",)).counts("n", {"NA"})
    assert [None if value is None else int(value) for value in read.astype(object).where(read.notna(), None)] == values


@pytest.mark.parametrize("bad", ["NA", "", "1.5", "inf", "nan", "1_000", "0x1", "12a", "1e99"])
def test_a_bad_count_is_refused(tmp_path: Path, bad):
    write_text(tmp_path, FILE, csv_text(["note", "n"], [["x", 1], ["y", bad]]))
    with pytest.raises(SourceError, match=f"{FILE}, line 3, column n: '{bad}' isn't a (whole )?number"):
        read_table(tmp_path, FILE, ("n",)).counts("n")


def test_lines_are_counted_past_blank_ones(tmp_path: Path):
    write_text(tmp_path, FILE, "n,m\n1,a\n\n\n2,b\nx,c\n")
    with pytest.raises(SourceError, match="line 6, column n"):
        read_table(tmp_path, FILE, ("n",)).numbers("n")


def test_a_choice_outside_the_list_is_refused(tmp_path: Path):
    write_text(tmp_path, FILE, "n,m\n1,a\n2,b\n")
    with pytest.raises(SourceError, match="line 3, column m: 'b' is not a known value"):
        read_table(tmp_path, FILE, ("m",)).choice("m", {"a"})


def test_a_key_said_twice_is_refused(tmp_path: Path):
    write_text(tmp_path, FILE, "n,m\n1,a\n2,b\n1,a\n")
    with pytest.raises(SourceError, match="line 4, column m: there is already a row for 1, a"):
        read_table(tmp_path, FILE, ("m",)).unique(["n", "m"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("n\n1\n", "lacks the column m"),
        ("", "lacks the column n"),
        ("n,m\n", "has no rows"),
        ("n,m\n1,2\n1,2,3\n", "line 3: 3 values where the first line names 2 columns"),
        ("n,m\n1,2\n3\n", "line 3: 1 values where the first line names 2 columns"),
        ('n,m\n1,2\n"1,2\n', "line 3: unexpected end of data"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(tmp_path: Path, text, why):
    write_text(tmp_path, FILE, text)
    with pytest.raises(SourceError, match=why):
        read_table(tmp_path, FILE, ("n", "m")).numbers("m")


def test_a_byte_order_mark_is_not_part_of_the_first_column(tmp_path: Path):
    write_text(tmp_path, FILE, "\ufeffn,m\n1,2\n")
    assert read_table(tmp_path, FILE, ("n",)).frame.columns.tolist() == ["n", "m"]


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b"no" + b, lambda b: b[:20] + b"\xff\xff\xff" + b[23:]])
def test_a_damaged_pack_is_refused(tmp_path: Path, damage):
    file = "made/up.csv.gz"
    write_text(tmp_path, file, csv_text(["n"], [[str(timedelta(number))] for number in range(99)]))
    path = tmp_path / file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(SourceError, match=rf"{file} is damaged: it can't be unpacked"):
        read_file(tmp_path, file)


def test_other_bytes_than_text_are_refused(tmp_path: Path):
    (tmp_path / "x.csv").write_bytes(b"n\n\xff\n")
    with pytest.raises(SourceError, match=r"x\.csv isn't UTF-8 text \(byte 2\)"):
        read_file(tmp_path, "x.csv")


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match=r"nowhere\.csv isn't in"):
        read_file(tmp_path, "nowhere.csv")


def test_a_folder_is_not_a_file(tmp_path: Path):
    (tmp_path / "x.csv").mkdir()
    with pytest.raises(SourceError, match="can't be read"):
        read_file(tmp_path, "x.csv")
