"""The code book that sorts the free text of charges into groups: ``data/story/arrest_charges.toml``."""

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.sources.raw import SourceError
from lib.tables.folder import story_text
from lib.tables.schemas import ARREST_CODE_BOOK, ARREST_GROUPS

REST = "other"
"""The group of a text that no rule catches."""

NO_RULE = 0


@dataclass(frozen=True)
class Rule:
    """One rule of the book: the texts in which ``expression`` is found belong to ``group``.

    ``number`` counts from 1, first the rules for charges, then those for incidents. ``over`` are the
    groups that an incident may change; empty for a charge. ``line`` is where the rule begins.
    """

    number: int
    group: str
    expression: re.Pattern[str]
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]
    note: str
    over: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class CodeBook:
    """The rules for charges and for incidents, each in the order in which they are tried."""

    charges: tuple[Rule, ...]
    incidents: tuple[Rule, ...]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules by number."""
        return (*self.charges, *self.incidents)

    def classify(self, charges: Iterable[str], incidents: Iterable[str] | None = None) -> "pd.Series[str]":
        """The group of each charge; with ``incidents``, the incidents' texts too have their say."""
        decided = self.by_charge(charges)
        return self.groups_of(decided if incidents is None else self.overruled(decided, incidents))

    def by_charge(self, charges: Iterable[str]) -> NDArray[np.int16]:
        """The number of the rule that catches each charge, NO_RULE if none does."""
        return _first(self.charges, charges)

    def overruled(self, decided: NDArray[np.int16], incidents: Iterable[str]) -> NDArray[np.int16]:
        """What ``by_charge`` decided, changed where an incident's text may change it."""
        said = _first(self.incidents, incidents)
        by_charge = self.groups_of(decided)
        for rule in self.incidents:
            taken = (said == rule.number) & by_charge.isin(rule.over).to_numpy()
            decided = np.where(taken, np.int16(rule.number), decided)
        return decided

    def incident_says(self, incidents: Iterable[str]) -> NDArray[np.bool_]:
        """Whether a rule for incidents catches each of these texts, whatever the charge."""
        says: NDArray[np.bool_] = _first(self.incidents, incidents) != NO_RULE
        return says

    def groups_of(self, numbers: NDArray[np.int16]) -> "pd.Series[str]":
        """The groups that rules of these numbers give."""
        names = np.array([REST, *(rule.group for rule in self.rules)], dtype=object)
        return pd.Series(names[numbers], dtype="str")


def squeezed(text: str) -> str:
    """A text as rules see it: capitals, one blank for any white space, none at the ends."""
    return " ".join(text.upper().split())


def read(folder: Path | None = None) -> CodeBook:
    """The book of a data folder, else the bundled one.

    Raises DataError if there is none, and SourceError with the line for a file that isn't TOML, an unknown
    group or key, a pattern that isn't one, an example its rule doesn't catch and a near miss it does.
    """
    path, text = story_text(ARREST_CODE_BOOK, folder)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path.name} isn't valid TOML: {error}.") from error
    source = _Source(path.name, text.splitlines())
    if unknown := sorted(set(tree) - {"rule", "incident"}):
        raise SourceError(f"{path.name} has the unknown entry {unknown[0]!r}.")
    charges = _rules(source, "rule", tree.get("rule"), 0)
    incidents = _rules(source, "incident", tree.get("incident", []), len(charges))
    for rules, kind in ((charges, "rule"), (incidents, "incident")):
        _check_examples(source, kind, rules)
    return CodeBook(charges, incidents)


@dataclass(frozen=True)
class _Source:
    """The file's lines, for saying where something is wrong in it."""

    name: str
    lines: list[str]

    def headers(self, kind: str) -> list[int]:
        """The lines, from 1, on which entries of one kind begin."""
        opening = re.compile(rf"\s*\[\[\s*{kind}\s*\]\]")
        return [number for number, line in enumerate(self.lines, start=1) if opening.match(line)]

    def error(self, line: int, key: str, why: str, text: str | None = None) -> SourceError:
        """The error in the entry that begins on ``line``, by the line of its key, or of ``text`` under it."""
        ends = (n for n in range(line, len(self.lines)) if re.match(r"\s*\[\[", self.lines[n]))
        inside = range(line, next(ends, len(self.lines)))
        at = next((n for n in inside if re.match(rf"\s*{re.escape(key)}\s*=", self.lines[n])), line - 1)
        if text is not None:
            at = next((n for n in inside if n >= at and f'"{text}"' in self.lines[n]), at)
        return SourceError(f"{self.name}, line {at + 1}, {key}: {why}.")


