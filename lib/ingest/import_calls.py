"""911 calls from files downloaded by hand: what they hold beyond the calls loaded before joins these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from lib.ingest.call_tables import Loaded, held_calls, neighborhoods, unusable_calls, usable, write_calls
from lib.ingest.download import Progress, Watch
from lib.ingest.sources import call_rows, call_years, callbook, calls, calls_csv
from lib.tables.errors import DataError
from lib.tables.folder import loaded_dir
from lib.tables.manifest import Input, Manifest
from lib.tables.store import Tables
from lib.tables.write import claimed


@dataclass(frozen=True)
class YearChange:
    """What files change of one year: calls and days that are new, and what becomes of those loaded before.

    ``known`` rows are calls that were counted before; ``left`` rows are of days whose calls can't be told apart any
    more, which stay as they are; ``gone`` calls of ``gone_days`` days are replaced.
    """

    year: int
    held: int
    added: int
    days: int
    first: date | None
    last: date | None
    known: int
    left: int
    gone: int
    gone_days: int

    def sentence(self) -> str:
        """The change in words."""
        parts = []
        if self.added:
            span = f"{self.first} to {self.last}" if self.first != self.last else f"{self.first}"
            to = "" if not self.held or self.gone else f", to the {_calls(self.held)} loaded before"
            parts.append(f"{_calls(self.added)} of {_days(self.days)} ({span}) {_come(self.added)}{to}")
        else:
            parts.append("nothing is new")
        if self.gone:
            parts.append(
                f"they replace the {_calls(self.gone)} loaded before of {_days(self.gone_days)}; "
                f"the other {_calls(self.held - self.gone)} stay"
            )
        if self.known:
            parts.append(f"{_rows(self.known)} hold calls that are counted already")
        if self.left:
            parts.append(
                f"{_rows(self.left)} are left out: of their days calls were loaded before, without what would tell "
                "which; --replace counts these days from the file alone"
            )
        return f"{self.year}: {'. '.join(part[0].upper() + part[1:] for part in parts)}."


@dataclass(frozen=True)
class Changes:
    """What an import is about to do, before it does: by year, and what was found in the files."""

    years: tuple[YearChange, ...]
    notes: tuple[str, ...]

    def sentences(self) -> tuple[str, ...]:
        """All of it in words."""
        return (*self.notes, *(year.sentence() for year in self.years))


def import_calls(
    files: Sequence[Path],
    say: Callable[[Progress], None],
    agree: Callable[[Changes], bool] = lambda _: True,
    *,
    replace: bool = False,
) -> Manifest | None:
    """Add the 911 calls that lie in CSV files of the city's portal, plain, gzipped or zipped, to those loaded before.

    A call is counted once, by its number. What was loaded before stays; with ``replace``, days that the files hold are
    counted from these alone. ``agree`` is told what will change before it does, and may say no: then None is returned,
    and nothing has changed. Files are read once, in bounded memory. Raises SourceError or DataError; the tables there
    are then unchanged.
    """
    with claimed(loaded_dir("calls")) as claim:
        old = usable("calls")
        loaded = old is not None and old.folder == claim.folder
        if not loaded and not replace and (problem := unusable_calls()):
            raise DataError(
                f"The 911 calls loaded before can't be used, so these can't join them: {problem} "
                "With --replace, these take their place."
            )
        names = neighborhoods()
        tally = calls.Years(callbook.read(), names)
        notes: list[str] = []
        inputs = _read(files, tally, names, Watch(say, len(files)), notes.append)
        counted = tally.finish(partial(held_calls, old), replace, date.today().year)
        made = [Loaded(year, inputs, alone=replace) for year in counted.years]
        years = sorted({year.year for year in counted.years} | set(counted.known) | set(counted.left))
        changes = Changes(tuple(_change(year, counted, old, replace) for year in years), tuple(notes))
        if not agree(changes):
            return None
        if not made and old is not None:
            return old.manifest
        return write_calls(claim, old, made)


def _read(
    files: Sequence[Path],
    tally: calls.Years,
    names: Sequence[str],
    watch: Watch,
    tell: Callable[[str], None],
) -> tuple[Input, ...]:
    """Every row of the files into the tally."""
    inputs = []
    for path in files:
        watch.begin()
        tally.begin()
        rows = 0
        for batch in calls_csv.read_csv(path, tell):
            if rows == 0:
                call_rows.check_city(batch, names, path.name)
            tally.add(batch)
            rows += batch.num_rows
            watch.came(path.name, batch.num_rows, rows, None)
        inputs.append(calls_csv.input_of(path))
        watch.done += 1
    return tuple(inputs)


def _change(year: int, counted: call_years.Counted, old: Tables | None, replace: bool) -> YearChange:
    fresh = next((found for found in counted.years if found.year == year), None)
    days = np.unique(fresh.keys.day) if fresh else np.empty(0, np.int64)
    held = pd.Series(dtype="int64", index=pd.DatetimeIndex([]))
    if old is not None:
        city = old.frame("calls_city_daily")
        held = city[city["date"].dt.year == year].groupby("date")["count"].sum()
    gone = held[np.isin(held.index.to_numpy().astype("M8[D]").astype(np.int64), days)] if replace else held.iloc[:0]
    return YearChange(
        year,
        int(held.sum()),
        len(fresh.keys.day) if fresh else 0,
        len(days),
        fresh.first if fresh else None,
        fresh.last if fresh else None,
        counted.known.get(year, 0),
        counted.left.get(year, 0),
        int(gone.sum()),
        len(gone),
    )


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count:,} calls"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _come(count: int) -> str:
    return "is added" if count == 1 else "are added"
