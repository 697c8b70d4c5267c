"""Figures at addresses of their own: as files, as pages, embedded. Answers depend on the address and the data alone."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import get_args

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.errors import ArgumentError
from lib.export import fonts, interactive
from lib.export.files import KINDS, NUMBERS, Order, file_of, key_of
from lib.export.look import Look, read_look
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.outside import facts, reduced
from lib.figures.registry import FIGURES
from lib.figures.view import View, read_view
from lib.story.records import open_records
from lib.web import figure_page
from lib.web.answers import FOR_GOOD, MissingError, calm, kept, root_of
from lib.web.query import read_query

HTML = "text/html; charset=utf-8"
DOWNLOADED = NUMBERS | {"html", "pdf"}


@calm
async def figure_file(request: Request) -> Response:
    """A figure as the file that its ending names, with the page's own parameters."""
    figure_id, kind = known(request), request.path_params["kind"]
    if kind not in KINDS:
        raise MissingError(f"A figure can be had as {', '.join(KINDS)}.")
    order = order_of(request, figure_id, kind)
    key = key_of(order)
    how = "attachment" if kind in DOWNLOADED else "inline"
    headers = {
        "Content-Disposition": f'{how}; filename="{order.name}"',
        "Link": f'<{figure_id}.json?{request.url.query}>; rel="describedby"; type="application/json"',
    }
    return await kept(request, key, partial(file_of, key[0]), KINDS[kind], headers)


@calm
async def page(request: Request) -> Response:
    """A figure's own page."""
    figure_id = known(request)
    params = read_query(request.url.query)
    view, claim = view_of(params)
    asked = figure_page.Asked(figure_id, reduced(figure_id, view), claim, root_of(request), params.get("v"))
    key = ("page", asked, open_records().version)
    return await kept(request, key, lambda: figure_page.page(asked).encode(), HTML, {})


@calm
async def embed(request: Request) -> Response:
    """A figure to be framed by any page: ``theme`` is light, dark, or auto, as the reader's system is."""
    figure_id = known(request)
    params = read_query(request.url.query)
    view, claim = view_of(params)
    theme = params.get("theme", "light")
    if theme not in get_args(interactive.PageTheme):
        raise ArgumentError(f"theme must be one of {', '.join(get_args(interactive.PageTheme))}.")
    view, root = reduced(figure_id, view), root_of(request)

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


def order_of(request: Request, figure_id: str, kind: str) -> Order:
    """What the address asks for. Raises ArgumentError for what can't be used."""
    params = read_query(request.url.query)
    view, claim = view_of(params)
    # What has no look of its own does not mind an address that asks for one.
    look = Look() if kind in NUMBERS else read_look(params)
    return Order(figure_id, view, claim, kind, look, root_of(request))


def view_of(params: Mapping[str, str]) -> tuple[View, str | None]:
    """The view and the claim that an address asks for. Raises ArgumentError for what can't be used."""
    view, notes = read_view(params, for_page=None, falls_back=False)
    if notes:
        raise ArgumentError(" ".join(notes))
    return view, params.get("claim") or None


FIGURE_ROUTES = [
    Route("/figure/{figure_id}.{kind}", figure_file),
    Route("/figure/{figure_id}", page),
    Route("/embed/{figure_id}", embed),
    Route("/script/vega-{version}.js", script),
    Route("/font/{name}-{version}.woff", font),
]
"""Stateless routes beside the story: any worker can answer any of them."""
