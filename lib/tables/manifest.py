"""``manifest.json``: for each table what it holds, where it came from and what is wrong with it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from lib.tables.errors import DataError

FORMAT = 1

ALL = "all"
"""As a gap's category: every category of the table."""


@dataclass(frozen=True)
class Gap:
    """Days (both ends included) on which the records are not what they seem, for these categories.

    ``missing`` means the records are not there: a window that touches the gap can't be counted. Without
    it the gap is a note: the records are there and have something odd about them.
    """

    start: date
    end: date
    categories: tuple[str, ...]
    what: str
    missing: bool


@dataclass(frozen=True)
class Dropped:
    """Rows or values of the input that are not in the table."""

    what: str
    why: str
    rows: int


@dataclass(frozen=True)
class Input:
    """One file the build read: its name under the input folder, hash and size in bytes."""

    file: str
    sha256: str
    bytes: int


@dataclass(frozen=True)
class About:
    """What is known of a table beside its rows.

    ``complete_through`` is the last day whose records had arrived when the input was made; rows after
    it are in the table and are not to be counted by default. ``retrieved`` is None where nobody wrote
    it down; a note then says what the input itself tells.
    """

    source: str
    address: str
    terms: str
    complete_through: date | None = None
    retrieved: str | None = None
    gaps: tuple[Gap, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    notes: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()


@dataclass(frozen=True)
class TableEntry(About):
    """One table of the manifest; ``first`` and ``last`` are None for a table without dates.

    ``file`` is under the data folder, ``sha256`` of its bytes, ``rows`` its rows or, for a map, areas.
    """

    name: str = field(kw_only=True)
    file: str = field(kw_only=True)
    sha256: str = field(kw_only=True)
    rows: int = field(kw_only=True)
    first: date | None = field(kw_only=True)
    last: date | None = field(kw_only=True)


@dataclass(frozen=True)
class Manifest:
    """All tables by name, and the inputs that were only read to check the story files."""

    format: int
    tables: dict[str, TableEntry]
    checked: tuple[Input, ...] = ()


def data_version(manifest_bytes: bytes) -> str:
    """The short name of a set of tables: the first 8 hex digits of the manifest's SHA-256."""
    return hashlib.sha256(manifest_bytes).hexdigest()[:8]


def joint_version(versions: Sequence[str]) -> str:
    """The short name of several sets of tables together; of one set, its own."""
    return versions[0] if len(versions) == 1 else data_version(" ".join(versions).encode())


def dump(manifest: Manifest) -> bytes:
    """The manifest as the bytes of ``manifest.json``; the same manifest gives the same bytes."""
    tree = {
        "format": manifest.format,
        "tables": {name: asdict(entry) for name, entry in sorted(manifest.tables.items())},
        "checked": [asdict(item) for item in manifest.checked],
    }
    text = json.dumps(tree, indent=1, sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return (text + "\n").encode()


def parse(content: bytes, where: str) -> Manifest:
    """The manifest in these bytes. Raises DataError, naming ``where`` and the key that is wrong."""
    try:
        tree = json.loads(content)
        if tree["format"] != FORMAT:
            raise DataError(f"{where} has format {tree['format']!r}; this program reads format {FORMAT}.")
        tables = {name: _entry(name, item) for name, item in tree["tables"].items()}
        return Manifest(FORMAT, tables, tuple(_input(item) for item in tree["checked"]))
    except DataError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{where} is damaged ({type(error).__name__}: {error}); "
            "build the tables again with `python -m lib build --raw DIR`."
        ) from error


def _entry(name: str, item: Mapping[str, Any]) -> TableEntry:
    unknown = set(item) - {column.name for column in fields(TableEntry)}
    if unknown or item["name"] != name:
        raise ValueError(f"table {name} has a wrong name or unknown keys {sorted(unknown)}")
    return TableEntry(
        name=name,
        file=_text(item["file"]),
        sha256=_text(item["sha256"]),
        rows=_whole(item["rows"]),
        first=_day(item["first"]),
        last=_day(item["last"]),
        complete_through=_day(item["complete_through"]),
        source=_text(item["source"]),
        address=_text(item["address"]),
        terms=_text(item["terms"]),
        retrieved=None if item["retrieved"] is None else _text(item["retrieved"]),
        gaps=tuple(_gap(gap) for gap in item["gaps"]),
        dropped=tuple(Dropped(_text(row["what"]), _text(row["why"]), _whole(row["rows"])) for row in item["dropped"]),
        notes=tuple(_text(note) for note in item["notes"]),
        inputs=tuple(_input(row) for row in item["inputs"]),
    )


def _gap(item: Mapping[str, Any]) -> Gap:
    if not isinstance(item["missing"], bool):
        raise TypeError(f"missing is {item['missing']!r}, not true or false")
    return Gap(
        date.fromisoformat(item["start"]),
        date.fromisoformat(item["end"]),
        tuple(_text(category) for category in item["categories"]),
        _text(item["what"]),
        item["missing"],
    )


def _input(item: Mapping[str, Any]) -> Input:
    return Input(_text(item["file"]), _text(item["sha256"]), _whole(item["bytes"]))


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} is not a count")
    return value
