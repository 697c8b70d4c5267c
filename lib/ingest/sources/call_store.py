"""The rows of 911 records that came so far, and the calls that they settle to."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.ingest.sources.call_rows import column_of, visible
from lib.ingest.sources.call_times import (
    DAY_MS,
    NO_NUMBER,
    Clock,
    call_numbers,
    find_clock,
    local_days,
    number_years,
)
from lib.ingest.sources.call_years import NO_COUNTED_CALLS, CallKeys, CallReport, CallYear, CountedCalls, daily_counts
from lib.ingest.sources.callbook import CallBook
from lib.ingest.sources.codebook import NO_RULE, squeezed
from lib.tables.schemas import CALL_GROUPS, CALL_ORIGINS, CALL_PLACES, NO_AREA

NO_TEXT = "(no description)"
REST_TEXT = "(other descriptions)"
"""The description of rare texts that no rule of the book catches, pooled."""

TEXT_LENGTH = 80
"""Longer descriptions are cut to this many characters, after they are sorted."""

KEPT_TEXTS = 300
"""A text that no rule catches stays by itself if it is among so many of the year's commonest descriptions."""

SHOWN = 40
"""So many of the texts that no rule catches, and of the unknown neighborhoods, are in the report."""


UNDATED = np.iinfo(np.int64).min

_YEAR_STEP = 10_000_000
"""How far the call numbers of one year are from those of the next."""


@dataclass(frozen=True)
class Rows:
    """Rows in the order of their ids, as arrays of equal length; ``text`` and ``area`` are codes of texts."""

    id: NDArray[np.int64]
    number: NDArray[np.int32]
    at: NDArray[np.int64]
    text: NDArray[np.int32]
    area: NDArray[np.int32]


@dataclass(frozen=True)
class _Sense:
    """What a description comes to: the text shown for it, its group and origin, and whether a rule caught it."""

    text: str
    group: int
    origin: int
    caught: bool


_T = TypeVar("_T")


class _Texts(Generic[_T]):
    """Codes for texts, one for all that come to the same; ``senses`` says by code what they come to.

    A long text is asked about anew in each batch, so that none is kept whole.
    """

    def __init__(self, senses_of: Callable[[Sequence[str]], list[_T]]) -> None:
        self._senses_of = senses_of
        self._codes: dict[_T, int] = {}
        self._seen: dict[str, int] = {}

    @property
    def senses(self) -> list[_T]:
        return list(self._codes)

    def codes(self, texts: pa.Array) -> NDArray[np.int32]:
        encoded = (pc.fill_null(texts, "") if texts.null_count else texts).dictionary_encode()
        unique = encoded.dictionary.to_pylist()
        new = [text for text in unique if text not in self._seen]
        fresh = {
            text: self._codes.setdefault(sense, len(self._codes))
            for text, sense in zip(new, self._senses_of(new), strict=True)
        }
        self._seen |= {text: code for text, code in fresh.items() if len(text) <= TEXT_LENGTH}
        codes = np.array([fresh[text] if text in fresh else self._seen[text] for text in unique], dtype=np.int32)
        indices: NDArray[np.int32] = encoded.indices.to_numpy()
        return codes[indices]


