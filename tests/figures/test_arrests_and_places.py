"""The figures of arrests and places: each draws for any view, and says the numbers of the library it draws from."""

import gzip
import json
import re
from calendar import monthrange
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from scipy import stats

from lib.analysis.rates import Estimate, difference, rate_ratio, share, yearly_rate
from lib.analysis.windows import Window, WindowPair, parse_window, years_earlier
from lib.chapters.blocks import Paragraphs
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents
from lib.chapters.leads import lead
from lib.charts.theme import THEMES, ThemeName
from lib.errors import ArgumentError
from lib.figures import arrests, arrests_by_race, catalog, map_parts, places
from lib.figures.registry import FIGURES, Drawing, drawing, spec
from lib.figures.url_data import address_of
from lib.story import claim_words, words
from lib.story.check import check_measure
from lib.story.evidence.places import PlaceChanges, dose_of, place_changes, place_counts, windows_tried
from lib.story.evidence.population import residents, share_of_residents
from lib.story.load import load_story
from lib.story.model import Race
from lib.story.records_in_use import open_records
from lib.story.sentences import place_words
from lib.story.view import Layer, Places, Show, View, countable, daily_measures_here, default_view
from tests.examples import examples
from tests.figures.drawn import check_schema, nodes, params, rows_with, said_in
from tests.story.findings import GARBAGE, area_names, pairs

ARREST_FIGURES = [f.id for f in FIGURES.values() if f.build.__module__ in (arrests.__name__, arrests_by_race.__name__)]
PLACE_FIGURES = [f.id for f in FIGURES.values() if f.build.__module__ == places.__name__]
MOST_BYTES = 8 * 1024  # packed, as they are sent
SHOWS, LAYERS = get_args(Show), get_args(Layer)
HYPHEN = re.compile(r"(?<![\w-])-\d")


def views() -> st.SearchStrategy[View]:
    """Any state of a page with arrests and places; always with a neighborhood."""
    return st.builds(
        View,
        pairs(),
        st.deferred(lambda: st.sampled_from(sorted(daily_measures_here()))),
        st.sampled_from(["day", "week", "month"]),
        st.deferred(lambda: st.sampled_from(area_names())),
        st.sampled_from(LAYERS),
        st.sampled_from(SHOWS),
        st.sampled_from(get_args(Places)),
    ).filter(on_record)


def on_record(view: View) -> bool:
    """Whether the records hold its windows: those of calls, where they are here, may begin later than others."""
    reach = countable((view.measure,))
    return reach.start <= view.pair.first and view.pair.current.end <= reach.end


def canton(**changed: Any) -> View:
    office = next(w for w in load_story().claims["violent"].windows if w.id == "office")
    return replace(default_view(), **{"pair": office.pair, "area": "Canton", **changed})


def test_every_module_of_figures_is_in_the_catalog_and_has_tests() -> None:
    modules = {f.build.__module__ for f in FIGURES.values()}
    assert modules == {f"lib.figures.{name}" for name in catalog.__all__}
    tests = Path(__file__).parent.parent
    tested = " ".join(
        path.read_text(encoding="utf-8") for room in ("figures", "web") for path in (tests / room).glob("test_*.py")
    )
    assert [name for name in catalog.__all__ if not re.search(rf"\b{name}\b", tested)] == []
    assert set(PLACE_FIGURES) == {"change-map", "funnel", "enforcement", "place-series"}
    assert {"arrest-readings", "arrest-level", "covered-and-other"} <= set(ARREST_FIGURES)
    assert {f"arrest-{what}-by-race" for what in ("rates", "ratio", "shares")} <= set(ARREST_FIGURES)


def assert_filled(made: dict[str, Any], *, may_be_empty: bool = False) -> None:
    """Every data set holds rows, but for the outlines, which have an address; and JSON can carry it."""
    json.dumps(made, allow_nan=False)
    addresses = set()
    for node in nodes(made):
        data = node.get("data")
        if not isinstance(data, dict):
            continue
        if "url" in data:
            addresses.add(data["url"])
        elif "sequence" not in data:
            assert set(data) == {"values"}, "a data set was left open"
            assert data["values"] or may_be_empty, "an empty data set"
            for row in data["values"]:
                columns = {len(v) for v in row.values() if isinstance(v, list)} if isinstance(row, dict) else set()
                assert len(columns) <= 1, "columns of different lengths"
    assert len(addresses - {address_of("geo", "ground")}) <= 1
    for address in addresses:
        found = re.fullmatch(r"geo/(ground|neighborhoods|areas|districts)-([0-9a-f]{8})\.json", address)
        assert found, address
        assert found[2] == open_records().version


