"""The descriptions of 911 calls, and readers' own choice among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lib.ingest.sources import callbook
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records


def every_description() -> tuple[str, ...]:
    """The descriptions that are on record by themselves. Raises NotLoadedError."""
    return open_records().descriptions().categories


def usual_descriptions(measure: Measure) -> tuple[str, ...]:
    """Those that the code book sorts into the measure's groups. Raises NotLoadedError, DataError or SourceError."""
    return _usual(open_records(), measure)


@lru_cache(maxsize=32)
def _usual(records: Records, measure: Measure) -> tuple[str, ...]:
    texts = records.descriptions().categories
    groups, _ = callbook.read().classify(texts)
    return tuple(text for text, group in zip(texts, groups, strict=True) if group in measure.categories)


def own_measure(measure: Measure, texts: Sequence[str]) -> Measure:
    """The measure as a reader defines it, by descriptions; as it is where they chose none, or just the usual ones."""
    if not texts or set(texts) == set(usual_descriptions(measure)):
        return measure
    return replace(measure, label=f"{measure.label}, as you define them", descriptions=tuple(sorted(texts)))
