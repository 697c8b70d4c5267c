"""Baltimore to the end of 2025, by the index's edition of 2026: recomputed from its tables, with pandas alone."""

from datetime import date
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from lib.errors import ArgumentError
from lib.story.evidence import later
from lib.story.evidence.peers import BALTIMORE, COLUMNS, NAMED, Cities
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import peers_words as said
from tests.story.findings import GARBAGE

ALIKE = "Agencies of 250K - 1M, Nationwide"
PARTS = {"violent": ["homicide", "rape", "robbery", "aggravated-assault"],
         "property": ["burglary", "larceny", "auto-theft"]}  # fmt: skip
MURDERS = {2018: 307, 2019: 348, 2020: 332, 2021: 346, 2022: 334, 2023: 263, 2024: 197, 2025: 133}
"""As the index's own page gave them in May 2026."""


def monthly() -> pd.DataFrame:
    frame = open_records().tables.frame("peers_monthly_2026")
    return frame.assign(agency=frame["agency"].astype(str), year=frame["month"].dt.year)


def yearly() -> pd.DataFrame:
    frame = open_records().tables.frame("peers_yearly_2026")
    return frame.assign(agency=frame["agency"].astype(str))


def parts_of(name: str) -> list[str]:
    return PARTS.get(name, [name])


def test_murders_of_each_year_are_those_of_the_index() -> None:
    frame = monthly()
    own = frame[frame["agency"] == BALTIMORE].groupby("year")["homicide"].sum()
    assert {year: own[year] for year in MURDERS} == MURDERS
    card = yearly().query("agency == @BALTIMORE").set_index("year")["homicide"]
    assert card.to_dict() == {2024: 197, 2025: 133}
    found = later.years(load_story().measures["homicide"])
    assert [(year.year, year.count, year.before) for year in found] == [(y, MURDERS[y], 348) for y in range(2020, 2026)]


def test_the_editions_agree_on_baltimore_to_2023() -> None:
    tables = open_records().tables
    sides = [tables.frame(name) for name in ("peers_monthly", "peers_monthly_2026")]
    columns = [*PARTS["violent"], *PARTS["property"]]
    old, new = (side[side["agency"] == BALTIMORE].set_index("month")[columns]["2018":"2023"] for side in sides)
    assert len(old) == 72
    assert (old.astype(int) == new.astype(int)).all(axis=None)


@pytest.mark.parametrize("name", ["violent", "property", "homicide", "auto-theft"])
def test_years_stand_beside_agencies_of_its_size_without_baltimore(name: str) -> None:
    frame = monthly()
    frame["events"] = frame[parts_of(name)].sum(axis=1)
    totals = frame.pivot_table(index="year", columns="agency", values="events", aggfunc="sum")
    own, others = totals[BALTIMORE], totals[ALIKE] - totals[BALTIMORE]
    for found in later.years(load_story().measures[name]):
        longer = (366 if found.year % 4 == 0 else 365) / 365
        assert found.change == pytest.approx(own[found.year] / own[2019] / longer - 1)
        assert found.alike == pytest.approx(others[found.year] / others[2019] / longer - 1)


@pytest.mark.parametrize("name", COLUMNS)
def test_the_course_is_whole_and_starts_from_2019(name: str) -> None:
    found = later.course(load_story().measures[name])
    assert (found.months[0], found.months[-1], len(found.months)) == (date(2018, 12, 1), date(2025, 12, 1), 85)
    assert (found.agencies, found.residents) == (78, 37_714_372 - 565_192)
    assert found.cities == ("Cleveland, OH", "Detroit, MI", "Memphis, TN", "Milwaukee, WI", "Philadelphia, PA")
    at = found.months.index(date(2019, 12, 1))
    assert (
        found.own[at] == pytest.approx(found.alike[at]) == pytest.approx(found.low[at]) == pytest.approx(found.high[at])
    )
    frame = monthly()
    frame["events"] = frame[parts_of(name)].sum(axis=1)
    totals = frame.pivot_table(index="year", columns="agency", values="events", aggfunc="sum")
    own, others = totals[BALTIMORE], totals[ALIKE] - totals[BALTIMORE]
    assert found.own[-1] == own[2025]
    assert found.alike[-1] == pytest.approx(own[2019] * others[2025] / others[2019])
    grown = own[2019] * totals.loc[2025, list(found.cities)] / totals.loc[2019, list(found.cities)]
    assert found.low[-1] == pytest.approx(grown.min())
    assert found.high[-1] == pytest.approx(grown.max())
    for text in (said.course_title(found), said.course_short(found), said.course_sentence(found)):
        assert not GARBAGE.search(text), text


@pytest.mark.parametrize("cities", get_args(Cities))
@pytest.mark.parametrize("name", ["violent", "homicide", "larceny"])
def test_the_last_year_stands_beside_the_median_city_of_the_scorecard(name: str, cities: Cities) -> None:
    frame = yearly()
    frame["events"] = frame[parts_of(name)].sum(axis=1)
    wide = frame.pivot(index="agency", columns="year", values="events").astype(float)
    residents = frame.drop_duplicates("agency").set_index("agency")["residents"]
    found = later.last_year(load_story().measures[name], cities)
    assert (found.count, found.before) == tuple(wide.loc[BALTIMORE, [2025, 2024]])
    assert found.counts == tuple(map(tuple, wide.loc[list(found.agencies), [2025, 2024]].to_numpy()))
    ratio = wide[2025] / wide[2024] * 366 / 365
    assert found.standing.change == pytest.approx(ratio[BALTIMORE] - 1)
    assert found.standing.median == pytest.approx(np.median(ratio[list(found.agencies)]) - 1)
    assert BALTIMORE not in found.agencies
    if cities == "large":
        large = set(residents[residents >= 250_000].index) - {BALTIMORE}
        assert set(found.agencies) | {each.agency for each in found.left_out} == large
    if cities == "named":
        assert set(found.agencies) <= set(NAMED)
    # An agency with none of an offense states nothing of it, but for homicide.
    zero = frame[[*parts_of(name), "agency"]].set_index("agency").drop(columns="homicide", errors="ignore") == 0
    assert not set(zero[zero.any(axis=1)].index) & set(found.agencies)
    assert not GARBAGE.search(said.place_sentence(found))


def test_an_agency_that_states_no_aggravated_assault_is_left_out_with_the_reason() -> None:
    found = later.last_year(load_story().measures["violent"], "large")
    assert {each.agency: each.why for each in found.left_out}[
        "Washington, DC"
    ] == "no counts of rape or aggravated assault"


def test_what_the_index_does_not_count_is_refused_in_a_sentence() -> None:
    arson = load_story().measures["arson"]
    for ask in (later.course, later.years, lambda measure: later.last_year(measure, "large")):
        with pytest.raises(ArgumentError, match="Real-Time Crime Index does not count arson"):
            ask(arson)
