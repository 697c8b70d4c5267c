"""Reruns of a page by one reader over the websocket: processor time, waiting time, bytes."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psutil

from bench.client import Reader, Run, Session
from bench.server import Server

# Reruns before the measured ones, so that imports and first drawings are not counted.
WARM_UP = 5

# The field by which the page hears of a window that was dragged in a figure.
DRAGGED = "Dates dragged in a figure"

# What a process still does after its answer (closing the run, collecting garbage) belongs to its own rerun.
REST = 0.05

# Given the page as it first was: the widget values of the i-th rerun. No two may give the same.
Moves = Callable[[Reader], Callable[[int], dict[str, Any]]]


@dataclass
class Reruns:
    """What the reruns of one page took: milliseconds of processor per rerun, seconds and bytes for each."""

    cpu: float = 0.0
    wall: list[float] = field(default_factory=list)
    received: list[int] = field(default_factory=list)
    _shown: bytes = b""

    def add(self, run: Run) -> None:
        """Note one rerun. RuntimeError where it showed an error, or the same as the one before."""
        if run.errors:
            raise RuntimeError(f"The page showed an error: {run.errors[0]}")
        shown = b"".join(message.delta.SerializeToString() for message in run.deltas)
        if shown == self._shown:
            raise RuntimeError("A lever was moved, and the page showed the same as before.")
        self._shown = shown
        self.wall.append(run.wall)
        self.received.append(run.received)

    @property
    def median(self) -> float:
        """Half of the reruns took no longer, in milliseconds."""
        return 1000 * statistics.median(self.wall)

    @property
    def p95(self) -> float:
        """95% of the reruns took no longer, in milliseconds."""
        return 1000 * statistics.quantiles(self.wall, n=20, method="inclusive")[-1]

    @property
    def bytes(self) -> float:
        """Half of the reruns got no more bytes."""
        return statistics.median(self.received)


def move_window(_: Reader) -> Callable[[int], dict[str, Any]]:
    """The window under test: the article's, moved back by i + 1 days as a whole."""
    start, end = date(2021, 1, 1), date(2021, 3, 26)

    def values(i: int) -> dict[str, Any]:
        back = timedelta(days=i + 1)
        return {DRAGGED: f"test {start - back}..{end - back}"}

    return values


def move_years(reader: Reader) -> Callable[[int], dict[str, Any]]:
    """The years that whole years are compared with: other ones each time, as many as there are ways to choose."""
    name = "Compared with (the average, if several)"
    years = [option.content for option in reader.widgets[name].proto.options]
    return lambda i: {name: [year for place, year in enumerate(years) if (i + 1) >> place & 1]}


def move_donors(reader: Reader) -> Callable[[int], dict[str, Any]]:
    """The cities that a mix may be made of: other ones each time, as many as there are ways to choose."""
    names = ("Cities for the mix", "Which of them")
    donors, kinds = ([option.content for option in reader.widgets[name].proto.options] for name in names)
    return lambda i: dict(zip(names, ([donors[i % len(donors)]], [kinds[i // len(donors) % len(kinds)]]), strict=True))


def move_factor(_: Reader) -> Callable[[int], dict[str, Any]]:
    """The floor page's slider, which starts at 1."""
    return lambda i: {"Factor": i + 2}


def move_days(_: Reader) -> Callable[[int], dict[str, Any]]:
    """The naive map's slider, which starts at 0."""
    return lambda i: {"Days back": i + 1}


def measure(pages: Sequence[tuple[Server, str, Moves]], times: int) -> list[Reruns]:
    """Rerun the pages in turn (A, B, A, B ...), each ``times`` times; one result a page, in order."""
    sessions = [Session.connect(server.port, path) for server, path, _ in pages]
    try:
        values = [moves(session) for session, (_, _, moves) in zip(sessions, pages, strict=True)]
        results = [Reruns() for _ in pages]
        for i in range(WARM_UP):
            for session, at in zip(sessions, values, strict=True):
                session.rerun(at(i))
                time.sleep(REST)
        before = [cpu_seconds(server) for server, _, _ in pages]
        for i in range(WARM_UP, WARM_UP + times):
            for session, result, at in zip(sessions, results, values, strict=True):
                result.add(session.rerun(at(i)))
                time.sleep(REST)
        for result, start, (server, _, _) in zip(results, before, pages, strict=True):
            result.cpu = 1000 * (cpu_seconds(server) - start) / times
        return results
    finally:
        for session in sessions:
            session.close()


def cpu_seconds(server: Server) -> float:
    """Processor time, user and system, that the app's processes have used so far."""
    main = psutil.Process(server.process.pid)
    used = [process.cpu_times() for process in (main, *main.children(recursive=True))]
    return sum(times.user + times.system for times in used)


def settle(server: Server) -> None:
    """Wait until a server has made all that it makes ahead of its readers, a minute at most."""
    used = 0.0
    for _ in range(30):
        time.sleep(2)
        before, used = used, cpu_seconds(server)
        if used - before < 0.1:
            return