class RowStore:
    """The rows that came so far, and what their texts come to."""

    def __init__(self, book: CallBook, neighborhoods: Iterable[str]) -> None:
        self._book = book
        self._names = (NO_AREA, *sorted(neighborhoods))
        self._on_map = {squeezed(name): place for place, name in enumerate(self._names)}
        self._parts: list[Rows] = []
        self._texts = _Texts(self._senses)
        self._areas = _Texts(lambda texts: [visible(text)[:TEXT_LENGTH] for text in texts])

    def add(self, batch: pa.Table, ids: NDArray[np.int64]) -> None:
        """Takes a batch in, its rows under these ids."""
        at = pc.fill_null(column_of(batch, "at"), int(UNDATED)).to_numpy(zero_copy_only=False)
        number = call_numbers(column_of(batch, "number"))
        text = self._texts.codes(column_of(batch, "description"))
        self._parts.append(Rows(ids, number, at, text, self._areas.codes(column_of(batch, "area"))))

    def _senses(self, texts: Sequence[str]) -> list[_Sense]:
        shown = [visible(squeezed(text)) for text in texts]
        numbers = self._book.by_description(shown)
        groups, origins = self._book.groups_of(numbers), self._book.origins_of(numbers)
        return [
            _Sense(
                text[:TEXT_LENGTH].rstrip() or NO_TEXT,
                CALL_GROUPS.index(group),
                CALL_ORIGINS.index(origin),
                bool(number != NO_RULE),
            )
            for text, group, origin, number in zip(shown, groups, origins, numbers, strict=True)
        ]

    def rows(self) -> Rows:
        """Every row, by id."""
        kinds = {"id": np.int64, "number": np.int32, "at": np.int64, "text": np.int32, "area": np.int32}
        columns: list[NDArray[Any]] = [
            np.concatenate([np.empty(0, kind), *(getattr(part, name) for part in self._parts)])
            for name, kind in kinds.items()
        ]
        if (np.diff(columns[0]) < 0).any():
            order = np.argsort(columns[0], kind="stable")
            columns = [column[order] for column in columns]
        return Rows(*columns)

    def settled(
        self,
        rows: Rows,
        years: Sequence[int],
        held: CountedCalls = NO_COUNTED_CALLS,
        replace: bool = False,
        files: Sequence[int] = (),
    ) -> "_Settled | None":
        """What becomes of each row; None where none is a call of these years, not even one that is held."""
        if not years:
            return None
        settled = _Settled.of(rows, self._keys(rows, files), years, held, replace)
        return settled if settled.some() else None

    def counted(self, settled: "_Settled") -> list[CallYear]:
        """The counts of those of the years that have any call."""
        counted = [settled.counted(place) for place in range(len(settled.years))]
        return [self._year(settled, place, chosen) for place, chosen in enumerate(counted) if len(chosen)]

    def _keys(self, rows: Rows, files: Sequence[int]) -> NDArray[np.int64]:
        """The key of each row that has a date; see CallKeys. ``files`` are the places where files begin."""
        keys = rows.number.astype(np.int64)
        places = np.flatnonzero((rows.number == NO_NUMBER) & (rows.at != UNDATED))
        if not places.size:
            return keys
        like = pd.DataFrame({"at": rows.at[places], "text": rows.text[places], "area": rows.area[places]})
        like["file"] = np.searchsorted(np.array(files, dtype=np.int64), places, side="right")
        nth = like.groupby(["file", "at", "text", "area"]).cumcount()
        texts, areas = [sense.text for sense in self._texts.senses], self._areas.senses
        keys[places] = [
            _hashed(f"{at}\0{texts[text]}\0{areas[area]}\0{before}")
            for at, text, area, before in zip(like["at"], like["text"], like["area"], nth, strict=True)
        ]
        return keys

    def _year(self, settled: "_Settled", place: int, chosen: NDArray[np.int64]) -> CallYear:
        """The counts of one of the years; ``chosen`` are the places of its calls."""
        senses, written = self._texts.senses, self._areas.senses
        day, text, area = settled.day[chosen], settled.rows.text[chosen], settled.rows.area[chosen]
        on_map = np.array([self._on_map.get(squeezed(name), 0) for name in written], dtype=np.int64)
        caught = np.array([sense.caught for sense in senses])
        uncaught = _rows_by([sense.text for sense in senses], text[~caught[text]])
        strange = _rows_by(written, area[on_map[area] == 0])
        strange.pop("", None)
        found = ((written[code], self._names[on_map[code]]) for code in np.unique(area[on_map[area] > 0]))
        report = CallReport(
            **settled.dropped(place),
            counted=len(chosen),
            no_number=int((settled.rows.number[chosen] == NO_NUMBER).sum()),
            unplaced=int((on_map[area] == 0).sum()),
            unknown_places=sum(strange.values()),
            mended=tuple(f"{text} to {name}" for text, name in sorted(found) if text not in (name, name.upper())),
            uncaught=_commonest(uncaught),
            **vars(settled.clocks[place]),
        )
        kind = {
            "group": (np.array([sense.group for sense in senses])[text], CALL_GROUPS),
            "origin": (np.array([sense.origin for sense in senses])[text], CALL_ORIGINS),
        }
        by_area = daily_counts(day, kind | {"area": (on_map[area], self._names)})
        nowhere = by_area["area"].cat.codes.to_numpy() == 0
        placed = np.where(nowhere, CALL_PLACES.index("none"), CALL_PLACES.index("recorded")).astype(np.int8)
        by_area.insert(4, "place", pd.Series(pd.Categorical.from_codes(placed, pd.Index(CALL_PLACES, dtype="str"))))
        shown = _pooled([sense.text for sense in senses], text, uncaught)
        names, codes = np.unique(np.array(shown, dtype=object), return_inverse=True)
        return CallYear(
            settled.years[place],
            daily_counts(day, kind),
            by_area,
            daily_counts(day, {"description": (codes[text], tuple(names))}),
            _date(day.min()),
            _date(day.max()),
            report,
            CallKeys(day, settled.keys[chosen]),
        )


