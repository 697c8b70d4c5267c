"""911 records tallied to counts by Baltimore's days: of one layer, or of files that hold several years."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import numpy as np
import pyarrow as pa

from lib.ingest.sources.call_rows import column_of
from lib.ingest.sources.call_store import Rows, RowStore, day_of, rows_by_year
from lib.ingest.sources.call_times import (
    DAY_MS,
    NO_NUMBER,
    number_years,
)
from lib.ingest.sources.call_years import NO_COUNTED_CALLS, CallYear, Counted, CountedCalls
from lib.ingest.sources.callbook import CallBook
from lib.ingest.sources.raw import SourceError

YEAR_SHARE = 0.01
"""Where rows may be of any year, one with a smaller share of them is compared with what its call numbers say."""

YEARS = range(2013, 2036)
"""The years that a call can be of, as far as those that are not over when it is read."""


class Tally:
    """Counts the rows of one layer, batch by batch, as the calls of one year.

    Some 30 bytes a row are kept until the end, and each text once: which row repeats another, and which clock the
    dates are in, shows only when all rows are there.
    """

    def __init__(self, book: CallBook, neighborhoods: Iterable[str], year: int | None) -> None:
        self._store = RowStore(book, neighborhoods)
        self._year = year

    def add(self, batch: pa.Table) -> None:
        """Takes a batch in."""
        self._store.add(batch, column_of(batch, "id").to_numpy(zero_copy_only=False))

    def finish(self) -> CallYear:
        """The counts of the year given, else of the year of most rows. Raises SourceError when nothing is left."""
        rows = self._store.rows()
        counts = rows_by_year(rows)
        commonest = max(counts, key=lambda year: counts[year], default=None)
        year = commonest if self._year is None else self._year
        settled = self._store.settled(rows, [] if year is None else [year])
        counted = self._store.counted(settled) if settled else []
        if not counted:
            raise _nothing(rows, [] if year is None else [year])
        return counted[0]


class Years:
    """Counts the rows of files, batch by batch, as the calls of as many years as they hold.

    Rows count as numbered in the order in which they come, whatever their ids.
    """

    def __init__(self, book: CallBook, neighborhoods: Iterable[str]) -> None:
        self._store = RowStore(book, neighborhoods)
        self._read = 0
        self._files: list[int] = []

    def begin(self) -> None:
        """Another file begins: a call without a number that an earlier one holds as well is the same call."""
        self._files.append(self._read)

    def add(self, batch: pa.Table) -> None:
        """Takes a batch in."""
        self._store.add(batch, np.arange(self._read, self._read + batch.num_rows))
        self._read += batch.num_rows

    def finish(
        self,
        held: Callable[[Sequence[int]], CountedCalls] = lambda _: NO_COUNTED_CALLS,
        replace: bool = False,
        through: int = YEARS[-1],
    ) -> Counted:
        """The counts of each year, of the calls that are not ``held``; this is asked for the calls of some years.

        A year of few rows whose call numbers mostly say another, and one after ``through``, are none: their rows are
        outside the year. With ``replace`` nothing counts as held on a day that the rows have. Raises SourceError
        when no row is a call.
        """
        rows = self._store.rows()
        counts = rows_by_year(rows)
        least = YEAR_SHARE * sum(counts.values())
        years = [
            year
            for year, count in counts.items()
            if year in YEARS and year <= through and (count >= least or _numbers_agree(rows, year))
        ]
        around = sorted({near for year in years for near in (year - 1, year, year + 1)})
        before = held(around)
        # What a file in universal time has of the evening before its first day belongs to a year that was loaded.
        days = np.concatenate([before.keys.day, before.closed])
        there = np.unique(days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970).tolist()
        years = sorted({*years, *(year - 1 for year in years if year - 1 in there)})
        settled = self._store.settled(rows, years, before, replace, self._files)
        if settled is not None and len(some := settled.some()) < len(years):
            years = some
            settled = self._store.settled(rows, years, before, replace, self._files)
        if settled is None:
            raise _nothing(rows, years)
        return Counted(self._store.counted(settled), settled.by_year(settled.known), settled.by_year(settled.left))


def _numbers_agree(rows: Rows, year: int) -> bool:
    """Whether most of the call numbers of the rows dated in a year carry that year; without numbers they do."""
    begin, end = (day_of(date(number, 1, 1)) * DAY_MS for number in (year, year + 1))
    numbers = rows.number[(rows.at >= begin) & (rows.at < end)]
    numbers = numbers[numbers != NO_NUMBER]
    return bool(2 * np.count_nonzero(number_years(numbers) == year) >= len(numbers))


def _nothing(rows: Rows, years: Sequence[int]) -> SourceError:
    of = f" of {' or '.join(map(str, years))}" if years else " with a date"
    return SourceError(f"None of the {len(rows.id):,} rows is a call{of}.")
