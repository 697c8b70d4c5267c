"""Figures at addresses of their own: as files, as pages, embedded. Answers depend on the address and the data alone."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.chapters.blocks import FigureBlock
from lib.chapters.contents import read_figure
from lib.errors import ArgumentError
from lib.export import fonts, interactive
from lib.export.files import KINDS, NUMBERS, Order, file_of, key_of
from lib.export.render_options import Look, read_look
from lib.figures.citation import facts, reduced, short_query
from lib.figures.registry import FIGURES
from lib.story.records_in_use import open_records
from lib.web.query import read_query
from lib.web.responses import FOR_GOOD, MissingError, calm, kept, root_of
from lib.web.routes import figure_page

HTML = "text/html; charset=utf-8"
DOWNLOADED = NUMBERS | {"html", "pdf"}
MOST_LINKED = 1000
"""Characters of an address that an answer's head repeats."""


@calm
async def figure_file(request: Request) -> Response:
    """A figure as the file that its ending names, with the page's own parameters."""
    figure_id, kind = known(request), request.path_params["kind"]
    if kind not in KINDS:
        raise MissingError(f"A figure can be saved as {', '.join(KINDS)}.")
    order = await order_of(request, figure_id, kind)
    key = key_of(order)
    how = "attachment" if kind in DOWNLOADED else "inline"
    headers = {"Content-Disposition": f'{how}; filename="{order.name}"', **described(order)}
    return await kept(request, key, partial(file_of, key[0]), KINDS[kind], headers)


def described(order: Order) -> dict[str, str]:
    """The header that leads from a file to the same figure as JSON.

    Its address is spelled anew, nothing in it is a reader's own word; where that is too long for a proxy's buffer of
    headers (nginx's usual one has 4 KB) there is none.
    """
    query = short_query(order.figure, reduced(order.figure, order.view), order.claim)
    if len(query) > MOST_LINKED:
        return {}
    return {"Link": f'<{order.figure}.json?{query}>; rel="describedby"; type="application/json"'}


@calm
async def page(request: Request) -> Response:
    """A figure's own page."""
    return await _about(request, figure_page.page)


@calm
async def menu(request: Request) -> Response:
    """What that page offers to copy and to save, for the menu on a figure."""
    return await _about(request, figure_page.menu)


async def _about(request: Request, make: Callable[[figure_page.FigurePageRequest], str]) -> Response:
    figure_id = known(request)
    params = read_query(request.url.query)
    shown = await figure_of(figure_id, params)
    asked = figure_page.FigurePageRequest(
        figure_id, reduced(figure_id, shown.view), shown.claim, root_of(request), params.get("v")
    )
    key = (make.__name__, asked, open_records().version)
    return await kept(request, key, lambda: make(asked).encode(), HTML, {})


@calm
async def embed(request: Request) -> Response:
    """A figure to be framed by any page: ``theme`` is light, dark, or auto, as the reader's system is."""
    figure_id = known(request)
    params = read_query(request.url.query)
    shown = await figure_of(figure_id, params)
    theme = params.get("theme", "light")
    if theme not in get_args(interactive.PageTheme):
        raise ArgumentError(f"theme must be one of {', '.join(get_args(interactive.PageTheme))}.")
    view, claim, root = reduced(figure_id, shown.view), shown.claim, root_of(request)

    def make() -> bytes:
        about = facts(figure_id, view, claim, root)
        return interactive.embedded(figure_id, view, claim, theme, about, "../").encode()  # type: ignore[arg-type]

    key = ("embed", figure_id, view, claim, theme, root, open_records().version)
    return await kept(request, key, make, HTML, {})


@calm
async def script(request: Request) -> Response:
    """What draws embedded figures; the address carries its version."""
    if request.path_params["version"] != interactive.vega_version():
        raise MissingError("There is no such script here; reload the page.")
    headers = {"Cache-Control": FOR_GOOD, "Content-Encoding": "gzip"}
    return Response(_packed_script(), media_type="text/javascript; charset=utf-8", headers=headers)


@calm
async def font(request: Request) -> Response:
    """A font of embedded figures; the address carries its version."""
    name, version = request.path_params["name"], request.path_params["version"]
    if not any((face.name, face.version) == (name, version) for face in fonts.FACES):
        raise MissingError("There is no such font here; reload the page.")
    return Response(fonts.packed(name), media_type="font/woff", headers={"Cache-Control": FOR_GOOD})


@lru_cache(maxsize=1)
def _packed_script() -> bytes:
    return gzip.compress(interactive.vega_script().encode(), mtime=0)


def known(request: Request) -> str:
    """The figure that the address names. Raises MissingError."""
    figure_id: str = request.path_params["figure_id"]
    if figure_id not in FIGURES:
        raise MissingError(f"There is no figure called {figure_id[:60]!r}.")
    return figure_id


async def order_of(request: Request, figure_id: str, kind: str) -> Order:
    """What the address asks for. Raises ArgumentError for what can't be used."""
    params = read_query(request.url.query)
    shown = await figure_of(figure_id, params)
    # What has no look of its own does not mind an address that asks for one.
    look = Look() if kind in NUMBERS else read_look(params)
    return Order(figure_id, shown.view, shown.claim, kind, look, root_of(request))


async def figure_of(figure_id: str, params: Mapping[str, str]) -> FigureBlock:
    """The figure as an address asks for it. Raises ArgumentError for what can't be used."""
    # What its chapter shows is found out once, by making the chapter, and other readers need not wait for that.
    shown, notes = await asyncio.to_thread(partial(read_figure, falls_back=False), figure_id, params)
    if notes:
        raise ArgumentError(" ".join(notes))
    return shown


FIGURE_ROUTES = [
    Route("/figure/{figure_id}.{kind}", figure_file),
    Route("/figure/{figure_id}", page),
    Route("/figure/{figure_id}/menu", menu),
    Route("/embed/{figure_id}", embed),
    Route("/script/vega-{version}.js", script),
    Route("/font/{name}-{version}.woff", font),
]
"""Stateless routes beside the story: any worker can answer any of them."""
