"""Many readers at once, each of whom reads for some seconds and then moves the window under test."""

import asyncio
import random
import statistics
import time
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from bench.client import PATIENCE, Reader, Run, address
from bench.reruns import cpu_seconds, move_window
from bench.server import ROOT
from bench.site import Site

STOCK = ROOT / "bench" / "stock_app" / "app.py"
# The story's own configuration lies where the server is started; this is what Streamlit does without it.
STOCK_ENV = {"STREAMLIT_GLOBAL_MIN_CACHED_MESSAGE_SIZE": "10000", "STREAMLIT_RUNNER_POST_SCRIPT_GC": "true"}

# Seconds that a reader reads between two moves, give or take half.
THINK = 10.0

# Readers who open the page at the same time, before the measured time begins.
DOORS = 4

# Coprime to the 256 slots that nginx deals out, so that any number of readers lies evenly on them.
SPREAD = 37

# Readers move the window back by up to as many days; its baseline must still lie in the records.
FURTHEST = 1500


FAILURES = (OSError, WebSocketException, RuntimeError)


class UnansweredError(RuntimeError):
    """No move was answered."""


@dataclass
class Load:
    """What the reruns of all readers took: seconds each, milliseconds of the server's processor, what went wrong."""

    wall: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0

    @property
    def median(self) -> float:
        """Half of the reruns took no longer, in milliseconds."""
        return 1000 * statistics.median(self.wall)

    @property
    def p95(self) -> float:
        """95% of the reruns took no longer, in milliseconds."""
        return 1000 * statistics.quantiles(self.wall, n=20, method="inclusive")[-1]

    @property
    def answered(self) -> float:
        """The share of moves that were answered, and without an error."""
        return len(self.wall) / (len(self.wall) + len(self.errors))


def many_readers(site: Site, path: str, readers: int, seconds: float, think: float = THINK) -> Load:
    """Let all readers open a page, then move their levers for ``seconds``.

    A rerun that began in that time is waited for. A reader who met an error does not go on. UnansweredError where
    no move was answered.
    """
    load = asyncio.run(_all(site, path, readers, seconds, think))
    if len(load.wall) < 2:
        raise UnansweredError(f"Of all moves {len(load.wall)} were answered: {load.errors[:3]}")
    return load


async def _all(site: Site, path: str, readers: int, seconds: float, think: float) -> Load:
    load, doors = Load(), asyncio.Semaphore(DOORS)
    opened = await asyncio.gather(*(_open(site, number, path, doors, load) for number in range(readers)))
    tasks = [_read(*reader, n, seconds, think, load) for n, reader in enumerate(opened) if reader]
    before = sum(map(cpu_seconds, site.servers))
    await asyncio.gather(*tasks)
    load.cpu = 1000 * (sum(map(cpu_seconds, site.servers)) - before) / max(len(load.wall), 1)
    return load


async def _open(
    site: Site, number: int, path: str, doors: asyncio.Semaphore, load: Load
) -> tuple[ClientConnection, Reader] | None:
    """A reader who has the page before them; None, and the error noted, where that failed.

    The slot, from which nginx knows whose reader it is, is spread as nginx spreads it: evenly.
    """
    reader = Reader(path)
    async with doors:
        try:
            connection = await connect(
                address(site.ports[number % len(site.ports)]),
                additional_headers={"Cookie": f"slot={number * SPREAD % 256:02x}"},
                subprotocols=[Subprotocol("streamlit")],
                compression="deflate",  # as browsers do
                max_size=None,
                proxy=None,
                open_timeout=PATIENCE,
                ping_interval=None,  # no browser asks whether the server is still there
            )
            await _run(connection, reader, {})
            await _run(connection, reader, dict(reader.rest))
        except FAILURES as error:
            load.errors.append(f"{type(error).__name__}: {error}")
            return None
    return connection, reader


async def _read(
    connection: ClientConnection, reader: Reader, number: int, seconds: float, think: float, load: Load
) -> None:
    """One reader, who always does the same for the same number."""
    chance, until = random.Random(number), time.perf_counter() + seconds
    values = move_window(reader)
    # The first move comes at any time, as if readers had been reading for long.
    pause = chance.uniform(0, think)
    async with connection:
        while time.perf_counter() + pause < until:
            await asyncio.sleep(pause)
            pause = chance.uniform(0.5, 1.5) * think
            try:
                run = await _run(connection, reader, values(chance.randrange(FURTHEST)))
            except FAILURES as error:
                load.errors.append(f"{type(error).__name__}: {error}")
                return
            load.wall.append(run.wall)


async def _run(connection: ClientConnection, reader: Reader, values: dict[str, object]) -> Run:
    """TimeoutError, which is an OSError, where it takes over PATIENCE seconds; RuntimeError for an error shown."""
    async with asyncio.timeout(PATIENCE):
        await connection.send(reader.ask(values))
        while not (run := reader.hear(await connection.recv())):
            pass
    if run.errors:
        raise RuntimeError(run.errors[0])
    return run
