"""Reads ``data/story/*.toml`` into typed objects; a broken file fails with its name, the line and the reason."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from typing import Any, Literal, get_args

from lib.analysis.windows import Window
from lib.story.model import (
    SPOKEN_OF,
    Caveat,
    Claim,
    ClaimKind,
    DataChange,
    Event,
    EventId,
    Lane,
    Measure,
    Method,
    NamedWindow,
    Obtained,
    Published,
    Records,
    SetApart,
    Story,
    Study,
    Unit,
)
from lib.story.story_files import Entry, StoryFileError, entries, keyed, read


@cache
def load_story() -> Story:
    """Read and check all of ``data/story``. Raises StoryFileError or DataError."""
    measures = _all_measures()
    caveats = keyed("caveats.toml", "caveat", _caveat)
    return Story(
        claims=_claims(measures, caveats),
        caveats=caveats,
        events=_events(),
        published=_all_published(measures),
        measures=measures,
        methods=keyed("methods.toml", "method", _method),
        apart=keyed("donors.toml", "city", _set_apart),
        studies=keyed("studies.toml", "study", _study),
        changes=_changes(),
        contact=next((address for _, address in read("contact.toml", "contact", _contact)), None),
    )


def _events() -> tuple[Event, ...]:
    found: dict[str, Event] = {}
    last = date.min
    for entry, event in read("timeline.toml", "event", _event):
        if event.date < last:
            raise entry.fail("events must stand in the order of their dates.")
        if event.id in found:
            raise entry.fail(f"there are two events {event.id!r}.")
        found[event.id], last = event, event.date
    if lacking := [name for name in get_args(EventId) if name not in found]:
        raise StoryFileError(f"timeline.toml: the story speaks of {', '.join(lacking)}, which no event has as its id.")
    return tuple(found.values())


def _all_measures() -> dict[str, Measure]:
    found = keyed("measures.toml", "measure", _measure)
    for measure in found.values():
        if measure.daily is not None and measure.daily not in found:
            raise StoryFileError(f"measures.toml, {measure.id}: there is no measure {measure.daily!r}.")
    return found


def _measure(entry: Entry) -> Measure:
    return Measure(
        id=entry.need("id", str),
        label=entry.need("label", str),
        records=entry.choice("records", Records) or _missing(entry, "records"),
        unit=entry.need("unit", str),
        categories=entry.texts("categories") or _missing(entry, "categories"),
        option=entry.get("option", str),
        usual=entry.pair() if entry.get("current", str) else None,
        daily=entry.get("daily", str),
    )


def _caveat(entry: Entry) -> Caveat:
    return Caveat(entry.need("id", str), entry.need("short", str), entry.need("text", str), entry.sources())


def _event(entry: Entry) -> Event:
    start, end = entry.need("date", date), entry.get("end", date)
    if end is not None and end < start:
        raise entry.fail("it ends before it begins.")
    return Event(
        id=entry.need("id", str),
        date=start,
        end=end,
        lane=entry.choice("lane", Lane) or _missing(entry, "lane"),
        label=entry.need("label", str),
        text=entry.need("text", str),
        mark=entry.get("mark", bool) or False,
        sources=entry.addresses("sources"),
    )


def _claims(measures: dict[str, Measure], caveats: dict[str, Caveat]) -> dict[str, Claim]:
    found = keyed("claims.toml", "claim", lambda e: _claim(e, measures, caveats))
    for name, spoken_of in SPOKEN_OF.items():
        if name not in found:
            raise StoryFileError(f"claims.toml: the story speaks of {name}, which no claim has as its id.")
        known = [window.id for window in found[name].windows]
        if lacking := [window for window in spoken_of if window not in known]:
            raise StoryFileError(f"claims.toml, {name}: the story speaks of its window {lacking[0]}, which it lacks.")
    return found


def _claim(entry: Entry, measures: dict[str, Measure], caveats: dict[str, Caveat]) -> Claim:
    claim = Claim(
        id=entry.need("id", str),
        title=entry.need("title", str),
        kind=entry.choice("kind", ClaimKind) or _missing(entry, "kind"),
        speaker=entry.need("speaker", str),
        paraphrase=entry.need("paraphrase", str),
        quote=entry.get("quote", str),
        claimed=entry.number("claimed"),
        measure=entry.get("measure", str),
        records=entry.choice("records", Records),
        chapter=entry.get("chapter", str),
        figure=entry.get("figure", str),
        why_not=entry.get("why_not", str),
        would_take=entry.get("would_take", str),
        windows=tuple(entries(entry, "window", _named_window)),
        caveats=entry.texts("caveats"),
        sources=entry.needed_sources(),
    )
    for measure in claim.measures():
        if measure not in measures:
            raise entry.fail(f"there is no measure {measure!r} in measures.toml.")
    for caveat in claim.caveats:
        if caveat not in caveats:
            raise entry.fail(f"there is no caveat {caveat!r} in caveats.toml.")
    if claim.measure and not claim.windows:
        raise entry.fail("a claim with a measure needs at least one window.")
    if claim.records is None and not (claim.why_not and claim.would_take):
        raise entry.fail("a claim that no records here can test needs why_not and would_take.")
    if len({w.id for w in claim.windows}) < len(claim.windows):
        raise entry.fail("two windows have the same id.")
    return claim


def _named_window(entry: Entry) -> NamedWindow:
    return NamedWindow(
        id=entry.need("id", str),
        label=entry.need("label", str),
        pair=entry.pair(),
        note=entry.need("note", str),
        claimed=entry.number("claimed"),
        speaker=entry.get("speaker", str),
        measure=entry.get("measure", str),
        context=entry.get("context", bool) or False,
    )


def _all_published(measures: dict[str, Measure]) -> dict[str, Published]:
    """Every published figure; fails where two of one series are about the same day, which would count twice."""
    taken: dict[str, list[Window]] = {}

    def make(entry: Entry) -> Published:
        figure = _published(entry, measures)
        if figure.series is not None and figure.period is not None:
            others = taken.setdefault(figure.series, [])
            if any(o.start <= figure.period.end and figure.period.start <= o.end for o in others):
                raise entry.fail(f"another figure of {figure.series} is about some of these days as well.")
            others.append(figure.period)
        return figure

    return keyed("published.toml", "figure", make)


def _published(entry: Entry, measures: dict[str, Measure]) -> Published:
    measure = entry.get("measure", str)
    if measure is not None and measure not in measures:
        raise entry.fail(f"there is no measure {measure!r} in measures.toml.")
    value = entry.number("value")
    figure = Published(
        id=entry.need("id", str),
        what=entry.need("what", str),
        value=value if value is not None else _missing(entry, "value"),
        unit=entry.choice("unit", Unit) or _missing(entry, "unit"),
        by=entry.need("by", str),
        address=entry.address("address"),
        measure=measure,
        pair=entry.pair() if entry.get("current", str) else None,
        kind=entry.choice("kind", Obtained) or "exact",
        error=entry.number("error"),
        period=entry.period(),
        series=entry.get("series", str),
        note=entry.get("note", str),
    )
    if (figure.error is None) != (figure.kind == "exact"):
        raise entry.fail("a figure needs an error where it is not exact, and only there.")
    if figure.error is not None and not 0 < figure.error < 1:
        raise entry.fail(f"error must be a fraction of the value, not {figure.error:g}.")
    if figure.period is not None and figure.pair is not None:
        raise entry.fail("give start and end, or current and baseline, not both.")
    if figure.series is not None and figure.period is None:
        raise entry.fail("a figure of a series needs start and end.")
    return figure


def _method(entry: Entry) -> Method:
    return Method(
        id=entry.need("id", str),
        name=entry.need("name", str),
        text=entry.need("text", str),
        formula=entry.get("formula", str),
        check=entry.need("check", str),
        limits=entry.need("limits", str),
        sources=entry.needed_sources(),
    )


def _set_apart(entry: Entry) -> SetApart:
    return SetApart(
        id=entry.need("id", str),
        why=entry.choice("why", Literal["policy", "revised"]) or _missing(entry, "why"),
        what=entry.need("what", str),
        sources=entry.needed_sources(),
    )


def _study(entry: Entry) -> Study:
    return Study(
        id=entry.need("id", str),
        place=entry.need("place", str),
        here=entry.get("here", bool) or False,
        found=entry.need("found", str),
        limit=entry.need("limit", str),
        sources=entry.needed_sources(),
    )


def _changes() -> tuple[DataChange, ...]:
    found: list[DataChange] = []
    for entry, change in read("changes.toml", "change", _change):
        if found and change.date > found[-1].date:
            raise entry.fail("changes must stand with the newest first.")
        found.append(change)
    return tuple(found)


def _change(entry: Entry) -> DataChange:
    return DataChange(
        date=entry.need("date", date),
        what=entry.need("what", str),
        why=entry.need("why", str),
        version=entry.get("version", str),
    )


def _contact(entry: Entry) -> str | None:
    address = entry.get("address", str)
    if address and not re.fullmatch(r"(?:https?://|mailto:)\S+", address):
        raise entry.fail(f"address {address!r} is neither of the web nor of mail.")
    return address or None


def _missing(entry: Entry, field: str) -> Any:
    raise entry.fail(f"{field} is missing.")
