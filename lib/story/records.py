"""The loaded records, as running sums ready to be counted."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lib.analysis.counts import Counts, MissingSpan, RunningSum, UnknownNameError
from lib.analysis.windows import Window
from lib.story.model import Measure, Race
from lib.tables.errors import DataError
from lib.tables.folder import data_dir
from lib.tables.manifest import TableEntry
from lib.tables.store import MANIFEST, Tables, open_tables


@dataclass(frozen=True)
class Dataset:
    """Where one kind of records lives: its tables, the column that is counted, and what it is called."""

    city: str
    area: str
    category: str
    name: str


DATASETS = {
    "crime": Dataset("crime_city_daily", "crime_area_daily", "offense", "police crime records"),
    "arrests": Dataset("arrests_city_daily", "arrests_area_daily", "group", "police arrest records"),
}
# What a reader is told of records that this version of the story can't hold yet.
NOT_YET = {"calls": "911 call records"}
IMPUTED = "imputed"
# The records' codes behind each group of people that can be asked for. There is no Hispanic field.
RACES: dict[Race, tuple[str, ...]] = {"black": ("black",), "white": ("white",), "other": ("other", "unknown")}


class Records:
    """Counts of one data folder. Safe to share between threads; narrowings are computed once and kept."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.version = tables.version
        self._lock = threading.RLock()
        self._lines: dict[tuple[str, str | None, tuple[str, ...] | None, tuple[str, ...] | None], RunningSum] = {}
        self._counts: dict[str, Counts] = {}

    def loaded(self, records: str) -> bool:
        """Whether this version of the story holds these records."""
        return records in DATASETS

    def line(
        self,
        measure: Measure,
        area: str | None = None,
        places: tuple[str, ...] | None = None,
        races: tuple[str, ...] | None = None,
    ) -> RunningSum:
        """The measure's running sum, for the city or one area by its exact name, some kinds of place, some races.

        Raises UnknownNameError for an area, category or race that the records do not have.
        """
        key = (measure.id, area, places, races)
        with self._lock:
            if key not in self._lines:
                counts = self.city(measure.records) if area is None and places is None else self.areas(measure.records)
                self._lines[key] = counts.select(measure.categories, area, places, races)
            return self._lines[key]

    def entry(self, records: str) -> TableEntry:
        """What the manifest says of these records' city table."""
        return self.tables.entry(DATASETS[records].city)

    def odd_days(self, measure: Measure, windows: Iterable[Window]) -> tuple[str, ...]:
        """What the manifest says of days with something odd about them, for these categories and windows."""
        asked = tuple(windows)
        return tuple(
            gap.what
            for gap in self.entry(measure.records).gaps
            if not gap.missing
            and set(gap.categories) & set(measure.categories)
            and any(window.start <= gap.end and gap.start <= window.end for window in asked)
        )

    def area(self, name: str, records: str = "crime") -> str:
        """The area's exact name, given in any letter case. Raises UnknownNameError with near names."""
        wanted = " ".join(name.split()).casefold()
        known = {a.casefold(): a for a in self.area_names(records)}
        if wanted in known:
            return known[wanted]
        near = [known[n] for n in difflib.get_close_matches(wanted, known, n=3, cutoff=0.5)]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UnknownNameError(f"There is no neighborhood called {name.strip()[:60]!r}.{hint}")

    def area_names(self, records: str = "crime") -> tuple[str, ...]:
        """The names of all neighborhoods."""
        return tuple(a for a in self.areas(records).areas if a)

    def city(self, records: str) -> Counts:
        """All counts of the city."""
        return self._open(DATASETS[records], DATASETS[records].city)

    def areas(self, records: str) -> Counts:
        """All counts by neighborhood."""
        return self._open(DATASETS[records], DATASETS[records].area)

    def _open(self, dataset: Dataset, table: str) -> Counts:
        with self._lock:
            if table not in self._counts:
                self._counts[table] = self._read(dataset, table)
            return self._counts[table]

    def _read(self, dataset: Dataset, table: str) -> Counts:
        entry = self.tables.entry(table)
        if entry.first is None or entry.complete_through is None:
            raise DataError(f"The table {table} has no dates in the manifest; see `python -m lib verify`.")
        missing = [
            MissingSpan(Window(gap.start, gap.end), frozenset(gap.categories), gap.what)
            for gap in entry.gaps
            if gap.missing
        ]
        return Counts.from_frame(
            self.tables.frame(table),
            category=dataset.category,
            first=entry.first,
            last=entry.complete_through,
            missing=missing,
        )


def open_records() -> Records:
    """The records of the current data folder; read anew when its manifest changes. Raises DataError."""
    folder = data_dir()
    try:
        stamp = (folder / MANIFEST).stat().st_mtime_ns
    except OSError:
        stamp = 0  # opening it will say what is wrong
    return _open(folder, stamp)


@lru_cache(maxsize=2)
def _open(folder: Path, stamp: int) -> Records:  # noqa: ARG001 - the stamp is the cache's key
    return Records(open_tables(folder))
