"""The figures of 911 calls, from made-up years loaded over HTTP: they say what the counts behind them say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lib.analysis.change import ratio_of_ratios
from lib.analysis.windows import Window, years_earlier
from lib.chapters.blocks import FigureBlock, TableBlock
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents
from lib.charts.theme import THEMES, ThemeName
from lib.errors import ArgumentError
from lib.figures.loaded_calls import claim_finding
from lib.figures.registry import FIGURES, drawing, spec
from lib.ingest.refresh_calls import refresh_calls
from lib.ingest.sources.addresses import Source
from lib.story.check import check, check_measure
from lib.story.descriptions import every_description, own_measure, usual_descriptions
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.view import View, measures_here, read_view
from tests.figures.drawn import check_schema, rows_with
from tests.figures.test_arrests_and_places import assert_filled
from tests.ingest.arcgis_stub import LayerStub, made_calls

OLD = ("NARCOTICSOutside", "NARCOTICS ONVIEW", "DRUG DEALING")
OTHERS = ("COMMON ASSAULT", "DISORDERLY", "AUTO ACCIDENT", "LARCENY", "PROSTITUTION", "Traffic Stop", "ODD TEXT")
CALL_FIGURES = [figure.id for figure in FIGURES.values() if figure.records == "calls" and "claim" in figure.params]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Four made-up years: twelve parts of drug calls a day to 2019, in other words until 2018, then six."""
    folder = tmp_path_factory.mktemp("calls")
    (folder / "loaded").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(folder))
        for year in range(2017, 2022):
            drugs = OLD * 4 if year < 2019 else ("NARCOTICS",) * (12 if year < 2020 else 6)
            rows = made_calls(9000, year, seed=year, descriptions=(*drugs, *OTHERS * 2))
            with LayerStub(rows) as stub:
                refresh_calls([Source((stub.url,), year)], lambda _: None)
        yield folder


@pytest.fixture(autouse=True)
def folder(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(loaded))


