"""The fonts of Streamlit's front end, cut down to what this story shows of them (``make fonts``)."""

from __future__ import annotations

from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.web.responses import content_tag, unchanged

FOLDER = Path(__file__).parent / "fonts"
MARK = "/static/media/"
WEEK = 7 * 24 * 3600
"""Seconds that a browser keeps one: the hash in its name is of the whole font, and another cut has the same."""


class Fonts:
    """ASGI middleware that answers with the cut font where there is one of exactly the name that is asked for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._fonts = {file.name: file.read_bytes() for file in FOLDER.glob("*.woff2")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through."""
        _, mark, name = scope.get("path", "").rpartition(MARK)
        font = self._fonts.get(name)
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not mark or font is None:
            await self.app(scope, receive, send)
            return
        headers = {"Cache-Control": f"public, max-age={WEEK}", "ETag": content_tag(font)}
        answer = unchanged(Headers(scope=scope), headers) or Response(font, 200, headers, "font/woff2")
        await answer(scope, receive, send)
