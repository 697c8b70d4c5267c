"""The figures of Baltimore's mix of other cities: whole, small, and of the same numbers as their sentences."""

import itertools
import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from lib.analysis.specifications import Choice
from lib.chapters.chapters import BY_SLUG
from lib.charts.mixes import ROW, curve, rows_of, strays
from lib.charts.theme import THEMES, Frame, ThemeName
from lib.errors import ArgumentError
from lib.figures import synthetic
from lib.figures.registry import FIGURES, drawing, spec
from lib.figures.synthetic import CHOICES
from lib.story.evidence.peers import BALTIMORE
from lib.story.evidence.synthetic import choice_of, mix, specification
from lib.story.evidence.synthetic import curve as every_way
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import synthetic_words as said
from lib.story.view import LEVERS, View, read_view
from lib.tables.schemas import PEER_MEASURES
from tests.figures.drawn import check_schema, nodes, params, rows_with, said_in
from tests.story.findings import GARBAGE

OWN = [f.id for f in FIGURES.values() if f.build.__module__ == synthetic.__name__]
MOST_BYTES = 40 * 1024  # some fifty cities by month, or some four hundred ways to compare


def of(measure: str = "violent", **changed: Any) -> View:
    return replace(BY_SLUG["was-it-covid"].usual, measure=measure, **changed)


def test_the_figures_are_registered_and_depend_on_every_choice() -> None:
    assert set(OWN) == {"synthetic-path", "synthetic-placebos", "synthetic-specifications"}
    assert set(CHOICES) <= set(LEVERS)
    for name in OWN:
        assert set(FIGURES[name].params) == {"measure", *CHOICES}


@pytest.mark.parametrize("figure_id", OWN)
def test_each_is_a_valid_spec(figure_id: str) -> None:
    finished = spec(figure_id, of(), "light")
    # Altair's schema knows no expression as a subtitle, Vega-Lite does.
    check_schema(finished)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("measure", PEER_MEASURES)
@pytest.mark.parametrize("figure_id", OWN)
def test_each_is_complete_for_all_that_the_index_counts(figure_id: str, measure: str, theme: ThemeName) -> None:
    made, finished = drawing(figure_id, of(measure)), spec(figure_id, of(measure), theme)
    for text in (made.alt, made.frame.title, made.frame.subtitle, made.sentence, made.spoken):
        assert text.strip()
        assert not GARBAGE.search(text), text
    assert len(json.dumps(finished, allow_nan=False)) <= MOST_BYTES
    for node in nodes(finished):
        if isinstance(node.get("data"), dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
            assert node["data"]["values"], "an empty data set"
    assert f"Data version {open_records().version}" in said_in(finished, "footWide")
    assert load_story().caveats["synthetic-limits"].short in said_in(finished, "footWide")
    table = made.table()
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}


@pytest.mark.parametrize("figure_id", OWN)
@pytest.mark.parametrize("measure", ["common-assault", "shooting", "drug-arrests"])
def test_what_the_index_does_not_count_is_said_calmly(figure_id: str, measure: str) -> None:
    with pytest.raises(ArgumentError, match="Real-Time Crime Index"):
        drawing(figure_id, of(measure))


def test_the_path_is_that_of_the_story() -> None:
    found = mix(load_story().measures["robbery"], choice_of(of("robbery")))
    (row,) = rows_with(spec("synthetic-path", of("robbery"), "light"), "own")
    assert row["own"] == pytest.approx(found.own, abs=0.06)
    assert row["median"] == pytest.approx(found.mix, abs=0.06)
    table = drawing("synthetic-path", of("robbery")).table()
    assert table.rows[0][0] == "2018-01-01"
    assert table.rows[-1][0] == "2021-12-01"
    dates = [mark["date"][:10] for mark in rows_with(spec("synthetic-path", of("robbery"), "light"), "lane")]
    assert dates == ["2021-03-26", "2020-03-18", "2020-03-05"]


