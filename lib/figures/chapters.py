"""The chapters of the story, in reading order; each is declared once, with what leads it."""

from __future__ import annotations

from dataclasses import dataclass

from lib.analysis.windows import WindowPair
from lib.story.check import check
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim


@dataclass(frozen=True)
class Chapter:
    """A page of the story. ``slug`` is its address ("" for the first page); ``claims`` are those it checks.

    ``lead_figure`` is the id of the figure that stands for it; with ``claims`` it is drawn for the first.
    """

    slug: str
    title: str
    short: str
    page: str
    claims: tuple[str, ...]
    lead_figure: str

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
)


BY_SLUG = {chapter.slug: chapter for chapter in CHAPTERS}
