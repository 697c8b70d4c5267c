"""The figures of when counts turned: whole, small, and of the same numbers as the story and the command."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lib.analysis.change_point import BOUND, SPRING_2020, NoTurning, Turning
from lib.charts.theme import THEMES, ThemeName
from lib.errors import ArgumentError
from lib.figures.registry import Drawing, drawing, spec
from lib.figures.turning import MEASURES
from lib.story.evidence.change_point import events_in, turning_of
from lib.story.load import load_story
from lib.story.records import NotLoadedError
from lib.story.sentences.change_point_words import days_sentence, days_text, days_title, turning_sentence
from lib.story.view import View, default_view
from tests.figures.drawn import check_schema, nodes, rows_with, said_in
from tests.story.findings import GARBAGE, measures_of

MOST_BYTES = 16 * 1024
EVENTS = events_in(SPRING_2020)
POLICY = next(event for event in EVENTS if event.lane == "policy")
OTHERS = [event for event in EVENTS if event is not POLICY]


def of(measure: str) -> View:
    return replace(default_view(), measure=measure)


def turned(name: str) -> Turning:
    found = turning_of(load_story().measures[name])
    assert isinstance(found, Turning)
    return found


def assert_drawn(made: Drawing, theme: ThemeName, *, by_schema: bool = False) -> dict[str, Any]:
    for said in (made.alt, made.frame.title, made.frame.subtitle, made.sentence):
        assert said.strip()
        assert not GARBAGE.search(said.replace("  ", " ")), said
    finished = made.template(theme).fill(made.frame, made.data, made.values)
    assert len(json.dumps(finished, allow_nan=False)) <= MOST_BYTES
    for node in nodes(finished):
        if isinstance(node.get("data"), dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
    if by_schema:
        check_schema(finished)
    return finished


@pytest.mark.parametrize("theme", THEMES)
def test_the_days_are_a_complete_spec_with_all_five_dates(theme: ThemeName) -> None:
    finished = assert_drawn(drawing("turning-days", of("violent")), theme, by_schema=theme == "light")
    assert finished == spec("turning-days", of("arson"), theme), "it depends on nothing that a reader moves"
    events = rows_with(finished, "lane")
    assert [event["date"][:10] for event in events] == [f"2020-03-{day:02}" for day in (30, 23, 18, 16, 5)]
    assert [event["lane"] for event in events].count("policy") == 1
    assert finished["config"]["background"] == THEMES[theme].page


def test_each_row_is_the_turning_day_of_its_count_or_says_why_there_is_none() -> None:
    made = drawing("turning-days", of("violent"))
    drawn = spec("turning-days", of("violent"), "light")
    rows, bars = rows_with(drawn, "day"), rows_with(drawn, "low")
    table = made.table()
    assert len(rows) == len(table.rows) == len(MEASURES)
    for name, row, cells in zip(MEASURES, rows, table.rows, strict=True):
        measure = load_story().measures[name]
        found = turning_of(measure)
        assert row["label"].startswith(measure.title)
        assert cells[0] == name
        if isinstance(found, NoTurning):
            assert "day" not in row
            assert row["label"].endswith("no step beyond chance")
            assert cells[1:] == (None, None, None, None, None, found.why)
            assert row["tip"] == found.why
        else:
            assert row["day"][:10] == cells[1] == found.day.isoformat()
            days = [SPRING_2020.start + timedelta(days=i) for i in range(SPRING_2020.days)]
            spans = [(bar["low"][:10], bar["high"][:10]) for bar in bars if bar["i"] == row["i"]]
            covered = [day for day in days if any(low <= day.isoformat() <= high for low, high in spans)]
            assert covered == [day for day in days if found.allows(day)]  # a gap is no bar
            assert cells[2:4] == tuple(day.isoformat() if day else None for day in (found.low, found.high))


def test_the_title_counts_what_can_and_cannot_be_told_from_the_policys_day() -> None:
    found = [turning_of(load_story().measures[name]) for name in MEASURES]
    some = [each for each in found if isinstance(each, Turning)]
    allowed = [each for each in some if each.allows(date(2020, 3, 18))]
    shared = [each for each in allowed if any(each.allows(event.date) for event in OTHERS)]
    assert (len(some), len(allowed), len(shared)) == (12, 7, 6)
    title = "March 18 fits as the turning point for seven of 12 counts; for six of those, so does a pandemic date"
    assert days_title(found, POLICY, OTHERS) == title
    assert said_in(spec("turning-days", of("violent"), "light"), "titleWide") == title
    sentence = drawing("turning-days", of("violent")).sentence
    assert "violent crime March 29 to April 13; property crime March 15 to 18 or March 21" in sentence
    assert "There is no step beyond chance in homicide, non-fatal shooting and auto theft." in sentence


def allowing(*days: int | date) -> Turning:
    """A turning day whose set consists of these days, a bare number one of March."""
    within = {date(2020, 3, day) if isinstance(day, int) else day for day in days}
    behind = tuple(
        0.0 if date.fromordinal(SPRING_2020.start.toordinal() + i) in within else 50.0 for i in range(SPRING_2020.days)
    )
    return replace(turned("property"), behind=behind)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([allowing(18), allowing(17, 18)], "two of two counts; no pandemic date does"),
        ([allowing(16, 18)], "one of one counts; so does a pandemic date for each"),
        ([allowing(16, 18), allowing(18)], "two of two counts; for one of those, so does a pandemic date"),
        ([allowing(20, 21)], "Of one counts, not one can have turned on March 18"),
        ([NoTurning("None.")], "No count turned in spring 2020"),
    ],
)
def test_titles_of_other_findings(found: list[Turning | NoTurning], said: str) -> None:
    assert said in days_title(found, POLICY, OTHERS)


def test_the_sentence_names_counts_without_a_day() -> None:
    measure = load_story().measures["arson"]
    said = days_sentence([(measure, NoTurning("Too few.")), (measure, allowing(16, 18))], POLICY, OTHERS)
    assert "We can’t name a day for arson." in said
    assert "arson March 16 or March 18" in said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (date(2020, 3, 15), date(2020, 3, 21), "March 15 to 21"),
        (date(2020, 3, 29), date(2020, 4, 13), "March 29 to April 13"),
        (date(2020, 3, 17), date(2020, 3, 17), "March 17"),
        (date(2020, 4, 12), None, "April 12 or later"),
        (None, date(2020, 2, 12), "February 12 or earlier"),
        (None, None, "any day that was tried"),
    ],
)
def test_days_in_words(low: date | None, high: date | None, said: str) -> None:
    first, last = low or SPRING_2020.start, high or SPRING_2020.end
    days = (SPRING_2020.start + timedelta(days=i) for i in range(SPRING_2020.days))
    assert days_text(allowing(*(day for day in days if first <= day <= last))) == said


@pytest.mark.parametrize("name", measures_of("all"))
def test_the_fit_of_any_measure_is_drawn_or_its_absence_explained(name: str) -> None:
    measure = load_story().measures[name]
    found = turning_of(measure)
    if isinstance(found, NoTurning):
        with pytest.raises(ArgumentError) as told:
            drawing("turning-fit", of(name))
        assert str(told.value) == turning_sentence(measure, found, EVENTS)
        return
    made = drawing("turning-fit", of(name))
    finished = assert_drawn(made, "dark")
    assert made.sentence == turning_sentence(measure, found, EVENTS)
    (tried,) = rows_with(finished, "behind")
    (counts,) = rows_with(finished, "fitted")
    assert len(tried["behind"]) == SPRING_2020.days
    assert len(counts["count"]) == len(counts["fitted"]) == SPRING_2020.days + 56
    assert sum(counts["fitted"]) == pytest.approx(sum(counts["count"]), abs=1)


@pytest.mark.parametrize("theme", THEMES)
def test_the_fit_is_a_complete_spec(theme: ThemeName) -> None:
    finished = assert_drawn(drawing("turning-fit", of("property")), theme, by_schema=theme == "light")
    assert finished == spec("turning-fit", of("property"), theme)


def test_the_table_of_the_fit_says_of_each_day_whether_it_is_in_the_set() -> None:
    found = turned("property")
    table = drawing("turning-fit", of("property")).table()
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert (rows[0]["day"], rows[-1]["day"]) == ("2020-01-04", "2020-05-28")
    inside = [row["day"] for row in rows if row["in_set"]]
    assert inside[0] == str(found.low)
    assert inside[-1] == str(found.high)
    for row in rows:
        assert (row["behind"] is None) == (row["in_set"] is None)
        if row["behind"] is not None:
            assert bool(row["in_set"]) == (float(row["behind"]) <= BOUND)
    assert rows[(found.day - date(2020, 1, 4)).days]["behind"] == 0


@pytest.mark.usefixtures("without_calls")
def test_calls_that_are_not_here_are_asked_for() -> None:
    with pytest.raises(NotLoadedError, match="refresh calls"):
        drawing("turning-fit", of("calls-drugs"))
