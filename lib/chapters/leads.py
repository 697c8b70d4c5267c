"""What opens each chapter: the sentences that answer, the first reasons for doubt, the figure that stands for it.

Declared once: pages, the shell that arrives before them and previews of links all say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lib.analysis.windows import say_date
from lib.chapters.chapters import Chapter
from lib.errors import StoryError
from lib.figures import explore
from lib.figures.common import pair_text
from lib.figures.loaded_calls import claim_finding
from lib.figures.registry import FIGURES, drawing
from lib.story import claim_words, finding_words, words
from lib.story.check import check, check_measure, check_named
from lib.story.evidence import later
from lib.story.evidence.places import PlaceChanges, layer_of, name_in, pattern, place_changes, place_name
from lib.story.evidence.synthetic import choice_of
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import DATASETS, resolution_of
from lib.story.records_in_use import open_records
from lib.story.sentences import call_words, peers_words, place_words
from lib.story.sentences import conclusion_words as survives_words
from lib.story.sentences.conclusion import conclusion
from lib.story.verdict import IN_A_SENTENCE, PLAIN
from lib.story.view import View

BOTH_TRUE = (
    "Both are true. The first says how many fewer arrests there were; the second compares the two groups. "
    "Records can’t settle which one matters."
)
LOOKS = (
    "**The records can’t tell.** The policy and the pandemic began within days of each other. Here are seven ways to "
    "look, each with what it can say and what it can’t."
)
METHODS = (
    "The code that shows each number in this story also counts it, from public records. Here is where the records come "
    "from, how good they are, how we sort and count them, and what they can’t say."
)


@dataclass(frozen=True)
class Lead:
    """The opening of a chapter in one view.

    ``sentences`` are paragraphs in Markdown, the answer first; ``details`` the same exactly, for those who want it;
    ``missing`` says, in a sentence each, why something can't be said; ``caveats`` are ids. ``brief``: the answer in a
    narrow line, for a page without dates and numbers of claims.
    """

    sentences: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    brief: str = ""


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


def title(chapter: Chapter, view: View) -> str:
    """What a page is called in a view: a link to a neighborhood names it, where the chapter is about such."""
    if view.area is None or chapter.lead_figure is None or "area" not in FIGURES[chapter.lead_figure].params:
        return chapter.title
    return f"How did things change in {place_name(view.area)}, Baltimore?"


def introduction() -> str:
    """What was announced, with where to read it, as Markdown."""
    claims = load_story().claims
    sources = dict.fromkeys(source for name in ("effective", "covid") for source in claims[name].sources)
    links = ", ".join(source.link for source in sources)
    said_on = say_date(load_story().event("made-permanent").date)
    return (
        f"On {said_on}, Baltimore’s State’s Attorney, Marilyn Mosby, said that her office would permanently stop "
        "prosecuting drug possession, prostitution, trespassing and other low-level offenses. It had stopped a year "
        "earlier, as a measure against COVID-19. The data, she said, show that this has been effective in reducing "
        f"crime. In December 2020, Police Commissioner Michael Harrison had said that the pandemic likely played a "
        f"part. Sources: {links}."
    )


def about() -> str:
    """What the story is about, for readers who open a chapter from a link, as Markdown."""
    said_on = say_date(load_story().event("made-permanent").date)
    return (
        f"**Baltimore, {said_on}.** State’s Attorney Marilyn Mosby said that her office would stop prosecuting drug "
        "possession, prostitution and other low-level offenses for good, and that the data show it has been effective "
        "in reducing crime."
    )


def in_use(chapter: Chapter, view: View) -> str:
    """The windows of a view in words; empty for a chapter that has no windows."""
    if not chapter.claims:
        return ""
    where = f" Place: {place_name(view.area)}." if view.area else ""
    return f"{pair_text(view.pair)}.{where}"


CLOSING = "A number can be right and still not show what caused it."
SOURCES = "Where the numbers come from"


def source_line() -> str:
    """Where the numbers of every page come from."""
    records = open_records()
    named = [(DATASETS[name], records.entry(name)) for name in DATASETS if records.has(name)]
    said = "; ".join(
        f"{dataset.name}: {entry.source}"
        + (f", complete through {say_date(entry.complete_through)}" if entry.complete_through else "")
        for dataset, entry in named
    )
    return f"{said[0].upper()}{said[1:]}. Data version {records.version}."


def answer(finding: Finding) -> str:
    """The sentence that answers, with its verdict where something is claimed, as Markdown."""
    said = finding_words.short(finding)
    if finding.no_verdict:
        return f"{said} **{finding.no_verdict}**"
    if finding.verdict is None:
        return said
    verdict = PLAIN[finding.verdict]
    if finding.claimed is None or finding.change is None or finding.measure is None:
        return f"{said} **{verdict}.**"
    on_these = "in these whole years" if resolution_of(finding.measure) == "year" else "on these dates"
    return f"{said} The claim was {words.drop(finding.claimed)}: **{on_these}, {IN_A_SENTENCE[finding.verdict]}.**"


def _before_policy(claim: str) -> Finding:
    """A claim's measure before the policy and the pandemic. Raises ArgumentError where it names no such window."""
    asked = load_story().claims[claim]
    return check(asked, asked.window("before-policy").pair)


