"""What a worker holds in memory while readers come, move levers, take files and go, for minutes on end."""

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

import requests

from bench.client import PATIENCE, Session
from bench.memory import resident
from bench.reruns import DRAGGED
from bench.server import Server
from lib.chapters.chapters import BY_SLUG
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import FIGURES

READERS = 3
MOVES = 3
REST = 0.3  # seconds between moves
KINDS = ("csv", "json", "svg", "png", "")  # the last is the figure's own page
MEASURES = ("violent", "property", "homicide", "robbery", "burglary", "auto-theft")


@dataclass
class Soak:
    """Megabytes (of a million bytes) held at the start and after each minute; what readers did, and what went wrong."""

    start: float
    minutes: list[float] = field(default_factory=list)
    runs: int = 0
    files: int = 0
    errors: list[str] = field(default_factory=list)


def soak(server: Server, minutes: float, readers: int = READERS) -> Soak:
    """Let ``readers`` read for so many minutes, each another page and another window each time, and one take files."""
    found = Soak(resident(server) / 1e6)
    with _at_work(server, found, readers):
        begun = time.monotonic()
        for minute in range(1, max(1, round(minutes)) + 1):
            time.sleep(max(0.0, begun + min(60.0 * minute, 60.0 * minutes) - time.monotonic()))
            found.minutes.append(resident(server) / 1e6)
    return found


@contextmanager
def _at_work(server: Server, found: Soak, readers: int) -> Iterator[None]:
    stop = threading.Event()
    work = [threading.Thread(target=_reads, args=(server, found, stop, number)) for number in range(readers)]
    work.append(threading.Thread(target=_takes, args=(server, found, stop)))
    for thread in work:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in work:
            thread.join()


def _reads(server: Server, found: Soak, stop: threading.Event, number: int) -> None:
    chance = random.Random(number)
    while not stop.is_set():
        try:
            with Session.connect(server.port, chance.choice(list(BY_SLUG)), _query(chance)) as reader:
                runs = [reader.first]
                for _ in range(MOVES if DRAGGED in reader.widgets else 0):
                    stop.wait(REST)
                    start, end = _window(chance)
                    runs.append(reader.rerun({DRAGGED: f"test {start}..{end}"}))
        except OSError as error:
            found.errors.append(f"{type(error).__name__}: {error}")
            continue
        found.runs += len(runs)
        found.errors += [error for run in runs for error in run.errors]


def _takes(server: Server, found: Soak, stop: threading.Event) -> None:
    chance = random.Random("files")
    plain = [figure.id for figure in FIGURES.values() if figure.claims() == (None,)]
    with requests.Session() as http:
        http.trust_env = False
        while not stop.wait(REST):
            kind, figure = chance.choice(KINDS), chance.choice(plain)
            ending = f".{kind}" if kind else ""
            try:
                answer = http.get(f"{server.url}/figure/{figure}{ending}?{_query(chance)}", timeout=PATIENCE)
            except OSError as error:
                found.errors.append(f"{type(error).__name__}: {error}")
                continue
            found.files += 1
            if answer.status_code not in (200, 400):  # these dates may be none for this figure
                found.errors.append(f"{answer.url}: {answer.status_code}")


def _query(chance: random.Random) -> str:
    start, end = _window(chance)
    return f"measure={chance.choice(MEASURES)}&current={start}..{end}"


def _window(chance: random.Random) -> tuple[date, date]:
    start = date(2016, 1, 1) + timedelta(chance.randrange(1800))
    return start, start + timedelta(chance.randrange(6, 120))
