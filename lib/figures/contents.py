"""What stands on each page of the story, in order, for files that hold the story without Streamlit.

The tests hold every figure, heading, caveat and paragraph against what the real page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from lib.analysis.counts import By
from lib.errors import StoryError
from lib.figures import calls, catalog  # noqa: F401 - the catalog declares every figure
from lib.figures.arrests import averted_share
from lib.figures.chapters import BY_SLUG, Chapter
from lib.figures.leads import answer, lead
from lib.figures.loaded_calls import claim_finding
from lib.figures.registry import drawing
from lib.figures.view import View
from lib.story import arrest_words, call_words, hopkins_words, place_words, words
from lib.story.check import can_count, check_measure, check_named
from lib.story.conclusion import conclusion
from lib.story.finding import Finding
from lib.story.hopkins import study_figures
from lib.story.load import load_story
from lib.story.model import Caveat, Claim
from lib.story.places import dose_of, place_changes
from lib.story.records import open_records
from lib.story.window_words import HOW_TO_READ


@dataclass(frozen=True)
class Heading:
    """A heading below the page's own; ``level`` 2 to 4; ``anchor``: by which a link on the page finds it."""

    text: str
    level: int = 2
    anchor: str | None = None


@dataclass(frozen=True)
class Prose:
    """Paragraphs in Markdown; with ``folded``, under a line that opens them."""

    text: str
    folded: str | None = None


@dataclass(frozen=True)
class Quote:
    """What was said, by whom, and where to read it."""

    claim: Claim


@dataclass(frozen=True)
class Doubt:
    """A reason for doubt."""

    caveat: Caveat


@dataclass(frozen=True)
class Shown:
    """A figure, as its page shows it at an address without parameters."""

    figure: str
    view: View
    claim: str | None = None


@dataclass(frozen=True)
class Tabled:
    """Columns of equal length as a table, under a caption; with ``folded``, under a line that opens it.

    A cell is text, a number or None; a column of web addresses becomes links.
    """

    caption: str
    columns: Mapping[str, Sequence[Any]]
    folded: bool = False


@dataclass(frozen=True)
class Onward:
    """A link to another chapter."""

    chapter: Chapter
    label: str


Piece = Heading | Prose | Quote | Doubt | Shown | Tabled | Onward
Pieces = Iterator[Piece]


def contents(chapter: Chapter) -> tuple[Piece, ...]:
    """All that stands on a page below its title. Raises DataError where the records can't be read."""
    return (*_lead(chapter, chapter.usual), *_PAGES[chapter.slug](chapter, chapter.usual))


def _announcement(chapter: Chapter, view: View) -> Pieces:  # noqa: ARG001
    findings = {claim.id: check_named(claim) for claim in load_story().claims.values()}
    yield Shown("timeline", view)
    yield Heading("Every statement, one by one")
    for heading, group in words.grouped(findings).items():
        yield Heading(heading, 3)
        for found in group:
            yield from _statement(found, view)


def _statement(found: tuple[Finding, ...], view: View) -> Pieces:
    claim = found[0].claim
    if claim is None:
        return
    yield Heading(claim.title, 4)
    yield Quote(claim)
    first = replace(view, pair=claim.windows[0].pair) if claim.windows else view
    if claim.figure:
        yield from _led(claim.figure, first)
    elif can_count(claim):
        yield Prose(words.verdict_summary(found))
        yield Shown("claim-range", first, claim.id)
    else:
        yield Prose(words.unmeasured(found[0]))
    if claim.chapter:
        yield Onward(BY_SLUG[claim.chapter], f"Read on: {BY_SLUG[claim.chapter].short}")


def _crime(chapter: Chapter, view: View) -> Pieces:
    for claim in chapter.checked_claims():
        yield from _claim(claim)
        yield Shown("windows-compared", view, claim.id)
        yield Shown("contributions", replace(view, measure=claim.measure or view.measure))
    yield Heading("What moved, and when")
    measured = check_measure(load_story().measures[view.measure], view.pair)
    yield Prose(answer(measured))
    yield _details(measured)
    yield Shown("series", view)
    yield Shown("earlier-years", view)
    yield Heading("Every window at once")
    yield from _led("every-window", view)
    yield Prose(HOW_TO_READ)
    yield Heading("More reasons for doubt")
    yield from _doubts("elsewhere", "surveillance", "before-after", "reported", "revised")
    yield _definitions()