def packed(made: dict[str, Any]) -> int:
    return len(gzip.compress(json.dumps(made).encode()))


def assert_drawn(figure_id: str, view: View, theme: ThemeName) -> None:
    made = drawing(figure_id, view)
    for said in (made.alt, made.frame.title, made.frame.subtitle, made.caption):
        assert said.strip()
        # Keys of symbols stand two blanks apart.
        assert not GARBAGE.search(said.replace("  ", " ")), said
        assert not HYPHEN.search(said), said
    finished = spec(figure_id, view, theme)
    nothing = "Too few" in made.frame.title
    # Before a place is chosen, a map says nothing of one.
    assert_filled(finished, may_be_empty=nothing or figure_id == "change-map")
    assert packed(finished) <= MOST_BYTES, figure_id
    table = made.table()
    assert table.rows or nothing
    assert {len(row) for row in table.rows} <= {len(table.columns)}
    assert len(set(table.columns)) == len(table.columns)
    for row in table.rows:
        assert all(isinstance(cell, str | int | float | None) for cell in row), row
        assert all(np.isfinite(cell) for cell in row if isinstance(cell, float)), row


@given(views(), st.sampled_from(list(THEMES)))
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_every_arrest_figure_draws_in_any_state_of_a_page(view: View, theme: ThemeName) -> None:
    for figure_id in ARREST_FIGURES:
        assert_drawn(figure_id, view, theme)


@pytest.mark.slow
@given(views(), st.sampled_from(list(THEMES)))
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_every_place_figure_draws_in_any_state_of_a_page(view: View, theme: ThemeName) -> None:
    for figure_id in PLACE_FIGURES:
        try:
            drawing(figure_id, view)
        except ArgumentError as error:
            if re.search(r"no event of .* with a place", str(error)):
                continue
            if figure_id == "enforcement" and str(error).startswith("There are too few events"):
                continue
            raise
        assert_drawn(figure_id, view, theme)


@pytest.mark.parametrize("days", ["2021-04-24..2021-04-25", "2021-03-21..2021-03-21"])
def test_a_few_robberies_are_not_set_against_earlier_arrests(days: str) -> None:
    with pytest.raises(ArgumentError, match="too few events of"):
        drawing("enforcement", canton(measure="robbery-commercial", pair=years_earlier(parse_window(days))))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("figure_id", [*ARREST_FIGURES, *PLACE_FIGURES])
def test_a_figure_is_a_complete_vega_lite_spec(figure_id: str, theme: ThemeName) -> None:
    made = spec(figure_id, canton(layer="neighborhoods"), theme)
    check_schema(made)
    assert_filled(made)
    assert made["config"]["background"] == THEMES[theme].page
    records = "arrests" if figure_id in ARREST_FIGURES else "crime"
    for width in ("Wide", "Narrow"):
        assert said_in(made, f"title{width}").strip()
        foot = said_in(made, f"foot{width}")
        assert f"Data version {open_records().version}" in foot
        assert open_records().tables.entry(f"{records}_city_daily").source in foot
        assert any(caveat.short in foot for caveat in load_story().caveats.values())


@pytest.mark.slow
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("show", SHOWS)
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("measure", ["property", "all-arrests"])
def test_the_map_in_every_mode_and_layer(layer: Layer, show: Show, measure: str, theme: ThemeName) -> None:
    for kind in get_args(Places):
        view = canton(layer=layer, show=show, measure=measure, places=kind)
        made = spec("change-map", view, theme)
        check_schema(made)
        assert_filled(made, may_be_empty=layer != "neighborhoods")
        assert packed(made) <= MOST_BYTES
        (columns,) = rows_with(made, {"change": "change", "before-after": "after"}.get(show, "amount"))
        found = changes_of(view)
        assert {len(values) for values in columns.values()} == {len(found.places.names)}
        assert params(made)["picked"] == (["Canton"] if layer == "neighborhoods" else [])
        if show in ("change", "before-after"):
            assert columns["x"] == found.current.tolist()
            assert columns["y"] == found.baseline.tolist()
        for name, before in {"before-after": (("before", True), ("after", False))}.get(show, (("amount", False),)):
            amounts = place_counts(found, per_residents=show != "count", before=before)
            for drawn, amount in zip(columns.get(name, ()), amounts, strict=name in columns):
                assert (drawn is None) == bool(np.isnan(amount))
                assert drawn is None or drawn == pytest.approx(amount, abs=0.051)


