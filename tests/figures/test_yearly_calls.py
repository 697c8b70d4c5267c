"""Drug calls by whole year as pictures: what is counted is told apart from what is inferred."""

import csv
import io
from dataclasses import replace

import pytest

from lib.analysis.windows import WindowPair
from lib.chapters.chapters import BY_SLUG
from lib.errors import StoryError
from lib.export.files import csv_text
from lib.figures import catalog, yearly_calls  # noqa: F401 - declares every figure
from lib.figures.citation import as_json
from lib.figures.registry import drawing, spec
from lib.story.evidence.places import layer_of, name_in, place_id, place_ids, place_name
from lib.story.evidence.whole_years import DRUGS, march_to_december, whole_years_of, year_window
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.view import default_view, read_view
from tests.figures.drawn import rows_with

CHAPTER = BY_SLUG["calls-911"]
YEARLY = replace(default_view(), measure=DRUGS, pair=whole_years_of(CHAPTER.usual.pair))


def test_years_that_were_not_published_have_no_bar_and_are_named() -> None:
    made = drawing("calls-by-year", default_view())
    years = [row["start"] for row in made.data["bars0"]]  # type: ignore[index]
    assert years == [2011, 2012, 2015, 2016, 2017, 2018, 2019, 2020, 2021]
    assert "2013 and 2014" in made.frame.subtitle
    assert {row[0] for row in made.table().rows} == set(yearly_calls.DRAWN)
    assert (
        made.frame.title == "Before the policy, drug calls fell 8% in 2018 and 14% in 2019; then they fell 22% in 2020"
    )


def test_the_inferred_row_is_hollow_and_the_counted_ones_are_not() -> None:
    rows = rows_with(spec("calls-march-to-december", default_view(), "light"), "label")
    assert [bool(row.get("uncounted")) for row in rows] == [True, False, False]
    assert all(("inferred" in row["label"]) is bool(row.get("uncounted")) for row in rows)
    kinds = list(csv.DictReader(io.StringIO(csv_text(drawing("calls-march-to-december", default_view()).table()))))
    assert [row["kind"] for row in kinds] == ["inferred", "counted", "counted"]
    assert kinds[0]["current_count"] == ""


@pytest.mark.parametrize("years", [(2018,), (2018, 2019)])
def test_published_estimates_are_hollow_without_an_interval_and_never_counted(years: tuple[int, ...]) -> None:
    view = replace(YEARLY, pair=WindowPair(year_window(2020), tuple(map(year_window, years))))
    rows = rows_with(spec("calls-beside-others", view, "light"), "label")
    *counted, assault, overdoses = rows
    assert not any(row.get("uncounted") for row in counted)
    assert all(row["low"] < row["est"] < row["high"] for row in counted)
    for row in (assault, overdoses):
        assert row["uncounted"]
        assert "estimate" in row["label"]
        assert row.get("low") is row.get("high") is None
    # Beside them stands what drug calls did in the same years, once.
    assert sum(row["tip"].startswith("34,632, compared with 51,807") for row in counted) == 1
    made = drawing("calls-beside-others", view)
    table = list(csv.DictReader(io.StringIO(csv_text(made.table()))))
    assert [row["kind"] for row in table] == ["counted"] * len(counted) + ["published estimate"] * 2
    values = as_json("calls-beside-others", view, None)
    kind = values["columns"].index("kind")
    assert [row[kind] for row in values["rows"]] == [row["kind"] for row in table]
    assert all((row["low"] == "") == (row["kind"] != "counted") for row in table)
    assert "joedinoto" in table[-1]["address"]
    assert "joedinoto" in made.frame.source
    assert "No interval is known" in made.sentence


@pytest.mark.parametrize(("early", "level"), [("any", None), ("70", 0.7), ("120", 1.2)])
def test_the_lever_gives_what_the_function_gives(early: str, level: float | None) -> None:
    view, notes = read_view({"early": early})
    assert notes == ()
    assert drawing("calls-march-to-december", view).sentence == march_to_december(level).sentence


def test_no_other_level_is_taken() -> None:
    view, notes = read_view({"early": "7"})
    assert view.early == "any"
    assert len(notes) == 1


def test_the_map_of_what_is_known_by_community_area_is_of_those_whatever_is_asked() -> None:
    for layer in ("neighborhoods", "areas", "districts"):
        made = drawing("change-map", replace(YEARLY, layer=layer))
        assert made.alt.startswith("Map of 55 community areas.")
    assert len(drawing("change-map", YEARLY).table().rows) == 56


def test_a_community_area_is_picked_by_its_name_and_told_by_it() -> None:
    canton = place_id("areas", "Canton")
    assert canton in place_ids("areas")
    view, notes = read_view({"measure": DRUGS, "area": canton})
    assert (view.area, notes) == (canton, ())
    made = drawing("change-map", view)
    assert made.values["picked"] == ["Canton"]
    assert "Outlined: Canton." in made.alt
    assert "community:" not in made.alt + made.frame.title
    assert drawing("place-series", view).frame.title.startswith("911 calls about drugs in Canton")


def test_places_are_named_by_the_layer_they_belong_to() -> None:
    assert name_in("neighborhoods", "Hampden") == "Hampden"
    assert name_in("areas", "Hampden") is None
    assert name_in("areas", "community:Canton") == "Canton"
    assert place_name("community:Canton") == place_name("Canton") == "Canton"
    assert layer_of(load_story().measures["violent"], "districts") == "districts"
    assert set(place_ids("districts")) == set(open_records().place_names("district"))


@pytest.mark.parametrize(
    "places", ["", "Hampden", "Hampden|community:Canton", "Canton|Hampden|Abell|Allendale|Arcadia"]
)
def test_a_neighborhood_of_what_is_known_by_community_area_is_said_to_be_unknown(places: str) -> None:
    view, _ = read_view({"measure": DRUGS, "area": "Hampden", "in": places})
    assert view.area == "Hampden"
    assert drawing("change-map", view).values["picked"] == []
    with pytest.raises(StoryError, match=r"community area"):
        drawing("explore-time", view)


def test_a_page_of_days_does_not_take_a_measure_of_years() -> None:
    crime = BY_SLUG["violent-and-property-crime"]
    view, notes = read_view({"measure": DRUGS}, crime.usual, for_page=crime.dates)
    assert view.measure == "violent"
    assert len(notes) == 1
    places = BY_SLUG["where-things-changed"]
    view, notes = read_view({"measure": DRUGS}, places.usual, for_page=places.dates)
    assert (view.measure, notes) == (DRUGS, ())
    assert view.pair == load_story().measures[DRUGS].usual
