"""Headers that tell browsers what a page may do, and who may frame it or read an answer."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.web.query import is_embedded

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
OPEN = re.compile(r"/(?:figure|embed|api|font|script)/|/(?:api|oembed)$")
"""Answers that any site may read: they are the same for everybody."""
PLAIN = re.compile(r"/(?:figure|embed)/|/api$")
"""Pages of plain HTML, without Streamlit."""
EMBED = re.compile(r"/embed/")
PICTURE = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; sandbox"
"""For an SVG that is opened by itself."""

_SCRIPT = re.compile(rb"<script(?P<about>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE)


class Headers:
    """ASGI middleware that sets them on every answer.

    A page of HTML is held back until it is whole: its policy names the scripts inside it by their hashes, so that no
    other text in a page ever runs. It must not be packed yet.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through, with headers added."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, framed = scope["path"], may_be_framed(scope["path"], scope["query_string"])
        start: Message | None = None
        body = b""

        async def add(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                if OPEN.search(path):
                    headers["Access-Control-Allow-Origin"] = "*"
                    headers["Access-Control-Expose-Headers"] = "Content-Disposition, ETag, Link"
                kind = headers.get("content-type", "")
                if kind.startswith("text/html"):
                    start = message
                    return
                if kind.startswith("image/svg"):
                    headers["Content-Security-Policy"] = PICTURE
            elif start is not None:
                body += message.get("body", b"")
                if message.get("more_body"):
                    return
                headers = MutableHeaders(raw=start["headers"])
                headers["Content-Security-Policy"] = policy(body, plain=PLAIN.search(path) is not None, framed=framed)
                await send(start)
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self.app(scope, receive, add)


def may_be_framed(path: str, query: bytes) -> bool:
    """Whether other sites may frame what stands at an address.

    Embedded figures, and pages of the story with ``?embed=true``, are made for it. Nobody is signed in here, so there
    is nothing that a page around them could trick a reader into.
    """
    return EMBED.search(path) is not None or is_embedded(query.decode("latin-1"))


def policy(page: bytes, *, plain: bool, framed: bool) -> str:
    """The content security policy of a page; ``plain`` pages need nothing of what Streamlit needs."""
    scripts = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(found['text']).digest()).decode()}'"
        for found in _SCRIPT.finditer(page)
        if b"src=" not in found["about"] and b"json" not in found["about"]
    )
    own = {
        "default-src": "'none'",
        "script-src": f"'self' {scripts}",
        # Vega, and the parts of Streamlit, set styles on single elements.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    if not plain:
        own |= {
            "default-src": "'self'",
            # Streamlit's Vega compiles the expressions of charts.
            "script-src": f"'self' 'unsafe-eval' {scripts}",
            "img-src": "'self' data: blob:",
            "media-src": "'self' data: blob:",
            "worker-src": "'self' blob:",
            "object-src": "'none'",
            "form-action": "'self'",
        }
    if not framed:
        own["frame-ancestors"] = "'self'"
    return "; ".join(f"{name} {value.strip()}" for name, value in own.items())
