"""The figures of what was to be expected: whole, small, and of the numbers that are behind them."""

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.seasonal import NoForecast
from lib.analysis.windows import years_earlier
from lib.charts.theme import THEMES
from lib.errors import ArgumentError
from lib.figures.expected import DRAWN_FROM
from lib.figures.registry import drawing, spec
from lib.story.evidence.expected import departure
from lib.story.load import load_story
from lib.story.view import View, default_view
from tests.examples import examples
from tests.figures.drawn import check_schema, nodes, rows_with, said_in
from tests.story.findings import GARBAGE, measures_of, pairs

MOST_BYTES = 16 * 1024
YEAR = years_earlier(load_story().claims["property"].windows[0].pair.current)


def whole(name: str, view: View, theme: Any = "light") -> dict[str, Any]:
    made = drawing(name, view)
    for said in (made.alt, made.frame.title, made.frame.subtitle, made.sentence):
        assert said.strip()
        assert not GARBAGE.search(said), said
    finished = spec(name, view, theme)
    assert len(json.dumps(finished, allow_nan=False)) <= MOST_BYTES
    for node in nodes(finished):
        if isinstance(node.get("data"), dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
    assert made.table().rows
    return finished


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["expected", "expected-check"])
@pytest.mark.parametrize("measure", ["violent", "covered-arrests", "homicide"])
def test_it_is_a_complete_spec_under_16_kb(name: str, measure: str, theme: Any) -> None:
    finished = whole(name, replace(default_view(), measure=measure), theme)
    if (theme, measure) == ("light", "violent"):  # a template has the same marks in both themes
        check_schema(finished)


@given(
    st.builds(
        View,
        pairs(),
        st.deferred(lambda: st.sampled_from(measures_of("all"))),
        st.just("week"),
        trend=st.sampled_from(["flat", "linear", "damped"]),
        since=st.sampled_from(["2015", "2018"]),
    )
)
@settings(max_examples=examples(5), suppress_health_check=[HealthCheck.too_slow])
def test_in_any_state_of_a_page_it_is_drawn_or_says_calmly_why_not(view: View) -> None:
    for name in ("expected", "expected-check"):
        with suppress(ArgumentError):
            whole(name, view)


def test_title_sentence_and_picture_are_the_departure() -> None:
    view = replace(default_view(), measure="property", pair=YEAR)
    found = departure(load_story().measures["property"], YEAR.current, view.trend, view.since)
    assert not isinstance(found, NoForecast)
    finished = whole("expected", view)
    assert f"{found.observed:,} counted, {found.expected.value:,.0f} expected" in said_in(finished, "titleWide")
    made = drawing("expected", view)
    for part in (f"{found.expected.low:,.0f} to {found.expected.high:,.0f}", f"{found.weeks} whole weeks"):
        assert part in made.sentence
    (weeks,) = rows_with(finished, "counted")
    table = made.table()
    drawn = [row for row in table.rows if str(row[0]) >= DRAWN_FROM.isoformat()]
    assert [row[2] for row in drawn] == weeks["counted"]
    assert {len(weeks[name]) for name in ("counted", "expected", "low", "high")} == {len(drawn)}
    inside = [row for row in drawn if found.window.start.isoformat() <= str(row[0]) <= found.window.end.isoformat()]
    assert sum(int(row[2] or 0) for row in inside) == found.observed
    # The band begins where the training ends.
    assert all((row[4] is None) == (str(row[1]) <= "2020-02-23") for row in table.rows)
    (tested,) = rows_with(finished, "start")
    assert tested["start"].startswith(found.window.start.isoformat())


def test_a_window_that_can_not_be_tested_says_how_to_move_it() -> None:
    pair = years_earlier(YEAR.current.shifted(-2))
    with pytest.raises(ArgumentError, match="move its end past"):
        drawing("expected", replace(default_view(), pair=pair))


def test_the_check_shows_each_held_out_year() -> None:
    finished = whole("expected-check", default_view())
    rows = rows_with(finished, "counted")
    assert [row["label"][:4] for row in rows] == ["2017", "2018", "2019"]
    for row in rows:
        assert row["inside"] == (row["low"] <= row["counted"] <= row["high"])
        assert ("OUTSIDE" in row["label"]) != row["inside"]
        assert "weeks in their band" in row["label"]