def usual(**changed: object) -> View:
    return replace(BY_SLUG["calls-911"].usual, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("claim", ["calls-drugs", "calls-sex-work"])
@pytest.mark.parametrize("figure_id", CALL_FIGURES)
def test_every_figure_of_calls_is_a_complete_spec_with_a_table(figure_id: str, claim: str, theme: ThemeName) -> None:
    made = spec(figure_id, usual(), theme, claim)
    check_schema(made)
    assert_filled(made)
    assert drawing(figure_id, usual(), claim).table().rows
    assert FIGURES[figure_id].claims() == ("calls-drugs", "calls-sex-work")


@pytest.mark.parametrize("figure_id", CALL_FIGURES)
def test_a_figure_of_calls_is_not_drawn_for_other_records(figure_id: str) -> None:
    with pytest.raises(ArgumentError, match="other records"):
        drawing(figure_id, usual(), "violent")


def test_the_page_on_methods_counts_the_loaded_calls() -> None:
    blocks = tuple(contents(BY_SLUG["methods"]))
    assert "quality-call-days" in [block.figure for block in blocks if isinstance(block, FigureBlock)]
    counts = open_records().city("calls")
    days = drawing("quality-call-days", usual()).table().rows
    assert sum(int(row[1] or 0) for row in days) == counts.sums[-1].sum()
    tables = {block.caption: block.columns for block in blocks if isinstance(block, TableBlock)}
    every = open_records().frame("calls", "calls_city_daily")["count"].sum()
    assert sum(tables["911 records by group and by who made them"]["records"]) == every
    rules = tables["The rules that sort 911 records, in the order in which they apply"]
    by_rule = dict(zip(rules["example"], rules["records"], strict=True))
    descriptions = open_records().frame("calls", "calls_description_daily")
    for text in ("NARCOTICS", "DRUG DEALING", "NARCOTICSOutside"):
        counted = descriptions.loc[descriptions["description"] == text, "count"].sum()
        assert counted <= by_rule.get(text, counted)
    assert by_rule["NARCOTICS"] == descriptions.loc[descriptions["description"] == "NARCOTICS", "count"].sum()
    kept = tables["Every table, with its days and rows"]
    assert "calls_city_daily" in kept["table"]


def test_the_readings_are_the_claims_findings_by_origin_and_by_description() -> None:
    claim = load_story().claims["calls-drugs"]
    for origin in (None, "caller", "officer", "not-officer"):
        view = usual(origin=origin or "all")
        for window in (each for each in claim.windows if each.measure is None):
            assert claim_finding(claim, view, window.pair) == check(claim, window.pair, origin=origin)
    measure = load_story().measures["calls-drugs"]
    assert set(usual_descriptions(measure)) == {"NARCOTICSOUTSIDE", "NARCOTICS ONVIEW", "DRUG DEALING", "NARCOTICS"}
    pair = years_earlier(Window(date(2018, 3, 1), date(2018, 9, 30)))
    one = claim_finding(claim, usual(texts=("DRUG DEALING",)), pair).change
    every = claim_finding(claim, usual(), pair).change
    assert one
    assert every
    assert 0 < one.current < every.current
    own = own_measure(measure, ("DRUG DEALING",))
    assert one.current == open_records().line(own).count(pair.current)
    sex_work = load_story().claims["calls-sex-work"]
    assert claim_finding(sex_work, usual(texts=("DRUG DEALING",)), pair) == check(sex_work, pair)


def test_the_usual_descriptions_chosen_by_hand_are_the_usual_measure() -> None:
    measure = load_story().measures["calls-drugs"]
    assert own_measure(measure, usual_descriptions(measure)) is measure
    assert own_measure(measure, ()) is measure


def test_drug_calls_fell_more_than_other_calls_where_only_they_fell() -> None:
    view = usual(pair=years_earlier(Window(date(2020, 3, 1), date(2020, 12, 31))))
    found = drawing("calls-controls", view, "calls-drugs")
    rows = {row[0]: row for row in found.table().rows}
    for control in ("calls-disorder", "calls-common-assault", "calls-traffic"):
        one = check_measure(load_story().measures["calls-drugs"], view.pair).change
        other = check_measure(load_story().measures[control], view.pair).change
        assert one
        assert other
        expected = ratio_of_ratios(one, other)
        assert expected
        assert rows[control][3:] == (expected[0], expected[1].low, expected[1].high)
        assert expected[1].high is not None
        assert expected[1].high < 0
    assert "clearly fell more than" in found.frame.title


def test_the_vocabulary_shows_when_descriptions_come_and_go() -> None:
    table = drawing("calls-vocabulary", usual(), "calls-drugs").table()
    months = {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert months["2018-06-01"]["NARCOTICS"] == 0
    assert months["2019-06-01"]["NARCOTICSOUTSIDE"] == 0
    assert months["2018-06-01"]["NARCOTICSOUTSIDE"]
    assert months["2019-06-01"]["NARCOTICS"]


def test_who_made_the_records_adds_up() -> None:
    rows = {row[0]: row for row in drawing("calls-origins", usual(), "calls-drugs").table().rows}
    every, *parts = (rows[name][4] for name in ("All rows", "Callers", "Officers", "Can’t tell"))
    assert every == sum(parts)  # type: ignore[arg-type]


def test_an_address_carries_origin_and_descriptions() -> None:
    asked = {"measure": "calls-drugs", "origin": "caller", "texts": "NARCOTICS|DRUG DEALING"}
    view, notes = read_view(asked, usual())
    assert notes == ()
    assert (view.origin, view.texts) == ("caller", ("DRUG DEALING", "NARCOTICS"))
    assert read_view(view.params(), usual()) == (view, ())
    view, notes = read_view({"texts": "NARCOTICS|<script>|nothing", "origin": "aliens"}, usual())
    assert (view.origin, view.texts) == ("all", ("NARCOTICS",))
    assert len(notes) == 2
    assert "calls-drugs" in measures_here()
    assert "NARCOTICS" in every_description()


def test_counts_over_time_stop_at_the_days_that_are_loaded() -> None:
    view = usual(measure="calls-drugs", by="month", pair=years_earlier(Window(date(2020, 3, 1), date(2020, 12, 31))))
    table = drawing("series", view).table()
    line = open_records().line(load_story().measures["calls-drugs"])
    assert sum(row[3] for row in table.rows if str(row[0]) >= "2019") == line.count(  # type: ignore[misc]
        Window(date(2019, 1, 1), date.fromisoformat(str(table.rows[-1][1])))
    )
    assert rows_with(spec("series", view, "light"), "kind")
