"""Every file that a figure can be had as, by its ending; one way for routes, commands and the archive."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lib.errors import ArgumentError
from lib.export import images as pictures
from lib.export.coalescing_cache import Shelf
from lib.export.custom_titles import named
from lib.export.interactive import document
from lib.export.render_options import Look
from lib.figures.citation import as_json, facts, known, reduced
from lib.figures.registry import Cell, Table, drawing
from lib.story.records_in_use import open_records
from lib.story.view import View

KINDS = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html; charset=utf-8",
}
"""The media type of each ending."""
NUMBERS = frozenset({"csv", "json", "parquet"})
"""The endings of files without a picture."""

SHELF = Shelf(most_bytes=32 * 2**20, most_waiting=32, hands=1)
"""Finished files of this process; the converter draws one picture at a time."""


PLAIN = Look()
_FORMULA = re.compile(r"""(?:^|(?<=[;|\t\n]))(?=[\s"]*[=+@\-＝＋＠－])|^(?=[\t\n])""")
"""Where a cell would begin as a formula, whatever divides cells."""


@dataclass(frozen=True)
class Order:
    """A figure to be had as a file: everything that the file depends on but the data; ``root`` as in ``facts``."""

    figure: str
    view: View
    claim: str | None
    kind: str
    look: Look = PLAIN
    root: str = ""

    @property
    def plainest(self) -> Order:
        """The order without what makes no difference to its file. Raises ArgumentError for an unknown figure."""
        looked = self.look
        if self.kind == "html":
            looked = replace(looked, width=PLAIN.width, size=None)
        if self.kind in NUMBERS:
            looked = PLAIN
        elif self.kind != "png":
            looked = replace(looked, scale=PLAIN.scale)
        root = self.root if self.kind in ("png", "json", "parquet", "html") else ""
        return replace(self, view=reduced(known(self.figure), self.view), look=looked, root=root)

    @property
    def name(self) -> str:
        """What the file is called when it is saved."""
        looked = self.plainest.look
        theme = looked.theme if looked.theme != PLAIN.theme else None
        parts = (self.figure, self.claim, looked.size, theme)
        return f"{'-'.join(part for part in parts if part)}.{self.kind}"


def file_of(order: Order) -> bytes:
    """The file. Raises ArgumentError for a kind or figure that there is not, and as ``registry.drawing`` does."""
    view, claim, look = order.view, order.claim, order.look
    about = facts(known(order.figure), view, claim, order.root)
    if order.kind == "png":
        return pictures.png(order.figure, view, claim, look, named(about, look))
    if order.kind == "svg":
        return pictures.svg(order.figure, view, claim, look).encode()
    if order.kind == "pdf":
        return pictures.pdf(order.figure, view, claim, look, named(about, look)["Title"])
    if order.kind == "csv":
        # The mark at its start tells spreadsheets which code its letters are in.
        return csv_text(drawing(order.figure, view, claim).table()).encode("utf-8-sig")
    if order.kind == "json":
        return json.dumps(as_json(order.figure, view, claim, order.root), ensure_ascii=False, allow_nan=False).encode()
    if order.kind == "parquet":
        return parquet(drawing(order.figure, view, claim).table(), about.named())
    if order.kind == "html":
        return document(order.figure, view, claim, look, about).encode()
    raise ArgumentError(f"A figure can be saved as {', '.join(KINDS)}, not as {order.kind[:20]!r}.")


def key_of(order: Order) -> tuple[Order, str]:
    """What the file depends on, the data too."""
    return order.plainest, open_records().version


def csv_text(table: Table) -> str:
    """The table as CSV: a header, ISO dates, empty cells for what is not known.

    Text that a spreadsheet would take for a formula begins with an apostrophe: descriptions of 911 calls are anybody's.
    So does what stands behind a sign at which a spreadsheet of another country begins a new cell.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_harmless(name) for name in table.columns])
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def parquet(table: Table, about: Mapping[str, str]) -> bytes:
    """The table as Parquet, with what it says and rests on in the schema's metadata.

    Columns of ISO dates are dates, whole numbers are int64, other numbers float64, the rest is text; nulls are what is
    not known.
    """
    columns = zip(*table.rows, strict=True) if table.rows else ([] for _ in table.columns)
    arrays = [_arrow(list(cells)) for cells in columns]
    made = pa.table(dict(zip(table.columns, arrays, strict=True))).replace_schema_metadata(dict(about))
    out = io.BytesIO()
    pq.write_table(made, out, compression="zstd")
    return out.getvalue()


def _arrow(cells: Sequence[Cell]) -> Any:
    known = [cell for cell in cells if cell is not None]
    if all(isinstance(cell, int) for cell in known):
        return pa.array(cells, pa.int64())
    if all(isinstance(cell, int | float) for cell in known):
        return pa.array(cells, pa.float64())
    days = [_day(cell) for cell in cells]
    if all((day is None) == (cell is None) for day, cell in zip(days, cells, strict=True)):
        return pa.array(days, pa.date32())
    return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


def _day(cell: Cell) -> date | None:
    try:
        return date.fromisoformat(cell) if isinstance(cell, str) and len(cell) == 10 else None
    except ValueError:
        return None


def _harmless(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    # A lone carriage return would end the row for some readers.
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return _FORMULA.sub("'", text)