def _announcement(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    findings = {claim.id: check_named(claim) for claim in load_story().claims.values()}
    return Lead((claim_words.lead(findings), claim_words.already(_before_policy("drug-arrests"))), ("covid-both",))


def _crime(chapter: Chapter, view: View) -> Lead:
    return _answers(chapter.lead_findings(view.pair), ("covid-both", "baseline-pandemic", "dropped-words"))


def _drug_arrests(chapter: Chapter, view: View) -> Lead:
    before = _before_policy(chapter.claims[0])
    found = chapter.lead_findings(view.pair)
    opening = _answers(found, ("own-definition", "covid-both"))
    already = () if before in found else (claim_words.already(before),)
    return replace(opening, sentences=(*opening.sentences, *already))


def _who_was_arrested(chapter: Chapter, view: View) -> Lead:
    said = [_said(name, view) for name in ("arrest-rates-by-race", "arrest-ratio-by-race")]
    sentences = tuple(sentence for one in said for sentence in one.sentences)
    # What holds the two sentences together was written for the usual windows.
    both = (BOTH_TRUE,) if view.pair == chapter.usual.pair else ()
    missing = tuple(dict.fromkeys(why for one in said for why in one.missing))
    details = tuple(detail for one in said for detail in one.details)
    return Lead((*sentences, *both), ("race-measured",), missing, details)


def _calls(chapter: Chapter, view: View) -> Lead:
    claims, caveats = chapter.checked_claims(), ("prior-years-change", "calls-are-not-activity")
    if open_records().has("calls"):
        return _answers([claim_finding(claim, view, view.pair) for claim in claims], caveats)
    drugs, sex_work = chapter.lead_findings(view.pair)
    before = check(claims[0], claims[0].window("2019-against-2018").pair)
    found = _answers((drugs,), caveats)
    inferred = _short("calls-march-to-december", view)
    return replace(
        found, sentences=(*found.sentences, claim_words.already(before), inferred, call_words.unchecked((sex_work,)))
    )


def _places(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    measure = load_story().measures[view.measure]
    layer = layer_of(measure, view.layer)
    caveats = (place_words.doubt(measure), "covid-both")
    try:
        found = place_changes(measure, view.pair, layer, view.places == "recorded")
        here = _of_place(measure, view, found)
        said = (*here, place_words.map_sentence(measure, found))
        if layer == "areas" and layer_of(measure, "neighborhoods") == "neighborhoods":
            finer = place_changes(measure, view.pair, "neighborhoods", view.places == "recorded")
            said = (*said, place_words.level_sentence(found, finer))
        details = []
        if layer_of(measure, "neighborhoods") == "neighborhoods":
            details.append(place_words.coverage_sentence(found, measure))
        if layer == "neighborhoods":
            details.append(place_words.pattern_sentence(pattern(found)))
    except StoryError as error:
        return Lead((), caveats, (error.told,))
    return Lead(said, caveats, details=tuple(details))


def _of_place(measure: Measure, view: View, found: PlaceChanges) -> tuple[str, ...]:
    """A place as it stands on the map; one that isn't on it by its own counts alone."""
    if view.area is None:
        return ()
    name = name_in(layer_of(measure, view.layer), view.area)
    if name:
        return (place_words.place_sentence(measure, found, name),)
    return (answer(check_measure(measure, view.pair, view.area)),) if resolution_of(measure) == "day" else ()


def _was_it_covid(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    found = conclusion(view.pair, view.trend, view.since, view.cities, choice_of(view))
    return Lead((LOOKS,), ("covid-both",), details=found.paragraphs)


def _afterwards(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    said = replace(_said("afterwards", view), caveats=("index-not-police-file",))
    if said.missing:
        return replace(said, brief=said.missing[0])
    return replace(said, brief=peers_words.course_brief(later.course(load_story().measures[view.measure])))


def _what_survives(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    findings = [check_named(claim) for claim in load_story().claims.values()]
    return Lead((survives_words.in_short(findings),), ("covid-both",))


def _methods(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    return Lead((METHODS,))


def _explore(chapter: Chapter, view: View) -> Lead:  # noqa: ARG001
    cut = explore.cut_of(view)
    try:
        return Lead(explore.sentences(cut, view.pair), explore.caveats_of(cut)[:2])
    except StoryError as error:
        return Lead((), missing=(error.told,))


def _answers(findings: Sequence[Finding], caveats: tuple[str, ...]) -> Lead:
    """Findings as a chapter's answer, with all that makes them exact."""
    details = tuple(note for finding in findings for note in (finding_words.exact(finding), *finding.notes))
    return Lead(tuple(answer(finding) for finding in findings), caveats, details=details)


def _said(figure: str, view: View) -> Lead:
    """A figure's finding as people say it, and in full; or why there is none."""
    try:
        return Lead((_short(figure, view),), details=(drawing(figure, view).sentence,))
    except StoryError as error:
        return Lead((), missing=(error.told,))


def _short(figure: str, view: View) -> str:
    """What a figure finds, as people say it. Raises as ``drawing``."""
    return drawing(figure, view).spoken


_LEADS: dict[str, Callable[[Chapter, View], Lead]] = {
    "": _announcement,
    "violent-and-property-crime": _crime,
    "drug-arrests": _drug_arrests,
    "who-was-arrested": _who_was_arrested,
    "calls-911": _calls,
    "where-things-changed": _places,
    "was-it-covid": _was_it_covid,
    "afterwards": _afterwards,
    "what-survives": _what_survives,
    "methods": _methods,
    "explore": _explore,
}
