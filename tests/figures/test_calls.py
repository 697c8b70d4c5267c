"""What others have counted of 911 calls, as pictures: every number is a published one, and no two definitions meet."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import vl_convert

from lib.charts.panels import KINDS
from lib.charts.theme import THEMES, ThemeName
from lib.figures import calls
from lib.figures.registry import FIGURES, drawing, spec
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import call_words
from lib.story.view import default_view
from tests.figures.drawn import check_schema, nodes, params, rows_with, said_in
from tests.story.findings import GARBAGE

PUBLISHED = ("calls-published", "calls-months")
MOST_BYTES = 15 * 1024
COLLECTED = {
    calls.ROWS: "all rows",
    calls.ROWS_MONTHLY: "all rows",
    calls.OUTSIDE: "NARCOTICSOutside",
    calls.OUTSIDE_MONTHLY: "NARCOTICSOutside",
    calls.NARCOTICS: "NARCOTICS (all origins)",
    "911-urgent-means": "high and medium priority per day",
}
RAW = Path(__file__).resolve().parents[3] / "shared" / "raw" / "calls911" / "published_counts.csv"


def bars_by_panel(figure_id: str) -> list[list[dict[str, Any]]]:
    """The bars of each panel, from the top, as they are in the finished spec."""
    found = [node["values"] for node in nodes(spec(figure_id, default_view(), "light")) if "values" in node]
    panels = [rows for rows in found if isinstance(rows, list) and isinstance(rows[0], dict) and "tested" in rows[0]]
    return [rows for i, rows in enumerate(panels) if rows not in panels[:i]]


def bars(figure_id: str) -> list[dict[str, Any]]:
    return [bar for panel in bars_by_panel(figure_id) for bar in panel]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("figure_id", PUBLISHED)
def test_a_figure_is_a_complete_vega_lite_spec(figure_id: str, theme: ThemeName) -> None:
    assert figure_id in FIGURES
    made = spec(figure_id, default_view(), theme)
    check_schema(made)
    assert len(json.dumps(made, allow_nan=False)) <= MOST_BYTES
    for node in nodes(made):
        if isinstance(node.get("data"), Mapping):
            assert node["data"]["values"], "an empty data set"
    for width in ("Wide", "Narrow"):
        foot = said_in(made, f"foot{width}")
        assert f"Data version {open_records().version}" in foot
        assert "GitHub" in foot
        assert any(caveat.short in foot for caveat in load_story().caveats.values())
    made_of = drawing(figure_id, default_view())
    for text in (made_of.alt, made_of.frame.title, made_of.frame.subtitle):
        assert not GARBAGE.search(text), text


@pytest.mark.parametrize("figure_id", PUBLISHED)
def test_no_line_joins_any_counts(figure_id: str) -> None:
    made = spec(figure_id, default_view(), "light")
    marks = {
        node["mark"] if isinstance(node["mark"], str) else node["mark"]["type"]
        for node in nodes(made)
        if "mark" in node and "encoding" in node  # the style of marks has a part of that name as well
    }
    assert marks == {"rect", "rule", "text"}


def test_two_definitions_of_narcotics_share_neither_panel_nor_scale_nor_color() -> None:
    panel_of = dict(zip(calls.YEARLY, bars_by_panel("calls-published"), strict=True))
    outside, narcotics = panel_of[calls.OUTSIDE], panel_of[calls.NARCOTICS]
    assert [bar["value"] for bar in outside] == [f.value for f in load_story().series(calls.OUTSIDE)]
    assert [bar["value"] for bar in narcotics] == [f.value for f in load_story().series(calls.NARCOTICS)]
    assert not any(bar["tested"] for bar in outside)
    assert all(bar["tested"] for bar in narcotics)


def test_every_bar_of_a_year_says_how_it_was_obtained_in_words_and_by_its_outline() -> None:
    for bar in bars("calls-published"):
        assert bar["kind"] in KINDS
        assert bar["how"] == {"exact": "exact", "read off a figure": "read off", "estimate": "estimate"}[bar["kind"]]
        assert bar["text"] == call_words.short(bar["value"])
        assert bar["how"].split()[0] in bar["tip"]
    assert {bar["kind"] for bar in bars("calls-published")} == set(KINDS)
    made = spec("calls-published", default_view(), "light")
    dashes = {tuple(node["strokeDash"]) for node in nodes(made) if node.get("type") == "rect"}
    assert len(dashes) == 2
    subtitle = drawing("calls-published", default_view()).frame.subtitle
    assert call_words.MARKS in subtitle


@pytest.mark.parametrize("figure_id", PUBLISHED)
def test_every_panel_has_a_scale_of_its_own(figure_id: str) -> None:
    vega = vl_convert.vegalite_to_vega(spec(figure_id, default_view(), "light"))
    ranges = [tuple(scale["range"]) for scale in vega["scales"] if scale["name"].endswith("y")]
    assert len(set(ranges)) == len(ranges) == len(bars_by_panel(figure_id))


def test_bars_of_years_lie_on_their_days_and_the_break_between_two_of_them() -> None:
    made = spec("calls-published", default_view(), "light")
    (line,) = rows_with(made, "left")
    assert line["start"] == 2019
    for bar in bars("calls-published"):
        assert params(made)["first"] <= bar["start"] < bar["end"] <= params(made)["last"]
        assert bar["end"] <= line["start"] or bar["start"] >= line["start"], "a bar across the change in recording"
        assert bar["tested"] == (bar["start"] >= line["start"])
    urgent = bars_by_panel("calls-published")[1]
    assert [(bar["start"], bar["end"]) for bar in urgent] == [(2018, 2019), (2019, 2020)]


def test_months_are_drawn_by_the_day_and_the_blue_ones_are_those_the_researchers_tested() -> None:
    drawn = bars("calls-months")
    expected = [f for series in calls.MONTHLY for f in load_story().series(series)]
    assert [bar["value"] for bar in drawn] == [round(call_words.per_day(f), 1) for f in expected]
    assert [bar["tested"] for bar in drawn] == [False] * 14 + [True] * 10
    assert {bar["kind"] for bar in drawn} == {"read off a figure"}
    assert "read off" in drawing("calls-months", default_view()).frame.subtitle
    before, after = calls.year_2020()
    assert [len(before), len(after)] == [2, 10]


@pytest.mark.parametrize("figure_id", PUBLISHED)
def test_the_table_gives_every_number_with_its_kind_and_its_source(figure_id: str) -> None:
    table = drawing(figure_id, default_view()).table()
    rows = [dict(zip(table.columns, cells, strict=True)) for cells in table.rows]
    assert len(rows) == len(bars(figure_id))
    for row in rows:
        assert str(row["address"]).startswith("https://github.com/")
        assert row["obtained"] in KINDS
        assert (row["error"] is None) == (row["obtained"] == "exact")
    assert set(table.rows) <= set(calls.all_counted().rows)


def test_the_description_says_every_number_of_the_picture() -> None:
    made = drawing("calls-published", default_view())
    for series in calls.YEARLY:
        for figure in load_story().series(series):
            assert call_words.told(figure) in made.alt
    assert "not to be compared" in made.alt


def test_around_the_change_stand_the_last_year_before_and_the_first_after() -> None:
    before, after = calls.around_change(calls.ROWS)
    assert (before.id, after.id) == ("calls-rows-2018", "calls-rows-2019")
    # All crime records of the year: the parts of every kind of crime together.
    assert calls.crimes_of(after) == sum(
        count
        for count, when in zip(
            *(open_records().tables.frame("crime_city_daily")[c] for c in ("count", "date")), strict=True
        )
        if when.year == 2019
    )


@pytest.mark.skipif(not RAW.is_file(), reason="the counts that were collected are not here")
def test_the_entries_are_those_that_were_collected() -> None:
    with RAW.open(encoding="utf-8") as file:
        collected = {(row["period"], row["what"]): float(row["count"]) for row in csv.DictReader(file)}
    for figure in (f for f in load_story().published.values() if f.series in COLLECTED):
        assert figure.period is not None
        first, last = figure.period.start, figure.period.end
        year = str(first.year) if first.year == last.year else f"{first.year}-{last.year}"
        period = f"{first:%Y-%m}" if figure.period.days < 32 else year
        counted = collected[period, COLLECTED[figure.series or ""]]
        assert figure.value == pytest.approx(counted, rel=figure.error or 1e-9), figure.id
