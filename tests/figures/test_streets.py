"""The figures of empty streets: whole, small, every lag shown."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lib.figures.registry import FIGURES, drawing, spec
from lib.figures.streets import SOURCES
from lib.story.view import default_view
from tests.figures.drawn import check_schema, nodes, rows_with
from tests.story.findings import GARBAGE

MOST_BYTES = 19 * 1024


@pytest.mark.parametrize("name", ["streets", "streets-lag"])
@pytest.mark.parametrize(("theme", "trend", "since"), [("light", "linear", "2016"), ("dark", "damped", "2018")])
def test_it_is_a_complete_spec_under_19_kb(name: str, theme: Any, trend: Any, since: Any) -> None:
    view = replace(default_view(), trend=trend, since=since)
    made, finished = drawing(name, view), spec(name, view, theme)
    for said in (made.alt, made.frame.title, made.frame.subtitle, made.sentence):
        assert said.strip()
        assert not GARBAGE.search(said), said
    assert len(json.dumps(finished, allow_nan=False)) <= MOST_BYTES
    for node in nodes(finished):
        if isinstance(node.get("data"), dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
    if theme == "light":  # a template has the same marks in both themes
        check_schema(finished)


def test_they_depend_on_the_model_alone() -> None:
    assert FIGURES["streets"].params == FIGURES["streets-lag"].params == ("trend", "since")


def test_the_panels_show_the_weeks_of_the_table() -> None:
    made = drawing("streets", default_view())
    assert SOURCES in made.frame.subtitle
    (weeks,) = rows_with(spec("streets", default_view(), "light"), "away")
    rows = made.table().rows
    assert {len(values) for values in weeks.values()} == {len(rows)}
    assert weeks["one"][0] is None
    assert weeks["away"] == pytest.approx([row[2] for row in rows], abs=1e-3)
    assert weeks["orders"][-1] is None


def test_every_lag_of_both_groups_is_drawn_in_each_panel() -> None:
    made = drawing("streets-lag", default_view())
    for panel in range(3):
        points = [dict(row) for row in made.data[f"points{panel}"] if not isinstance(row, int)]
        assert sorted((p["lag"], p["first"]) for p in points) == sorted(
            (lag, first) for lag in range(7) for first in (True, False)
        )
        assert all(p["low"] <= p["value"] <= p["high"] for p in points)
    assert len(made.table().rows) == 42
