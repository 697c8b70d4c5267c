"""``python -m lib`` as others run it, from the project's folder.

A process of its own costs more than a second. So there is one for a command that goes well, one for a command that
does not, and one for each broken data folder; the others run in this one.
"""

import csv
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lib.cli import main
from lib.story.load import load_story
from lib.tables.folder import bundled_dir

ROOT = Path(__file__).resolve().parents[2]
KEYS = [
    "claim", "window", "measure", "current", "baseline", "kind", "change", "change_of_counts", "low", "high",
    "swing_low", "swing_high", "claimed", "verdict", "no_verdict", "sentence", "data_version",
]  # fmt: skip
QUARTER = ("--current", "2021-01-01..2021-03-31")


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str


def run(args: tuple[str, ...], folder: Path | None = None) -> Run:
    environment = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    if folder is not None:
        environment["DATA_DIR"] = str(folder)
    done = subprocess.run(
        [sys.executable, "-m", "lib", *args],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def run_here(args: tuple[str, ...]) -> Run:
    """The same in this process."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            code: object = main(args)
        except SystemExit as stop:
            code = stop.code
    return Run(int(str(code)), out.getvalue(), err.getvalue())


APART = ("claim", "unknown claim")
GOOD: Mapping[str, tuple[str, ...]] = {
    "claim": ("check", "violent", "--json"),
    "everything": ("check", "--json"),
    "text": ("check", "violent", "prison", "calls-drugs"),
    "windows": ("check", "property", *QUARTER, "--baseline", "2019-01-01..2019-03-31", "--json"),
    "year before": ("check", "violent", "property", *QUARTER, "--json"),
    "measure": ("check", "--measure", "common-assault", *QUARTER, "--json"),
    "area": ("check", "--measure", "larceny", "--area", "cAnToN", *QUARTER, "--json"),
    **{
        f"cut by {by}": (
            "cut", "robbery", "--by", by, "--start", "2019-11-13", "--end", "2021-02-10", "--csv"
        )
        for by in ("day", "week", "month", "year")
    },
    "cut of an area": ("cut", "larceny", "--by", "month", *("--start", "2021-01-01", "--end", "2021-03-31"),
                          "--area", "CANTON", "--csv"),
    **{
        f"race {code}": ("check", "--measure", "covered-arrests", "--race", code, *QUARTER, "--json")
        for code in ("B", "W", "other")
    },
    "every race": ("check", "--measure", "covered-arrests", *QUARTER, "--json"),
    "arrests of an area": ("check", "--measure", "drug-arrests", "--area", "canton", *QUARTER, "--json"),
    "drug arrests": ("check", "drug-arrests", "--json"),
    "cut of a race": ("cut", "covered-arrests", "--race", "B", "--by", "month", "--start", "2021-01-01",
                         "--end", "2021-03-31", "--csv"),
    "cut of everything": ("cut", "violent", "--by", "year", "--csv"),
}  # fmt: skip

# What is typed, and a word of the one line that answers.
BAD: Mapping[str, tuple[tuple[str, ...], str]] = {
    "unknown claim": (("check", "no-such-claim"), "no-such-claim"),
    "unknown measure": (("check", "--measure", "treason"), "treason"),
    "bad date": (("check", "violent", "--current", "2021-02-30..2021-03-31"), "2021-02-30"),
    "reversed window": (("check", "violent", "--current", "2021-03-31..2021-01-01"), "before it starts"),
    "past the records": (("check", "violent", "--current", "2021-04-01..2021-07-01"), "April 30, 2021"),
    "2014 violent": (("check", "violent", "--current", "2014-04-01..2014-06-30"), "2014"),
    "unknown area": (("check", "violent", "--area", "Atlantis"), "Atlantis"),
    "baseline alone": (("check", "violent", "--baseline", "2020-01-01..2020-03-31"), "--current"),
    "race of a crime": (("check", "--measure", "violent", "--race", "B", *QUARTER), "arrests"),
    "race in an area": (("check", "--measure", "drug-arrests", "--race", "B", "--area", "Canton"), "whole city"),
    "race without a measure": (("check", "drug-arrests", "--race", "B"), "--measure"),
    "cut, race of a crime": (("cut", "violent", "--race", "W"), "arrests"),
    "cut, past the records": (("cut", "arson", "--by", "month", "--end", "2021-07-14"), "April 30, 2021"),
    "not a window": (("check", "violent", "--current", "last year\nor so"), "not “last year or so”"),
    "empty baseline": (("check", "violent", *QUARTER, "--baseline", ""), "period"),
    "claims and measure": (("check", "violent", "--measure", "arson"), "--measure"),
    "cut, unknown measure": (("cut", "treason", "--csv"), "treason"),
    "cut, bad date": (("cut", "arson", "--by", "day", "--start", "yesterday"), "yesterday"),
    "cut, reversed": (("cut", "arson", "--by", "day", "--start", "2021-01-02", "--end", "2021-01-01"), "starts"),
    "cut, unknown grain": (("cut", "arson", "--by", "fortnight"), "fortnight"),
    "cut, dates without bins": (("cut", "arson", "--start", "2021-01-02"), "--by"),
    "cut, five measures": (("cut", "arson", "rape", "larceny", "homicide", "burglary"), "four"),
    "cut, two things at once": (("cut", "arson", "rape", "--area", "Canton", "--area", "Oakenshawe"), "One thing"),
    "cut, places of places": (("cut", "arson", "--area", "Canton", "--split", "district"), "whole city"),
    "cut, unknown district": (("cut", "arson", "--area", "district:Atlantis"), "Atlantis"),
    "cut, too many rows": (("cut", "arson", "--by", "day", "--split", "neighborhood"), "rows"),
    "cut, empty area": (("cut", "arson", "--area", ""), "neighborhood"),
    "unknown command": (("chekc",), "chekc"),
    "unknown race": (("check", "--measure", "drug-arrests", "--race", "X"), "--race"),
    "cut, unknown race": (("cut", "drug-arrests", "--race", "b"), "--race"),
    "cut, race in an area": (("cut", "drug-arrests", "--race", "W", "--area", "Canton"), "whole city"),
}  # fmt: skip


COMMANDS = {**GOOD, **{name: args for name, (args, _) in BAD.items()}}


def spoiled_folders(base: Path) -> dict[str, tuple[Path, str]]:
    """Data folders that are broken, each in one way, and a word of what must be said."""
    found: dict[str, tuple[Path, str]] = {}

    def copy(name: str, word: str) -> Path:
        folder = base / name.replace(" ", "-")
        shutil.copytree(bundled_dir(), folder, ignore=shutil.ignore_patterns("*.geojson"))
        for shape in (bundled_dir() / "tables").glob("*.geojson"):
            (folder / "tables" / shape.name).symlink_to(shape)
        found[name] = (folder, word)
        return folder

    (base / "empty").mkdir()
    found["no tables"] = (base / "empty", "build")
    manifest = copy("cut manifest", "manifest.json") / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8")[:5000], encoding="utf-8")
    (table,) = (copy("flipped byte", "crime_city_daily") / "tables").glob("crime_city_daily-*.parquet")
    content = bytearray(table.read_bytes())
    content[len(content) // 2] ^= 0xFF
    table.write_bytes(bytes(content))
    (table,) = (copy("missing table", "crime_city_daily") / "tables").glob("crime_city_daily-*.parquet")
    table.unlink()
    story = copy("broken story", "claims.toml") / "story" / "claims.toml"
    story.write_text(story.read_text(encoding="utf-8").replace("claimed = -0.35", "claimed = 35%"), encoding="utf-8")
    return found


SPOILED = (
    "no tables", "cut manifest", "flipped byte", "missing table",
    "broken story",
)  # fmt: skip


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """Every command above, run once."""
    folders = spoiled_folders(tmp_path_factory.mktemp("spoiled"))
    assert set(folders) == set(SPOILED)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        jobs = {name: pool.submit(run, COMMANDS[name]) for name in APART}
        jobs |= {name: pool.submit(run, ("check", "violent"), folder) for name, (folder, _) in folders.items()}
        apart = {name: job.result() for name, job in jobs.items()}
    return {**{name: run_here(args) for name, args in COMMANDS.items() if name not in APART}, **apart}


def findings(done: Run) -> list[dict[str, Any]]:
    assert (done.code, done.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.out)
    for values in found:
        assert list(values) == KEYS
        for side in ("current", "baseline"):
            assert values[side] is None or list(values[side]) == ["start", "end", "days", "count"]
    return found


@pytest.mark.slow
def test_a_claim_as_json_has_one_object_for_each_named_window(runs: dict[str, Run]) -> None:
    found = findings(runs["claim"])
    assert [values["window"] for values in found] == [
        "article", "first-quarter", "office", "before-pandemic", "two-years-back",
    ]  # fmt: skip
    quarter = found[1]
    assert quarter["current"] == {"start": "2021-01-01", "end": "2021-03-31", "days": 90, "count": 2103}
    assert quarter["baseline"] == {"start": "2020-01-01", "end": "2020-03-31", "days": 91, "count": 2546}
    assert quarter["change"] == pytest.approx(-0.165, abs=0.0005)
    assert quarter["claimed"] == -0.2
    assert quarter["data_version"]


def test_without_a_claim_every_one_is_checked(runs: dict[str, Run]) -> None:
    found = findings(runs["everything"])
    assert {values["claim"] for values in found} == set(load_story().claims)
    unmeasured = [values for values in found if values["change"] is None]
    assert {"policy", "prison", "covid", "no-value"} <= {values["claim"] for values in unmeasured}
    assert all(values["low"] is None and values["sentence"] for values in unmeasured)


def test_windows_given_are_the_ones_checked(runs: dict[str, Run]) -> None:
    (values,) = findings(runs["windows"])
    assert (values["claim"], values["window"]) == ("property", None)
    assert (values["baseline"]["start"], values["baseline"]["end"]) == ("2019-01-01", "2019-03-31")
    assert values["change"] == pytest.approx(-0.385, abs=0.0006)


def test_the_baseline_is_the_year_before_if_none_is_given(runs: dict[str, Run]) -> None:
    violent, prop = findings(runs["year before"])
    assert violent["baseline"]["start"] == prop["baseline"]["start"] == "2020-01-01"
    assert (violent["current"]["count"], prop["current"]["count"]) == (2103, 3588)
    assert violent["window"] == "first-quarter"


def test_a_measure_is_counted_without_a_claim(runs: dict[str, Run]) -> None:
    (values,) = findings(runs["measure"])
    assert (values["claim"], values["measure"], values["claimed"], values["verdict"]) == (
        None, "common-assault", None, None,
    )  # fmt: skip
    assert values["current"]["count"] > 500


def test_an_area_is_found_in_any_letter_case(runs: dict[str, Run]) -> None:
    (values,) = findings(runs["area"])
    assert 0 < values["current"]["count"] < 1000
    assert values["sentence"].startswith("In Canton, ")


def test_the_text_gives_counts_days_interval_verdict_and_version(runs: dict[str, Run]) -> None:
    done = runs["text"]
    assert (done.code, done.err) == (0, "")
    (version,) = {values["data_version"] for values in findings(runs["claim"])}
    for said in (
        "2,103", "2,546", "(90 days)", "(91 days)", "\u221217.4%", "95% interval", "usual range of earlier years",
        "claimed \u221220%", "matches", "not in these records", f"data version {version}",
    ):  # fmt: skip
        assert said in done.out, said
    for values in findings(runs["claim"]):
        assert values["sentence"] in done.out


def rows_of(done: Run) -> list[dict[str, str]]:
    assert (done.code, done.err) == (0, "")
    return list(csv.DictReader(io.StringIO(done.out)))


def test_a_series_adds_up_to_the_same_by_day_week_month_and_year(runs: dict[str, Run]) -> None:
    series = {by: rows_of(runs[f"cut by {by}"]) for by in ("day", "week", "month", "year")}
    for rows in series.values():
        assert list(rows[0]) == ["measure", "place", "race", "origin", "start", "end", "days", "count"]
        assert (rows[0]["start"], rows[-1]["end"]) == ("2019-11-13", "2021-02-10")
        assert sum(int(row["days"]) for row in rows) == 456
    assert len({sum(int(row["count"]) for row in rows) for rows in series.values()}) == 1
    assert {by: len(rows) for by, rows in series.items()} == {"day": 456, "week": 66, "month": 16, "year": 3}
    by_day = {row["start"]: int(row["count"]) for row in series["day"]}
    for row in series["week"][1:-1]:
        assert row["days"] == "7"
    january = next(row for row in series["month"] if row["start"] == "2020-01-01")
    assert int(january["count"]) == sum(count for day, count in by_day.items() if day.startswith("2020-01"))


def test_a_series_and_a_check_count_the_same(runs: dict[str, Run]) -> None:
    (values,) = findings(runs["area"])
    assert sum(int(row["count"]) for row in rows_of(runs["cut of an area"])) == values["current"]["count"]


def test_arrests_by_race_add_up_and_say_whom_they_count(runs: dict[str, Run]) -> None:
    (every,) = findings(runs["every race"])
    parts = [findings(runs[f"race {code}"])[0] for code in ("B", "W", "other")]
    for side in ("current", "baseline"):
        assert sum(part[side]["count"] for part in parts) == every[side]["count"] > 0
    for part, said in zip(parts, ("of Black people", "of white people", "other or unknown race"), strict=True):
        assert said in part["sentence"]
        assert part["claim"] is None
    rows = rows_of(runs["cut of a race"])
    assert sum(int(row["count"]) for row in rows) == parts[0]["current"]["count"]


def test_arrests_are_counted_in_an_area(runs: dict[str, Run]) -> None:
    (values,) = findings(runs["arrests of an area"])
    assert values["sentence"].startswith("In Canton, ")


def test_drug_arrests_of_the_policys_first_year_are_checked(runs: dict[str, Run]) -> None:
    found = findings(runs["drug arrests"])
    first_year = next(f for f in found if f["current"]["start"] == "2020-03-18")
    assert first_year["baseline"]["end"] <= "2020-03-18"
    assert first_year["claimed"] is None or first_year["claimed"] == -0.8
    # Within a tenth of the four nearest quarters, as others counted them.
    assert first_year["baseline"]["count"] == pytest.approx(1020 + 823 + 593 + 697, rel=0.1)
    assert first_year["current"]["count"] == pytest.approx(231 + 230 + 252 + 215, rel=0.1)


def test_a_series_starts_where_every_offense_is_on_record_and_ends_when_complete(runs: dict[str, Run]) -> None:
    rows = rows_of(runs["cut of everything"])
    assert (rows[0]["start"], rows[-1]["end"]) == ("2015-01-01", "2021-04-30")
    assert len(rows) == 7


@pytest.mark.parametrize("name", BAD)
def test_a_bad_argument_ends_with_2_and_one_line_that_says_what(runs: dict[str, Run], name: str) -> None:
    one_line(runs[name], BAD[name][1])


def test_ctrl_c_ends_every_command_with_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped() -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("lib.cli.main", stopped)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("lib", run_name="__main__")
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "python -m lib: stopped.\n")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("no tables", "build"), ("cut manifest", "manifest.json"),
        ("flipped byte", "crime_city_daily"),
        ("missing table", "crime_city_daily"), ("broken story", "claims.toml"),
    ],
)  # fmt: skip
def test_broken_data_ends_with_2_and_one_line_that_says_what(runs: dict[str, Run], name: str, word: str) -> None:
    one_line(runs[name], word)


def one_line(done: Run, word: str) -> None:
    assert done.code == 2, done
    assert done.out == ""
    assert done.err.endswith("\n")
    assert len(done.err.splitlines()) == 1, done.err
    assert word in done.err
    assert "Traceback" not in done.err
    assert done.err.startswith("python -m lib")


@pytest.mark.parametrize("code", ["cp1252", "ascii"])
def test_a_terminal_of_another_code_page_gets_every_word(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", code)
    done = run(("check", "violent", "--json"))
    assert (done.code, done.err) == (0, "")
    findings = json.loads(done.out)
    assert findings[0]["claim"] == "violent"
    assert "?" not in findings[0]["sentence"]


def test_a_full_disk_is_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "lib", "check", "violent"],
            cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False,
        )  # fmt: skip
    one_line(Run(done.returncode, "", done.stderr), "No space left")
