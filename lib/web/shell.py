"""The page's HTML shell, as it is sent before Streamlit starts."""

from __future__ import annotations

import html
import json

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.figures.chapters import BY_SLUG, CHAPTERS


class Shell:
    """ASGI middleware that completes the shell: its title, and where the server is.

    Without the latter the browser first looks for the server below the page's own path, and logs errors.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app = app
        self.base = "/" + base_path.strip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; rewrite HTML answers to GET."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        # The shell must arrive unpacked to be completed; other files are the same with or without.
        slug = scope["path"].removeprefix(self.base).strip("/")
        page = slug in BY_SLUG
        if page:
            kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        start: Message | None = None
        body = b""

        async def rewrite(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
                return
            body += message.get("body", b"")
            if message.get("more_body") or start is None:
                return
            if start["status"] == 200 and b"<title>" in body:
                body = self.complete(body, slug)
                headers = MutableHeaders(raw=start["headers"])
                headers["content-length"] = str(len(body))
                # It depends on what this server puts into it, not only on Streamlit's file.
                for name in ("etag", "last-modified"):
                    if name in headers:
                        del headers[name]
            await send(start)
            await send({"type": "http.response.body", "body": body})

        await self.app(scope, receive, rewrite if page else send)

    def complete(self, shell: bytes, slug: str) -> bytes:
        """The shell with the page's title and the server's address."""
        here = BY_SLUG.get(slug, CHAPTERS[0])
        address = f"new URL({json.dumps(self.base)}, window.location.href).href"
        head = (
            f"<title>{html.escape(here.title)}</title>"
            f"<script>window.__streamlit = {{ BACKEND_BASE_URL: {address} }}</script>"
        )
        return shell.replace(b"<title>Streamlit</title>", head.encode(), 1)
