"""Streamlit's scripts and styles, packed: it sends them as they are, which on a slow phone is most of the wait."""

from __future__ import annotations

import asyncio
import gzip
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PACKABLE = re.compile(r"/static/[\w./-]+\.(?:js|css)$")
"""Files whose names hold their hashes, so that what was packed once stays right."""


class Packed:
    """ASGI middleware that packs them once for all readers, for browsers that can unpack.

    A proxy in front that packs by itself (deploy/nginx.conf) gets them packed already.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; pack scripts and styles."""
        if scope["type"] != "http" or not PACKABLE.search(scope["path"]) or not _can_unpack(scope):
            await self.app(scope, receive, send)
            return
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
                if scope["path"] not in self._kept:
                    self._kept[scope["path"]] = await asyncio.to_thread(gzip.compress, body, 9, mtime=0)
                body = self._kept[scope["path"]]
                headers = MutableHeaders(raw=start["headers"])
                headers["content-encoding"], headers["content-length"] = "gzip", str(len(body))
                headers.add_vary_header("Accept-Encoding")
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, pack)


def _can_unpack(scope: Scope) -> bool:
    asked = Headers(scope=scope)
    return scope["method"] == "GET" and "gzip" in asked.get("accept-encoding", "") and "range" not in asked
