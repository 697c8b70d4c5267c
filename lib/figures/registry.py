"""The registry of figures: each is declared once, and pages, files and previews all draw it from here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lib.charts.template import Rows, Template
from lib.charts.theme import Frame, ThemeName
from lib.errors import ArgumentError
from lib.story.check import can_count
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.view import View

Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """A figure's numbers: column names and rows; dates are ISO texts, changes are fractions."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """A figure filled with numbers, before a theme is chosen.

    Where no Finding says what the figure finds, ``sentence`` does in full, with windows and exact intervals, and
    ``short`` as people say it, rounded, with what is uncertain; without that its title does.
    """

    template: Callable[[ThemeName], Template]
    frame: Frame
    data: Mapping[str, Rows]
    table: Callable[[], Table]
    alt: str
    values: Mapping[str, Any] = field(default_factory=dict)
    sentence: str = ""
    short: str = ""

    @property
    def spoken(self) -> str:
        """What the figure finds, as people say it."""
        return self.short or f"{self.frame.title.rstrip('.')}."

    @property
    def caption(self) -> str:
        """Title and subtitle, as text."""
        return f"{self.frame.title}. {self.frame.subtitle}"


@dataclass(frozen=True)
class Figure:
    """A declared figure. ``params`` names what it depends on: "claim" and fields of the View.

    With ``records``, it can only be drawn where these are here, and for claims about them.
    """

    id: str
    params: tuple[str, ...]
    build: Callable[[View, str | None], Drawing]
    records: str | None = None

    def claims(self) -> tuple[str | None, ...]:
        """The claims it can be drawn for with the records that are here; a single None where it takes no claim."""
        if self.records is not None and not open_records().has(self.records):
            return ()
        if "claim" not in self.params:
            return (None,)
        known = (claim for claim in load_story().claims.values() if can_count(claim))
        return tuple(claim.id for claim in known if self.records in (None, claim.records))


FIGURES: dict[str, Figure] = {}

Builder = Callable[[View, str | None], Drawing]


def figure(figure_id: str, *params: str, records: str | None = None) -> Callable[[Builder], Builder]:
    """Declare a figure: the decorated function makes its Drawing from a View and, where it has one, a claim."""

    def declare(build: Builder) -> Builder:
        if figure_id in FIGURES:
            raise ValueError(f"two figures are called {figure_id!r}")
        FIGURES[figure_id] = Figure(figure_id, params, build, records)
        return build

    return declare


def drawing(figure_id: str, view: View, claim: str | None = None) -> Drawing:
    """A figure's Drawing. Raises ArgumentError for an unknown figure or a missing claim, and what counting raises."""
    found = FIGURES.get(figure_id)
    if found is None:
        raise ArgumentError(f"There is no figure called {figure_id[:60]!r}.")
    if ("claim" in found.params) != (claim is not None):
        raise ArgumentError(f"The figure {figure_id} {'needs' if claim is None else 'takes no'} claim.")
    about = load_story().claims.get(claim or "")
    if about and found.records not in (None, about.records):
        raise ArgumentError(f"The figure {figure_id} is about other records than this claim.")
    return _drawing(figure_id, view, claim, open_records().version)


def spec(figure_id: str, view: View, theme: ThemeName, claim: str | None = None) -> dict[str, Any]:
    """A figure's finished Vega-Lite spec; kept, so callers must not change it. Raises as ``drawing`` does."""
    drawing(figure_id, view, claim)
    return _spec(figure_id, view, claim, theme, open_records().version)


# Both caches are keyed by a few small values; the data version makes new tables give new figures. They hold every
# figure as it is usually shown, and as much again that readers chose; a spec is some 50 KB.
@lru_cache(maxsize=512)
def _drawing(figure_id: str, view: View, claim: str | None, version: str) -> Drawing:  # noqa: ARG001
    return FIGURES[figure_id].build(view, claim)


@lru_cache(maxsize=512)
def _spec(figure_id: str, view: View, claim: str | None, theme: ThemeName, version: str) -> dict[str, Any]:
    made = _drawing(figure_id, view, claim, version)
    return made.template(theme).fill(made.frame, made.data, made.values)
