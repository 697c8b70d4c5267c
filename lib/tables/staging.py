"""Rows that have come so far of records too large to load in one go, kept so that a cut costs nothing.

A staging folder belongs to one state of one source, its key. Every page is a file of its own, written whole and then
renamed; what a stop leaves half-written is never read.
"""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.errors import DataError
from lib.tables.write import Claim

STAGING = "staging"
_STATE = "state.json"


@dataclass
class Staging:
    """The pages of one source. ``rows`` and ``last_id`` tell how far it has come; 0 and None at the start."""

    folder: Path
    rows: int
    last_id: int | None
    pages: int
    received: int

    @classmethod
    def open(cls, claim: Claim, source: str, key: str) -> "Staging":
        """What is kept of ``source`` in the state ``key``; pages of another state are thrown away.

        Raises DataError where the folder can't be written.
        """
        folder = claim.folder / STAGING / hashlib.sha256(source.encode()).hexdigest()[:16]
        try:
            if (found := _read_state(folder)) and found["key"] == key and (pages := _whole(folder)):
                return cls(folder, *pages)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _put(folder / _STATE, json.dumps({"source": source, "key": key}).encode())
        except OSError as error:
            raise _cannot(folder, error) from error
        return cls(folder, 0, None, 0, 0)

    def add(self, batch: pa.Table, last_id: int, received: int) -> None:
        """Keep one more page, whose greatest id is ``last_id`` and for which ``received`` bytes came.

        Raises DataError where it can't be written, for want of room for example; the pages before it stay.
        """
        sink = pa.BufferOutputStream()
        told = {b"last_id": str(last_id), b"received": str(self.received + received), b"before": str(self.rows)}
        pq.write_table(batch.replace_schema_metadata(told), sink, compression="zstd")
        path = self.folder / f"{self.pages:06}.parquet"
        try:
            _put(path, sink.getvalue())
        except OSError as error:
            raise _cannot(self.folder, error) from error
        self.rows += batch.num_rows
        self.last_id, self.pages, self.received = last_id, self.pages + 1, self.received + received

    def batches(self) -> Iterator[pa.Table]:
        """The pages in the order in which they came. Raises DataError where one can't be read."""
        for path in sorted(self.folder.glob("*.parquet")):
            try:
                yield pq.read_table(path)
            except (OSError, pa.ArrowException) as error:
                raise DataError(f"The page {path} can't be read; remove {self.folder} and load again.") from error

    def digest(self) -> str:
        """SHA-256 of the pages as they lie there."""
        found = hashlib.sha256()
        for path in sorted(self.folder.glob("*.parquet")):
            found.update(path.read_bytes())
        return found.hexdigest()

    def remove(self) -> None:
        """Throw the pages away. What won't go does no harm and is overwritten next time."""
        with contextlib.suppress(OSError):
            (self.folder / _STATE).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _read_state(folder: Path) -> dict[str, str] | None:
    try:
        state = json.loads((folder / _STATE).read_bytes())
        return {"key": str(state["key"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _whole(folder: Path) -> tuple[int, int, int, int] | None:
    """Rows, last id, pages and bytes received so far; None where the pages don't follow on each other."""
    rows = pages = 0
    told: dict[bytes, bytes] = {}
    for path in sorted(folder.glob("*.parquet")):
        try:
            page = pq.ParquetFile(path)
        except (OSError, pa.ArrowException):
            return None
        told = page.schema_arrow.metadata or {}
        if path.name != f"{pages:06}.parquet" or told.get(b"before") != str(rows).encode():
            return None
        rows, pages = rows + page.metadata.num_rows, pages + 1
    return (rows, int(told[b"last_id"]), pages, int(told[b"received"])) if pages else None


def _put(path: Path, content: bytes | pa.Buffer) -> None:
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _cannot(folder: Path, error: OSError) -> DataError:
    return DataError(f"What came in can't be saved in {folder} ({error.strerror or error}); the old tables stay.")
