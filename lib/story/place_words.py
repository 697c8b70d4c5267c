"""Sentences and titles about places."""

from __future__ import annotations

from collections import Counter

from lib.story import words
from lib.story.model import Measure
from lib.story.places import Dose, Pattern, PlaceChanges

LAYERS = {"neighborhoods": "neighborhoods", "areas": "community areas", "districts": "police districts"}


def map_title(measure: Measure, found: PlaceChanges) -> str:
    """How many places fell, rose, or are too few to say."""
    kinds = Counter(found.changes.classes())
    return (
        f"{measure.title}: fell in {kinds['fell']} places, rose in {kinds['rose']}, "
        f"too few to say in {kinds['too few to say']}"
    )


def map_sentence(measure: Measure, found: PlaceChanges) -> str:
    """The map in a sentence: the classes, and the clearest falls and rises."""
    changes = found.changes
    ranked = sorted(zip(changes.change, found.places.names, changes.classes(), strict=True))
    falls = [f"{name} ({words.signed(change)})" for change, name, kind in ranked if kind == "fell"][:3]
    rises = [f"{name} ({words.signed(change)})" for change, name, kind in reversed(ranked) if kind == "rose"][:3]
    parts = [f"{map_title(measure, found)}."]
    if falls:
        parts.append(f"Largest clear fall{'s' if falls[1:] else ''}: {words.listed(falls)}.")
    if rises:
        parts.append(f"Largest clear rise{'s' if rises[1:] else ''}: {words.listed(rises)}.")
    return " ".join(parts)


def place_sentence(found: PlaceChanges, name: str) -> str:
    """One place as the map shows it: counts, raw change, estimate with interval, class."""
    at = found.places.names.index(name)
    changes = found.changes
    raw = words.signed(float(changes.raw[at])) if found.baseline[at] else "none before"
    low, high = words.signed(float(changes.low[at])), words.signed(float(changes.high[at]))
    return (
        f"On the map: {words.count(int(found.current[at]))} now, {words.count(int(found.baseline[at]))} before; "
        f"raw change {raw}, estimate {words.signed(float(changes.change[at]))} "
        f"({low} to {high}): {changes.classes()[at]}. "
        f"The city: {words.signed(changes.city)}."
    )


def coverage_sentence(found: PlaceChanges, measure: Measure) -> str:
    """What share of the events is on the map, and how sure their place is."""
    cover = found.coverage
    imputed = (
        f" {words.percent(cover.imputed)} have a neighborhood filled in from their block’s other records."
        if cover.imputed
        else ""
    )
    return (
        f"Of these {measure.unit}, {words.percent(1 - cover.none)} have a neighborhood and are on the map.{imputed}"
        + (" What the map can’t show may differ from what it shows." if cover.none > 0.05 else "")
    )


def pattern_sentence(found: Pattern | None) -> str:
    """Whether the map's pattern is more than chance, in one plain sentence."""
    if found is None:
        return "The estimates are all alike, so there is no pattern to test."
    more = found.moran.p < 0.05
    centers = [*found.falls, *found.rises]
    if not centers:
        clusters = "no single cluster stands out once so many places are tested"
    elif len(centers) == 1:
        clusters = f"one neighborhood stands in a cluster of its own, {centers[0]}"
    else:
        clusters = (
            f"{words.number_word(len(centers))} neighborhoods stand in clusters, such as {words.listed(centers[:3])}"
        )
    return (
        f"Neighbors changed {'more alike than' if more else 'no more alike than'} chance would have it "
        f"(Moran’s I {words.signed_number(found.moran.i, 2)}, permutation p = {found.moran.p:.3f}); {clusters}."
    )


def dose_title(measure: Measure, found: Dose) -> str:
    """Whether the measure fell more where enforcement had been heavier."""
    slope = found.line.slope
    if slope.high < 0:
        how = "fell more"
    elif slope.low > 0:
        how = "fell less, or rose,"
    else:
        return f"{measure.title} did not clearly fall more, or less, where enforcement had been heavier"
    return f"{measure.title} {how} where enforcement had been heavier"


def dose_sentence(measure: Measure, found: Dose) -> str:
    """The slope with its interval, with and without downtown."""

    def per_ten(line_slope: tuple[float, float, float]) -> str:
        value, low, high = (words.signed_number(n * 1000, 1) for n in line_slope)
        return f"{value} points (95% interval {low} to {high})"

    both = [
        per_ten((line.slope.value, line.slope.low, line.slope.high)) for line in (found.line, found.without_downtown)
    ]
    return (
        f"{dose_title(measure, found)}. For every 10 more arrests per 1,000 residents in the year before the policy, "
        f"the change in {measure.label} differs by {both[0]}; without downtown by {both[1]}."
    )
