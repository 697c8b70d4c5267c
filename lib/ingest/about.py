"""What the manifest says of a table's inputs, in its own form and in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from lib.analysis.windows import say_date
from lib.ingest.sources.raw import LeftOut, RawFile
from lib.tables.manifest import Dropped, Input


def inputs(files: Iterable[RawFile]) -> tuple[Input, ...]:
    """The files that a table was made from."""
    return tuple(Input(item.file, item.sha256, item.bytes) for item in files)


def dropped(left_out: Iterable[LeftOut]) -> tuple[Dropped, ...]:
    """What of them is not in the table."""
    return tuple(Dropped(item.what, item.why, item.rows) for item in left_out)


def listed(names: Iterable[str]) -> str:
    """Names with commas between, or that there are none."""
    return ", ".join(names) or "none"


def say_day(text: str) -> str:
    """A day as a file writes it, 2024-09-18, as sentences do; any other text as it is."""
    try:
        return say_date(date.fromisoformat(text))
    except ValueError:
        return text
