"""The day on which a measure turned, set against what happened in the same weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lib.analysis.turning import SPRING_2020, NoTurning, Turning, turning_day
from lib.analysis.windows import Window, say_date, say_window
from lib.story import words
from lib.story.load import load_story
from lib.story.model import Event, Measure
from lib.story.records import NotLoadedError, open_records


def turning_of(measure: Measure, tried: Window = SPRING_2020) -> Turning | NoTurning:
    """The turning day of a measure in the whole city. Raises NotLoadedError where its records are not here."""
    records = open_records()
    if not records.has(measure.records):
        raise NotLoadedError(records.lacks(measure.records))
    return turning_day(records.line(measure), tried)


def events_in(tried: Window) -> tuple[Event, ...]:
    """What the timeline says of the days tried."""
    return tuple(event for event in load_story().events if tried.start <= event.date <= tried.end)


def turning_sentence(measure: Measure, found: Turning | NoTurning, events: Sequence[Event]) -> str:
    """The turning day, the days that can't be told from it, and which events lie before, among and after them."""
    about = words.subject(measure)
    if isinstance(found, NoTurning):
        return f"{about}: no turning day can be named. {found.why}"
    step = "rose from none" if found.change is None else words.verb(found.change)
    low, high = found.low or date.min, found.high or date.max
    sides = (
        ("before them", [event for event in events if event.date < low]),
        ("among them", [event for event in events if low <= event.date <= high]),
        ("after them", [event for event in events if event.date > high]),
    )
    said = [
        f"{about} {step} from {say_date(found.day)} on, the step that fits best",
        _as_well(found),
        *(f"{where} {words.listed([_dated(event) for event in some])}" for where, some in sides if some),
    ]
    return f"{'; '.join(said)}."


def _as_well(found: Turning) -> str:
    """Which days can't be told from the best one."""
    if found.low and found.high:
        if found.low == found.high:
            return "no other day that was tried fits as well"
        return f"the days that fit about as well lie from {say_window(Window(found.low, found.high))}"
    if found.low:
        return f"days from {say_date(found.low)} to the last one tried fit about as well"
    if found.high:
        return f"days from the first one tried to {say_date(found.high)} fit about as well"
    return "days from the first to the last one tried fit about as well"


def _dated(event: Event) -> str:
    return f"{say_date(event.date, year=False)} ({event.label})"
