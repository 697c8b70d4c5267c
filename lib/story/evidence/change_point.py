"""The day on which a measure turned, set against what happened in the same weeks."""

from __future__ import annotations

from functools import lru_cache

from lib.analysis.change_point import SPRING_2020, NoTurning, Turning, turning_day
from lib.analysis.windows import Window
from lib.story.load import load_story
from lib.story.model import Event, Measure
from lib.story.records import NotLoadedError, Records
from lib.story.records_in_use import open_records


def turning_of(measure: Measure, tried: Window = SPRING_2020) -> Turning | NoTurning:
    """The turning day of a measure in the whole city. Raises NotLoadedError where its records are not here."""
    records = open_records()
    if not records.has(measure.records):
        raise NotLoadedError(records.lacks(measure.records))
    return _turning(records, measure, tried)


@lru_cache(maxsize=256)
def _turning(records: Records, measure: Measure, tried: Window) -> Turning | NoTurning:
    return turning_day(records.line(measure), tried)


def events_in(tried: Window) -> tuple[Event, ...]:
    """What the timeline says of the days tried."""
    return tuple(event for event in load_story().events if tried.start <= event.date <= tried.end)
