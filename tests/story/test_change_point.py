"""When measures turned, in the bundled records, and how it is said."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.change_point import SPRING_2020, NoTurning, Turning
from lib.story.change_point import events_in, turning_of, turning_sentence
from lib.story.load import load_story
from lib.story.records import NotLoadedError
from tests.story.findings import GARBAGE, measures_of

DATES = [date(2020, 3, day) for day in (5, 16, 18, 23, 30)]
DAYS = st.dates(SPRING_2020.start, SPRING_2020.end)


def found(name: str) -> Turning:
    turning = turning_of(load_story().measures[name])
    assert isinstance(turning, Turning)
    return turning


def test_it_is_set_against_the_five_dates_of_the_timeline() -> None:
    assert [event.date for event in events_in(SPRING_2020)] == DATES


@pytest.mark.parametrize("name", ["property", "drug-arrests", "covered-arrests", "other-arrests", "all-arrests"])
def test_property_crime_and_all_kinds_of_arrests_turned_in_the_middle_of_march(name: str) -> None:
    turning = found(name)
    assert turning.low is not None
    assert turning.high is not None
    assert date(2020, 3, 10) <= turning.low <= turning.day <= turning.high <= date(2020, 3, 22)
    assert turning.change is not None
    assert turning.change < -0.2


def test_arrests_that_the_policy_did_not_cover_turned_no_later_than_those_it_did() -> None:
    assert found("other-arrests").day <= found("covered-arrests").day


@pytest.mark.parametrize("name", measures_of("all"))
def test_every_measure_has_a_day_or_a_reason(name: str) -> None:
    measure = load_story().measures[name]
    turning = turning_of(measure)
    said = turning_sentence(measure, turning, events_in(SPRING_2020))
    assert not GARBAGE.search(said)
    assert said.endswith(".")
    assert isinstance(turning, NoTurning) == ("can’t name a turning day" in said)


def test_the_sentence_puts_each_date_where_it_belongs() -> None:
    measure = load_story().measures["property"]
    made = replace(found("property"), day=date(2020, 3, 17), low=date(2020, 3, 16), high=date(2020, 3, 20), change=-0.3)
    said = turning_sentence(measure, made, events_in(SPRING_2020))
    assert said == (
        "Property crime fell 30% from March 17, 2020 on: that step fits best. The days that fit about as well lie from "
        "March 16 to 20, 2020. Before them: March 5 (State of emergency). Among them: March 16 (Schools and bars "
        "close) and March 18 (Charges dropped). After them: March 23 (Businesses close) and March 30 (Stay-at-home "
        "order)."
    )


@given(DAYS, st.none() | DAYS, st.none() | DAYS, st.none() | st.floats(-1, 5))
def test_every_date_is_named_once_wherever_the_set_lies(
    day: date, low: date | None, high: date | None, change: float | None
) -> None:
    low, high = low and min(low, day), high and max(high, day)
    made = replace(found("property"), day=day, low=low, high=high, change=change)
    said = turning_sentence(load_story().measures["property"], made, events_in(SPRING_2020))
    assert not GARBAGE.search(said)
    for event in events_in(SPRING_2020):
        assert said.count(f"({event.label})") == 1
        side = "Before" if low and event.date < low else "After" if high and event.date > high else "Among"
        assert event.label in said.split(f"{side} them")[1].split(").")[0]


@pytest.mark.usefixtures("without_calls")
def test_records_that_are_not_here_are_asked_for() -> None:
    with pytest.raises(NotLoadedError, match="refresh calls"):
        turning_of(load_story().measures["calls-drugs"])
