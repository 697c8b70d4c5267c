"""911 calls from files: nothing that a file or an earlier one holds is lost, and what can't be read is said."""

import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from lib.analysis.counts import MissingRecordsError
from lib.analysis.windows import Window
from lib.ingest.call_tables import COUNTED
from lib.ingest.download import Progress
from lib.ingest.import_calls import Changes, import_calls
from lib.ingest.refresh_calls import refresh_calls
from lib.ingest.sources.addresses import Source
from lib.ingest.sources.raw import SourceError
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.tables.errors import DataError
from lib.tables.folder import loaded_dir
from lib.tables.schemas import LOADABLE
from lib.tables.verify import verify
from tests.conftest_data import csv_text
from tests.ingest.arcgis_stub import LayerStub, made_calls
from tests.ingest.commands import called

pytestmark = pytest.mark.slow

HEADER = ("callNumber", "callDateTime", "priority", "district", "description", "location", "Neighborhood")
SEPTEMBER = Window(date(2020, 9, 1), date(2020, 9, 10))

Row = Sequence[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own."""
    (tmp_path / "loaded").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def call(
    day: date, serial: int, hour: int = 8, description: str = "NARCOTICS OUTSIDE", number: str | None = None
) -> Row:
    """A made-up call; its number says its day."""
    number = f"P{day:%y%j}{serial:04}" if number is None else number
    return (number, f"{day:%Y/%m/%d} {hour:02}:10:00+00", "Low", "SE", description, "100 MADE UP ST", "CANTON")


def days_of(first: date, days: int, each: int = 2, serial: int = 0) -> list[Row]:
    """So many calls on each of so many days, numbered by day from ``serial``."""
    return [call(first + timedelta(days=day), serial + n, 8 + 2 * n % 12) for day in range(days) for n in range(each)]


def write(folder: Path, name: str, rows: Iterable[Row], header: Row = HEADER) -> Path:
    path = folder / name
    path.write_text(csv_text(header, list(rows)))
    return path


def load(*paths: Path, replace: bool = False) -> Changes:
    """Imports files; what was said before it was done."""
    told: list[Changes] = []

    def agree(changes: Changes) -> bool:
        told.append(changes)
        return True

    import_calls(paths, silent, agree, replace=replace)
    assert verify(loaded_dir("calls"), LOADABLE["calls"]) == []
    return told[0]


def silent(_: Progress) -> None:
    """No progress."""


def counted(window: Window) -> int:
    return open_records().line(load_story().measures["calls-all"]).count(window)


def by_day() -> dict[date, int]:
    city = open_records().frame("calls", "calls_city_daily")
    return {pd.Timestamp(str(day)).date(): int(count) for day, count in city.groupby("date")["count"].sum().items()}


def ten_days() -> list[Row]:
    """60 calls of the first ten days of September 2020."""
    return days_of(SEPTEMBER.start, 10, each=6)


def year(number: int) -> Window:
    return Window(date(number, 1, 1), date(number, 12, 31))


@pytest.mark.parametrize("hole", [1, 28, 29, 90])
def test_days_without_a_row_are_a_gap_of_any_length_and_not_zero(folder: Path, hole: int) -> None:
    first = date(2020, 1, 1)
    later = first + timedelta(days=120 + hole)
    load(write(folder, "calls.csv", [*days_of(first, 120, 150), *days_of(later, 100, 150)]))
    for window in (
        Window(first + timedelta(days=119), later),
        Window(later - timedelta(days=1), later - timedelta(days=1)),
    ):
        with pytest.raises(MissingRecordsError, match="lost or not loaded"):
            counted(window)
    assert counted(Window(first, first + timedelta(days=119))) == 120 * 150
    named = [gap for gap in open_records().entry("calls").gaps if gap.missing]
    assert [(gap.start, gap.end) for gap in named] == [(first + timedelta(days=120), later - timedelta(days=1))]
    assert str(named[0].start) in named[0].what


def test_a_month_with_next_to_nothing_is_warned_of_however_long(folder: Path) -> None:
    first = date(2020, 1, 1)
    few = first + timedelta(days=60)
    rows = [*days_of(first, 60, 150), *days_of(few, 90, 2), *days_of(few + timedelta(days=90), 200, 150)]
    load(write(folder, "calls.csv", rows))
    measure = load_story().measures["calls-all"]
    (warning,) = open_records().odd_days(measure, [Window(few + timedelta(days=40), few + timedelta(days=50))])
    assert "Only 180 records" in warning


def test_a_second_file_of_a_year_is_added(folder: Path) -> None:
    january, july = Window(date(2020, 1, 1), date(2020, 1, 30)), Window(date(2020, 7, 1), date(2020, 7, 29))
    load(write(folder, "h1.csv", days_of(january.start, 30, 6)))
    told = load(write(folder, "h2.csv", days_of(july.start, 30, 6)))
    assert (counted(january), counted(july)) == (180, 174)
    assert told.sentences() == (
        "2020: 180 calls of 30 days (2020-07-01 to 2020-07-30) are added, to the 180 calls loaded before.",
    )
    entry = open_records().entry("calls")
    assert [item.file for item in entry.inputs] == ["h1.csv", "h2.csv"]
    assert [(gap.start, gap.end) for gap in entry.gaps if gap.missing] == [(date(2020, 1, 31), date(2020, 6, 30))]
    assert any("2020-01-30 may be cut short" in gap.what for gap in entry.gaps)


def test_rows_of_another_year_join_it_once(folder: Path) -> None:
    load(write(folder, "full2020.csv", days_of(date(2020, 1, 1), 366)))
    strays = days_of(date(2020, 12, 29), 3, 6, serial=5000)
    mixed = write(folder, "y2021.csv", [*strays, *strays[:4], *days_of(date(2021, 1, 1), 120, 6)])
    for _ in range(2):
        told = load(mixed)
        assert (counted(year(2020)), by_day()[date(2020, 12, 31)]) == (732 + 18, 2 + 6)
        assert counted(Window(date(2021, 1, 1), date(2021, 4, 29))) == 119 * 6
    assert [(change.added, change.known) for change in told.years] == [(0, 18), (0, 720)]
    years = open_records().frame("calls", "calls_years").set_index("year")
    assert (years.loc[2020, "counted"], years.loc[2020, "rows"], years.loc[2020, "duplicates"]) == (750, 754, 4)


def test_files_in_any_order_and_cut_give_the_same_counts(folder: Path) -> None:
    rows = [*days_of(date(2020, 12, 1), 60, 3), *days_of(date(2020, 12, 10), 9, 1, serial=70)]
    rows += [call(date(2020, 12, 5), 0, hour, number="") for hour in (3, 3, 4)]
    load(write(folder, "all.csv", rows))
    whole = {name: open_records().frame("calls", name).copy() for name in LOADABLE["calls"][:3]}
    mixer = random.Random(3)
    for trial in range(3):
        data = folder / str(trial)
        (data / "loaded").mkdir(parents=True)
        os.environ["DATA_DIR"] = str(data)
        for n in range(3):
            # Overlapping parts, and two of a call without a number stay two.
            part = [row for row in rows if not row[0] or mixer.random() < 0.6]
            load(write(data, f"{n}.csv", mixer.sample(part, len(part))))
        load(write(data, "all.csv", rows), write(data, "again.csv", reversed(rows)))
        for name, frame in whole.items():
            assert open_records().frame("calls", name).equals(frame)


def test_replace_counts_the_days_of_the_file_from_it_alone(folder: Path) -> None:
    load(write(folder, "full2020.csv", days_of(date(2020, 1, 1), 366, 3)))
    part = write(folder, "part.csv", days_of(date(2020, 3, 1), 2, 1, serial=9))
    told = load(part, replace=True)
    assert told.sentences() == (
        "2020: 2 calls of 2 days (2020-03-01 to 2020-03-02) are added. They replace the 6 calls loaded before of 2 "
        "days; the other 1,092 calls stay.",
    )
    assert counted(year(2020)) == 1098 - 6 + 2
    load(part)
    load(write(folder, "full2020.csv", days_of(date(2020, 1, 1), 366, 3)))
    assert counted(year(2020)) == 1098 + 2


def test_nothing_changes_where_it_was_not_agreed_to(folder: Path) -> None:
    load(write(folder, "h1.csv", ten_days()))
    version = open_records().version
    assert import_calls([write(folder, "h2.csv", days_of(date(2020, 7, 1), 9))], silent, lambda _: False) is None
    assert open_records().version == version


def test_days_whose_keys_are_gone_stay_and_the_others_are_added(folder: Path) -> None:
    load(write(folder, "h1.csv", ten_days()))
    for path in (loaded_dir("calls") / COUNTED).iterdir():
        path.unlink()
    more = write(folder, "h2.csv", days_of(SEPTEMBER.start, 20, 8))
    told = load(more)
    assert by_day() == {SEPTEMBER.start + timedelta(days=n): 6 if n < 10 else 8 for n in range(20)}
    assert (told.years[0].added, told.years[0].left) == (80, 80)
    assert "80 rows are left out" in told.sentences()[0]
    load(more, replace=True)
    assert set(by_day().values()) == {8}


def test_keys_left_by_a_stop_between_renames_do_no_harm(folder: Path) -> None:
    load(write(folder, "h1.csv", ten_days()))
    keys = loaded_dir("calls") / COUNTED
    (old,) = keys.iterdir()
    content = old.read_bytes()
    load(write(folder, "h2.csv", days_of(date(2020, 7, 1), 9)))
    (keys / old.name).write_bytes(content)
    (keys / "2020-damaged0.parquet").write_bytes(content[:50])
    assert load(write(folder, "h2.csv", days_of(date(2020, 7, 1), 9))).years[0].known == 18


def test_loaded_calls_that_can_not_be_used_are_replaced_only_if_that_is_meant(folder: Path) -> None:
    load(write(folder, "h1.csv", ten_days()))
    for path in (loaded_dir("calls") / "tables").glob("calls_city_daily-*"):
        path.write_bytes(b"x")
    later = write(folder, "h2.csv", days_of(date(2020, 7, 1), 9))
    with pytest.raises(DataError, match="With --replace, these take their place"):
        import_calls([later], silent)
    load(later, replace=True)
    assert sum(by_day().values()) == 18


def test_a_year_of_few_rows_is_kept_unless_its_numbers_say_another(folder: Path) -> None:
    slip = ("P210050900", "2017/01/05 08:10:00+00", *call(date(2021, 1, 5), 0)[2:])
    load(write(folder, "calls.csv", [*days_of(date(2020, 1, 1), 366, 9), slip, *days_of(date(2021, 1, 1), 9, 1)]))
    assert (counted(year(2020)), counted(Window(date(2021, 1, 1), date(2021, 1, 8)))) == (366 * 9, 8)
    assert min(by_day()) == date(2020, 1, 1)
    (left,) = open_records().entry("calls").dropped
    assert (left.rows, left.what) == (1, "rows of another year")


def test_the_evening_before_a_file_in_universal_time_joins_a_year_that_is_loaded(folder: Path) -> None:
    load(write(folder, "2020.csv", days_of(date(2020, 12, 1), 31)))
    evening = [(f"P203660{n:03}", f"2021/01/01 02:{n:02}:00+00", *call(date.today(), 0)[2:]) for n in range(100, 120)]
    evening = [(number, time.replace(":1", ":", 1), *rest) for number, time, *rest in evening]
    days = [(f"P21{n:03}0001", f"2021/01/{n:02} 17:00:00+00", *call(date.today(), 0)[2:]) for n in range(1, 31)]
    load(write(folder, "2021.csv", [*evening, *days]))
    assert by_day()[date(2020, 12, 31)] == 2 + 20
    assert by_day()[date(2021, 1, 1)] == 1


def test_files_and_layers_of_a_year_join_and_count_every_call_once(folder: Path) -> None:
    rows = list(made_calls(1500, 2020))
    rows = [{**row, "callNumber": None if n % 10 == 0 else row["callNumber"]} for n, row in enumerate(rows)]
    lines = [
        (
            row["callNumber"] or "",
            f"{datetime.fromtimestamp(row['callDateTime'] / 1000, UTC):%Y/%m/%d %H:%M:%S+00}",
            *("Low", "SE", row["description"], "X", row["Neighborhood"] or ""),
        )
        for row in rows
    ]
    with LayerStub(rows) as stub:
        refresh_calls([Source((stub.url,), 2020)], silent)
        whole = by_day()
        assert load(write(folder, "2020.csv", lines)).years[0].known == 1500
        late = date(2020, 12, 1)
        stub.rows, stub.last_edit = [row for row in rows if int(row["OBJECTID"]) < 100], 1_700_000_000_000
        load(write(folder, "more.csv", days_of(late, 9, 3, serial=9000)))
        refresh_calls([Source((stub.url,), 2020)], silent)
    assert all(by_day()[late + timedelta(days=n)] == whole[late + timedelta(days=n)] + 3 for n in range(9))
    assert verify(loaded_dir("calls"), LOADABLE["calls"]) == []


TEXT = csv_text(HEADER, ten_days())
LINES = TEXT.splitlines(keepends=True)


def swapped(number: int, old: str, new: str) -> str:
    """The text with something else in one of its lines."""
    return "".join(line.replace(old, new) if n == number else line for n, line in enumerate(LINES))


def american(row: Row) -> Row:
    time = datetime.strptime(row[1], "%Y/%m/%d %H:%M:%S+00")
    return (row[0], f"{time.month}/{time.day}/{time:%Y} {time:%I:%M:%S %p}", *row[2:])


READ = {
    "a mark inside a plain value": (swapped(21, "NARCOTICS", '5" PIPE'), ""),
    "old Mac line ends": (TEXT.replace("\n", "\r"), ""),
    "a blank first line": ("\n" + TEXT, ""),
    "two byte order marks": ("\ufeff\ufeff" + TEXT, ""),
    "a line end in the header": (TEXT.replace("location", '"location\n(block)"', 1), ""),
    "a line end in a name that is read": (TEXT.replace("description", '" description\n"', 1), ""),
    "blanks around dates": (TEXT.replace(",2020/", ", 2020/").replace("+00,", "+00 ,"), ""),
    "a name twice, the same below": (
        "".join(f"{line[:-1]},{line.split(',')[1]}\n" for line in LINES),
        "2 columns callDateTime, which hold the same",
    ),
    "american dates": (csv_text(HEADER, [american(row) for row in ten_days()]), "month/day/year"),
    "the header again": ("".join([*LINES[:30], LINES[0], *LINES[30:]]), "left out 1 line that repeats the header"),
    "totals": (f"{TEXT}Total,60,,,,,\n", "left out a line of totals, 'Total,60'"),
    "short totals": (f"{TEXT}\nGrand total: 60\n", "left out a line of totals, 'Grand total: 60'"),
    "semicolons": (TEXT.replace(",", ";"), ""),
    "blank lines": ("\n\n".join(TEXT.split("\n")), ""),
}


@pytest.mark.parametrize("case", READ)
def test_an_odd_file_is_read_whole_and_what_was_left_out_is_told(folder: Path, case: str) -> None:
    text, said = READ[case]
    path = folder / "calls.csv"
    path.write_bytes(text.encode())
    told = load(path)
    assert set(by_day().values()) == {6}
    assert len(by_day()) == 10
    assert len(told.notes) == bool(said)
    assert said in "".join(told.notes)


@pytest.mark.parametrize("word", ["NULL", "N/A", "(null)", "", "none", "<Null>"])
def test_rows_whose_date_says_none_are_counted_as_without_a_day(folder: Path, word: str) -> None:
    rows = ten_days()
    load(write(folder, "calls.csv", [*rows[:-3], *((row[0], word, *row[2:]) for row in rows[-3:])]))
    assert sum(by_day().values()) == 57
    (left,) = open_records().entry("calls").dropped
    assert (left.what, left.rows) == ("rows without a day", 3)


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for name in names:
            pack.writestr(name, TEXT)
    return out.getvalue()


SWALLOWED = "".join(
    line.replace("NARCOTICS OUTSIDE", {20: '"OPEN', 40: 'CLOSE"'}.get(n, "NARCOTICS OUTSIDE"))
    for n, line in enumerate(LINES)
)
TWICE = "".join(
    f"{line[:-1]},{'callDateTime' if n == 0 else '2020/09/09 08:10:00+00'}\n" for n, line in enumerate(LINES)
)

REFUSED: dict[str, tuple[str | bytes, str]] = {
    "rows in quotation marks": (SWALLOWED, "row 20: a value in quotation marks runs over 21 lines that look like rows"),
    "a mark that is never closed": (swapped(20, "NARCOTICS", '"'), "row 20: a quotation mark is never closed"),
    "text behind a closing mark": (swapped(20, "NARCOTICS", '"A" B'), "row 20: a value goes on behind its closing"),
    "a long header": ("x" * 200_000, "the header can't be read (a value has more than 131,072 letters)"),
    "a long value": (swapped(20, "NARCOTICS", "x" * 200_000), "row 20: a value has more than 131,072 letters"),
    "a long line": ("x," * 3_000_000, "a line of more than"),
    "a name twice, not the same below": (TWICE, "2 columns callDateTime, which differ in row 1"),
    "two styles of date": (
        swapped(30, "2020/09/05", "9/5/2020").replace("9/5/2020 18:10:00+00", "9/5/2020 6:10:00 PM"),
        "row 1 has '2020/09/01 08:10:00+00', row 30 '9/5/2020 6:10:00 PM', which may be September 5, 2020, or May 9",
    ),
    "day before month": (
        csv_text(HEADER, [(row[0], "31/1/2020 8:10:00 PM", *row[2:]) for row in ten_days()]),
        "row 1: callDateTime is '31/1/2020 8:10:00 PM', which isn't a date, unless it is January 31, 2020, day before",
    ),
    "day before month, by the numbers": (
        csv_text(HEADER, [(row[0], f"{int(row[0][3:6]) - 244}/9/2020 8:10:00 PM", *row[2:]) for row in ten_days()]),
        "That may be January 9, 2020, or September 1, 2020, and most call numbers don't say the first",
    ),
    "a backslash before a mark": (
        swapped(20, "NARCOTICS OUTSIDE,100 MADE UP ST,CANTON", r'"\",",100 MADE,",x"'),
        "a line can be read in two ways",
    ),
    "two files in one": (packed("a.csv", "b.csv"), "is a zip archive that holds 2 files (a.csv, b.csv)"),
    "an empty archive": (packed(), "is a zip archive that holds no file"),
    "a workbook": (packed("[Content_Types].xml", "xl/sheet.csv"), "is a workbook; save its sheet as CSV"),
    "a damaged workbook": (b"PK\3\4\x14\0\6\0" + bytes(200), "is a zip archive or a workbook of Excel, and damaged"),
    "xz": (lzma.compress(TEXT.encode()), "is an xz archive"),
    "bzip2": (bz2.compress(TEXT.encode()), "is a bzip2 archive"),
    "packed twice": (gzip.compress(gzip.compress(TEXT.encode())), "is packed and holds an archive packed once more"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is a workbook of Excel (.xls)"),
    "Parquet": (b"PAR1" + bytes(600), "is a Parquet file"),
    "a page": ("<!DOCTYPE html><html>callNumber", "is a web page"),
    "JSON": ('{"features": [{"attributes": {}}]}', "is JSON"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_that_can_not_be_read_whole_is_refused_for_what_it_is(folder: Path, case: str) -> None:
    content, said = REFUSED[case]
    path = folder / "calls.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(SourceError) as raised:
        import_calls([path], silent)
    assert str(raised.value).startswith("calls.csv")
    assert said in str(raised.value)
    assert not open_records().has("calls")


def test_a_zip_with_one_csv_is_read_and_what_else_is_in_it_is_told(folder: Path) -> None:
    path = folder / "calls.zip"
    path.write_bytes(packed("made/911.csv", "read.me", "__MACOSX/._911.csv"))
    assert load(path).notes == ("calls.zip: of the 2 files in it only made/911.csv was read.",)
    assert sum(by_day().values()) == 60
    path.write_bytes(path.read_bytes()[:-600])
    with pytest.raises(SourceError, match=r"^calls\.zip is a zip archive or a workbook of Excel, and damaged"):
        load(path)


def test_the_command_tells_what_changes_and_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return called(capsys, *words)

    load(write(folder, "h1.csv", days_of(date(2020, 1, 1), 30, 6)))
    done = run("import", "calls", str(write(folder, "h2.csv", days_of(date(2020, 7, 1), 30, 6))))
    assert done.returncode == 0, done.stderr
    assert "180 calls of 30 days (2020-07-01 to 2020-07-30) are added, to the 180 calls loaded before." in done.stdout
    assert "Records of 2020-01-31 to 2020-06-30 are lost or not loaded" in done.stdout
    window = ("--current", "2020-06-01..2020-07-10", "--baseline", "2020-01-01..2020-01-20")
    refused = run("check", "--measure", "calls-all", *window)
    assert refused.returncode == 2
    assert "Records of January 31 to June 30, 2020 are lost or not loaded" in refused.stderr
