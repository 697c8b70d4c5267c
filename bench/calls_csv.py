"""Importing a year of 911 records from a CSV file, against pandas on the same file."""

import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from lib.ingest.sources import callbook, calls, calls_csv
from lib.tables.store import open_tables

YEAR = 2020
ROWS = 1_400_000

HEADER = (
    "objectid", "recordid", "callkey", "calldatetime", "priority", "district", "description", "callnumber",
    "incidentlocation", "location", "neighborhood", "policedistrict", "policepost", "councildistrict",
    "sheriffdistricts", "community_statistical_areas", "census_tracts", "vrizones", "zipcode",
)  # fmt: skip

_MEASURED = "import json, sys; from bench.calls_csv import imported; print(json.dumps(imported(sys.argv[1])))"


def import_year(rows: int = ROWS, repeats: int = 3) -> dict[str, float]:
    """Seconds and megabytes that a generated year takes, ours and pandas's; medians of processes of their own.

    ``ours`` reads the file, finds the clock, counts each call once, sorts descriptions into groups and makes the
    three daily tables. ``pandas_text`` is read_csv grouped by day and description, the day being the first ten
    characters of the date, which is right only for a file in local time; ``pandas_dates`` has its dates parsed; and
    ``pandas_same`` makes what ours makes, for a clock known beforehand. ``ours_gzip`` and ``pandas_gzip`` (dates
    parsed) read the same file packed. RuntimeError where ours and pandas count differently.
    """
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder) / "calls.csv", Path(folder) / "calls.csv.gz"
        write_year(plain, rows)
        # The packing isn't measured, so the quickest will do.
        subprocess.run(["gzip", "-1", "-k", str(plain)], check=True)
        ours = [_in_own_process(plain) for _ in range(repeats)]
        ours_packed = [_in_own_process(packed) for _ in range(repeats)]
        frame = pd.read_csv(plain, usecols=["calldatetime", "description"])
        if any(run["calls"] != len(frame) for run in (*ours, *ours_packed)):
            raise RuntimeError("The import and pandas count differently.")
        return {
            "file_mb": plain.stat().st_size / 1e6,
            "ours": statistics.median(run["seconds"] for run in ours),
            "ours_peak_mb": max(run["peak_mb"] for run in ours),
            "ours_gzip": statistics.median(run["seconds"] for run in ours_packed),
            "ours_gzip_peak_mb": max(run["peak_mb"] for run in ours_packed),
            "pandas_same": _median(lambda: _pandas_same(plain), repeats),
            "pandas_dates": _median(lambda: _pandas(plain, dates=True), repeats),
            "pandas_text": _median(lambda: _pandas(plain, dates=False), repeats),
            "pandas_gzip": _median(lambda: _pandas(packed, dates=True), repeats),
        }


def imported(file: str) -> dict[str, float]:
    """Imports a file: seconds, the peak of this process's memory in megabytes, and the calls counted."""
    book, names = callbook.read(), neighborhoods()
    begun = time.perf_counter()
    tally = calls.Years(book, names)
    for batch in calls_csv.read_csv(Path(file)):
        tally.add(batch)
    (year,) = tally.finish().years
    seconds = time.perf_counter() - begun
    # Linux's own count of this program only; what getrusage says includes the process that started it.
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    return {"seconds": seconds, "peak_mb": peak * 1024 / 1e6, "calls": int(year.city["count"].sum())}


def neighborhoods() -> list[str]:
    tree = json.loads(open_tables().content("neighborhoods"))
    return [feature["properties"]["name"] for feature in tree["features"]]


def write_year(path: Path, rows: int, seed: int = 1) -> None:
    """Writes a made-up year in the portal's style, with the real descriptions and neighborhoods."""
    random = np.random.default_rng(seed)
    texts = [text for rule in callbook.read().rules for text in rule.examples]
    names = neighborhoods()
    begin = np.datetime64(f"{YEAR}-01-01", "m")
    minutes = np.sort(random.integers(0, 366 * 1440, rows))
    day = minutes // 1440
    within = np.arange(rows) - np.searchsorted(day, day)
    # A few descriptions are most of the calls, as in the records.
    weights = 1 / np.arange(1, len(texts) + 1)
    text = random.choice(len(texts), rows, p=weights / weights.sum())
    area, block = random.integers(0, len(names), rows), random.integers(0, 60, rows)
    stamps = np.datetime_as_string(begin + minutes.astype("m8[m]"), unit="s")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for n in range(rows):
            address = f"{block[n]}00 BLK N PATTERSON PARK AV"
            where = f"{address}, BALTIMORE MD" if n % 50 == 0 else f"{address} BALTIMORE MD"
            stamp = f"{stamps[n][:10].replace('-', '/')} {stamps[n][11:]}+00"
            number = f"P{YEAR % 100:02}{day[n] + 1:03}{within[n] + 1:04}"
            name = names[area[n]]
            place = (name, "Southwestern", 841, 9, "D8", name, "Census Tract 2005", "Tri-District", 21223)
            key = f"10CC9DA9{n:08X}"
            writer.writerow(
                (n, 8_285_810 + n, key, stamp, "Medium", "SW", texts[text[n]], number, address, where, *place)
            )


def _pandas(path: Path, dates: bool) -> int:
    frame = pd.read_csv(path, parse_dates=["calldatetime"] if dates else None)
    stamp = frame["calldatetime"]
    day = stamp.dt.date if dates else stamp.str[:10]
    return len(frame.groupby([day, "description"]).size())


def _pandas_same(path: Path) -> list[pd.DataFrame]:
    book = callbook.read()
    frame = pd.read_csv(path, parse_dates=["calldatetime"]).drop_duplicates("callnumber")
    texts = frame["description"].unique()
    groups, origins = (dict(zip(texts, sort, strict=True)) for sort in book.classify(texts))
    on_map = {name.upper(): name for name in neighborhoods()}
    frame["day"] = frame["calldatetime"].dt.normalize()
    frame["group"], frame["origin"] = frame["description"].map(groups), frame["description"].map(origins)
    frame["area"] = frame["neighborhood"].str.upper().map(on_map)
    keys = (["group", "origin"], ["group", "origin", "area"], ["description"])
    return [frame.groupby(["day", *key], dropna=False).size().reset_index() for key in keys]


def _median(run: Callable[[], object], repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def _in_own_process(path: Path) -> dict[str, float]:
    root = Path(__file__).resolve().parents[1]
    command = [sys.executable, "-c", _MEASURED, str(path)]
    done = subprocess.run(command, cwd=root, env=os.environ, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured
