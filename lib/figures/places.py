"""The figures of the chapter on where things changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special

from lib.analysis.spatial import Floats
from lib.analysis.windows import say_window
from lib.charts.ground import Ground
from lib.charts.map_panels import side_maps
from lib.charts.place_dots import funnel, slope
from lib.charts.places import amount_map, change_map
from lib.charts.template import Template
from lib.charts.theme import ThemeName
from lib.charts.wedge import tones
from lib.errors import ArgumentError
from lib.figures.common import frame, measure_of, months, pair_text, series_of
from lib.figures.map_parts import ground_of_map, outlines_address
from lib.figures.place_card import card_of
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.evidence.places import (
    FEWEST_RESIDENTS,
    LAYER_NAMES,
    Layer,
    PlaceChanges,
    dose_of,
    doses_tried,
    layer_of,
    name_in,
    names_in,
    place_changes,
    place_counts,
    place_name,
    scale_end,
    windows_tried,
)
from lib.story.records_in_use import open_records
from lib.story.sentences import place_words as said
from lib.story.view import View

CLASS_CODES = {"fell": -1, "no clear change": 0, "rose": 1, "too few to say": 2}
MAP_PARAMS = ("measure", "pair", "layer", "places", "area")
COLUMNS = (
    "place", "current_count", "baseline_count", "raw_change", "estimate", "low", "high", "class", "residents_2010",
    "current_per_1000",
)  # fmt: skip


@figure("change-map", *MAP_PARAMS, "show", "outlined")
def changes_on_map(view: View, _: str | None) -> Drawing:
    """The map: change of each place, counts, or counts per 1,000 residents; or those before and after."""
    found = _found(view)
    measure = measure_of(view)
    picked = name_in(found.places.layer, view.area)
    picked = picked if picked in found.places.names else None
    shown = {"change": _change, "before-after": _sides}.get(view.show, _amounts)(view, found, picked)
    outlines, ground = outlines_address(found.places.layer), ground_of_map()
    over = view.outlined if found.places.layer == "neighborhoods" and view.outlined != "none" else None
    lines = f". Double lines: {said.LAYERS[over]}" if over else ""
    counted = f"{len(said.classes_of(found))} {said.LAYERS[found.places.layer]}"
    return Drawing(
        lambda theme: shown.template(theme, outlines, ground, outlines_address(over) if over else ""),
        frame(
            shown.title,
            shown.subtitle.removesuffix(".") + lines if lines else shown.subtitle,
            said.doubt(measure),
            measure.records,
        ),
        {"columns": [shown.columns], **card_of(view, measure, found, picked)},
        lambda: _table(found),
        alt=f"Map of {counted}. {said.map_sentence(measure, found).removesuffix('.')}{lines}."
        + (f" Outlined: {picked}. {said.place_sentence(measure, found, picked)}" if picked else ""),
        values={"picked": list(names_in(found.places.layer, view.area)), "per": found.per, **shown.values},
    )


@dataclass(frozen=True)
class _Map:
    """One of the ways in which a map shows places: its template, its words, its numbers."""

    template: Callable[[ThemeName, str, Ground, str], Template]
    title: str
    subtitle: str
    columns: dict[str, Any]
    values: dict[str, Any]


def _change(view: View, found: PlaceChanges, picked: str | None) -> _Map:
    measure = measure_of(view)
    return _Map(
        change_map,
        said.place_title(measure, found, picked) if picked else said.map_title(measure, found),
        f"{pair_text(view.pair)}. The stronger a color, the larger and surer the change; dark edge: rose. Hatched: "
        "no clear change, or too few to say. Where numbers are small, the estimate leans on a "
        f"typical place’s change, {words.signed(found.changes.city)}",
        _changes(found),
        {},
    )


def _amounts(view: View, found: PlaceChanges, picked: str | None) -> _Map:
    measure, rate = measure_of(view), view.show == "rate"
    amounts = place_counts(found, per_residents=rate)
    end = scale_end(amounts)
    title = f"{measure.title}{' per 1,000 residents' if rate else ''}, {say_window(view.pair.current)}"
    if picked:
        amount = float(amounts[found.places.names.index(picked)])
        title += f"; {picked}: {'left blank' if np.isnan(amount) else f'{amount:,.1f}'.removesuffix('.0')}"
    about = RESIDENTS if rate else f"{measure.unit.capitalize()} in each place."
    return _Map(
        amount_map,
        title,
        f"{about}{said.beyond(amounts, end)}",
        {"amount": _rounded(amounts)},
        {"top": end},
    )


def _sides(view: View, found: PlaceChanges, picked: str | None) -> _Map:
    measure, pair = measure_of(view), view.pair
    before, after = (place_counts(found, per_residents=True, before=side) for side in (True, False))
    end = scale_end(before, after)
    shown = _change(view, found, picked)
    return _Map(
        side_maps,
        shown.title,
        f"{measure.unit.capitalize()} per 1,000 residents before and after, and the change between. {RESIDENTS}"
        f"{said.beyond(np.concatenate([before, after]), end)}",
        {**shown.columns, "before": _rounded(before), "after": _rounded(after)},
        {
            "top": end,
            "heads": [
                ["Before", " and ".join(months(window) for window in pair.baseline)],
                ["Change", "and how sure it is"],
                ["After", months(pair.current)],
            ],
        },
    )


RESIDENTS = "Residents of the 2010 census; places with fewer than 100 are left blank."


def _rounded(amounts: Floats) -> list[float | None]:
    return [None if np.isnan(amount) else round(float(amount), 1) for amount in amounts]


def _changes(found: PlaceChanges) -> dict[str, list[int]]:
    tone = tones(found.changes.change, found.changes.low, found.changes.high)
    return {**_counts_and_classes(found), "tone": tone, **_estimates(found)}


@figure("funnel", "measure", "pair", "places", "area")
def funnel_plot(view: View, _: str | None) -> Drawing:
    """Why small places swing: raw change against the number of events."""
    measure = measure_of(view)
    layer = layer_of(measure, "neighborhoods")
    found = _found(view, layer)
    outside, every = _outside(found)
    strayed = f"{outside} of {words.counted(every, said.LAYERS[layer])} {'strays' if outside == 1 else 'stray'}"
    return Drawing(
        lambda theme: funnel(theme, outlines_address(layer)),
        frame(
            f"{strayed} from the city’s change beyond chance",
            f"Each dot is a {LAYER_NAMES[layer]}, {pair_text(view.pair)}. Band: where 95% would be if all had changed "
            "like the city. Blue ▲ clearly rose, ▼ clearly fell, adjusted for small numbers",
            "before-after",
            measure.records,
        ),
        {"columns": [_counts_and_classes(found)], "limits": _limits(found)},
        lambda: _table(found),
        alt=f"Dots, raw change of {measure.label} against number of events. The fewer events, the wider the spread. "
        f"{strayed} from the city’s change beyond chance.{_ringed(view, layer)}",
        values={"picked": list(names_in(layer, view.area)), "per": found.per, "city": round(found.changes.city, 4)},
    )


@figure("enforcement", "measure", "pair", "places", "area")
def enforcement(view: View, _: str | None) -> Drawing:
    """Did it change more where enforcement had been heaviest?"""
    measure = measure_of(view)
    layer = layer_of(measure, "neighborhoods")
    recorded = view.places == "recorded"
    found, tried = dose_of(measure, view.pair, recorded), doses_tried(measure, recorded)
    own = view.pair not in windows_tried(measure)
    sentence = said.dose_sentence(measure, found, tried, own=own)
    people = found.changes.places.residents
    top = float(np.quantile(found.arrests[people >= FEWEST_RESIDENTS], 0.98))
    steps = np.linspace(0, top, 12)
    line = [(float(x), found.line.at(float(x))) for x in steps]
    return Drawing(
        lambda theme: slope(theme, outlines_address(layer)),
        frame(
            said.dose_title(measure, found, tried, own=own),
            f"Each dot is a {LAYER_NAMES[layer]}, larger with more residents. Change: {pair_text(view.pair)}, adjusted "
            "for small numbers. The line, with its 95% band, counts every event alike",
            said.doubt(measure),
            measure.records,
        ),
        {
            "columns": [{"change": _per_mille(found.changes.changes.change)}],
            "fit": [
                {"dose": round(x, 2), "line": round(e.value, 4), "low": round(e.low, 4), "high": round(e.high, 4)}
                for x, e in line
            ],
        },
        lambda: Table(
            ("neighborhood", "covered_arrests_per_1000_before", "change_estimate", "residents_2010"),
            tuple(
                (name, round(float(x), 4), round(float(c), 6), int(n))
                for name, x, c, n in zip(
                    found.changes.places.names, found.arrests, found.changes.changes.change, people, strict=True
                )
            ),
        ),
        alt=f"Dots and a line. {sentence}{_ringed(view, layer)}",
        values={"picked": list(names_in(layer, view.area)), "top": round(top, 2), "fewest": FEWEST_RESIDENTS},
        sentence=sentence,
    )


@figure("place-series", "measure", "pair", "area")
def place_series(view: View, _: str | None) -> Drawing:
    """One place's counts by month, or by year where no more is known. Raises ArgumentError without a place."""
    if view.area is None:
        raise ArgumentError("Choose a place to see its counts.")
    return series_of(
        view, view.area, "month", open_records().line(measure_of(view)).reach.start, said.doubt(measure_of(view))
    )


def _ringed(view: View, layer: Layer) -> str:
    """Which places have a ring in a figure of dots, where they are drawn at all."""
    picked = names_in(layer, view.area)
    if not picked:
        return ""
    if len(picked) == 1:
        return f" Where it has a dot, {picked[0]} is ringed."
    return (
        f" Ringed, where they have a dot: {words.listed(picked)}, the neighborhoods of {place_name(view.area or '')}."
    )


def _found(view: View, layer: Layer | None = None) -> PlaceChanges:
    measure = measure_of(view)
    shown = layer_of(measure, layer or view.layer)
    return place_changes(measure, view.pair, shown, view.places == "recorded")


def _counts_and_classes(found: PlaceChanges) -> dict[str, list[int]]:
    return {
        "x": found.current.tolist(),
        "y": found.baseline.tolist(),
        "kind": [CLASS_CODES[kind] for kind in found.changes.classes()],
    }


def _estimates(found: PlaceChanges) -> dict[str, list[int]]:
    """Shrunken changes with their interval, per mille."""
    return {name: _per_mille(getattr(found.changes, name)) for name in ("change", "low", "high")}


def _per_mille(changes: Floats) -> list[int]:
    rounded: list[int] = np.rint(changes * 1000).astype(int).tolist()
    return rounded


