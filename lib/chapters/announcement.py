"""The first page: what was said, and what the records say of each statement."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from lib.chapters.blocks import Aside, Card, Heading, OnDemand, Pieces, Prose, Quote
from lib.chapters.chapters import BY_SLUG, Chapter
from lib.chapters.leads import INTRODUCTION, short_version
from lib.chapters.shared_blocks import onward, opening, sentence
from lib.story import words
from lib.story.check import check_named
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.view import View


def announcement(chapter: Chapter, view: View) -> Pieces:
    """What was announced, the short version, and all statements one by one."""
    findings = {claim.id: check_named(claim) for claim in load_story().claims.values()}
    yield Prose(INTRODUCTION)
    yield from opening(chapter, view)
    yield Heading("The short version")
    yield Card(tuple(onward(slug, said, view) for slug, said in short_version(findings)))
    yield Heading("Every statement, one by one")
    for heading, group in words.grouped(findings).items():
        yield Heading(heading, 3)
        cards = tuple(Card(tuple(_statement(found, view))) for found in group)
        if any(found[0].change for found in group):
            yield from cards
        else:
            yield Prose("\n".join(f"- {found[0].claim.title}" for found in group if found[0].claim))
            label = f"Show {words.worded(len(group), 'statements')}, and what would settle them"
            yield OnDemand(label, f"statements_{len(group)}", partial(iter, cards))


def _statement(found: tuple[Finding, ...], view: View) -> Pieces:
    claim = found[0].claim
    if claim is None:
        return
    yield Heading(claim.title, 4)
    yield Quote(claim)
    if claim.figure:
        yield from sentence(claim.figure, replace(view, pair=claim.windows[0].pair))
    elif found[0].change:
        yield Prose(words.verdict_summary(found))
        if claim.claimed is None:
            yield from (Aside(load_story().caveats[name].short) for name in claim.caveats[:1])
    else:
        yield Prose(words.unmeasured(found[0]))
    if claim.chapter:
        yield onward(claim.chapter, f"Read on: {BY_SLUG[claim.chapter].short}", view)
