"""Prints one JSON line a figure: name, ours, floor, ratio (ours / floor), unit.

The app and the floor page run side by side on the loopback interface and take turns, so that a busy machine slows both.
"Floor" is something else for some: for window_query pandas on rows; for every_window a loop; for import_csv pandas on
the same generated year; for calls_bytes the crime chapter; for "against_naive" a map page that joins and sends all of
it at every move; for "load", where ours is two workers behind nginx, the same app as Streamlit runs it by itself; for
routes that draw vl-convert by itself, and for those that do not the server's shortest answer; for "against_limit" the
most that it may be. With --only soaked_memory, and only then, a worker's memory is told by the minute, beside that at
the start, while readers come and go for ten minutes. Figures a second are better when high, all others when low, but
for the share of moves answered. Times and counts are bounded: eight minutes in all.
"""

import argparse
import json
import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import calls_csv, counting, every_window, load, memory, pages, reruns, routes, soak
from bench.reruns import Moves, Reruns, move_window
from bench.server import ROOT, Server
from bench.site import Site, secured, workers

CHAPTER = "violent-and-property-crime"
OURS = ROOT / "app.py"
FLOOR = ROOT / "bench" / "floor_app" / "app.py"
MAP = "where-things-changed"
COVID = "was-it-covid"
CALLS = "calls-911"
NAIVE_MAP = ROOT / "bench" / "naive_map_app" / "app.py"

IMPORT_LIMIT = 600.0  # MB, for a year of 1.4 million calls
WAIT_LIMIT = 500.0  # ms, for 95% of the reruns of 200 readers
WORKERS = 2  # one for each core, as docs/deploy.md has it, on the machine that the limit is for
ANSWER_LIMIT, USABLE_LIMIT = 2500.0, 8000.0  # ms, on a slow phone: the first sentence; every lever
READER_LIMIT = 1.0  # MB, for a reader who does nothing
WORKER_LIMIT = 700.0  # MB, for a worker in use

Figure = dict[str, str | float]


@dataclass(frozen=True)
class Bench:
    """How much is measured, and the servers that parts share, each started when it is first asked for."""

    stack: ExitStack
    reruns: int = 60
    loads: int = 7
    starts: int = 5
    readers: int = 200
    seconds: float = 45
    files: int = 24
    minutes: float = 10
    _servers: dict[Path, Server] = field(default_factory=dict)

    def server(self, script: Path) -> Server:
        """The script, served."""
        if script not in self._servers:
            self._servers[script] = self.stack.enter_context(Server(script))
            reruns.settle(self._servers[script])
        return self._servers[script]

    @property
    def both(self) -> tuple[Server, Server]:
        """The app and the floor."""
        return self.server(OURS), self.server(FLOOR)

    def beside_floor(self, slug: str, moves: Moves = move_window) -> list[Reruns]:
        """Reruns of one of the story's pages, and of the floor page."""
        app, floor = self.both
        return reruns.measure([(app, slug, moves), (floor, "", reruns.move_factor)], self.reruns)


def figure(name: str, ours: float, floor: float, unit: str) -> Figure:
    """One line of the result."""
    return {
        "name": name,
        "ours": round(ours, 3),
        "floor": round(floor, 3),
        "ratio": round(ours / floor, 6),
        "unit": unit,
    }


def window_query(_: Bench) -> Iterator[Figure]:
    yield figure("window_query", *counting.window_query(windows=10, repeats=5), "us")


def every_window_500000(_: Bench) -> Iterator[Figure]:
    yield figure("every_window_500000", *every_window.all_windows(sample=2000, repeats=5), "ms")


def import_csv(_: Bench) -> Iterator[Figure]:
    read = calls_csv.import_year()
    for pandas_way in ("pandas_same", "pandas_dates", "pandas_text"):
        yield figure(f"import_csv_against_{pandas_way}", 1000 * read["ours"], 1000 * read[pandas_way], "ms")
    yield figure("import_csv_peak_memory_against_limit", read["ours_peak_mb"], IMPORT_LIMIT, "MB")


