"""The reasonable ways to compare a city with a mix of others, and what each of them compares.

A specification is one combination of choices; all of them side by side are a specification curve (Simonsohn, Simmons
and Nelson, Nature Human Behaviour 4, 2020).
"""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import product
from typing import get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.analysis.peers import flat_counts, unfit
from lib.analysis.synthetic import FEWEST_DONORS
from lib.tables.choices import Donors, Fitted, March, Method, Pool, Units
from lib.tables.schemas import PEER_MEASURES, PEER_OFFENSES

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FIRST, LAST = date(2018, 1, 1), date(2021, 12, 1)
"""The months that a city must state: from the index's first to the last before police counted in another way."""
FITTED: dict[Fitted, tuple[date, date]] = {
    "2018-2020": (date(2018, 1, 1), date(2020, 2, 1)),
    "2019-2020": (date(2019, 1, 1), date(2020, 2, 1)),
    "2018-2019": (date(2018, 1, 1), date(2019, 12, 1)),
}
MARCH = date(2020, 3, 1)
AFTER = (date(2020, 4, 1), date(2021, 3, 1))
"""The policy's first year, before it was made permanent."""
BASE = 2019
LARGE = 250_000  # residents
BUSY = 10_000  # crimes in 2019
SMALLEST = 100_000  # residents of a city that is chosen by how violent it is
AS_VIOLENT = 0.5  # of the first city's violent crimes per resident in 2019
FEWEST_A_YEAR = 100  # for months one by one: about eight each
PER = 100_000
YEAR = 12  # months: with fewer, no season is learned from


@dataclass(frozen=True)
class Choice:
    """One way to compare, but for what is counted.

    ``donors``: cities without such a policy of their own, all, or those without whose counts were not revised later
    either. ``pool``: of which size or crime level. ``fitted``: the months in which a mix must run like the city.
    ``march``: whether March 2020 counts as after. ``units``: counts a day in percent of 2019's, or per resident.
    ``method``: a mix that is near to the months alone, or to four traits of the city as well; or without weights.
    """

    donors: Donors = "no-policy"
    pool: Pool = "large"
    fitted: Fitted = "2018-2020"
    march: March = "out"
    units: Units = "index"
    method: Method = "synthetic"

    @property
    def weighted(self) -> bool:
        """Whether the other cities have weights."""
        return self.method in ("synthetic", "covariates")

    @property
    def settled(self) -> Choice:
        """The same, or the one that gives the same: the ratio to the median city knows no units."""
        if self.method != "median" or self.units == "index":
            return self
        return Choice(self.donors, self.pool, self.fitted, self.march, "index", self.method)


def every_choice() -> Iterator[Choice]:
    """All specifications of one measure, each once."""
    for method, donors, pool, fitted, march, units in product(
        *(get_args(kind) for kind in (Method, Donors, Pool, Fitted, March, Units))
    ):
        choice = Choice(donors, pool, fitted, march, units, method)
        if choice == choice.settled:
            yield choice


@dataclass(frozen=True, eq=False)
class Panel:
    """Cities by month: counts of shape (cities, months, offenses), NaN where not stated, and residents by city."""

    names: tuple[str, ...]
    months: tuple[date, ...]
    counts: Floats
    residents: Mapping[str, int]

    def of(self, measure: str) -> Floats:
        """Counts of a measure, shape (cities, months); NaN where one of its parts is not stated."""
        parts = [PEER_OFFENSES.index(offense) for offense in PEER_MEASURES[measure]]
        return np.asarray(self.counts[:, :, parts].sum(axis=2), dtype=np.float64)

    def within(self, first: date, last: date) -> Mask:
        """The months from the first to the last."""
        return np.array([first <= month <= last for month in self.months])


def panel_of(monthly: pd.DataFrame, card: pd.DataFrame, sums: str) -> Panel:
    """The agencies of ``peers_monthly``, with the residents that ``peers_yearly_2026`` gives.

    ``sums``: how the names of sums over agencies end, which are no cities.
    """
    named = monthly.assign(agency=monthly["agency"].astype(str))
    named = named[~named["agency"].str.endswith(sums)]
    agencies, months = sorted(named["agency"].unique()), sorted(named["month"].unique())
    wide = [
        named.pivot(index="agency", columns="month", values=offense)
        .reindex(index=agencies, columns=months)
        .to_numpy(dtype=np.float64, na_value=np.nan)
        for offense in PEER_OFFENSES
    ]
    latest = card.sort_values("year").drop_duplicates("agency", keep="last")
    residents = dict(zip(latest["agency"].astype(str), latest["residents"].astype(int), strict=True))
    dates = tuple(pd.Timestamp(month).date() for month in months)
    return Panel(tuple(agencies), dates, np.stack(wide, axis=2), residents)


