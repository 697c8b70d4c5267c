"""The portal's CSV files: both header styles, every way they come packed, and what is wrong with one by its row."""

import csv
import gzip
import hashlib
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.ingest.sources import call_rows, callbook, calls, calls_csv
from lib.ingest.sources.raw import SourceError
from tests.conftest_data import csv_text
from tests.examples import examples

quick = settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])

OLD = "objectid,recordid,callkey,calldatetime,priority,district,description,callnumber,location,neighborhood,zipcode"
NEW = "OBJECTID,callKey,callDateTime,priority,district,description,callNumber,location,Neighborhood,ZIPCode"
AT = 1601367000000


def line(
    header: str, at="2020/09/29 08:10:00+00", description="NARCOTICS", number="P202730971", area="Canton"
) -> list[str]:
    said = {"calldatetime": at, "description": description, "callnumber": number, "neighborhood": area}
    return [said.get(name.lower(), f"any {name}, and") for name in header.split(",")]


def write(folder: Path, text: str | bytes, name: str = "calls.csv") -> Path:
    path = folder / name
    content = text.encode() if isinstance(text, str) else text
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("made/calls.csv", content)
            pack.writestr("__MACOSX/made/._calls.csv", b"\0\5\x16\7")
    else:
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def rows_of(path: Path) -> list[dict[str, object]]:
    batches = list(calls_csv.read_csv(path))
    assert all(batch.schema == call_rows.BATCH for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads a few rows at a time, so that a small file is many pieces."""
    monkeypatch.setattr(calls_csv, "AT_ONCE", 7)


cell = st.text(st.sampled_from('ab ,"\n\u00e9\U0001f600'), max_size=12)


@quick
@pytest.mark.usefixtures("small_pieces")
@given(
    texts=st.lists(st.tuples(cell, cell), min_size=1, max_size=30),
    header=st.sampled_from([OLD, NEW]),
    name=st.sampled_from(["calls.csv", "calls.csv.gz", "packed.gz", "calls.zip"]),
    mark=st.sampled_from(["", "\ufeff", "\ufeff\ufeff", "\r\n", " \n\ufeff"]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    delimiter=st.sampled_from(",;\t|"),
)
def test_rows_read_back_as_written(tmp_path: Path, texts, header, name, mark, ends, last, quoting, delimiter):
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator=ends, quoting=quoting, delimiter=delimiter)
    writer.writerow(header.split(","))
    texts = [tuple(text.replace("\n", ends) for text in pair) for pair in texts]
    writer.writerows(line(header, description=text, area=area) for text, area in texts)
    text = mark + (sink.getvalue() if last else sink.getvalue().removesuffix(ends))
    assert rows_of(write(tmp_path, text, name)) == [
        {"id": n, "number": "P202730971", "at": AT, "description": description, "area": area}
        for n, (description, area) in enumerate(texts, start=1)
    ]


hard = st.text(st.sampled_from("ab ,;\"'\\\n\r|"), max_size=8)
MARKS = str.maketrans("", "", "\"'\\")


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, object]:
    """What ``csv.writer`` can be asked for."""
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE]))
    double = draw(st.booleans())
    escape = "\\" if quoting == csv.QUOTE_NONE or not double else draw(st.sampled_from([None, "\\"]))
    return {
        "delimiter": draw(st.sampled_from(",;\t|:")),
        "quotechar": draw(st.sampled_from("\"'")),
        "escapechar": escape,
        "doublequote": double,
        "quoting": quoting,
        "lineterminator": draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\n\r", ";"])),
    }


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("small_pieces")
@given(texts=st.lists(st.tuples(hard, hard), min_size=1, max_size=12), dialect=dialects())
def test_a_table_of_any_dialect_comes_back_whole_or_is_refused(tmp_path: Path, texts, dialect):
    sink = io.StringIO()
    writer = csv.writer(sink, **dialect)
    writer.writerow(NEW.split(","))
    writer.writerows(line(NEW, description=text, area=area) for text, area in texts)
    path = write(tmp_path, sink.getvalue())
    try:
        found = rows_of(path)
    except SourceError:
        return
    usual = dialect["quotechar"] == '"' and dialect["escapechar"] is None
    # Another dialect's marks are letters to the reader; nothing else may be lost, or be in another place.
    marks = {} if usual else MARKS
    assert [(row["number"], row["at"]) for row in found] == [("P202730971", AT)] * len(texts)
    assert [str(row[name]).translate(marks) for row in found for name in ("description", "area")] == [
        text.translate(marks) for pair in texts for text in pair
    ]


@pytest.mark.parametrize(
    "written",
    [
        "2020/09/29 08:10:00+00",
        "2020-09-29T08:10:00Z",
        "2020-09-29T04:10:00-04:00",
        "2020-09-29 08:10:00",
        "1601367000000",
        "1601367000",
    ],
)
def test_dates_of_any_style_and_none(tmp_path: Path, written):
    lines = [line(NEW, at=at) for at in (written, "", "2020/09/29 08:10:00+00")]
    path = write(tmp_path, csv_text(NEW.split(","), lines))
    assert [row["at"] for row in rows_of(path)] == [AT, None, AT]


def test_blank_numbers_and_neighborhoods(tmp_path: Path):
    path = write(tmp_path, csv_text(NEW.split(","), [line(NEW, number="", area=""), line(NEW, number="NA", area="NA")]))
    assert [(row["number"], row["area"]) for row in rows_of(path)] == [(None, ""), ("NA", "NA")]


def test_a_file_tallies_like_its_rows(tmp_path: Path):
    lines = [line(OLD, number=f"P20273{n % 500:04}", at=f"2020/09/29 {n % 24:02}:10:00+00") for n in range(3_000)]
    path = write(tmp_path, csv_text(OLD.split(","), lines))
    tally = calls.Years(callbook.read(), ["Canton"])
    for batch in calls_csv.read_csv(path):
        tally.add(batch)
    (year,) = tally.finish().years
    assert (year.year, year.report.rows, year.report.counted, year.report.duplicates) == (2020, 3_000, 500, 2_500)
    assert (year.report.zone, year.report.agreement) == ("local", 1)
    assert datetime.fromtimestamp(AT / 1000, UTC).date() == year.first == year.last
    assert year.area["area"].to_list() == ["Canton"]


def test_a_file_may_be_left_half_read(tmp_path: Path):
    path = write(tmp_path, csv_text(NEW.split(","), [line(NEW)] * 60_000))
    for batch in calls_csv.read_csv(path):
        assert 0 < batch.num_rows < 60_000
        break


GOOD = csv_text(NEW.split(","), [line(NEW)] * 20)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", r"has no field callDateTime; there are no fields at all"),
        (NEW + "\n", r"has no rows"),
        (GOOD.replace("callDateTime", "callDate"), r"has no field callDateTime; the nearest is callDate"),
        (GOOD.replace("Neighborhood", "Area"), r"has no field Neighborhood; the nearest is "),
        (GOOD + "1,2,3\n", r", row 21: 3 values where the header names 10 columns"),
        (GOOD + csv_text(line(NEW), []).replace("NARCOTICS", "A,B"), r", row 21: 11 values where"),
        (GOOD[:-60], r", row 20: \d values where the header names 10 columns"),
        (GOOD + csv_text(line(NEW, at="soon"), []), r", row 21: callDateTime is 'soon', which isn't a date"),
        (GOOD + csv_text(line(NEW, at="2020/02/30 08:10:00+00"), []), r", row 21: callDateTime is '2020/02/30 08"),
        (GOOD + '1,"2\n', r": a quotation mark is never closed"),
        (GOOD + '1,"' + GOOD.replace('"', ""), r": a quotation mark is never closed"),
        (GOOD.encode() + ",".join(line(NEW, area="\xff")).encode("latin-1"), r", row 21: .*"),
        (GOOD.replace("NARCOTICS", "\xe9").encode("latin-1"), r", row 1: description isn't UTF-8 text"),
        (GOOD.encode("utf-16"), r" UTF-16 text"),
        (GOOD.encode().replace(b"priority", b"\xff"), r": the header isn't UTF-8 text"),
    ],
)
@pytest.mark.parametrize("name", ["calls.csv", "calls.csv.gz"])
def test_what_is_wrong_with_a_file_is_said_by_its_row(tmp_path: Path, text, why, name):
    path = write(tmp_path, text, name)
    with pytest.raises(SourceError, match=rf"^{name}.*{why}"):
        rows_of(path)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_cut_pack_is_refused(tmp_path: Path, keep):
    text = csv_text(NEW.split(","), [line(NEW, number=f"P2027{n:05}") for n in range(20_000)])
    path = write(tmp_path, text, "calls.csv.gz")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(SourceError, match=r"^The file calls\.csv\.gz is cut or damaged"):
        rows_of(path)


def test_a_damaged_pack_is_refused(tmp_path: Path):
    text = csv_text(NEW.split(","), [line(NEW, number=f"P2027{n:05}") for n in range(20_000)])
    path = write(tmp_path, text, "calls.csv.gz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 40] = bytes(40)
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"calls\.csv\.gz"):
        rows_of(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(SourceError, match=f"The file {path} can't be read"):
            rows_of(path)
        with pytest.raises(SourceError, match=f"The file {path} can't be read"):
            calls_csv.input_of(path)


def test_an_input_is_named_and_hashed(tmp_path: Path):
    path = write(tmp_path, GOOD)
    found = calls_csv.input_of(path)
    assert (found.file, found.bytes) == ("calls.csv", len(GOOD))
    assert found.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
