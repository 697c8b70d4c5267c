"""Registered figures: each draws, says its numbers, and agrees with check() wherever it repeats them."""

import copy
import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lib.analysis.windows import Window, WindowPair, parse_window, say_window, years_earlier
from lib.charts.ranges import DRAWN as RANGES
from lib.charts.theme import THEMES, ThemeName
from lib.errors import ArgumentError
from lib.figures.common import before_text, pair_text, short_window
from lib.figures.registry import FIGURES, Table, drawing, figure, spec
from lib.story import claim_words, finding_words, words
from lib.story.check import check, check_measure, counted_windows
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.verdict import Verdict
from lib.story.view import View, default_view
from tests.examples import examples
from tests.figures.drawn import (
    CLAIMS,
    CRIME_FIGURES,
    DRAWN,
    check_schema,
    default_of,
    nodes,
    params,
    rows_with,
    said_in,
    views,
)
from tests.story.findings import GARBAGE, pairs

MOST_BYTES = 25 * 1024  # that of the timeline, whose tips are sentences; 4 KB packed, as they are sent
each_figure = pytest.mark.parametrize(("figure_id", "claim"), DRAWN)
each_theme = pytest.mark.parametrize("theme", THEMES)


def test_the_figures_of_the_crime_chapter_are_registered() -> None:
    assert {f.id for f in CRIME_FIGURES} >= {
        "claim-range", "windows-compared", "earlier-years", "series", "contributions", "timeline",
    }  # fmt: skip


@each_theme
@each_figure
def test_a_figure_is_a_complete_vega_lite_spec(figure_id: str, claim: str | None, theme: ThemeName) -> None:
    for by in ("day", "week", "month"):
        made = spec(figure_id, View(default_view().pair, "violent", by), theme, claim)
        assert_complete(made)
        assert made["config"]["background"] == THEMES[theme].page
        check_schema(made)


def by_column(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, cells, strict=True)) for cells in table.rows]


def assert_complete(made: dict[str, Any]) -> None:
    json.dumps(made, allow_nan=False)
    filled = 0
    for node in nodes(made):
        if "data" in node and isinstance(node["data"], dict):
            assert set(node["data"]) == {"values"}, "a data set was left open"
            assert node["data"]["values"], "an empty data set"
            filled += 1
    assert filled >= 2
    names = set(params(made))
    for node in nodes(made):
        for used in re.findall(
            r"\b(\w+(?:Narrow|Wide)|lowest|highest|step\w+|(?:year|month|day)0)\b", str(node.get("expr", ""))
        ):
            assert used in names, used


@each_figure
def test_every_field_that_is_drawn_is_in_the_data(figure_id: str, claim: str | None) -> None:
    made = spec(figure_id, default_view(), "light", claim)
    in_data = {key for node in nodes(made) for row in node.get("values") or () if isinstance(row, dict) for key in row}
    made_by_transforms = {
        name
        for node in nodes(made)
        for step in node.get("transform", ())
        for name in (step.get("as"), *(w.get("as") for w in step.get("window", ())))
    }
    used = {node["field"] for node in nodes(made.get("layer")) if isinstance(node.get("field"), str)}
    # A row of the range charts leaves out what is not known; a key is drawn without data.
    may_be_missing = {*RANGES, "value"} if "main" in in_data else set()
    assert used
    assert used - {"", "sign"} <= in_data | made_by_transforms | may_be_missing


@each_theme
@each_figure
def test_the_frame_holds_title_source_version_and_caveat(figure_id: str, claim: str | None, theme: ThemeName) -> None:
    made = spec(figure_id, default_view(), theme, claim)
    version = open_records().version
    shorts = [caveat.short for caveat in load_story().caveats.values()]
    for width in ("Wide", "Narrow"):
        assert said_in(made, f"title{width}").strip()
        assert said_in(made, f"subtitle{width}").strip()
        foot = said_in(made, f"foot{width}")
        assert f"Data version {version}" in foot
        assert "Source: " in foot
        assert any(short in foot for short in shorts), foot
        if figure_id != "timeline":
            assert open_records().tables.entry("crime_city_daily").source in foot
    widest = {"titleNarrow": 35, "titleWide": 78, "footNarrow": 56, "footWide": 125}
    for name, most in widest.items():
        assert all(len(line) <= most or " " not in line for line in params(made)[name]), name


