"""Prints one JSON line a figure: name, ours, floor, ratio (ours / floor), unit.

The app and the floor page run side by side on the loopback interface and take turns, so that a busy machine
slows both. For window_query, "floor" is pandas on rows; for "against_naive", a map page that joins and sends all of
it at every move. For import_csv, it is pandas on the same generated year. Times and counts are bounded: five
minutes in all.
"""

import argparse
import json
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import calls_csv, counting, every_window, pages, reruns
from bench.server import ROOT, Server

CHAPTER = "violent-and-property-crime"
OURS = ROOT / "app.py"
FLOOR = ROOT / "bench" / "floor_app" / "app.py"
MAP = "where-things-changed"
NAIVE_MAP = ROOT / "bench" / "naive_map_app" / "app.py"

MEMORY_LIMIT = 600.0  # MB, for a year of 1.4 million calls

Figure = dict[str, str | float]


def figure(name: str, ours: float, floor: float, unit: str) -> Figure:
    """One line of the result."""
    return {
        "name": name,
        "ours": round(ours, 3),
        "floor": round(floor, 3),
        "ratio": round(ours / floor, 6),
        "unit": unit,
    }


def measure(reruns_each: int, loads_each: int, starts_each: int) -> Iterator[Figure]:
    """All figures, each as soon as it is known."""
    ours, pandas = counting.window_query(windows=10, repeats=5)
    yield figure("window_query", ours, pandas, "us")

    at_once, one_by_one = every_window.all_windows(sample=2000, repeats=5)
    yield figure("every_window_500000", at_once, one_by_one, "ms")
    read = calls_csv.import_year()
    for pandas_way in ("pandas_same", "pandas_dates", "pandas_text"):
        yield figure(f"import_csv_against_{pandas_way}", 1000 * read["ours"], 1000 * read[pandas_way], "ms")
    yield figure("import_csv_peak_memory_against_limit", read["ours_peak_mb"], MEMORY_LIMIT, "MB")

    startups: dict[Path, list[float]] = {OURS: [], FLOOR: []}
    for _ in range(starts_each):
        for script, seconds in startups.items():
            with Server(script) as server:
                seconds.append(server.startup)
    a_start, b_start = (1000 * statistics.median(seconds) for seconds in startups.values())
    yield figure("startup_to_healthy", a_start, b_start, "ms")

    with ExitStack() as stack:
        app, floor = (stack.enter_context(Server(script)) for script in (OURS, FLOOR))
        a, b = reruns.measure([(app, CHAPTER, reruns.move_window), (floor, "", reruns.move_factor)], reruns_each)
        yield figure("rerun_cpu", a.cpu, b.cpu, "ms")
        yield figure("rerun_wall_median", a.median, b.median, "ms")
        yield figure("rerun_wall_p95", a.p95, b.p95, "ms")
        yield figure("rerun_bytes", a.bytes, b.bytes, "bytes")
        a, b = reruns.measure([(app, MAP, reruns.move_window), (floor, "", reruns.move_factor)], reruns_each)
        yield figure("map_rerun_cpu", a.cpu, b.cpu, "ms")
        yield figure("map_rerun_bytes", a.bytes, b.bytes, "bytes")
        naive = stack.enter_context(Server(NAIVE_MAP))
        few = max(2, reruns_each // 8)
        a, b = reruns.measure([(app, MAP, reruns.move_window), (naive, "", reruns.move_days)], few)
        yield figure("map_rerun_wall_against_naive", a.median, b.median, "ms")
        yield figure("map_rerun_bytes_against_naive", a.bytes, b.bytes, "bytes")
        a_chart, b_chart = pages.first_chart([f"{app.url}/{CHAPTER}", floor.url], loads_each)
        yield figure("first_chart", a_chart, b_chart, "ms")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the lines to FILE")
    parser.add_argument("--reruns", type=int, default=60, help="measured reruns of each page (default 60)")
    parser.add_argument("--loads", type=int, default=7, help="measured page loads in Chromium (default 7)")
    parser.add_argument("--starts", type=int, default=5, help="measured starts of each app (default 5)")
    options = parser.parse_args()
    lines = []
    for found in measure(options.reruns, options.loads, options.starts):
        lines.append(json.dumps(found))
        print(lines[-1], flush=True)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
