"""911 records from the CSV files of the city's portal: plain or gzipped, of any size, in bounded memory."""

import csv
import hashlib
import os
import re
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from lib.sources.call_times import moments
from lib.sources.calls import BATCH, CallFields, find_fields
from lib.sources.raw import SourceError
from lib.tables.manifest import Input

PIECE = 1 << 22
"""Bytes of text that are read at a time; no row may be longer."""

_GZIP = b"\x1f\x8b"


def read_csv(path: Path) -> Iterator[pa.Table]:
    """A file's rows as batches, in its order; a row's id is its number, the first below the header being 1.

    Header names are taken in any letter case. Raises SourceError, by the row where it is known, for a file that
    can't be read, is cut or damaged, isn't UTF-8, lacks a field, or has a row of the wrong length or a date that
    isn't one.
    """
    with _opened(path) as source, ThreadPoolExecutor(_workers()) as pool:
        header, rest = _header(source, path)
        fields = find_fields(dict.fromkeys(header, ""), path.name)
        spare: SimpleQueue[bytearray] = SimpleQueue()
        for _ in range(_workers() + 2):
            spare.put(bytearray(PIECE))
        under_way: deque[Future[list[pa.Array]]] = deque()
        rows = 0
        for piece, length in _pieces(source, path, rest, spare):
            under_way.append(pool.submit(_parsed, piece, length, header, fields, spare))
            if len(under_way) > _workers():
                batch = _batch(under_way.popleft(), path, rows)
                rows += batch.num_rows
                yield batch
        for future in under_way:
            batch = _batch(future, path, rows)
            rows += batch.num_rows
            yield batch
        if not rows:
            raise SourceError(f"{path.name} has no rows.")


def input_of(path: Path) -> Input:
    """The file's name, hash and size. Raises SourceError."""
    try:
        with path.open("rb") as file:
            return Input(path.name, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
    except OSError as error:
        raise SourceError(f"The file {path} can't be read: {error.strerror}.") from error


def _workers() -> int:
    return min(os.cpu_count() or 1, 4)


class _BadRowError(Exception):
    """What is wrong with a row; ``row`` is its place in its piece, from 0, None where that isn't known."""

    def __init__(self, row: int | None, why: str) -> None:
        super().__init__(why)
        self.row = row
        self.why = why


def _opened(path: Path) -> pa.NativeFile:
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        return pa.input_stream(str(path), compression="gzip" if packed else None, buffer_size=0)
    except OSError as error:
        raise SourceError(f"The file {path} can't be read: {os.strerror(error.errno or 0)}.") from error


def _read_into(source: pa.NativeFile, space: memoryview, path: Path) -> int:
    """Fills ``space`` as far as the file goes; how many bytes came."""
    filled = 0
    try:
        while filled < len(space) and (came := source.readinto(space[filled:])):
            filled += came
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"The file {path.name} is cut or damaged: it can't be unpacked.") from error
    return filled


def _header(source: pa.NativeFile, path: Path) -> tuple[list[str], bytes]:
    """The names in the first line, and what was read beyond it."""
    # Less than a piece, which what is beyond the header becomes the beginning of.
    space = bytearray(PIECE // 2)
    start = bytes(space[: _read_into(source, memoryview(space), path)])
    line, _, rest = start.partition(b"\n")
    try:
        names = next(csv.reader([line.decode("utf-8-sig").rstrip("\r")]), [])
    except UnicodeDecodeError as error:
        raise SourceError(f"{path.name} isn't UTF-8 text (byte {error.start}).") from error
    return [name.strip() for name in names], rest


def _pieces(
    source: pa.NativeFile, path: Path, rest: bytes, spare: "SimpleQueue[bytearray]"
) -> Iterator[tuple[bytearray, int]]:
    """The text below the header as whole rows: a buffer from ``spare``, and how much of it is filled.

    A line's end inside quotation marks isn't a row's end: before a row's end there is an even number of them.
    """
    while True:
        piece = spare.get()
        piece[: len(rest)] = rest
        filled = len(rest) + _read_into(source, memoryview(piece)[len(rest) :], path)
        ended = filled < len(piece)
        length = filled
        if not ended:
            length = piece.rfind(b"\n", 0, filled) + 1
        while length and _open_quote(piece, length):
            length = 0 if ended else piece.rfind(b"\n", 0, length - 1) + 1
        if filled and not length:
            raise SourceError(
                f"{path.name}: a quotation mark is never closed, or a row is longer than {PIECE:,} bytes."
            )
        rest = bytes(piece[length:filled])
        if length:
            yield piece, length
        if ended:
            return


def _open_quote(piece: bytearray, length: int) -> bool:
    if piece.find(b'"', 0, length) < 0:
        return False
    return bool(np.count_nonzero(np.frombuffer(piece, np.uint8, length) == ord('"')) % 2)


def _parsed(
    piece: bytearray, length: int, header: list[str], fields: CallFields, spare: "SimpleQueue[bytearray]"
) -> list[pa.Array]:
    """The columns of a batch but its ids. The buffer goes back to ``spare``. Raises _BadRowError."""
    names = [str(place) for place in range(len(header))]
    wanted = [str(header.index(name)) for name in fields.names]
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(memoryview(piece)[:length]),
            pyarrow.csv.ReadOptions(column_names=names, block_size=length + 1, use_threads=False),
            pyarrow.csv.ParseOptions(),
            pyarrow.csv.ConvertOptions(
                include_columns=wanted, column_types=dict.fromkeys(wanted, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise _bad_row(str(error), header) from error
    finally:
        spare.put(piece)
    written, description, number, area = (table.column(name).combine_chunks() for name in wanted)
    at, bad = moments(written)
    if bad.size:
        raise _BadRowError(int(bad[0]), f"{fields.at} is {written[bad[0]].as_py()[:40]!r}, which isn't a date")
    return [pc.if_else(pc.equal(number, ""), None, number), at, description, area]


def _bad_row(message: str, header: list[str]) -> _BadRowError:
    """What the reader's message says, without the row itself."""
    found = re.search(r"Row #(\d+)", message)
    row = int(found[1]) - 1 if found else None
    if lengths := re.search(r"Expected (\d+) columns, got (\d+)", message):
        return _BadRowError(row, f"{lengths[2]} values where the header names {lengths[1]} columns")
    if column := re.search(r"In CSV column #(\d+)", message):
        return _BadRowError(row, f"{header[int(column[1])]} isn't UTF-8 text")
    return _BadRowError(row, "it can't be read as CSV")


def _batch(future: "Future[list[pa.Array]]", path: Path, before: int) -> pa.Table:
    """The batch of a piece, ``before`` rows into the file."""
    try:
        number, at, description, area = future.result()
    except _BadRowError as error:
        where = f", row {before + error.row + 1:,}" if error.row is not None else ""
        raise SourceError(f"{path.name}{where}: {error.why}.") from error
    ids: Any = np.arange(before + 1, before + 1 + len(at))
    return pa.Table.from_arrays([pa.array(ids), number, at, description, area], schema=BATCH)
