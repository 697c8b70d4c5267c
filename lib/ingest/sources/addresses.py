"""The addresses of the live layers: ``data/story/sources.toml``."""

import tomllib
from dataclasses import dataclass
from typing import Any

from lib.ingest.sources.raw import SourceError
from lib.tables.folder import story_text

FILE = "sources.toml"


@dataclass(frozen=True)
class Source:
    """One layer of some records: its addresses, tried in order, and its year (None: the layer holds all years)."""

    addresses: tuple[str, ...]
    year: int | None = None


def sources(records: str) -> tuple[Source, ...]:
    """The layers of these records, by year. Raises DataError or SourceError where the file is missing or damaged."""
    path, text = story_text(FILE)
    try:
        entries = tomllib.loads(text)["source"]
        found = [_source(entry) for entry in entries if entry["records"] == records]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(f"{path.name} can't be read ({type(error).__name__}: {error}).") from error
    return tuple(sorted(found, key=lambda source: source.year or 0))


def _source(entry: dict[str, Any]) -> Source:
    addresses = entry["addresses"]
    if not addresses or not all(isinstance(a, str) and a.startswith(("https://", "http://")) for a in addresses):
        raise ValueError(f"addresses are {addresses!r}, not a list of web addresses")
    year = entry.get("year")
    if not (year is None or isinstance(year, int)):
        raise ValueError(f"year is {year!r}, not a number")
    return Source(tuple(addresses), year)
