"""Replacing the tables as a whole, or not at all.

Every file of a set is named after its own content and written beside the old ones; the set becomes the
current one by a single rename of the manifest. A stop at any moment therefore leaves the old set or the
new one. Files that no manifest names are swept up by the next build.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

import pandas as pd

from lib.tables.errors import DataError
from lib.tables.folder import MANIFEST
from lib.tables.manifest import FORMAT, About, Input, Manifest, TableEntry, data_version, dump
from lib.tables.schemas import BUNDLED, SCHEMAS
from lib.tables.store import TABLES, Tables, parquet_of
from lib.tables.verify import problems_of


@dataclass(frozen=True)
class NewTable:
    """A table of SCHEMAS to write."""

    name: str
    frame: pd.DataFrame
    about: About


@dataclass(frozen=True)
class NewMap:
    """A map of MAPS to write: its GeoJSON text and how many areas it holds."""

    name: str
    geojson: str
    areas: int
    about: About


@dataclass(frozen=True)
class Claim:
    """Proof that this process is the one that builds into ``folder``; see ``claimed``."""

    folder: Path


@contextlib.contextmanager
def claimed(folder: Path) -> Iterator[Claim]:
    """Keeps other builds out of ``folder`` while the block runs, by a lock the system frees at exit.

    Makes the folder if it isn't there. Raises DataError if another build holds it or it can't be made.
    """
    tables = folder / TABLES
    try:
        tables.mkdir(parents=True, exist_ok=True)
        handle = os.open(tables, os.O_RDONLY)
    except OSError as error:
        raise _cannot(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataError(f"Another command is writing to {folder}; wait for it to end.") from None
        yield Claim(folder)
    finally:
        os.close(handle)


def write_tables(
    claim: Claim, new: Sequence[NewTable | NewMap], checked: Sequence[Input], names: tuple[str, ...] = BUNDLED
) -> Manifest:
    """Writes the set of tables ``names``, verifies them, makes them current and removes the ones before them.

    Raises DataError if they can't be written or don't verify; the folder then holds what it held before.
    """
    folder = claim.folder
    written: list[Path] = []
    try:
        entries = {table.name: _write(folder, table, written) for table in new}
        manifest = Manifest(FORMAT, entries, tuple(checked))
        content = dump(manifest)
        problems = problems_of(Tables(folder, manifest, data_version(content), names))
        if problems:
            raise DataError(f"The new tables don't pass their own checks: {problems[0]}")
        fresh = folder / f"{MANIFEST}.new"
        written.append(fresh)
        _store(fresh, content)
        _sync(folder / TABLES)
        fresh.replace(folder / MANIFEST)
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _cannot(folder, error) from error
        raise
    _sync(folder)
    _sweep(folder / TABLES, {Path(entry.file).name for entry in entries.values()})
    return manifest


def _write(folder: Path, new: NewTable | NewMap, written: list[Path]) -> TableEntry:
    """Puts one table beside the current ones and notes its path in ``written`` if it is a new file."""
    first: date | None = None
    last: date | None = None
    if isinstance(new, NewMap):
        content, suffix, rows = new.geojson.encode(), "geojson", new.areas
    else:
        schema = SCHEMAS[new.name]
        content, suffix, rows = parquet_of(new.frame, schema), "parquet", len(new.frame)
        first, last = schema.days(new.frame) or (None, None)
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / TABLES / f"{new.name}-{sha256[:8]}.{suffix}"
    if not (path.is_file() and path.read_bytes() == content):
        fresh = path.with_name(f"{path.name}.new")
        written.append(fresh)
        _store(fresh, content)
        if not path.exists():
            written.append(path)
        fresh.replace(path)
    return TableEntry(
        **{item.name: getattr(new.about, item.name) for item in fields(About)},
        name=new.name,
        file=f"{TABLES}/{path.name}",
        sha256=sha256,
        rows=rows,
        first=first,
        last=last,
    )


def _store(path: Path, content: bytes) -> None:
    """Writes a whole file and waits until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Waits until the disk has the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(tables: Path, keep: set[str]) -> None:
    """Removes table files no manifest names. One that won't go does no harm and waits for the next build."""
    for path in sorted(tables.iterdir()):
        if path.name not in keep and path.suffix in (".parquet", ".geojson", ".new"):
            with contextlib.suppress(OSError):
                path.unlink()


def _cannot(folder: Path, error: OSError) -> DataError:
    why = error.strerror or error
    return DataError(f"The tables can't be written to {folder} ({why}); the ones there are unchanged.")
