"""Sentences about the day on which a measure turned, and what happened about then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lib.analysis.change_point import NoTurning, Turning
from lib.analysis.windows import Window, say_date
from lib.story import finding_words, words
from lib.story.model import Event, Measure


def days_text(found: Turning) -> str:
    """The days that can't be told from the best one: ``March 15 to 18 or March 21``, ``April 12 or later``."""
    if found.spans == (found.tried,):
        return "any day that was tried"
    return " or ".join(_span_text(span, found.tried) for span in found.spans)


def _span_text(span: Window, tried: Window) -> str:
    start, end = say_date(span.start, year=False), say_date(span.end, year=False)
    if span.start == tried.start:
        return f"{end} or earlier"
    if span.end == tried.end:
        return f"{start} or later"
    if span.days == 1:
        return start
    return f"{start} to {span.end.day if span.start.month == span.end.month else end}"


def days_title(found: Sequence[Turning | NoTurning], policy: Event, others: Sequence[Event]) -> str:
    """For how many counts the policy's day can't be ruled out, and for how many of these no other date can either."""
    turned = [each for each in found if isinstance(each, Turning)]
    day = say_date(policy.date, year=False)
    if not turned:
        return f"No count turned in spring {policy.date.year} on a day we can name"
    allowed = [each for each in turned if each.allows(policy.date)]
    if not allowed:
        return f"Of {words.number_word(len(turned))} counts, not one can have turned on {day}, the policy’s day"
    shared = [each for each in allowed if any(each.allows(event.date) for event in others)]
    number = words.number_word(len(allowed))
    said = f"{day} fits as the turning point for {number} of {words.number_word(len(turned))} counts"
    if not shared:
        return f"{said}; no pandemic date does"
    if len(shared) == len(allowed):
        return f"{said}; so does a pandemic date for each of them"
    return f"{said}; for {words.number_word(len(shared))} of those, so does a pandemic date"


def days_sentence(found: Sequence[tuple[Measure, Turning | NoTurning]], policy: Event, others: Sequence[Event]) -> str:
    """The days of each count, which of the dates the policy's can't be told from, and what names no day."""
    told = [(measure, each) for measure, each in found if isinstance(each, Turning)]
    chance = [measure.label for measure, each in found if isinstance(each, NoTurning) and each.by_chance]
    silent = [measure.label for measure, each in found if isinstance(each, NoTurning) and not each.by_chance]
    days = [f"{measure.label} {days_text(each)}" for measure, each in told]
    said = [f"{days_title([each for _, each in found], policy, others)}."]
    if days:
        said.append(f"Possible turning days (95% sure): {'; '.join(days)}.")
    if chance:
        said.append(f"There is no step beyond chance in {words.listed(chance)}.")
    if silent:
        said.append(f"We can’t name a day for {words.listed(silent)}.")
    return " ".join(said)


def turning_sentence(measure: Measure, found: Turning | NoTurning, events: Sequence[Event]) -> str:
    """The turning day, the days that can't be told from it, and which events lie before, among and after them."""
    about = finding_words.subject(measure)
    if isinstance(found, NoTurning):
        return f"{about}: we can’t name a turning day. {found.why}"
    step = "rose from none" if found.change is None else words.verb(found.change)
    low, high = found.low or date.min, found.high or date.max
    sides = (
        ("Before them", [event for event in events if event.date < low]),
        ("Among them", [event for event in events if found.allows(event.date)]),
        ("In a gap between them", [e for e in events if low <= e.date <= high and not found.allows(e.date)]),
        ("After them", [event for event in events if event.date > high]),
    )
    said = [f"{about} {step} from {say_date(found.day)} on: that step fits best.", f"{words.capital(_as_well(found))}."]
    for where, some in sides:
        if some:
            said.append(f"{where}: {words.listed([_dated(event) for event in some])}.")
    return " ".join(said)


def _as_well(found: Turning) -> str:
    """Which days can't be told from the best one."""
    if found.spans == (Window(found.day, found.day),):
        return "no other day that was tried fits as well"
    return f"the days that fit about as well: {days_text(found)}"


def _dated(event: Event) -> str:
    return f"{say_date(event.date, year=False)} ({event.label})"
