"""What happened afterward, and what survives of the story."""

from __future__ import annotations

from contextlib import suppress

from lib.chapters.blocks import Blocks, Caption, FigureBlock, Heading, Levers, Paragraphs
from lib.chapters.chapters import Chapter
from lib.chapters.leads import in_use
from lib.chapters.shared_blocks import doubts, figure_then_sentence, onward, opening
from lib.errors import StoryError
from lib.figures.registry import drawing
from lib.story.check import check_named
from lib.story.evidence.synthetic import choice_of
from lib.story.load import load_story
from lib.story.sentences import conclusion_words as survives_words
from lib.story.sentences import endings
from lib.story.sentences.conclusion import conclusion
from lib.story.view import View


def afterwards(chapter: Chapter, view: View) -> Blocks:
    """Month by month to 2025, in Baltimore and in agencies of its size; the last year beside each large city."""
    yield from opening(chapter, view, Levers(("measure",)))
    yield from doubts("peers-limits")
    yield Heading("Year by year, offense by offense")
    yield from figure_then_sentence("afterwards-years", view)
    yield Heading("The last year, city by city")
    yield Levers(("cities",), moves=FigureBlock("last-year", view))
    yield from figure_then_sentence("last-year", view)
    yield Heading("When the policy was recalled")
    yield from figure_then_sentence("recall", view)
    yield from doubts("recall-weak", "before-after")
    yield Heading(endings.ANSWER)
    with suppress(StoryError):
        yield Paragraphs(endings.afterwards(drawing("afterwards", view).spoken))


def what_survives(chapter: Chapter, view: View) -> Blocks:
    """What the records support, what they contradict and what they cannot reach; every statement with two verdicts."""
    found = conclusion(view.pair, view.trend, view.since, view.cities, choice_of(view))
    yield from opening(chapter, view)
    yield Heading("What holds up")
    yield Caption(in_use(chapter, view))
    yield Paragraphs("\n".join(f"{number}. {said}" for number, said in enumerate(found.paragraphs, 1)))
    yield Paragraphs(survives_words.MADE_FROM)
    yield Heading("Every claim, with two verdicts")
    yield Paragraphs(survives_words.TWO_VERDICTS)
    yield Paragraphs(survives_words.verdicts([check_named(claim) for claim in load_story().claims.values()]))
    settle = survives_words.would_settle(load_story().claims.values())
    yield Paragraphs(settle, folded="What would settle the rest")
    yield Heading("What others found")
    studies = load_story().studies.values()
    yield Paragraphs(survives_words.studies([study for study in studies if study.here]))
    yield Paragraphs(survives_words.ELSEWHERE)
    yield Paragraphs(
        survives_words.studies([study for study in studies if not study.here]), folded=survives_words.STUDIES
    )
    yield onward("methods", "How these numbers are made, and where they come from", view)
