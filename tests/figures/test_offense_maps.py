"""The small maps of offenses, the list of clear changes, and the card of a chosen place."""

from collections import Counter
from dataclasses import replace

import pytest

from lib.analysis.windows import parse_window, years_earlier
from lib.chapters.chapters import BY_SLUG
from lib.charts.map_panels import PANELS
from lib.charts.theme import THEMES, ThemeName
from lib.errors import ArgumentError
from lib.figures import offense_maps
from lib.figures.registry import drawing, spec
from lib.story.evidence.places import PlaceChanges, place_changes
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences.place_words import how_many
from lib.story.view import View
from tests.figures.drawn import check_schema, params, rows_with
from tests.figures.test_arrests_and_places import assert_filled

USUAL = BY_SLUG["where-things-changed"].usual
FIGURES = ("small-maps", "clear-changes")


def changes(view: View, measure: str) -> PlaceChanges:
    return place_changes(load_story().measures[measure], view.pair, view.layer)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("figure", FIGURES)
def test_a_figure_is_a_complete_vega_lite_spec(figure: str, theme: ThemeName) -> None:
    made = spec(figure, USUAL, theme)
    check_schema(made)
    assert_filled(made)


def test_each_small_map_says_how_many_places_its_offense_fell_in() -> None:
    made = drawing("small-maps", USUAL)
    assert len(offense_maps.OFFENSES) == PANELS == len(made.values["heads"])
    table = made.table()
    for measure, (title, *lines) in zip(offense_maps.OFFENSES, made.values["heads"], strict=True):
        found = changes(USUAL, measure)
        kinds = Counter(found.changes.classes())
        assert title == load_story().measures[measure].title
        assert lines == [f"{kind} in {how_many(kinds[kind])}" for kind in ("fell", "rose")]
        rows = [row for row in table.rows if row[0] == measure]
        assert [row[2] for row in rows] == found.current.tolist()


def test_small_maps_of_a_day_leave_blank_what_has_no_event() -> None:
    view = replace(USUAL, pair=years_earlier(parse_window("2020-06-01..2020-06-02")))
    made = drawing("small-maps", view)
    blank = [lines for _, *lines in made.values["heads"] if lines == ["no event"]]
    assert blank
    assert_filled(spec("small-maps", view, "light"))


def test_the_list_holds_the_largest_clear_changes_and_no_other() -> None:
    view = replace(USUAL, layer="neighborhoods", area="Woodberry")
    made, found = drawing("clear-changes", view), changes(view, view.measure)
    kinds = dict(zip(found.places.names, found.changes.classes(), strict=True))
    change = dict(zip(found.places.names, found.changes.change.tolist(), strict=True))
    rows = rows_with(spec("clear-changes", view, "light"), "counts")
    falls = [row["name"] for row in rows if row["kind"] < 0]
    assert all(kinds[name] == "fell" for name in falls)
    assert falls == sorted((n for n in kinds if kinds[n] == "fell"), key=change.__getitem__)[: offense_maps.MOST_FALLS]
    assert [kinds[row["name"]] for row in rows if row["kind"] > 0] == ["rose"]
    assert {len(row["up"]) for row in rows} == {len(params(spec("clear-changes", view, "light"))["kinds"])}
    assert made.values["picked"] == ["Woodberry"]


def test_no_list_where_no_change_is_clear() -> None:
    with pytest.raises(ArgumentError, match="In no place is the change"):
        drawing("clear-changes", replace(USUAL, measure="homicide"))


def test_the_card_of_a_place_has_its_counts_by_month() -> None:
    made = drawing("change-map", replace(USUAL, area="community:Midtown"))
    (card,) = made.data["card"]
    assert isinstance(card, dict)
    assert card["name"] == "Midtown"
    found = changes(USUAL, USUAL.measure)
    at = found.places.names.index("Midtown")
    assert f"{found.current[at]} now, {found.baseline[at]} before" in " ".join(card["lines"])
    assert found.changes.classes()[at] in card["lines"]
    line = open_records().line(load_story().measures[USUAL.measure], "community:Midtown")
    april = line.count(parse_window("2020-04-01..2020-04-30"))
    most = max(
        line.count(parse_window(f"{year}-{month:02}-01..{year}-{month:02}-28"))
        for year in (2019, 2020)
        for month in range(3, 13)
    )
    bars = [bar for bar in made.data["bars"] if isinstance(bar, dict)]
    assert bars[13]["kind"] == "test"
    assert bars[0]["kind"] == "baseline"
    assert bars[13]["up"] <= april / most
    assert max(bar["up"] for bar in bars) == 1
    assert drawing("change-map", USUAL).data["card"] == []