def changes_of(view: View) -> PlaceChanges:
    return place_changes(load_story().measures[view.measure], view.pair, view.layer, view.places == "recorded")


def drawn_classes(columns: dict[str, list[int]]) -> list[str]:
    """As the picture decides it."""
    kinds = {-1: "fell", 0: "no clear change", 1: "rose", 2: "too few to say"}
    return [kinds[kind] for kind in columns["kind"]]


def assert_same_classes(view: View) -> None:
    (columns,) = rows_with(spec("change-map", view, "light"), "change")
    drawn, said = drawn_classes(columns), changes_of(view).changes.classes()
    differ = [
        (changes_of(view).places.names[at], said[at], drawn[at], changes_of(view).changes.high[at])
        for at in range(len(said))
        if drawn[at] != said[at]
    ]
    assert not differ, f"{view.measure}, {view.pair.current} against {view.pair.baseline[0]}: {differ[:3]}"


@given(views())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_the_classes_in_the_picture_are_those_of_the_analysis(view: View) -> None:
    view = replace(view, show="change")
    try:
        found = changes_of(view)
    except ArgumentError:
        assume(False)
        return
    assume(np.isfinite(found.changes.high).all())  # that is another test's business
    assert_same_classes(view)


def test_an_end_next_to_nothing_is_drawn_as_it_is_classed() -> None:
    # Ends are drawn in per mille: one between -0.0005 and 0 must not turn "fell" into "too few to say".
    for year in range(2016, 2022):
        for month in range(1, 5):
            window = parse_window(f"{year}-{month:02}-01..{year}-{month:02}-28")
            pair = WindowPair(window, (window.shifted(-1),))
            for name in ("property", "violent", "larceny", "all-arrests"):
                assert_same_classes(View(pair, name, "week"))


def test_the_expression_of_the_picture_is_the_one_tested_here() -> None:
    made = json.dumps(spec("change-map", canton(), "light"))
    assert (
        "datum.kind == 2 ? 'too few to say' : datum.kind == 0 ? 'no clear change' : datum.kind < 0 ? 'fell' : 'rose'"
    ) in made


@given(views())
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_the_table_of_the_map_is_what_the_library_says(view: View) -> None:
    try:
        made, found = drawing("change-map", view), changes_of(view)
    except ArgumentError:
        return
    rows = by_column(made)
    assert [row["place"] for row in rows] == list(found.places.names)
    assert [row["current_count"] for row in rows] == found.current.tolist()
    assert [row["baseline_count"] for row in rows] == found.baseline.tolist()
    assert [row["class"] for row in rows] == list(found.changes.classes())
    assert [row["residents_2010"] for row in rows] == found.places.residents.tolist()
    for column, values in (
        ("estimate", found.changes.change),
        ("low", found.changes.low),
        ("high", found.changes.high),
    ):
        some = np.isfinite(values)
        assert np.array([row[column] for row in rows])[some] == pytest.approx(values[some], abs=6e-5)
    for row, raw in zip(rows, found.raw, strict=True):
        assert (row["raw_change"] is None) == bool(np.isnan(raw))
        assert row["raw_change"] is None or row["raw_change"] == pytest.approx(raw, abs=6e-5)
    assert place_words.map_title(load_story().measures[view.measure], found) in made.alt
    assert str(len(place_words.classes_of(found))) in made.alt


def by_column(made: Drawing) -> list[dict[str, Any]]:
    table = made.table()
    return [dict(zip(table.columns, cells, strict=True)) for cells in table.rows]


def test_the_funnel_says_how_many_lie_outside_its_band() -> None:
    view = canton(measure="property")
    made, found = (
        drawing("funnel", view),
        place_changes(load_story().measures["property"], canton().pair, "neighborhoods"),
    )
    outside, every = (int(n) for n in re.findall(r"\d+", made.frame.title)[:2])
    events = found.current + found.baseline
    assert every == (events > 0).sum()
    assert f"{outside} of {every}" in made.alt
    share_now = found.current.sum() / events.sum()
    below = stats.binom.cdf(found.current, events, share_now) < 0.025
    above = stats.binom.sf(found.current - 1, events, share_now) < 0.025
    assert outside == int(((below | above) & (events > 0)).sum())
    limits = rows_with(spec("funnel", view, "light"), "events")
    assert [row["events"] for row in limits] == sorted({row["events"] for row in limits})
    widths = [row["high"] - row["low"] for row in limits]
    assert widths[0] > widths[-1]
    assert all(row["low"] <= found.changes.city + 1e-4 for row in limits)
    assert all(row["high"] >= min(2.0, found.changes.city) - 1e-4 for row in limits)


