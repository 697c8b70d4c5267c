"""The city's neighborhoods: their order on the map, who borders whom, how many live there, what they belong to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal

import numpy as np

from lib.analysis.counts import Ints
from lib.analysis.neighborhoods import Changes, neighborhood_changes
from lib.analysis.spatial import Floats, Moran, local_clusters, morans_i
from lib.analysis.trend import Line, change_line
from lib.analysis.windows import Window, WindowPair
from lib.errors import ArgumentError, StoryError
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import DATASETS, PLACE_KINDS, PLACE_TITLES, Records, resolution_of
from lib.story.records_in_use import open_records

Layer = Literal["neighborhoods", "areas", "districts"]
LAYER_COLUMNS: dict[Layer, str] = {"areas": "area", "districts": "district"}
"""Where the table of neighborhoods says which place of a layer each belongs to."""
_KINDS: dict[Layer, str] = {
    layer: kind for layer, column in LAYER_COLUMNS.items() for kind, of in PLACE_KINDS.items() if of == column
}
LAYER_NAMES: dict[Layer, str] = {
    "neighborhoods": "neighborhood",
    **{layer: PLACE_TITLES[kind][0] for layer, kind in _KINDS.items()},
}
"""What one place of a layer is called."""


@dataclass(frozen=True)
class Places:
    """Names of a ``layer``'s places in the order of its map, and which neighborhoods make up each.

    ``members`` has shape (places, neighborhoods) and holds 0 or 1; ``residents`` is of the 2010 census, whose
    neighborhoods are those of the map.
    """

    layer: Layer
    names: tuple[str, ...]
    members: Ints
    residents: Ints


def layer_of(measure: Measure, layer: Layer) -> Layer:
    """The layer by which a measure can be shown: the one asked for, where its records are known by neighborhood."""
    placed = DATASETS[measure.records].placed
    return next((each for each, kind in _KINDS.items() if kind == placed), layer)


def place_id(layer: Layer, name: str) -> str:
    """How records and addresses call a place of a layer: ``community:Canton``; neighborhoods by their plain name."""
    return f"{_KINDS[layer]}:{name}" if layer in _KINDS else name


def place_ids(layer: Layer) -> tuple[str, ...]:
    """All places of a layer by that, in the order of the alphabet."""
    records = open_records()
    return records.place_names(_KINDS[layer]) if layer in _KINDS else records.area_names()


def place_name(place: str) -> str:
    """A place's own name, given by how records call it."""
    kind, colon, name = place.partition(":")
    return name if colon and kind in PLACE_KINDS else place


def name_in(layer: Layer, place: str | None) -> str | None:
    """A place's name on a layer's map; None where it is a place of another kind, or none."""
    return place_name(place) if place is not None and place in place_ids(layer) else None


def names_in(layer: Layer, place: str | None) -> tuple[str, ...]:
    """The places of a layer's map that a place is or, on the map of neighborhoods, that make it up."""
    name = name_in(layer, place)
    if name is not None or place is None or layer != "neighborhoods":
        return () if name is None else (name,)
    kind = place.partition(":")[0]
    whole = next((each for each, known in _KINDS.items() if known == kind and place in place_ids(each)), None)
    if whole is None:  # no place of any map
        return ()
    found = places(whole)
    members = found.members[found.names.index(place_name(place))]
    return tuple(name for name, inside in zip(places(layer).names, members.tolist(), strict=True) if inside)


def places(layer: Layer) -> Places:
    """The places of a layer of the current records."""
    return _places(open_records(), layer)


def counts_by_place(measure: Measure, window: Window, layer: Layer, recorded_only: bool = False) -> Ints:
    """Events of the measure in the window, one number for each place of the layer, in the map's order.

    Events without a place are in none of them. Raises what counting raises, and ArgumentError for a layer by which the
    records are not known.
    """
    records = open_records()
    if DATASETS[measure.records].placed != "neighborhood":
        return _counts_of_layer(records, measure, window, layer)
    counts = records.areas(measure.records)
    kinds = records.categories(measure, counts)
    by_area = counts.by_area(window, kinds, ("recorded",) if recorded_only else None)
    found = dict(zip(counts.areas, by_area.tolist(), strict=True))
    neighborhoods = np.array([found.get(name, 0) for name in _places(records, "neighborhoods").names], dtype=np.int64)
    total: Ints = _places(records, layer).members @ neighborhoods
    return total


def _counts_of_layer(records: Records, measure: Measure, window: Window, layer: Layer) -> Ints:
    """The same of records whose areas are the places of one layer."""
    dataset = DATASETS[measure.records]
    if PLACE_KINDS[dataset.placed] != LAYER_COLUMNS.get(layer):
        raise ArgumentError(f"We know the {dataset.name} only by {PLACE_TITLES[dataset.placed][0]}.")
    counts = records.areas(measure.records)
    found = dict(zip(counts.areas, counts.by_area(window, records.categories(measure, counts)).tolist(), strict=True))
    # The jail is on the map and in no count.
    return np.array([found.get(name, 0) for name in _places(records, layer).names], dtype=np.int64)


