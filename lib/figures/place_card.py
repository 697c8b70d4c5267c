"""The card of a map's chosen place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lib.analysis.counts import By, whole_bins
from lib.analysis.windows import Window
from lib.errors import StoryError
from lib.story import place_words as said
from lib.story.model import Measure
from lib.story.places import PlaceChanges, place_id
from lib.story.records import open_records, resolution_of
from lib.story.view import View

Rows = list[dict[str, Any]]
NOTHING: dict[str, Rows] = {"card": [], "bars": []}


def card_of(view: View, measure: Measure, found: PlaceChanges, name: str | None) -> dict[str, Rows]:
    """What the card of a place says and draws, by the names of its data sets; no rows without a place."""
    if name is None:
        return NOTHING
    by: By = "year" if resolution_of(measure) == "year" else "month"
    bars, counted = _bars(view, measure, place_id(found.places.layer, name), by)
    ends = {"first": f"{counted[0]:%b %Y}", "last": f"{counted[-1]:%b %Y}, by {by}"} if counted else {}
    return {"card": [{"name": name, "lines": list(said.card_lines(measure, found, name)), **ends}], "bars": bars}


def _bars(view: View, measure: Measure, place: str, by: By) -> tuple[Rows, list[Any]]:
    """The counts of whole months or years around both windows, and the first day of each."""
    try:
        line = open_records().line(measure, place)
        run = line.run(view.pair.current)
    except StoryError:
        return [], []
    first = max(run.start, line.reach.start, view.pair.first.replace(day=1))
    parts = whole_bins(Window(first, max(first, run.end)), by)
    counts = line.count_each(parts)
    most = max([*counts, 1])
    rows = [
        {"i": i, "of": len(parts), "up": round(count / most, 3), "kind": _kind(view, part)}
        for i, (part, count) in enumerate(zip(parts, counts, strict=True))
    ]
    return rows, [part.start for part in parts]


def _kind(view: View, part: Window) -> str:
    """The window that the middle of a month or year lies in."""
    middle = part.start + timedelta(days=part.days // 2)
    if view.pair.current.start <= middle <= view.pair.current.end:
        return "test"
    return "baseline" if any(each.start <= middle <= each.end for each in view.pair.baseline) else "other"
