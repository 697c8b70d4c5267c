"""The first page: the whole story in short, each part with a figure and the chapter behind it, then every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from lib.chapters.blocks import (
    Blocks,
    Caption,
    Card,
    Collapsed,
    FigureBlock,
    Heading,
    Notice,
    Paragraphs,
    Quote,
    TableBlock,
)
from lib.chapters.chapters import BY_SLUG, Chapter
from lib.chapters.leads import introduction
from lib.chapters.shared_blocks import answered, dates, onward, opening, sentence
from lib.errors import StoryError
from lib.figures.common import dates_text, pair_text
from lib.figures.registry import drawing
from lib.story import claim_words, finding_words, words
from lib.story.check import check_named
from lib.story.evidence.synthetic import choice_of
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.sentences import conclusion_words
from lib.story.sentences.conclusion import conclusion
from lib.story.view import View, default_view


def announcement(chapter: Chapter, view: View) -> Blocks:
    """What was announced, whether it is so, what can't be known, and all claims one by one."""
    findings = {claim.id: check_named(claim) for claim in load_story().claims.values()}
    yield Paragraphs(introduction())
    yield from opening(chapter, view, dates(chapter))
    for i, claims in enumerate(("violent-and-property-crime", "drug-arrests", "calls-911")):  # in a row
        yield onward(claims, f"{'' if i else 'Check it yourself: '}{BY_SLUG[claims].short}", view)

    yield Heading("Who was arrested?")
    yield answered("arrest-ratio-by-race", _dated("who-was-arrested", view))
    yield from _part("who-was-arrested", "arrest-rates-by-race", view)

    yield Heading("Where did crime change?")
    yield from _part("where-things-changed", "change-map", view)

    yield Heading("When did it turn, and what happened elsewhere?")
    yield answered("turning-days", _dated("was-it-covid", view))
    yield from _part("was-it-covid", "peers-change", view)

    yield Heading("What holds up, and what can’t be known?")
    yield from _ending(view, findings)

    yield Heading("Every claim we can check")
    yield from _claims(view, findings)


def _dated(slug: str, view: View) -> View:
    """The view of another chapter: in its usual dates, or in the reader's own where they moved them."""
    usual = BY_SLUG[slug].usual
    return usual if view.pair == BY_SLUG[""].usual.pair else replace(usual, pair=view.pair)


def _part(slug: str, figure: str, view: View) -> Blocks:
    """A figure of another chapter, and the way to it."""
    yield FigureBlock(figure, _dated(slug, view))
    yield onward(slug, f"Check it yourself: {BY_SLUG[slug].short}", view)


def _ending(view: View, findings: Mapping[str, Sequence[Finding]]) -> Blocks:
    shown = _dated("what-survives", view)
    try:
        found = conclusion(shown.pair, shown.trend, shown.since, shown.cities, choice_of(shown))
    except StoryError as error:
        yield Notice(error.told)
    else:
        yield Paragraphs(conclusion_words.in_short(list(findings.values())))
        yield Caption(f"{pair_text(shown.pair)}.")
        yield Paragraphs("\n\n".join(found.paragraphs))
    yield onward("what-survives", f"Read on: {BY_SLUG['what-survives'].short}", view)


def _claims(view: View, findings: Mapping[str, Sequence[Finding]]) -> Blocks:
    """The claims that can be counted as a table; the words, speakers and sources of all of them on demand."""
    counted = [(found[0].claim, found) for found in findings.values() if found[0].claim and found[0].claim.records]
    yield TableBlock(
        "The claims that counts can check, each on its own dates",
        {
            "Claim": [claim.title for claim, _ in counted],
            "What the records say": [_told(claim, found) for claim, found in counted],
        },
    )
    for heading, group in claim_words.grouped(findings).items():
        label = f"{heading}: show {words.worded(len(group), 'statements')}, with words and sources"
        yield Collapsed(label, f"statements_{len(group)}", partial(_cards, group, view))


def _told(claim: Claim, found: Sequence[Finding]) -> str:
    """What was counted of a claim and whether it holds, in a cell; or what the claim's own figure finds."""
    if claim.figure:
        with suppress(StoryError):
            return f"{drawing(claim.figure, replace(default_view(), pair=claim.windows[0].pair)).frame.title}."
    pair = found[0].pair
    dated = f"{dates_text(pair)}: " if pair and found[0].change else ""
    return f"{dated}{finding_words.counted_change(found[0])} {claim_words.overall_text(found)}".strip()


def _cards(group: Sequence[tuple[Finding, ...]], view: View) -> Blocks:
    for found in group:
        yield Card(tuple(_statement(found, view)))


def _statement(found: tuple[Finding, ...], view: View) -> Blocks:
    claim = found[0].claim
    if claim is None:
        return
    yield Heading(claim.title, 4)
    yield Quote(claim)
    if claim.figure:
        yield from sentence(claim.figure, replace(view, pair=claim.windows[0].pair))
    elif found[0].change:
        yield Paragraphs(claim_words.verdict_summary(found))
        if claim.claimed is None:
            yield from (Paragraphs(load_story().caveats[name].short) for name in claim.caveats[:1])
    else:
        yield Paragraphs(claim_words.unmeasured(found[0]))
    if claim.chapter:
        yield onward(claim.chapter, f"Read on: {BY_SLUG[claim.chapter].short}", view)