@lru_cache(maxsize=1)
def neighbors(records: Records) -> Floats:
    """Who borders whom: row-standardized weights of shared borders (queen contiguity); shape (n, n)."""
    import shapely

    shapes = np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in _features(records, "neighborhoods")])
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    weights = np.zeros((len(shapes), len(shapes)))
    weights[one, other] = 1.0
    np.fill_diagonal(weights, 0.0)
    borders = weights.sum(axis=1, keepdims=True)
    standardized: Floats = np.divide(weights, borders, out=np.zeros_like(weights), where=borders > 0)
    return standardized


@lru_cache(maxsize=6)
def _places(records: Records, layer: Layer) -> Places:
    neighborhoods = [feature["properties"]["name"] for feature in _features(records, "neighborhoods")]
    if layer == "neighborhoods":
        names, members = neighborhoods, np.eye(len(neighborhoods), dtype=np.int64)
    else:
        names = [feature["properties"]["name"] for feature in _features(records, layer)]
        belongs = records.tables.frame("neighborhood_membership")
        column = belongs[LAYER_COLUMNS[layer]].astype(str)
        where = dict(zip(belongs["neighborhood"].astype(str), column, strict=True))
        members = np.array([[int(where[n] == name) for n in neighborhoods] for name in names], dtype=np.int64)
    people = records.tables.frame("population")
    total = people[(people["census_year"] == 2010) & (people["group"] == "total")]
    lived = dict(zip(total["area"].astype(str), total["residents"].tolist(), strict=True))
    return Places(layer, tuple(names), members, members @ np.array([lived[n] for n in neighborhoods], dtype=np.int64))


def _features(records: Records, layer: Layer) -> list[dict[str, dict[str, str]]]:
    found: list[dict[str, dict[str, str]]] = json.loads(records.tables.content(layer))["features"]
    return found


@dataclass(frozen=True)
class Coverage:
    """How the events of both windows came by their neighborhood, as shares that add up to 1."""

    recorded: float
    imputed: float
    none: float


@dataclass(frozen=True)
class PlaceChanges:
    """Counts and shrunken changes of every place of a layer, in the map's order."""

    places: Places
    current: Ints
    baseline: Ints
    changes: Changes
    coverage: Coverage
    per: float  # days of the baseline over those of the window: 1 where they are as many

    @property
    def raw(self) -> Floats:
        """The plain change of each place; nan where the baseline has no event."""
        return self.changes.raw


def place_changes(measure: Measure, pair: WindowPair, layer: Layer, recorded_only: bool = False) -> PlaceChanges:
    """Compare both windows in every place. Raises what counting raises, and ArgumentError for no event at all."""
    return _changes(open_records(), measure, pair, layer, recorded_only)


@lru_cache(maxsize=256)
def _changes(records: Records, measure: Measure, pair: WindowPair, layer: Layer, recorded_only: bool) -> PlaceChanges:
    current = counts_by_place(measure, pair.current, layer, recorded_only)
    baseline = sum(
        (counts_by_place(measure, window, layer, recorded_only) for window in pair.baseline),
        np.zeros(len(current), dtype=np.int64),
    )
    if not current.sum() or not baseline.sum():
        raise ArgumentError(f"There is no event of {measure.label} with a place in one of these windows.")
    lengths = pair.lengths(resolution_of(measure))
    return PlaceChanges(
        places=_places(records, layer),
        current=current,
        baseline=baseline,
        changes=neighborhood_changes(current, baseline, *lengths),
        coverage=coverage(measure, pair),
        per=lengths[1] / lengths[0],
    )


def coverage(measure: Measure, pair: WindowPair) -> Coverage:
    """How the events of both windows came by their neighborhood. Raises what counting raises."""
    records = open_records()
    kinds = records.areas(measure.records).places
    totals = {
        kind: sum(records.line(measure, places=(kind,)).count(window) for window in (pair.current, *pair.baseline))
        for kind in kinds
    }
    every = sum(totals.values()) or 1
    return Coverage(*(totals.get(kind, 0) / every for kind in ("recorded", "imputed", "none")))


def pattern(found: PlaceChanges) -> Pattern | None:
    """Whether nearby neighborhoods changed alike more than chance would have it; None where nothing differs."""
    weights = neighbors(open_records())
    if len(found.changes.change) != len(weights):
        return None
    return _pattern(open_records(), tuple(np.round(found.changes.change, 6).tolist()))


@dataclass(frozen=True)
class Pattern:
    """Moran's I of the changes, and the neighborhoods in the middle of clusters of falls and of rises."""

    moran: Moran
    falls: tuple[str, ...]
    rises: tuple[str, ...]


