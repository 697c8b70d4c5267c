"""Reads ``data/story/*.toml`` into typed objects; a broken file fails with its name, the line and the reason."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, TypeVar, get_args

from lib.analysis.windows import Window, WindowError, WindowPair, parse_pair
from lib.errors import StoryError
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
    Source,
    Story,
    Study,
    Unit,
)
from lib.tables.folder import story_text

T = TypeVar("T")


class StoryFileError(StoryError):
    """A file under ``data/story`` is broken; the message names the file, the line and the reason."""


class Entry:
    """One table of a TOML file, read field by field; every field must be asked for, or it is unknown."""

    def __init__(self, file: str, line: int, fields: dict[str, Any]) -> None:
        self._file, self._line, self._fields, self._asked = file, line, fields, set[str]()

    def fail(self, why: str) -> StoryFileError:
        """The error to raise for this entry."""
        name = self._fields.get("id") or self._fields.get("label") or "entry"
        return StoryFileError(f"{self._file}, line {self._line}, {name}: {why}")

    def get(self, field: str, kind: type[T] | tuple[type[T], ...]) -> T | None:
        """The field, or None where it is absent; fails where it has another type."""
        self._asked.add(field)
        value = self._fields.get(field)
        if value is None:
            return None
        wrong = isinstance(value, bool) and kind is not bool  # a bool is an int to Python, not to a reader
        wrong |= isinstance(value, datetime) or (isinstance(value, float) and not math.isfinite(value))
        if wrong or not isinstance(value, kind):
            raise self.fail(f"{field} can't be {value!r}.")
        return value

    def need(self, field: str, kind: type[T] | tuple[type[T], ...]) -> T:
        """The field; fails where it is absent or empty."""
        value = self.get(field, kind)
        if value is None or value == "":
            raise self.fail(f"{field} is missing.")
        return value

    def number(self, field: str) -> float | None:
        """The field as a float, or None."""
        value = self.get(field, (int, float))
        return None if value is None else float(value)

    def choice(self, field: str, choices: Any) -> Any:
        """The field, which must be one of a Literal's values, or None where it is absent."""
        value = self.get(field, str)
        if value is not None and value not in get_args(choices):
            raise self.fail(f"{field} must be one of {', '.join(get_args(choices))}, not {value!r}.")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of strings; empty where the field is absent."""
        values = self.get(field, list) or []
        if not all(isinstance(v, str) and v for v in values):
            raise self.fail(f"{field} must be a list of texts.")
        return tuple(values)

    def sources(self) -> tuple[Source, ...]:
        """The field ``sources``: a list of {name, address}."""
        found = []
        for item in self.get("sources", list) or []:
            if not isinstance(item, dict) or set(item) != {"name", "address"} or not isinstance(item["name"], str):
                raise self.fail("each source has a name and an address, both texts, nothing else.")
            found.append(Source(item["name"], self._address(item["address"])))
        return tuple(found)

    def addresses(self, field: str) -> tuple[str, ...]:
        """A list of web addresses."""
        return tuple(self._address(text) for text in self.texts(field))

    def pair(self) -> WindowPair:
        """The fields ``current`` and ``baseline``."""
        try:
            return parse_pair(self.need("current", str), self.texts("baseline"))
        except WindowError as error:
            raise self.fail(str(error)) from None

    def period(self) -> Window | None:
        """The fields ``start`` and ``end``, both or neither."""
        start, end = self.get("start", date), self.get("end", date)
        if start is None and end is None:
            return None
        if start is None or end is None:
            raise self.fail(f"{'start' if start is None else 'end'} is missing.")
        try:
            return Window(start, end)
        except WindowError as error:
            raise self.fail(str(error)) from None

    def address(self, field: str) -> str:
        """One web address."""
        return self._address(self.need(field, str))

    def done(self) -> None:
        """Fail where the file has a field that nothing reads: a misspelled name must not pass silently."""
        unknown = sorted(set(self._fields) - self._asked)
        if unknown:
            raise self.fail(f"unknown field {', '.join(unknown)}.")

    def _address(self, text: object) -> str:
        if not isinstance(text, str) or not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", text):
            raise self.fail(f"{text!r} is not a web address.")
        return text


@cache
def load_story() -> Story:
    """Read and check all of ``data/story``. Raises StoryFileError or DataError."""
    measures = _all_measures()
    caveats = _keyed("caveats.toml", "caveat", _caveat)
    return Story(
        claims=_claims(measures, caveats),
        caveats=caveats,
        events=_events(),
        published=_all_published(measures),
        measures=measures,
        methods=_keyed("methods.toml", "method", _method),
        apart=_keyed("donors.toml", "city", _set_apart),
        studies=_keyed("studies.toml", "study", _study),
        changes=_changes(),
        contact=next((address for _, address in _read("contact.toml", "contact", _contact)), None),
    )


def _events() -> tuple[Event, ...]:
    found: dict[str, Event] = {}
    last = date.min
    for entry, event in _read("timeline.toml", "event", _event):
        if event.date < last:
            raise entry.fail("events must stand in the order of their dates.")
        if event.id in found:
            raise entry.fail(f"there are two events {event.id!r}.")
        found[event.id], last = event, event.date
    if lacking := [name for name in get_args(EventId) if name not in found]:
        raise StoryFileError(f"timeline.toml: the story speaks of {', '.join(lacking)}, which no event has as its id.")
    return tuple(found.values())


def _all_measures() -> dict[str, Measure]:
    found = _keyed("measures.toml", "measure", _measure)
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
    found = _keyed("claims.toml", "claim", lambda e: _claim(e, measures, caveats))
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
        windows=tuple(_entries(entry, "window", _named_window)),
        caveats=entry.texts("caveats"),
        sources=entry.sources(),
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
    if not claim.sources:
        raise entry.fail("a claim needs at least one source.")
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

    return _keyed("published.toml", "figure", make)


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
    method = Method(
        id=entry.need("id", str),
        name=entry.need("name", str),
        text=entry.need("text", str),
        formula=entry.get("formula", str),
        check=entry.need("check", str),
        limits=entry.need("limits", str),
        sources=entry.sources(),
    )
    if not method.sources:
        raise entry.fail("a method needs at least one source.")
    return method


def _set_apart(entry: Entry) -> SetApart:
    city = SetApart(
        id=entry.need("id", str),
        why=entry.choice("why", Literal["policy", "revised"]) or _missing(entry, "why"),
        what=entry.need("what", str),
        sources=entry.sources(),
    )
    if not city.sources:
        raise entry.fail("a city that is set apart needs at least one source.")
    return city


def _study(entry: Entry) -> Study:
    study = Study(
        id=entry.need("id", str),
        place=entry.need("place", str),
        here=entry.get("here", bool) or False,
        found=entry.need("found", str),
        limit=entry.need("limit", str),
        sources=entry.sources(),
    )
    if not study.sources:
        raise entry.fail("a study needs at least one source.")
    return study


def _changes() -> tuple[DataChange, ...]:
    found: list[DataChange] = []
    for entry, change in _read("changes.toml", "change", _change):
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


def _keyed(file: str, table: str, make: Callable[[Entry], T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for entry, item in _read(file, table, make):
        key = entry.need("id", str)
        if key in found:
            raise entry.fail(f"another entry is called {key!r} as well.")
        found[key] = item
    return found


def _read(file: str, table: str, make: Callable[[Entry], T]) -> Iterator[tuple[Entry, T]]:
    path, text = story_text(file)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StoryFileError(f"{path.name}: {error}.") from None
    unknown = sorted(set(content) - {table})
    listed = content.get(table)
    if unknown or not isinstance(listed, list) or not all(isinstance(fields, dict) for fields in listed):
        raise StoryFileError(f"{path.name}: expected only [[{table}]] entries, found {', '.join(unknown) or 'others'}.")
    heading = re.compile(rf"\s*\[\[\s*{table}\s*\]\]")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if heading.match(line)]
    if len(lines) != len(listed):  # written in one line, as TOML allows
        lines = [1] * len(listed)
    for line, fields in zip(lines, listed, strict=True):
        entry = Entry(path.name, line, fields)
        made = make(entry)
        entry.done()
        yield entry, made


def _entries(parent: Entry, field: str, make: Callable[[Entry], T]) -> Iterator[T]:
    for fields in parent.get(field, list) or []:
        if not isinstance(fields, dict):
            raise parent.fail(f"{field} must hold [[claim.{field}]] entries, not {fields!r}.")
        entry = Entry(parent._file, parent._line, fields)
        made = make(entry)
        entry.done()
        yield made
