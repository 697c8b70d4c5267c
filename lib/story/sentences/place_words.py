"""Sentences and titles about places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lib.analysis.neighborhoods import Class
from lib.analysis.spatial import Floats
from lib.analysis.trend import Line
from lib.story import claim_words, words
from lib.story.evidence.places import Dose, Pattern, PlaceChanges, layer_of
from lib.story.model import Measure

UNASSIGNED = "Unassigned"
LAYERS = {"neighborhoods": "neighborhoods", "areas": "community areas", "districts": "police districts"}
UNCLEAR: dict[Class, str] = {"no clear change": "not clear", "too few to say": "too few cases"}
"""What is said of places without a clear change, by their class."""


def doubt(measure: Measure) -> str:
    """The caveat that a map of this measure carries, by its id."""
    return "place-known" if layer_of(measure, "neighborhoods") == "neighborhoods" else "calls-are-not-activity"


def classes_of(found: PlaceChanges) -> list[Class]:
    """The class of each place; left out is what the outlines name but no list of areas has, the jail."""
    pairs = zip(found.places.names, found.changes.classes(), strict=True)
    return [kind for name, kind in pairs if not name.startswith(UNASSIGNED)]


def map_title(measure: Measure, found: PlaceChanges) -> str:
    """In how many places it clearly fell or rose, and in how many that can't be told."""
    classes = classes_of(found)
    kinds = Counter(classes)
    rest = [(UNCLEAR[kind], kinds[kind]) for kind in UNCLEAR if kinds[kind]]
    unclear = [f"{why} in {how_many(number)}" for why, number in rest]
    return (
        f"{measure.title} clearly fell in {how_many(kinds['fell'])} of Baltimore’s {len(classes)} "
        f"{LAYERS[found.places.layer]} and rose in {how_many(kinds['rose'])}"
        + (f"; {words.listed(unclear)}" if unclear else "")
    )


def level_sentence(areas: PlaceChanges, neighborhoods: PlaceChanges) -> str:
    """Why the map opens by community area, and not by neighborhood."""

    def clear(found: PlaceChanges) -> int:
        return sum(kind in ("fell", "rose") for kind in classes_of(found))

    def share(found: PlaceChanges) -> str:
        return f"{how_many(clear(found))} of {len(classes_of(found))}"

    if clear(areas) * len(classes_of(neighborhoods)) <= clear(neighborhoods) * len(classes_of(areas)):
        return "The map starts with community areas. Neighborhoods are a tap away."
    return (
        f"The change is clear in {share(areas)} community areas but only {share(neighborhoods)} neighborhoods: small "
        "numbers tell less. So the map starts with community areas. Neighborhoods are a tap away."
    )


def how_many(number: int) -> str:
    """A number of places where the sentence has named them: ``none``, ``two``, ``28``."""
    return words.number_word(number) if number else "none"


def place_title(measure: Measure, found: PlaceChanges, name: str) -> str:
    """What the map says of one place: ``Violent crime fell in Hampden``."""
    kind = found.changes.classes()[found.places.names.index(name)]
    return f"{measure.title} {kind} in {name}" if kind in ("fell", "rose") else f"{measure.title} in {name}: {kind}"


def map_sentence(measure: Measure, found: PlaceChanges) -> str:
    """The map in a sentence: the classes, and the clearest falls and rises."""
    changes = found.changes
    ranked = sorted(zip(changes.change, found.places.names, changes.classes(), strict=True))
    falls = [f"{name} ({words.signed(change)})" for change, name, kind in ranked if kind == "fell"][:3]
    rises = [f"{name} ({words.signed(change)})" for change, name, kind in reversed(ranked) if kind == "rose"][:3]
    parts = [f"{map_title(measure, found)}."]
    if falls:
        parts.append(f"The largest clear drop{'s were' if falls[1:] else ' was'} in {words.listed(falls)}.")
    if rises:
        parts.append(f"The largest clear rise{'s were' if rises[1:] else ' was'} in {words.listed(rises)}.")
    return " ".join(parts)


def place_sentence(measure: Measure, found: PlaceChanges, name: str) -> str:
    """One place as the map shows it: its class, counts, and the estimate with its interval.

    A place has one verdict, the map's: of its own counts alone, small as they are, another could be given.
    """
    at = found.places.names.index(name)
    raw = f" ({words.signed(float(found.changes.raw[at]))})" if found.baseline[at] else ""
    return (
        f"{place_title(measure, found, name)}. {words.capital(counts_line(measure, found, at))}{raw}. "
        f"Our estimate, which leans on a typical place’s change where numbers are small, is {interval(found, at)}."
    )


def beyond(amounts: Floats, end: float) -> str:
    """How many places have more than the amount at which a map's colors end; nothing where none has."""
    more = int((amounts > end * 1.005).sum())
    return f" Colors end at {end:,.3g}; {words.worded(more, 'places')} have more." if more > 1 else ""


def card_lines(measure: Measure, found: PlaceChanges, name: str) -> tuple[str, str, str]:
    """One place in short lines: the estimate with its interval, its class, the counts."""
    at = found.places.names.index(name)
    return interval(found, at), found.changes.classes()[at], counts_line(measure, found, at)


def interval(found: PlaceChanges, at: int) -> str:
    """The estimate of the place at a position of the map, with its interval: ``−32% (−41% to −23%)``."""
    ends = (found.changes.change, found.changes.low, found.changes.high)
    change, low, high = (words.signed(float(each[at])) for each in ends)
    return f"{change} ({low} to {high})"


