"""Baltimore beside a mix of other cities: the specification a reader asks for, and all of them together.

Every number is of the tables that the build fitted: the weights times the months of the Real-Time Crime Index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, get_args

import numpy as np

from lib.analysis.peers import HIGH, LOW
from lib.analysis.specifications import (
    AFTER,
    FIRST,
    FITTED,
    LAST,
    MARCH,
    Choice,
    Panel,
    cities_of,
    masks,
    outcome_of,
    panel_of,
)
from lib.analysis.synthetic import FEWEST_DONORS, Floats, Plain, Rank, mixed, plain_mix
from lib.errors import ArgumentError
from lib.ingest.sources.peers import SUMS
from lib.story.evidence.peers import BALTIMORE, SCORECARD, TABLE, counted
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records
from lib.story.view import View
from lib.tables.choices import WHOLE_MIX, Donors

ROWS, WEIGHTS = "synthetic_specifications", "synthetic_weights"
UNUSUAL = 0.05
FEWEST_TO_TELL = 19  # other cities, from which on the most unusual of all is one in twenty


@dataclass(frozen=True)
class Specification:
    """What one way to compare finds for a measure.

    ``gap``: Baltimore's sum after over its mix's, less one. ``before`` and ``after``: the root mean square of the
    monthly differences as a share of Baltimore's level before; ``ratio`` is after over before. ``without_one``: the
    lowest and highest gap where one city of the mix is left out. ``year_earlier``: the gap had the policy begun in
    March 2019. None where there is no such number.
    """

    measure: str
    choice: Choice
    fit: int
    gap: float
    before: float
    after: float
    ratio: float
    rank: Rank
    without_one: tuple[float, float] | None
    year_earlier: float | None

    @property
    def unusual(self) -> bool:
        """Whether at most one city in twenty strays as far, for how well its mix fitted before."""
        return self.rank.p_ratio <= UNUSUAL

    @property
    def can_tell(self) -> bool:
        """Whether the cities are enough for one in twenty."""
        return self.rank.cities >= FEWEST_TO_TELL


@dataclass(frozen=True)
class Mix:
    """A specification month by month, from the first to the last of ``months``, in its units.

    ``low`` to ``high``: the mix, moved as far as eight of ten other cities stray from theirs in that month. ``parts``:
    the cities of the mix with their shares, the largest first; empty where none has a weight of its own. ``others``
    are the other cities, with each one's gap by month in ``astray``, shape (cities, months), and over the months after
    in ``gaps``; NaN where a mix comes to nothing.
    """

    measure: Measure
    found: Specification
    months: tuple[date, ...]
    own: Floats
    mix: Floats
    low: Floats
    high: Floats
    parts: tuple[tuple[str, float], ...]
    others: tuple[str, ...]
    astray: Floats
    gaps: Floats

    @property
    def own_astray(self) -> Floats:
        """Baltimore's gap by month, shape (months,)."""
        return np.asarray(self.own / self.mix - 1, dtype=np.float64)


@dataclass(frozen=True)
class Curve:
    """All ways to compare a measure that can be told, from the lowest gap to the highest."""

    measure: Measure
    found: tuple[Specification, ...]

    def at(self, choice: Choice) -> int | None:
        """The place of the way that has these choices, or the same cities; None where it can't be told."""
        one = _specifications(open_records(), self.measure.id).get(choice.settled)
        return next((i for i, each in enumerate(self.found) if one and _same(each, one)), None)

    @property
    def telling(self) -> tuple[Specification, ...]:
        """Those with cities enough to say whether a gap is unusual."""
        return tuple(each for each in self.found if each.can_tell)

    def share(self, *, below: float) -> float:
        """The share of them that put Baltimore at least this far below its mix, by whole percents, as they are said."""
        return sum(round(-each.gap, 2) >= below for each in self.found) / len(self.found)

    @property
    def unusual(self) -> int:
        """How many of those that can tell call the gap unusual."""
        return sum(each.unusual for each in self.telling)


def _same(one: Specification, other: Specification) -> bool:
    return replace(one, choice=other.choice, fit=other.fit) == other


def choice_of(view: View) -> Choice:
    """The way to compare that a view asks for."""
    return Choice(view.donors, view.pool, view.fitted, view.march, view.units, view.method).settled


def specification(measure: Measure, choice: Choice) -> Specification:
    """What a way to compare finds. Raises ArgumentError where the index lacks the measure, or cities are too few."""
    counted(measure)
    found = _specifications(open_records(), measure.id).get(choice.settled)
    if found is None:
        raise ArgumentError(
            f"Fewer than {FEWEST_DONORS} of these cities have enough {measure.label} on record in every month, too few "
            "to compare; other cities would help."
        )
    return found


def curve(measure: Measure) -> Curve:
    """All ways to compare a measure. Raises ArgumentError as ``specification``."""
    counted(measure)
    found = _ways(open_records(), measure.id)
    if not found:
        raise ArgumentError(f"Too few cities have enough {measure.label} on record in every month to compare.")
    return Curve(measure, found)


