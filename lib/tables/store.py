"""Opening the tables. Nothing but the manifest is read until a table is asked for."""

import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lib.tables.errors import DataError
from lib.tables.folder import MANIFEST, SHIPPED, loaded_dir, shipped_dir, tables_dir
from lib.tables.manifest import Manifest, TableEntry, data_version, parse
from lib.tables.schemas import BUNDLED, LOADABLE, SCHEMAS, Column, TableSchema

TABLES = "tables"

_REMEDY = "see what is wrong with `python -m lib verify`, or build again with `python -m lib build --raw DIR`"

_ARROW = {
    "day": pa.timestamp("us"),
    "category": pa.dictionary(pa.int32(), pa.string()),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "Int32": pa.int32(),
    "float64": pa.float64(),
}


@dataclass(frozen=True)
class Tables:
    """The tables of one data folder, as one manifest names them; safe to share between threads.

    ``names`` are the tables and maps that belong to the set.
    """

    folder: Path
    manifest: Manifest
    version: str
    names: tuple[str, ...] = BUNDLED
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _contents: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def entry(self, name: str) -> TableEntry:
        """What the manifest says of one table. Raises DataError if there is none of that name."""
        try:
            return self.manifest.tables[name]
        except KeyError:
            raise DataError(f"There is no table {name!r} in {self.folder / MANIFEST}; {_REMEDY}.") from None

    def path(self, name: str) -> Path:
        """The file of one table or map. Raises DataError if it is missing."""
        path = self.folder / self.entry(name).file
        if not path.is_file():
            raise DataError(f"The file {path} of the table {name} is missing; {_REMEDY}.")
        return path

    def frame(self, name: str) -> pd.DataFrame:
        """One table (not a map) with the columns and dtypes of its schema, sorted by its key.

        Read once and kept: callers must not change it. Raises DataError if the file is missing, is not
        the one the manifest names, or doesn't fit the schema.
        """
        with self._lock:
            if name not in self._frames:
                if name not in SCHEMAS:
                    raise DataError(f"There is no table {name!r} with rows.")
                self._frames[name] = frame_of(self.content(name), SCHEMAS[name], self.folder)
                self._contents.pop(name, None)
            return self._frames[name]

    def content(self, name: str) -> bytes:
        """The bytes of one table or map, checked against the manifest's hash. Raises DataError."""
        if name in self._contents:
            return self._contents[name]
        path = self.path(name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DataError(f"The file {path} can't be read ({error.strerror}); {_REMEDY}.") from error
        if hashlib.sha256(content).hexdigest() != self.entry(name).sha256:
            raise DataError(f"The file {path} isn't the one its manifest names: it was changed; {_REMEDY}.")
        return content

    def take_in(self) -> None:
        """Read every file now, so that the set stays whole when another takes its place. Raises DataError."""
        for name in self.names:
            if name not in self._frames:
                self._contents[name] = self.content(name)


def open_tables(folder: Path | None = None, names: tuple[str, ...] = BUNDLED) -> Tables:
    """The set of tables of ``folder``, else of ``tables_dir()``.

    Raises DataError if there is no manifest, it is damaged, or it doesn't name every table of the set.
    """
    where = tables_dir() if folder is None else folder
    path = where / MANIFEST
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError(
            f"There are no tables in {where} ({MANIFEST}: {error.strerror}); "
            "build them with `python -m lib build --raw DIR`."
        ) from error
    tables = Tables(where, parse(content, str(path)), data_version(content), names)
    for name in names:
        tables.entry(name)
    return tables


def open_loaded(dataset: str) -> Tables | None:
    """The records of one kind that were loaded later, None if there are none. Raises DataError as ``open_tables``."""
    folder = loaded_dir(dataset)
    return open_tables(folder, LOADABLE[dataset]) if (folder / MANIFEST).exists() else None


def open_shipped(dataset: str) -> Tables | None:
    """The records of one kind that are bundled as a set of their own, None if there are none. Raises DataError."""
    folder = shipped_dir(dataset)
    return open_tables(folder, LOADABLE[dataset]) if dataset in SHIPPED and (folder / MANIFEST).exists() else None


def parquet_of(frame: pd.DataFrame, schema: TableSchema) -> bytes:
    """The table as Parquet: columns by the schema, sorted by its key; the same rows give the same bytes.

    Raises DataError if a column is missing or holds what its kind can't.
    """
    missing = [column.name for column in schema.columns if column.name not in frame.columns]
    if missing:
        raise DataError(f"The table {schema.name} lacks the column {missing[0]}.")
    tidy = frame.assign(**{column.name: _tidy(frame, column, schema.name) for column in schema.columns})
    tidy = tidy.sort_values(list(schema.keys), ignore_index=True)
    arrays = [_arrow(tidy[column.name], column) for column in schema.columns]
    table = pa.Table.from_arrays(arrays, names=[column.name for column in schema.columns])
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", compression_level=12, row_group_size=1 << 24)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def frame_of(content: bytes, schema: TableSchema, where: Path) -> pd.DataFrame:
    """The table in these Parquet bytes, with the schema's dtypes. Raises DataError if it doesn't fit."""
    damaged = f"The table {schema.name} in {where} is damaged"
    try:
        table = pq.ParquetFile(pa.BufferReader(content)).read()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{damaged} (not readable as Parquet); {_REMEDY}.") from error
    expected = [(column.name, _ARROW[column.kind]) for column in schema.columns]
    if [(item.name, item.type) for item in table.schema] != expected:
        raise DataError(f"{damaged} (its columns are {table.schema.names}, or of other types); {_REMEDY}.")
    series = {}
    for column in schema.columns:
        array = table.column(column.name).combine_chunks()
        if array.null_count and column.kind not in ("Int32", "float64"):
            raise DataError(f"{damaged} (nulls in the column {column.name}); {_REMEDY}.")
        try:
            series[column.name] = _pandas(array, column)
        except ValueError as error:
            raise DataError(f"{damaged} (column {column.name}: {error}); {_REMEDY}.") from error
    return pd.DataFrame(series)


def _tidy(frame: pd.DataFrame, column: Column, table: str) -> "pd.Series[Any]":
    """The column with its schema's dtype; DataError names a value outside a closed vocabulary."""
    series = frame[column.name]
    if column.kind == "day":
        return series.astype("datetime64[us]")
    if column.kind != "category":
        return series.astype(column.kind)
    text = series.astype(str)
    values = column.values or tuple(sorted(text.unique()))
    strange = sorted(set(text.unique()) - set(values))
    if strange:
        raise DataError(f"The table {table} has {strange[0]!r} in its column {column.name}.")
    return text.astype(pd.CategoricalDtype(list(values)))


def _arrow(series: "pd.Series[Any]", column: Column) -> pa.Array:
    if column.kind == "category":
        codes = pa.array(series.cat.codes.to_numpy(dtype=np.int32))
        return pa.DictionaryArray.from_arrays(codes, pa.array(list(series.cat.categories), pa.string()))
    return pa.array(series, _ARROW[column.kind], from_pandas=True)


def _pandas(array: pa.Array, column: Column) -> object:
    """The array as pandas wants it. ValueError for text outside the vocabulary."""
    if column.kind == "category":
        found = array.dictionary.to_pylist()
        values = list(column.values or sorted(found))
        place = np.array([values.index(value) for value in found], dtype=np.int32)
        codes = place[array.indices.to_numpy()] if len(found) else np.empty(0, dtype=np.int32)
        return pd.Categorical.from_codes(codes, categories=pd.Index(values, dtype="str"))
    if column.kind == "Int32":
        mask = np.asarray(array.is_null())
        return pd.arrays.IntegerArray(array.fill_null(0).to_numpy().copy(), mask)
    return array.to_numpy(zero_copy_only=False)
