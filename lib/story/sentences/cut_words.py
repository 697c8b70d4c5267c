"""Titles, labels and sentences of a cut."""

from __future__ import annotations

from collections.abc import Sequence

from lib.story import finding_words, words
from lib.story.cut import PLACE_SPLITS, Cut, Part, Split
from lib.story.evidence.places import Coverage
from lib.story.finding import Finding

SPLITS: dict[Split, str] = {
    "none": "none",
    "offense": "offense",
    "race": "race, as recorded by police",
    "neighborhood": "neighborhood",
    "community": "community area",
    "district": "police district",
}
PLURALS: dict[Split, str] = {
    "offense": "offenses",
    "race": "groups",
    "neighborhood": "neighborhoods",
    "community": "community areas",
    "district": "police districts",
}


def place_title(place: str | None) -> str:
    """A place as a label: ``Canton``, ``Western police district``, ``Canton (community area)``."""
    kind, _, rest = (place or "Baltimore").partition(":")
    return {"district": f"{rest} police district", "community": f"{rest} (community area)"}.get(kind, kind)


def label(cut: Cut, part: Part) -> str:
    """What sets one part of a cut apart from the others; for a part alone, what it is."""
    if cut.split in PLACE_SPLITS or len(cut.places) > 1:
        return place_title(part.area)
    if cut.split == "race" and part.race:
        return words.capital(finding_words.PEOPLE[part.race])
    if cut.split == "offense" or len(cut.measures) > 1:
        return part.measure.title
    return finding_words.subject(part.measure, part.area, part.race, part.origin)


def about(cut: Cut) -> str:
    """What a cut counts, for a title: ``Robbery by police district``, ``Burglary and arson in Canton``."""
    said = words.capital(words.listed([measure.label for measure in cut.measures]))
    if cut.race:
        said += f" of {finding_words.PEOPLE[cut.race]}"
    if cut.origin and any(measure.records == "calls" for measure in cut.measures):
        said += f", {finding_words.MADE[cut.origin]}"
    if cut.split != "none":
        said += f" by {SPLITS[cut.split]}"
    return f"{said} in {words.listed([words.place(place) for place in cut.places])}" if cut.places else said


def units(cut: Cut) -> str:
    """What is counted: ``victims``, ``victims and arrests``."""
    return words.listed(list(dict.fromkeys(measure.unit for measure in cut.measures)))


def changes_title(cut: Cut, found: Sequence[tuple[Part, Finding]]) -> str:
    """A title for the changes of all parts: each by name where they are few, else how many fell and rose."""
    if len(found) == 1:
        return f"{label(cut, found[0][0])}{_moved(found[0][1])}"
    if cut.split == "none":
        said = [f"{label(cut, part)}{_moved(finding)}" for part, finding in found]
        return "; ".join(said) if len(cut.measures) > 1 else f"{cut.measures[0].title}. {'; '.join(said)}"
    return f"{about(cut)}: {_tally(found)}"


def tally_sentence(cut: Cut, found: Sequence[tuple[Part, Finding]]) -> str:
    """How many parts of a split fell or rose beyond doubt; with many, some do by chance alone."""
    many = (
        " With so many, chance alone would make about one in forty seem to fall, and one in forty seem to rise."
        if len(found) >= 20
        else ""
    )
    return f"Of {words.number_word(len(found))} {PLURALS[cut.split]}: {_tally(found)}.{many}"


def coverage_sentence(unit: str, cover: Coverage) -> str:
    """What share of the events in both windows has a neighborhood, and how much of that was filled in."""
    imputed = (
        f" For {words.percent(cover.imputed)} we filled it in from their block’s other records."
        if cover.imputed
        else ""
    )
    return (
        f"Of these {unit} in the city, {words.percent(1 - cover.none)} have a neighborhood. The others are in none of "
        f"this page’s places.{imputed}"
    )


def _tally(found: Sequence[tuple[Part, Finding]]) -> str:
    signs = [_sign(finding) for _, finding in found]
    fell, rose = signs.count(-1), signs.count(1)
    return f"fell in {fell}, rose in {rose}, not clear in {len(signs) - fell - rose}"


def _sign(finding: Finding) -> int:
    """-1 for a fall, 1 for a rise, 0 where the interval leaves the direction open."""
    change = finding.change
    if change is None or change.too_few or change.interval is None:
        return 0
    if change.interval.high is not None and change.interval.high < 0:
        return -1
    return int(change.interval.low > 0)


def _moved(finding: Finding) -> str:
    change = finding.change
    if change is None or change.too_few or change.headline is None:
        return ": too few to say"
    return f" {words.verb(change.headline)}"