@each_figure
def test_the_caveat_is_one_of_the_claims_own(figure_id: str, claim: str | None) -> None:
    if claim is None:
        return
    first = load_story().caveats[load_story().claims[claim].caveats[0]].short
    assert first in said_in(spec(figure_id, default_view(), "light", claim), "footWide")


@given(views())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_every_figure_draws_in_any_state_of_a_page(view: View) -> None:
    for figure_id, claim in DRAWN:
        made = drawing(figure_id, view, claim)
        assert made.alt.strip()
        for said in (made.alt, made.frame.title, made.frame.subtitle, made.caption):
            assert not GARBAGE.search(said.replace("  ", " ")), said
        finished = spec(figure_id, view, "dark", claim)
        assert_complete(finished)
        assert len(json.dumps(finished)) <= MOST_BYTES, figure_id
        table = made.table()
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert len(set(table.columns)) == len(table.columns)


@pytest.mark.parametrize("measure", ["property", "violent", "larceny", "common-assault"])
def test_the_longest_series_stays_small(measure: str) -> None:
    # All six years by day, with the two longest lists of dates a subtitle can have.
    current = Window(date(2020, 9, 1), date(2020, 9, 30))
    pair = WindowPair(current, tuple(current.shifted(-n) for n in range(1, 6)))
    for theme in THEMES:
        made = spec("series", View(pair, measure, "day"), theme)
        assert len(json.dumps(made)) <= MOST_BYTES
        assert len(rows_with(made, "kind")) == 6


@given(views())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_picture_table_sentence_and_json_give_the_same_number(view: View) -> None:
    for name in CLAIMS:
        claim = load_story().claims[name]
        finding = check(claim, view.pair)
        values = finding.as_dict()
        made = drawing("claim-range", view, name)
        table = made.table()
        (row,) = by_column(table)
        assert row["current_count"] == values["current"]["count"]
        assert row["baseline_count"] == values["baseline"]["count"]
        assert (row["baseline_start"], row["current_end"]) == (values["baseline"]["start"], values["current"]["end"])
        for key in ("change", "change_of_counts", "low", "high", "swing_low", "swing_high", "claimed", "verdict"):
            assert row[key] == values[key], key
        (dot,) = rows_with(spec("claim-range", view, "light", name), "label")
        assert made.alt.count(finding.sentence) == 1
        change = finding.change
        assert change is not None
        if change.too_few:
            assert dot.get("est") is None
            assert "too few to say" in dot["label"]
            assert "too few to say" in made.frame.title
            assert "too few to say" in finding.sentence
        else:
            assert change.headline is not None
            for key, value in (("est", "change"), ("low", "low"), ("high", "high"), ("claim", "claimed")):
                assert dot.get(key) == (None if values[value] is None else pytest.approx(values[value], abs=5.1e-5))
            assert words.signed(values["change"]) in dot["label"]
            assert words.verb(values["change"]) in made.frame.title
            assert words.verb(values["change"]) in finding.sentence


@pytest.mark.usefixtures("without_calls")
def test_claims_are_compared_each_in_its_own_window() -> None:
    rows = rows_with(spec("claims-compared", default_view(), "light"), "label")
    assert [(row["label"].partition(":")[0], row["when"]) for row in rows] == [
        ("Violent crime", "Jan. 1–March 26, 2021, v. a year earlier"),
        ("Property crime", "Jan. 1–March 26, 2021, v. a year earlier"),
        ("911 calls about drugs", "2020 v. the average of 2018 and 2019"),
        ("911 calls about sex work", "March 1–Dec. 31, 2020, v. the average of 2018 and 2019"),
        ("Drug arrests", "March 26, 2020–March 25, 2021, v. a year earlier"),
    ]
    for row in rows:
        assert row["label"].endswith(f"; claim: {words.signed(row['claim'])}")


def test_the_title_over_the_claims_says_which_counts_moved_as_claimed_and_how_the_others_did() -> None:
    claims = [claim for claim in load_story().claims.values() if claim.claimed is not None]
    found = [check(claim, counted_windows(claim)[0].pair) for claim in claims]
    title = claim_words.claims_title(found, own=True)
    assert title == drawing("claims-compared", default_view()).frame.title
    for finding in found:
        if finding.change and finding.measure and finding.change.headline is not None:
            as_claimed = finding.measure.label in title.lower().partition(" about as claimed")[0]
            assert as_claimed == (finding.verdict is Verdict.MATCHES), finding.measure.label
            assert as_claimed or finding_words.moved(finding) in title
    assert claim_words.claims_title(found, own=False) == title.replace("the closest dates", "the dates you chose")
    assert claim_words.claims_title([], own=True) == "No claimed number can be checked with the records at hand"


