"""Baltimore among other cities, from the Real-Time Crime Index; never joined to the police's own file."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np

from lib.analysis.counts import whole_bins
from lib.analysis.peers import (
    FEWEST_CITIES,
    HIGH,
    LOW,
    Apart,
    Floats,
    Standing,
    Unfit,
    apart,
    flat_counts,
    index_of,
    running_sums,
    standing,
    unfit,
)
from lib.analysis.specifications import panel_of
from lib.analysis.windows import Window, WindowPair, years_between
from lib.errors import ArgumentError
from lib.ingest.sources.peers import SUMS
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records
from lib.tables.schemas import PEER_CITY, PEER_MEASURES, PEER_OFFENSES

Cities = Literal["large", "all", "named"]
TABLE = "peers_monthly"
BALTIMORE = PEER_CITY
OFFENSES = PEER_OFFENSES
COLUMNS = PEER_MEASURES
DIFFERS = {
    "violent": "",
    "property": "without arson",
    "aggravated-assault": "non-fatal shootings included",
    "larceny": "larceny from cars included",
}
INSIDE = {
    "shooting": "The Real-Time Crime Index counts non-fatal shootings inside aggravated assault and not by themselves.",
    "larceny-from-auto": "The Real-Time Crime Index counts larceny from cars inside larceny and not by itself.",
    **{
        f"robbery-{kind}": "The Real-Time Crime Index counts all robbery together and not by kind."
        for kind in ("street", "commercial", "residence", "carjacking")
    },
}
# Older cities of at least 5,000 crimes in 2019 with at least 3.5 homicides for each 1,000 crimes (Baltimore: 9), and
# four of the kind whose records have holes, so that a reader sees why they are missing.
NAMED = (
    "Buffalo, NY", "Chicago, IL", "Cincinnati, OH", "Cleveland, OH", "Detroit, MI", "Kansas City, MO", "Memphis, TN",
    "New Orleans, LA", "Newark, NJ", "Philadelphia, PA", "St Louis, MO", "Washington, DC",
    "Atlanta, GA", "Milwaukee, WI", "Pittsburgh, PA", "Richmond, VA",
)  # fmt: skip
LARGE = 250_000  # residents, by the scorecard of 2026: the index of 2024 holds no population
SCORECARD = "peers_yearly_2026"
FEWEST_EVENTS = 50  # in the baseline: chance alone moves the ratio of two such counts by a fifth
FEWEST_A_YEAR = 100  # for months one by one: about eight each
YEAR = 12
BASE = 2019


@dataclass(frozen=True)
class LeftOut:
    """An agency of the set that could not be compared, and why."""

    agency: str
    why: str


@dataclass(frozen=True)
class Months:
    """The whole months compared: of the window, and of each baseline; ``same`` where they are the same of the year."""

    current: tuple[date, ...]
    baseline: tuple[tuple[date, ...], ...]
    same: bool


@dataclass(frozen=True)
class Place:
    """Baltimore's change and its place among the other cities, in whole months.

    ``count`` and ``before`` are Baltimore's own; ``agencies`` the others with their ``counts`` (window, baseline) and
    ``changes``, in the same order. ``similar`` are the named cities that could be compared, ``against_similar`` how
    far Baltimore is from their sum (None where there are none).
    """

    measure: Measure
    cities: Cities
    months: Months
    count: int
    before: int
    agencies: tuple[str, ...]
    counts: tuple[tuple[int, int], ...]
    changes: tuple[float, ...]
    standing: Standing
    similar: tuple[str, ...]
    against_similar: Apart | None
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Paths:
    """Baltimore and the other cities over time: one value for the twelve months to each of ``months`` (first days).

    ``median``, ``low`` and ``high`` are the middle city's and the 10th and 90th percentile.
    """

    measure: Measure
    cities: Cities
    months: tuple[date, ...]
    own: tuple[float, ...]
    median: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    agencies: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class Agencies:
    """The index as an array: counts of shape (agencies, months, offenses), NaN where nothing is stated."""

    names: tuple[str, ...]
    months: tuple[date, ...]
    counts: Floats
    flat: frozenset[str]
    large: frozenset[str]

    def of(self, measure: Measure) -> Floats:
        """Counts of a measure, shape (agencies, months); NaN where one of its parts is not stated."""
        return np.asarray(self.counts[:, :, _parts(measure)].sum(axis=2), dtype=np.float64)

    def places(self, months: Sequence[date]) -> list[int]:
        """Where these months stand."""
        return [self.months.index(month) for month in months]


def counted(measure: Measure) -> None:
    """Raise ArgumentError, in one sentence, where the index does not count the measure."""
    if measure.id not in COLUMNS:
        known = f"The Real-Time Crime Index does not count {measure.label}, so other cities can’t be shown for it."
        raise ArgumentError(INSIDE.get(measure.id, known))


def place(measure: Measure, pair: WindowPair, cities: Cities) -> Place:
    """Baltimore's place among the cities, in the whole months inside the windows.

    Raises ArgumentError where the index doesn't count the measure, the windows hold no whole month of it, or the
    events or the cities are too few.
    """
    counted(measure)
    return place_in(measure, months_of(pair), cities)


def place_in(measure: Measure, months: Months, cities: Cities) -> Place:
    """Baltimore's place in these months. Raises as ``place``."""
    counted(measure)
    return _place(open_records(), measure, months, cities)