def test_every_city_is_a_line_and_its_gap_a_row_of_the_table() -> None:
    found = mix(load_story().measures["property"], choice_of(of("property")))
    made = drawing("synthetic-placebos", of("property"))
    drawn = {row["name"]: row["gap"] for row in rows_with(spec("synthetic-placebos", of("property"), "light"), "gap")}
    assert set(drawn) == set(found.others)
    for name, line in zip(found.others, found.astray, strict=True):
        assert drawn[name] == pytest.approx([round(1000 * value) for value in line])
    rows = made.table().rows
    assert rows[0][:2] == (BALTIMORE, found.found.gap)
    gaps = [float(row[1]) for row in rows[1:] if row[1] is not None]
    assert gaps == sorted(gaps)
    assert sum(gap < found.found.gap for gap in gaps) == found.found.rank.lower
    assert said.rank_text(found.found) in made.frame.title


def test_every_way_is_a_dot_whose_marks_say_its_choices() -> None:
    found = every_way(load_story().measures["violent"])
    finished = spec("synthetic-specifications", of(), "light")
    (ways,) = rows_with(finished, "code")
    assert ways["gap"] == [round(1000 * each.gap) for each in found.found] == sorted(ways["gap"])
    assert ways["unusual"] == [int(each.unusual) for each in found.found]
    for code, each in list(zip(ways["code"], found.found, strict=True))[::31]:
        read = {name: list(said.VALUES[name])[int(digit)] for name, digit in zip(CHOICES, code, strict=True)}
        assert read == {name: getattr(each.choice, name) for name in CHOICES}
    table = drawing("synthetic-specifications", of()).table()
    shares = [row[table.columns.index("p_ratio")] for row in table.rows]
    assert shares == [round(each.rank.p_ratio, 4) for each in found.found]
    rows = rows_of([len(said.VALUES[name]) for name in CHOICES])
    assert [label["y"] for label in rows_with(finished, "y") if "text" in label and "date" not in label] == [
        y for each in rows for y in each
    ]
    assert params(finished)["number"] == len(found.found)


@pytest.mark.parametrize(
    "choice", [{}, {"method": "median", "pool": "busy"}, {"units": "rate", "donors": "all", "fitted": "2019-2020"}]
)
def test_the_way_that_is_open_is_marked_and_has_an_address(choice: dict[str, str]) -> None:
    view = of(**choice)
    one = specification(load_story().measures["violent"], choice_of(view))
    (mark,) = rows_with(spec("synthetic-specifications", view, "light"), "i")
    (ways,) = rows_with(spec("synthetic-specifications", view, "light"), "code")
    assert mark["gap"] == ways["gap"][mark["i"]] == round(1000 * one.gap)
    address = {"measure": "violent", **{name: getattr(one.choice, name) for name in CHOICES}}
    read, notes = read_view(address, of())
    assert not notes
    assert choice_of(read) == one.choice
    assert f"{said.low_text(one.gap)} " in drawing("synthetic-path", read).frame.title


def test_a_dot_is_known_by_its_choices() -> None:
    finished = spec("synthetic-specifications", of(), "light")
    (tapped,) = [each for each in finished["params"] if "select" in each]
    assert (tapped["name"], tapped["select"]["fields"]) == ("way", ["code"])
    (ways,) = rows_with(finished, "code")
    every = [each.choice for each in every_way(load_story().measures["violent"]).found]
    assert ways["code"] == [said.code_of(choice) for choice in every]
    assert [Choice(**said.choices_of(code)) for code in ways["code"]] == every


@pytest.mark.parametrize("code", ["", "None", "9" * len(CHOICES), "0" * (len(CHOICES) + 1), "²" * len(CHOICES)])
def test_what_is_no_code_chooses_nothing(code: str) -> None:
    assert said.choices_of(code) == {}


def test_names_of_choices_are_those_of_the_levers() -> None:
    for name, values in said.VALUES.items():
        assert set(values) == set(LEVERS[name].values)
        assert next(iter(values)) == LEVERS[name].values[0] == getattr(of(), name)


def test_rows_of_marks_keep_apart() -> None:
    rows = [y for each in rows_of([4, 3, 3, 3, 2, 2]) for y in each]
    assert all(later - earlier >= ROW for earlier, later in itertools.pairwise(rows))


@pytest.mark.parametrize("theme", get_args(ThemeName))
def test_a_template_is_built_once_and_takes_its_data(theme: ThemeName) -> None:
    choices = (("method", (("synthetic", "Mix"), ("median", "Median"))),)
    assert strays(theme) is strays(theme)
    assert curve(theme, choices) is curve(theme, choices)
    with pytest.raises(KeyError):
        strays(theme).fill(Frame("", "", "", ""), {"rows": [], "no-such": []}, {})
