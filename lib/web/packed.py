"""Streamlit's scripts and styles, packed: it sends them as they are, which on a slow phone is most of the wait."""

from __future__ import annotations

import asyncio
import gzip
import re
from concurrent.futures import ThreadPoolExecutor

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PACKABLE = re.compile(r"/static/[\w./-]+\.(?:js|css)$")
"""Files whose names hold their hashes, so that what was packed once stays right."""
AT_ONCE, IN_TIME = 9, 11
"""How hard Brotli tries: for who waits, a tenth smaller than gzip in as little time; for all later ones another
twelfth less, which takes eight times as long."""


class Packed:
    """ASGI middleware that packs them once for all readers, for browsers that can unpack.

    A proxy in front that packs by itself (deploy/nginx.conf) gets them packed already.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, str], bytes] = {}
        self._hurried: set[tuple[str, str]] = set()
        self._later = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pack")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; pack scripts and styles."""
        way = _way(scope) if scope["type"] == "http" and PACKABLE.search(scope["path"]) else ""
        if not way:
            await self.app(scope, receive, send)
            return
        key = (way, scope["path"])
        start: Message = {}
        body = b""

        async def pack(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            if start["status"] == 200 and body:
                if key not in self._kept:
                    self._kept[key] = await asyncio.to_thread(_pack, way, body)
                    if way == "br":
                        self._hurried.add(key)
                        self._later.submit(self._pack_well, key, body)
                headers = MutableHeaders(raw=start["headers"])
                if key in self._hurried:
                    headers["x-accel-expires"] = "0"  # nginx is to keep only what comes after it
                body = self._kept[key]
                headers["content-encoding"], headers["content-length"] = way, str(len(body))
                headers.add_vary_header("Accept-Encoding")
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, pack)

    def _pack_well(self, key: tuple[str, str], body: bytes) -> None:
        self._kept[key] = brotli.compress(body, quality=IN_TIME)
        self._hurried.discard(key)


def _pack(way: str, body: bytes) -> bytes:
    packed: bytes = brotli.compress(body, quality=AT_ONCE) if way == "br" else gzip.compress(body, 9, mtime=0)
    return packed


def _way(scope: Scope) -> str:
    """How the browser would like it packed, empty for not at all."""
    asked = Headers(scope=scope)
    if scope["method"] != "GET" or "range" in asked:
        return ""
    understood = {part.split(";")[0].strip() for part in asked.get("accept-encoding", "").split(",")}
    return next((way for way in ("br", "gzip") if way in understood), "")
