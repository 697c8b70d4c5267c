"""Rows of the city's live layers of police records: what is read of them, their clock, their days and places."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from lib.ingest.sources.call_rows import visible
from lib.ingest.sources.call_times import CITY, DAY_MS, moments
from lib.ingest.sources.codebook import squeezed
from lib.ingest.sources.fields import DATE_TYPES, find_field, with_time, written
from lib.ingest.sources.raw import SourceError

TEXT_LENGTH = 100
"""Longer texts are cut to this many characters."""

FILL_DAYS = 75
"""Police records of a day go on arriving for weeks: so long the copy of July 2021 needed, which had a fall in June."""

SPREAD_DAYS = 28
"""The last day that has records is one with records on at least half of the days so long before it."""

HOUR_MS = 3_600_000
QUIET = (3 * HOUR_MS, 7 * HOUR_MS)
"""From 3 to 7 in the morning the city is at its quietest."""

ENOUGH_TIMES = 200
CLEARLY = 0.8
"""The share of records in the quiet hours must be this many times smaller by universal time to believe in that."""

_TEXT_TYPES = ("esriFieldTypeString",)


@dataclass(frozen=True)
class Wanted:
    """What is read of a layer: the field of the date (the first of ``at`` that is there), fields of text by the name
    they get, and fields of which no more is kept than whether rows have the same in them (``same``, a hash)."""

    at: tuple[str, ...]
    texts: Mapping[str, str]
    same: tuple[str, ...]


WANTED = {
    "crime": Wanted(("CrimeDateTime",), {"offense": "Description", "area": "Neighborhood"}, ("Location",)),
    "arrests": Wanted(
        ("ArrestDateTime", "ArrestDate"),
        {
            "race": "Race",
            "charge": "ChargeDescription",
            "incident": "IncidentOffence",
            "area": "Neighborhood",
        },
        ("ArrestNumber", "Age", "Gender", "ArrestLocation"),
    ),
}
"""Of crime, rows with the same hash lie in one block; of arrests, rows alike in everything are one arrest."""


@dataclass(frozen=True)
class Fields:
    """The fields that are read, as the layer spells them."""

    at: str
    texts: Mapping[str, str]
    same: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, as they are asked for."""
        return self.at, *self.texts.values(), *self.same


def find_fields(wanted: Wanted, fields: Mapping[str, str], where: str) -> Fields:
    """What is wanted among ``fields`` (names in any letter case, with their esriFieldType).

    SourceError names the field that is missing or of another type, and what was found in its place.
    """
    return Fields(
        find_field(fields, wanted.at, DATE_TYPES, where),
        {column: find_field(fields, (name,), _TEXT_TYPES, where) for column, name in wanted.texts.items()},
        tuple(find_field(fields, (name,), (), where) for name in wanted.same),
    )


def batch_of(rows: Iterable[Mapping[str, Any]], fields: Fields) -> pa.Table:
    """A layer's rows as columns: ``at`` (epoch milliseconds as stored, null for none), the texts, and ``same``.

    Nothing else of a row is kept. Raises SourceError for a date that can't be read.
    """
    rows = list(rows)
    dates = pa.array([with_time(written(row.get(fields.at)), "00:00:00") for row in rows], pa.string())
    at, bad = moments(dates)
    if bad.size:
        raise SourceError(f"{fields.at} is {dates[int(bad[0])].as_py()[:40]!r} in a row, which isn't a date.")
    texts = {
        column: pa.array([_text(row.get(name)) for row in rows], pa.string()) for column, name in fields.texts.items()
    }
    same = pa.array([_hash(row.get(name) for name in fields.same) for row in rows], pa.int64())
    return pa.table({"at": at, **texts, "same": same})


def check_city(areas: Iterable[str | None], neighborhoods: Iterable[str], where: str) -> None:
    """Raises SourceError unless most of the neighborhoods that are named are on the map; no names say nothing."""
    on_map = {squeezed(name) for name in neighborhoods}
    named = [text for area in areas if area and (text := squeezed(area))]
    known = sum(text in on_map for text in named)
    if named and known * 2 <= len(named):
        raise SourceError(
            f"{where} doesn't hold Baltimore's records: {known:,} of the {len(named):,} neighborhoods that its rows "
            "name are on the map."
        )


