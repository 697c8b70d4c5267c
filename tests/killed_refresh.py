"""Kills loads of 911 calls at random moments, for test_refresh; run by itself so that nothing else is forked.

``python -m tests.killed_refresh URL TIMES`` prints one JSON line a load: whether it was killed, what verify says of the
tables then, and how many calls they hold (None: there are none yet).
"""

import contextlib
import json
import os
import random
import signal
import sys
import time

from lib.errors import StoryError
from lib.ingest.refresh_calls import refresh_calls
from lib.ingest.sources.addresses import Source
from lib.ingest.sources.arcgis import Client
from lib.tables.folder import MANIFEST, loaded_dir
from lib.tables.schemas import LOADABLE
from lib.tables.store import open_tables
from lib.tables.verify import verify


def load(url: str, after: float | None) -> tuple[bool, float]:
    """One load in a fork, killed after some seconds unless it ends before: whether it was killed, and its seconds."""
    began = time.monotonic()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(StoryError):
            refresh_calls([Source((url,), 2020)], lambda _: None, Client(timeout=5))
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status), time.monotonic() - began


def told(killed: bool) -> None:
    """One line about what a load left behind."""
    folder, names = loaded_dir("calls"), LOADABLE["calls"]
    held = None
    problems: list[str] = []
    if (folder / MANIFEST).exists():
        problems = verify(folder, names)
        held = None if problems else int(open_tables(folder, names).frame("calls_city_daily")["count"].sum())
    print(json.dumps({"killed": killed, "problems": problems, "calls": held}), flush=True)


def main(url: str, times: int) -> None:
    """A whole load, then as many killed ones, each of a layer that says it has changed; then a whole one again."""
    _, seconds = load(url, None)
    told(False)
    moments = random.Random(911)
    for _ in range(times):
        killed, _ = load(url, moments.uniform(0, seconds))
        told(killed)
    load(url, None)
    told(False)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
