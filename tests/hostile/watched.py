"""The story, with an eye on its event loop: ``/lag`` tells the longest that one step held all readers up.

A step's own processor time is counted, so that a busy machine changes nothing.
"""

from __future__ import annotations

import asyncio
import time

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app import app as story

_run = asyncio.Handle._run
_longest = (0.0, "")


def _timed(handle: asyncio.Handle) -> None:
    global _longest
    begun = time.thread_time()
    _run(handle)
    took = time.thread_time() - begun
    if took > _longest[0]:
        _longest = (took, repr(handle)[:300])


asyncio.Handle._run = _timed  # type: ignore[method-assign, assignment]


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Everything but ``/lag`` is the story's; seconds and step since it was last asked for."""
    global _longest
    if scope["type"] == "http" and scope["path"] == "/lag":
        (seconds, step), _longest = _longest, (0.0, "")
        await JSONResponse({"seconds": seconds, "step": step})(scope, receive, send)
    else:
        await story(scope, receive, send)
