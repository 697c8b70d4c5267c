"""The loaded records, as running sums ready to be counted."""

from __future__ import annotations

import difflib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from lib.analysis.counts import Counts, Ints, MissingSpan, Replicates, Resolution, RunningSum, UnknownNameError
from lib.analysis.windows import Window, say_window
from lib.errors import StoryError
from lib.story.model import Measure, Origin, Race
from lib.tables.errors import DataError
from lib.tables.folder import LOADED
from lib.tables.manifest import ALL, TableEntry, joint_version
from lib.tables.schemas import CALL_ORIGINS
from lib.tables.store import Tables


@dataclass(frozen=True)
class Dataset:
    """Where one kind of records lives: its tables, the column that is counted, and what it is called.

    ``resolution`` "year": its table has a column ``year`` and knows no days. ``placed`` is the kind of place that its
    areas are: "neighborhood", or one of ``PLACE_KINDS``.
    """

    city: str
    area: str
    category: str
    name: str
    resolution: Resolution = "day"
    placed: str = "neighborhood"


DATASETS = {
    "crime": Dataset("crime_city_daily", "crime_area_daily", "offense", "police crime records"),
    "arrests": Dataset("arrests_city_daily", "arrests_area_daily", "group", "police arrest records"),
    "calls": Dataset("calls_city_daily", "calls_area_daily", "kind", "911 call records"),
    "calls-yearly": Dataset(
        "calls_area_yearly", "calls_area_yearly", "group", "yearly counts of 911 calls", "year", "community"
    ),
}
# By description, for readers who sort them in their own way; in the city only.
DESCRIPTIONS = Dataset("calls_description_daily", "calls_description_daily", "description", "911 call records")
IMPUTED = "imputed"
# The records' codes behind each group of people that can be asked for. There is no Hispanic field.
ORIGINS: dict[Origin, tuple[str, ...]] = {
    "caller": ("caller",),
    "officer": ("officer",),
    "unknown": ("unknown",),
    "not-officer": ("caller", "unknown"),
}
RACES: dict[Race, tuple[str, ...]] = {"black": ("black",), "white": ("white",), "other": ("other", "unknown")}
# The codes of the police file, as the command line takes them.
RACE_CODES: dict[str, Race] = {"B": "black", "W": "white", "other": "other"}
# What a place that is not a neighborhood is called by ("district:Western"), and where the table of neighborhoods says
# which of them make it up.
PLACE_KINDS = {"community": "area", "district": "district"}
PLACE_TITLES = {"community": ("community area", "community areas"), "district": ("police district", "police districts")}
MOST_NAME = 60
"""Characters of a name that are looked at: no place has so many."""
KEPT_BY_AREA = 6  # sums of all neighborhoods, some 6 MB each


_ISO = re.compile(r"\b(\d{4}-\d\d-\d\d)(?: to (\d{4}-\d\d-\d\d))?\b")


LOAD = " Load them with"


class NotLoadedError(StoryError):
    """Records that do not come with the project, and have not been loaded."""

    @property
    def told(self) -> str:
        """The message without the command."""
        return without_command(str(self))


def without_command(said: str) -> str:
    """What is said of records that are not here, without the command that loads them: that is not for readers."""
    return said.split(LOAD)[0]


def _spoken(what: str) -> str:
    """A sentence of the manifest with its dates as papers write them."""
    return _ISO.sub(
        lambda found: say_window(Window(date.fromisoformat(found[1]), date.fromisoformat(found[2] or found[1]))), what
    )


