"""911 calls: the two claims, compared with the records where they are loaded, and what a fall can mean."""

from __future__ import annotations

from dataclasses import replace

from lib.chapters.blocks import (
    Blocks,
    Collapsed,
    FigureBlock,
    Heading,
    Levers,
    Notice,
    Paragraphs,
    Quote,
    TableBlock,
)
from lib.chapters.chapters import Chapter
from lib.chapters.leads import answer
from lib.chapters.shared_blocks import (
    answered,
    dates,
    doubts,
    figure_then_sentence,
    more_doubts,
    onward,
    opening,
    sentence,
)
from lib.errors import StoryError
from lib.figures import calls
from lib.story import claim_words
from lib.story.check import check_measure, check_named
from lib.story.evidence.places import place_changes
from lib.story.evidence.whole_years import DRUGS, estimate_off, published_changes, whole_years_of
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.records_in_use import open_records
from lib.story.sentences import call_words, endings, place_words, yearly_words
from lib.story.view import View

WHERE_FIGURES = ("change-map", "enforcement")


def calls_911(chapter: Chapter, view: View) -> Blocks:
    """The claims compared with the yearly counts and, where they are loaded, the records themselves."""
    claims = chapter.checked_claims()
    loaded = open_records().has("calls")
    yield from opening(chapter, view, dates(chapter), *((Levers(("origin", "texts")),) if loaded else ()))
    yield Heading("What was said")
    yield Quote(claims[0], claims[1:])  # one press release
    yield Paragraphs(call_words.article(claims), folded=call_words.ARTICLE)
    yield from _by_year(claims[0], view)
    if loaded:
        yield from _counted(claims, view)
    yield from _two_readings(chapter)
    yield from _published(view)
    yield from more_doubts("calls-by-officers", "covid-both")
    yield from _how_to_load()
    yield Heading(endings.ANSWER)
    yield Paragraphs(endings.calls([found for found in map(check_named, claims) if found[0].change]))


def _by_year(claim: Claim, view: View) -> Blocks:
    """The drug-call claim over whole years: every window, the claim's own months, other calls, and where."""
    yearly = replace(view, measure=DRUGS, pair=whole_years_of(view.pair), layer="areas", carried=None)
    yield Heading("Drug calls, in whole years")
    yield Paragraphs(claim_words.verdict_summary(check_named(claim)))
    yield _every_pair(claim, view)
    yield from sentence("calls-by-year", view)
    yield Paragraphs(yearly_words.RECORDING)
    yield Heading("March to December, the claim’s months")
    yield Levers(("early",))
    yield from figure_then_sentence("calls-march-to-december", view)
    yield from doubts("inferred-months")
    yield Heading("Other calls in the same years")
    yield Paragraphs(yearly_words.OTHERS)
    yield answered("calls-beside-others", yearly)
    yield Collapsed("Show the other calls, and what others estimate", "calls_beside_others", lambda: _beside(yearly))
    yield Heading("Where drug calls fell")
    yield from (answered(figure, yearly) for figure in WHERE_FIGURES)
    yield Collapsed("Show the map, and the calls beside enforcement", "where_calls", lambda: _where(yearly))


def _every_pair(claim: Claim, view: View) -> Collapsed:
    shown = FigureBlock("windows-compared", view, claim.id)
    return Collapsed("Show every pair of years", "windows_compared", lambda: (shown,))


def _beside(yearly: View) -> Blocks:
    yield from figure_then_sentence("calls-beside-others", yearly)
    yield Paragraphs(yearly_words.estimates_text(published_changes(), estimate_off()))


def _where(yearly: View) -> Blocks:
    yield Paragraphs(yearly_words.WHERE)
    for figure in WHERE_FIGURES:
        yield from figure_then_sentence(figure, yearly)
    yield onward("where-things-changed", "Explore the map", yearly)


