"""Places: who borders whom, what belongs to what, and sums that hold over every layer."""

import json
import re
from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.neighborhoods import neighborhood_changes
from lib.analysis.rates import Estimate, difference
from lib.analysis.spatial import Moran
from lib.analysis.trend import Trend, change_line, straight_line
from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.errors import ArgumentError
from lib.story import claim_words, words
from lib.story.check import check_measure
from lib.story.evidence import places as story_places
from lib.story.evidence.places import (
    DOWNTOWN,
    FEWEST_RESIDENTS,
    Layer,
    Pattern,
    PlaceChanges,
    counts_by_place,
    dose_of,
    doses_tried,
    neighbors,
    pattern,
    place_changes,
    place_counts,
    places,
    scale_end,
)
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import arrest_words, place_words
from tests.analysis.made import FIRST, LAST, windows
from tests.examples import examples
from tests.story.findings import GARBAGE, measures_of, pairs

LAYERS: tuple[Layer, ...] = get_args(Layer)
# A minus that is a hyphen, before a digit.
HYPHEN = re.compile(r"(?<![\w-])-\d")
YEAR = years_earlier(Window(date(2020, 3, 13), date(2021, 3, 12)))


def any_measure() -> st.SearchStrategy[str]:
    return st.deferred(lambda: st.sampled_from(measures_of("all")))


@given(any_measure(), windows(FIRST, LAST), st.booleans())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_districts_and_areas_add_up_to_the_neighborhoods(name: str, window: Window, recorded: bool) -> None:
    measure = load_story().measures[name]
    totals = {int(counts_by_place(measure, window, layer, recorded).sum()) for layer in LAYERS}
    assert len(totals) == 1


@pytest.mark.parametrize("window", [Window(FIRST, LAST), YEAR.current], ids=str)
def test_layers_add_up_for_every_measure_and_with_what_has_no_place_to_the_city(window: Window) -> None:
    records = open_records()
    for measure in (load_story().measures[name] for name in measures_of("all")):
        sums = [int(counts_by_place(measure, window, layer).sum()) for layer in LAYERS]
        none = records.line(measure, places=("none",)).count(window)
        assert [total + none for total in sums] == [records.line(measure).count(window)] * 3, measure.id


def test_the_places_of_each_layer_are_those_of_its_map_and_hold_every_neighborhood_once() -> None:
    neighborhoods = places("neighborhoods")
    sizes = {"neighborhoods": 278, "areas": 56, "districts": 9}
    for layer in LAYERS:
        found = places(layer)
        assert len(found.names) == sizes[layer]
        assert found.members.shape == (sizes[layer], 278)
        assert (found.members.sum(axis=0) == 1).all()
        assert found.residents.sum() == neighborhoods.residents.sum() == 620_175
    assert set(DOWNTOWN["neighborhoods"]) <= set(neighborhoods.names)


def test_neighborhoods_belong_to_what_most_of_them_lies_in() -> None:
    tables = open_records().tables
    homes = tables.frame("neighborhood_membership")
    assert len(homes) == 278
    shapes: dict[str, dict[str, shapely.Geometry]] = {
        layer: {f["properties"]["name"]: shapely.geometry.shape(f["geometry"]) for f in features(layer)}
        for layer in LAYERS
    }
    for name, area, district in homes.astype(str).itertuples(index=False):
        ground = shapes["neighborhoods"][name]
        for layer, home in (("areas", area), ("districts", district)):
            inside = shapely.area(shapely.intersection(ground, shapes[layer][home]))
            # The maps are simplified, so that a narrow majority may look like a minority.
            most = max(shapely.area(shapely.intersection(ground, list(shapes[layer].values()))))
            assert inside >= 0.9 * most, (name, home)


def features(layer: str) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = json.loads(open_records().tables.content(layer))["features"]
    return found


