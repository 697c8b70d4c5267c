"""Loading 911 calls from a layer that speaks over real HTTP: whole, cut, changed and wrong."""

import csv
import gzip
import io
import json
import math
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from bench.server import ROOT
from lib.analysis.windows import Window
from lib.ingest.call_tables import neighborhoods
from lib.ingest.download import Progress
from lib.ingest.import_calls import import_calls
from lib.ingest.refresh_calls import refresh_calls
from lib.ingest.sources.addresses import Source
from lib.ingest.sources.arcgis import Client, LayerError
from lib.ingest.sources.raw import SourceError
from lib.story.load import load_story
from lib.story.records import Records
from lib.story.records_in_use import open_records
from lib.tables.errors import DataError
from lib.tables.folder import loaded_dir
from lib.tables.schemas import LOADABLE
from lib.tables.store import open_loaded
from lib.tables.verify import verify
from lib.tables.write import claimed
from tests.ingest.arcgis_stub import BALTIMORE, CALL_FIELDS, DETROIT, HOSTILE, LayerStub, made_calls
from tests.ingest.commands import called
from tests.ingest.koop import Koop, koop_fixture  # noqa: F401

pytestmark = pytest.mark.slow

REAL_RAW = Path(os.environ.get("RAW_DIR") or ROOT.parent / "shared" / "raw")
DRUGS = "NARCOTICS"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own: the tables that come with the project are read, and not touched."""
    (tmp_path / "loaded").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def silent(_: Progress) -> None:
    """No progress."""


def patient() -> Client:
    """A client that does not wait between tries."""
    return Client(timeout=5, sleep=lambda _: None)


def load(*stubs: LayerStub, years: tuple[int | None, ...] = ()) -> None:
    layers = [Source((stub.url,), year) for stub, year in zip(stubs, years or (None,) * len(stubs), strict=True)]
    refresh_calls(layers, silent, patient())


def local_day(row: dict[str, Any]) -> date:
    """The day of a made-up call, by its number."""
    number = row["callNumber"]
    return date(2000 + int(number[1:3]), 1, 1) + timedelta(days=int(number[3:6]) - 1)


def counted(measure: str, window: Window | None = None) -> int:
    line = open_records().line(load_story().measures[measure])
    # Made-up calls may leave days empty, over which no window goes.
    return line.count(window) if window else int(line.sums[-1])


def assert_sound() -> None:
    assert verify(loaded_dir("calls"), LOADABLE["calls"]) == []


@pytest.mark.parametrize("utc", [False, True], ids=["local-clock", "universal-clock"])
def test_a_year_is_loaded_by_baltimores_days_and_counted_by_group_and_place(utc: bool) -> None:
    rows = list(made_calls(3000, 2020, utc=utc))
    with LayerStub(rows, page_size=500) as stub:
        load(stub)
    assert_sound()
    drugs = Counter(local_day(row) for row in rows if row["description"] == DRUGS)
    line = open_records().line(load_story().measures["calls-drugs"])
    assert {day: line.count(Window(day, day)) for day in drugs} == drugs
    assert counted("calls-all") == len(rows)
    by_area = Counter(row["Neighborhood"] for row in rows if row["description"] == DRUGS)
    for area in ("Canton", "Hampden"):
        placed = open_records().line(load_story().measures["calls-drugs"], area)
        assert placed.count(Window(placed.first, placed.last)) == by_area[area]
    (zone,) = open_records().frame("calls", "calls_years")["zone"]
    assert zone == ("utc" if utc else "local")


def test_what_is_loaded_lies_apart_and_changes_the_data_version(folder: Path) -> None:
    before = open_records().version
    assert not open_records().has("calls")
    with LayerStub(made_calls(500)) as stub:
        load(stub)
    assert {path.name for path in folder.iterdir()} == {"loaded"}
    assert open_records().has("calls")
    assert open_records().version != before


def test_years_come_one_by_one_and_the_days_between_them_are_missing() -> None:
    with LayerStub(made_calls(800, 2018)) as one, LayerStub(made_calls(900, 2020, seed=2)) as two:
        load(one, two, years=(2018, 2020))
        line = open_records().line(load_story().measures["calls-all"])
        assert line.count(Window(date(2018, 1, 1), date(2018, 12, 31))) == 800
        with pytest.raises(Exception, match="not loaded"):
            line.count(Window(date(2018, 12, 1), date(2020, 1, 31)))
        two.rows = list(made_calls(1000, 2020, seed=3))
        two.last_edit = 1_700_000_000_000
        load(two, years=(2020,))
    assert counted("calls-all", Window(date(2018, 1, 1), date(2018, 12, 31))) == 800
    assert counted("calls-all", Window(date(2020, 1, 1), date(2020, 12, 31))) == 1000
    assert_sound()


def test_a_layer_that_says_it_has_not_changed_is_not_read_again() -> None:
    with LayerStub(made_calls(1000), page_size=200) as stub:
        load(stub)
        pages = len(stub.asked("page"))
        load(stub)
        assert len(stub.asked("page")) == pages


def test_a_cut_costs_no_page_that_had_come() -> None:
    rows = list(made_calls(2000))
    with LayerStub(rows, page_size=100) as stub:
        stub.fault("broken", at=10, times=math.inf, only="page")
        with pytest.raises(LayerError, match="later may help"):
            load(stub)
        assert not open_records().has("calls")
        stub._faults.clear()
        before = len(stub.asked("page"))
        load(stub)
        again = stub.asked("page")[before:]
    assert len(again) <= 15
    assert counted("calls-all") == len(rows)
    assert_sound()


@pytest.mark.parametrize("kind", ["busy", "broken", "cut", "truncated", "empty", "short", "repeat", "html", "damaged"])
def test_a_fault_that_passes_loses_nothing(kind: str) -> None:
    rows = list(made_calls(700))
    with LayerStub(rows, page_size=100) as stub:
        stub.fault(kind, at=4, times=2)
        load(stub)
    assert counted("calls-all") == len(rows)
    assert counted("calls-drugs") == sum(row["description"] == DRUGS for row in rows)


@pytest.mark.parametrize("kind", ["broken", "error", "cut", "truncated", "empty"])
def test_a_fault_that_stays_leaves_the_old_tables(kind: str) -> None:
    with LayerStub(made_calls(600), page_size=100) as stub:
        load(stub)
        version = open_records().version
        stub.rows = list(made_calls(900, seed=5))
        stub.last_edit = 1_700_000_000_000
        stub.fault(kind, at=len(stub.log) + 5, times=math.inf, only="page")
        with pytest.raises(SourceError):
            load(stub)
    assert open_records().version == version
    assert counted("calls-all") == 600
    assert_sound()


def test_one_call_is_counted_once() -> None:
    rows = list(made_calls(1000, 2021, utc=True))
    doubled = [dict(row) for row in rows if local_day(row) < date(2021, 3, 15)]
    last = rows[-1]["OBJECTID"]
    for number, row in enumerate(doubled, last + 1):
        row["OBJECTID"] = number
    with LayerStub(rows + doubled) as stub:
        load(stub)
    assert counted("calls-all") == len(rows)
    (dropped,) = [d for d in open_records().entry("calls").dropped if "call number" in d.what]
    assert dropped.rows == len(doubled)


def test_rows_that_come_and_go_meanwhile_replace_nothing() -> None:
    with LayerStub(made_calls(500), page_size=100) as stub:
        stub.fault("change", at=6, change=lambda layer: layer.rows.pop(0))
        with pytest.raises(SourceError, match="Run the command again"):
            load(stub)
        assert not open_records().has("calls")
        load(stub)
    assert counted("calls-all") == 499


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda stub: stub.rename("description", "descr"), "description.*descr"),
        (lambda stub: stub.drop("callNumber"), "callNumber"),
        (lambda stub: stub.retype("description", "esriFieldTypeInteger", len), "description.*Integer"),
    ],
    ids=["renamed", "missing", "retyped"],
)
def test_a_field_that_is_not_as_expected_is_named(spoil: Any, said: str) -> None:
    with LayerStub(made_calls(300)) as stub:
        spoil(stub)
        with pytest.raises(SourceError, match=f"(?s){said}"):
            load(stub)
        assert stub.asked("page") == []


def test_fields_beside_those_that_are_read_do_no_harm() -> None:
    with LayerStub([{**row, "newField": 1} for row in made_calls(300)]) as stub:
        load(stub)
    assert counted("calls-all") == 300


def test_another_citys_layer_is_refused_by_its_content() -> None:
    rows = [
        {**row, "callNumber": f"D{i:07}", "Neighborhood": DETROIT[i % len(DETROIT)]}
        for i, row in enumerate(made_calls(400))
    ]
    with LayerStub(rows) as stub, pytest.raises(SourceError, match="Baltimore"):
        load(stub)
    assert not open_records().has("calls")


def test_hostile_descriptions_are_counted_and_cut_short() -> None:
    rows = list(made_calls(2000, descriptions=(DRUGS, *HOSTILE)))
    with LayerStub(rows) as stub:
        load(stub)
    assert counted("calls-all") == len(rows)
    texts = open_records().descriptions().categories
    assert max(map(len, texts)) <= 100
    assert not any("\u202e" in text or "\x00" in text for text in texts)
    assert_sound()


def test_a_year_with_far_fewer_rows_takes_the_place_of_more_only_when_that_is_meant() -> None:
    with LayerStub(made_calls(600), page_size=100) as stub:
        load(stub)
        held = list(made_calls(600))
        stub.rows = held[::3]
        stub.last_edit = 1_700_000_000_000
        with pytest.raises(SourceError, match=r"2020 would have \d+ records in the place of \d+.* --replace"):
            load(stub)
        assert counted("calls-all") == 600
        asked = len(stub.asked("page"))
        refresh_calls([Source((stub.url,), 2020)], silent, patient(), replace=True)
        assert len(stub.asked("page")) == asked + 1, "what came is kept"
    assert 200 <= counted("calls-all") < 600, "days that the layer does not hold stay"
    assert_sound()


class Endless(LayerStub):
    """A layer that gives rows for as long as it is asked, and counts them as ``tell`` says."""

    def query(self, params: Mapping[str, str], limit: int | None = None, repeat: bool = False) -> dict[str, Any]:
        said = super().query(params, limit, repeat)
        if "count" in said:
            return {"count": self.tell()}
        last = self.rows[-1]
        self.rows += [{**last, "OBJECTID": last["OBJECTID"] + number} for number in range(1, self.page_size + 1)]
        return said

    def tell(self) -> int:
        raise NotImplementedError


@pytest.mark.parametrize("growing", [False, True], ids=["another count", "a count that grows along"])
def test_a_layer_with_more_rows_than_it_counts_is_not_read_for_ever(growing: bool) -> None:
    class Layer(Endless):
        def tell(self) -> int:
            return len(self.rows) if growing else 500

    with Layer(made_calls(500), page_size=50) as stub:
        with pytest.raises(SourceError, match="nothing was replaced"):
            load(stub)
        assert len(stub.asked("page")) < 20
    assert not open_records().has("calls")


def test_a_layer_to_which_some_rows_are_added_meanwhile_is_read_to_its_end() -> None:
    rows = list(made_calls(600))
    with LayerStub(rows[:550], page_size=100) as stub:
        stub.fault("change", at=7, change=lambda layer: layer.rows.extend(rows[550:]))
        load(stub)
    assert counted("calls-all") == 600


@pytest.mark.parametrize("type_of", ["DateOnly", "TimestampOffset"])
@pytest.mark.parametrize("utc", [False, True])
def test_newer_types_of_dates_are_read(type_of: str, utc: bool) -> None:
    rows = list(made_calls(1500, 2020, utc=utc))
    at = {row["callDateTime"]: local_day(row) for row in rows}

    def written(number: int) -> str:
        moment = datetime.fromtimestamp(number / 1000, UTC)
        if type_of == "DateOnly":
            return at[number].isoformat()
        return (moment.astimezone(BALTIMORE) if utc else moment).isoformat(timespec="milliseconds")

    with LayerStub(rows) as stub:
        stub.retype("callDateTime", f"esriFieldType{type_of}", written)
        load(stub)
    days = Counter(local_day(row) for row in rows)
    line = open_records().line(load_story().measures["calls-all"])
    assert {day: line.count(Window(day, day)) for day in days} == days


def test_names_of_a_layer_are_told_as_text() -> None:
    told: list[Progress] = []
    with LayerStub(made_calls(300)) as stub:
        stub.fault("edit", only="layer", change=lambda said: said.update(name="calls\x1b[31m\n" + "x" * 10_000))
        refresh_calls([Source((stub.url,), 2020)], told.append, patient())
    assert all(progress.what.isprintable() and len(progress.what) <= 100 for progress in told)


def test_two_loads_at_once_the_second_says_so() -> None:
    with (
        claimed(loaded_dir("calls")),
        LayerStub(made_calls(10)) as stub,
        pytest.raises(DataError, match="Another command"),
    ):
        load(stub)


def test_loaded_tables_that_do_not_verify_are_left_aside_and_loaded_anew() -> None:
    with LayerStub(made_calls(500)) as stub:
        load(stub)
        tables = open_loaded("calls")
        assert tables is not None
        path = tables.path("calls_city_daily")
        path.write_bytes(path.read_bytes()[:-10])
        manifest = loaded_dir("calls") / "manifest.json"
        manifest.write_bytes(manifest.read_bytes())  # a new stamp: the records are opened anew
        records = open_records()
        assert not records.has("calls")
        assert "calls_city_daily" in records.unusable["calls"]
        assert "can't be used" in records.lacks("calls")
        load(stub)
    assert counted("calls-all") == 500
    assert_sound()


def test_progress_counts_up_to_the_layers_rows() -> None:
    told: list[Progress] = []
    with LayerStub(made_calls(1000), page_size=300) as stub:
        refresh_calls([Source((stub.url,), 2020)], told.append, patient())
    assert [progress.rows for progress in told] == [0, 300, 600, 900, 1000]
    assert {progress.total for progress in told} == {1000}


def test_the_first_address_that_answers_is_read() -> None:
    with LayerStub(made_calls(300)) as stub:
        gone = stub.url.replace("FeatureServer/0", "FeatureServer/7")
        refresh_calls([Source((gone, stub.url), 2020)], silent, patient())
    assert counted("calls-all") == 300


def test_a_year_without_a_row_of_that_year_is_refused() -> None:
    with LayerStub(made_calls(300, 2020)) as stub, pytest.raises(SourceError):
        load(stub, years=(2018,))
    assert not open_records().has("calls")


@pytest.fixture
def recorded() -> list[tuple[int, dict[str, Any]]]:
    """The first pages of three years as the city's server gave them, where they are at hand."""
    folder = REAL_RAW / "calls911"
    if not folder.is_dir():
        pytest.skip("the recorded pages are not on this machine")
    return [
        (year, json.loads(gzip.decompress((folder / f"first_page_{year}.json.gz").read_bytes())))
        for year in (2018, 2020, 2021)
    ]


