"""The figures of placebos and of the two other changes: whole, small, and of the same numbers as the story."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.placebos import NoStep, Step
from lib.analysis.windows import Window, WindowPair
from lib.charts.theme import THEMES, ThemeName
from lib.figures.placebos import AFTER_ANNOUNCEMENT
from lib.figures.registry import Drawing, drawing, spec
from lib.story.check import check_measure
from lib.story.evidence.confounders import during_flights, during_protests
from lib.story.evidence.placebos import NOT_NAMED, announcement, policy_dates
from lib.story.load import load_story
from lib.story.records import NotLoadedError
from lib.story.records_in_use import open_records
from lib.story.view import View, default_view
from tests.examples import examples
from tests.figures.drawn import check_schema, nodes, params, rows_with
from tests.story.findings import GARBAGE, measures_of, pairs

MOST_BYTES = 16 * 1024
OFFICE = WindowPair(Window(date(2020, 3, 13), date(2021, 3, 12)), (Window(date(2019, 3, 13), date(2020, 3, 12)),))
FIGURES = ("placebo-dates", "placebo-offenses", "placebo-announcement", "planes-and-protests")


def of(measure: str, pair: WindowPair = OFFICE) -> View:
    return replace(default_view(), measure=measure, pair=pair)


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
    table = made.table()
    assert table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)
    return finished


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", FIGURES)
def test_each_is_a_complete_spec_in_both_themes(name: str, theme: ThemeName) -> None:
    finished = assert_drawn(drawing(name, of("violent")), theme, by_schema=theme == "light")
    assert finished == spec(name, of("violent"), theme)
    assert finished["config"]["background"] == THEMES[theme].page


@given(st.deferred(lambda: st.sampled_from(measures_of("all"))), pairs())
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow])
def test_they_draw_in_any_state_of_a_page(measure: str, pair: WindowPair) -> None:
    for name in ("placebo-dates", "placebo-offenses", "placebo-announcement"):
        finished = assert_drawn(drawing(name, of(measure, pair)), "light")
        drawn, scale = rows_with(finished, "label"), params(finished)
        for row in drawn:
            if "est" in row:
                assert scale["lowest"] <= row["low"] <= row["est"] <= row["high"] <= scale["highest"]


def test_the_years_are_those_of_the_story_and_2020_is_the_one_under_test() -> None:
    found = policy_dates(load_story().measures["property"], OFFICE)
    made = drawing("placebo-dates", of("property"))
    rows = rows_with(spec("placebo-dates", of("property"), "light"), "label")
    steps: list[Step | NoStep] = [*(step for _, step in found.others), found.here]
    assert [row["main"] for row in rows] == [False] * len(found.others) + [True]
    table = [dict(zip(made.table().columns, row, strict=True)) for row in made.table().rows]
    assert [row["row"] for row in table] == ["2015", "2016", "2017", "2018", "2019", "2020"]
    for step, row, cells in zip(steps, rows, table, strict=True):
        assert isinstance(step, Step)
        assert row["est"] == pytest.approx(step.change, abs=1e-4)
        assert (cells["before"], cells["after"], cells["days"]) == (step.before, step.after, 365)
        assert cells["change"] == pytest.approx(step.change, abs=1e-6)


def test_the_announcement_has_the_readers_measure_once() -> None:
    measures = load_story().measures
    for measure, names in (("violent", AFTER_ANNOUNCEMENT), ("robbery", (*AFTER_ANNOUNCEMENT, "robbery"))):
        rows = drawing("placebo-announcement", of(measure)).table().rows
        assert [row[0] for row in rows] == [measures[name].title for name in names]
    step = announcement(load_story().measures["robbery"])
    assert isinstance(step, Step)
    assert rows[-1][6] == pytest.approx(step.change, abs=1e-6)


def test_a_step_too_wide_to_say_is_not_drawn_but_its_numbers_are_in_the_table() -> None:
    rows = rows_with(spec("placebo-announcement", of("violent"), "light"), "label")
    assert rows[2]["label"].endswith("too uneven to say")
    assert "est" not in rows[2]
    assert drawing("placebo-announcement", of("violent")).table().rows[2][6] is not None


def test_without_any_step_the_figure_says_why() -> None:
    short = WindowPair(Window(date(2020, 5, 1), date(2020, 5, 1)), (Window(date(2019, 5, 1), date(2019, 5, 1)),))
    made = drawing("placebo-dates", of("arson", short))
    assert made.frame.title.endswith("too few to say")
    assert "too few" in str(made.table().rows[-1][-1])


def test_the_offenses_are_those_of_check_in_the_readers_windows() -> None:
    made = drawing("placebo-offenses", of("violent"))
    names = ("violent", "property", "covered-arrests", *NOT_NAMED)
    table = [dict(zip(made.table().columns, row, strict=True)) for row in made.table().rows]
    for name, row in zip(names, table, strict=True):
        change = check_measure(load_story().measures[name], OFFICE).change
        assert change is not None
        assert row["current_count"] == change.current
        assert row["change"] == pytest.approx(change.headline, abs=1e-6)
    rows = rows_with(spec("placebo-offenses", of("violent"), "light"), "label")
    assert [row["main"] for row in rows] == [True, True] + [False] * 7


@pytest.mark.parametrize("name", ["turning-days", "placebo-offenses", "placebo-announcement"])
def test_pictures_of_crimes_and_arrests_name_both_sources(name: str) -> None:
    source = drawing(name, of("violent")).frame.source
    for records in ("crime", "arrests"):
        assert open_records().entry(records).source in source
    assert open_records().version in source


def test_planes_and_protests_have_three_periods_each() -> None:
    made = drawing("planes-and-protests", of("violent"))
    assert made.frame == drawing("planes-and-protests", of("arson")).frame
    every = (*during_flights(), *during_protests())
    rows = rows_with(spec("planes-and-protests", of("violent"), "light"), "tip")
    assert [row["head"] for row in rows if "head" in row] == ["Police planes", "Floyd protests"]
    drawn = [row for row in rows if "label" in row]
    assert [row["i"] for row in rows] == list(range(len(rows)))
    shown = (during_flights()[0], *during_protests())  # street robbery alone of what planes might have moved
    for found, row in zip(shown, drawn, strict=True):
        for time, change in zip(("before", "during", "after"), found.changes, strict=True):
            assert row[time] == pytest.approx(change.headline, abs=1e-4)
            assert row[f"{time}_low"] < row[time] < row[f"{time}_high"]
    assert len(made.table().rows) == 3 * len(every)
    assert "armed" in made.sentence


@pytest.mark.usefixtures("without_calls")
def test_calls_that_are_not_here_are_asked_for() -> None:
    for name in ("placebo-dates", "placebo-announcement"):
        with pytest.raises(NotLoadedError, match="refresh calls"):
            drawing(name, of("calls-drugs"))