@each_figure
def test_a_key_explains_what_is_drawn_and_nothing_else(figure_id: str, claim: str | None) -> None:
    made = spec(figure_id, default_view(), "light", claim)
    if "swing_low" not in json.dumps(made["layer"]):
        return
    rows, keys = rows_with(made, "label"), params(made)["keys"]
    assert ("earlier" in keys) == any("swing_low" in row for row in rows)
    assert ("claim" in keys) == any("claim" in row for row in rows)
    assert len(params(made)["keyWords"]) == len(keys) > 0


@each_figure
def test_windows_are_named_in_the_picture(figure_id: str, claim: str | None) -> None:
    if figure_id in ("timeline", "windows-compared", "claims-compared"):
        return
    pair = default_view().pair
    if figure_id == "series":
        named = drawing(figure_id, default_view()).values
        assert named["tested"].startswith(short_window(pair.current))
        assert named["baseline"].lower().startswith(before_text(pair))
        return
    subtitle = drawing(figure_id, default_view(), claim).frame.subtitle
    assert say_window(pair.current) in subtitle
    assert say_window(pair.baseline[0]) in subtitle


@given(views())
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_windows_compared_has_each_named_window_and_the_readers_own(view: View) -> None:
    for name in CLAIMS:
        claim = load_story().claims[name]
        table = drawing("windows-compared", view, name).table()
        rows = by_column(table)
        expected = [window.pair for window in claim.windows]
        if view.pair not in expected:
            expected.append(view.pair)
        assert len(rows) == len(expected)
        for row, pair in zip(rows, expected, strict=True):
            values = check(claim, pair).as_dict()
            assert row["change"] == values["change"]
            assert row["verdict"] == values["verdict"]
            assert (row["claimed"] is None) == (not claim.is_about(pair))
            assert row["current_start"] == values["current"]["start"]
        dots = rows_with(spec("windows-compared", view, "light", name), "label")
        assert [dot["i"] for dot in dots] == list(range(len(expected)))


def test_no_figure_holds_a_claim_against_dates_that_it_is_not_about() -> None:
    year_2016 = years_earlier(parse_window("2016-01-01..2016-12-31"))
    view = replace(default_view(), pair=year_2016)
    compared = drawing("windows-compared", view, "drug-arrests")
    assert "Your dates: Drug arrests fell 11%" in compared.alt
    assert "No verdict: the claim, an 80% drop, is about" in compared.alt.partition("Your dates")[2]
    # Its title is about the dates of the claim alone.
    assert compared.frame.title == drawing("windows-compared", default_view(), "drug-arrests").frame.title
    yours = rows_with(spec("windows-compared", view, "light", "drug-arrests"), "label")[-1]
    assert "claim" not in yours
    assert "No verdict" in yours["tip"]
    alone = drawing("claim-range", view, "drug-arrests")
    assert alone.frame.title == "Drug arrests fell 11%"
    assert "No verdict: the claim, an 80% drop, is about" in alone.frame.subtitle


@given(views())
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])
def test_earlier_years_are_the_findings_ordinary_swing(view: View) -> None:
    finding = check_measure(load_story().measures[view.measure], view.pair)
    assert finding.swing is not None
    table = drawing("earlier-years", view).table()
    rows = by_column(table)
    assert rows[0]["change"] == finding.as_dict()["change"]
    assert [row["change"] for row in rows[1:]] == [pair.change for pair in finding.swing.pairs]
    dots = rows_with(spec("earlier-years", view, "light"), "label")
    assert [dot["est"] for dot in dots[1:]] == pytest.approx([p.change for p in finding.swing.pairs], abs=5.1e-5)
    for dot, pair in zip(dots[1:], finding.swing.pairs, strict=True):
        assert words.signed(pair.change) == dot["value"]


