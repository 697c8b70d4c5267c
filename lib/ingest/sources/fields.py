"""Fields of layers and files: found in any letter case, and named where they are missing or of another type."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence

from lib.ingest.sources.raw import SourceError

DATE_TYPES = ("esriFieldTypeDate", "esriFieldTypeDateOnly", "esriFieldTypeTimestampOffset", "esriFieldTypeString")
"""What a date may be: epoch milliseconds, a day, a moment with its zone, or either as text."""


def find_field(fields: Mapping[str, str], names: Sequence[str], types: Collection[str], where: str) -> str:
    """The field called by the first of ``names`` that is there, as the source spells it.

    ``fields`` is type by name; an empty type, as a CSV file's columns have, is taken for any, and so are no ``types``.
    Raises SourceError that names what is missing or of another type, and what was found in its place.
    """
    spelled: dict[str, str] = {}
    for field in fields:
        spelled.setdefault(field.strip().lower(), field)
    exact = next((name for name in names if name in fields), None)
    found = exact or next((spelled[name.lower()] for name in names if name.lower() in spelled), None)
    if found is None:
        near = difflib.get_close_matches(names[0].lower(), spelled, n=1, cutoff=0)
        what = f"the nearest is {_described(fields, spelled[near[0]])}" if near else "there are no fields at all"
        raise SourceError(f"{where} has no field {' or '.join(names)}; {what}.")
    if types and fields[found] and fields[found] not in types:
        expected = " or ".join(sorted(types))
        raise SourceError(f"{where} has the field {_described(fields, found)}, where {expected} is expected.")
    return found


def _described(fields: Mapping[str, str], field: str) -> str:
    return f"{field} ({fields[field]})" if fields[field] else field


def written(value: object) -> str:
    """A value as text, "" for none. What can't be written as UTF-8 (half a surrogate pair) becomes a question mark."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).encode("utf-8", "replace").decode()


def with_time(text: str, time: str) -> str:
    """A day (2020-09-29), as fields of the type DateOnly hold it, with this time; any other text as it is."""
    return f"{text}T{time}" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def shown(text: str, most: int) -> str:
    """Somebody else's words, made fit for one line: what can't be seen is a blank, what is long is cut."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:most]