def startup(bench: Bench) -> Iterator[Figure]:
    startups: dict[Path, list[float]] = {OURS: [], FLOOR: []}
    for _ in range(bench.starts):
        for script, seconds in startups.items():
            with Server(script) as server:
                seconds.append(server.startup)
    ours, floor = (1000 * statistics.median(seconds) for seconds in startups.values())
    yield figure("startup_to_healthy", ours, floor, "ms")


def rerun(bench: Bench) -> Iterator[Figure]:
    yield from _reruns("rerun", *bench.beside_floor(CHAPTER))


def covid_rerun(bench: Bench) -> Iterator[Figure]:
    yield from _reruns("covid_rerun", *bench.beside_floor(COVID))


def donors_rerun(bench: Bench) -> Iterator[Figure]:
    yield from _reruns("donors_rerun", *bench.beside_floor(COVID, reruns.move_donors))


def calls_rerun(bench: Bench) -> Iterator[Figure]:
    yield from _reruns("calls_rerun", *bench.beside_floor(CALLS, reruns.move_years))


def map_rerun(bench: Bench) -> Iterator[Figure]:
    ours, floor = bench.beside_floor(MAP)
    yield figure("map_rerun_cpu", ours.cpu, floor.cpu, "ms")
    yield figure("map_rerun_bytes", ours.bytes, floor.bytes, "bytes")
    pair = [(bench.server(OURS), MAP, reruns.move_window), (bench.server(NAIVE_MAP), "", reruns.move_days)]
    ours, naive = reruns.measure(pair, max(2, bench.reruns // 8))
    yield figure("map_rerun_wall_against_naive", ours.median, naive.median, "ms")
    yield figure("map_rerun_bytes_against_naive", ours.bytes, naive.bytes, "bytes")


def first(bench: Bench) -> Iterator[Figure]:
    ours, floor = pages.openings(_urls(bench), bench.loads)
    yield figure("first_paint", ours.paint, floor.paint, "ms")
    yield figure("first_chart", ours.chart, floor.chart, "ms")
    yield figure("first_interactive_chart", ours.interactive, floor.interactive, "ms")


def phone(bench: Bench) -> Iterator[Figure]:
    with secured() as url:
        found = pages.on_phone(f"{url}/{CHAPTER}", max(1, bench.loads // 2))
    yield figure("phone_answer_against_limit", found.answer, ANSWER_LIMIT, "ms")
    yield figure("phone_usable_against_limit", found.usable, USABLE_LIMIT, "ms")


def page_bytes(bench: Bench) -> Iterator[Figure]:
    ours, floor = pages.weights(_urls(bench))
    yield figure("page_bytes_first_view", ours.first, floor.first, "bytes")
    yield figure("page_bytes_second_view", ours.second, floor.second, "bytes")


def calls_bytes(bench: Bench) -> Iterator[Figure]:
    app = bench.server(OURS)
    ours, crime = pages.weights([f"{app.url}/{CALLS}", f"{app.url}/{CHAPTER}"])
    yield figure("calls_bytes_first_view", ours.first, crime.first, "bytes")


def route(bench: Bench) -> Iterator[Figure]:
    app, many = bench.server(OURS), 20 * bench.files
    shortest = routes.health_rate(app, many)
    for kind in ("png", "svg"):
        rates = routes.rates(app, kind, bench.files, many)
        yield figure(f"route_{kind}_drawn", rates.drawn, routes.bare_rate(kind, bench.files), "figures/s")
        yield figure(f"route_{kind}_kept", rates.kept, shortest, "figures/s")
        yield figure(f"route_{kind}_unchanged", rates.unchanged, shortest, "figures/s")


def memory_per_reader(bench: Bench) -> Iterator[Figure]:
    with Server(OURS) as server:
        reruns.settle(server)
        ours = memory.per_reader(server, CHAPTER, bench.readers)
    with Server(FLOOR) as server:
        floor = memory.per_reader(server, "", bench.readers)
    yield figure("memory_per_reader", ours, floor, "MB")
    yield figure("memory_per_reader_against_limit", ours, READER_LIMIT, "MB")


def soaked_memory(bench: Bench) -> Iterator[Figure]:
    with workers(1) as site:
        found = soak.soak(site.servers[0], bench.minutes)
    if found.errors:
        raise RuntimeError(f"{len(found.errors)} times something went wrong, the first: {found.errors[0]}")
    for minute, held in enumerate(found.minutes, 1):
        yield figure(f"soaked_memory_{minute:02}", held, found.start, "MB")
    yield figure("soaked_memory_against_limit", max(found.minutes), WORKER_LIMIT, "MB")


def load_rerun(bench: Bench) -> Iterator[Figure]:
    with workers(WORKERS) as site:
        ours = load.many_readers(site, CHAPTER, bench.readers, bench.seconds)
    yield figure("load_rerun_wall_p95_against_limit", ours.p95, WAIT_LIMIT, "ms")
    yield figure("load_rerun_answered_against_limit", ours.answered, 1.0, "share")
    with Server(load.STOCK, env=load.STOCK_ENV) as server:
        try:
            stock = load.many_readers(Site((server,), (server.port,)), CHAPTER, bench.readers, bench.seconds)
        except load.UnansweredError:  # so it is with 500 readers; there is nothing to compare with then
            return
    yield figure("load_rerun_wall_median", ours.median, stock.median, "ms")
    yield figure("load_rerun_wall_p95", ours.p95, stock.p95, "ms")
    yield figure("load_rerun_cpu", ours.cpu, stock.cpu, "ms")
    yield figure("load_rerun_answered", ours.answered, stock.answered, "share")


def _urls(bench: Bench) -> list[str]:
    app, floor = bench.both
    return [f"{app.url}/{CHAPTER}", floor.url]


def _reruns(name: str, ours: Reruns, floor: Reruns) -> Iterator[Figure]:
    yield figure(f"{name}_cpu", ours.cpu, floor.cpu, "ms")
    yield figure(f"{name}_wall_median", ours.median, floor.median, "ms")
    yield figure(f"{name}_wall_p95", ours.p95, floor.p95, "ms")
    yield figure(f"{name}_bytes", ours.bytes, floor.bytes, "bytes")


# The names of a part's figures begin with its own.
PARTS: tuple[Callable[[Bench], Iterator[Figure]], ...] = (
    window_query,
    every_window_500000,
    import_csv,
    startup,
    rerun,
    covid_rerun,
    donors_rerun,
    calls_rerun,
    map_rerun,
    first,
    phone,
    page_bytes,
    calls_bytes,
    route,
    memory_per_reader,
    load_rerun,
)


LONG = (soaked_memory,)
"""Parts that are run only when they are asked for by name."""


def measure(bench: Bench, only: str = "") -> Iterator[Figure]:
    """All figures whose names begin with ``only``, each as soon as it is known; other parts are not run."""
    for part in (*PARTS, *(LONG if only else ())):
        name = part.__name__
        if name.startswith(only) or only.startswith(name):
            yield from (found for found in part(bench) if str(found["name"]).startswith(only))


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the lines to FILE")
    parser.add_argument("--only", default="", metavar="NAME", help="only figures whose names begin so")
    sizes = {
        "reruns": "measured reruns of each page",
        "loads": "measured page loads in Chromium",
        "starts": "measured starts of each app",
        "readers": "readers at once",
        "seconds": "how long they move their levers",
        "files": "figures drawn by the routes, of each kind",
        "minutes": "how long a worker is read and asked for files, with --only soaked_memory",
    }
    for name, what in sizes.items():
        usual = getattr(Bench, name)
        parser.add_argument(f"--{name}", type=type(usual), default=usual, help=f"{what} (default {usual})")
    options = parser.parse_args()
    lines = []
    with ExitStack() as stack:
        bench = Bench(stack, **{name: getattr(options, name) for name in sizes})
        for found in measure(bench, options.only):
            lines.append(json.dumps(found))
            print(lines[-1], flush=True)
    if not lines:
        parser.error(f"No figure's name begins with {options.only}.")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