@dataclass(frozen=True)
class Clock:
    """What clock dates are in, "local" or "utc", and the sentences that say why."""

    zone: str
    why: str


def find_clock(at: NDArray[np.int64]) -> Clock:
    """The clock that these epoch milliseconds are in, by the times of day that they come to.

    Baltimore's own time labeled as universal, as the city's older layers have it, unless by universal time clearly
    fewer records fall in the quiet hours before dawn, or more of those with a day only fall on midnight.
    """
    times = {"local": at % DAY_MS, "utc": _baltimore(at) % DAY_MS}
    midnight = {zone: time == 0 for zone, time in times.items()}
    share = {zone: float(found.mean()) if len(at) else 0.0 for zone, found in midnight.items()}
    if max(share.values()) > 0.5:
        zone = "utc" if share["utc"] > share["local"] else "local"
        why = f"so {share[zone]:.0%} of them fall on midnight, for most records give a day only"
        return Clock(zone, _clock_note(zone, why))
    timed = ~(midnight["local"] | midnight["utc"])
    if np.count_nonzero(timed) < ENOUGH_TIMES:
        return Clock("local", _clock_note("local", "the times of day are too few to tell"))
    quiet = {zone: float(((QUIET[0] <= time) & (time < QUIET[1]))[timed].mean()) for zone, time in times.items()}
    zone = "utc" if quiet["utc"] < CLEARLY * quiet["local"] else "local"
    other = "local" if zone == "utc" else "utc"
    why = f"so {quiet[zone]:.0%} of the times fall between 3 and 7 in the morning, read otherwise {quiet[other]:.0%}"
    return Clock(zone, _clock_note(zone, why))


def _clock_note(zone: str, why: str) -> str:
    read = "universal time and turned into Baltimore's" if zone == "utc" else "Baltimore's own time, labeled universal"
    return (
        f"Dates are read as {read}: {why}. No number in these records confirms it; if it is wrong, those of a few "
        "hours around midnight are on a neighboring day."
    )


def days_of(at: NDArray[np.int64], zone: str) -> NDArray[np.datetime64]:
    """Baltimore's days, as datetime64[us] at midnight, of moments stored by this clock."""
    return ((_baltimore(at) if zone == "utc" else at) // DAY_MS).astype("M8[D]").astype("M8[us]")


def _baltimore(at: NDArray[np.int64]) -> NDArray[np.int64]:
    local = pd.DatetimeIndex(at.astype("M8[ms]")).tz_localize("UTC").tz_convert(CITY).tz_localize(None)
    milliseconds: NDArray[np.int64] = local.to_numpy().astype("M8[ms]").astype(np.int64)
    return milliseconds


def last_day(days: NDArray[np.datetime64], where: str) -> date:
    """The last day that records reach: of the weeks up to it, half the days have some.

    A record dated long after all others is a slip of the pen. Raises SourceError where no day is like that.
    """
    found = np.unique(days).astype("M8[D]")
    before = np.searchsorted(found, found - np.timedelta64(SPREAD_DAYS, "D"), side="right")
    reached = found[2 * (np.arange(len(found)) + 1 - before) >= SPREAD_DAYS]
    if not reached.size:
        raise SourceError(f"{where} has records of too few days to tell how far they are complete.")
    last: date = reached[-1].item()
    return last


def complete_through(last: date) -> date:
    """The last day whose records have arrived, where ``last`` is the last that has any."""
    return last - timedelta(days=FILL_DAYS)


def _text(value: object) -> str:
    """A value as text fit to be shown, no longer than TEXT_LENGTH."""
    return visible(written(value))[:TEXT_LENGTH].rstrip()


def _hash(values: Iterable[object]) -> int:
    text = "\0".join(written(value) for value in values)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), signed=True)
