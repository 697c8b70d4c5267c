"""Answers, packed: Streamlit sends its scripts and styles as they are, which on a slow phone is most of the wait."""

from __future__ import annotations

import asyncio
import gzip
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import brotli
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.web.responses import base_of

FILES = Path(st.__file__).parent / "static"
"""Streamlit's front end."""
AT_ONCE, IN_TIME = 9, 11
"""How hard Brotli tries: for who waits, a tenth smaller than gzip in as little time; for all later ones another
twelfth less, which takes eight times as long."""

Key = tuple[str, str]


class Packed:
    """ASGI middleware that packs scripts and styles once for all readers, for browsers that can unpack.

    Whatever is behind it answers unpacked: other answers are packed before it, by Starlette's own ``GZipMiddleware``. A
    proxy in front that packs by itself (deploy/nginx.conf) gets them packed already. Only the front end's own files
    are packed, each at its own address: what is kept and what waits has an end, however an address is spelled.
    With ``again`` each is packed a second time, as small as can be, which takes some five seconds of a processor.
    """

    def __init__(self, app: ASGIApp, base_path: str = "", *, again: bool = True) -> None:
        self.app = app
        self.base = base_of(base_path)
        self._again = again
        self._names = packable()
        self._kept: dict[Key, Future[bytes]] = {}
        self._hurried: set[Key] = set()
        self._now, self._later = (ThreadPoolExecutor(1, thread_name_prefix=name) for name in ("pack", "pack-well"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; pack scripts and styles."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        name = scope["path"].removeprefix(self.base)
        way = _way(scope) if name in self._names else ""
        scope = {**scope, "headers": [item for item in scope["headers"] if item[0] != b"accept-encoding"]}
        if not way:
            await self.app(scope, receive, send)
            return
        start: Message = {}

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message

        await self.app({**scope, "method": "HEAD"}, receive, hold)
        body = b""
        if start["status"] == 200:
            key = (way, name)
            body = await asyncio.shield(asyncio.wrap_future(self._packed(key)))
            headers = MutableHeaders(raw=start["headers"])
            if key in self._hurried:
                headers["x-accel-expires"] = "0"  # nginx is to keep only what comes after it
            headers["content-encoding"], headers["content-length"] = way, str(len(body))
            headers.add_vary_header("Accept-Encoding")
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _packed(self, key: Key) -> Future[bytes]:
        if key not in self._kept:
            self._kept[key] = self._now.submit(_pack, key, AT_ONCE)
            if self._again and key[0] == "br":
                self._hurried.add(key)
                self._later.submit(self._pack_well, key)
        return self._kept[key]

    def _pack_well(self, key: Key) -> None:
        done: Future[bytes] = Future()
        done.set_result(_pack(key, IN_TIME))
        self._kept[key] = done
        self._hurried.discard(key)


def packable() -> frozenset[str]:
    """The front end's scripts and styles, below the story's root; their names hold hashes, so they never change."""
    found = (path for path in (FILES / "static").rglob("*") if path.suffix in (".js", ".css"))
    return frozenset(path.relative_to(FILES).as_posix() for path in found)


def _pack(key: Key, quality: int) -> bytes:
    way, name = key
    file = (FILES / name).read_bytes()
    packed: bytes = brotli.compress(file, quality=quality) if way == "br" else gzip.compress(file, 9, mtime=0)
    return packed


def _way(scope: Scope) -> str:
    """How the browser would like it packed, empty for not at all."""
    asked = Headers(scope=scope)
    if scope["method"] != "GET" or "range" in asked:
        return ""
    understood = {part.split(";")[0].strip() for part in asked.get("accept-encoding", "").split(",")}
    return next((way for way in ("br", "gzip") if way in understood), "")
