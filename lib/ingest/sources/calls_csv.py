"""911 records from the CSV files of the city's portal: plain, gzipped or zipped, of any size, in bounded memory.

The reader is the standard library's, in its strict mode: it takes a quotation mark inside a plain value for a letter,
takes every kind of line end, and refuses a value that goes on behind its closing mark or is never closed.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lib.ingest.sources.call_rows import BATCH, CallFields, find_fields, visible
from lib.ingest.sources.call_times import DAY_MS, NO_NUMBER, american_moments, call_numbers, moments, number_days
from lib.ingest.sources.packed import opened
from lib.ingest.sources.raw import SourceError
from lib.tables.manifest import Input

if TYPE_CHECKING:
    from _csv import Reader

AT_ONCE = 50_000
"""So many rows make a batch."""

LINE = 1 << 22
"""No line may have more letters; what has is no table."""

DELIMITERS = ",;\t|"

_TOTALS = re.compile(r"\W*((grand |sub ?)?totals?|sum|count|rows?|records?|\d+ (rows?|records?))\b", re.IGNORECASE)


def read_csv(path: Path, tell: Callable[[str], None] = lambda _: None) -> Iterator[pa.Table]:
    """A file's rows as batches, in its order; a row's id is its number, the first below the header being 1.

    Header names are taken in any letter case; values are parted by what parts the header's names, of ``DELIMITERS``.
    ``tell`` gets a sentence on each kind of line that is no row and was left out: the header again, totals. Raises
    SourceError, by the row where it is known, for a file that isn't text, can't be read, is cut or damaged, isn't
    UTF-8, lacks a field, or has a row of the wrong length, a date that isn't one, or a value that seems to have
    swallowed other rows.
    """
    with opened(path, tell) as file:
        yield from _Rows(path.name, file).batches(tell)


def input_of(path: Path) -> Input:
    """The file's name, hash and size. Raises SourceError."""
    try:
        with path.open("rb") as file:
            return Input(visible(path.name), hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
    except OSError as error:
        raise SourceError(f"The file {path} can't be read: {error.strerror}.") from error


@dataclass
class _Rows:
    """The rows of one open file."""

    name: str
    file: TextIO
    header: list[str] = field(default_factory=list)
    doubled: list[tuple[str, list[int]]] = field(default_factory=list)
    delimiter: str = ","
    headers_again: int = 0
    totals: list[str] = field(default_factory=list)
    iso: tuple[int, str] | None = None
    american: tuple[int, str] | None = None
    told: int = 0
    agreed: int = 0

    def batches(self, tell: Callable[[str], None]) -> Iterator[pa.Table]:
        reader = self._reader()
        fields = find_fields(dict.fromkeys(self.header, ""), self.name)
        self.doubled = [(name, same) for name in fields.names if len(same := self._columns(name)) > 1]
        before = read = 0
        while came := self._next(reader, before):
            rows = self._whole(came, before, self.header.index(fields.number))
            if rows:
                self._same_twice(rows, before)
                batch = self._batch(rows, before, fields)
                read += batch.num_rows
                yield batch
            before += len(rows)
        if not read:
            raise SourceError(f"{self.name} has no rows.")
        if self.headers_again:
            lines = "line that repeats" if self.headers_again == 1 else "lines that repeat"
            tell(f"{self.name}: left out {self.headers_again:,} {lines} the header.")
        for text in self.totals:
            tell(f"{self.name}: left out a line of totals, {text!r}.")
        for name, same in self.doubled:
            tell(f"{self.name} has {len(same)} columns {name}, which hold the same; the first was read.")
        if self.american:
            tell(f"{self.name}: dates were read as month/day/year, such as {self.american[1]!r}.")

    def _columns(self, name: str) -> list[int]:
        return [at for at, other in enumerate(self.header) if other.lower() == name.lower()]

    def _lines(self) -> Iterator[str]:
        while line := self.file.readline(LINE):
            if len(line) == LINE:
                raise SourceError(f"{self.name} has a line of more than {LINE:,} letters; that is no table.")
            if '\\"' in line and self.header:
                self._check_backslash(line)
            yield line

    def _check_backslash(self, line: str) -> None:
        """Raises SourceError for a line that says something else where a backslash keeps a mark from being one."""
        plain, escaped = (self._alone(line, escape) for escape in (None, "\\"))
        if escaped is None or plain == escaped:
            return
        if plain is None or len(plain) != len(escaped) or any(map(_differ, plain, escaped)):
            raise SourceError(
                f"{self.name}: a line can be read in two ways, for it has a backslash before a quotation mark: "
                f"{visible(line)[:80]!r}. Write marks inside a value twice."
            )

    def _alone(self, line: str, escape: str | None) -> list[str] | None:
        """The values of a line that is a row by itself, else None."""
        try:
            rows = list(csv.reader([line], delimiter=self.delimiter, escapechar=escape, strict=True))
        except csv.Error:
            return None
        return rows[0] if rows and len(rows[0]) == len(self.header) else None

    def _reader(self) -> "Reader":
        """A reader that stands below the header, which it takes in; blank lines before it are passed over."""
        lines = self._lines()
        first = next((text for line in lines if (text := line.lstrip("\ufeff")).strip()), "")
        self.delimiter = max(DELIMITERS, key=first.count)
        reader = csv.reader(chain([first] if first else [], lines), delimiter=self.delimiter, strict=True)
        try:
            names = next(reader, [])
        except csv.Error as error:
            raise SourceError(f"{self.name}: the header can't be read ({_why(error)}).") from error
        if not all(map(_encodes, names)):
            raise SourceError(f"{self.name}: the header isn't UTF-8 text.")
        self.header = [" ".join(name.replace("\ufeff", "").split()) for name in names]
        return reader

    def _next(self, reader: "Reader", before: int) -> list[list[str]]:
        """The next rows; blank lines are none."""
        rows: list[list[str]] = []
        lines = reader.line_num
        try:
            # What came before a fault stays in the list.
            rows.extend(islice(reader, AT_ONCE))
        except csv.Error as error:
            self._check(rows, before, reader.line_num - lines)
            raise SourceError(f"{self.name}, row {before + len(rows) + 1:,}: {_why(error)}.") from error
        self._check(rows, before, reader.line_num - lines)
        return rows

    def _check(self, rows: Sequence[list[str]], before: int, lines: int) -> None:
        """Raises SourceError for a row over several lines of which more than one could be a row by itself."""
        if lines == len(rows):
            return
        for place, row in enumerate(rows):
            # Of values on one line, what parts values is inside their marks.
            parts = re.split(r"\r\n|\r|\n", "\0".join(value if re.search(r"[\r\n]", value) else "" for value in row))
            if len(parts) > 1 and sum(self._could_be_row(part) for part in parts) > 1:
                raise SourceError(
                    f"{self.name}, row {before + place + 1:,}: a value in quotation marks runs over {len(parts)} lines "
                    "that look like rows; a mark may be open that should not be."
                )

    def _could_be_row(self, part: str) -> bool:
        return part.count("\0") + part.count(self.delimiter) >= len(self.header) - 1

    def _whole(self, came: list[list[str]], before: int, number: int) -> list[list[str]]:
        """The rows that are not blank, all as long as the header. Raises SourceError by the row that isn't."""
        width = len(self.header)
        if all(length == width for length in map(len, came)):
            return came
        rows = [row for row in came if row]
        for place, row in enumerate(rows):
            if len(row) != width:
                if not self._is_total(row, number):
                    raise SourceError(
                        f"{self.name}, row {before + place + 1:,}: {len(row)} values where the header names "
                        f"{width} columns."
                    )
                rows[place] = [*row, *[""] * width][:width]
        return rows

    def _is_total(self, row: Sequence[str], number: int) -> bool:
        """Whether a row that isn't a call's is a line of totals."""
        first = next((value for value in row if value.strip()), "")
        if not _TOTALS.match(first):
            return False
        numbered = call_numbers(pa.array(row[number : number + 1], pa.string()))
        return not (numbered != NO_NUMBER).any()

    def _same_twice(self, rows: Sequence[Sequence[str]], before: int) -> None:
        """Raises SourceError where columns of one name hold different values."""
        for name, same in self.doubled:
            for place, row in enumerate(rows):
                if any(row[at] != row[same[0]] for at in same[1:]):
                    raise SourceError(
                        f"{self.name} has {len(same)} columns {name}, which differ in row {before + place + 1:,}; "
                        "leave one of them."
                    )

    def _batch(self, rows: list[list[str]], before: int, fields: CallFields) -> pa.Table:
        places = np.arange(before + 1, before + 1 + len(rows))
        written = self._texts(rows, fields.at, places)
        at, bad = moments(written)
        if at.null_count:
            # A line that is no row has no date either: only those are looked at.
            again = [place for place in bad.tolist() if self._repeats_header(rows[place])]
            dateless = np.setdiff1d(np.flatnonzero(at.is_null().to_numpy(zero_copy_only=False)), np.array(again))
            number = self.header.index(fields.number)
            totals = [place for place in dateless.tolist() if self._is_total(rows[place], number)]
            if again or totals:
                self.headers_again += len(again)
                self.totals += [
                    visible(self.delimiter.join(rows[place]).strip(self.delimiter))[:60] for place in totals
                ]
                kept = np.setdiff1d(np.arange(len(rows)), np.array([*again, *totals]))
                rows, places = [rows[place] for place in kept.tolist()], places[kept]
                written = written.take(pa.array(kept))
                at, bad = moments(written)
        at = self._dated(written, at, bad, places, fields.at)
        number, description, area = (
            self._texts(rows, name, places) for name in (fields.number, fields.description, fields.area)
        )
        if self.american:
            self._confirm(at, number, fields.at)
        columns = [pa.array(places), pc.if_else(pc.equal(number, ""), None, number), at, description, area]
        return pa.Table.from_arrays([columns[0], columns[1], columns[2], columns[3], columns[4]], schema=BATCH)

    def _texts(self, rows: Sequence[Sequence[str]], name: str, places: NDArray[np.int64]) -> pa.Array:
        """One column. Raises SourceError by the row whose bytes aren't UTF-8."""
        column = self.header.index(name)
        values = [row[column] for row in rows]
        try:
            return pa.array(values, pa.string())
        except UnicodeEncodeError as error:
            wrong = next(place for place, value in enumerate(values) if not _encodes(value))
            raise SourceError(f"{self.name}, row {places[wrong]:,}: {name} isn't UTF-8 text.") from error

    def _dated(
        self, written: pa.Array, at: pa.Array, bad: NDArray[np.int64], places: NDArray[np.int64], name: str
    ) -> pa.Array:
        """The dates with those of the ``bad`` ones that are in the American style, which all of a file must be in."""
        dated = np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False))
        if self.iso is None and dated.size:
            self.iso = (int(places[dated[0]]), written[int(dated[0])].as_py())
        if not bad.size:
            return at
        read, wrong = american_moments(written.take(pa.array(bad)))
        if wrong.size:
            place = int(bad[wrong[0]])
            text = written[place].as_py()[:40]
            other = _readings(text)[1]
            hint = f", unless it is {other}, day before month; month before day is read" if other else ""
            raise SourceError(f"{self.name}, row {places[place]:,}: {name} is {text!r}, which isn't a date{hint}.")
        known = np.flatnonzero(read.is_valid().to_numpy(zero_copy_only=False))
        if self.american is None and known.size:
            self.american = (int(places[bad[known[0]]]), written[int(bad[known[0]])].as_py())
        if self.iso and self.american:
            month_first, day_first = _readings(self.american[1])
            either = f"{month_first}, or {day_first}" if day_first else month_first
            raise SourceError(
                f"{self.name} writes {name} in two ways: row {self.iso[0]:,} has {self.iso[1][:40]!r}, row "
                f"{self.american[0]:,} {self.american[1][:40]!r}, which may be {either}. Write all of them with the "
                "year first."
            )
        mask = np.zeros(len(at), dtype=bool)
        mask[bad] = True
        return pc.replace_with_mask(at, pa.array(mask), read)

    def _confirm(self, at: pa.Array, numbers: pa.Array, name: str) -> None:
        """Raises SourceError where most call numbers are of another day than dates read month before day."""
        keys = call_numbers(numbers)
        both = (keys != NO_NUMBER) & at.is_valid().to_numpy(zero_copy_only=False)
        days = at.fill_null(0).to_numpy(zero_copy_only=False)[both] // DAY_MS
        self.told += int(both.sum())
        self.agreed += int((np.abs(days - number_days(keys[both])) <= 1).sum())
        if self.told and 2 * self.agreed < self.told and self.american:
            month_first, day_first = _readings(self.american[1])
            raise SourceError(
                f"{self.name}, row {self.american[0]:,}: {name} is {self.american[1][:40]!r}. That may be "
                f"{month_first}, or {day_first or 'no date'}, and most call numbers don't say the first. "
                "Write dates with the year first."
            )

    def _repeats_header(self, row: Sequence[str]) -> bool:
        return [" ".join(value.split()).lower() for value in row] == [name.lower() for name in self.header]


def _readings(text: str) -> tuple[str, str]:
    """The day that a text such as ``1/31/2020`` gives if the month comes first, and if the day does; "" for none."""
    found = re.match(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})\b", text)
    if not found:
        return "", ""
    one, two, year = map(int, found.groups())
    return _day(year, one, two), _day(year, two, one)


def _day(year: int, month: int, day: int) -> str:
    try:
        return f"{date(year, month, day):%B} {day}, {year}"
    except ValueError:
        return ""


def _differ(one: str, other: str) -> bool:
    return one.replace("\\", "").replace('"', "") != other.replace("\\", "").replace('"', "")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _why(error: csv.Error) -> str:
    """What the reader says, in words."""
    said = str(error)
    if "field larger" in said:
        return f"a value has more than {csv.field_size_limit():,} letters"
    if "unexpected end" in said:
        return "a quotation mark is never closed"
    if "expected after" in said:
        return "a value goes on behind its closing quotation mark"
    return f"it can't be read as CSV: {said}"
