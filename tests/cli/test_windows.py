"""``python -m lib windows``: every window of a measure, its shares as JSON and in words."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lib.analysis.change import compare
from lib.analysis.every_window import BASELINES, BaselineName, pair_against
from lib.analysis.historical_range import ordinary_swing
from lib.analysis.windows import Window
from lib.cli import main
from lib.story.load import load_story
from lib.story.records_in_use import open_records

ROOT = Path(__file__).resolve().parents[2]
KEYS = ["windows", "share_down", "share_down_20", "share_outside_swing"]


def shares(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    assert main(("windows", *args, "--json")) == 0
    done = capsys.readouterr()
    assert done.err == ""
    found: dict[str, Any] = json.loads(done.out)
    assert list(found) == KEYS
    return found


def test_as_a_process_it_prints_one_object() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lib", "windows", "violent", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert list(found) == KEYS
    assert found["windows"] > 500_000
    assert all(0 < found[key] < 1 for key in KEYS[1:])
    assert found["share_down_20"] < found["share_down"]


@pytest.mark.parametrize("name", BASELINES)
def test_a_small_range_is_what_check_gives_window_by_window(
    name: BaselineName, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = date(2016, 2, 10), date(2020, 3, 20)
    line = open_records().line(load_story().measures["violent"])
    judged = []
    for offset in range((last - first).days + 1):
        for days in (14, 15):
            start = first + timedelta(days=offset)
            pair = pair_against(Window(start, start + timedelta(days=days - 1)), name)
            if pair.first >= first and pair.last <= last:
                change = compare(line, pair)
                x, y = change.current * pair.baseline_days, change.baseline * days
                outside = ordinary_swing(line, pair).holds(change.headline) is False
                judged.append((x < y, 5 * x <= 4 * y, outside))  # a fall of exactly a fifth is one of 20%
    within = ("--from", str(first), "--to", str(last), "--max-days", "15")
    expected = [sum(column) / len(judged) for column in zip(*judged, strict=True)]
    assert list(shares(capsys, "violent", *within, "--baseline", name).values()) == [len(judged), *expected]


def test_bounds_leave_fewer_windows(capsys: pytest.CaptureFixture[str]) -> None:
    whole = shares(capsys, "property")
    before = shares(capsys, "property", "--to", "2020-03-04")
    after = shares(capsys, "property", "--from", "2019-01-01")
    assert max(before["windows"], after["windows"]) < whole["windows"]
    assert shares(capsys, "property", "--from", "1999-01-01", "--to", "2099-12-31") == whole
    assert after["share_down_20"] > before["share_down_20"]


def test_one_length_is_one_window_a_day(capsys: pytest.CaptureFixture[str]) -> None:
    within = ("--from", "2018-01-01", "--to", "2019-12-31", "--min-days", "365", "--max-days", "365")
    assert shares(capsys, "homicide", *within)["windows"] == 1
    assert shares(capsys, "homicide", *within[:-3], "364", *within[-2:])["windows"] == 3


def test_in_words_each_fact_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("windows", "property", "--baseline", "mean3")) == 0
    said = capsys.readouterr().out.splitlines()
    found = shares(capsys, "property", "--baseline", "mean3")
    assert all(line.endswith(".") and line[0].isupper() | line[0].isdigit() for line in said)
    assert said[0].startswith(f"{found['windows']:,} windows of 14 to 548 days")
    assert "average of the same dates in the three years before" in said[0]
    assert said[1].startswith(f"{found['share_down']:.0%} ")
    assert said[2].startswith(f"{found['share_down_20']:.0%} ")
    assert any("35%, as was claimed" in line for line in said)
    assert any(line.startswith(f"{found['share_outside_swing']:.0%} ") and "usual range" in line for line in said)
    assert any("fewer than three earlier pairs of years" in line for line in said)


def test_windows_without_a_baseline_event_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("windows", "arson", "--min-days", "2", "--max-days", "3")) == 0
    assert "no event in the baseline" in capsys.readouterr().out


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "no measure": ((), "MEASURE"),
    "unknown measure": (("treason",), "treason"),
    "records not loaded": (("calls-drugs",), "refresh calls"),
    "not a day": (("violent", "--from", "2021-02-30"), "2021-02-30"),
    "not a day either": (("violent", "--to", "soon"), "soon"),
    "reversed": (("violent", "--from", "2020-01-02", "--to", "2020-01-01"), "before it starts"),
    "no days": (("violent", "--min-days", "0"), "at least one day"),
    "longest shorter than shortest": (("violent", "--min-days", "30", "--max-days", "20"), "no more than the longest"),
    "not a number": (("violent", "--max-days", "many"), "many"),
    "unknown baseline": (("violent", "--baseline", "4"), "--baseline"),
    "no room for a baseline": (("violent", "--from", "2021-01-01"), "No window"),
    "before the records": (("violent", "--to", "2013-01-01"), "before it starts"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.usefixtures("without_calls")
def test_a_bad_argument_ends_with_2_and_one_line_that_says_what(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    arguments, word = BAD[name]
    try:
        code: object = main(("windows", *arguments))
    except SystemExit as stop:
        code = stop.code
    done = capsys.readouterr()
    assert (code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert word in done.err
    assert done.err.startswith("python -m lib")