@lru_cache(maxsize=64)
def _pattern(records: Records, changes: tuple[float, ...]) -> Pattern | None:
    weights = neighbors(records)
    values = np.array(changes)
    if np.ptp(values) == 0:
        return None
    high, low = local_clusters(values, weights)
    names = np.array(_places(records, "neighborhoods").names)
    return Pattern(morans_i(values, weights), tuple(names[low].tolist()), tuple(names[high].tolist()))


@dataclass(frozen=True)
class Dose:
    """Earlier enforcement against later change, one number a neighborhood, and the line through their counts."""

    arrests: Floats  # arrests for offenses of the policy per 1,000 residents in the year before
    changes: PlaceChanges
    line: Line
    without_downtown: Line


DOWNTOWN: dict[Layer, tuple[str, ...]] = {
    "neighborhoods": ("Downtown", "Downtown West", "Inner Harbor", "Stadium Area"),
    "areas": ("Downtown/Seton Hill",),
}
"""Where few live beside very many arrests."""
FEWEST_EVENTS = 30  # in a window, below which a line through 278 places says nothing
FEWEST_RESIDENTS = 100  # below this a rate per resident says nothing


def dose_of(measure: Measure, pair: WindowPair, recorded_only: bool = False) -> Dose:
    """Set arrests under the policy per 1,000 residents, in the year before it, against the change, by neighborhood or,
    where the measure is known by no smaller place, by community area.

    Lines are fitted to the counts, with and without downtown; places with fewer than 100 residents are left out
    of them. Raises what ``place_changes`` raises, and ArgumentError for fewer than ``FEWEST_EVENTS`` in one of the
    windows.
    """
    layer = layer_of(measure, "neighborhoods")
    found = place_changes(measure, pair, layer, recorded_only)
    lived = found.places.residents >= FEWEST_RESIDENTS
    rate = earlier_arrests(layer)
    downtown = np.isin(np.array(found.places.names), DOWNTOWN[layer])
    current, baseline = found.current.astype(np.float64), found.baseline.astype(np.float64)
    groups = (lived, lived & ~downtown)
    too_few = ArgumentError(f"There are too few events of {measure.label} to compare with earlier arrests.")
    if min(float(counts[some].sum()) for counts in (current, baseline) for some in groups) < FEWEST_EVENTS:
        raise too_few
    try:
        lines = [change_line(current[some], baseline[some], rate[some], found.per) for some in groups]
    except ValueError:
        raise too_few from None
    return Dose(rate, found, lines[0], lines[1])


def windows_tried(measure: Measure) -> tuple[WindowPair, ...]:
    """The named windows of a claim on the measure, those of violent crime where nothing was claimed of it."""
    claims = load_story().claims
    about = next((claim for claim in claims.values() if measure.id in claim.measures()), claims["violent"])
    counted = measure.id if measure.id in about.measures() else about.measure
    return tuple(w.pair for w in about.windows if not w.context and (w.measure or about.measure) == counted)


def doses_tried(measure: Measure, recorded_only: bool = False) -> tuple[Dose | None, ...]:
    """The same in each of ``windows_tried``; None where there are too few events, or none on record."""
    records = open_records()
    return tuple(_tried(records, measure, pair, recorded_only) for pair in windows_tried(measure))


@lru_cache(maxsize=256)
def _tried(records: Records, measure: Measure, pair: WindowPair, recorded_only: bool) -> Dose | None:  # noqa: ARG001
    try:
        return dose_of(measure, pair, recorded_only)
    except StoryError:
        return None


def earlier_arrests(layer: Layer) -> Floats:
    """Arrests for offenses of the policy per 1,000 residents in the year before it, in the map's order."""
    policy = load_story().event("charges-dropped").date
    before = Window(Window(policy, policy).shifted(-1).start, policy - timedelta(days=1))
    counts = counts_by_place(load_story().measures["covered-arrests"], before, layer)
    rate: Floats = counts / np.maximum(places(layer).residents, 1) * 1000
    return rate


def place_counts(found: PlaceChanges, *, per_residents: bool, before: bool = False) -> Floats:
    """Events in the window under test, or per 1,000 residents (nan under 100 residents), in the map's order.

    ``before``: in the baseline, as many as in a time as long as the window under test.
    """
    counts = found.baseline / found.per if before else found.current.astype(np.float64)
    if not per_residents:
        return counts
    residents = found.places.residents
    return np.where(residents >= FEWEST_RESIDENTS, counts / np.maximum(residents, 1) * 1000, np.nan)


def scale_end(*amounts: Floats) -> float:
    """The amount at which a scale of colors ends: the largest, or less where a few places would own the whole scale.

    It is the lower of that and half again what 95% of the places stay below, to two digits; 1 where there is none.
    """
    known = np.concatenate([each[~np.isnan(each)] for each in amounts])
    end = min(float(known.max()), 1.5 * float(np.quantile(known, 0.95))) if known.size else 0.0
    return float(f"{end:.2g}") or 1.0