def test_recorded_pages_of_three_years_load_with_their_clocks(recorded: list[tuple[int, dict[str, Any]]]) -> None:
    zones = {2018: "local", 2020: "local", 2021: "utc"}
    for year, page in recorded:
        rows = [feature["attributes"] for feature in page["features"]]
        fields = {field["name"]: field["type"] for field in page["fields"]}
        (id_field,) = [name for name, kind in fields.items() if kind == "esriFieldTypeOID"]
        with LayerStub(rows, fields=fields, id_field=id_field) as stub:
            load(stub, years=(year,))
    years = open_records().frame("calls", "calls_years")
    assert dict(zip(years["year"].tolist(), years["zone"].astype(str), strict=True)) == zones
    assert (years["counted"] > 1500).all()
    assert_sound()


def test_a_midnight_call_under_a_universal_clock_belongs_to_baltimores_day() -> None:
    rows = list(made_calls(2000, 2021, utc=True))
    late = [row for row in rows if datetime.fromtimestamp(row["callDateTime"] / 1000, UTC).date() != local_day(row)]
    assert late
    with LayerStub(rows) as stub:
        load(stub)
    day = local_day(late[0])
    assert counted("calls-all", Window(day, day)) == sum(local_day(row) == day for row in rows)


def test_records_of_the_project_are_read_where_only_loaded_ones_are_in_the_folder() -> None:
    assert isinstance(open_records(), Records)
    assert len(neighborhoods()) == 278


