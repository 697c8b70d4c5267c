"""The cities that are no plain comparison for Baltimore: ``data/story/donors.toml``, as the build needs it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from lib.ingest.sources.raw import SourceError
from lib.tables.folder import story_text

FILE = "donors.toml"


@dataclass(frozen=True)
class SetApart:
    """Cities with such a policy of their own, and those whose counts were revised later, by the index's names."""

    policy: tuple[str, ...]
    revised: tuple[str, ...]


def read(folder: Path) -> SetApart:
    """The cities, in order of the alphabet. Raises SourceError for a file that can't be read as that list."""
    path, text = story_text(FILE, folder)
    try:
        cities = [(str(city["id"]), city["why"]) for city in tomllib.loads(text)["city"]]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SourceError(f"{path} can't be read as a list of cities: {error}.") from error
    if strange := sorted({str(why) for _, why in cities} - {"policy", "revised"}):
        raise SourceError(f"{path}: {strange[0]!r} is no reason for a city to be set apart.")
    return SetApart(*(tuple(sorted(name for name, why in cities if why == each)) for each in ("policy", "revised")))