def _rules(source: _Source, kind: str, entries: Any, before: int) -> tuple[Rule, ...]:
    if not isinstance(entries, list) or (kind == "rule" and not entries):
        raise SourceError(f"{source.name} has no [[{kind}]] entries.")
    # A file may hold them in another way than under headers of their own; then lines can't be told apart.
    lines = source.headers(kind)
    if len(lines) != len(entries):
        raise SourceError(f"{source.name}: each {kind} must begin with [[{kind}]] on a line of its own.")
    return tuple(
        _rule(source, kind, entry, line, number)
        for number, (entry, line) in enumerate(zip(entries, lines, strict=True), start=before + 1)
    )


def _rule(source: _Source, kind: str, entry: dict[str, Any], line: int, number: int) -> Rule:
    keys = {"group", "pattern", "examples", "not", "note"} | ({"over"} if kind == "incident" else set())
    if unknown := sorted(set(entry) - keys):
        raise source.error(line, unknown[0], f"a {kind} has no such key")
    group = _text(source, entry, line, "group")
    if group not in ARREST_GROUPS:
        raise source.error(line, "group", f"there is no group {group!r}")
    pattern = _text(source, entry, line, "pattern")
    try:
        expression = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise source.error(line, "pattern", f"not a regular expression ({error})") from error
    if expression.search(""):
        raise source.error(line, "pattern", "it catches every text, the empty one too")
    examples = _texts(source, entry, line, "examples")
    if not examples:
        raise source.error(line, "examples", "a rule needs at least one")
    over = _texts(source, entry, line, "over") if kind == "incident" else ()
    if kind == "incident" and not over:
        raise source.error(line, "over", "say which groups the incident may change")
    if strange := [name for name in over if name not in ARREST_GROUPS]:
        raise source.error(line, "over", f"there is no group {strange[0]!r}", strange[0])
    note = entry.get("note", "")
    if not isinstance(note, str):
        raise source.error(line, "note", "not a text")
    near = _texts(source, entry, line, "not")
    return Rule(number, group, expression, examples, near, note, over, line)


def _text(source: _Source, entry: dict[str, Any], line: int, key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise source.error(line, key, "missing, or not a text")
    return value


def _texts(source: _Source, entry: dict[str, Any], line: int, key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise source.error(line, key, "not a list of texts")
    return tuple(value)


def _check_examples(source: _Source, kind: str, rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        for example, takes in zip(rule.examples, _first(rules, rule.examples), strict=True):
            if takes != rule.number:
                taker = next((other for other in rules if other.number == takes), None)
                why = (
                    f"the {kind} on line {taker.line} ({taker.group}) takes it first"
                    if taker and rule.expression.search(squeezed(example))
                    else "the pattern doesn't catch it"
                )
                raise source.error(rule.line, "examples", f"{example!r}: {why}", example)
        for near, takes in zip(rule.near_misses, _first(rules, rule.near_misses), strict=True):
            if takes == rule.number:
                raise source.error(rule.line, "not", f"{near!r}: the {kind} catches it", near)


def _first(rules: Collection[Rule], texts: Iterable[str]) -> NDArray[np.int16]:
    """The number of the first rule whose expression is found in each text, NO_RULE if none is."""
    codes, unique = pd.factorize(np.asarray(texts if isinstance(texts, pd.Series) else list(texts), dtype=object))
    caught = [_number(rules, squeezed(text)) for text in unique]
    return np.array([*caught, NO_RULE], dtype=np.int16)[codes]


def _number(rules: Collection[Rule], text: str) -> int:
    return next((rule.number for rule in rules if rule.expression.search(text)), NO_RULE)