@given(views())
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.too_slow])
def test_contributions_add_up_to_the_change_of_the_total(view: View) -> None:
    measure = load_story().measures[view.measure]
    found = check_measure(measure, view.pair).change
    assert found is not None
    table = drawing("contributions", view).table()
    rows = by_column(table)
    assert len(rows) == len(measure.categories)
    assert sum(row["current_count"] for row in rows) == found.current
    assert sum(row["baseline_count"] for row in rows) == found.baseline
    total = found.current - found.baseline * view.pair.current.days / view.pair.baseline_days
    assert sum(row["difference"] for row in rows) == pytest.approx(total, abs=0.01)
    assert [row["difference"] for row in rows] == sorted(row["difference"] for row in rows)
    for row in rows:
        part = check_measure(load_story().measures[row["offense"]], view.pair).as_dict()
        assert row["change"] == part["change"]
    bars = rows_with(spec("contributions", view, "light"), "difference")
    assert [bar["difference"] for bar in bars] == pytest.approx([row["difference"] for row in rows], abs=0.051)


@given(views())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_the_title_of_contributions_never_gives_a_part_more_than_the_whole(view: View) -> None:
    title = drawing("contributions", view).frame.title
    share = re.search(r"made (\d+)% of the (?:net )?(?:fall|rise)", title)
    if share:
        assert int(share[1]) <= 100, title


def test_the_fall_of_the_first_quarter_is_mostly_robbery() -> None:
    pair = load_story().claims["violent"].windows[1].pair
    title = drawing("contributions", default_of("violent", pair)).frame.title
    assert "robbery" in title
    assert "of the net fall in violent crime" in title


@pytest.mark.parametrize("by", ["day", "week", "month"])
@pytest.mark.parametrize("measure", ["violent", "homicide"])
def test_a_series_is_the_records_own_counts(measure: str, by: str) -> None:
    view = View(default_view().pair, measure, by)  # type: ignore[arg-type]
    table = drawing("series", view).table()
    line = open_records().line(load_story().measures[measure])
    for start, end, days, count in table.rows:
        window = Window(date.fromisoformat(str(start)), date.fromisoformat(str(end)))
        assert window.days == days
        assert line.count(window) == count
    made = spec("series", view, "light")
    drawn = [node["values"] for node in nodes(made) if isinstance(node.get("values"), list | tuple)]
    assert [row[3] for row in table.rows] in [list(values) for values in drawn]
    first = date.fromisoformat(str(table.rows[0][0]))
    values = params(made)
    assert (values["year0"], values["month0"] + 1, values["day0"]) == (first.year, first.month, first.day)
    assert bool(values["stepMonths"]) == (by == "month")
    assert values["stepDays"] == {"day": 1, "week": 7, "month": 0}[by]


def test_a_series_shades_both_windows_and_marks_policy_and_pandemic_apart() -> None:
    made = spec("series", default_view(), "light")
    bands = rows_with(made, "kind")
    assert [band["kind"] for band in bands] == ["test", "baseline"]
    assert bands[0]["start"].startswith("2021-01-01")
    assert bands[0]["end"].startswith("2021-03-27"), "the last day belongs to the window, to its midnight"
    marks = rows_with(made, "lane")
    assert {"policy", "pandemic"} <= {mark["lane"] for mark in marks}
    assert len({mark["y"] for mark in marks}) == len(marks), "labels on top of each other"
    assert any(mark["date"].startswith("2020-03-18") for mark in marks)


def test_the_title_of_a_series_says_how_it_moved_and_a_level_line_the_average_of_each_window() -> None:
    view = default_view()
    made, finding = drawing("series", view), check_measure(load_story().measures[view.measure], view.pair)
    assert finding.change
    assert finding.change.headline is not None
    assert (
        made.frame.title
        == f"Violent crime {words.verb(finding.change.headline)} compared with {finding_words.against(view.pair)}"
    )
    means = {row["kind"]: row["mean"] for row in rows_with(spec("series", view, "light"), "mean")}
    assert means["test"] == pytest.approx(7 * finding.change.current / view.pair.current.days, abs=0.051)
    assert means["baseline"] == pytest.approx(7 * finding.change.baseline / view.pair.baseline_days, abs=0.051)
    few = View(years_earlier(parse_window("2021-01-01..2021-01-03")), "rape", "week")
    assert drawing("series", few).frame.title == "Rape: too few to say"