def test_the_funnels_band_holds_95_percent_where_all_changed_alike() -> None:
    # Its exact binomial counterpart holds at least 95%; the drawn one is continuous, and may miss by a little.
    found = place_changes(load_story().measures["property"], canton().pair, "neighborhoods")
    share_now = found.current.sum() / (found.current + found.baseline).sum()
    for row in rows_with(spec("funnel", canton(measure="property"), "light"), "events"):
        n = row["events"]
        x = np.arange(n + 1)
        with np.errstate(divide="ignore"):
            change = np.where(x < n, x / np.maximum(n - x, 1) * found.per - 1, np.inf)
        inside = (change >= row["low"] - 1e-3) & (change <= (row["high"] if row["high"] < 2 else np.inf) + 1e-3)
        assert 0.85 <= stats.binom.pmf(x, n, share_now)[inside].sum() <= 1 + 1e-9, n


@pytest.mark.parametrize("measure", ["violent", "property"])
def test_enforcement_draws_the_line_it_names(measure: str) -> None:
    view = canton(measure=measure)
    made, found = drawing("enforcement", view), dose_of(load_story().measures[measure], view.pair)
    rows = by_column(made)
    assert [row["neighborhood"] for row in rows] == list(found.changes.places.names)
    assert [row["change_estimate"] for row in rows] == pytest.approx(found.changes.changes.change.tolist(), abs=1e-6)
    assert [row["covered_arrests_per_1000_before"] for row in rows] == pytest.approx(found.arrests.tolist(), abs=1e-4)
    (columns,) = rows_with(spec("enforcement", view, "light"), "change")
    assert columns["change"] == pytest.approx((found.changes.changes.change * 1000).tolist(), abs=0.5)
    still = [feature["properties"] for feature in map_parts.outlines("neighborhoods")["features"]]
    assert [place["name"] for place in still] == [row["neighborhood"] for row in rows]
    assert [place["i"] for place in still] == list(range(1, len(rows) + 1))
    assert [place["residents"] for place in still] == [row["residents_2010"] for row in rows]
    assert [place["earlier"] for place in still] == pytest.approx(found.arrests.tolist(), abs=0.05)
    for row in rows_with(spec("enforcement", view, "light"), "line"):
        at = found.line.at(row["dose"])
        assert (row["line"], row["low"], row["high"]) == pytest.approx((at.value, at.low, at.high), abs=2e-3)
    for line in (found.line, found.without_downtown):
        more = line.by(10)
        for number in (more.value, more.low, more.high):
            assert f"{abs(number * 100):.1f}%" in made.alt
        if more.low <= 0 <= more.high:
            assert "did not clearly" in made.frame.title


def test_a_place_series_is_the_records_own_counts_and_needs_a_place() -> None:
    view = canton(measure="larceny")
    line = open_records().line(load_story().measures["larceny"], "Canton")
    rows = by_column(drawing("place-series", view))
    for row in rows:
        window = parse_window(f"{row['start']}..{row['end']}")
        assert (line.count(window), window.days) == (row["count"], row["days"])
    values = [node["values"] for node in nodes(spec("place-series", view, "light")) if "values" in node]
    assert [row["count"] for row in rows] in [list(v) for v in values if isinstance(v, list | tuple)]
    with pytest.raises(ArgumentError, match="place"):
        drawing("place-series", replace(view, area=None))


# Arrests.

COMPARED: tuple[Race, ...] = ("black", "white")
GROUPS = ("covered-arrests", "other-arrests")


def sides(name: str, race: Race | None, pair: WindowPair) -> tuple[int, int, float]:
    """Arrests before and after, and their spread."""
    change = check_measure(load_story().measures[name], pair, race=race).change
    assert change is not None
    return change.baseline, change.current, change.dispersion.phi


def cells(row: dict[str, Any], side: str) -> tuple[float | None, float | None, float | None]:
    return row[side], row[f"{side}_low"], row[f"{side}_high"]


