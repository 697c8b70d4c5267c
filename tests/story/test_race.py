"""Arrests narrowed by race, the measures of the arrests, and figures that others published of them."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.windows import Window, WindowPair
from lib.errors import ArgumentError
from lib.story.check import check, check_measure
from lib.story.load import load_story
from lib.story.model import Measure, Race
from lib.story.records import RACES
from lib.story.records_in_use import open_records
from lib.tables.schemas import ARREST_GROUPS, ARREST_RACES, DRUG_GROUPS
from tests.analysis.made import windows
from tests.examples import examples
from tests.story.findings import GARBAGE, first_quarter

ARRESTS = {
    "drug-arrests", "drug-possession-arrests", "covered-arrests", "prostitution-arrests", "trespass-arrests",
    "marijuana-arrests", "other-arrests", "all-arrests",
}  # fmt: skip
GROUPS: tuple[Race, ...] = ("black", "white", "other")
FIRST, LAST = date(2014, 1, 1), date(2021, 7, 31)


def arrest_measures() -> dict[str, Measure]:
    return {m.id: m for m in load_story().measures.values() if m.records == "arrests"}


def count(name: str, window: Window, race: Race | None = None) -> int:
    change = check_measure(load_story().measures[name], WindowPair(window, (window,)), race=race).change
    assert change is not None
    return change.current


def test_the_measures_of_the_issue_exist_and_count() -> None:
    measures = arrest_measures()
    assert set(measures) >= ARRESTS
    for name in ARRESTS:
        assert set(measures[name].categories) <= set(ARREST_GROUPS)
        assert len(set(measures[name].categories)) == len(measures[name].categories)
        assert count(name, Window(date(2016, 1, 1), date(2018, 12, 31))) > 0, name


def test_measures_are_the_parts_they_say_they_are() -> None:
    measures = {name: set(measure.categories) for name, measure in arrest_measures().items()}
    assert measures["drug-arrests"] == set(DRUG_GROUPS)
    assert not measures["covered-arrests"] & measures["other-arrests"]
    assert measures["covered-arrests"] | measures["other-arrests"] == measures["all-arrests"] == set(ARREST_GROUPS)


def test_every_code_of_race_is_in_one_group() -> None:
    assert set(RACES) == set(GROUPS)
    assert sorted(code for codes in RACES.values() for code in codes) == sorted(ARREST_RACES)


@given(st.sampled_from(sorted(ARRESTS)), windows(FIRST, LAST))
@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
def test_the_groups_of_people_add_up_to_all(name: str, window: Window) -> None:
    assert sum(count(name, window, race) for race in GROUPS) == count(name, window)


def test_a_finding_of_a_group_says_whom_it_counts() -> None:
    for race, said in zip(GROUPS, ("of Black people", "of white people", "other or unknown race"), strict=True):
        finding = check_measure(arrest_measures()["covered-arrests"], first_quarter(2021, 2020), race=race)
        assert finding.race == race
        assert said in finding.sentence
        assert not GARBAGE.search(finding.sentence)


@pytest.mark.parametrize("name", ["violent", "property", "homicide"])
def test_crime_cannot_be_narrowed_by_race(name: str) -> None:
    with pytest.raises(ArgumentError, match="Only arrests"):
        check_measure(load_story().measures[name], first_quarter(2021, 2020), race="black")


def test_arrests_in_a_neighborhood_cannot_be_narrowed_by_race() -> None:
    with pytest.raises(ArgumentError, match="whole city"):
        check_measure(arrest_measures()["drug-arrests"], first_quarter(2021, 2020), "Canton", "black")


@pytest.mark.parametrize("name", sorted(ARRESTS))
def test_arrests_in_a_neighborhood_are_counted(name: str) -> None:
    finding = check_measure(arrest_measures()[name], first_quarter(2019, 2018), "canton")
    assert finding.area == "Canton"
    assert finding.change is not None
    assert finding.sentence.startswith("In Canton, ")


@given(st.sampled_from(sorted(ARRESTS)), windows(FIRST, LAST))
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_neighborhoods_and_the_arrests_without_one_add_up_to_the_city(name: str, window: Window) -> None:
    measure, records = arrest_measures()[name], open_records()
    by_area = records.areas("arrests").by_area(window, measure.categories)
    assert by_area.sum() == records.line(measure).count(window)


# Drug arrests by quarter from 2019 to March 2021, as others counted them (tests/tables/test_bundled.py).
QUARTERS = (1157, 1020, 823, 593, 697, 230, 231, 252, 215)


def test_drug_arrests_of_the_policys_first_year_are_those_of_its_claim() -> None:
    claim = load_story().claims["drug-arrests"]
    window = next(w for w in claim.windows if w.pair.current.start == date(2020, 3, 18))
    finding = check(claim, window.pair)
    change = finding.change
    assert change is not None
    frame = open_records().tables.frame("arrests_city_daily")
    drugs = frame[frame["group"].isin(DRUG_GROUPS)]
    for side, counted in ((window.pair.current, change.current), (window.pair.baseline[0], change.baseline)):
        inside = drugs["date"].between(side.start.isoformat(), side.end.isoformat())
        assert drugs.loc[inside, "count"].sum() == counted
    assert change.of_counts == pytest.approx(change.current / change.baseline - 1)
    assert change.headline == pytest.approx(change.current / 365 / (change.baseline / 366) - 1)
    # Within a tenth of the four quarters nearest to each side.
    assert change.baseline == pytest.approx(sum(QUARTERS[1:5]), rel=0.1)
    assert change.current == pytest.approx(sum(QUARTERS[5:9]), rel=0.1)
    assert finding.verdict is not None


def test_arrests_had_halved_in_the_course_of_2019() -> None:
    # By the quarters others counted: 593 against 1,157, 49% fewer.
    pair = WindowPair(Window(date(2019, 10, 1), date(2019, 12, 31)), (Window(date(2019, 1, 1), date(2019, 3, 31)),))
    change = check_measure(arrest_measures()["drug-arrests"], pair).change
    assert change is not None
    assert change.current / change.baseline - 1 == pytest.approx(QUARTERS[3] / QUARTERS[0] - 1, abs=0.03)


def test_the_published_figures_of_hopkins_load() -> None:
    published = load_story().published
    averted, share = published["hopkins-averted"], published["hopkins-share"]
    assert (averted.value, averted.unit) == (443, "count")
    assert (share.value, share.unit) == (0.78, "share")
    for figure in (averted, share):
        assert "Hopkins" in figure.by
        assert figure.address.startswith("https://publichealth.jhu.edu/2021/")
        assert figure.pair is None
        assert figure.measure is None