class Records:
    """Counts of one data folder. Safe to share between threads; narrowings are computed once and kept.

    ``tables`` are those that come with the project, ``loaded`` the sets that were loaded, by kind of records, here or
    before they were bundled: they stand for the bundled ones. ``unusable`` says of sets that don't verify, and are left
    aside, why.
    """

    def __init__(
        self, tables: Tables, loaded: Mapping[str, Tables] | None = None, unusable: Mapping[str, str] | None = None
    ) -> None:
        self.tables = tables
        self.loaded = dict(loaded or {})
        self.unusable = dict(unusable or {})
        self.version = joint_version([tables.version, *(self.loaded[name].version for name in sorted(self.loaded))])
        self._lock = threading.RLock()
        self._lines: dict[tuple[object, ...], RunningSum] = {}
        self._counts: dict[str, Counts] = {}
        self._by_area: OrderedDict[tuple[object, ...], Ints] = OrderedDict()

    def has(self, records: str) -> bool:
        """Whether these records are here: they came with the project, or were loaded."""
        return DATASETS[records].city in self._set(records).manifest.tables

    def loaded_here(self, records: str) -> bool:
        """Whether these records were loaded on this copy, and did not come with the project."""
        return records in self.loaded and self.loaded[records].folder.parent.name == LOADED

    def lacks(self, records: str) -> str:
        """What a reader is told of records that are not here, or that were loaded and can't be used."""
        name = DATASETS[records].name
        if records in self.unusable:
            return f"This needs the {name}; those that were loaded can't be used: `python -m lib verify` says why."
        return f"This needs the {name}, which don’t come with this story.{LOAD} `python -m lib refresh {records}`."

    def _set(self, records: str) -> Tables:
        return self.loaded.get(records, self.tables)

    def in_use(self) -> tuple[tuple[Tables, TableEntry], ...]:
        """Every table that numbers can come from, with its set: loaded ones stand for the bundled ones they replace."""
        replaced = {name for tables in self.loaded.values() for name in tables.manifest.tables}
        bundled = [(self.tables, entry) for name, entry in self.tables.manifest.tables.items() if name not in replaced]
        loaded = [(tables, entry) for tables in self.loaded.values() for entry in tables.manifest.tables.values()]
        return (*loaded, *bundled)

    def frame(self, records: str, table: str) -> pd.DataFrame:
        """One table of these records' set. Raises DataError."""
        return self._set(records).frame(table)

    def line(
        self,
        measure: Measure,
        area: str | None = None,
        places: tuple[str, ...] | None = None,
        races: tuple[str, ...] | None = None,
        origins: tuple[str, ...] | None = None,
    ) -> RunningSum:
        """The measure's running sum, for the city or one place by its exact name, narrowed where asked.

        ``places``: some kinds of place; ``races``: of arrests, in the city; ``origins``: of 911 calls. Raises
        UnknownNameError for a place, category or race that the records do not have.
        """
        if area is not None:
            return self._line_of(area, measure, places, origins)
        key = (measure.id, measure.descriptions, places, races, origins)
        with self._lock:
            if key not in self._lines:
                self._lines[key] = self._line(measure, places, races, origins)
            return self._lines[key]

    def _line(
        self,
        measure: Measure,
        places: tuple[str, ...] | None,
        races: tuple[str, ...] | None,
        origins: tuple[str, ...] | None,
    ) -> RunningSum:
        if measure.descriptions is not None:
            counts = self.descriptions()
            known = [text for text in measure.descriptions if text in counts.categories]
        else:
            counts = self.city(measure.records) if places is None else self.areas(measure.records)
            known = self.categories(measure, counts, origins)
        if not known:  # a kind of call that nobody made
            return counts.running_sum(np.zeros(len(counts.sums), dtype=np.int64), known)
        line = counts.select(known, None, places, races)
        return self._replicated(line, measure, range(len(counts.areas))) if counts.resolution == "year" else line

    def _line_of(
        self, place: str, measure: Measure, places: tuple[str, ...] | None, origins: tuple[str, ...] | None
    ) -> RunningSum:
        """One place's running sum, taken from those of all areas, which are computed at once and kept."""
        counts = self.areas(measure.records)
        known = self.categories(measure, counts, origins)
        position = {name: at for at, name in enumerate(counts.areas)}
        # Where nothing was ever recorded, the counts don't know the neighborhood.
        which = [position[name] for name in self._parts_of(place, measure.records) if name in position]
        if not known or not which:
            sums = np.zeros(len(counts.sums), dtype=np.int64)
        else:
            sums = self._sums_by_area(measure, tuple(known), places)[:, which].sum(axis=1)
        line = counts.running_sum(sums, known)
        return self._replicated(line, measure, which) if counts.resolution == "year" else line

    def _replicated(self, line: RunningSum, measure: Measure, which: Sequence[int]) -> RunningSum:
        """The line with all areas beside it, of which these make it up."""
        sums = self._sums_by_area(measure, measure.categories, None)
        own = np.zeros(sums.shape[1], dtype=np.bool_)
        own[list(which)] = True
        return replace(line, replicates=Replicates(sums, own))

    def _parts_of(self, place: str, records: str) -> tuple[str, ...]:
        """The areas of these records that make up a place. Raises UnknownNameError where they know no such place."""
        placed = DATASETS[records].placed
        if placed == "neighborhood":
            return self.members(place)
        kind, _, name = place.partition(":")
        if kind == placed:
            return (name,)
        title, plural = PLACE_TITLES[placed]
        around = next((each for each in self.place_names(placed) if self.members(place)[0] in self.members(each)), "")
        hint = f" {place} lies in {around}." if len(self.members(place)) == 1 and around else ""
        raise UnknownNameError(
            f"We know the {DATASETS[records].name} only by {title}, not for {place}.{hint} "
            f"{plural.capitalize()} are written {placed}:NAME."
        )

    def _sums_by_area(self, measure: Measure, known: tuple[str, ...], places: tuple[str, ...] | None) -> Ints:
        key = (measure.records, known, places)
        with self._lock:
            if key in self._by_area:
                self._by_area.move_to_end(key)
            else:
                self._by_area[key] = self.areas(measure.records).running_by_area(known, places)
                if len(self._by_area) > KEPT_BY_AREA:
                    self._by_area.popitem(last=False)
            return self._by_area[key]

    @staticmethod
    def categories(measure: Measure, counts: Counts, origins: tuple[str, ...] | None = None) -> list[str]:
        """The measure's categories as the counts name them: for 911 calls, every group with every origin asked for."""
        if DATASETS[measure.records].category != "kind":
            return list(measure.categories)
        wanted = {kind_of(group, origin) for group in measure.categories for origin in origins or CALL_ORIGINS}
        return [kind for kind in counts.categories if kind in wanted]

    def entry(self, records: str) -> TableEntry:
        """What the manifest says of these records' city table. Raises NotLoadedError."""
        if not self.has(records):
            raise NotLoadedError(self.lacks(records))
        return self._set(records).entry(DATASETS[records].city)

    def odd_days(self, measure: Measure, windows: Iterable[Window]) -> tuple[str, ...]:
        """What the manifest says of days with something odd about them, for these categories and windows."""
        asked = tuple(windows)
        return tuple(
            _spoken(gap.what)
            for gap in self.entry(measure.records).gaps
            if not gap.missing
            and {ALL, *measure.categories} & set(gap.categories)
            and any(window.start <= gap.end and gap.start <= window.end for window in asked)
        )

    def quiet_days(self, records: str) -> tuple[str, ...]:
        """What the manifest says of days that concern every category: outages, days that were not loaded."""
        return tuple(_spoken(gap.what) for gap in self.entry(records).gaps if ALL in gap.categories)

    def find_place(self, name: str) -> str | None:
        """The exact name of a neighborhood, or of a ``community:`` area or police ``district:``, in any letter case.

        None where there is no such place. It takes no time, whatever is asked.
        """
        if name in self._members or len(name) > MOST_NAME:
            return name if name in self._members else None
        kind, colon, rest = name.partition(":")
        kind = kind.strip().casefold()
        if not colon or kind not in PLACE_KINDS:
            kind, rest = "", name
        return self._spelled.get((kind, " ".join(rest.split()).casefold()))

    def place(self, name: str) -> str:
        """As ``find_place``; raises UnknownNameError with near names, which takes time: for who reads them."""
        found = self.find_place(name)
        if found is not None:
            return found
        short = " ".join(name[:MOST_NAME].split())
        kind, colon, rest = short.partition(":")
        if colon and kind.strip().casefold() in PLACE_KINDS:
            raise UnknownNameError(f"There is no {kind.strip().casefold()} called {rest.strip()!r}.")
        known = {area.casefold(): area for area in self.area_names()}
        near = [known[found] for found in difflib.get_close_matches(short.casefold(), known, n=3, cutoff=0.5)]
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UnknownNameError(f"There is no neighborhood called {short!r}.{hint}")

    def place_names(self, kind: str) -> tuple[str, ...]:
        """The exact names of all places of one of ``PLACE_KINDS``."""
        return tuple(sorted(place for place in self._members if place.startswith(f"{kind}:")))

    def members(self, place: str) -> tuple[str, ...]:
        """The neighborhoods that make up a place, given by its exact name. Raises UnknownNameError."""
        if place not in self._members:
            raise UnknownNameError(f"The records have no area {place!r}.")
        return self._members[place]

    def area_names(self) -> tuple[str, ...]:
        """The names of all neighborhoods, whether or not some records have an event there."""
        return tuple(sorted(place for place in self._members if place.partition(":")[0] not in PLACE_KINDS))

    @cached_property
    def _spelled(self) -> dict[tuple[str, str], str]:
        """The exact name of every place, by its kind, empty for a neighborhood, and its name in lower case."""
        parts = ((place, *place.rpartition(":")) for place in self._members)
        return {(kind if kind in PLACE_KINDS else "", name.casefold()): place for place, kind, _, name in parts}

    @cached_property
    def _members(self) -> dict[str, tuple[str, ...]]:
        """Every place, neighborhoods first, with the neighborhoods that make it up."""
        belongs = self.tables.frame("neighborhood_membership").astype(str)
        found: dict[str, tuple[str, ...]] = {name: (name,) for name in belongs["neighborhood"]}
        for kind, column in PLACE_KINDS.items():
            for name, members in belongs.groupby(column)["neighborhood"]:
                found[f"{kind}:{name}"] = tuple(members)
        return found

    def city(self, records: str) -> Counts:
        """All counts of the city."""
        return self._open(records, DATASETS[records], DATASETS[records].city)

    def areas(self, records: str) -> Counts:
        """All counts by neighborhood."""
        return self._open(records, DATASETS[records], DATASETS[records].area)

    def descriptions(self) -> Counts:
        """911 calls of the city by description."""
        return self._open("calls", DESCRIPTIONS, DESCRIPTIONS.city)

    def _open(self, records: str, dataset: Dataset, table: str) -> Counts:
        with self._lock:
            if table not in self._counts:
                if not self.has(records):
                    raise NotLoadedError(self.lacks(records))
                self._counts[table] = self._read(self._set(records), dataset, table)
            return self._counts[table]

    @staticmethod
    def _read(tables: Tables, dataset: Dataset, table: str) -> Counts:
        entry = tables.entry(table)
        if entry.first is None or entry.complete_through is None:
            raise DataError(f"The table {table} has no dates in the manifest; see `python -m lib verify`.")
        frame = tables.frame(table)
        if dataset.category == "kind":
            frame = _with_kinds(frame)
        if dataset.resolution == "year":
            frame = _with_last_days(frame)
        kinds = frame[dataset.category].cat.categories
        missing = [
            # A year of 911 calls that was not loaded lacks all of them.
            MissingSpan(
                Window(gap.start, gap.end),
                frozenset(kinds if ALL in gap.categories else gap.categories),
                _spoken(gap.what),
            )
            for gap in entry.gaps
            if gap.missing
        ]
        return Counts.from_frame(
            frame,
            category=dataset.category,
            first=entry.first,
            last=entry.complete_through,
            missing=missing,
            resolution=dataset.resolution,
        )


def resolution_of(measure: Measure) -> Resolution:
    """The finest time by which a measure's records are known."""
    return DATASETS[measure.records].resolution


def kind_of(group: str, origin: str) -> str:
    """What a group of 911 calls of one origin is called among the counts."""
    return f"{group} by {origin}"


def _with_kinds(frame: pd.DataFrame) -> pd.DataFrame:
    """A table of 911 calls with its groups and origins as one category, of the pairs that there are."""
    group, origin = frame["group"].cat, frame["origin"].cat
    width = len(origin.categories)
    codes, pairs = pd.factorize(group.codes.to_numpy(dtype=np.int64) * width + origin.codes.to_numpy(), sort=True)
    names = [kind_of(group.categories[int(pair) // width], origin.categories[int(pair) % width]) for pair in pairs]
    return frame.assign(kind=pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str")))


def _with_last_days(frame: pd.DataFrame) -> pd.DataFrame:
    """A table by year with each year's last day as its date, by which the year is over; every event has an area."""
    days = pd.to_datetime(frame["year"].astype(str) + "-12-31").astype("datetime64[us]")
    return frame.assign(date=days, place=pd.Categorical(["recorded"] * len(frame)))