def ends(found: Estimate) -> tuple[float, float, float]:
    return found.value, found.low, found.high


@given(views())
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_rates_by_race_are_the_librarys(view: View) -> None:
    pair = WindowPair(view.pair.current, (max(view.pair.baseline),))
    rows = {row["what"]: row for row in by_column(drawing("arrest-rates-by-race", view))}
    assert set(rows) == {f"{name}:{race}" for name in GROUPS for race in COMPARED}
    for name in GROUPS:
        for race in COMPARED:
            x_before, x_after, phi = sides(name, race, pair)
            before = yearly_rate(x_before, residents(race, pair.baseline[0]), pair.baseline[0].days, phi)
            after = yearly_rate(x_after, residents(race, pair.current), pair.current.days, phi)
            row = rows[f"{name}:{race}"]
            assert cells(row, "before") == pytest.approx(ends(before), abs=1e-5)
            assert cells(row, "after") == pytest.approx(ends(after), abs=1e-5)
            assert cells(row, "difference") == pytest.approx(ends(difference(after, before)), abs=1e-5)
            made = drawing("arrest-rates-by-race", view)
            assert f"{before.value:.1f} before, {after.value:.1f} after" in made.alt


@given(views())
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_ratios_and_shares_by_race_are_the_librarys(view: View) -> None:
    pair = WindowPair(view.pair.current, (max(view.pair.baseline),))
    shares, ratios = (by_column(drawing(f"arrest-{what}-by-race", view)) for what in ("shares", "ratio"))
    assert len(shares) - 1 == len(ratios) == len(GROUPS)  # the last row of the shares is of the residents
    shares = shares[: len(GROUPS)]
    for name, shared, ratio in zip(GROUPS, shares, ratios, strict=True):
        black, white, every = (sides(name, race, pair) for race in ("black", "white", None))
        phi = max(black[2], white[2])
        for x, y, total, side, window in (
            (black[0], white[0], every[0], "before", pair.baseline[0]),
            (black[1], white[1], every[1], "after", pair.current),
        ):
            found = share(x, total) if total >= 10 else None
            assert cells(shared, side) == (pytest.approx(ends(found), abs=1e-5) if found else (None, None, None))
            found = rate_ratio(x, y, residents("black", window), residents("white", window), phi)
            told = found if found and found.high <= 10 * found.low else None
            assert cells(ratio, side) == (pytest.approx(ends(told), abs=1e-5) if told else (None, None, None))


@given(views())
@example(replace(canton(), pair=years_earlier(parse_window("2021-01-01..2021-03-31"))))
@example(replace(canton(), pair=years_earlier(parse_window("2019-01-01..2019-01-01"))))
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_a_sentence_about_the_policys_arrests_never_has_numbers_of_others(view: View) -> None:
    made = drawing("arrest-ratio-by-race", view)
    own, others = by_column(made)
    texts = (made.frame.title, made.sentence, made.short)
    told = [f"{row[side]:.1f} times" if row[side] is not None else None
            for row in (own, others) for side in ("before", "after")]  # fmt: skip
    if own["before"] is not None and own["after"] is not None:
        assert all(number in text for text in texts for number in told[:2] if number)
        assert not any("too few" in text.lower() for text in texts)
    else:
        pair = WindowPair(view.pair.current, (max(view.pair.baseline),))
        black, white = (sides("covered-arrests", race, pair) for race in ("black", "white"))
        for text in texts:
            assert "too few arrests" in text.lower()
            assert {black[0], black[1], white[0], white[1]} <= {
                int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\b", text)
            }
            assert "clearly change" not in text
            # Of the one side that has a ratio only that one may be given.
            assert set(re.findall(r"[\d.]+ times", text)) <= {each for each in told[:2] if each}
    assert load_story().measures["other-arrests"].label not in " ".join(texts)
    title = drawing("arrest-shares-by-race", view).frame.title
    covered = by_column(drawing("arrest-shares-by-race", view))[0]
    if covered["before"] is None or covered["after"] is None:
        assert title.startswith("Too few arrests for offenses the policy covers")
    else:
        assert f"{covered['before']:.0%} of arrests for offenses the policy covers" in title
        assert f"{covered['after']:.0%} after" in title
    readings = drawing("arrest-readings", view).frame.title
    assert readings.startswith(("Drug arrests ", "Too few"))


