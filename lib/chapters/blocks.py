"""What a page is made of. Pages, the shell before them and the archive each show these blocks in their own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lib.chapters.chapters import Chapter
from lib.story.model import Caveat, Claim, NamedWindow
from lib.story.view import View

LeverName = Literal[
    "dates",
    "measure",
    "mapped",
    "grain",
    "within",
    "cities",
    "donors",
    "mix",
    "expected",
    "places",
    "neighborhood",
    "origin",
    "texts",
    "early",
    "load",
    "compared",
    "span",
]
Tap = Literal["place", "window", "way"]


@dataclass(frozen=True)
class Heading:
    """A heading below the page's own; ``level`` 2 to 4; ``anchor``: by which a link on the page finds it."""

    text: str
    level: int = 2
    anchor: str | None = None

    @property
    def target(self) -> str:
        """What a link to it ends in, after its ``#``."""
        return self.anchor or re.sub(r"[^a-z0-9]+", "-", self.text.lower()).strip("-")


@dataclass(frozen=True)
class Paragraphs:
    """Paragraphs in Markdown; with ``folded``, under a line that opens them."""

    text: str
    folded: str | None = None


@dataclass(frozen=True)
class Caption:
    """A small line: what a page's numbers are about."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A sentence in place of something that can't be shown, and why."""

    text: str


@dataclass(frozen=True)
class Quote:
    """What was said, by whom, and where to read it; ``also``: what the same speaker said in the same place."""

    claim: Claim
    also: tuple[Claim, ...] = ()

    @property
    def said(self) -> tuple[str, ...]:
        """The words of each, in quotation marks where they are the speaker's own."""
        every = (self.claim, *self.also)
        return tuple(f"“{one.quote}”" if one.quote else f"{one.paraphrase} (Our words.)" for one in every)


@dataclass(frozen=True)
class CaveatBlock:
    """A reason for doubt; ``headed``: with its short form, which may stand in the figure just above."""

    caveat: Caveat
    headed: bool = True

    @property
    def text(self) -> str:
        """All that is said of it, as Markdown without links."""
        return f"**{self.caveat.short}** {self.caveat.text}" if self.headed else self.caveat.text

    @property
    def sources(self) -> str:
        """Where to read of it, as Markdown."""
        return " ".join(f"{source.link}." for source in self.caveat.sources)


@dataclass(frozen=True)
class FigureBlock:
    """A figure; ``tap`` names what a tap on it picks, where pages let readers pick on it."""

    figure: str
    view: View
    claim: str | None = None
    tap: Tap | None = None


@dataclass(frozen=True)
class TableBlock:
    """Columns of equal length as a table, under a caption; with ``folded``, under a line that opens it.

    A cell is text, a number or None; a column of web addresses becomes links.
    """

    caption: str
    columns: Mapping[str, Sequence[Any]]
    folded: bool = False


@dataclass(frozen=True)
class Code:
    """Lines to type into a terminal."""

    text: str


@dataclass(frozen=True)
class Levers:
    """Levers, for pages that can be moved; they stand together in the page's stage.

    ``presets`` are the dates that "dates" offers by name. ``moves`` is the figure whose finding stands beside them;
    None where the stage's own numbers answer.
    """

    names: tuple[LeverName, ...]
    presets: tuple[NamedWindow, ...] = ()
    moves: FigureBlock | None = None


@dataclass(frozen=True)
class ChapterLink:
    """A link to a chapter, in the windows and with the choices of ``view``."""

    chapter: Chapter
    label: str
    view: View


@dataclass(frozen=True)
class Card:
    """Blocks that belong together, in a frame."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Collapsed:
    """Blocks that few readers want: made only once they ask for them. ``key`` is unique on the page."""

    label: str
    key: str
    make: Callable[[], Iterable[Block]]


Block = (
    Heading
    | Paragraphs
    | Caption
    | Notice
    | Quote
    | CaveatBlock
    | FigureBlock
    | TableBlock
    | Code
    | Levers
    | ChapterLink
    | Card
    | Collapsed
)
Blocks = Iterator[Block]


def flat(blocks: Iterable[Block], *, on_demand: bool) -> Blocks:
    """All blocks in order, those in cards among them, and with ``on_demand`` those that readers must ask for."""
    for block in blocks:
        if isinstance(block, Card):
            yield from flat(block.blocks, on_demand=on_demand)
        elif not isinstance(block, Collapsed):
            yield block
        elif on_demand:
            yield from flat(block.make(), on_demand=True)
