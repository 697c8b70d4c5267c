"""Parts of figures that have an address of their own, which browsers fetch once; and how to take them back in.

An address is ``KIND/NAME-VERSION.json``; the version is that of the data, so an answer never changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from lib.errors import ArgumentError
from lib.story.records_in_use import open_records

_ADDRESS = re.compile(r"(?P<kind>[a-z]+)/(?P<name>[\w.,-]+)-(?P<version>[0-9a-f]+)\.json")
_MAKERS: dict[str, Callable[[str], Any]] = {}


def serves(kind: str) -> Callable[[Callable[[str], Any]], Callable[[str], Any]]:
    """Declare what stands at addresses of a kind: the decorated function makes it from the name.

    It raises ArgumentError for a name that there is not.
    """

    def declare(make: Callable[[str], Any]) -> Callable[[str], Any]:
        _MAKERS[kind] = make
        return make

    return declare


def address_of(kind: str, name: str) -> str:
    """Where a part stands, as charts name it, relative to the story's root."""
    return f"{kind}/{name}-{open_records().version}.json"


def part(kind: str, name: str, version: str) -> Any:
    """The part at an address, as plain values; not to be changed. Raises ArgumentError where there is none."""
    if kind not in _MAKERS or version != open_records().version:
        raise ArgumentError("There is no such part of a figure here; reload the page.")
    return _part(kind, name, version)


@lru_cache(maxsize=16)
def _part(kind: str, name: str, version: str) -> Any:  # noqa: ARG001 - the version is the cache's key
    return _MAKERS[kind](name)


def inlined(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A spec with every part taken in, for files that must stand alone; the given one is not changed."""
    made = _taken_in(spec)
    return dict(made)


def _taken_in(node: Any) -> Any:
    if isinstance(node, Mapping):
        if isinstance(node.get("url"), str):
            found = _ADDRESS.fullmatch(node["url"])
            if found is None:
                raise ValueError(f"a chart asks for {node['url']!r}, which is not a part of this story")
            values = part(found["kind"], found["name"], found["version"])
            inner = (node.get("format") or {}).get("property")
            return {"values": values[inner] if inner else values}
        return {key: _taken_in(value) for key, value in node.items()}
    return [_taken_in(item) for item in node] if isinstance(node, list) else node
