"""The figures of when counts turned in spring 2020."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from lib.analysis.change_point import AROUND, BOUND, SPRING_2020, NoTurning, Turning
from lib.analysis.windows import Window, say_date, say_window
from lib.charts.days import KEY, days
from lib.charts.events import EVENT_ROW
from lib.charts.profile import KEY as PROFILE_KEY
from lib.charts.profile import profile
from lib.charts.theme import Frame
from lib.errors import ArgumentError
from lib.figures.common import frame, local, measure_of
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.evidence.change_point import events_in, turning_of
from lib.story.load import load_story
from lib.story.model import Event, Measure
from lib.story.records_in_use import open_records
from lib.story.sentences.change_point_words import days_sentence, days_text, days_title, turning_sentence
from lib.story.view import View

MEASURES = (
    "violent", "property", "homicide", "shooting", "aggravated-assault", "common-assault", "robbery", "robbery-street",
    "burglary", "larceny", "larceny-from-auto", "auto-theft", "covered-arrests", "drug-arrests", "other-arrests",
)  # fmt: skip
BEFORE = timedelta(days=10)  # room at the left for the first event's label on a phone
COLUMNS = ("measure", "day", "low", "high", "change", "dispersion", "why_not")


@figure("turning-days")
def turning_days(_: View, __: str | None) -> Drawing:
    """The day on which each of the main counts turned, and the days that can't be told from it."""
    measures = [load_story().measures[name] for name in MEASURES]
    found = [(measure, turning_of(measure)) for measure in measures]
    events = events_in(SPRING_2020)
    policy = load_story().event("charges-dropped")
    others = [event for event in events if event is not policy]
    said = days_sentence(found, policy, others)
    return Drawing(
        partial(days, number=len(found)),
        frame_of_both(
            days_title([turning for _, turning in found], policy, others),
            f"Day of the step in Baltimore’s daily counts, {say_window(SPRING_2020)}, with season and weekday as in "
            "earlier years",
            "turning-limits",
        ),
        {
            "rows": [_row(i, measure, turning) for i, (measure, turning) in enumerate(found)],
            "spans": [span for i, (_, turning) in enumerate(found) for span in _spans(i, turning)],
            "events": _events(events),
        },
        lambda: Table(COLUMNS, tuple(_cells(measure, turning) for measure, turning in found)),
        alt=f"Dots and bars on an axis of days. {said}",
        values={"first": local(SPRING_2020.start - BEFORE), "last": local(SPRING_2020.end), **KEY},
        sentence=said,
    )


@figure("turning-fit", "measure")
def turning_fit(view: View, _: str | None) -> Drawing:
    """Counts by day around March 2020, and how well a step on each day fits.

    Raises ArgumentError where no day can be named.
    """
    measure = measure_of(view)
    found, events = turning_of(measure), events_in(SPRING_2020)
    said = turning_sentence(measure, found, events)
    if isinstance(found, NoTurning):
        raise ArgumentError(said)
    first = _around(found).start
    change = "rose from none" if found.change is None else words.verb(found.change)
    return Drawing(
        profile,
        frame(
            f"{measure.title} {change} from {say_date(found.day, year=False)} on; as good a fit: {days_text(found)}",
            f"{measure.unit.capitalize()} in Baltimore by day, {say_window(_around(found))}",
            "turning-limits",
            measure.records,
        ),
        {
            "counts": [{"count": found.counted, "fitted": [round(mean, 2) for mean in found.fitted]}],
            "tried": [{"behind": [round(behind, 2) for behind in found.behind]}],
            "events": _events(events),
        },
        lambda: Table(("day", "count", "fitted", "behind", "in_set"), _days(found)),
        alt=f"Counts by day with a step, and the days on which a step fits about as well. {said}",
        values={
            "year0": first.year,
            "month0": first.month - 1,
            "day0": first.day,
            "skip": AROUND.days,
            "bound": round(BOUND, 3),
            **PROFILE_KEY,
        },
        sentence=said,
    )


def frame_of_both(title: str, subtitle: str, caveat: str) -> Frame:
    """The words inside a picture that shows crimes and arrests, with the sources of both."""
    records = open_records()
    sources = " ".join(f"{records.entry(kind).source}." for kind in ("crime", "arrests"))
    made = frame(title, subtitle, caveat, "crime")
    return replace(made, source=f"Sources: {sources} Data version {records.version}.")


def _row(i: int, measure: Measure, found: Turning | NoTurning) -> dict[str, Any]:
    """A row of the days chart."""
    if isinstance(found, NoTurning):
        short = "no step beyond chance" if found.by_chance else "no day we can name"
        return {"i": i, "label": f"{measure.title}: {short}", "tip": found.why}
    return {
        "i": i,
        "label": f"{measure.title}: {say_date(found.day, year=False)}",
        "tip": _tip(found),
        "day": local(found.day),
    }


def _spans(i: int, found: Turning | NoTurning) -> list[dict[str, Any]]:
    """The bars of a row: the runs of days that can't be told from the best one."""
    if isinstance(found, NoTurning):
        return []
    return [{"i": i, "tip": _tip(found), "low": local(span.start), "high": local(span.end)} for span in found.spans]


def _tip(found: Turning) -> str:
    return f"{say_date(found.day)}; just as likely: {days_text(found)}"


def _cells(measure: Measure, found: Turning | NoTurning) -> tuple[Cell, ...]:
    """A row under ``COLUMNS``."""
    if isinstance(found, NoTurning):
        return (measure.id, None, None, None, None, None, found.why)
    dates = (day.isoformat() if day else None for day in (found.day, found.low, found.high))
    change = None if found.change is None else round(found.change, 6)
    return (measure.id, *dates, change, round(found.phi, 4), None)


def _events(events: Sequence[Event]) -> list[dict[str, Any]]:
    """The events with their day and month; the latest stands highest, so that no line runs through a label."""
    return [
        {
            "date": local(event.date),
            "label": f"{event.date:%b} {event.date.day}  {event.label}",
            "y": 8 + i * EVENT_ROW,
            "lane": event.lane,
        }
        for i, event in enumerate(reversed(events))
    ]


def _around(found: Turning) -> Window:
    """All the days that the step was fitted to."""
    return Window(found.tried.start - AROUND, found.tried.end + AROUND)


def _days(found: Turning) -> tuple[tuple[Cell, ...], ...]:
    """Each day's count, what the step makes of it, and how far it falls behind as a turning day, where it was tried."""
    first, rows = _around(found).start, []
    for i, (count, fitted) in enumerate(zip(found.counted, found.fitted, strict=True)):
        day, at = first + timedelta(days=i), i - AROUND.days
        tried = 0 <= at < found.tried.days
        behind = round(found.behind[at], 4) if tried else None
        rows.append((day.isoformat(), count, round(fitted, 4), behind, int(found.allows(day)) if tried else None))
    return tuple(rows)
