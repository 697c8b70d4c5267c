"""Reads a file under ``data/story`` entry by entry and field by field; what is wrong is told with its line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar, get_args

from lib.analysis.windows import Window, WindowError, WindowPair, parse_pair
from lib.errors import StoryError
from lib.story.model import Source
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

    def needed_sources(self) -> tuple[Source, ...]:
        """The same; fails where there is none."""
        found = self.sources()
        if not found:
            raise self.fail("needs at least one source.")
        return found

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


def keyed(file: str, table: str, make: Callable[[Entry], T]) -> dict[str, T]:
    """What ``make`` makes of each entry, by its id. Raises StoryFileError."""
    found: dict[str, T] = {}
    for entry, item in read(file, table, make):
        key = entry.need("id", str)
        if key in found:
            raise entry.fail(f"another entry is called {key!r} as well.")
        found[key] = item
    return found


def read(file: str, table: str, make: Callable[[Entry], T]) -> Iterator[tuple[Entry, T]]:
    """Each entry of a file whose entries are all called ``table``, and what ``make`` makes of it. Raises StoryFileError
    and DataError.
    """
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


def entries(parent: Entry, field: str, make: Callable[[Entry], T]) -> Iterator[T]:
    """What ``make`` makes of the entries inside an entry. Raises StoryFileError."""
    for fields in parent.get(field, list) or []:
        if not isinstance(fields, dict):
            raise parent.fail(f"{field} must hold [[claim.{field}]] entries, not {fields!r}.")
        entry = Entry(parent._file, parent._line, fields)
        made = make(entry)
        entry.done()
        yield made
