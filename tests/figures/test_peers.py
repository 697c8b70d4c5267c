"""The figures of other cities: small, whole, and of the same numbers as the story's."""

import json
from dataclasses import replace
from itertools import combinations
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.windows import WindowPair, parse_window
from lib.chapters.chapters import BY_SLUG
from lib.charts.cities import BASE_Y, MID_Y, change_table, paths, strip
from lib.charts.theme import THEMES, Frame, ThemeName
from lib.errors import ArgumentError
from lib.figures import afterwards, peers
from lib.figures.peers import LETTER, NARROW, PUBLISHED
from lib.figures.registry import FIGURES, Drawing, drawing, spec
from lib.story import words
from lib.story.check import check_measure
from lib.story.evidence.peers import COLUMNS, monthly, place
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import peers_words as said
from lib.story.view import Cities, View
from tests.examples import examples
from tests.figures.drawn import check_schema, nodes, params, rows_with, said_in
from tests.story.findings import GARBAGE, measures_of, pairs

MOST_BYTES = 18 * 1024
MOST_BYTES_OF_ALL = 26 * 1024  # the scorecard has six hundred agencies, each with its name
OWN = [f.id for f in FIGURES.values() if f.build.__module__ in (peers.__name__, afterwards.__name__)]
SETS = get_args(Cities)
THEMES_BY_SET: dict[str, ThemeName] = {"large": "light", "all": "dark", "named": "light"}


def of(measure: str = "violent", cities: Cities = "large", **changed: Any) -> View:
    return replace(BY_SLUG["was-it-covid"].usual, measure=measure, cities=cities, **changed)


def test_a_window_held_against_itself_is_drawn() -> None:
    window = parse_window("2020-06-01..2020-08-31")
    assert_drawn(drawing("peers-change", of(pair=WindowPair(window, (window,)))), "light")


def assert_drawn(made: Drawing, theme: ThemeName) -> dict[str, Any]:
    for text in (made.alt, made.frame.title, made.frame.subtitle, made.sentence):
        assert text.strip()
        assert not GARBAGE.search(text), text
    finished = made.template(theme).fill(made.frame, made.data, made.values)
    most = MOST_BYTES if len(made.table().rows) < 400 else MOST_BYTES_OF_ALL
    assert len(json.dumps(finished, allow_nan=False)) <= most
    for node in nodes(finished):
        if isinstance(node.get("data"), dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
            assert node["data"]["values"], "an empty data set"
    foot = said_in(finished, "footWide")
    assert f"Data version {open_records().version}" in foot
    assert any(caveat.short in foot for caveat in load_story().caveats.values())
    table = made.table()
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}
    return finished


def test_the_figures_of_both_modules_are_registered() -> None:
    assert set(OWN) == {
        "peers-change",
        "peers-months",
        "peers-published",
        "afterwards",
        "afterwards-years",
        "last-year",
        "recall",
    }


@pytest.mark.parametrize("figure_id", OWN)
def test_each_is_a_valid_spec(figure_id: str) -> None:
    finished = spec(figure_id, of(), "light")
    check_schema(finished)


@pytest.mark.parametrize("cities", SETS)
@pytest.mark.parametrize("measure", COLUMNS)
@pytest.mark.parametrize("figure_id", OWN)
def test_each_is_complete_for_all_that_the_index_counts(figure_id: str, measure: str, cities: Cities) -> None:
    needed = FIGURES[figure_id].params
    if ("measure" not in needed and measure != "violent") or ("cities" not in needed and cities != "large"):
        return
    view, theme = of(measure, cities), THEMES_BY_SET[cities]
    assert assert_drawn(drawing(figure_id, view), theme) == spec(figure_id, view, theme)


@pytest.mark.parametrize("figure_id", ["peers-change", "peers-months", "afterwards", "last-year", "recall"])
@pytest.mark.parametrize("measure", ["common-assault", "arson", "robbery-street", "drug-arrests", "shooting"])
def test_what_the_index_does_not_count_is_said_calmly(figure_id: str, measure: str) -> None:
    with pytest.raises(ArgumentError, match="Real-Time Crime Index"):
        drawing(figure_id, of(measure))


@given(pairs(most=2), st.sampled_from(measures_of("all")), st.sampled_from(SETS))
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow])
def test_any_windows_are_drawn_or_refused_in_a_sentence(pair: Any, measure: str, cities: Cities) -> None:
    view = of(measure, cities, pair=pair)
    try:
        made = drawing("peers-change", view)
    except ArgumentError:
        return
    assert_drawn(made, "dark")