def counts_line(measure: Measure, found: PlaceChanges, at: int) -> str:
    """Its counts: ``victims: 282 now, 439 before``."""
    now, before = (words.count(int(counts[at])) for counts in (found.current, found.baseline))
    return f"{measure.unit}: {now} now, {before} before"


def panel_lines(found: PlaceChanges | None) -> tuple[str, ...]:
    """A small map in a few words: ``fell in 46``, ``rose in none``."""
    if found is None:
        return ("no event",)
    kinds = Counter(found.changes.classes())
    return tuple(f"{kind} in {how_many(kinds[kind])}" for kind in ("fell", "rose"))


def offenses_title(found: Sequence[tuple[Measure, PlaceChanges]]) -> str:
    """Which offenses clearly fell in most community areas, and which in none."""
    number = {measure.label: changes.changes.classes().count("fell") for measure, changes in found}
    half = len(found[0][1].places.names) / 2
    most = [label for label, fell in number.items() if fell > half]
    none = [label for label, fell in number.items() if not fell]
    said = [f"{words.listed(most)} in most" if most else "", f"{words.listed(none)} in none" if none else ""]
    kinds = "; ".join(part for part in said if part) or "no offense in most"
    return f"Clear falls by community area: {kinds}"


def clearest(found: PlaceChanges, falls: int, rises: int) -> list[int]:
    """Positions of the places with the largest clear changes: so many ``falls`` at most, then so many ``rises``."""
    kinds = found.changes.classes()
    ranked = [int(at) for at in found.changes.change.argsort()]
    fell = [at for at in ranked if kinds[at] == "fell"]
    rose = [at for at in reversed(ranked) if kinds[at] == "rose"]
    return [*fell[:falls], *rose[:rises]]


def clearest_title(measure: Measure, found: PlaceChanges, shown: Sequence[int]) -> str:
    """The largest clear fall and rise among the places that are shown."""
    kinds = found.changes.classes()
    first = {kind: next((at for at in shown if kinds[at] == kind), None) for kind in ("fell", "rose")}
    parts = [
        f"{kind} most in {found.places.names[at]} ({words.signed(float(found.changes.change[at]))})"
        for kind, at in first.items()
        if at is not None
    ]
    return f"{measure.title} clearly {words.listed(parts)}"


def coverage_sentence(found: PlaceChanges, measure: Measure) -> str:
    """What share of the events is on the map, and how sure their place is."""
    cover = found.coverage
    imputed = (
        f" For {words.percent(cover.imputed)} we filled in the neighborhood from their block’s other records."
        if cover.imputed
        else ""
    )
    return (
        f"Of these {measure.unit}, {words.percent(1 - cover.none)} have a neighborhood and are on the map.{imputed}"
        + (" What the map can’t show may differ from what it does." if cover.none > 0.05 else "")
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
        f"Neighbors changed {'more alike than' if more else 'no more alike than'} chance would make them "
        f"(Moran’s I {words.signed_number(found.moran.i, 2)}, permutation p = {found.moran.p:.3f}); {clusters}."
    )


def dose_title(measure: Measure, found: Dose, tried: Sequence[Dose | None], *, own: bool) -> str:
    """Whether the measure fell more where enforcement had been heavier, and whether other periods say the same.

    ``tried`` are the same in named windows; ``own`` where ``found`` is in none of these.
    """
    kind, _ = kinds_of(found)
    said = f"{measure.title} {HOW[kind]} where enforcement had been heavier"
    kinds = Counter(kinds_of(dose)[0] for dose in tried if dose)
    others = Counter({other: number for other, number in kinds.items() if other != kind})
    if others and 2 * kinds[kind] <= len(tried):
        [(other, number)] = others.most_common(1)
        some = f"{words.number_word(number)} of {words.number_word(len(tried))}"
        return f"{said}; in {some} periods tried it {HOW[other].rstrip(',')}"
    alike = claim_words.in_periods(kinds[kind], len(tried), own=own)
    return f"{said},{alike}" if alike.startswith(" ") else f"{said}{alike}"  # else the periods seem to be enforcement's


def dose_sentence(measure: Measure, found: Dose, tried: Sequence[Dose | None], *, own: bool) -> str:
    """How much the change differs, with intervals, with and without downtown, and what other periods show."""

    def per_ten(line: Line) -> str:
        more = line.by(10)
        return (
            f"{words.signed(more.value, 1)} (95% interval {words.signed(more.low, 1)} to {words.signed(more.high, 1)})"
        )

    others = Counter(kinds_of(dose)[0] if dose else None for dose in tried)
    listed = [f"{how} in {words.number_word(others[kind])}" for kind, how in HOW.items() if others[kind]]
    if others[None]:
        listed.append(f"had too few events to say in {words.number_word(others[None])}")
    over = f" Of {words.number_word(len(tried))} periods tried, it {words.listed(listed)}." if len(tried) > 1 else ""
    return (
        f"{dose_title(measure, found, tried, own=own)}. For every 10 more arrests per 1,000 residents in the year "
        f"before the policy, the ratio of {measure.label} after to before differs by {per_ten(found.line)}. Without "
        f"downtown it differs by {per_ten(found.without_downtown)}.{over}"
    )


HOW = {-1: "fell more", 1: "fell less, or rose,", 0: "did not clearly fall more or less"}


def kinds_of(found: Dose) -> tuple[int, int]:
    """Whether the line clearly falls (-1), rises (1) or neither (0), and the same without downtown."""
    city, without = (
        1 if slope.low > 0 else -1 if slope.high < 0 else 0
        for slope in (found.line.by(1), found.without_downtown.by(1))
    )
    return city, without