def test_a_whole_load_from_a_server_that_others_wrote(koop: type[Koop]) -> None:
    rows = list(made_calls(2300, 2019))
    with koop(rows, CALL_FIELDS, page_size=300) as server:
        refresh_calls([Source((server.url,), 2019)], silent, Client())
    assert counted("calls-all") == len(rows)
    drugs = Counter(local_day(row) for row in rows if row["description"] == DRUGS)
    line = open_records().line(load_story().measures["calls-drugs"])
    assert {day: line.count(Window(day, day)) for day in drugs} == drugs
    assert_sound()


def as_csv(path: Path, rows: list[dict[str, Any]], style: int) -> Path:
    """A file as the portal gives it: 0 as of 2020 (small letters, a mark at its start), 1 as of 2021 (packed)."""
    columns = list(CALL_FIELDS)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([name.lower() for name in columns] if style == 0 else columns)
    for row in rows:
        when = datetime.fromtimestamp(row["callDateTime"] / 1000, UTC).strftime("%Y/%m/%d %H:%M:%S+00")
        writer.writerow([when if name == "callDateTime" else row.get(name) for name in columns])
    text = ("\ufeff" if style == 0 else "") + out.getvalue()
    path.write_bytes(text.encode() if style == 0 else gzip.compress(text.encode()))
    return path


