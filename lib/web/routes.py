"""Stateless routes beside the story: any worker can answer any of them."""

from __future__ import annotations

import csv
import io

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lib.errors import StoryError
from lib.figures import crime  # noqa: F401 - declares its figures
from lib.figures.registry import FIGURES, Table, drawing
from lib.figures.view import read_view


def figure_csv(request: Request) -> Response:
    """A figure's numbers as CSV, with the same parameters as the page; 404 or 400 with a sentence otherwise."""
    figure_id = request.path_params["figure_id"]
    if figure_id not in FIGURES:
        return PlainTextResponse(f"There is no figure called {figure_id[:60]!r}.\n", status_code=404)
    view, notes = read_view(request.query_params)
    if notes:
        return PlainTextResponse("\n".join(notes) + "\n", status_code=400)
    try:
        table = drawing(figure_id, view, request.query_params.get("claim")).table()
    except StoryError as error:
        return PlainTextResponse(f"{error}\n", status_code=400)
    return Response(
        csv_text(table),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{figure_id}.csv"'},
    )


def csv_text(table: Table) -> str:
    """The table as CSV: a header, ISO dates, empty cells for what is not known."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()


ROUTES = [Route("/figure/{figure_id}.csv", figure_csv)]