def _limits(found: PlaceChanges) -> list[dict[str, float]]:
    """Where 95% of places with so many events would lie had all changed like the city (binomial quantiles)."""
    share = _share(found)
    events = np.unique(np.geomspace(4, max(5, int((found.current + found.baseline).max())), 36).astype(int))
    rows = []
    for n in events:
        low, high = (float(special.bdtrik(q, n, share)) / n for q in (0.025, 0.975))
        rows.append({"events": int(n), "low": _as_change(low, found.per), "high": _as_change(high, found.per)})
    return rows


def _outside(found: PlaceChanges) -> tuple[int, int]:
    events = found.current + found.baseline
    some = events > 0
    p = _share(found)
    below = special.bdtr(found.current[some], events[some], p)
    above = 1 - special.bdtr(found.current[some] - 1, events[some], p)
    above = np.where(found.current[some] == 0, 1.0, above)
    return int(((below < 0.025) | (above < 0.025)).sum()), int(some.sum())


def _share(found: PlaceChanges) -> float:
    return float(found.current.sum() / (found.current.sum() + found.baseline.sum()))


def _as_change(share: float, per: float) -> float:
    return round(min(2.0, share / max(1e-9, 1 - share) * per - 1), 4)


def _table(found: PlaceChanges) -> Table:
    changes, rates = found.changes, place_counts(found, per_residents=True)
    rows: Sequence[tuple[Cell, ...]] = [
        (
            name,
            int(x),
            int(y),
            None if np.isnan(raw) else round(float(raw), 4),
            *(round(float(v), 4) for v in (change, low, high)),
            kind,
            int(people),
            None if np.isnan(rate) else round(float(rate), 2),
        )
        for name, x, y, raw, change, low, high, kind, people, rate in zip(
            found.places.names, found.current, found.baseline, changes.raw, changes.change, changes.low, changes.high,
            changes.classes(), found.places.residents, rates, strict=True,
        )
    ]  # fmt: skip
    return Table(COLUMNS, tuple(rows))
