"""What a reader of the page Explore sets beside one another, as an address carries it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from lib.analysis.windows import Window, WindowError, parse_window, say_window
from lib.story.cut import MOST_COMPARED, Cut, Field, Split, conflict
from lib.story.load import load_story
from lib.story.model import Origin, Race
from lib.story.records import DATASETS, RACES
from lib.story.records_in_use import open_records

SPAN = Window(date(2018, 1, 1), date(2021, 4, 30))
PARAMS = ("also", "in", "split", "race", "span", "index")
USUAL = "It is shown as usual instead."

Note = tuple[str, str]
"""What of an address can't be used, and what a page shows in its place."""


@dataclass(frozen=True)
class Exploring:
    """What is counted beside the view's own measure and neighborhood.

    ``also`` are further measures by id, ``places`` those counted in place of the view's neighborhood, by exact name.
    ``span`` are the days of counts over time; with ``index`` these are percent of the baseline's.
    """

    also: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    split: Split = "none"
    race: Race | None = None
    span: Window = SPAN
    index: bool = False

    def params(self) -> dict[str, str]:
        """All parameters, as an address carries them; lists that are empty are left out."""
        also = {"also": ",".join(self.also)} if self.also else {}
        places = {"in": "|".join(self.places)} if self.places else {}
        race = self.race or "all"
        return {
            **also,
            **places,
            "split": self.split,
            "race": race,
            "span": str(self.span),
            "index": "1" if self.index else "0",
        }

    def cut(self, measure: str, area: str | None, origin: Origin | None) -> Cut:
        """The cut of a view with this measure, neighborhood and origin."""
        measures = load_story().measures
        chosen = tuple(measures[name] for name in (measure, *self.also))
        return Cut(chosen, self.places or ((area,) if area else ()), self.split, self.race, origin)


ALONE = Exploring()
"""Nothing beside the view's own measure."""


def recorded() -> Window:
    """The days that any of the records here reach."""
    entries = [open_records().entry(name) for name in DATASETS if open_records().has(name)]
    starts, ends = [e.first for e in entries if e.first], [e.complete_through for e in entries if e.complete_through]
    return Window(min(starts), max(ends))


def read_exploring(
    params: Mapping[str, str], usual: Exploring, measure: str, area: str | None, here: Collection[str]
) -> tuple[Exploring, list[Note]]:
    """What an address asks for, and for each part of it that can't be used why, and what is shown instead.

    ``measure`` and ``area`` are the view's own; ``here`` are the ids of the measures whose records are here.
    """
    notes: list[Note] = []
    split, race = params.get("split", usual.split), params.get("race", usual.race or "all")
    if split not in get_args(Split):
        notes.append((f"Counts can be split by {', '.join(get_args(Split)[1:])}.", USUAL))
        split = usual.split
    if race not in (*RACES, "all"):
        notes.append((f"Arrests can be told apart as {', '.join(RACES)}.", USUAL))
        race = usual.race or "all"
    if params.get("index", "0") not in ("0", "1"):
        notes.append(("The index must be 0 or 1.", USUAL))
    asked = Exploring(
        also=_also(params["also"], measure, here, notes) if "also" in params else usual.also,
        places=_places(params["in"], notes) if "in" in params else usual.places,
        split=split,  # type: ignore[arg-type]
        race=None if race == "all" else race,  # type: ignore[arg-type]
        span=_span(params["span"], usual.span, notes) if "span" in params else usual.span,
        index=params["index"] == "1" if params.get("index") in ("0", "1") else usual.index,
    )
    made, more = settled(asked, measure, area)
    return made, [*notes, *((why, "") for why in more)]


def settled(asked: Exploring, measure: str, area: str | None) -> tuple[Exploring, list[str]]:
    """The same without what can't go with the rest, and why in sentences."""
    notes = []
    asked = replace(asked, also=tuple(name for name in asked.also if name != measure))
    while found := conflict(asked.cut(measure, area, None)):
        field, why = found
        notes.append(why)
        less: dict[Field, Exploring] = {
            "split": replace(asked, split="none"),
            "race": replace(asked, race=None),
            "also": replace(asked, also=asked.also[: MOST_COMPARED - 1] if len(asked.places) < 2 else ()),
            "places": replace(asked, places=asked.places[:MOST_COMPARED] if len(asked.places) > MOST_COMPARED else ()),
        }
        if less[field] == asked:  # it is the view's own neighborhood that can't be counted, which what is shown says
            break
        asked = less[field]
    return asked, notes


def _also(text: str, measure: str, here: Collection[str], notes: list[Note]) -> tuple[str, ...]:
    names = dict.fromkeys(name for name in text.split(",") if name)
    known = tuple(name for name in names if name in here)
    if len(known) < len(names):
        notes.append(("Some of the measures to compare with are not on record here.", "They are left out."))
    return tuple(name for name in known if name != measure)


def _places(text: str, notes: list[Note]) -> tuple[str, ...]:
    names = dict.fromkeys(name for name in text.split("|") if name.strip())
    records = open_records()
    found = [place for name in names if (place := records.find_place(name)) is not None]
    if len(found) < len(names):
        notes.append(("Some of these places are not on record.", "They are left out."))
    return tuple(dict.fromkeys(found))


def _span(text: str, usual: Window, notes: list[Note]) -> Window:
    within = recorded()
    try:
        span = parse_window(text[:40])
    except WindowError:
        notes.append(("The span can’t be read.", USUAL))
        return usual
    if span.start < within.start or span.end > within.end:
        notes.append((f"The records reach {say_window(within)}.", USUAL))
        return usual
    return span