def _counted(claims: tuple[Claim, ...], view: View) -> Blocks:
    first, *others = claims
    yield Heading(first.title)
    yield Paragraphs(claim_words.verdict_summary(check_named(first)))
    yield FigureBlock("series", replace(view, measure="calls-drugs"))
    for claim in others:
        yield Heading(claim.title)
        yield Paragraphs(claim_words.verdict_summary(check_named(claim)))
        yield FigureBlock("calls-readings", view, claim.id)
    yield Heading("Did these calls fall more than others?")
    yield Paragraphs(call_words.BASKETS)
    for claim in claims:
        yield FigureBlock("calls-controls", view, claim.id)
    yield Heading("Who made these records, and in what words")
    for claim in claims:
        yield FigureBlock("calls-origins", view, claim.id)
    yield FigureBlock("calls-vocabulary", view, first.id)
    yield from doubts("calls-vocabulary", "calls-by-officers")
    notes = (*open_records().entry("calls").notes, *open_records().quiet_days("calls"))
    yield Paragraphs(
        "\n".join(f"- {note}" for note in notes),
        folded="The years loaded here: their clocks, what counts once, days that stand out",
    )
    yield from _neighborhoods(view)


def _neighborhoods(view: View) -> Blocks:
    yield Heading("Which neighborhoods changed?")
    measure = load_story().measures["calls-drugs"]
    try:
        yield Paragraphs(place_words.map_sentence(measure, place_changes(measure, view.pair, "neighborhoods")))
    except StoryError as error:
        yield Notice(error.told)
    yield onward("where-things-changed", "See them on the map", replace(view, measure=measure.id))


def _published(view: View) -> Blocks:
    yield Heading("Why the baseline is shaky")
    yield Paragraphs(f"{call_words.rows_sentence(*calls.around_change(calls.ROWS))} {call_words.BREAK}")
    yield Collapsed("Show what others have counted", "counted_by_others", lambda: _counted_by_others(view))


def _counted_by_others(view: View) -> Blocks:
    story = load_story()
    rows, outside = calls.around_change(calls.ROWS), story.series(calls.OUTSIDE)
    yield FigureBlock("calls-published", view)
    yield Paragraphs(call_words.urgent_sentence(*calls.around_change(calls.URGENT)))
    yield Paragraphs(call_words.crimes_sentence(*rows, calls.crimes_of(rows[1])))
    yield Paragraphs(call_words.one_hand_sentence(*calls.around_change(calls.ONE_HAND)))
    yield Heading(call_words.NARCOTICS, 3)
    yield Paragraphs(call_words.swing_sentence(outside))
    yield Paragraphs(call_words.apart_sentence(outside[-1], story.series(calls.NARCOTICS)[0]))
    yield Paragraphs(story.caveats["calls-vocabulary"].text)
    yield Heading(call_words.SEASONS, 3)
    yield from figure_then_sentence("calls-months", view)
    yield Paragraphs(call_words.season_sentence(story.series(calls.OUTSIDE_MONTHLY)))
    yield Paragraphs(call_words.pandemic_sentence(*calls.year_2020()))
    counted = calls.all_counted()
    columns = dict(zip(counted.columns, zip(*counted.rows, strict=True), strict=True))
    yield TableBlock("Every number that others have counted, with its source", columns)


def _two_readings(chapter: Chapter) -> Blocks:
    usual = chapter.usual
    yield Heading("Less drug activity, or just less calling?")
    yield Paragraphs(call_words.follow_up_sentence(load_story().published))
    yield Paragraphs(call_words.READINGS)
    yield Paragraphs(call_words.TELLING, folded=call_words.TELLING_FOLDED)
    yield Collapsed(call_words.ARRESTS_FOLDED, "arrests_then", lambda: _arrests(usual))


def _arrests(usual: View) -> Blocks:
    measures = [load_story().measures[name] for name in ("drug-arrests", "prostitution-arrests")]
    said = [call_words.ARRESTS, *(answer(check_measure(measure, usual.pair)) for measure in measures)]
    yield Paragraphs("\n\n".join(said))
    yield from figure_then_sentence("arrest-readings", usual)


def _how_to_load() -> Blocks:
    # Folded, and no blocks of code: their script and letters are a third of what the page sends to those who only read.
    yield Paragraphs(call_words.how_to_load(calls.around_change(calls.ROWS)[1]), folded=call_words.COMMANDS)
    yield Levers(("load",))