def monthly(measure: Measure, cities: Cities) -> Paths:
    """Events a day in each twelve months, as a percent of those of 2019. Raises as ``place``."""
    counted(measure)
    return _monthly(open_records(), measure, cities)


def months_of(pair: WindowPair) -> Months:
    """The whole months of the index that lie inside the windows.

    Windows on the same calendar dates are compared in the same months. Raises ArgumentError where there are none.
    """
    known = set(_agencies(open_records()).months)
    current = _whole(pair.current)
    if pair.same_dates:
        back = [years_between(pair.current, window) or 0 for window in pair.baseline]
        used = [month for month in current if {month, *(_earlier(month, years) for years in back)} <= known]
        found = Months(tuple(used), tuple(tuple(_earlier(m, years) for m in used) for years in back), True)
    else:
        baseline = tuple(month for month in _whole(pair.baseline[0]) if month in known)
        found = Months(tuple(month for month in current if month in known), (baseline,), False)
    if not found.current or not all(found.baseline):
        raise ArgumentError(
            "The Real-Time Crime Index counts by month, from January 2018 to June 2024. These windows share no whole "
            "month of it."
        )
    return found


def year_months(year: int, against: int, first: int = 1, last: int = 12) -> Months:
    """The months ``first`` to ``last`` of one year against those of another."""
    sides = [tuple(date(each, month, 1) for month in range(first, last + 1)) for each in (year, against)]
    return Months(sides[0], (sides[1],), True)


def _earlier(month: date, years: int) -> date:
    return month.replace(year=month.year - years)


def _whole(window: Window) -> tuple[date, ...]:
    return tuple(month.start for month in whole_bins(window, "month"))


def days_of(months: Sequence[date]) -> Floats:
    """How many days each of these months has."""
    return np.array([calendar.monthrange(month.year, month.month)[1] for month in months], dtype=np.float64)


def _parts(measure: Measure) -> list[int]:
    return [OFFENSES.index(column) for column in COLUMNS[measure.id]]


@lru_cache(maxsize=2)
def _agencies(records: Records) -> Agencies:
    frame = records.tables.frame(TABLE)
    through = records.tables.entry(TABLE).complete_through
    frame = frame[frame["month"].dt.date <= through] if through else frame
    panel = panel_of(frame, records.tables.frame(SCORECARD), SUMS)
    agencies, counts = panel.names, panel.counts
    larceny = counts[:, :, OFFENSES.index("larceny")]
    flat = frozenset(agency for agency, line in zip(agencies, larceny, strict=True) if flat_counts(line))
    return Agencies(agencies, panel.months, counts, flat, large_by_residents(records))


@lru_cache(maxsize=2)
def large_by_residents(records: Records) -> frozenset[str]:
    """The agencies that serve at least LARGE residents, by the scorecard."""
    frame = records.tables.frame(SCORECARD)
    return frozenset(frame.loc[frame["residents"] >= LARGE, "agency"].astype(str))


def _set_of(agencies: Agencies, cities: Cities) -> list[int]:
    """The agencies of a set but for Baltimore, by their places."""
    if cities == "named":
        chosen = set(NAMED)
    elif cities == "large":
        chosen = set(agencies.large)
    else:
        chosen = set(agencies.names)
    return [i for i, name in enumerate(agencies.names) if name in chosen and name != BALTIMORE]


def _usable(
    agencies: Agencies, measure: Measure, cities: Cities, now: list[int], base: list[int], fewest: int
) -> tuple[list[int], tuple[LeftOut, ...]]:
    """The agencies of a set whose months ``now`` and ``base`` can be compared, and the others with the reason."""
    counts = agencies.of(measure)
    kept, left_out = [], []
    for i in _set_of(agencies, cities):
        why = _unusable(agencies, measure, counts[i], i, now, base, fewest)
        if why:
            left_out.append(LeftOut(agencies.names[i], why))
        else:
            kept.append(i)
    return kept, tuple(left_out)


