"""911 calls of a year as daily counts, what tells one call from another, and what became of the rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class CallReport:
    """What a year's rows were, and what became of them.

    ``rows`` = ``repeated_ids`` + ``undated`` + ``duplicates`` + ``outside_year`` + ``counted``. Among the counted are
    those with ``no_number``, and the ``unplaced``, of which the ``unknown_places`` name a place that isn't on the map.
    ``duplicates`` repeat the call number of a row before.

    ``zone`` is the clock the dates are in, "local" or "utc"; ``agreement`` the share of call numbers that it puts on
    the day they say (0 without numbers).

    ``uncaught`` are texts that no rule sorts, with their rows, the commonest first; ``mended`` are spellings of
    neighborhoods that were changed to the map's.
    """

    rows: int
    repeated_ids: int
    undated: int
    duplicates: int
    outside_year: int
    counted: int
    no_number: int
    unplaced: int
    unknown_places: int
    mended: tuple[str, ...]
    zone: str
    agreement: float
    uncaught: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class CallYear:
    """One year's calls as daily counts, each call once. Days are datetime64[us], texts are categories.

    ``city``: date, group, origin, count. ``area``: date, group, origin, area ("" for none), place, count.
    ``descriptions``: date, description, count; descriptions are as rules see them.
    """

    year: int
    city: pd.DataFrame
    area: pd.DataFrame
    descriptions: pd.DataFrame
    first: date
    last: date
    report: CallReport
    keys: "CallKeys"


@dataclass(frozen=True)
class CallKeys:
    """What tells calls apart, with their days (from 1970-01-01), as two arrays of the same length.

    A key is the digits of the call number; below -1, it is a hash of what is known of a call without one, and of how
    many like it came before in the same file.
    """

    day: NDArray[np.int64]
    key: NDArray[np.int64]


@dataclass(frozen=True)
class CountedCalls:
    """The calls that were counted before: their keys, and the days that have some whose keys nobody kept."""

    keys: CallKeys
    closed: NDArray[np.int64]

    def outside(self, days: NDArray[np.int64]) -> "CountedCalls":
        """Without those of these days."""
        kept = ~np.isin(self.keys.day, days)
        return CountedCalls(CallKeys(self.keys.day[kept], self.keys.key[kept]), np.setdiff1d(self.closed, days))


_NO_DAYS = np.empty(0, np.int64)
NO_COUNTED_CALLS = CountedCalls(CallKeys(_NO_DAYS, _NO_DAYS), _NO_DAYS)


@dataclass(frozen=True)
class Counted:
    """What files hold beyond what was counted before.

    ``known`` are by year the rows whose call was counted before, ``left`` those of days that are closed.
    """

    years: list[CallYear]
    known: Mapping[int, int]
    left: Mapping[int, int]


_DENSE = 1 << 24
"""Up to so many cells, counting into all of them is quicker than sorting the rows."""


def daily_counts(day: NDArray[np.int64], keys: Mapping[str, tuple[NDArray[Any], Sequence[str]]]) -> pd.DataFrame:
    """date, the keys, count: the rows of each day and key. A key is given as codes and what they stand for."""
    combined = day - day.min()
    for codes, names in keys.values():
        combined = combined * len(names) + codes
    size = int(combined.max()) + 1
    if size <= _DENSE:
        count = np.bincount(combined)
        found = np.flatnonzero(count)
        count = count[found]
    else:
        found, count = np.unique(combined, return_counts=True)
    columns: dict[str, Any] = {}
    for name, (_, names) in reversed(list(keys.items())):
        found, codes = np.divmod(found, len(names))
        columns[name] = pd.Categorical.from_codes(codes, pd.Index(names, dtype="str"))
    dates = (found + day.min()).astype("M8[D]").astype("M8[us]")
    return pd.DataFrame({"date": dates, **dict(reversed(columns.items())), "count": count.astype(np.int32)})