def masks(panel: Panel, choice: Choice) -> tuple[Mask, Mask]:
    """The months before and after that a specification compares, shape (months,) each."""
    first = MARCH if choice.march == "in" else AFTER[0]
    return panel.within(*FITTED[choice.fitted]), panel.within(first, AFTER[1])


def earlier_masks(panel: Panel, choice: Choice) -> tuple[Mask, Mask] | None:
    """The same a year earlier, when nothing happened, up to the pandemic; None where no month lies before."""
    first, last = FITTED[choice.fitted]
    end = last.replace(year=last.year - 1)
    if first > end:
        return None
    start = date(2019, 3, 1) if choice.march == "in" else date(2019, 4, 1)
    before = panel.within(first, end)
    return (before, panel.within(start, date(2020, 2, 1))) if before.sum() >= YEAR else None


def cities_of(
    panel: Panel, measure: str, choice: Choice, own: str, policy: Collection[str], revised: Collection[str]
) -> list[int]:
    """The places of the cities that a specification compares, the city ``own`` first; empty where it can't be.

    ``policy`` are cities with such a policy of their own, ``revised`` those whose counts were revised later.
    """
    out: set[str] = {"no-policy": set(policy), "all": set(), "settled": {*policy, *revised}}[choice.donors]
    usable = _usable(panel, measure)
    if own not in panel.names or not usable[panel.names.index(own)]:
        return []
    first = panel.names.index(own)
    pool = _pool(panel, choice.pool, first)
    donors = [i for i, name in enumerate(panel.names) if i != first and usable[i] and pool[i] and name not in out]
    return [first, *donors] if len(donors) >= FEWEST_DONORS else []


@lru_cache(maxsize=16)
def _usable(panel: Panel, measure: str) -> Mask:
    """The cities with residents on record, every month whole, and events enough, shape (cities,)."""
    counts = panel.of(measure)
    used, base = panel.within(FIRST, LAST), panel.within(date(BASE, 1, 1), date(BASE, 12, 1))
    flat = _flat(panel)
    return np.array(
        [
            name in panel.residents and not flat[i] and unfit(counts[i], used, base, FEWEST_A_YEAR) is None
            for i, name in enumerate(panel.names)
        ]
    )


@lru_cache(maxsize=2)
def _flat(panel: Panel) -> Mask:
    """The cities whose counts were filled in, shape (cities,)."""
    return np.array([flat_counts(line) for line in panel.counts[:, :, PEER_OFFENSES.index("larceny")]])


def _pool(panel: Panel, pool: Pool, own: int) -> Mask:
    """The cities of a pool, shape (cities,)."""
    residents = np.array([panel.residents.get(name, 0) for name in panel.names])
    if pool == "large":
        return residents >= LARGE
    year = panel.within(date(BASE, 1, 1), date(BASE, 12, 1))
    if pool == "busy":
        return np.asarray(panel.counts[:, year].sum(axis=(1, 2)) >= BUSY)
    rate = panel.of("violent")[:, year].sum(axis=1) / np.maximum(residents, 1)
    return np.asarray((residents >= SMALLEST) & (rate >= AS_VIOLENT * rate[own]))


def outcome_of(panel: Panel, measure: str, units: Units, cities: list[int]) -> Floats:
    """Counts a day, shape (cities, months): in percent of 2019's, or a year and 100,000 residents."""
    days = np.array([calendar.monthrange(month.year, month.month)[1] for month in panel.months])
    daily = panel.of(measure)[cities] / days
    if units == "rate":
        residents = np.array([panel.residents[panel.names[i]] for i in cities])
        return np.asarray(daily * 365 * PER / residents[:, None], dtype=np.float64)
    base = panel.within(date(BASE, 1, 1), date(BASE, 12, 1))
    level = (daily * days)[:, base].sum(axis=1) / days[base].sum()
    return np.asarray(100 * daily / level[:, None], dtype=np.float64)


def traits(panel: Panel, cities: list[int]) -> Floats:
    """What a mix may be near to beside its months, shape (cities, 4): residents (their logarithm), and homicides,
    violent and property crimes per resident in 2019. What a city doesn't state is taken to be the middle city's."""
    year = panel.within(date(BASE, 1, 1), date(BASE, 12, 1))
    residents = np.array([panel.residents[panel.names[i]] for i in cities], dtype=np.float64)
    rates = [
        panel.of(measure)[cities][:, year].sum(axis=1) / residents for measure in ("homicide", "violent", "property")
    ]
    columns = [np.log(residents), *rates]
    return np.column_stack([np.where(np.isnan(column), np.nanmedian(column), column) for column in columns])
