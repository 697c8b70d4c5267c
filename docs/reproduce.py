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


def change(current: tuple[int, int], baseline: list[tuple[int, int]]) -> float:
    """Of counts per day, so that a leap day makes no news; a fraction."""
    events, days = sum(n for n, _ in baseline), sum(d for _, d in baseline)
    return current[0] / (events / days * current[1]) - 1


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
            own = change(counts[0], counts[1:])
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
