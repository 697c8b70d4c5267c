"""Residents by race: the censuses on census days, and a straight line between them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.windows import Window
from lib.story.evidence.population import CENSUS_DAYS, residents
from lib.story.model import Race
from lib.story.records_in_use import open_records

RACES: tuple[Race, ...] = ("black", "white")
each_race = pytest.mark.parametrize("race", RACES)


def census(race: str, year: int) -> int:
    people = open_records().tables.frame("population")
    return int(people.loc[(people["census_year"] == year) & (people["group"] == race), "residents"].sum())


def on(day: date) -> Window:
    return Window(day, day)


@each_race
@pytest.mark.parametrize("year", [2010, 2020])
def test_on_census_days_the_census_is_given(race: Race, year: int) -> None:
    assert residents(race, on(CENSUS_DAYS[year])) == census(race, year)
    # A window whose middle is that day.
    around = Window(CENSUS_DAYS[year] - timedelta(days=100), CENSUS_DAYS[year] + timedelta(days=100))
    assert residents(race, around) == census(race, year)


def test_the_censuses_are_the_citys() -> None:
    # Census Bureau, Baltimore city: 620,961 residents in 2010 and 585,708 in 2020, Black or African American alone
    # 395,781 and 338,478 (https://data.census.gov/profile/Baltimore_city,_Maryland?g=160XX00US2404000).
    assert census("total", 2010) == pytest.approx(620_961, rel=0.003)
    assert census("total", 2020) == pytest.approx(585_708, rel=0.003)
    assert census("black", 2010) == pytest.approx(395_781, rel=0.003)
    assert census("black", 2020) == pytest.approx(338_478, rel=0.003)


@each_race
@given(day=st.dates(CENSUS_DAYS[2010], CENSUS_DAYS[2020]))
def test_between_the_censuses_lies_a_straight_line(race: Race, day: date) -> None:
    first, last = census(race, 2010), census(race, 2020)
    share = (day - CENSUS_DAYS[2010]).days / (CENSUS_DAYS[2020] - CENSUS_DAYS[2010]).days
    found = residents(race, on(day))
    assert found == pytest.approx(first + share * (last - first))
    assert min(first, last) <= found <= max(first, last)


@each_race
def test_after_the_last_census_and_before_the_first_it_stands(race: Race) -> None:
    assert residents(race, on(date(2021, 7, 31))) == census(race, 2020)
    assert residents(race, on(date(2009, 1, 1))) == census(race, 2010)


def test_a_group_that_no_census_counts_is_refused() -> None:
    with pytest.raises(KeyError):
        residents("other", on(date(2020, 1, 1)))
