"""How the routes beside the story answer: tags, caches, bounds, and a calm sentence where something can't be had."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager, nullcontext
from functools import lru_cache, wraps

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lib.errors import ArgumentError, StoryError
from lib.export.coalescing_cache import BusyError
from lib.export.files import SHELF
from lib.story.records_in_use import health, hold_records, open_records, records_at_hand
from lib.tables.errors import DataError
from lib.web.query import LongQueryError, read_query
from lib.web.version import code_version

FRESH = "public, max-age=600, stale-while-revalidate=86400"
"""An address names its windows, not always its data: after ten minutes a cache asks again, by ETag."""
FOR_GOOD = "public, max-age=31536000, immutable"
"""For addresses that carry the version of what stands there."""
_BELOW = re.compile(r"/(?:figure/[^/]*(?:/menu)?|embed/[^/]*|api(?:/[^/]*)?|oembed|[a-z]+\.(?:txt|xml))$")
"""What stands behind the path of the story in the address of a route."""

Handler = Callable[[Request], Awaitable[Response]]


class MissingError(StoryError):
    """There is nothing at this address."""


class UnknownFormatError(StoryError):
    """An answer was asked for in a format that there is not."""


STATUS: tuple[tuple[type[StoryError], int], ...] = (
    (MissingError, 404),
    (LongQueryError, 414),
    (UnknownFormatError, 501),
    (BusyError, 429),
    (DataError, 503),
    (StoryError, 400),
)


def calm(handler: Handler) -> Handler:
    """A handler that answers from one set of records, whose errors become a sentence: 400, 404, 414, 429, 501, or 503
    without data."""

    @wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            read_query(request.url.query)  # too long is too long for those that ask for nothing, too
            async with held_records():
                return await handler(request)
        except StoryError as error:
            status = next(status for kind, status in STATUS if isinstance(error, kind))
            return said(told(error), status, {"Retry-After": "5"} if status == 429 else None)

    return answered


@asynccontextmanager
async def held_records() -> AsyncIterator[None]:
    """Within, the records stay those of now (``hold_records``); new ones are opened beside the event loop.

    Where there are none nothing is held: not every answer needs them.
    """
    try:
        records = records_at_hand() or await asyncio.to_thread(open_records)
    except DataError:
        records = None
    for problem in health().problems:
        log_once(problem)
    with nullcontext() if records is None else hold_records(records):
        yield


def told(error: StoryError) -> str:
    """What a reader is told of an error; what only whoever runs the story is to know goes to the log."""
    if error.told != str(error):
        log_once(str(error))
    return error.told


@lru_cache(maxsize=64)
def log_once(sentence: str) -> None:
    """Once: what is wrong with a file concerns every request."""
    logging.getLogger(__name__).error("%s", sentence)


async def kept(
    request: Request, key: Hashable, make: Callable[[], bytes], media_type: str, headers: Mapping[str, str]
) -> Response:
    """What ``make`` makes for a key that says all there is to say about it, or 304; made once for all who ask.

    Raises BusyError, and what ``make`` raises.
    """
    cached = {"ETag": etag(key), "Cache-Control": FRESH}
    if known := unchanged(request.headers, cached):
        return known
    content = await asyncio.wrap_future(SHELF.ask(key, make))
    return Response(content, media_type=media_type, headers={**cached, **headers})


def unchanged(asked: Headers, headers: Mapping[str, str]) -> Response | None:
    """The answer for who has this one already, by the ETag among its headers; None for who has not."""
    known = headers["ETag"] in asked.get("if-none-match", "")
    return Response(status_code=304, headers=headers) if known else None


def etag(*parts: object) -> str:
    """A tag that changes with these, and with the code."""
    return f'"{hashlib.sha256(repr((parts, code_version())).encode()).hexdigest()[:20]}"'


def content_tag(content: bytes) -> str:
    """A tag that changes with what is sent."""
    return f'"{hashlib.sha256(content).hexdigest()[:20]}"'


def root_of(request: Request, base: str | None = None) -> str:
    """Where the story stands for readers, ending in a slash: PUBLIC_URL where it is set, else as they asked for it.

    ``base`` is its path; where it is left out, what stands before the route's own. Raises ArgumentError.
    """
    public = os.environ.get("PUBLIC_URL", "")
    if public:
        return f"{public.rstrip('/')}/"
    before = (_BELOW.sub("", request.url.path) if base is None else base).rstrip("/")
    if not re.fullmatch(r"[\w.:\[\]-]+", request.url.netloc):
        raise ArgumentError("This isn't the name of a server.")
    return f"{request.url.scheme}://{request.url.netloc}{before}/"


def base_of(base_path: str) -> str:
    """The path of the story, ending in a slash, by Streamlit's option for it."""
    return f"/{base_path.strip('/')}/".replace("//", "/")


def said(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """A calm sentence in place of what was asked for."""
    return PlainTextResponse(f"{sentence}\n", status_code=status, headers=headers)
