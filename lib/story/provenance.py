"""Where every number comes from: the sources with their tables, what was left out, and what can be counted of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from lib.analysis.counts import MissingRecordsError, RunningSum
from lib.analysis.windows import Window
from lib.ingest.sources import addresses
from lib.ingest.sources.crime import OFFENSE_IDS
from lib.story.load import load_story
from lib.story.records import DATASETS, Records
from lib.story.records_in_use import open_records
from lib.tables.manifest import Dropped, Gap, Input, TableEntry
from lib.tables.schemas import ARREST_GROUPS, OFFENSES

Columns = dict[str, list[str | int | None]]
COVERED = "covered-arrests"


@dataclass(frozen=True)
class SourceTable:
    """One table in use. ``counted`` are the records added up in it, None for a table that holds no counts by day."""

    entry: TableEntry
    counted: int | None

    @property
    def left_out(self) -> int:
        """Rows or values of the input that are not in it."""
        return sum(dropped.rows for dropped in self.entry.dropped)

    @property
    def read(self) -> int | None:
        """Rows of the input: those counted and those left out."""
        return None if self.counted is None else self.counted + self.left_out


@dataclass(frozen=True)
class SourceSummary:
    """All tables from one address, with what is known of any of them; each thing once."""

    name: str
    address: str
    tables: tuple[SourceTable, ...]

    @property
    def terms(self) -> str:
        """On what terms it may be used."""
        return "; ".join(dict.fromkeys(kept.entry.terms for kept in self.tables))

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """What was left out, and why."""
        return tuple(dict.fromkeys(dropped for kept in self.tables for dropped in kept.entry.dropped))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Known gaps and odd days."""
        return tuple(dict.fromkeys(gap for kept in self.tables for gap in kept.entry.gaps))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the build noted."""
        return tuple(dict.fromkeys(note for kept in self.tables for note in kept.entry.notes))

    @property
    def inputs(self) -> tuple[Input, ...]:
        """The files that were read."""
        return tuple(dict.fromkeys(item for kept in self.tables for item in kept.entry.inputs))


def sources() -> tuple[SourceSummary, ...]:
    """Every source in use, the records that are counted first, each with its tables. Raises DataError."""
    return _sources(open_records())


@lru_cache(maxsize=2)
def _sources(records: Records) -> tuple[SourceSummary, ...]:
    by_address: dict[str, list[SourceTable]] = {}
    for tables, entry in records.in_use():
        frame = tables.frame(entry.name) if entry.file.endswith(".parquet") else None
        counted = int(frame["count"].sum()) if frame is not None and "count" in frame else None
        by_address.setdefault(entry.address, []).append(SourceTable(entry, counted))
    first = [dataset.city for dataset in DATASETS.values()]

    def place(kept: list[SourceTable]) -> tuple[int, str]:
        at = [first.index(each.entry.name) for each in kept if each.entry.name in first]
        return min(at, default=len(first)), kept[0].entry.source

    # The shortest name is the source's own; longer ones say what was added to it.
    return tuple(
        SourceSummary(min((each.entry.source for each in kept), key=len), address, tuple(kept))
        for address, kept in sorted(by_address.items(), key=lambda item: place(item[1]))
    )


def layers(records: str) -> Columns:
    """The live layers of some records, by year, as ``sources.toml`` has them. Raises SourceError."""
    found = addresses.sources(records)
    return {
        "year": [str(source.year) for source in found],
        "address": [address for source in found for address in source.addresses[:1]],
    }


def published_by() -> Columns:
    """Who published the figures that are quoted beside the counts, how many, and where."""
    found: dict[tuple[str, str], int] = {}
    for figure in load_story().published.values():
        found[figure.by, figure.address] = found.get((figure.by, figure.address), 0) + 1
    return {
        "who": [who for who, _ in found],
        "figures": list(found.values()),
        "address": [address for _, address in found],
    }


def offenses() -> Columns:
    """Each offense of the police file: its text there, where it counts, and its victims by year and in all."""
    measures = load_story().measures
    texts = {offense: text for text, offense in OFFENSE_IDS.items()}
    group = {offense: name for name in ("violent", "property") for offense in measures[name].categories}
    return {
        "offense": [offense.replace("-", " ") for offense in OFFENSES],
        "in the file": [texts[offense] for offense in OFFENSES],
        "counts as": [group.get(offense, "neither") for offense in OFFENSES],
        **_by_year("crime", OFFENSES),
    }


def arrest_groups() -> Columns:
    """Each group of charges: whether the policy covered it as this story counts, and its arrests by year and in all."""
    covered = load_story().measures[COVERED].categories
    return {
        "group": [group.replace("-", " ") for group in ARREST_GROUPS],
        "under the policy": ["yes" if group in covered else "no" for group in ARREST_GROUPS],
        **_by_year("arrests", ARREST_GROUPS),
    }


def measures() -> Columns:
    """Everything that can be counted: what it adds up, and its events on all complete days without a known gap.

    Where the records are not loaded there are no events and no days.
    """
    opened, found = open_records(), list(load_story().measures.values())
    lines = [opened.line(measure) if opened.has(measure.records) else None for measure in found]
    return {
        "id": [measure.id for measure in found],
        "what": [measure.label for measure in found],
        "adds up": [", ".join(measure.categories) for measure in found],
        "events": [line.count(line.countable) if line else None for line in lines],
        "first day": [line.countable.start.isoformat() if line else None for line in lines],
        "last day": [line.countable.end.isoformat() if line else None for line in lines],
    }


def _by_year(records: str, categories: tuple[str, ...]) -> Columns:
    """Events of each category in all and in each year, up to the last complete day; none on record is 0.

    A year is None where the records are known to lack the category, in whole or in part.
    """
    counts = open_records().city(records)
    lines = [counts.select([name]) if name in counts.categories else None for name in categories]

    def in_year(line: RunningSum | None, window: Window) -> str | int | None:
        try:
            return line.count(window) if line else 0
        except MissingRecordsError:
            return None

    every = Window(counts.first, counts.last)
    years: Columns = {}
    for year in range(counts.first.year, counts.last.year + 1):
        start, end = counts.first.replace(year=year, month=1, day=1), counts.last.replace(year=year, month=12, day=31)
        window = Window(max(start, counts.first), min(end, counts.last))
        years[str(year)] = [in_year(line, window) for line in lines]
    return {"all": [line.count_each([every])[0] if line else 0 for line in lines], **years}
