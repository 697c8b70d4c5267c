"""Code books that sort free text into groups by rules, and the one for charges: ``data/story/arrest_charges.toml``."""

import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.ingest.sources.raw import SourceError
from lib.tables.folder import story_text
from lib.tables.schemas import ARREST_CODE_BOOK, ARREST_GROUPS

REST = "other"
"""The group of a text that no rule catches."""

NO_RULE = 0


@dataclass(frozen=True)
class Rule:
    """One rule of a book: the texts in which ``expression`` is found belong to ``group``.

    ``number`` counts the rules of a book from 1; ``line`` is where the rule begins.
    """

    number: int
    group: str
    expression: re.Pattern[str]
    examples: tuple[str, ...]
    near_misses: tuple[str, ...]
    note: str
    line: int


@dataclass(frozen=True)
class Incident(Rule):
    """A rule for the texts of incidents; ``over`` are the groups that an incident may change."""

    over: tuple[str, ...]


@dataclass(frozen=True)
class CodeBook:
    """The rules for charges, then those for incidents, each in the order in which they are tried."""

    charges: tuple[Rule, ...]
    incidents: tuple[Incident, ...]

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
        return first_rule(self.charges, charges)

    def overruled(self, decided: NDArray[np.int16], incidents: Iterable[str]) -> NDArray[np.int16]:
        """What ``by_charge`` decided, changed where an incident's text may change it."""
        said = first_rule(self.incidents, incidents)
        by_charge = self.groups_of(decided)
        for rule in self.incidents:
            taken = (said == rule.number) & by_charge.isin(rule.over).to_numpy()
            decided = np.where(taken, np.int16(rule.number), decided)
        return decided

    def incident_says(self, incidents: Iterable[str]) -> NDArray[np.bool_]:
        """Whether a rule for incidents catches each of these texts, whatever the charge."""
        says: NDArray[np.bool_] = first_rule(self.incidents, incidents) != NO_RULE
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
    book = BookFile.read(ARREST_CODE_BOOK, folder, ("rule", "incident"))
    charges = tuple(entry.rule(number, ARREST_GROUPS) for number, entry in enumerate(book.entries("rule"), start=1))
    incidents = tuple(
        _incident(entry, number)
        for number, entry in enumerate(book.entries("incident", optional=True), start=len(charges) + 1)
    )
    book.check("rule", charges)
    book.check("incident", incidents)
    return CodeBook(charges, incidents)


def _incident(entry: "Entry", number: int) -> Incident:
    over = entry.texts("over")
    if not over:
        raise entry.error("over", "say which groups the incident may change")
    if strange := [name for name in over if name not in ARREST_GROUPS]:
        raise entry.error("over", f"there is no group {strange[0]!r}", strange[0])
    return Incident(**vars(entry.rule(number, ARREST_GROUPS, ("over",))), over=over)