def test_neighbors_are_those_who_share_a_point_of_the_map() -> None:
    weights = neighbors(open_records())
    borders = weights > 0
    assert weights.shape == (278, 278)
    assert (borders == borders.T).all()
    assert not borders.diagonal().any()
    sums = weights.sum(axis=1)
    islands = ~borders.any(axis=1)
    assert sums[~islands] == pytest.approx(1)
    assert islands.sum() <= 1, np.array(places("neighborhoods").names)[islands]
    # The same from the map's points alone: edges are shared point by point.
    at: dict[tuple[float, float], set[int]] = {}
    for number, feature in enumerate(features("neighborhoods")):
        for x, y in shapely.get_coordinates(shapely.geometry.shape(feature["geometry"])).tolist():
            at.setdefault((x, y), set()).add(number)
    shared = np.zeros((278, 278), dtype=bool)
    for numbers in at.values():
        for one in numbers:
            for other in numbers - {one}:
                shared[one, other] = True
    assert (shared == borders).all()


@pytest.mark.parametrize(
    ("one", "other", "border"),
    [("Canton", "Fells Point", True), ("Federal Hill", "Riverside", True), ("Canton", "Roland Park", False)],
)
def test_pairs_that_everybody_knows(one: str, other: str, border: bool) -> None:
    names = places("neighborhoods").names
    weights = neighbors(open_records())
    assert bool(weights[names.index(one), names.index(other)]) == border


def made(name: str, pair: WindowPair, layer: Layer, recorded: bool = False) -> PlaceChanges | None:
    """The changes, or None where a window has no event with a place."""
    try:
        return place_changes(load_story().measures[name], pair, layer, recorded)
    except ArgumentError as error:
        if "no event" in str(error):
            return None
        raise


@given(any_measure(), pairs(), st.sampled_from(LAYERS), st.booleans())
@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
def test_changes_of_places_are_those_of_their_counts(name: str, pair: WindowPair, layer: Layer, recorded: bool) -> None:
    found = made(name, pair, layer, recorded)
    if found is None:
        return
    measure = load_story().measures[name]
    assert (found.current == counts_by_place(measure, pair.current, layer, recorded)).all()
    assert found.baseline.sum() == sum(counts_by_place(measure, b, layer, recorded).sum() for b in pair.baseline)
    exposure = pair.baseline_days / pair.current.days
    assert found.per == pytest.approx(exposure)
    some = found.baseline > 0
    assert found.raw[some] == pytest.approx(found.current[some] / found.baseline[some] * exposure - 1)
    cover = found.coverage
    assert cover.recorded + cover.imputed + cover.none == pytest.approx(1) or (cover.recorded, cover.none) == (0, 0)
    for values in (found.changes.change, found.changes.low, found.changes.high):
        assert np.isfinite(values).all()


def test_a_neighborhoods_counts_are_those_of_its_finding() -> None:
    measure = load_story().measures["burglary"]
    found = place_changes(measure, YEAR, "neighborhoods")
    for name in ("Canton", "Downtown", "Brooklyn"):
        at = found.places.names.index(name)
        change = check_measure(measure, YEAR, name).change
        assert change is not None
        assert (found.current[at], found.baseline[at]) == (change.current, change.baseline)
        assert found.raw[at] == pytest.approx(change.headline)


def test_imputed_places_can_be_left_out() -> None:
    measure = load_story().measures["violent"]
    every = place_changes(measure, YEAR, "neighborhoods")
    recorded = place_changes(measure, YEAR, "neighborhoods", recorded_only=True)
    assert recorded.current.sum() < every.current.sum()
    assert (recorded.current <= every.current).all()
    assert recorded.coverage == every.coverage


def test_rates_are_counts_per_thousand_residents_and_none_where_hardly_anybody_lives() -> None:
    found = place_changes(load_story().measures["property"], YEAR, "neighborhoods")
    rates, people = place_counts(found, per_residents=True), found.places.residents
    lived = people >= FEWEST_RESIDENTS
    assert np.isnan(rates[~lived]).all()
    assert rates[lived] == pytest.approx(found.current[lived] / people[lived] * 1000)
    assert place_counts(found, per_residents=False).tolist() == found.current.tolist()


def test_no_event_at_all_is_an_argument_error_that_names_the_measure() -> None:
    day = Window(date(2021, 2, 3), date(2021, 2, 3))
    with pytest.raises(ArgumentError, match="prostitution"):
        place_changes(load_story().measures["prostitution-arrests"], years_earlier(day), "neighborhoods")


