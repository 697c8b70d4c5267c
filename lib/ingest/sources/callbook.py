"""The code book that sorts the descriptions of 911 calls into groups and origins: ``data/story/call_groups.toml``."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.ingest.sources.codebook import REST, BookFile, Entry, Rule, first_rule
from lib.tables.schemas import CALL_CODE_BOOK, CALL_GROUPS, CALL_ORIGINS

REST_ORIGIN = "unknown"
"""The origin of a text that no rule catches: what nobody can sort doesn't say who wrote it down either."""


@dataclass(frozen=True)
class CallRule(Rule):
    """A rule for descriptions; ``origin`` is who makes a record with such a text."""

    origin: str


@dataclass(frozen=True)
class CallBook:
    """The rules for descriptions in the order in which they are tried."""

    rules: tuple[CallRule, ...]

    def classify(self, descriptions: Iterable[str]) -> "tuple[pd.Series[str], pd.Series[str]]":
        """The group and the origin of each description."""
        numbers = self.by_description(descriptions)
        return self.groups_of(numbers), self.origins_of(numbers)

    def by_description(self, descriptions: Iterable[str]) -> NDArray[np.int16]:
        """The number of the rule that catches each description, NO_RULE if none does."""
        return first_rule(self.rules, descriptions)

    def groups_of(self, numbers: NDArray[np.int16]) -> "pd.Series[str]":
        """The groups that rules of these numbers give."""
        names = np.array([REST, *(rule.group for rule in self.rules)], dtype=object)
        return pd.Series(names[numbers], dtype="str")

    def origins_of(self, numbers: NDArray[np.int16]) -> "pd.Series[str]":
        """The origins that rules of these numbers give."""
        names = np.array([REST_ORIGIN, *(rule.origin for rule in self.rules)], dtype=object)
        return pd.Series(names[numbers], dtype="str")


def read(folder: Path | None = None) -> CallBook:
    """The book of a data folder, else the bundled one.

    Raises DataError if there is none, and SourceError with the line for a file that isn't TOML, an unknown
    group, origin or key, a pattern that isn't one, an example its rule doesn't catch and a near miss it does.
    """
    book = BookFile.read(CALL_CODE_BOOK, folder, ("rule",))
    rules = tuple(_rule(entry, number) for number, entry in enumerate(book.entries("rule"), start=1))
    book.check("rule", rules)
    return CallBook(rules)


def _rule(entry: Entry, number: int) -> CallRule:
    rule = entry.rule(number, CALL_GROUPS, ("origin",))
    return CallRule(**vars(rule), origin=entry.choice("origin", CALL_ORIGINS))
