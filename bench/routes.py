"""Figures a second from their routes: drawn anew, kept, and unchanged since they were last asked for."""

import http.client
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import vl_convert

from bench.server import HOST, Server
from lib.analysis.windows import Window, years_earlier
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import query_of
from lib.figures.registry import spec
from lib.figures.url_data import inlined
from lib.story.view import View, default_view

FIGURE = "series"
CONNECTIONS = 4
HEALTH = "/_stcore/health"


@dataclass(frozen=True)
class Rates:
    """Answers a second."""

    drawn: float
    kept: float
    unchanged: float


def rates(server: Server, kind: str, drawn: int, kept: int) -> Rates:
    """Ask for ``drawn`` different figures as that kind of file, then ``kept`` times for one of them, two ways.

    RuntimeError for any other answer than the expected one.
    """
    paths = [f"/figure/{FIGURE}.{kind}?{query_of(FIGURE, view, None)}" for view in _views(drawn)]
    _ask(server, [f"/figure/{FIGURE}.{kind}"], 200)  # what the first of all makes ready
    rate = _ask(server, paths, 200)
    tag = _tag(server, paths[0])
    return Rates(
        rate,
        _ask(server, paths[:1] * kept, 200),
        _ask(server, paths[:1] * kept, 304, {"If-None-Match": tag}),
    )


def health_rate(server: Server, times: int) -> float:
    """Answers a second to the shortest question that the server has."""
    return _ask(server, [HEALTH] * times, 200)


def bare_rate(kind: str, drawn: int) -> float:
    """Charts a second that vl-convert draws by itself, of the same figures: no title, no source, no server."""
    charts = [inlined(spec(FIGURE, view, "light", None)) for view in _views(drawn + 1)]
    _draw(kind, charts.pop())
    begun = time.perf_counter()
    for chart in charts:
        _draw(kind, chart)
    return drawn / (time.perf_counter() - begun)


def _draw(kind: str, chart: dict[str, Any]) -> None:
    if kind == "png":
        vl_convert.vegalite_to_png(chart, scale=2)
    else:
        vl_convert.vegalite_to_svg(chart)


def _views(number: int) -> Iterator[View]:
    """Views whose windows lie a day further back each."""
    view = default_view()
    window = view.pair.current
    for days in range(1, number + 1):
        back = timedelta(days=days)
        yield replace(view, pair=years_earlier(Window(window.start - back, window.end - back)))


def _ask(server: Server, paths: Sequence[str], status: int, headers: Mapping[str, str] | None = None) -> float:
    """Ask on several kept connections at once; answers a second."""

    def some(first: int) -> None:
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        try:
            for path in paths[first::CONNECTIONS]:
                connection.request("GET", path, headers=dict(headers or {}))
                answer = connection.getresponse()
                answer.read()
                if answer.status != status:
                    raise RuntimeError(f"{path} was answered with {answer.status}, not {status}.")
        finally:
            connection.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(some, range(CONNECTIONS)))
    return len(paths) / (time.perf_counter() - begun)


def _tag(server: Server, path: str) -> str:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
    try:
        connection.request("GET", path)
        return connection.getresponse().headers["ETag"]
    finally:
        connection.close()