def test_early_2021_has_too_few_arrests_under_the_policy_for_a_ratio() -> None:
    """Two taps from a shared link the page gave 3.3 and 3.5 times, which are of all other offenses."""
    view = replace(BY_SLUG["who-was-arrested"].usual, pair=years_earlier(parse_window("2021-01-01..2021-03-31")))
    made = drawing("arrest-ratio-by-race", view)
    assert made.frame.title == (
        "Too few arrests to compare: 497 of Black people and 95 of white people before, 154 and 7 after"
    )
    opening = lead(BY_SLUG["who-was-arrested"], view)
    everything = " ".join((*opening.sentences, *opening.details))
    assert "Too few arrests to compare" in everything
    assert "3.3" not in everything
    assert "3.5" not in everything
    assert by_column(made)[0]["after"] is None


def test_the_ratio_says_in_how_many_periods_it_moved_so() -> None:
    windows = load_story().claims["unequal"].windows
    named = [window.pair for window in windows if not window.context]
    assert len(named) == 3

    def moved(pair: WindowPair) -> str:
        row = by_column(drawing("arrest-ratio-by-race", replace(canton(), pair=pair)))[0]
        assert row["difference_low"] is not None
        return "rose" if row["difference_low"] > 0 else "fell" if row["difference_high"] < 0 else "did not clearly"

    kinds = [moved(pair) for pair in named]
    for window in windows:
        made = drawing("arrest-ratio-by-race", replace(canton(), pair=window.pair))
        kind = moved(window.pair)
        assert f"the ratio {kind}" in made.frame.title
        ending = claim_words.in_periods(kinds.count(kind), len(named), own=window.context)
        assert ending
        for text in (made.frame.title, made.sentence.rstrip("."), made.short.rstrip(".")):
            assert text.endswith(ending)
    usual = drawing("arrest-ratio-by-race", BY_SLUG["who-was-arrested"].usual)
    front = contents(BY_SLUG[""])
    assert f"**{usual.short}**" in [piece.text for piece in front if isinstance(piece, Paragraphs)]
    assert "periods tried" in usual.short


def test_the_title_of_enforcement_knows_the_line_without_downtown_and_the_other_periods() -> None:
    measure = load_story().measures["violent"]
    kinds = {}
    for pair in windows_tried(measure):
        found = dose_of(measure, pair)
        slopes = [line.by(1) for line in (found.line, found.without_downtown)]
        kinds[pair] = tuple((one.low > 0) - (one.high < 0) for one in slopes)
    for pair, (city, without) in kinds.items():
        made = drawing("enforcement", canton(pair=pair))
        assert made.frame.title.startswith(f"Violent crime {place_words.HOW[city]} where")
        # Where half of the periods or more show something else, the title says so.
        others = Counter(kind for kind, _ in kinds.values() if kind != city).most_common(1)
        alike = [kind for kind, _ in kinds.values()].count(city)
        if others and 2 * alike <= len(kinds):
            [(other, number)] = others
            some = f"in {words.number_word(number)} of {words.number_word(len(kinds))} periods tried it "
            assert made.frame.title.endswith(f"; {some}{place_words.HOW[other].rstrip(',')}")
        else:
            assert made.frame.title.endswith(claim_words.in_periods(alike, len(kinds), own=False))
        assert without in place_words.HOW
    office = drawing("enforcement", canton())
    assert office.frame.title.endswith("in four of five periods tried it fell less, or rose")
    assert "Without downtown it differs by" in office.sentence
    assert "points" not in office.sentence
    elsewhere = drawing("enforcement", canton(pair=years_earlier(parse_window("2020-06-01..2020-12-31"))))
    assert re.search(r"(, (as in|unlike in) .*periods tried|; in .* periods tried it .*)$", elsewhere.frame.title)


def test_the_averted_share_is_that_of_its_counts() -> None:
    pair = canton().pair
    found = arrests_by_race.averted_share(pair)
    assert found is not None
    black, every = sides("covered-arrests", "black", pair), sides("covered-arrests", None, pair)
    assert found.value == pytest.approx((black[0] - black[1]) / (every[0] - every[1]))
    assert found.low < found.value < found.high


def test_readings_are_findings_of_the_same_windows() -> None:
    made = drawing("arrest-readings", canton())
    rows = by_column(made)
    for row, name in zip(rows, arrests.READINGS, strict=True):
        values = check_measure(load_story().measures[name], canton().pair).as_dict()
        assert row["window"] == load_story().measures[name].title
        assert (row["change"], row["low"], row["current_count"]) == (
            values["change"], values["low"], values["current"]["count"],
        )  # fmt: skip
        assert values["sentence"] in made.alt


