"""What search engines read of a page: what it is, and the verdict on each claim that it checks (schema.org)."""

from __future__ import annotations

from typing import Any

from lib.chapters.chapters import Chapter
from lib.export.templates import Preview
from lib.story.check import can_count, check_named
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.site import SITE_TITLE
from lib.story.verdict import OVERALL, Overall, over_windows

TITLES = ("State’s Attorney ", "Police Commissioner ")
"""What a speaker's name begins with where it is a person's."""
RATINGS = {Overall.HOLDS: 5, Overall.OTHER_SIZE: 3, Overall.DEPENDS: 3, Overall.CONTRADICTED: 1}
"""What search engines are told of a verdict, from 1 to 5; one that can't be given has words only."""


def linked_data(chapter: Chapter, preview: Preview, root: str) -> list[dict[str, Any]]:
    """The page as an article, then its checked claims; ``root`` is where the story stands, ending in a slash."""
    article = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": preview.title,
        "description": preview.description,
        "url": preview.address,
        "inLanguage": "en",
        "author": {"@type": "Organization", "name": SITE_TITLE, "url": root},
        "isPartOf": {"@type": "WebSite", "name": SITE_TITLE, "url": root},
        **({"image": preview.image} if preview.image else {}),
    }
    return [article, *(review for claim in _reviewed(chapter) if (review := _review(claim, root)))]


def _reviewed(chapter: Chapter) -> tuple[Claim, ...]:
    """The claims that a page checks: its own, on the first page all; never one about a cause."""
    claims = (claim for claim in load_story().claims.values() if claim.kind == "number" and can_count(claim))
    return tuple(claim for claim in claims if claim.chapter == chapter.slug or not chapter.slug)


def _review(claim: Claim, root: str) -> dict[str, Any]:
    """A checked claim as search engines read it: the verdict on the number over all its named windows."""
    found = check_named(claim)
    verdicts = [finding.verdict for finding in found if finding.verdict]
    if not verdicts:
        return {}
    overall = over_windows(verdicts)
    value = {"ratingValue": RATINGS[overall], "bestRating": 5, "worstRating": 1} if overall in RATINGS else {}
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{root}{claim.chapter or ''}",
        "claimReviewed": claim.paraphrase,
        "author": {"@type": "Organization", "name": SITE_TITLE, "url": root},
        "itemReviewed": {
            "@type": "Claim",
            "author": {
                "@type": "Person" if claim.speaker.startswith(TITLES) else "Organization",
                "name": claim.speaker,
            },
            "datePublished": f"{load_story().event('made-permanent').date}",
            "appearance": [{"@type": "CreativeWork", "url": source.address} for source in claim.sources],
        },
        "reviewRating": {"@type": "Rating", **value, "alternateName": OVERALL[overall]},
    }
