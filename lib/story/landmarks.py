"""The names on a map by which somebody finds home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["place", "park", "river"]


@dataclass(frozen=True)
class Landmark:
    """A name of a map, in ``lines``.

    It stands in the middle of the neighborhood that is called ``at``, or at a longitude and latitude in degrees; moved
    by ``dx`` and ``dy`` px, so that no name covers another. ``narrow``: a map as wide as a phone has room for it.
    """

    kind: Kind
    lines: tuple[str, ...]
    at: str | tuple[float, float]
    dx: int = 0
    dy: int = 0
    narrow: bool = True


LANDMARKS = (
    Landmark("place", ("Downtown",), "Downtown"),
    Landmark("place", ("Fells Point",), "Fells Point", dx=8, narrow=False),
    Landmark("place", ("Canton",), "Canton"),
    Landmark("place", ("Locust Point",), "Locust Point", narrow=False),
    Landmark("place", ("Hampden",), "Hampden"),
    Landmark("place", ("Roland Park",), "Roland Park"),
    Landmark("place", ("Mount", "Washington"), "Mount Washington", narrow=False),
    Landmark("place", ("Park Heights",), "Central Park Heights"),
    Landmark("place", ("Sandtown-", "Winchester"), "Sandtown-Winchester"),
    Landmark("place", ("Edmondson", "Village"), "Edmondson Village", narrow=False),
    Landmark("place", ("Morrell Park",), "Morrell Park"),
    Landmark("place", ("Cherry Hill",), "Cherry Hill"),
    Landmark("place", ("Brooklyn",), "Brooklyn"),
    Landmark("place", ("Curtis Bay",), "Curtis Bay", narrow=False),
    Landmark("place", ("Belair-Edison",), "Belair-Edison"),
    Landmark("place", ("Hamilton",), "Hamilton Hills", narrow=False),
    Landmark("place", ("Highlandtown",), "Highlandtown", narrow=False),
    Landmark("park", ("Druid Hill", "Park"), "Druid Hill Park", narrow=False),
    Landmark("park", ("Leakin Park",), "Gwynns Falls/Leakin Park", narrow=False),
    Landmark("river", ("Patapsco River",), (-76.5455, 39.2375), narrow=False),
    Landmark("river", ("Harbor",), (-76.5925, 39.2768)),
)
"""Neighborhoods that residents go by, some from each side of the city; parks and waters as their layers call them."""