def test_the_level_is_counted_month_by_month_with_the_line_on_its_side_of_the_policy() -> None:
    rows = by_column(drawing("arrest-level", canton()))
    line = open_records().line(load_story().measures["drug-arrests"])
    for row in rows:
        first = date.fromisoformat(str(row["month"]))
        days = monthrange(first.year, first.month)[1]
        window = Window(first, first.replace(day=days))
        assert row["arrests"] == line.count(window)
        assert row["arrests_per_month_of_equal_length"] == pytest.approx(row["arrests"] / days * 365.25 / 12, abs=0.01)
        assert (row["line_before"] is not None) == (row["month"] < "2020-03-01")
        assert (row["line_after"] is not None) == (row["month"] > "2020-03-18")
    assert rows[0]["month"] == "2017-01-01"


def test_the_index_of_2019_is_100_on_average() -> None:
    rows = [row for row in by_column(drawing("covered-and-other", canton())) if str(row["month"]).startswith("2019")]
    assert len(rows) == 12
    for column in ("covered_index", "other_index"):
        assert np.mean([row[column] for row in rows]) == pytest.approx(100, abs=0.5)
    april = next(r for r in by_column(drawing("covered-and-other", canton())) if r["month"] == "2020-04-01")
    made = drawing("covered-and-other", canton())
    for column in ("covered_index", "other_index"):
        assert f"{april[column]:.0f}" in made.alt
        assert f"{april[column]:.0f}%" in made.frame.title


@pytest.mark.parametrize("claim", ["drug-arrests", "unequal", "rarely-arrest", "marijuana-2019"])
def test_claims_about_arrests_have_their_figures_too(claim: str) -> None:
    for figure_id in ("claim-range", "windows-compared"):
        made = drawing(figure_id, default_view(), claim)
        assert not GARBAGE.search(made.alt)
        finished = spec(figure_id, default_view(), "dark", claim)
        check_schema(finished)
        assert_filled(finished)
        assert open_records().tables.entry("arrests_city_daily").source in said_in(finished, "footWide")


def test_the_share_of_residents_is_a_line_from_the_table_of_the_censuses() -> None:
    pair = years_earlier(parse_window("2020-04-01..2021-03-31"))
    view = replace(default_view(), pair=pair)
    people = open_records().tables.frame("population")
    of_2020 = people[people["census_year"] == 2020].groupby("group", observed=True)["residents"].sum()
    expected = of_2020["black"] / of_2020["total"]
    assert share_of_residents("black", pair.current) == pytest.approx(expected)
    (line,) = (row for row in rows_with(spec("arrest-shares-by-race", view, "light"), "label") if "level" in row)
    assert line["level"] == pytest.approx(expected, abs=5e-5)
    assert line["label"] == f"{words.percent(expected)} of residents"
    assert by_column(drawing("arrest-shares-by-race", view))[-1]["after"] == pytest.approx(expected, abs=1e-6)


def test_a_ratio_stands_on_a_scale_of_doublings_beside_equal_rates() -> None:
    made = spec("arrest-ratio-by-race", default_view(), "light")
    scales = [node["scale"] for node in nodes(made["layer"]) if isinstance(node.get("scale"), dict)]
    assert any(scale.get("type") == "log" for scale in scales)
    (line,) = (row for row in rows_with(made, "label") if "level" in row)
    assert line["level"] == 1


def test_arrests_as_an_index_stand_beside_the_line_of_its_base() -> None:
    made = spec("covered-and-other", default_view(), "light")
    base = next(row for row in rows_with(made, "step") if row["name"] == "2019 = 100")
    assert set(base["value"]) == {100}
    ends = {row["name"]: row for row in rows_with(made, "right") if "right" in row}
    assert set(ends) == {"Offenses the policy covers", "All other offenses"}


def test_rates_of_the_policys_offenses_have_a_scale_of_their_own() -> None:
    made = spec("arrest-rates-by-race", default_view(), "light")
    assert made["resolve"]["scale"]["x"] == "independent"
    upper = [row["label"] for row in rows_with(made, "label") if row.get("upper")]
    assert len(upper) == 2
    assert all(label.startswith("Offenses the policy covers") for label in upper)