@dataclass(frozen=True)
class BookFile:
    """A code book's file: its entries, and its lines for saying where something is wrong in it."""

    name: str
    lines: list[str]
    tree: dict[str, Any]

    @classmethod
    def read(cls, name: str, folder: Path | None, kinds: Collection[str]) -> "BookFile":
        """The story file ``name``, which may hold entries of ``kinds``. Raises DataError and SourceError."""
        path, text = story_text(name, folder)
        try:
            tree = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SourceError(f"{path.name} isn't valid TOML: {error}.") from error
        if unknown := sorted(set(tree) - set(kinds)):
            raise SourceError(f"{path.name} has the unknown entry {unknown[0]!r}.")
        return cls(path.name, text.splitlines(), tree)

    def entries(self, kind: str, optional: bool = False) -> list["Entry"]:
        """The entries of one kind in the order of the file. Raises SourceError where there must be some."""
        values = self.tree.get(kind, [])
        if not isinstance(values, list) or not (values or optional):
            raise SourceError(f"{self.name} has no [[{kind}]] entries.")
        opening = re.compile(rf"\s*\[\[\s*{kind}\s*\]\]")
        begins = [number for number, line in enumerate(self.lines, start=1) if opening.match(line)]
        # A file may hold them in another way than under headers of their own; then lines can't be told apart.
        if len(begins) != len(values):
            raise SourceError(f"{self.name}: each {kind} must begin with [[{kind}]] on a line of its own.")
        return [Entry(self, kind, value, line) for value, line in zip(values, begins, strict=True)]

    def check(self, kind: str, rules: Collection[Rule]) -> None:
        """Raises SourceError where a rule doesn't take its examples first, or takes a near miss."""
        for rule in rules:
            for example, takes in zip(rule.examples, first_rule(rules, rule.examples), strict=True):
                if takes != rule.number:
                    taker = next((other for other in rules if other.number == takes), None)
                    why = (
                        f"the {kind} on line {taker.line} ({taker.group}) takes it first"
                        if taker and rule.expression.search(squeezed(example))
                        else "the pattern doesn't catch it"
                    )
                    raise self.error(rule.line, "examples", f"{example!r}: {why}", example)
            for near, takes in zip(rule.near_misses, first_rule(rules, rule.near_misses), strict=True):
                if takes == rule.number:
                    raise self.error(rule.line, "not", f"{near!r}: the {kind} catches it", near)

    def error(self, line: int, key: str, why: str, text: str | None = None) -> SourceError:
        """The error in the entry that begins on ``line``, by the line of its key, or of ``text`` under it."""
        ends = (n for n in range(line, len(self.lines)) if re.match(r"\s*\[\[", self.lines[n]))
        inside = range(line, next(ends, len(self.lines)))
        at = next((n for n in inside if re.match(rf"\s*{re.escape(key)}\s*=", self.lines[n])), line - 1)
        if text is not None:
            at = next((n for n in inside if n >= at and f'"{text}"' in self.lines[n]), at)
        return SourceError(f"{self.name}, line {at + 1}, {key}: {why}.")


@dataclass(frozen=True)
class Entry:
    """One entry of a code book as TOML gives it, and the line on which it begins."""

    file: BookFile
    kind: str
    values: dict[str, Any]
    line: int

    def rule(self, number: int, groups: Collection[str], more: Collection[str] = ()) -> Rule:
        """The rule this entry states; ``more`` are the keys it may have beyond those of every rule."""
        keys = {"group", "pattern", "examples", "not", "note", *more}
        if unknown := sorted(set(self.values) - keys):
            raise self.error(unknown[0], f"a {self.kind} has no such key")
        group = self.choice("group", groups)
        pattern = self.text("pattern")
        try:
            expression = re.compile(pattern, re.IGNORECASE)
        except re.error as error:
            raise self.error("pattern", f"not a regular expression ({error})") from error
        if expression.search(""):
            raise self.error("pattern", "it catches every text, the empty one too")
        examples = self.texts("examples")
        if not examples:
            raise self.error("examples", "a rule needs at least one")
        note = self.values.get("note", "")
        if not isinstance(note, str):
            raise self.error("note", "not a text")
        return Rule(number, group, expression, examples, self.texts("not"), note, self.line)

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(key, "missing, or not a text")
        return value

    def choice(self, key: str, choices: Collection[str]) -> str:
        """A text that must be one of ``choices``."""
        value = self.text(key)
        if value not in choices:
            raise self.error(key, f"there is no {key} {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where there is none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.error(key, "not a list of texts")
        return tuple(value)

    def error(self, key: str, why: str, text: str | None = None) -> SourceError:
        """The error at a key of this entry, or at ``text`` under the key."""
        return self.file.error(self.line, key, why, text)


def first_rule(rules: Collection[Rule], texts: Iterable[str]) -> NDArray[np.int16]:
    """The number of the first rule whose expression is found in each text, NO_RULE if none is."""
    codes, unique = pd.factorize(np.asarray(texts if isinstance(texts, pd.Series) else list(texts), dtype=object))
    caught = [_number(rules, squeezed(text)) for text in unique]
    return np.array([*caught, NO_RULE], dtype=np.int16)[codes]


def _number(rules: Collection[Rule], text: str) -> int:
    return next((rule.number for rule in rules if rule.expression.search(text)), NO_RULE)
