"""How the routes beside the story answer: tags, caches, bounds, and a calm sentence where something can't be had."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Awaitable, Callable, Hashable, Mapping
from functools import wraps

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from lib.errors import ArgumentError, StoryError
from lib.export.files import SHELF
from lib.export.shelf import BusyError
from lib.tables.errors import DataError
from lib.web.query import LongQueryError, read_query
from lib.web.version import code_version

FRESH = "public, max-age=600, stale-while-revalidate=86400"
"""An address names its windows, not always its data: after ten minutes a cache asks again, by ETag."""
FOR_GOOD = "public, max-age=31536000, immutable"
"""For addresses that carry the version of what stands there."""
_BELOW = re.compile(r"/(?:figure/[^/]*|embed/[^/]*|api(?:/[^/]*)?|oembed|[a-z]+\.(?:txt|xml))$")
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
    """A handler whose errors become a sentence: 400, 404, 414, 429, 501, or 503 without data."""

    @wraps(handler)
    async def answered(request: Request) -> Response:
        try:
            read_query(request.url.query)  # too long is too long for those that ask for nothing, too
            return await handler(request)
        except StoryError as error:
            status = next(status for kind, status in STATUS if isinstance(error, kind))
            return said(str(error), status, {"Retry-After": "5"} if status == 429 else None)

    return answered


async def kept(
    request: Request, key: Hashable, make: Callable[[], bytes], media_type: str, headers: Mapping[str, str]
) -> Response:
    """What ``make`` makes for a key that says all there is to say about it, or 304; made once for all who ask.

    Raises BusyError, and what ``make`` raises.
    """
    tag = etag(key)
    cached = {"ETag": tag, "Cache-Control": FRESH}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=cached)
    content = await asyncio.wrap_future(SHELF.ask(key, make))
    return Response(content, media_type=media_type, headers={**cached, **headers})


def etag(*parts: object) -> str:
    """A tag that changes with these, and with the code."""
    return f'"{hashlib.sha256(repr((parts, code_version())).encode()).hexdigest()[:20]}"'


def root_of(request: Request, base: str | None = None) -> str:
    """Where the story stands for readers, ending in a slash: PUBLIC_URL where it is set, else as they asked for it.

    ``base`` is its path; where it is left out, what stands before the route's own. Raises ArgumentError.
    """
    public = os.environ.get("PUBLIC_URL", "")
    if public:
        return f"{public.rstrip('/')}/"
    before = (_BELOW.sub("", request.url.path) if base is None else base).rstrip("/")
    if not re.fullmatch(r"[\w.:\[\]-]+", request.url.netloc):
        raise ArgumentError("This is no name of a server.")
    return f"{request.url.scheme}://{request.url.netloc}{before}/"


def base_of(base_path: str) -> str:
    """The path of the story, ending in a slash, by Streamlit's option for it."""
    return f"/{base_path.strip('/')}/".replace("//", "/")


def said(sentence: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """A calm sentence in place of what was asked for."""
    return PlainTextResponse(f"{sentence}\n", status_code=status, headers=headers)
