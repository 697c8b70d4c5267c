"""How many runs of the story go on at a time, and how soon an answer leaves the machine."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from pathlib import Path

TURNS = threading.BoundedSemaphore(2)
"""Runs wait for their turn: two hundred threads that share one lock would all finish late.

A process computes one run at a time, whatever processors there are, and other processors have workers of their own. The
second turn is for short runs, which would else wait behind a long one.
"""

_OPEN = Path("/dev/fd")


def answer_at_once() -> None:
    """Turn Nagle's algorithm off for every connection that the server will accept.

    ``streamlit run`` leaves it on, and on a connection that is kept each answer then waits 40 ms for the one before to
    be confirmed. Connections inherit it from the socket that listens; where a system has no such list nothing is done.
    """
    with suppress(OSError):
        for number in [int(entry.name) for entry in _OPEN.iterdir()]:
            with suppress(OSError), socket.socket(fileno=os.dup(number)) as found:
                if found.type == socket.SOCK_STREAM and found.family in (socket.AF_INET, socket.AF_INET6):
                    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