def _drug_arrests(chapter: Chapter, view: View) -> Pieces:
    story = load_story()
    claim = chapter.checked_claims()[0]
    yield from _claim(claim)
    yield Shown("windows-compared", view, claim.id)
    yield Heading("They had been falling for years")
    yield Shown("arrest-level", view)
    yield from _doubts("arrest-text")
    yield Heading("What the policy covered, and what it did not")
    yield Shown("covered-and-other", view)
    yield Shown("arrest-readings", view)
    yield Heading("How many arrests were averted?")
    yield Prose(hopkins_words.opening(*study_figures()))
    yield from _led("hopkins-averted", view)
    yield Prose(hopkins_words.to_the_end())
    yield from _led("hopkins-share", view)
    yield Prose(hopkins_words.WIDER)
    yield Shown("hopkins-averted-wide", view)
    yield from _doubts("which-counterfactual")
    for name in ("rarely-arrest", "marijuana-2019"):
        other = story.claims[name]
        yield Heading(other.title)
        yield Quote(other)
        for finding in check_named(other):
            yield Prose(answer(finding))
        yield Shown("series", _measure_view(view, other, "month"))
    yield Heading("More reasons for doubt")
    yield from _doubts("before-after", "reported")
    yield _definitions()


def _who_was_arrested(chapter: Chapter, view: View) -> Pieces:
    yield Quote(chapter.checked_claims()[0])
    yield Heading("In absolute terms: arrests per 1,000 residents")
    yield Shown("arrest-rates-by-race", view)
    yield Heading("In relative terms: how many times as often")
    yield Shown("arrest-ratio-by-race", view)
    yield Heading("As a share of all arrests")
    yield Shown("arrest-shares-by-race", view)
    yield Prose(arrest_words.averted_sentence(averted_share(view.pair)))
    yield Heading("The counts behind it")
    for race in ("black", "white", "other"):
        yield Prose(answer(check_measure(load_story().measures["covered-arrests"], view.pair, race=race)))
    yield Heading("More reasons for doubt")
    yield from _doubts("own-definition", "arrest-text", "before-after")
    yield _definitions()


def _calls(chapter: Chapter, view: View) -> Pieces:
    claims = chapter.checked_claims()
    loaded = open_records().has("calls")
    if loaded:
        for claim in claims:
            yield _details(claim_finding(claim, view, view.pair))
    yield Heading("What was said")
    for claim in claims:
        yield Quote(claim)
    yield Prose(call_words.article(claims))
    if loaded:
        yield from _calls_counted(claims, view)
        yield from _two_readings(view)
        yield from _calls_published(view)
    else:
        yield from _calls_published(view)
        yield from _two_readings(view)
    yield Heading("More reasons for doubt")
    yield from _doubts("calls-by-officers", "covid-both", "before-after")
    yield _definitions()


def _calls_counted(claims: tuple[Claim, ...], view: View) -> Pieces:
    for claim in claims:
        yield Heading(claim.title)
        yield Prose(words.verdict_summary(check_named(claim)))
        yield Shown("calls-readings", view, claim.id)
    yield Shown("series", replace(view, measure="calls-drugs"))
    yield Heading("Did they fall more than other calls?")
    yield Prose(call_words.BASKETS)
    for claim in claims:
        yield Shown("calls-controls", view, claim.id)
    yield Heading("Who made these records, and in which words")
    for claim in claims:
        yield Shown("calls-origins", view, claim.id)
    yield Shown("calls-vocabulary", view, claims[0].id)
    yield from _doubts("calls-vocabulary", "calls-by-officers")
    yield Heading("Which neighborhoods moved?")
    measure = load_story().measures["calls-drugs"]
    with suppress(StoryError):
        yield Prose(place_words.map_sentence(measure, place_changes(measure, view.pair, "neighborhoods")))


def _calls_published(view: View) -> Pieces:
    story = load_story()
    rows, urgent = calls.around_change(calls.ROWS), calls.around_change(calls.URGENT)
    outside = story.series(calls.OUTSIDE)
    yield Heading("What others have counted, and why the baseline is shaky")
    yield Shown("calls-published", view)
    yield Prose(f"{call_words.rows_sentence(*rows)} {call_words.urgent_sentence(*urgent)}")
    yield Prose(call_words.crimes_sentence(*rows, calls.crimes_of(rows[1])))
    yield Prose(call_words.break_meaning())
    yield Heading("Narcotics: two counts that are not one series", 3)
    yield Prose(call_words.swing_sentence(outside))
    yield Prose(call_words.apart_sentence(outside[-1], story.series(calls.NARCOTICS)[0]))
    yield from _doubts("calls-vocabulary")
    yield Heading("Seasons, and the year 2020 as a whole", 3)
    yield Prose(call_words.season_sentence(story.series(calls.OUTSIDE_MONTHLY)))
    yield Shown("calls-months", view)
    yield Prose(call_words.pandemic_sentence(*calls.year_2020()))


