"""Drug arrests, and who was arrested."""

from __future__ import annotations

from functools import partial

from lib.chapters.blocks import Blocks, Collapsed, FigureBlock, Heading, Paragraphs, Quote, TableBlock
from lib.chapters.chapters import Chapter
from lib.chapters.leads import answer
from lib.chapters.shared_blocks import (
    answered,
    claim,
    dates,
    definitions,
    doubts,
    in_brief,
    measure_view,
    more_doubts,
    on_demand,
    opening,
    sentence_then_figure,
)
from lib.figures.arrests_by_race import averted_share, ratio_moved
from lib.figures.common import pair_text
from lib.story.check import check, check_measure, check_named
from lib.story.evidence import code_book_tables as charges
from lib.story.evidence.hopkins import PERIODS, averted_shares, study_figures
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.sentences import arrest_words, endings, hopkins_words
from lib.story.view import View

COVERED = """
If the policy alone had moved arrests, only arrests for the offenses it names would have fallen. But the pandemic alone
wouldn’t have cut all arrests equally, either. Arrests on the street depend on who is out there. Arrests on a warrant
don’t.
"""


def drug_arrests(chapter: Chapter, view: View) -> Blocks:
    """The claim under its readings, what came before it, and what happened after."""
    story = load_story()
    yield from opening(chapter, view, dates(chapter))
    yield from claim(chapter.checked_claims()[0])
    yield Heading("They had been falling for years")
    yield FigureBlock("arrest-level", view)
    yield from doubts("arrest-text")
    yield Collapsed("Show how we sort charges, and what no rule caught", "charge_rules", _charges)
    yield Heading("What the policy covered, and what it did not")
    yield Paragraphs(COVERED)
    yield FigureBlock("covered-and-other", view)
    yield on_demand("Show the claim under every definition of a drug arrest", view, "arrest-readings")
    yield from _averted(view)
    for name in ("rarely-arrest", "marijuana-2019"):
        other = story.claims[name]
        yield Heading(other.title)
        yield Paragraphs(_answer(check_named(other)[0]))
        yield from in_brief(other.caveats[:1])
        yield Collapsed("Show what was said, and every month", f"months_{name}", partial(_statement, other, view))
    yield definitions()
    yield Heading(endings.ANSWER)
    asked = chapter.checked_claims()[0]
    yield Paragraphs(endings.drug_arrests(check_named(asked), check(asked, asked.window("before-policy").pair)))


def _answer(finding: Finding) -> str:
    return f"{pair_text(finding.pair)}. {answer(finding)}" if finding.pair else answer(finding)


def _statement(said: Claim, view: View) -> Blocks:
    yield Quote(said)
    for finding in check_named(said)[1:]:
        yield Paragraphs(_answer(finding))
    yield FigureBlock("series", measure_view(view, said, "month"))


def _charges() -> Blocks:
    yield TableBlock("The rules that sort charges, in the order in which they apply", charges.rules())
    yield TableBlock("The most common charges that no rule caught; they count as other", charges.uncaught())


def _averted(view: View) -> Blocks:
    yield Heading("How many arrests didn’t happen?")
    yield Paragraphs(hopkins_words.opening(*study_figures()))
    yield answered("hopkins-averted", view)
    yield from in_brief(("which-counterfactual",))
    yield on_demand("Show the arrests that didn’t happen, by both ways of counting", view, "hopkins-averted")
    yield Collapsed("Show it to the end of the records, and by a wider count", "hopkins_more", lambda: _wider(view))
    yield Collapsed("Show the study’s table, recomputed here", "hopkins_table", _study_table)


def _wider(view: View) -> Blocks:
    yield Paragraphs(hopkins_words.to_the_end())
    yield from sentence_then_figure("hopkins-share", view)
    yield Paragraphs(hopkins_words.WIDER)
    yield FigureBlock("hopkins-averted-wide", view)


def _study_table() -> Blocks:
    yield Paragraphs(hopkins_words.TABLE)
    for period in PERIODS:
        yield TableBlock(hopkins_words.compared(period), hopkins_words.table(period))


def who_was_arrested(chapter: Chapter, view: View) -> Blocks:
    """Rates and shares by race, in absolute and in relative terms."""
    story = load_story()
    yield from opening(chapter, view, dates(chapter))
    yield Heading("What was said")
    yield Quote(chapter.checked_claims()[0])
    yield Heading("How the ratio changed")
    yield FigureBlock("arrest-ratio-by-race", view)
    yield Heading("As a share of all arrests")
    yield FigureBlock("arrest-shares-by-race", view)
    yield Paragraphs(arrest_words.averted_sentence(averted_share(view.pair)))
    yield Paragraphs(arrest_words.beside_study(*study_figures(), averted_shares()))
    yield Heading("The numbers behind it")
    for race in ("black", "white", "other"):
        yield Paragraphs(answer(check_measure(story.measures["covered-arrests"], view.pair, race=race)))
    yield from more_doubts("own-definition", "arrest-text")
    yield Heading(endings.ANSWER)
    yield Paragraphs(endings.who_was_arrested(view.pair, ratio_moved(view.pair)))
