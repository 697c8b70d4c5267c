"""What is asked of the whole site: which addresses there are, what may be read, and whether all is well."""

from __future__ import annotations

import asyncio
from html import escape
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lib.chapters.chapters import BY_SLUG
from lib.story.records_in_use import health as records_health
from lib.web.responses import calm, log_once, root_of

KEPT = "public, max-age=3600"


@calm
async def robots(request: Request) -> Response:
    """Everything may be read but what is drawn anew for each asker."""
    root = root_of(request)
    base = request.url.path.removesuffix("robots.txt")
    text = (
        f"User-agent: *\nDisallow: {base}_stcore/\nDisallow: {base}api/\nAllow: {base}\n\nSitemap: {root}sitemap.xml\n"
    )
    return PlainTextResponse(text, headers={"Cache-Control": KEPT})


@calm
async def sitemap(request: Request) -> Response:
    """Every page."""
    root = root_of(request)
    places = "".join(f"<url><loc>{escape(f'{root}{chapter.slug}')}</loc></url>" for chapter in BY_SLUG.values())
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>'
    )
    return Response(text, media_type="application/xml", headers={"Cache-Control": KEPT})


async def health(_: Request) -> Response:
    """Whether this process answers from all records that should be there: ok, or degraded and what is lacking."""
    found = await asyncio.to_thread(records_health)
    for problem in found.problems:
        log_once(problem)
    return JSONResponse(
        {
            "status": "degraded" if found.lacking else "ok",
            "data_version": found.version,
            "lacking": found.lacking,
        },
        status_code=200 if found.version else 503,
        headers={"Cache-Control": "no-store"},
    )


async def icon(request: Request) -> Response:  # noqa: ARG001 - a route is given its request
    """The icon that browsers ask for by themselves where a page, as an embed or a picture alone, names none."""
    headers = {"Cache-Control": KEPT}
    return FileResponse(Path(st.__file__).parent / "static" / "favicon.png", headers=headers, media_type="image/png")


SITE_ROUTES = [
    Route("/robots.txt", robots),
    Route("/sitemap.xml", sitemap),
    Route("/health", health),
    Route("/favicon.ico", icon),
]