def _unusable(
    agencies: Agencies, measure: Measure, counts: Floats, i: int, now: list[int], base: list[int], fewest: int
) -> str | None:
    """Why an agency's months can't be compared, in a few words; None where they can."""
    never = [OFFENSES[part] for part in _parts(measure) if np.isnan(agencies.counts[i, :, part]).all()]
    if never:
        return f"no counts of {' or '.join(name.replace('-', ' ') for name in never)}"
    if agencies.names[i] in agencies.flat:
        return "one count repeated for months: filled in, not counted"
    why = unfit(counts, now, base, fewest)
    said: dict[Unfit | None, str | None] = {
        None: None,
        "missing": "months missing",
        "empty": "a month nearly empty",
        "few": f"fewer than {fewest} events to start from",
        "none": "no event in the window",
    }
    return said[why]


def enough(measure: Measure, number: int) -> None:
    """Raise ArgumentError where the cities that can be compared are too few."""
    if number < FEWEST_CITIES:
        raise ArgumentError(
            f"Only {number} of these cities have enough {measure.label} on record in these months, too few to compare; "
            "longer windows or more cities would help."
        )


@lru_cache(maxsize=256)
def _place(records: Records, measure: Measure, months: Months, cities: Cities) -> Place:
    agencies = _agencies(records)
    counts = agencies.of(measure)
    now = agencies.places(months.current)
    before = [at for baseline in months.baseline for at in agencies.places(baseline)]
    x, y = counts[:, now].sum(axis=1), counts[:, before].sum(axis=1)
    # Counts a day, as elsewhere in the story.
    scale = float(sum(days_of(each).sum() for each in months.baseline) / days_of(months.current).sum())
    own = agencies.names.index(BALTIMORE)
    if not y[own] >= FEWEST_EVENTS or not x[own] > 0:
        raise ArgumentError(
            f"Baltimore had fewer than {FEWEST_EVENTS} events of {measure.label} in the baseline’s whole months: "
            "too few to compare with other cities."
        )
    kept, left_out = _usable(agencies, measure, cities, now, before, FEWEST_EVENTS)
    enough(measure, len(kept))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = x / y * scale
    others = ratio[kept]
    found = standing(float(ratio[own]), others)
    if found is None:  # the counts above were checked already
        raise ArgumentError(f"There is too little {measure.label} in these months to compare cities.")
    similar = kept if cities == "named" else _usable(agencies, measure, "named", now, before, FEWEST_EVENTS)[0]
    return Place(
        measure=measure,
        cities=cities,
        months=months,
        count=int(x[own]),
        before=int(y[own]),
        agencies=tuple(agencies.names[i] for i in kept),
        counts=tuple((int(x[i]), int(y[i])) for i in kept),
        changes=tuple(float(each) - 1 for each in others),
        standing=found,
        similar=tuple(agencies.names[i] for i in similar),
        against_similar=apart(float(ratio[own]), float(x[similar].sum() / y[similar].sum() * scale), others)
        if similar
        else None,
        left_out=left_out,
    )


@lru_cache(maxsize=64)
def _monthly(records: Records, measure: Measure, cities: Cities) -> Paths:
    agencies, kept, left_out = _over_time(records, measure, cities, FEWEST_A_YEAR)
    months = agencies.months[YEAR - 1 :]
    base = np.array([month == date(BASE, 12, 1) for month in months])
    own = agencies.names.index(BALTIMORE)
    sums = running_sums(agencies.of(measure)[[own, *kept]], YEAR)
    index = index_of(sums, running_sums(days_of(agencies.months)[None, :], YEAR)[0], base)
    return _paths(agencies, measure, cities, months, index[0], index[1:], kept, left_out)


def _over_time(
    records: Records, measure: Measure, cities: Cities, fewest: int
) -> tuple[Agencies, list[int], tuple[LeftOut, ...]]:
    """The cities with every month of the index on record."""
    agencies = _agencies(records)
    base = [i for i, month in enumerate(agencies.months) if month.year == BASE]
    kept, left_out = _usable(agencies, measure, cities, list(range(len(agencies.months))), base, fewest)
    enough(measure, len(kept))
    return agencies, kept, left_out


def _paths(
    agencies: Agencies,
    measure: Measure,
    cities: Cities,
    months: tuple[date, ...],
    own: Floats,
    others: Floats,
    kept: list[int],
    left_out: tuple[LeftOut, ...],
) -> Paths:
    low, median, high = np.quantile(others, (LOW, 0.5, HIGH), axis=0)
    lines = [tuple(float(value) for value in line) for line in (own, median, low, high)]
    names = tuple(agencies.names[i] for i in kept)
    return Paths(measure, cities, months, lines[0], lines[1], lines[2], lines[3], names, left_out)
