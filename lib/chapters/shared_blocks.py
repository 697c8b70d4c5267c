"""Blocks that several pages have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from lib.analysis.counts import By
from lib.chapters.blocks import (
    Blocks,
    Caption,
    CaveatBlock,
    ChapterLink,
    Collapsed,
    FigureBlock,
    Heading,
    Levers,
    Notice,
    Paragraphs,
    Quote,
    Tap,
)
from lib.chapters.chapters import BY_SLUG, Chapter
from lib.chapters.leads import LeadFigure, about, in_use, lead, lead_figure
from lib.errors import StoryError
from lib.figures.registry import drawing
from lib.story import claim_words, finding_words
from lib.story.check import check_named, counted_windows
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, NamedWindow
from lib.story.sentences import methods_words
from lib.story.sentences.window_effects import WHY
from lib.story.view import View

EXACT = "Exact numbers, and how sure they are"
WHY_DATES = "Why do the dates change the answer?"
IN_FULL = "These doubts in full, with their sources"
IN_WORDS = "The same in words, with all intervals"
TAPS: dict[str, Tap] = {"change-map": "place"}
"""What a tap on a chapter's first figure picks."""


def opening(chapter: Chapter, view: View, *levers: Levers) -> Blocks:
    """How chapters begin: the answer, the figure that shows it, the levers that move both, the first doubts."""
    if chapter.slug:
        yield Caption(about())
    found = lead(chapter, view)
    for sentence in found.sentences:
        yield Paragraphs(sentence)
    for why in found.missing:
        yield Notice(why)
    dated = chapter.slug and any("dates" in box.names for box in levers)  # on the first page each claim has its own
    if found.sentences and dated:
        note = finding_words.BETWEEN[chapter.dates.resolution(view.measure)]
        explained = f" {note}" if any("(between " in said for said in found.sentences) else ""
        yield Caption(in_use(chapter, view) + explained)
    if found.details:
        yield _folded(found.details)
    shown = lead_figure(chapter)
    if shown:
        yield FigureBlock(shown.figure, view, shown.claim, TAPS.get(shown.figure))
    yield from levers
    if dated:
        yield Paragraphs(WHY, folded=WHY_DATES)
    said = _caveat_of(shown, view) if shown else ""
    for doubt in doubts(*found.caveats[:1]):
        yield replace(doubt, headed=doubt.caveat.short != said)
    yield from in_brief(found.caveats[1:])


def _caveat_of(shown: LeadFigure, view: View) -> str:
    """The caveat inside a figure; empty where it can't be drawn."""
    with suppress(StoryError):
        return drawing(shown.figure, view, shown.claim).frame.caveat
    return ""


def dates(chapter: Chapter, *also: NamedWindow) -> Levers:
    """The levers of dates, with the named windows of the chapter's first claim and those ``also`` given."""
    return Levers(("dates",), (*counted_windows(chapter.checked_claims()[0]), *also))


def claim(said: Claim) -> Blocks:
    """A statement, its words, and the verdict on its number over all named windows."""
    yield Heading(said.title)
    yield Quote(said)
    yield Paragraphs(claim_words.verdict_summary(check_named(said)))


def exact(finding: Finding) -> Paragraphs:
    """A finding to a decimal, with counts, windows and notes, folded away."""
    return _folded((finding_words.exact(finding), *finding.notes))


def _folded(notes: tuple[str, ...]) -> Paragraphs:
    return Paragraphs("\n".join(f"- {note}" for note in notes), folded=EXACT)


def definitions() -> Paragraphs:
    """How the numbers are made, in plain words, folded away."""
    return Paragraphs(methods_words.DEFINITIONS, folded="How these numbers are made")


def doubts(*ids: str) -> Iterator[CaveatBlock]:
    """Reasons for doubt, by their ids."""
    known = load_story().caveats
    yield from (CaveatBlock(known[name]) for name in ids)


def in_brief(ids: Sequence[str]) -> Blocks:
    """Reasons for doubt in a line each; all of what there is to say of them, with sources, is folded away.

    The line of a single one is what opens it.
    """
    found = list(doubts(*ids))
    if len(found) == 1:
        yield Paragraphs(f"{found[0].caveat.text} {found[0].sources}".strip(), folded=f"▲ {found[0].caveat.short}")
    elif found:
        yield Paragraphs("\n".join(f"- **{doubt.caveat.short}**" for doubt in found))
        yield Paragraphs("\n\n".join(f"{doubt.text} {doubt.sources}".strip() for doubt in found), folded=IN_FULL)


def more_doubts(*ids: str) -> Blocks:
    """The reasons for doubt that close a chapter, and how its numbers are made."""
    yield Heading("More reasons for doubt")
    yield from in_brief(ids)
    yield definitions()


def answered(figure: str, view: View) -> Paragraphs | Notice:
    """What a figure finds, as people say it; why not, where it can't be drawn."""
    try:
        return Paragraphs(f"**{drawing(figure, view).spoken}**")
    except StoryError as error:
        return Notice(error.told)


def on_demand(label: str, view: View, *figures: str) -> Collapsed:
    """Figures that few readers need, with what they find in full, for whoever asks."""
    return Collapsed(label, "_".join(figures).replace("-", "_"), lambda: _in_words(view, figures))


def _in_words(view: View, figures: tuple[str, ...]) -> Blocks:
    for figure in figures:
        yield from figure_then_sentence(figure, view)


def sentence(figure: str, view: View, folded: str | None = None) -> Blocks:
    """A figure's finding in full; nothing where it can't be drawn, as the figure itself says why."""
    with suppress(StoryError):
        yield Paragraphs(drawing(figure, view).sentence, folded)


def figure_then_sentence(figure: str, view: View) -> Blocks:
    """A figure above its finding in full, folded away."""
    yield FigureBlock(figure, view)
    yield from sentence(figure, view, IN_WORDS)


def sentence_then_figure(figure: str, view: View) -> Blocks:
    """A figure below the sentence that says its finding in full."""
    yield from sentence(figure, view)
    yield FigureBlock(figure, view)


def measure_view(view: View, said: Claim, by: By) -> View:
    """The view of a claim's own measure in its first window."""
    return replace(view, measure=said.measure or view.measure, pair=said.windows[0].pair, by=by)


def onward(slug: str, label: str, view: View) -> ChapterLink:
    """A link to a chapter that keeps the reader's windows and choices."""
    return ChapterLink(BY_SLUG[slug], label, view)
