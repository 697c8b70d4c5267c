"""Beside the map: a small map for each offense, and the places whose change is clear and large."""

from __future__ import annotations

from collections.abc import Sequence

from lib.charts.change_rows import change_rows
from lib.charts.map_panels import PANELS, small_maps
from lib.charts.wedge import tones
from lib.errors import ArgumentError
from lib.figures.common import frame, measure_of, pair_text
from lib.figures.map_parts import ground_of_map, outlines_address
from lib.figures.place_card import bars_of
from lib.figures.registry import Drawing, Table, figure
from lib.story.evidence.places import PlaceChanges, layer_of, names_in, place_changes, place_id, places
from lib.story.load import load_story
from lib.story.sentences import place_words as said
from lib.story.view import View

OFFENSES = (
    "homicide", "shooting", "aggravated-assault", "rape", "robbery", "robbery-carjacking", "burglary", "larceny",
    "larceny-from-auto", "auto-theft", "arson", "common-assault",
)  # fmt: skip
"""The measures of the small maps, in the order of the panels; violent crimes first."""
MOST_FALLS, MOST_RISES = 8, 4


@figure("small-maps", "pair", "places", "area")
def offense_maps(view: View, _: str | None) -> Drawing:
    """The change of every offense, a small map of community areas each."""
    measures = [load_story().measures[name] for name in OFFENSES]
    found = [_changes_of(view, name) for name in OFFENSES]
    if not any(found):
        raise ArgumentError("There is no event with a place in one of these windows.")
    names = places("areas").names
    columns: dict[str, Sequence[float | None]] = {}
    heads, rows = [], []
    for panel, (measure, changes) in enumerate(zip(measures, found, strict=True)):
        columns[f"t{panel}"] = _tones(changes) if changes else [0] * len(names)
        columns[f"c{panel}"] = [round(float(x), 2) for x in changes.changes.change] if changes else [None] * len(names)
        heads.append([measure.title, *said.panel_lines(changes)])
        rows += [(measure.id, *row) for row in _rows(changes)]
    return Drawing(
        lambda theme: small_maps(theme, outlines_address("areas"), ground_of_map()),
        frame(
            said.offenses_title([(m, f) for m, f in zip(measures, found, strict=True) if f]),
            f"{pair_text(view.pair)}, by community area. The stronger a color, the larger and the surer the change",
            "place-known",
            "crime",
        ),
        {"columns": [columns]},
        lambda: Table(
            ("offense", "place", "current_count", "baseline_count", "estimate", "low", "high", "class"), tuple(rows)
        ),
        alt=f"{PANELS} small maps of community areas. "
        + " ".join(f"{title}: {', '.join(lines)}." for title, *lines in heads),
        values={"picked": list(names_in("areas", view.area)), "heads": heads},
    )


def _changes_of(view: View, name: str) -> PlaceChanges | None:
    try:
        return place_changes(load_story().measures[name], view.pair, "areas", view.places == "recorded")
    except ArgumentError:  # no event at all in one of the windows
        return None


def _tones(found: PlaceChanges) -> list[int]:
    return tones(found.changes.change, found.changes.low, found.changes.high)


def _rows(found: PlaceChanges | None) -> list[tuple[str | int | float, ...]]:
    if found is None:
        return []
    changes = found.changes
    return [
        (name, int(now), int(before), *(round(float(end), 4) for end in ends), kind)
        for name, now, before, kind, *ends in zip(
            found.places.names, found.current, found.baseline, changes.classes(), changes.change, changes.low,
            changes.high, strict=True,
        )
    ]  # fmt: skip


@figure("clear-changes", "measure", "pair", "layer", "places", "area")
def clear_changes(view: View, _: str | None) -> Drawing:
    """The largest clear falls and rises, each with its counts over time. Raises ArgumentError where none is clear."""
    measure = measure_of(view)
    found = place_changes(measure, view.pair, layer_of(measure, view.layer), view.places == "recorded")
    shown = said.clearest(found, MOST_FALLS, MOST_RISES)
    if not shown:
        raise ArgumentError(f"In no place is the change in {measure.label} clear.")
    ids = [place_id(found.places.layer, found.places.names[at]) for at in shown]
    counted = [bars_of(view, measure, place) for place in ids]
    kinds = found.changes.classes()
    data = [
        {
            "i": i,
            "name": found.places.names[at],
            "change": said.interval(found, at),
            "counts": said.counts_line(measure, found, at),
            "kind": -1 if kinds[at] == "fell" else 1,
            "up": [bar["up"] for bar in bars.rows],
        }
        for i, (at, bars) in enumerate(zip(shown, counted, strict=True))
    ]
    table = _rows(found)
    return Drawing(
        change_rows,
        frame(
            said.clearest_title(measure, found, shown),
            f"{pair_text(view.pair)}. Bars: {measure.unit} by {counted[0].by}, each place on its own scale; "
            "blue: the period you’re checking",
            said.doubt(measure),
            measure.records,
        ),
        {"rows": data},
        lambda: Table(
            ("place", "current_count", "baseline_count", "estimate", "low", "high", "class"),
            tuple(table[at] for at in shown),
        ),
        alt=f"{said.clearest_title(measure, found, shown)}. "
        + " ".join(f"{row['name']}: {row['change']}, {row['counts']}." for row in data),
        values={
            "kinds": [bar["kind"] for bar in counted[0].rows] or [""],
            "first": counted[0].first,
            "last": counted[0].last,
            "picked": list(names_in(found.places.layer, view.area)),
        },
    )