def test_the_timeline_gives_no_day_where_only_the_month_is_known() -> None:
    labels = [row["label"] for row in rows_with(spec("timeline", default_view(), "light"), "i") if "lane" in row]
    assert "Jun 2023  Arrests allowed again" in labels
    assert "Jun 2021  911 diversion begins" in labels
    assert "Jun 1, 2023  Citations announced" in [label.replace("\u00a0", " ") for label in labels]


def test_the_timeline_counts_the_days_between_policy_and_orders() -> None:
    # facts/claims.md: the policy lies 13 days after the state of emergency and 12 days before the stay-at-home order.
    made = drawing("timeline", default_view())
    assert "13 days into the pandemic emergency" in made.frame.title
    assert "12 days before the stay-at-home order" in made.frame.title
    assert len(made.table().rows) == len(load_story().events)
    for event in load_story().events:
        assert event.label in made.alt


@given(pair=pairs())
@settings(max_examples=examples(20), deadline=None)
def test_the_timeline_shows_the_dates_chosen(pair: WindowPair) -> None:
    made = drawing("timeline", View(pair, "violent", "week"))
    assert pair_text(pair) in made.alt
    rows = rows_with(spec("timeline", View(pair, "violent", "week"), "light"), "i")
    bars = [row for row in rows if row.get("lane") in ("chosen", "baseline")]
    days = [(bar["start"][:10], bar["end"][:10]) for bar in bars]
    assert days == [(str(w.start), str(w.end + timedelta(days=1))) for w in (pair.current, *pair.baseline)]
    head = f"{min(pair.first.year, 2018)} to 2023; the days above are marked by the policy alone"
    assert head in {row.get("head") for row in rows}


def test_the_days_around_the_policy_are_drawn_enlarged() -> None:
    rows = rows_with(spec("timeline", default_view(), "light"), "i")
    assert [row["i"] for row in rows] == list(range(len(rows)))
    enlarged = rows_with(spec("timeline", default_view(), "light"), "span")
    assert [row["label"] for row in enlarged if "span" in row] == ["13 days", "12 days"]
    assert {rows[row["i"]]["head"] for row in enlarged} == {""}, "room is left for each"
    near = {row["label"] for row in enlarged if "lane" in row}
    assert near & {row["label"] for row in rows if "lane" in row} == {"Mar 18, 2020  Charges dropped"}
    assert {"Mar 5, 2020  State of emergency", "Mar 18, 2020  Charges dropped"} < near


def test_an_unknown_figure_is_an_argument_error_that_repeats_little_of_it() -> None:
    for name in ("no-such-figure", "", "x" * 5000):
        with pytest.raises(ArgumentError) as caught:
            spec(name, default_view(), "light")
        assert len(str(caught.value)) < 120


@pytest.mark.parametrize("figure_id", ["claim-range", "windows-compared"])
@pytest.mark.parametrize("claim", [None, "no-such-claim", "policy", "", "x" * 5000])
def test_a_figure_of_a_claim_needs_one_that_can_be_counted(figure_id: str, claim: str | None) -> None:
    with pytest.raises(ArgumentError) as caught:
        drawing(figure_id, default_view(), claim)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("figure_id", ["series", "timeline", "contributions", "earlier-years"])
def test_a_figure_without_a_claim_takes_none(figure_id: str) -> None:
    with pytest.raises(ArgumentError):
        drawing(figure_id, default_view(), "violent")


def test_two_figures_cannot_have_the_same_id() -> None:
    with pytest.raises(ValueError, match="series"):
        figure("series")(FIGURES["series"].build)


@each_theme
def test_filling_a_template_changes_neither_it_nor_an_earlier_filling(theme: ThemeName) -> None:
    for figure_id, claim in DRAWN:
        made = drawing(figure_id, default_view(), claim)
        template = made.template(theme)
        before = copy.deepcopy(template.spec)
        first = template.fill(made.frame, made.data, made.values)
        kept = copy.deepcopy(first)
        other = drawing(figure_id, View(default_view().pair.shifted(-2), "property", "month"), claim)
        template.fill(other.frame, other.data, other.values)
        assert template.spec == before
        assert first == kept


def test_a_data_set_or_parameter_that_a_chart_does_not_have_is_refused() -> None:
    made = drawing("series", default_view())
    template = made.template("light")
    with pytest.raises(KeyError):
        template.fill(made.frame, made.data, {**made.values, "stepYears": 1})
