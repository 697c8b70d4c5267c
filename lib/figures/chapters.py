"""The chapters of the story, in reading order; each is declared once, with what leads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lib.analysis.windows import WindowPair
from lib.figures.view import View, default_view
from lib.story.check import check
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim


@dataclass(frozen=True)
class Chapter:
    """A page of the story.

    ``slug`` is its address ("" for the first page); ``claims`` are those it checks, the leading one first; ``window``
    is the named window it starts with, where that is not the first claim's first.

    ``lead_figure`` is the id of the figure that stands for it; with ``claims`` it is drawn for the first.
    """

    slug: str
    title: str
    short: str
    page: str
    claims: tuple[str, ...]
    lead_figure: str
    window: str | None = None

    @property
    def usual(self) -> View:
        """What the page shows at an address without parameters: its window, else the first of its first claim."""
        windows = self.checked_claims()[0].windows
        chosen = next((w for w in windows if w.id == self.window), windows[0])
        return replace(default_view(), pair=chosen.pair)

    def lead_findings(self, pair: WindowPair) -> tuple[Finding, ...]:
        """The findings that answer the chapter's question in these windows, one for each claim."""
        return tuple(check(claim, pair) for claim in self.checked_claims())

    def checked_claims(self) -> tuple[Claim, ...]:
        """The chapter's claims."""
        return tuple(load_story().claims[claim] for claim in self.claims)


CHAPTERS = (
    Chapter(
        slug="",
        title="What was announced on 26 March 2021, and what the records say",
        short="The announcement",
        page="pages/announcement.py",
        claims=("violent", "property"),
        lead_figure="claim-range",
    ),
    Chapter(
        slug="violent-and-property-crime",
        title="Did violent crime fall 20%, and property crime 35%?",
        short="Violent and property crime",
        page="pages/violent_and_property_crime.py",
        claims=("violent", "property"),
        lead_figure="windows-compared",
    ),
    Chapter(
        slug="drug-arrests",
        title="Did drug arrests fall 80%, and why?",
        short="Drug arrests",
        page="pages/drug_arrests.py",
        claims=("drug-arrests",),
        lead_figure="windows-compared",
    ),
    Chapter(
        slug="who-was-arrested",
        title="Who was arrested for these offenses?",
        short="Who was arrested",
        page="pages/who_was_arrested.py",
        claims=("unequal",),
        lead_figure="arrest-rates-by-race",
    ),
    Chapter(
        slug="calls-911",
        title="Did 911 calls about drugs fall by a third, and about sex work by half?",
        short="911 calls",
        page="pages/calls_911.py",
        claims=("calls-drugs", "calls-sex-work"),
        lead_figure="calls-published",
    ),
    Chapter(
        slug="where-things-changed",
        title="Where did things change?",
        short="Where things changed",
        page="pages/where_things_changed.py",
        claims=("violent", "property"),
        lead_figure="change-map",
        window="office",
    ),
)


BY_SLUG = {chapter.slug: chapter for chapter in CHAPTERS}
