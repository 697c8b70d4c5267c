"""What search engines ask of the whole site: which addresses there are, and what they may read."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib.figures.chapters import BY_SLUG
from lib.web.answers import calm, root_of

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


SITE_ROUTES = [Route("/robots.txt", robots), Route("/sitemap.xml", sitemap)]
