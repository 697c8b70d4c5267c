"""Reading input files so that whatever is wrong with one can be said with its line and column."""

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from lib.errors import StoryError


class SourceError(StoryError):
    """An input file is missing, damaged, or not what it should be."""


@dataclass(frozen=True)
class RawFile:
    """One input: its name under the input folder, and the hash and size of the file as it lies there."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class RawText(RawFile):
    """An input of text, with what it says."""

    text: str


@dataclass(frozen=True)
class LeftOut:
    """Rows or values of an input that didn't go into the result, and why."""

    what: str
    why: str
    rows: int


def read_bytes(raw: Path, file: str) -> tuple[RawFile, bytes]:
    """What is in ``raw/file``, unpacked if its name ends in ``.gz``. Raises SourceError."""
    path = raw / file
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"The input file {file} isn't in {raw}.") from None
    except OSError as error:
        raise SourceError(f"The input file {path} can't be read: {error.strerror}.") from error
    try:
        plain = gzip.decompress(content) if file.endswith(".gz") else content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"The input file {file} is damaged: it can't be unpacked ({error}).") from error
    return RawFile(file, hashlib.sha256(content).hexdigest(), len(content)), plain


def read_file(raw: Path, file: str) -> RawText:
    """The text of ``raw/file``, unpacked if its name ends in ``.gz``. Raises SourceError."""
    source, plain = read_bytes(raw, file)
    try:
        text = plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"The input file {file} isn't UTF-8 text (byte {error.start}).") from error
    return RawText(source.file, source.sha256, source.bytes, text)


@dataclass(frozen=True)
class RawTable:
    """A CSV file as text: every value a string, one row a record, blank where the file is blank."""

    source: RawText
    frame: pd.DataFrame

    def error(self, row: int, column: str, why: str) -> SourceError:
        """The error for one value, by the line of the file on which its record ends."""
        return SourceError(f"{self.source.file}, line {self._line(row)}, column {column}: {why}.")

    def text(self, column: str) -> "pd.Series[str]":
        """One column as it stands, spaces at its ends removed."""
        return self.frame[column].str.strip()

    def days(self, column: str, pattern: str = "%Y-%m-%d", blank: bool = False) -> "pd.Series[pd.Timestamp]":
        """One column as datetime64[us] at midnight; with ``blank``, NaT where it is blank."""
        text = self.text(column)
        unique = pd.Index(text.unique())
        stamps = pd.to_datetime(unique, format=pattern, errors="coerce").as_unit("us")
        parsed = pd.Series(stamps, index=unique)
        bad = parsed.isna() & ~unique.isin([""] if blank else [])
        if pattern == "%Y-%m-%d":
            bad |= ~unique.str.fullmatch(r"(\d{4}-\d\d-\d\d)?")
        self._refuse(text, frozenset(unique[bad]), column, "isn't a date")
        return text.map(parsed.dt.normalize())

    def numbers(self, column: str, blanks: Collection[str] = ()) -> "pd.Series[float]":
        """One column as float64, NaN where it is one of ``blanks``."""
        text = self.text(column)
        unique = pd.Index(text.unique())
        parsed = pd.Series([_number(value) for value in unique], index=unique)
        self._refuse(text, frozenset(unique[parsed.isna()]) - frozenset(blanks), column, "isn't a number")
        return text.map(parsed)

    def counts(self, column: str, blanks: Collection[str] = ()) -> "pd.Series[int]":
        """One column as Int32, null where it is one of ``blanks``."""
        numbers = self.numbers(column, blanks)
        bad = numbers.notna() & ((numbers % 1 != 0) | (numbers.abs() >= 2**31))
        self._refuse(self.text(column), frozenset(self.text(column)[bad]), column, "isn't a whole number")
        return numbers.astype("Int32")

    def choice(self, column: str, choices: Collection[str]) -> "pd.Series[str]":
        """One column whose every value must be one of ``choices``."""
        text = self.text(column)
        self._refuse(text, frozenset(text.unique()) - frozenset(choices), column, "is not a known value")
        return text

    def unique(self, keys: list[str]) -> None:
        """Refuses a table that says two things of one key."""
        again = self.frame.duplicated(keys).to_numpy()
        if again.any():
            row = int(np.argmax(again))
            said = ", ".join(self.frame[keys].iloc[row])
            raise self.error(row, keys[-1], f"there is already a row for {said}")

    def _refuse(self, text: "pd.Series[str]", bad: frozenset[str], column: str, why: str) -> None:
        if bad:
            row = int(np.argmax(text.isin(bad).to_numpy()))
            raise self.error(row, column, f"{text.iloc[row]!r} {why}")

    def _line(self, row: int) -> int:
        reader = csv.reader(io.StringIO(self.source.text))
        records = (reader.line_num for record in reader if record)
        for number, line in enumerate(records, start=-1):
            if number == row:
                return line
        raise AssertionError("the row is in the file it was read from")


def read_table(raw: Path, file: str, columns: Collection[str]) -> RawTable:
    """The named columns of a CSV file, as text. Raises SourceError naming the file, line or column."""
    source = read_file(raw, file)
    reader = csv.reader(io.StringIO(source.text), strict=True)
    try:
        header = next(reader, [])
        missing = [column for column in columns if column not in header]
        if missing:
            raise SourceError(f"The input file {file} lacks the column {missing[0]}.")
        for record in reader:
            if record and len(record) != len(header):
                what = f"{len(record)} values where the first line names {len(header)} columns"
                raise SourceError(f"{file}, line {reader.line_num}: {what}.")
    except csv.Error as error:
        raise SourceError(f"{file}, line {reader.line_num}: {error}.") from error
    frame = pd.read_csv(io.StringIO(source.text), dtype=str, na_filter=False, index_col=False)
    if frame.empty:
        raise SourceError(f"The input file {file} has no rows.")
    return RawTable(source, frame)


_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")


def _number(text: str) -> float:
    return float(text) if _NUMBER.fullmatch(text) else float("nan")
