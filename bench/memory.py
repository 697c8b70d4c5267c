"""What readers who have opened a page and do nothing cost the server in memory."""

import time
from contextlib import ExitStack

import psutil

from bench.client import Session
from bench.server import Server

# Readers before the measured ones, so that what all share is not counted.
BEFORE = 20

# Seconds in which a server finishes what it still has to do after an answer.
REST = 1.0


def per_reader(server: Server, path: str, readers: int) -> float:
    """Megabytes (of a million bytes) by which the server's resident memory grows with each of ``readers``.

    All of them stay connected until the end. RuntimeError where a page showed an error.
    """
    with ExitStack() as stack:

        def come(number: int) -> float:
            for _ in range(number):
                session = stack.enter_context(Session.connect(server.port, path))
                if session.first.errors:
                    raise RuntimeError(f"The page showed an error: {session.first.errors[0]}")
            time.sleep(REST)
            return resident(server)

        before = come(BEFORE)
        return (come(readers) - before) / readers / 1e6


def resident(server: Server) -> float:
    """Bytes of memory that the app's processes hold."""
    main = psutil.Process(server.process.pid)
    total: int = sum(process.memory_info().rss for process in (main, *main.children(recursive=True)))
    return total