def _two_readings(view: View) -> Pieces:
    yield Heading("If calls fell: less activity, or less calling?")
    yield Prose(call_words.READINGS)
    yield Prose(call_words.TELLING)
    for name in ("drug-arrests", "prostitution-arrests"):
        yield Prose(answer(check_measure(load_story().measures[name], view.pair)))
    yield Shown("arrest-readings", view)


def _places(chapter: Chapter, view: View) -> Pieces:  # noqa: ARG001
    measure = load_story().measures[view.measure]
    yield Shown("change-map", view)
    yield Heading("Why small places swing")
    yield Shown("funnel", view)
    yield Heading("Did it change more where enforcement had been heaviest?")
    with suppress(StoryError):
        yield Prose(place_words.dose_sentence(measure, dose_of(measure, view.pair)))
    yield Shown("enforcement", view)
    yield _definitions()


def _was_it_covid(chapter: Chapter, view: View) -> Pieces:  # noqa: ARG001
    yield Heading("1. When did it turn?")
    yield from _in_words("turning-days", view)
    yield from _in_words("turning-fit", view)
    yield from _doubts("turning-limits")
    yield Heading("2. What would have been expected?")
    yield from _in_words("expected", view)
    yield from _in_words("expected-check", view)
    yield from _doubts("expected-limits")
    yield Heading("3. What happened elsewhere?")
    for figure in ("peers-change", "peers-months", "peers-published"):
        yield from _in_words(figure, view)
    yield from _doubts("peers-limits")
    yield Heading("4. How empty were the streets?")
    yield from _in_words("streets", view)
    yield from _in_words("streets-lag", view)
    yield from _doubts("streets-limits")
    yield Heading("5. Where nothing should have happened")
    for figure in ("placebo-dates", "placebo-offenses", "placebo-announcement"):
        yield from _in_words(figure, view)
    yield from _doubts("placebo-limits")
    yield Heading("6. Two other changes in the same months")
    yield from _in_words("planes-and-protests", view)
    yield from _doubts("surveillance")
    survives = conclusion(view.pair, view.trend, view.since, view.cities)
    yield Heading("What survives all six")
    yield Prose("\n".join(f"{number}. {sentence}" for number, sentence in enumerate(survives.sentences, 1)))
    yield _definitions()


def _afterwards(chapter: Chapter, view: View) -> Pieces:  # noqa: ARG001
    yield Shown("afterwards", view)
    yield from _doubts("peers-limits")
    yield Heading("Year by year, offense by offense")
    yield from _led("afterwards-years", view)
    yield Heading("When the policy was recalled")
    yield from _led("recall", view)
    yield from _doubts("recall-weak", "before-after")


def _methods(chapter: Chapter, view: View) -> Pieces:  # noqa: ARG001
    from lib.figures.methods_contents import methods  # it is made of the pieces above

    yield from methods(view)


_PAGES: dict[str, Callable[[Chapter, View], Pieces]] = {
    "": _announcement,
    "violent-and-property-crime": _crime,
    "drug-arrests": _drug_arrests,
    "who-was-arrested": _who_was_arrested,
    "calls-911": _calls,
    "where-things-changed": _places,
    "was-it-covid": _was_it_covid,
    "afterwards": _afterwards,
    "methods": _methods,
}


def _claim(claim: Claim) -> Pieces:
    yield Heading(claim.title)
    yield Quote(claim)
    yield Prose(words.verdict_summary(check_named(claim)))


def _details(finding: Finding) -> Prose:
    return Prose("\n".join(f"- {note}" for note in finding.notes), folded="How sure is this? The details")


def _definitions() -> Prose:
    return Prose(words.DEFINITIONS, folded="How these numbers are made")


def _doubts(*ids: str) -> Pieces:
    known = load_story().caveats
    yield from (Doubt(known[name]) for name in ids)


def _lead(chapter: Chapter, view: View) -> Pieces:
    opening = lead(chapter, view)
    for sentence in (*opening.sentences, *opening.missing):
        yield Prose(sentence)
    yield from _doubts(*opening.caveats)


def _sentence(figure: str, view: View, folded: str | None = None) -> Pieces:
    with suppress(StoryError):
        yield Prose(drawing(figure, view).sentence, folded)


def _in_words(figure: str, view: View) -> Pieces:
    """A figure above its finding in full, folded away."""
    yield Shown(figure, view)
    yield from _sentence(figure, view, "The same in words, with all intervals")


def _led(figure: str, view: View) -> Pieces:
    """A figure below the sentence that says its finding in full."""
    yield from _sentence(figure, view)
    yield Shown(figure, view)


def _measure_view(view: View, claim: Claim, by: By) -> View:
    return replace(view, measure=claim.measure or view.measure, pair=claim.windows[0].pair, by=by)
