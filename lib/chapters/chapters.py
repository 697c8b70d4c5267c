"""The chapters of the story, in reading order; each is declared once, with what leads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from lib.analysis.windows import WindowPair
from lib.story.check import can_count, check, claim_measure, counted_windows
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.site import SITE_TITLE
from lib.story.view import EVERYWHERE, Dates, View, default_view


@dataclass(frozen=True)
class Chapter:
    """A page of the story.

    ``slug`` is its address ("" for the first page); ``claims`` are those it checks, the leading one first; ``window``
    is the named window it starts with, where that is not the first claim's first.

    ``lead_figure`` is the id of the figure that stands for it; one that takes a claim is drawn for the first. A chapter
    without ``claims`` has the first chapter's windows. ``yearly``: it can show what is counted by whole year only.
    ``start`` is a view of its own to start with. ``numbers``: what stands beside its levers, the changes of its claims,
    of what readers chose to count, or of both. ``moves``: whether it has levers at all.
    """

    slug: str
    title: str
    short: str
    page: str
    claims: tuple[str, ...]
    lead_figure: str | None
    window: str | None = None
    yearly: bool = False
    start: View | None = None
    numbers: Literal["claims", "chosen", "both"] = "claims"
    moves: bool = True

    @property
    def dates(self) -> Dates:
        """What its windows must be able to count: its claims, as far as their records are here."""
        counted = (claim_measure(claim) for claim in self.checked_claims() if can_count(claim))
        measures = tuple(measure.id for measure in counted if measure)
        return Dates(measures or EVERYWHERE.measures, self.yearly)

    @property
    def usual(self) -> View:
        """What the page shows at an address without parameters: its window, else the first of its first claim."""
        if self.start:
            return self.start
        if not self.claims:
            return default_view()
        windows = counted_windows(self.checked_claims()[0])
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
        title=SITE_TITLE,
        short="The announcement",
        page="pages/announcement.py",
        claims=("violent", "property"),
        lead_figure="claims-compared",
    ),
    Chapter(
        slug="violent-and-property-crime",
        title="Did Baltimore’s violent crime fall 20%, and property crime 35%?",
        short="Violent and property crime",
        page="pages/violent_and_property_crime.py",
        claims=("violent", "property"),
        lead_figure="windows-compared",
        numbers="both",
    ),
    Chapter(
        slug="drug-arrests",
        title="Did Baltimore’s drug arrests fall 80%, and why?",
        short="Drug arrests",
        page="pages/drug_arrests.py",
        claims=("drug-arrests",),
        lead_figure="windows-compared",
    ),
    Chapter(
        slug="who-was-arrested",
        title="Who was arrested for these offenses in Baltimore?",
        short="Who was arrested",
        page="pages/who_was_arrested.py",
        claims=("unequal",),
        lead_figure="arrest-rates-by-race",
    ),
    Chapter(
        slug="calls-911",
        title="Did Baltimore’s 911 calls about drugs fall by a third, and about sex work by half?",
        short="911 calls",
        page="pages/calls_911.py",
        claims=("calls-drugs", "calls-sex-work"),
        lead_figure="calls-by-year",
    ),
    Chapter(
        slug="where-things-changed",
        title="Where in Baltimore did things change?",
        short="Where things changed",
        page="pages/where_things_changed.py",
        claims=("violent", "property"),
        lead_figure="change-map",
        window="office",
        yearly=True,
        numbers="chosen",
    ),
    Chapter(
        slug="was-it-covid",
        title="Was it Baltimore’s policy, or was it COVID-19?",
        short="Was it COVID?",
        page="pages/was_it_covid.py",
        claims=("violent", "property"),
        lead_figure="timeline",
        window="office",
        numbers="both",
    ),
    Chapter(
        slug="afterwards",
        title="What happened in Baltimore afterward?",
        short="Afterward",
        page="pages/afterwards.py",
        claims=(),
        lead_figure="afterwards",
    ),
    Chapter(
        slug="what-survives",
        title="What survives of Baltimore’s announcement?",
        short="What survives",
        page="pages/what_survives.py",
        claims=("violent", "property"),
        lead_figure="published-and-ours",
        window="office",
        moves=False,
    ),
    Chapter(
        slug="methods",
        title="How these numbers are made",
        short="Methods and data",
        page="pages/methods.py",
        claims=(),
        lead_figure=None,
        moves=False,
    ),
)

EXPLORE = Chapter(
    slug="explore",
    title="Explore the records",
    short="Explore",
    page="pages/explore.py",
    claims=(),
    lead_figure="explore-time",
    yearly=True,
)
"""Where journalists count anew, beside the chapters; every page links to it."""

STUDIO = Chapter(
    slug="studio",
    title="Figure studio",
    short="Figure studio",
    page="pages/studio.py",
    claims=(),
    lead_figure=None,
    yearly=True,
    moves=False,
)
"""Where editors make a figure their own; figures link to it."""

BESIDE = (EXPLORE, STUDIO)
"""Pages beside the chapters, for those who make something of their own."""

BY_SLUG = {chapter.slug: chapter for chapter in (*CHAPTERS, *BESIDE)}