def mix(measure: Measure, choice: Choice) -> Mix:
    """A way to compare, month by month. Raises ArgumentError as ``specification``."""
    specification(measure, choice)
    return _mix(open_records(), measure, choice.settled)


def window_of(choice: Choice) -> tuple[date, date]:
    """The first and the last month after that a specification compares."""
    return (MARCH if choice.march == "in" else AFTER[0]), AFTER[1]


def fitted_to(choice: Choice) -> tuple[date, date]:
    """The first and the last month in which the mix must run like Baltimore."""
    return FITTED[choice.fitted]


def panel() -> Panel:
    """The index's agencies by month, with their residents."""
    return _panel(open_records())


@lru_cache(maxsize=16)
def _specifications(records: Records, measure: str) -> Mapping[Choice, Specification]:
    frame = records.tables.frame(ROWS)
    rows = frame[(frame["measure"] == measure).to_numpy()]
    found = (_read({str(name): value for name, value in row.items()}) for row in rows.to_dict("records"))
    return {each.choice: each for each in found}


@lru_cache(maxsize=16)
def _ways(records: Records, measure: str) -> tuple[Specification, ...]:
    """From the lowest gap to the highest. Where two choices leave the same cities, they are one way to compare, and the
    usual one stands for both.
    """
    found = sorted(
        _specifications(records, measure).values(), key=lambda each: get_args(Donors).index(each.choice.donors)
    )
    once = {replace(each, choice=Choice(), fit=0): each for each in reversed(found)}
    return tuple(sorted(once.values(), key=lambda each: each.gap))


def _read(row: Mapping[str, Any]) -> Specification:
    def told(name: str) -> float | None:
        return None if np.isnan(row[name]) else float(row[name])

    low, high = told("without_one_low"), told("without_one_high")
    return Specification(
        measure=row["measure"],
        choice=Choice(row["donors"], row["pool"], row["fitted"], row["march"], row["units"], row["method"]),
        fit=int(row["fit"]),
        gap=float(row["gap"]),
        before=float(row["error_before"]),
        after=float(row["error_after"]),
        ratio=float(row["ratio"]),
        rank=Rank(int(row["cities"]), int(row["lower"]), int(row["as_far"]), int(row["as_odd"])),
        without_one=(low, high) if low is not None and high is not None else None,
        year_earlier=told("march_2019"),
    )


@lru_cache(maxsize=2)
def _panel(records: Records) -> Panel:
    return panel_of(records.tables.frame(TABLE), records.tables.frame(SCORECARD), SUMS)


@lru_cache(maxsize=64)
def _mix(records: Records, measure: Measure, choice: Choice) -> Mix:
    agencies, story = _panel(records), load_story()
    apart = story.set_apart("policy"), story.set_apart("revised")
    cities = cities_of(agencies, measure.id, choice, BALTIMORE, *apart)
    shown = agencies.within(FIRST, LAST)
    outcome = outcome_of(agencies, measure.id, choice.units, cities)
    found = specification(measure, choice)
    names = tuple(agencies.names[i] for i in cities)
    before, after = masks(agencies, choice)
    weights = _weights(records, found.fit, names) if choice.weighted else None
    if weights is not None:
        made = mixed(outcome, weights)
    else:
        plain: Plain = "median" if choice.method == "median" else "differences"
        made = plain_mix(outcome, before, plain)
    astray = np.divide(outcome, made, out=np.full_like(made, np.nan), where=made > 0) - 1
    sums = outcome[1:, after].sum(axis=1), made[1:, after].sum(axis=1)
    low, high = np.nanquantile(astray[1:, shown], (LOW, HIGH), axis=0)
    own_mix = made[0, shown]
    parts = [] if weights is None else [(names[i], float(weights[0, i])) for i in np.flatnonzero(weights[0])]
    return Mix(
        measure=measure,
        found=found,
        months=tuple(month for month in agencies.months if FIRST <= month <= LAST),
        own=outcome[0, shown],
        mix=own_mix,
        low=own_mix * (1 + low),
        high=own_mix * (1 + high),
        parts=tuple(sorted(parts, key=lambda part: (-part[1], part[0]))),
        others=names[1:],
        astray=astray[1:, shown],
        gaps=np.divide(sums[0], sums[1], out=np.full_like(sums[0], np.nan), where=sums[1] > 0) - 1,
    )


def _weights(records: Records, fit: int, names: tuple[str, ...]) -> Floats:
    """The weights of a fit, shape (cities, cities), in the order of ``names``."""
    frame = records.tables.frame(WEIGHTS)
    first, last = np.searchsorted(frame["fit"].to_numpy(), [fit, fit + 1])
    rows = frame.iloc[first:last]
    place = {name: i for i, name in enumerate(names)}
    weights = np.zeros((len(names), len(names)))
    weights[rows["city"].astype(str).map(place), rows["donor"].astype(str).map(place)] = rows["weight"] / WHOLE_MIX
    return weights