def test_downloaded_files_give_the_counts_of_the_layers(tmp_path: Path) -> None:
    years = {2020: list(made_calls(2000, 2020)), 2021: list(made_calls(2100, 2021, utc=True))}
    files = [
        as_csv(tmp_path / "2020.csv", years[2020], 0),
        as_csv(tmp_path / "2021.csv.gz", years[2021], 1),
    ]
    for file in files:
        import_calls([file], silent)
    imported = {name: open_records().frame("calls", name) for name in LOADABLE["calls"][:3]}
    assert_sound()
    with LayerStub(years[2020]) as one, LayerStub(years[2021]) as two:
        load(one, two, years=(2020, 2021))
    for name, frame in imported.items():
        pd.testing.assert_frame_equal(frame, open_records().frame("calls", name))
    assert counted("calls-all") == 4100


def test_one_file_may_hold_several_years(tmp_path: Path) -> None:
    rows = [*made_calls(1500, 2019), *made_calls(1600, 2020)]
    import_calls([as_csv(tmp_path / "calls.csv", rows, 0)], silent)
    assert counted("calls-all", Window(date(2019, 1, 1), date(2019, 12, 31))) == 1500
    assert counted("calls-all", Window(date(2020, 1, 1), date(2020, 12, 31))) == 1600
    assert_sound()


