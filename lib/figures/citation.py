"""What goes with a figure when it leaves the story: its full address, what it says, how to cite it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from lib.errors import ArgumentError
from lib.figures.common import pair_text
from lib.figures.registry import FIGURES, Drawing, Table, drawing
from lib.story import explore_state as exploring
from lib.story.records_in_use import open_records
from lib.story.site import SITE_TITLE
from lib.story.view import View, default_view

CARRIED = {"pair": ("current", "baseline"), "exploring": exploring.PARAMS}
"""Fields of the view that an address carries as several parameters."""
API = 1
"""Version of the JSON that figures and findings are given as: it goes up where a key changes its meaning."""

LINKS = (("Save, cite or embed", ""), ("Numbers", ".csv"), ("Copy link", ""))
"""What the links under every figure are called, and the endings of their addresses.

Where scripts run the first opens a menu and the last is copied (``figure_menu.js``).

On a narrow phone they fit into one line: in two, each would lie in reach of a tap on another."""


@dataclass(frozen=True)
class Facts:
    """What a figure says and rests on, as text. ``windows`` is None where it does not depend on any.

    ``address`` is the figure's own page, with windows, choices and data version spelled out.
    """

    id: str
    title: str
    subtitle: str
    sentence: str
    alt: str
    windows: str | None
    caveat: str
    source: str
    data_version: str
    address: str

    @property
    def citation(self) -> str:
        """One line to cite the figure by."""
        return f"“{self.title}.” {SITE_TITLE} {self.source} {self.address}"

    @property
    def bibtex(self) -> str:
        """The same for BibTeX."""
        key = re.sub(r"\W+", "", f"{self.id}{self.data_version}")
        return (
            f"@misc{{{key},\n  title = {{{{{_tex(self.title)}}}}},\n  howpublished = {{{_tex(SITE_TITLE)}}},\n"
            f"  note = {{{_tex(self.source)}}},\n  url = {{{self.address}}}\n}}"
        )

    def named(self) -> dict[str, str]:
        """What is written into a picture's file, under the names that PNG has for it."""
        about = {"Title": self.title, "Description": self.alt, "Source": self.source, "Comment": self.caveat}
        dated = {"Windows": self.windows} if self.windows else {}
        return {**about, **dated, "Data version": self.data_version, "URL": self.address, "Citation": self.citation}


def cite_story(root: str = "") -> str:
    """One line to cite the story by; ``root`` is where it stands, ending in a slash."""
    return f"“{SITE_TITLE}” Data version {open_records().version}.{f' {root}' if root else ''}"


def cite_story_bibtex(root: str = "") -> str:
    """The same for BibTeX."""
    version = open_records().version
    url = f",\n  url = {{{root}}}" if root else ""
    return (
        f"@misc{{baltimoreclaims{version},\n  title = {{{{{_tex(SITE_TITLE)}}}}},\n"
        f"  note = {{Data version {version}}}{url}\n}}"
    )


def _tex(text: str) -> str:
    """Text as TeX reads it."""
    return re.sub(r"[%&$#_{}]", r"\\\g<0>", text)


def known(figure_id: str) -> str:
    """The id, where there is such a figure. Raises ArgumentError."""
    if figure_id not in FIGURES:
        raise ArgumentError(f"There is no figure called {figure_id[:60]!r}.")
    return figure_id


def reduced(figure_id: str, view: View) -> View:
    """The view with everything that this figure does not depend on as usual: equal figures have equal views."""
    usual = default_view()
    return replace(usual, **{name: getattr(view, name) for name in FIGURES[figure_id].params if name != "claim"})


def params_of(figure_id: str, view: View, claim: str | None) -> dict[str, str]:
    """What an address needs to say for this very figure: every parameter that it depends on, and the data version."""
    needed = set(FIGURES[figure_id].params) - {"claim"}
    names = {name for field in needed for name in CARRIED.get(field, (field,))}
    carried = {name: value for name, value in view.params().items() if name in names}
    return {**({"claim": claim} if claim else {}), **carried, "v": open_records().version}


def query_of(figure_id: str, view: View, claim: str | None, **more: str) -> str:
    """The same as the query of an address."""
    return urlencode({**params_of(figure_id, view, claim), **more}, safe=":.,")


def short_query(figure_id: str, view: View, claim: str | None, **more: str) -> str:
    """The same without the data version, for addresses inside the story."""
    named = {name: value for name, value in params_of(figure_id, view, claim).items() if name != "v"}
    return urlencode({**named, **more}, safe=":.,")


def facts(figure_id: str, view: View, claim: str | None, root: str = "") -> Facts:
    """A figure's facts; ``root`` is where the story stands, ending in a slash. Raises as ``registry.drawing``."""
    made = drawing(figure_id, view, claim)
    return Facts(
        id=figure_id,
        title=made.frame.title,
        subtitle=made.frame.subtitle,
        sentence=made.sentence or made.alt,
        alt=made.alt,
        windows=pair_text(view.pair) if "pair" in FIGURES[figure_id].params else None,
        caveat=made.frame.caveat,
        source=made.frame.source,
        data_version=open_records().version,
        address=f"{root}figure/{figure_id}?{query_of(figure_id, view, claim)}",
    )


def as_json(figure_id: str, view: View, claim: str | None, root: str = "") -> dict[str, Any]:
    """A figure as plain values: what it says, its parameters and its numbers. Raises as ``registry.drawing``."""
    about = facts(figure_id, view, claim, root)
    made: Drawing = drawing(figure_id, view, claim)
    table: Table = made.table()
    return {
        "api": API,
        "figure": about.id,
        "title": about.title,
        "subtitle": about.subtitle,
        "sentence": about.sentence,
        "alt": about.alt,
        "windows": about.windows,
        "parameters": params_of(figure_id, view, claim),
        "caveat": about.caveat,
        "source": about.source,
        "data_version": about.data_version,
        "citation": about.citation,
        "address": about.address,
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
    }
