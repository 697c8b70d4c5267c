"""When measures turned, in the bundled records, and how it is said."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.change_point import SPRING_2020, NoTurning, Turning
from lib.story.evidence.change_point import events_in, turning_of
from lib.story.load import load_story
from lib.story.records import NotLoadedError
from lib.story.sentences.change_point_words import turning_sentence
from tests.story.findings import GARBAGE, measures_of

DATES = [date(2020, 3, day) for day in (5, 16, 18, 23, 30)]
DAYS_TRIED = [SPRING_2020.start + timedelta(days=i) for i in range(SPRING_2020.days)]
DAYS = st.dates(SPRING_2020.start, SPRING_2020.end)


def behind(days: Collection[date]) -> tuple[float, ...]:
    """How far each day tried falls behind, where just these can't be told from the best one."""
    return tuple(0.0 if day in days else 50.0 for day in DAYS_TRIED)


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
    march = [date(2020, 3, day) for day in (15, 16, 17, 19, 20)]
    made = replace(found("property"), day=date(2020, 3, 17), behind=behind(march), change=-0.3)
    said = turning_sentence(measure, made, events_in(SPRING_2020))
    assert said == (
        "Property crime fell 30% from March 17, 2020 on: that step fits best. The days that fit about as well: "
        "March 15 to 17 or March 19 to 20. Before them: March 5 (State of emergency). Among them: March 16 (Schools "
        "and bars close). In a gap between them: March 18 (Charges dropped). After them: March 23 (Businesses close) "
        "and March 30 (Stay-at-home order)."
    )


@given(st.lists(DAYS, min_size=1, unique=True), st.none() | st.floats(-1, 5))
def test_every_date_is_named_once_wherever_the_set_lies(days: list[date], change: float | None) -> None:
    made = replace(found("property"), day=days[0], behind=behind(days), change=change)
    said = turning_sentence(load_story().measures["property"], made, events_in(SPRING_2020))
    assert not GARBAGE.search(said)
    for event in events_in(SPRING_2020):
        assert said.count(f"({event.label})") == 1
        side = "Before" if event.date < min(days) else "After" if event.date > max(days) else "gap between"
        side = "Among" if event.date in days else side
        assert event.label in said.split(f"{side} them")[1].split(").")[0]
    runs = made.spans
    assert [day for run in runs for day in DAYS_TRIED if run.start <= day <= run.end] == sorted(days)
    assert all((after.start - before.end).days > 1 for before, after in pairwise(runs))


@pytest.mark.usefixtures("without_calls")
def test_records_that_are_not_here_are_asked_for() -> None:
    with pytest.raises(NotLoadedError, match="refresh calls"):
        turning_of(load_story().measures["calls-drugs"])
