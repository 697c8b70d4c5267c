"""Counts the headline findings anew, with pandas alone, and holds them against the story's own command.

    .venv/bin/python docs/reproduce.py            # from the project's folder; exit code 1 where a number differs

It reads the daily counts under ``data/tables`` and nothing of the story's code: another way from the same records to
the same numbers. The windows are those that ``python -m lib check`` names, as anybody may type them from the page.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = {"crime": "offense", "arrests": "group"}


def read_daily(records: str) -> pd.Series[int]:
    """Events of the city by date and category."""
    manifest = json.loads((ROOT / "data" / "manifest.json").read_text(encoding="utf-8"))
    frame = pd.read_parquet(ROOT / "data" / manifest["tables"][f"{records}_city_daily"]["file"])
    return frame.groupby(["date", COLUMNS[records]], observed=True)["count"].sum()


def read_story(name: str) -> list[dict[str, Any]]:
    """The entries of one of the story's files."""
    entries: list[dict[str, Any]] = tomllib.loads((ROOT / "data" / "story" / f"{name}s.toml").read_text("utf-8"))[name]
    return entries


def count(daily: pd.Series[int], categories: list[str], window: str) -> tuple[int, int]:
    """Events and days from the first to the last day of a window, both included."""
    start, end = (pd.Timestamp(day) for day in window.split(".."))
    day, category = daily.index.get_level_values(0), daily.index.get_level_values(1)
    inside = (day >= start) & (day <= end) & category.isin(categories)
    return int(daily[inside].sum()), (end - start).days + 1


def change(current: tuple[int, int], baseline: list[tuple[int, int]], same_dates: bool) -> float:
    """Of counts against the mean of the baselines on the same calendar dates, else of counts per day; a fraction."""
    events, days = sum(n for n, _ in baseline), sum(d for _, d in baseline)
    expected = events / len(baseline) if same_dates else events / days * current[1]
    return current[0] / expected - 1


def same_dates(current: str, baseline: list[str]) -> bool:
    """Whether all windows cover the same days of the year; 29 February is taken for the 28th."""
    windows = [window.replace("-02-29", "-02-28") for window in (current, *baseline)]
    return len({(window[5:10], window[-5:]) for window in windows}) == 1


def said_by_the_story() -> dict[tuple[str, str], dict[str, Any]]:
    """What ``python -m lib check --json`` says, by claim and window."""
    command = [sys.executable, "-m", "lib", "check", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {(f["claim"], f["window"]): f for f in json.loads(answer.stdout) if f["current"]}


def main() -> int:
    """Print each finding, counted twice; 0 where all agree."""
    measures = {measure["id"]: measure for measure in read_story("measure")}
    story, daily, wrong = said_by_the_story(), {name: read_daily(name) for name in COLUMNS}, 0
    for claim in read_story("claim"):
        measure = measures.get(claim.get("measure", ""))
        if measure is None or measure["records"] not in daily:
            continue  # no records here can test it, or 911 calls, which do not come with the project
        for window in claim["window"]:
            counts = [
                count(daily[measure["records"]], measure["categories"], each)
                for each in (window["current"], *window["baseline"])
            ]
            own = change(counts[0], counts[1:], same_dates(window["current"], window["baseline"]))
            said = story[claim["id"], window["id"]]
            agrees = (
                counts[0][0] == said["current"]["count"]
                and sum(n for n, _ in counts[1:]) == said["baseline"]["count"]
                and abs(own - said["change"]) < 1e-9
            )
            wrong += not agrees
            print(
                f"{'same' if agrees else 'NOT THE SAME'}  {claim['id']}, {window['label']}: {counts[0][0]:,} against "
                f"{' and '.join(f'{n:,}' for n, _ in counts[1:])}, {own:+.1%}; the story says {said['change']:+.1%}"
            )
    print(f"{wrong} differ." if wrong else "Every number is the same.")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