@pytest.mark.parametrize("cities", SETS)
def test_every_city_is_a_dot_and_no_dot_is_lost(cities: Cities) -> None:
    found = place(load_story().measures["auto-theft"], of().pair, cities)
    made = drawing("peers-change", of("auto-theft", cities))
    finished = spec("peers-change", of("auto-theft", cities), "light")
    (dots,) = rows_with(finished, "thousandths")
    assert dict(zip(dots["name"], dots["thousandths"], strict=True)) == {
        name: round(1000 * change) for name, change in zip(found.agencies, found.changes, strict=True)
    }
    step = params(finished)["step"]
    assert step * max(dots["pile"]) < BASE_Y - MID_Y
    (own,) = rows_with(finished, "tip")
    assert own["x"] == pytest.approx(found.standing.change, abs=1e-4)
    low, high = params(finished)["lowest"], params(finished)["highest"]
    assert low < min(0, own["x"], *found.changes)
    assert high > max(0, own["x"], *found.changes)
    table = made.table()
    assert [row[0] for row in table.rows[1 : len(found.agencies) + 1]] == [
        name for _, name in sorted(zip(found.changes, found.agencies, strict=True))
    ]
    assert [row[-1] for row in table.rows if row[-1]] == [each.why for each in found.left_out]
    assert said.place_sentence(found) in made.sentence
    assert made.sentence in made.alt


@pytest.mark.parametrize("measure", COLUMNS)
def test_names_of_cities_touch_no_other_name_on_a_phone(measure: str) -> None:
    finished = spec("peers-change", of(measure, "named"), "light")
    low, high = params(finished)["lowest"], params(finished)["highest"]
    boxes = []
    for row in rows_with(finished, "left"):
        at, width = (row["x"] - low) / (high - low) * NARROW, LETTER * len(row["text"])
        left, right = (at - 4 - width, at - 4) if row["left"] else (at + 4, at + 4 + width)
        assert left >= 0
        assert right <= NARROW
        boxes.append((row["y"], left, right, at))
    assert len(boxes) >= 5
    for (y, left, right, at), (other_y, other_left, other_right, other_at) in combinations(boxes, 2):
        if y == other_y:
            assert right < other_left or other_right < left
        elif y < other_y:
            assert not left <= other_at <= right
        else:
            assert not other_left <= at <= other_right


def test_the_months_are_those_of_the_story_with_policy_and_recall_marked() -> None:
    found = monthly(load_story().measures["robbery"], "large")
    finished = spec("peers-months", of("robbery"), "light")
    (row,) = rows_with(finished, "own")
    assert row["own"] == [round(value, 1) for value in found.own]
    assert len(row["low"]) == len(row["high"]) == len(row["median"]) == 67
    dates = [mark["date"][:10] for mark in rows_with(finished, "lane")]
    assert dates == ["2023-01-03", "2022-01-01", "2021-03-26", "2020-03-18"]  # the latest stands highest
    assert {mark["lane"] for mark in rows_with(finished, "lane")} == {"policy", "pandemic"}
    table = drawing("peers-months", of("robbery")).table()
    assert table.rows[0][0] == "2018-12-01"
    assert table.rows[-1][1] == pytest.approx(found.own[-1], abs=0.01)


def test_names_stand_at_the_right_end_of_their_lines_away_from_each_other() -> None:
    for name in ("violent", "auto-theft"):  # Baltimore ends below the median city, and above it
        found = monthly(load_story().measures[name], "large")
        below = found.own[-1] < found.median[-1]
        named = {row["role"]: row for row in rows_with(spec("peers-months", of(name), "light"), "role")}
        assert {row["date"][:10] for row in named.values()} == {str(found.months[-1])}
        assert named["own"]["above"] is not below
        assert named["median"]["above"] is below
        assert named["band"]["above"] is below
        stretch = found.own[-peers.LABELLED :]
        assert named["own"]["value"] == pytest.approx(min(stretch) if below else max(stretch), abs=0.06)


def test_a_city_that_fell_more_is_named() -> None:
    subtitle = drawing("peers-change", of("violent")).frame.subtitle
    found = place(load_story().measures["violent"], of("violent").pair, "large")
    lower = [name for name, change in zip(found.agencies, found.changes, strict=True) if change < found.standing.change]
    assert len(lower) == found.standing.fell_more
    assert all((name in subtitle) is (len(lower) <= 3) for name in lower)


def test_published_changes_stand_beside_baltimores_own() -> None:
    made = drawing("peers-published", of())
    rows = rows_with(spec("peers-published", of(), "light"), "claim")
    assert [row["claim"] for row in rows] == [load_story().published[name].value for name, _ in PUBLISHED]
    robbery = check_measure(load_story().measures["robbery"], peers.YEAR_2020)
    assert robbery.change is not None
    assert rows[2]["est"] == pytest.approx(robbery.change.headline, abs=1e-4)
    assert words.signed(robbery.change.headline) in rows[2]["label"]
    assert not rows[-1]["main"]
    parts = [
        check_measure(load_story().measures[name], peers.YEAR_2020).change
        for name in ("aggravated-assault", "shooting")
    ]
    shootings = sum(part.current for part in parts if part)
    assert made.table().rows[1][4] == shootings
    assert "Council on Criminal Justice" in made.sentence
    assert "Council on Criminal Justice" in said_in(spec("peers-published", of(), "light"), "footWide")


@pytest.mark.parametrize("chart", [strip, paths, change_table])
@pytest.mark.parametrize("theme", THEMES)
def test_a_template_is_built_once_and_takes_its_data(chart: Any, theme: ThemeName) -> None:
    assert chart(theme) is chart(theme)
    with pytest.raises(KeyError):
        chart(theme).fill(Frame("", "", "", ""), {"rows": [], "no-such": []}, {})
