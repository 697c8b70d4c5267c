"""Stateless routes beside the story: any worker can answer any of them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib.errors import StoryError
from lib.figures import catalog, places  # noqa: F401 - the catalog declares every figure
from lib.figures.registry import FIGURES, Cell, Table, drawing
from lib.figures.view import read_view
from lib.story.places import Layer
from lib.story.records import open_records
from lib.tables.errors import DataError
from lib.tables.schemas import MAPS


def figure_csv(request: Request) -> Response:
    """A figure's numbers as CSV, with the same parameters as the page; 404 or 400 with a sentence otherwise."""
    figure_id = request.path_params["figure_id"]
    if figure_id not in FIGURES:
        return PlainTextResponse(f"There is no figure called {figure_id[:60]!r}.\n", status_code=404)
    try:
        view, notes = read_view(request.query_params)
        if notes:
            return PlainTextResponse("\n".join(notes) + "\n", status_code=400)
        table = drawing(figure_id, view, request.query_params.get("claim")).table()
    except DataError as error:
        return PlainTextResponse(f"{error}\n", status_code=503)
    except StoryError as error:
        return PlainTextResponse(f"{error}\n", status_code=400)
    return Response(
        csv_text(table),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{figure_id}.csv"'},
    )


def outlines(request: Request) -> Response:
    """A map's outlines as GeoJSON, with what does not move with the windows (``lib.figures.places.outlines``).

    The address carries the data version, so a browser keeps it for good; another version is 404.
    """
    layer = request.path_params["layer"]
    try:
        opened = open_records()
    except DataError as error:
        return PlainTextResponse(f"{error}\n", status_code=503)
    if layer not in MAPS or request.path_params["version"] != opened.version:
        return PlainTextResponse("There is no such map here; reload the page.\n", status_code=404)
    return Response(
        _packed(layer, opened.version),
        media_type="application/geo+json",
        headers={"Cache-Control": "public, max-age=31536000, immutable", "Content-Encoding": "gzip"},
    )


@lru_cache(maxsize=8)
def _packed(layer: Layer, version: str) -> bytes:  # noqa: ARG001 - the version is the cache's key
    tree = places.outlines(layer)
    return gzip.compress(json.dumps(tree, separators=(",", ":"), ensure_ascii=False).encode(), mtime=0)


def csv_text(table: Table) -> str:
    """The table as CSV: a header, ISO dates, empty cells for what is not known.

    Text that a spreadsheet would take for a formula begins with an apostrophe: descriptions of 911 calls are anybody's.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_harmless(name) for name in table.columns])
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell


ROUTES = [
    Route("/figure/{figure_id}.csv", figure_csv),
    Route("/geo/{layer}-{version}.json", outlines),
]