@pytest.mark.parametrize("harm", ["cut", "column", "missing", "other"])
def test_a_damaged_file_changes_nothing(tmp_path: Path, harm: str) -> None:
    with LayerStub(made_calls(500)) as stub:
        load(stub)
    version = open_records().version
    path = as_csv(tmp_path / "calls.csv.gz", list(made_calls(800, 2021)), 1)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif harm == "column":
        path = as_csv(tmp_path / "calls.csv", [], 0)
        path.write_text("a,b\n1,2\n")
    elif harm == "missing":
        path = tmp_path / "nowhere.csv"
    else:
        rows = [{**row, "callNumber": f"D{i}", "Neighborhood": DETROIT[0]} for i, row in enumerate(made_calls(50))]
        path = as_csv(tmp_path / "detroit.csv", rows, 0)
    with pytest.raises((SourceError, DataError)) as raised:
        import_calls([path], silent)
    assert path.name in str(raised.value)
    assert open_records().version == version
    assert_sound()


class Restless(LayerStub):
    """A layer that says at every look that it was edited just now, but whose rows stay."""

    def describe(self) -> dict[str, Any]:
        self.last_edit = (self.last_edit or 0) + 1
        return super().describe()


def test_killed_at_any_moment_the_tables_verify_and_hold_a_whole_year(folder: Path) -> None:
    rows = list(made_calls(1500))
    with Restless(rows, page_size=100) as stub:
        command = [sys.executable, "-m", "tests.killed_refresh", stub.url, "20"]
        done = subprocess.run(
            command, env={**os.environ, "DATA_DIR": str(folder)}, capture_output=True, text=True, check=True, cwd=ROOT
        )
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(steps) == 22
    assert sum(step["killed"] for step in steps) >= 5  # the others had finished: how many depends on the machine
    assert [step["problems"] for step in steps] == [[]] * 22
    assert {step["calls"] for step in steps} == {len(rows)}


