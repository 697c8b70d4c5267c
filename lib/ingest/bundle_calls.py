"""From loaded 911 calls to bundled ones: what one load counted, for every copy of the project."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

import pandas as pd

from lib.ingest.sources.call_store import REST_TEXT
from lib.tables.errors import DataError
from lib.tables.folder import LOADED, loaded_dir, shipped_dir, tables_dir
from lib.tables.manifest import About, Manifest, TableEntry
from lib.tables.schemas import LOADABLE, SCHEMAS
from lib.tables.store import Tables, open_loaded, parquet_of
from lib.tables.verify import problems_of
from lib.tables.write import NewTable, claimed, write_tables

MOST_BYTES = 10_000_000
"""All that comes with the project under ``data/`` stays below this: everybody who clones it fetches it."""
RARE = 10
"""A description of fewer calls than this is bundled without its words, which may be somebody's own."""


def bundle_calls(most_bytes: int = MOST_BYTES) -> Manifest:
    """Make the loaded 911 calls the bundled ones, as a whole or not at all; the same calls give the same files.

    Which calls are counted, by their numbers, is not bundled. Raises DataError where nothing is loaded, where what is
    loaded doesn't verify, and where it would be too large; what is bundled has then not changed.
    """
    loaded = open_loaded("calls")
    if loaded is None:
        raise DataError("No 911 calls are loaded here; load them with `python -m lib refresh calls`, then bundle them.")
    if problems := problems_of(loaded):
        raise DataError(f"The 911 calls loaded in {loaded.folder} don't verify, so they are not bundled: {problems[0]}")
    new = list(_bundled(loaded))
    size = _others_bytes() + sum(_bytes(table, loaded) for table in new)
    if size >= most_bytes:
        years = loaded.frame("calls_years")["year"]
        raise DataError(
            f"With the 911 calls of {years.min()} to {years.max()} the bundled tables would take {size / 1e6:.1f} MB, "
            f"and the limit is {most_bytes / 1e6:g} MB; remove {loaded_dir('calls')} and load fewer years."
        )
    with claimed(shipped_dir("calls")) as claim:
        return write_tables(claim, new, [], LOADABLE["calls"])


def bundled_bytes(manifest: Manifest) -> int:
    """The size of the bundled calls, their manifest apart."""
    return sum((shipped_dir("calls") / entry.file).stat().st_size for entry in manifest.tables.values())


def _bundled(loaded: Tables) -> Iterator[NewTable]:
    for name in loaded.names:
        frame, about = loaded.frame(name), _about(loaded.entry(name))
        if name == "calls_description_daily":
            frame, rare = _without_rare(frame)
            note = f"{rare:,} descriptions of fewer than {RARE} calls each are counted as “{REST_TEXT}”."
            about = replace(about, notes=(*about.notes, note)) if rare else about
        if name == "calls_uncaught":
            frame = frame[frame["rows"] >= RARE]
        yield NewTable(name, frame, about)


def _bytes(table: NewTable, loaded: Tables) -> int:
    """The size that a table will have as a file; of one that stays as it was loaded, the size that it has."""
    if table.frame is loaded.frame(table.name):
        return loaded.path(table.name).stat().st_size
    return len(parquet_of(table.frame, SCHEMAS[table.name]))


def _about(entry: TableEntry) -> About:
    return About(**{item.name: getattr(entry, item.name) for item in fields(About)})


def _without_rare(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Calls by day and description with the words of rare descriptions left out, and how many those are."""
    counts = frame.groupby("description", observed=True)["count"].sum()
    rare = counts.index[counts < RARE].drop(REST_TEXT, errors="ignore")
    if rare.empty:
        return frame, 0
    text = frame["description"].astype(str)
    pooled = frame.assign(description=text.where(~text.isin(rare), REST_TEXT))
    return pooled.groupby(["date", "description"])["count"].sum().reset_index(), len(rare)


def _others_bytes() -> int:
    """The size of all else that comes with the project under the data folder."""
    data = tables_dir()
    apart = (data / LOADED, shipped_dir("calls"))
    return sum(
        path.stat().st_size
        for path in data.rglob("*")
        if path.is_file() and not any(folder in path.parents for folder in apart)
    )
