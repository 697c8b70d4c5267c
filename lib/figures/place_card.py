"""The card of a map's chosen place, and the small bars of any place's counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lib.analysis.counts import By, whole_bins
from lib.analysis.windows import Window
from lib.errors import StoryError
from lib.story.evidence.places import PlaceChanges, place_id
from lib.story.model import Measure
from lib.story.records import resolution_of
from lib.story.records_in_use import open_records
from lib.story.sentences import place_words as said
from lib.story.view import View

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Bars:
    """Counts of whole months or years, as ``by`` says: ``rows`` as charts take them, and the ends in words."""

    rows: Rows
    first: str
    last: str
    by: By


def card_of(view: View, measure: Measure, found: PlaceChanges, name: str | None) -> dict[str, Rows]:
    """What the card of a place says and draws, by the names of its data sets; no rows without a place."""
    if name is None:
        return {"card": [], "bars": []}
    bars = bars_of(view, measure, place_id(found.places.layer, name))
    lines = list(said.card_lines(measure, found, name))
    last = f"{bars.last}, by {bars.by}" if bars.rows else ""
    return {"card": [{"name": name, "lines": lines, "first": bars.first, "last": last}], "bars": bars.rows}


def bars_of(view: View, measure: Measure, place: str) -> Bars:
    """A place's counts from the first month of both windows to the last on record; none where it has no records."""
    by: By = "year" if resolution_of(measure) == "year" else "month"
    try:
        line = open_records().line(measure, place)
        run = line.run(view.pair.current)
    except StoryError:
        return Bars([], "", "", by)
    first = max(run.start, line.reach.start, view.pair.first.replace(day=1))
    parts = whole_bins(Window(first, max(first, run.end)), by)
    if not parts:
        return Bars([], "", "", by)
    counts = line.count_each(parts)
    most = max([*counts, 1])
    rows = [
        {"i": i, "of": len(parts), "up": round(count / most, 3), "kind": _kind(view, part)}
        for i, (part, count) in enumerate(zip(parts, counts, strict=True))
    ]
    return Bars(rows, f"{parts[0].start:%b %Y}", f"{parts[-1].start:%b %Y}", by)


def _kind(view: View, part: Window) -> str:
    """The window that the middle of a month or year lies in."""
    middle = part.start + timedelta(days=part.days // 2)
    if view.pair.current.start <= middle <= view.pair.current.end:
        return "test"
    return "baseline" if any(each.start <= middle <= each.end for each in view.pair.baseline) else "other"