@dataclass(frozen=True)
class _Settled:
    """What becomes of each row, all as arrays of the rows' length.

    ``home`` is the place among ``years`` of the year that a row came with; ``repeated``, ``undated`` and ``again``
    (the place of the row whose key it repeats, else -1) say why it isn't counted, and so do ``known``, a call counted
    before, and ``left``, of a day that is closed; ``day`` is its day in Baltimore, and ``fell`` the place of the year
    which that is in, -1 for any other.
    """

    rows: Rows
    keys: NDArray[np.int64]
    years: Sequence[int]
    clocks: Sequence[Clock]
    home: NDArray[np.int64]
    repeated: NDArray[np.bool_]
    undated: NDArray[np.bool_]
    again: NDArray[np.int64]
    day: NDArray[np.int64]
    fell: NDArray[np.int64]
    known: NDArray[np.bool_]
    left: NDArray[np.bool_]

    @classmethod
    def of(
        cls, rows: Rows, keys: NDArray[np.int64], years: Sequence[int], held: CountedCalls, replace: bool
    ) -> "_Settled":
        """Settles rows for these years, in ascending order. The clock is found for the rows of each by themselves."""
        repeated = np.zeros(len(rows.id), dtype=bool)
        repeated[1:] = rows.id[1:] == rows.id[:-1]
        dated = rows.at != UNDATED
        numbered = rows.number != NO_NUMBER
        again = _again(rows.number, ~repeated & dated & numbered)
        plain = np.flatnonzero(~repeated & dated & ~numbered)
        _, first, place_of = np.unique(keys[plain], return_index=True, return_inverse=True)
        again[plain] = np.where(first[place_of] == np.arange(len(plain)), -1, plain[first[place_of]])
        home = np.zeros(len(rows.id), dtype=np.int64)
        if len(years) > 1:
            home = _nearest(_came_years(rows, years[-1]), np.array(years))
        clocks, day = [], np.zeros(len(rows.id), dtype=np.int64)
        for place in range(len(years)):
            mine = dated & (home == place)
            telling = mine & ~repeated & (again < 0) & numbered
            clocks.append(find_clock(rows.at[telling], rows.number[telling]))
            day[mine] = local_days(rows.at[mine], clocks[-1].zone)
        fell = np.full(len(rows.id), -1, dtype=np.int64)
        for place, year in enumerate(years):
            begin, end = (day_of(date(number, 1, 1)) for number in (year, year + 1))
            fell[dated & (day >= begin) & (day < end)] = place
        fresh = ~repeated & dated & (again < 0) & (fell >= 0)
        if replace:
            held = held.outside(np.unique(day[fresh]))
        left = fresh & np.isin(day, held.closed)
        known = fresh & ~left & np.isin(keys, held.keys.key)
        return cls(rows, keys, years, clocks, home, repeated, ~repeated & ~dated, again, day, fell, known, left)

    @cached_property
    def _once(self) -> NDArray[np.bool_]:
        return ~self.repeated & ~self.undated & (self.again < 0) & ~self.known & ~self.left

    def some(self) -> list[int]:
        """The years that any call is of, whether it counts or was held."""
        here = np.unique(self.fell[(self._once | self.known | self.left) & (self.fell >= 0)])
        return [self.years[place] for place in here.tolist()]

    def by_year(self, which: NDArray[np.bool_]) -> dict[int, int]:
        """The rows of these, by the year that their day is in."""
        places, rows = np.unique(self.fell[which], return_counts=True)
        return {self.years[place]: count for place, count in zip(places.tolist(), rows.tolist(), strict=True)}

    def counted(self, place: int) -> NDArray[np.int64]:
        """The places of the rows that count in one of the years."""
        return np.flatnonzero(self._once & (self.fell == place))

    def dropped(self, place: int) -> dict[str, Any]:
        """What the report of one of the years says of the rows that don't count, and of all."""
        mine = (self.home == place) & ~self.left
        parts = {
            "repeated_ids": int((mine & self.repeated).sum()),
            "undated": int((mine & self.undated).sum()),
            "duplicates": int((mine & (self.again >= 0)).sum()) + int((mine & self.known).sum()),
            "outside_year": int((mine & self._once & (self.fell < 0)).sum()),
        }
        return {**parts, "rows": sum(parts.values()) + len(self.counted(place))}


