"""Baltimore to the end of 2025, by the Real-Time Crime Index as it stood in 2026; never joined to that of 2024."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from lib.analysis.peers import EMPTY, Floats, apart, running_sums, standing
from lib.errors import ArgumentError
from lib.story.evidence.peers import (
    BALTIMORE,
    BASE,
    COLUMNS,
    FEWEST_EVENTS,
    NAMED,
    SCORECARD,
    YEAR,
    Cities,
    LeftOut,
    Place,
    counted,
    days_of,
    enough,
    large_by_residents,
    year_months,
)
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records
from lib.tables.schemas import PEER_GROUP

TABLE = "peers_monthly_2026"
SUMS = ", Nationwide"
AFTER = (2020, 2021, 2022, 2023, 2024, 2025)
LAST = AFTER[-1]


@dataclass(frozen=True)
class Course:
    """Events in each twelve months, named by the last of ``months``: Baltimore's ``own``, and its count of 2019 changed
    as in the agencies of its size taken together, itself taken out (``alike``).

    ``low`` and ``high`` are the lowest and the highest of the same by each of ``cities``, the others of the selection.
    ``agencies`` are those of its size, ``residents`` whom they serve; Baltimore is in neither.
    """

    measure: Measure
    months: tuple[date, ...]
    own: tuple[float, ...]
    alike: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    cities: tuple[str, ...]
    agencies: int
    residents: int


@dataclass(frozen=True)
class Year:
    """A year against 2019: Baltimore's counts, and the changes of its events a day and of those of its like."""

    year: int
    count: int
    before: int
    change: float
    alike: float


def course(measure: Measure) -> Course:
    """Baltimore's course to the end of 2025. Raises ArgumentError where the index doesn't count the measure."""
    counted(measure)
    return _course(open_records(), measure)


def years(measure: Measure) -> tuple[Year, ...]:
    """Each year of AFTER against 2019. Raises as ``course``."""
    counted(measure)
    own, alike, _, months, *_ = _lines(open_records(), measure)
    base = _in_year(months, BASE)
    made = []
    for year in AFTER:
        now = _in_year(months, year)
        scale = float(days_of([months[at] for at in base]).sum() / days_of([months[at] for at in now]).sum())
        change, theirs = (float(line[now].sum() / line[base].sum() * scale) - 1 for line in (own, alike))
        made.append(Year(year, int(own[now].sum()), int(own[base].sum()), change, theirs))
    return tuple(made)


def last_year(measure: Measure, cities: Cities) -> Place:
    """2025 against 2024, by the scorecard of whole years. Raises ArgumentError also where too few cities are known."""
    counted(measure)
    return _last_year(open_records(), measure, cities)


def _in_year(months: tuple[date, ...], year: int) -> list[int]:
    return [at for at, month in enumerate(months) if month.year == year]


@lru_cache(maxsize=16)
def _lines(
    records: Records, measure: Measure
) -> tuple[Floats, Floats, Floats, tuple[date, ...], tuple[str, ...], int, int]:
    """Counts by month to the end of LAST: Baltimore's, those of its like without it, and each other city's.

    Then the months, the names of the cities, and how many agencies are its like and whom they serve.
    """
    frame = records.tables.frame(TABLE)
    frame = frame[frame["month"].dt.year <= LAST].assign(agency=frame["agency"].astype(str))
    frame["events"] = frame[list(COLUMNS[measure.id])].sum(axis=1).astype("float64")
    wide = frame.pivot(index="month", columns="agency", values="events")
    cities = tuple(name for name in wide.columns if name != BALTIMORE and not name.endswith(SUMS))
    last = frame[frame["month"] == frame["month"].max()].set_index("agency")
    agencies, residents = (
        int(last.loc[PEER_GROUP, column] - last.loc[BALTIMORE, column]) for column in ("agencies", "residents")
    )
    own = wide[BALTIMORE].to_numpy()
    months = tuple(month.date() for month in wide.index)
    return own, wide[PEER_GROUP].to_numpy() - own, wide[list(cities)].to_numpy().T, months, cities, agencies, residents


@lru_cache(maxsize=16)
def _course(records: Records, measure: Measure) -> Course:
    own, alike, others, months, cities, agencies, residents = _lines(records, measure)
    sums = running_sums(np.vstack([own, alike, others]), YEAR)
    months = months[YEAR - 1 :]
    like = sums[1:] / sums[1:, [months.index(date(BASE, 12, 1))]] * sums[0, months.index(date(BASE, 12, 1))]
    lines = (sums[0], like[0], like[1:].min(axis=0), like[1:].max(axis=0))
    said = [tuple(float(value) for value in line) for line in lines]
    return Course(measure, months, said[0], said[1], said[2], said[3], cities, agencies, residents)


@lru_cache(maxsize=64)
def _last_year(records: Records, measure: Measure, cities: Cities) -> Place:
    frame = records.tables.frame(SCORECARD)
    frame = frame.assign(agency=frame["agency"].astype(str))
    parts = list(COLUMNS[measure.id])
    before, now = (
        frame[frame["year"] == year].set_index("agency")[parts].astype("float64").sort_index()
        for year in (LAST - 1, LAST)
    )
    sets: dict[Cities, Iterable[str]] = {"named": NAMED, "large": large_by_residents(records), "all": now.index}
    chosen = set(sets[cities])
    kept, left_out = [], []
    for name in sorted((chosen & set(now.index)) - {BALTIMORE}):
        # An agency that states nothing of an offense has 0 of it; of homicide alone that may be so.
        least = np.minimum(before.loc[name], now.loc[name])
        unstated = [part for part in parts if part != "homicide" and least[part] == 0]
        was, counts = before.loc[name].sum(), now.loc[name].sum()
        if unstated:
            left_out.append(LeftOut(name, f"no counts of {' or '.join(part.replace('-', ' ') for part in unstated)}"))
        elif was < FEWEST_EVENTS:
            left_out.append(LeftOut(name, f"fewer than {FEWEST_EVENTS} events to start from"))
        elif min(was, counts) < EMPTY * max(was, counts):
            left_out.append(LeftOut(name, "a year nearly empty"))
        else:
            kept.append(name)
    left_out += [LeftOut(name, "not in the index of 2026") for name in sorted(chosen - set(now.index))]
    enough(measure, len(kept))
    months = year_months(LAST, LAST - 1)
    x, y = now.sum(axis=1), before.sum(axis=1)
    ratio = x / y.where(y > 0) * float(days_of(months.baseline[0]).sum() / days_of(months.current).sum())
    others = ratio[kept].to_numpy()
    found = standing(float(ratio[BALTIMORE]), others)
    if found is None:
        raise ArgumentError(f"There is too little {measure.label} in these years to compare cities.")
    similar = [name for name in kept if name in NAMED]
    against = None
    if similar:
        theirs = float(x[similar].sum() / y[similar].sum() * ratio[BALTIMORE] / (x[BALTIMORE] / y[BALTIMORE]))
        against = apart(float(ratio[BALTIMORE]), theirs, others)
    return Place(
        measure=measure,
        cities=cities,
        months=months,
        count=int(x[BALTIMORE]),
        before=int(y[BALTIMORE]),
        agencies=tuple(kept),
        counts=tuple((int(x[name]), int(y[name])) for name in kept),
        changes=tuple(float(each) - 1 for each in others),
        standing=found,
        similar=tuple(similar),
        against_similar=against,
        left_out=tuple(left_out),
    )