def test_the_pattern_names_neighborhoods_and_is_of_neighborhoods_only() -> None:
    measure = load_story().measures["property"]
    found = pattern(place_changes(measure, YEAR, "neighborhoods"))
    assert found is not None
    names = places("neighborhoods").names
    assert set(found.falls) | set(found.rises) <= set(names)
    assert not set(found.falls) & set(found.rises)
    assert 0 < found.moran.p <= 1
    assert pattern(place_changes(measure, YEAR, "districts")) is None


@pytest.mark.parametrize("name", ["violent", "property"])
def test_the_line_of_enforcement_leaves_out_empty_places(name: str) -> None:
    found = dose_of(load_story().measures[name], YEAR)
    lived = found.changes.places.residents >= FEWEST_RESIDENTS
    now, before = (counts[lived].astype(float) for counts in (found.changes.current, found.changes.baseline))
    assert found.line == change_line(now, before, found.arrests[lived], found.changes.per)
    assert found.without_downtown.gradient != found.line.gradient


@pytest.mark.parametrize("name", ["violent", "property"])
def test_a_planted_slope_of_enforcement_is_found_again(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Real baselines, enforcement and residents; counts now are drawn so that 100 more arrests per 1,000 residents
    # go with a ratio lower by 22%. A line through estimates already pulled toward the city's change can't
    # find it: what is pulled most is what the line is to find.
    measure, random = load_story().measures[name], np.random.default_rng(1)
    real = dose_of(measure, YEAR)
    planted = -0.0025
    true = 0.8 * np.exp(planted * np.minimum(real.arrests, 150)) - 1
    slopes, held = [], 0
    for _ in range(40):
        before = random.poisson(real.changes.baseline)
        now = random.poisson(real.changes.baseline * (1 + true))
        made = replace(real.changes, current=now, baseline=before, changes=neighborhood_changes(now, before, 1.0, 1.0))
        monkeypatch.setattr(story_places, "place_changes", lambda *_args, made=made, **_named: made)
        slope = dose_of(measure, YEAR).line.by(1.0)
        slopes.append(slope.value)
        held += slope.low <= planted <= slope.high
    assert np.mean(slopes) == pytest.approx(planted, rel=0.4), (np.mean(slopes), planted, held)
    assert held >= 30, held


# Words.


def assert_said(text: str, end: str = ".") -> None:
    assert not GARBAGE.search(text), text
    assert not HYPHEN.search(text), text
    assert text.endswith(end), text


@given(any_measure(), pairs(), st.sampled_from(LAYERS), st.data())
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
def test_no_sentence_about_places_says_what_only_a_program_would(
    name: str, pair: WindowPair, layer: Layer, data: st.DataObject
) -> None:
    found = made(name, pair, layer)
    if found is None:
        return
    measure = load_story().measures[name]
    kinds = place_words.classes_of(found)
    assert len(kinds) == {"areas": 55, "neighborhoods": 278, "districts": 9}[layer]
    assert_said(place_words.map_title(measure, found), "")
    title = place_words.map_title(measure, found)
    assert f"fell in {place_words.how_many(kinds.count('fell'))} of" in title
    assert f"rose in {place_words.how_many(kinds.count('rose'))}" in title
    for kind, why in place_words.UNCLEAR.items():
        assert (f"{why} in {place_words.how_many(kinds.count(kind))}" in title) == (kind in kinds)
    assert_said(place_words.map_sentence(measure, found))
    assert_said(place_words.coverage_sentence(found, measure))
    place = data.draw(st.sampled_from(found.places.names))
    said = place_words.place_sentence(measure, found, place)
    assert_said(said)
    at = found.places.names.index(place)
    assert words.count(int(found.current[at])) in said
    assert found.changes.classes()[at] in said


@given(st.sampled_from(["violent", "property", "burglary", "robbery"]), pairs())
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
def test_no_sentence_about_patterns_or_enforcement_does_either(name: str, pair: WindowPair) -> None:
    found = made(name, pair, "neighborhoods")
    if found is None:
        return
    measure = load_story().measures[name]
    assert_said(place_words.pattern_sentence(pattern(found)))
    try:
        dose = dose_of(measure, pair)
    except ArgumentError:
        return
    tried = doses_tried(measure)
    assert_said(place_words.dose_sentence(measure, dose, tried, own=True))
    title = place_words.dose_title(measure, dose, tried, own=True)
    assert title in place_words.dose_sentence(measure, dose, tried, own=True)


@pytest.mark.parametrize("number", [0, 1, 2, 12])
def test_clusters_are_counted_in_good_english(number: int) -> None:
    names = tuple(f"Place {n}" for n in range(number))
    said = place_words.pattern_sentence(Pattern(Moran(0.21, -0.004, 0.001), names, ()))
    assert_said(said)
    assert "one neighborhoods" not in said
    assert ("no single cluster" in said) == (number == 0)
    assert_said(place_words.pattern_sentence(None))


estimates = st.tuples(st.floats(0, 40), st.floats(0, 1), st.floats(0, 3)).map(
    lambda t: Estimate(t[0], t[0] * t[1], t[0] * (1 + t[2]))
)


@given(estimates, estimates)
def test_no_sentence_about_rates_says_what_only_a_program_would(before: Estimate, after: Estimate) -> None:
    apart = difference(after, before)
    clear = apart.high < 0 or apart.low > 0
    tried = claim_words.in_periods(2, 3, own=False)
    for text in (arrest_words.ratio_title(before, after, tried), arrest_words.ratio_short(before, after, tried)):
        assert "in two of three periods tried" in text
        assert_said(text, "")
        assert ("did not clearly change" in text) == (not clear)
    fell = [Estimate(-one.value, -one.high, -one.low) for one in (before, after)]
    assert bool(arrest_words.rates_short(*fell)) == all(one.low > 0 for one in (before, after))
    assert_said(arrest_words.shares_title(Estimate(0.8, 0.7, 0.9), Estimate(0.9, 0.8, 1.0)), "after")


@given(st.none() | st.tuples(st.floats(0, 1), st.floats(0, 0.2), st.floats(0, 0.2)))
def test_the_averted_share_is_said_or_that_there_is_none(made: tuple[float, float, float] | None) -> None:
    averted = Estimate(made[0], made[0] - made[1], made[0] + made[2]) if made else None
    said = arrest_words.averted_sentence(averted)
    assert_said(said)
    if averted and averted.low < -0.005:
        # A share's lower end below nothing must not be said as one above it.
        assert "\u2212" in said or "below" in said or "less than" in said, (averted, said)


values = st.lists(st.floats(0, 900), min_size=0, max_size=30).map(np.array)


@given(values, values)
def test_no_sentence_about_levels_does_either(before: np.ndarray, after: np.ndarray) -> None:
    one, other = straight_line(before), straight_line(after)
    said = arrest_words.level_sentence(one, other)
    assert_said(said)
    assert said.count("too few months") == (one is None) + (other is None)
    assert_said(arrest_words.level_title(one, 2017), "")


def test_a_level_that_ends_below_nothing_is_not_a_fall_of_more_than_all() -> None:
    steep = Trend(Estimate(-10, -12, -8), 100.0, -20.0)
    assert "120%" not in arrest_words.level_title(steep, 2017)


def test_compared_says_each_measures_change() -> None:
    measures = load_story().measures
    found = [check_measure(measures[name], YEAR) for name in ("drug-arrests", "other-arrests")]
    said = arrest_words.compared(found)
    assert_said(said, "%")
    for finding in found:
        assert finding.change is not None
        assert finding.change.headline is not None
        assert words.verb(finding.change.headline) in said
    assert arrest_words.compared([]) == "Too few arrests to compare"


@given(st.lists(st.floats(0, 1000), max_size=60))
def test_a_scale_of_colors_ends_where_few_have_more(amounts: list[float]) -> None:
    found = np.array([*amounts, np.nan])
    end = scale_end(found)
    assert end > 0
    assert (found[~np.isnan(found)] > end * 1.05).sum() <= max(1, 0.05 * len(amounts)) or end == 1.0
    assert end == 1.0 or end <= max(amounts) * 1.06
    assert scale_end(np.array([10.0] * 40 + [500.0])) == 15.0
