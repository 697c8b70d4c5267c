"""How many people live in the city, by race, in the middle of a window."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from lib.analysis.windows import Window
from lib.story.model import Race
from lib.story.records import Records
from lib.story.records_in_use import open_records

CENSUS_DAYS = {2010: date(2010, 4, 1), 2020: date(2020, 4, 1)}
GROUPS: dict[Race, str] = {"black": "black", "white": "white"}


def residents(race: Race, window: Window) -> float:
    """Residents of one race in the middle of the window: a straight line between the two censuses.

    After April 2020 the last census stands. Raises KeyError for a group that the censuses do not have.
    """
    return _in_middle(_by_census(open_records(), GROUPS[race]), window)


def share_of_residents(race: Race, window: Window) -> float:
    """The part of all residents who are of one race, in the middle of the window. Raises as ``residents``."""
    return residents(race, window) / _in_middle(_by_census(open_records(), "total"), window)


def _in_middle(counts: tuple[int, int], window: Window) -> float:
    middle = window.start + timedelta(days=window.days // 2)
    first, last = CENSUS_DAYS.values()
    share = min(1.0, max(0.0, (middle - first) / (last - first)))
    return counts[0] + share * (counts[1] - counts[0])


@lru_cache(maxsize=8)
def _by_census(records: Records, group: str) -> tuple[int, int]:
    """Residents of a census group, all neighborhoods together, in 2010 and 2020."""
    people = records.tables.frame("population")
    some = people[people["group"] == group]
    first, last = (int(some.loc[some["census_year"] == year, "residents"].sum()) for year in CENSUS_DAYS)
    return first, last
