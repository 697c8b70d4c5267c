"""All figures: importing this module declares every one of them."""

from lib.figures import (
    afterwards,
    arrests,
    calls,
    crime,
    every_window,
    expected,
    explore,
    hopkins,
    loaded_calls,
    peers,
    placebos,
    places,
    quality,
    streets,
    turning,
    yearly_calls,
)

__all__ = [
    "afterwards",
    "arrests",
    "calls",
    "crime",
    "every_window",
    "expected",
    "explore",
    "hopkins",
    "loaded_calls",
    "peers",
    "placebos",
    "places",
    "quality",
    "streets",
    "turning",
    "yearly_calls",
]
