"""Stateless routes beside the story: any worker can answer any of them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import lru_cache, partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lib.errors import StoryError
from lib.figures.url_data import part
from lib.story.records_in_use import hold_records, records_of
from lib.tables.errors import DataError
from lib.web.responses import FOR_GOOD, base_of, said, told
from lib.web.routes.api import API_ROUTES
from lib.web.routes.figures import FIGURE_ROUTES

SERVED = {"geo": "application/geo+json", "windows": "application/json"}
"""What figures fetch by themselves, by kind, and its media type."""


def served(request: Request, kind: str) -> Response:
    """What a picture asks for at an address of its own (``lib.figures.url_data``); 404 with a sentence otherwise.

    The address carries the data version, so a browser keeps it for good; a version other than that of the records, and
    of those before them, is 404.
    """
    name, version = request.path_params["name"], request.path_params["version"]
    try:
        with hold_records(records_of(version)):
            body = _packed(kind, name, version)
    except DataError as error:
        return said(told(error), 503)
    except StoryError as error:
        return said(told(error), 404)
    return Response(
        body,
        media_type=SERVED[kind],
        headers={"Cache-Control": FOR_GOOD, "Content-Encoding": "gzip"},
    )


# All windows of a measure are some 10 KB, a map is up to 90.
@lru_cache(maxsize=128)
def _packed(kind: str, name: str, version: str) -> bytes:
    made = part(kind, name, version)
    return gzip.compress(json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode(), mtime=0)


def placed(routes: Iterable[Route], base_path: str) -> list[Route]:
    """The routes below the story's own path, which Streamlit's option ``server.baseUrlPath`` names."""
    base = base_of(base_path).rstrip("/")
    return [Route(f"{base}{route.path}", route.endpoint, methods=route.methods) for route in routes]


ROUTES = [
    *FIGURE_ROUTES,
    *API_ROUTES,
    *(Route(f"/{kind}/{{name}}-{{version}}.json", partial(served, kind=kind)) for kind in SERVED),
]
