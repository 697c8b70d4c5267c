"""911 records as the city's layers and files give them: their fields, and rows in batches."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lib.ingest.sources.call_times import (
    NO_NUMBER,
    call_numbers,
    in_milliseconds,
    moments,
    plausible,
)
from lib.ingest.sources.codebook import squeezed
from lib.ingest.sources.fields import DATE_TYPES, find_field, with_time, written
from lib.ingest.sources.raw import SourceError

BATCH = pa.schema(
    [
        ("id", pa.int64()),
        ("number", pa.string()),
        ("at", pa.int64()),
        ("description", pa.string()),
        ("area", pa.string()),
    ]
)
"""Rows: the object id or the row's number, the call number as written, the date in epoch milliseconds exactly
as the source stores it, the description, and the neighborhood as written ("" if none)."""

_DATE_TYPES = {
    *DATE_TYPES,
    "esriFieldTypeDouble",
    "esriFieldTypeInteger",
    "esriFieldTypeBigInteger",
}
_TEXT_TYPES = {"esriFieldTypeString"}


@dataclass(frozen=True)
class CallFields:
    """The names of the four fields that are read, as the source spells them."""

    at: str
    description: str
    number: str
    area: str

    @property
    def names(self) -> tuple[str, ...]:
        """All four, as they are asked for."""
        return self.at, self.description, self.number, self.area


_FIELDS = {
    "at": ("callDateTime", _DATE_TYPES),
    "description": ("description", _TEXT_TYPES),
    "number": ("callNumber", _TEXT_TYPES),
    "area": ("Neighborhood", _TEXT_TYPES),
}


def find_fields(fields: Mapping[str, str], where: str) -> CallFields:
    """The fields to read among ``fields`` (names in any letter case, with their esriFieldType).

    An empty type, as a CSV file's columns have, is taken for any. SourceError names the field that is
    missing or of another type, and what was found in its place.
    """
    return CallFields(**{part: find_field(fields, (name,), types, where) for part, (name, types) in _FIELDS.items()})


def batch_of(rows: Iterable[Mapping[str, Any]], fields: CallFields, id_field: str) -> pa.Table:
    """A layer's rows (attributes as the server gives them) as a batch.

    Raises SourceError for a row without an object id, and by the id for a date that can't be read.
    """
    rows = list(rows)
    ids = [_whole(row.get(id_field)) for row in rows]
    if None in ids:
        raise SourceError(f"A row has no object id: its field {id_field} is {rows[ids.index(None)].get(id_field)!r}.")
    numbers = [_whole(row.get(fields.at)) for row in rows]
    # A day without a time is at noon: it then is the same day whichever clock the other dates turn out to be in.
    texts = [
        "" if number is not None else with_time(written(row.get(fields.at)), "12:00:00")
        for number, row in zip(numbers, rows, strict=True)
    ]
    dated, bad = moments(pa.array(texts, pa.string()))
    if bad.size:
        row = int(bad[0])
        raise SourceError(f"Object {ids[row]}: {fields.at} is {texts[row][:40]!r}, which isn't a date.")
    known = np.array([number is not None for number in numbers], dtype=bool)
    epoch = in_milliseconds(np.array([number or 0 for number in numbers], dtype=np.int64))
    at = pc.coalesce(plausible(epoch, known), dated)
    columns = [[written(row.get(name)) for row in rows] for name in (fields.number, fields.description, fields.area)]
    number = pa.array([text or None for text in columns[0]], pa.string())
    description, area = (pa.array(column, pa.string()) for column in columns[1:])
    return pa.Table.from_arrays([pa.array(ids, pa.int64()), number, at, description, area], schema=BATCH)


def _whole(value: object) -> int | None:
    whole = isinstance(value, (int, float)) and abs(value) < 2**62 and value == int(value)
    return int(value) if whole else None  # type: ignore[call-overload]


def check_city(batch: pa.Table, neighborhoods: Iterable[str], where: str) -> None:
    """Raises SourceError if these rows aren't Baltimore's.

    They are when most call numbers look like PyyDDDnnnn, or else most of the neighborhoods that are named
    are on the map. An empty batch says nothing.
    """
    if not batch.num_rows:
        return
    numbered = int((call_numbers(column_of(batch, "number")) != NO_NUMBER).sum())
    if numbered * 2 >= batch.num_rows:
        return
    on_map = {squeezed(name) for name in neighborhoods}
    named = [text for text in map(squeezed, column_of(batch, "area").drop_null().to_pylist()) if text]
    known = sum(text in on_map for text in named)
    if known * 2 > len(named):
        return
    raise SourceError(
        f"{where} doesn't hold Baltimore's calls: {numbered} of {batch.num_rows} call numbers look like PyyDDDnnnn, "
        f"and {known} of {len(named)} neighborhoods named are on the map."
    )


def column_of(batch: pa.Table, column: str) -> pa.Array:
    """A column of a batch in one piece."""
    chunks = batch.column(column).combine_chunks()
    return chunks.chunk(0) if isinstance(chunks, pa.ChunkedArray) else chunks


def visible(text: str) -> str:
    """A text without control characters, marks that turn the direction and others unseen; blanks are single."""
    shown = (c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(shown).split())