def _came_years(rows: Rows, otherwise: int) -> NDArray[np.int64]:
    """The years of rows as they came: those of the dates as stored, else of the call numbers, else ``otherwise``."""
    dated = rows.at != UNDATED
    years = np.where(rows.number != NO_NUMBER, number_years(rows.number), otherwise)
    years[dated] = (rows.at[dated] // DAY_MS).astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970
    return years


def rows_by_year(rows: Rows) -> dict[int, int]:
    """The rows that have a date, by the year of the date as stored."""
    by_day = np.bincount(rows.at[rows.at != UNDATED] // DAY_MS)
    days = np.flatnonzero(by_day)
    counts = np.bincount(days.astype("M8[D]").astype("M8[Y]").astype(np.int64) + 1970, weights=by_day[days])
    return {int(year): int(counts[year]) for year in np.flatnonzero(counts)}


def _nearest(years: NDArray[np.int64], among: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the nearest of the years ``among``, which are in ascending order."""
    after = np.searchsorted(among, years).clip(0, len(among) - 1)
    before = (after - 1).clip(0)
    nearest: NDArray[np.int64] = np.where(np.abs(among[before] - years) < np.abs(among[after] - years), before, after)
    return nearest


def _again(numbers: NDArray[np.int32], among: NDArray[np.bool_]) -> NDArray[np.int64]:
    """For each row ``among`` these that repeats the number of one before it, the place of the first; else -1."""
    again = np.full(len(numbers), -1, dtype=np.int64)
    years = np.where(among, numbers // _YEAR_STEP, -1)
    for year in np.flatnonzero(np.bincount(years[among])):
        places = np.flatnonzero(years == year)
        keys = numbers[places] - year * _YEAR_STEP
        first = np.empty(int(keys.max()) + 1, dtype=np.int32)
        # Of several rows the last written stays, so from the end to the beginning it is the first.
        first[keys[::-1]] = places[::-1]
        again[places] = np.where(first[keys] == places, -1, first[keys])
    return again


def _rows_by(names: Sequence[str], codes: NDArray[np.int32]) -> dict[str, int]:
    """The rows of each name among these codes of names; one name may have several codes."""
    rows: dict[str, int] = {}
    for code, count in zip(*(values.tolist() for values in np.unique(codes, return_counts=True)), strict=True):
        rows[names[code]] = rows.get(names[code], 0) + count
    return rows


def _ranked(rows: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(rows.items(), key=lambda item: (-item[1], item[0]))


def _commonest(rows: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(_ranked(rows)[:SHOWN])


def _pooled(names: Sequence[str], codes: NDArray[np.int32], uncaught: Mapping[str, int]) -> list[str]:
    """The names, with REST_TEXT for those that no rule catches and that aren't among the commonest."""
    kept = {name for name, _ in _ranked(_rows_by(names, codes))[:KEPT_TEXTS]}
    return [REST_TEXT if name in uncaught and name not in kept else name for name in names]


def _hashed(text: str) -> int:
    """A number below that of any call number, and of none."""
    return -2 - (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 2)


def day_of(day: date) -> int:
    """A day as the number of days from 1970-01-01 on."""
    return (day - date(1970, 1, 1)).days


def _date(day: np.int64) -> date:
    return date(1970, 1, 1) + timedelta(days=int(day))
