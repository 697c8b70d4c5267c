"""The page's HTML shell, as it is sent before Streamlit starts: filled with the page's own answer."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from functools import cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.chapters.chapters import BY_SLUG, CHAPTERS
from lib.errors import ArgumentError
from lib.export import fonts
from lib.export.blocks_html import link
from lib.export.style import PAGE
from lib.story.site import SITE_TITLE
from lib.web.responses import base_of, root_of
from lib.web.shell import prerender as first_paint
from lib.web.shell.preload import started_later
from lib.web.shell.prerender import CONNECTION, HAND_OVER, Paint

# What would make Streamlit answer with something else than its whole file.
PARTIAL = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range", b"if-range")
FRESH = "no-cache"
"""A browser may keep the shell, and asks each time whether it is still the one."""
HOST_CONFIG = json.dumps({"blockErrorDialogs": True})
"""Streamlit's own settings for who embeds it: its dialogs of errors speak to developers."""
_ROOT = b'<div id="root"></div>'
_NOSCRIPT = re.compile(rb"(<body>\s*)<noscript>.*?</noscript>", re.DOTALL)
_UNSEEN = (
    b"<noscript><p>Without JavaScript the dates can\xe2\x80\x99t be moved; text, pictures and links are all here.</p>"
    b"</noscript>"
)


class Shell:
    """ASGI middleware that completes the shell: title, previews, the first paint, and where the server is.

    Without the latter the browser first looks for the server below the page's own path, and logs errors.
    """

    def __init__(self, app: ASGIApp, base_path: str = "") -> None:
        self.app = app
        self.base = base_of(base_path)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; complete the shells of pages."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        slug = path.removeprefix(self.base).strip("/")
        if not f"{path}/".startswith(self.base):
            await self.missing(scope)(scope, receive, send)
            return
        if slug not in BY_SLUG:
            await self._other(scope, receive, send)
            return
        kept = [(name, value) for name, value in scope["headers"] if name not in PARTIAL]
        start: Message | None = None
        body = b""

        async def hold(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                start = message
            else:
                body += message.get("body", b"")

        await self.app({**scope, "method": "GET", "headers": kept}, receive, hold)
        if start is None:
            return
        if start["status"] == 200 and b"<title>" in body:
            chapter = BY_SLUG[slug]
            query = scope["query_string"].decode("latin-1")
            paint = await first_paint.paint(chapter, query, self.root(scope), self.base)
            start, body = _answer(scope, start, self.complete(body, paint))
        await send(start)
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What is no page: Streamlit answers with its shell where there is nothing, and that becomes a 404."""
        nothing = False

        async def check(message: Message) -> None:
            nonlocal nothing
            if message["type"] == "http.response.start":
                nothing = shell_tag() in Headers(raw=message["headers"]).get("etag", "")
                if nothing:
                    await self.missing(scope)(scope, receive, send)
            if not nothing:
                await send(message)

        await self.app(scope, receive, check)

    def missing(self, scope: Scope) -> Response:
        """The answer where there is no page."""
        return HTMLResponse(missing_page(self.root(scope)), status_code=404, headers={"Cache-Control": "no-store"})

    def root(self, scope: Scope) -> str:
        """Where the story stands for readers, ending in a slash; only its path where they name no server."""
        try:
            return root_of(Request(scope), self.base)
        except ArgumentError:
            return self.base

    def complete(self, shell: bytes, paint: Paint) -> bytes:
        """The shell with the page's head, its first paint and the server's address."""
        address = f"new URL({json.dumps(self.base.rstrip('/') or '/')}, window.location.href).href"
        head = (
            f"<script>window.__streamlit = {{ BACKEND_BASE_URL: {address}, HOST_CONFIG: {HOST_CONFIG} }}</script>"
            f"{paint.head}"
        )
        root = f'<div id="root">{paint.body}</div>{CONNECTION}<script>{HAND_OVER}</script>'
        filled = started_later(shell, days=paint.days)
        filled = filled.replace(b"<title>Streamlit</title>", head.encode(), 1).replace(_ROOT, root.encode(), 1)
        return _NOSCRIPT.sub(lambda found: found[1] + _UNSEEN, filled, count=1)


@cache
def shell_tag() -> str:
    """The ETag of Streamlit's shell as it serves it, whole, in part, or not again."""
    file = Path(st.__file__).parent / "static" / "index.html"
    return FileResponse(file, stat_result=file.stat()).headers["etag"]


def missing_page(root: str) -> str:
    """What stands where there is nothing: which story this is, and the way to its pages."""
    title, home = html.escape(SITE_TITLE), html.escape(root)
    pages = "".join(f"<li>{link(f'{root}{chapter.slug}', chapter.title)}</li>" for chapter in CHAPTERS[1:])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>No page here: {title}</title><style>{fonts.linked_rules(root)}{PAGE}</style></head><body><main>"
        f'<p class="to"><a href="{home}">{title}</a></p><h1>There is no page at this address</h1>'
        "<p>It may be mistyped, or out of date. The story is all here:</p>"
        f'<ul class="files"><li><a href="{home}">{title}</a></li>{pages}</ul></main></body></html>'
    )


def _answer(scope: Scope, start: Message, page: bytes) -> tuple[Message, bytes]:
    """A finished page as an answer: packed where the browser can unpack, 304 where it has it already."""
    asked = Headers(scope=scope)
    tag = f'"{hashlib.sha256(page).hexdigest()[:20]}"'
    # It depends on what this server puts into it, not only on Streamlit's file.
    headers = MutableHeaders(raw=[item for item in start["headers"] if item[0].lower() != b"last-modified"])
    headers["etag"], headers["cache-control"], headers["vary"] = tag, FRESH, "Accept-Encoding"
    if tag in asked.get("if-none-match", ""):
        for name in ("content-length", "content-type"):
            del headers[name]
        return {**start, "status": 304, "headers": headers.raw}, b""
    if "gzip" in asked.get("accept-encoding", ""):
        page = gzip.compress(page, compresslevel=6, mtime=0)
        headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(page))
    return {**start, "headers": headers.raw}, page
