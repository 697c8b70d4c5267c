"""What opens each chapter: the sentences that answer, the first reasons for doubt, the figure that stands for it.

Declared once: pages, the shell that arrives before them and previews of links all say the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lib.errors import StoryError
from lib.figures import explore
from lib.figures.chapters import Chapter
from lib.figures.loaded_calls import claim_finding
from lib.figures.parts import pair_text
from lib.figures.registry import FIGURES, drawing
from lib.figures.view import View
from lib.story import call_words, place_words, words
from lib.story.check import check_named
from lib.story.conclusion import conclusion
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.places import pattern, place_changes
from lib.story.records import DATASETS, open_records
from lib.story.verdict import PLAIN

INTRODUCTION = (
    "On 26 March 2021 Baltimore’s State’s Attorney, Marilyn Mosby, said that her office would never again "
    "prosecute drug possession, prostitution, trespassing and other low-level offenses. It had stopped a year "
    "earlier, as a measure against COVID-19. The figures, she said, show that it works. The Police Commissioner "
    "said that the pandemic likely played a part."
)
BOTH_TRUE = (
    "Both are true. The first counts arrests that did not happen; the second compares the two groups. "
    "Which one matters is not a question that records can settle."
)
METHODS = (
    "Every number of this story is counted from public records by the code that shows it. Here is what the words "
    "mean, and how each method works, how it was tried out, and what it cannot say."
)


@dataclass(frozen=True)
class Lead:
    """The opening of a chapter in one view.

    ``sentences`` are paragraphs in Markdown, the answer first; ``missing`` says, in a sentence each, why something
    can't be said; ``caveats`` are ids.
    """

    sentences: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadFigure:
    """The figure that stands for a chapter, and the claim it is drawn for."""

    figure: str
    claim: str | None


def lead(chapter: Chapter, view: View) -> Lead:
    """What opens a chapter in a view; empty for a page that says nothing of its own. Raises DataError without data."""
    opening = _LEADS.get(chapter.slug)
    return opening(chapter, view) if opening else Lead(())


def lead_figure(chapter: Chapter) -> LeadFigure | None:
    """A chapter's figure, None where it has none."""
    if chapter.lead_figure is None:
        return None
    claim = chapter.claims[0] if "claim" in FIGURES[chapter.lead_figure].params else None
    return LeadFigure(chapter.lead_figure, claim)


def in_use(chapter: Chapter, view: View) -> str:
    """The windows of a view in words, for a page without levers; empty for a chapter that has no windows."""
    where = f"; neighborhood: {view.area}" if view.area else ""
    return f"Windows on this page: {pair_text(view.pair)}{where}." if chapter.claims else ""


def source_line() -> str:
    """Where the numbers of every page come from."""
    records = open_records()
    named = [(DATASETS[name], records.entry(name)) for name in DATASETS if records.has(name)]
    said = "; ".join(
        f"{dataset.name}: {entry.source}, complete through {entry.complete_through:%-d %B %Y}"
        for dataset, entry in named
    )
    return (
        f"{said[0].upper()}{said[1:]}. Data version {records.version}. "
        "A verdict on a number is never a verdict on a cause."
    )


def answer(finding: Finding) -> str:
    """The sentence that answers, with its verdict where something is claimed, as Markdown."""
    return f"{finding.sentence} **{PLAIN[finding.verdict]}.**" if finding.verdict else finding.sentence


def _announcement(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    findings = {claim.id: check_named(claim) for claim in load_story().claims.values()}
    return Lead((words.lead(findings), INTRODUCTION), ("covid-both",))


def _crime(chapter: Chapter, view: View) -> Lead:
    return Lead(
        tuple(answer(finding) for finding in chapter.lead_findings(view.pair)),
        ("covid-both", "baseline-pandemic", "dropped-words"),
    )


def _drug_arrests(chapter: Chapter, view: View) -> Lead:
    named = check_named(chapter.checked_claims()[0])
    before = next(found for found in named if found.window and found.window.id == "before-policy")
    found = [finding for finding in chapter.lead_findings(view.pair) if finding != before]
    return Lead(tuple(answer(finding) for finding in (*found, before)), ("own-definition", "covid-both"))


def _who_was_arrested(chapter: Chapter, view: View) -> Lead:
    said = [_said(name, view) for name in ("arrest-rates-by-race", "arrest-ratio-by-race")]
    sentences = tuple(sentence for one in said for sentence in one.sentences)
    # What holds the two sentences together was written for the usual windows.
    both = (BOTH_TRUE,) if view.pair == chapter.usual.pair else ()
    missing = tuple(dict.fromkeys(why for one in said for why in one.missing))
    return Lead((*sentences, *both), ("race-measured",), missing)


def _calls(chapter: Chapter, view: View) -> Lead:
    claims = chapter.checked_claims()
    if open_records().has("calls"):
        sentences = tuple(answer(claim_finding(claim, view, view.pair)) for claim in claims)
    else:
        sentences = (answer(chapter.lead_findings(view.pair)[0]), call_words.claimed(claims))
    return Lead(sentences, ("prior-years-change", "calls-are-not-activity"))


def _places(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    measure = load_story().measures[view.measure]
    caveats = ("place-known", "covid-both")
    try:
        found = place_changes(measure, view.pair, view.layer, view.places == "recorded")
        said = [place_words.map_sentence(measure, found), place_words.coverage_sentence(found, measure)]
        if view.layer == "neighborhoods":
            said.append(place_words.pattern_sentence(pattern(found)))
    except StoryError as error:
        return Lead((), caveats, (str(error),))
    return Lead(tuple(said), caveats)


def _was_it_covid(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    survives = conclusion(view.pair, view.trend, view.since, view.cities)
    return Lead((f"**{survives.beyond}**",), ("covid-both", "before-after"))


def _afterwards(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    said = _said("afterwards", view)
    return Lead(said.sentences, ("index-not-police-file",), said.missing)


def _methods(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    return Lead((METHODS,))


def _explore(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    cut = explore.cut_of(view)
    try:
        return Lead(explore.sentences(cut, view.pair), explore.caveats_of(cut)[:2])
    except StoryError as error:
        return Lead((), missing=(str(error),))


def _said(figure: str, view: View) -> Lead:
    """A figure's finding as a sentence, or why there is none."""
    try:
        return Lead((drawing(figure, view).sentence,))
    except StoryError as error:
        return Lead((), missing=(str(error),))


_LEADS: dict[str, Callable[[Chapter, View], Lead]] = {
    "": _announcement,
    "violent-and-property-crime": _crime,
    "drug-arrests": _drug_arrests,
    "who-was-arrested": _who_was_arrested,
    "calls-911": _calls,
    "where-things-changed": _places,
    "was-it-covid": _was_it_covid,
    "afterwards": _afterwards,
    "methods": _methods,
    "explore": _explore,
}