def test_the_commands_load_verify_count_and_say_what_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return called(capsys, *words)

    assert "refresh calls" in run("cut", "calls-drugs").stderr
    rows = list(made_calls(1500))
    with LayerStub(rows) as stub:
        loaded = run("refresh", "calls", "--layer", stub.url, "--year", "2020")
        assert loaded.returncode == 0, loaded.stderr
        assert "2020: 1,500 rows. Clock: Baltimore's time" in loaded.stdout
        quiet = run("refresh", "calls", "--layer", stub.url, "--year", "2020", "--quiet")
        assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")
        elsewhere = run("refresh", "calls", "--layer", stub.url.replace("Server/0", "Server/9"))
        assert (elsewhere.returncode, "Traceback" in elsewhere.stderr) == (2, False)
        assert "can't be read" in elsewhere.stderr
    assert run("verify").returncode == 0
    months = run("cut", "calls-drugs", "--by", "month", "--csv").stdout.splitlines()[1:]
    assert sum(int(line.split(",")[7]) for line in months) == sum(row["description"] == DRUGS for row in rows)
    finding = json.loads(
        run("check", "--measure", "calls-all", "--current", "2020-07-01..2020-12-31",
            "--baseline", "2020-01-01..2020-06-30", "--json").stdout
    )  # fmt: skip
    assert finding[0]["current"]["count"] + finding[0]["baseline"]["count"] == len(rows)
    for words, said in (
        (("refresh", "calls", "--layer", "ftp://x/y"), "ftp"),
        (("refresh", "calls", "--years", "1999"), "1999"),
        (("refresh", "calls", "--years", "soon"), "soon"),
        (("refresh", "calls", "--layer", "http://a/0", "--layer", "http://b/0", "--year", "2020"), "--year"),
        (("cut", "violent", "--origin", "caller"), "911 calls"),
    ):
        wrong = run(*words)
        assert wrong.returncode == 2, words
        assert said in wrong.stderr
        assert "Traceback" not in wrong.stderr


def test_ctrl_c_ends_a_load_with_one_line_and_what_had_come_is_kept(folder: Path) -> None:
    rows = list(made_calls(500))
    with LayerStub(rows, page_size=100) as stub:
        stub.fault("silence", at=5, times=math.inf, seconds=60)
        command = [sys.executable, "-m", "lib", "refresh", "calls", "--layer", stub.url, "--year", "2020", "--quiet"]
        running = subprocess.Popen(
            command,
            env={**os.environ, "DATA_DIR": str(folder)},
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
            # A shell leaves Ctrl-C out for what it runs in the background, and these tests may be that.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            while len(stub.log) < 5 and running.poll() is None:
                time.sleep(0.02)
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=30)
        finally:
            running.kill()
        assert (running.returncode, said) == (130, "python -m lib: stopped.\n")
        stub._faults.clear()
        before = len(stub.asked("page"))
        load(stub)
        assert len(stub.asked("page")) - before == 4
    assert counted("calls-all") == len(rows)


@pytest.mark.parametrize("room", [1_000, 6_000], ids=["no room for a page", "no room for the tables"])
def test_without_room_on_the_disk_the_old_tables_stay(room: int) -> None:
    with LayerStub(made_calls(500), page_size=60) as stub:
        load(stub)
        version = open_records().version
        stub.rows = list(made_calls(3000, seed=7))
        stub.last_edit = 1_700_000_000_000
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))  # the system refuses any file beyond it
        try:
            with pytest.raises(DataError, match=r"the old tables stay|the ones there are unchanged"):
                load(stub)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert open_records().version == version
        assert counted("calls-all") == 500
        assert_sound()
        load(stub)
    assert counted("calls-all") == 3000
