"""What stands on the page of methods and data: for a fact-checker, in the order in which one would ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.chapters.blocks import Block, Blocks, CaveatBlock, Code, FigureBlock, Heading, Paragraphs, TableBlock
from lib.chapters.chapters import Chapter
from lib.chapters.shared_blocks import opening
from lib.errors import StoryError
from lib.figures.citation import cite_story, cite_story_bibtex
from lib.figures.registry import drawing
from lib.story import claim_words, provenance, words
from lib.story.evidence import code_book_tables as charges
from lib.story.evidence import quality
from lib.story.evidence.quality import place_shares, published_and_ours, whole
from lib.story.evidence.whole_years import counted_twice
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import methods_words, quality_words
from lib.story.view import View
from lib.tables.manifest import ALL, Gap

THREE_YEARS = 2019
"""The first of the years around the announcement for which places are summed up."""


def methods(chapter: Chapter, view: View) -> Blocks:
    """Sources, quality, code books, methods, what differs and what can't be said, versions, errors."""
    yield from opening(chapter, view)
    yield from _kept(chapter.usual, open_records().version)  # nothing on it depends on what readers choose


@lru_cache(maxsize=2)
def _kept(view: View, version: str) -> tuple[Block, ...]:  # noqa: ARG001 - new tables make a new page
    return tuple(_all(view))


def _all(view: View) -> Blocks:
    yield Heading("On this page")
    yield Paragraphs("\n".join(f"- [{title}](#{anchor})" for anchor, (title, _) in SECTIONS.items()))
    for anchor, (title, section) in SECTIONS.items():
        yield Heading(title, 2, anchor)
        yield from section(view)


def _definitions(view: View) -> Blocks:  # noqa: ARG001 - every section has this shape
    yield Paragraphs(methods_words.DEFINITIONS)


def _sources(view: View) -> Blocks:  # noqa: ARG001
    found = provenance.sources()
    yield Paragraphs(methods_words.sources(found, open_records().version))
    kept = [(source, each) for source in found for each in source.tables]
    yield TableBlock(
        "Every table, with its days and rows",
        {
            "table": [each.entry.name for _, each in kept],
            "first day": [each.entry.first.isoformat() if each.entry.first else None for _, each in kept],
            "last day": [each.entry.last.isoformat() if each.entry.last else None for _, each in kept],
            "complete through": [
                each.entry.complete_through.isoformat() if each.entry.complete_through else None for _, each in kept
            ],
            "rows": [each.entry.rows for _, each in kept],
            "records read": [each.read for _, each in kept],
            "left out": [each.left_out for _, each in kept],
            "records counted": [each.counted for _, each in kept],
            "address": [source.address for source, _ in kept],
        },
    )
    for source in found:
        yield Heading(source.name, 3)
        yield Paragraphs(methods_words.source(source))
        gaps = [f"- {_gap(gap)}" for gap in source.gaps]
        notes = [f"- {note}" for note in (*source.notes, *map(methods_words.file_read, source.inputs))]
        yield Paragraphs("\n".join((*gaps, *notes)), methods_words.known_of(source))
    yield Heading("City of Baltimore, 911 calls for service", 3)
    opened = open_records()
    loaded = opened.has("calls")
    yield Paragraphs(methods_words.CALLS_LOADED if loaded else methods_words.calls_missing())
    yield TableBlock("The city’s layers of 911 calls, one a year", provenance.layers("calls"), folded=True)
    if twice := counted_twice():
        yield Paragraphs(methods_words.COUNTED_TWICE)
        yield TableBlock(
            "The same years of 911 calls, as the alliance counts them and as loaded here",
            {
                "what": [each.daily.label for each in twice],
                "year": [str(each.year) for each in twice],
                "the alliance": [each.alliance for each in twice],
                "loaded here": [each.loaded for each in twice],
                "difference": [each.loaded - each.alliance for each in twice],
                "in percent": [None if each.apart is None else words.signed(each.apart, 1) for each in twice],
            },
        )
    yield Heading("Figures that others published", 3)
    yield Paragraphs(methods_words.QUOTED)
    yield TableBlock("Who published the figures that are quoted", provenance.published_by(), folded=True)


def _quality(view: View) -> Blocks:
    yield CaveatBlock(load_story().caveats["quality-limits"])
    yield Heading("Every day on record", 3)
    yield Paragraphs(quality_words.RULE)
    yield from _said("quality-crime-days", view)
    yield from _said("quality-arrest-days", view)
    if open_records().has("calls"):
        yield from _said("quality-call-days", view)
    else:
        yield Paragraphs(open_records().lacks("calls"))
    yield Heading("The ransomware of May 2019", 3)
    yield from _said("quality-outage", view)
    yield Heading("Records without a place", 3)
    crime = open_records().areas("crime")
    since = Window(crime.last.replace(year=THREE_YEARS, month=1, day=1), crime.last)
    yield Paragraphs(quality_words.imputed_sentence(place_shares("crime", (since,))))
    yield from _said("quality-places", view)
    yearly = {name: place_shares(name, whole(name, "year")) for name in ("crime", "arrests")}
    yield TableBlock("Places by year, crime", _shares(yearly["crime"]), folded=True)
    yield TableBlock("Places by year, arrests", _shares(yearly["arrests"]), folded=True)
    yield Heading("Compared with another count of the same crimes", 3)
    yield from _said("quality-agreement", view)


def _code_books(view: View) -> Blocks:  # noqa: ARG001
    yield Heading("Crime", 3)
    yield Paragraphs(methods_words.OFFENSES)
    yield TableBlock("Victims by offense and year, all complete days; blank: not in the file", provenance.offenses())
    yield Heading("Arrests", 3)
    yield Paragraphs(methods_words.ARRESTS)
    yield TableBlock("Arrests by group of charges and year, all complete days", provenance.arrest_groups())
    yield TableBlock("The rules that sort charges, in the order in which they apply", charges.rules(), folded=True)
    yield TableBlock(
        "The most common charges that no rule caught; they count as other", charges.uncaught(), folded=True
    )
    yield Heading("911 calls", 3)
    opened = open_records()
    yield Paragraphs(methods_words.CALL_BOOK)
    if opened.has("calls"):
        yield TableBlock("911 records by group and by who made them", charges.call_kinds())
    else:
        yield Paragraphs(f"We can’t say how many records each rule caught. {opened.lacks('calls')}")
    yield TableBlock(
        "The rules that sort 911 records, in the order in which they apply", charges.call_rules(), folded=True
    )
    yield Heading("What can be counted", 3)
    yield Paragraphs(methods_words.MEASURES)
    yield TableBlock("Everything that a page, a command or an address can name", provenance.measures(), folded=True)


def _methods(view: View) -> Blocks:  # noqa: ARG001
    yield Paragraphs(methods_words.METHODS)
    for method in load_story().methods.values():
        yield Heading(method.name, 3)
        for paragraph in claim_words.method(method):
            yield Paragraphs(paragraph)


def _published(view: View) -> Blocks:
    yield from _said("published-and-ours", view)
    found = published_and_ours()
    yield TableBlock(
        "Every published figure that can be counted here",
        {
            "what": [row.what for row in found],
            "published": [quality_words.value(row.published, row.unit) for row in found],
            "here": [quality_words.value(row.ours, row.unit, 1) for row in found],
            "apart": [quality_words.apart(row) for row in found],
            "by": [row.by for row in found],
            "windows": [_windows(row.pair, row.unit) for row in found],
            "address": [row.address for row in found],
        },
    )
    yield Paragraphs(quality_words.revision(open_records().entry("crime").dropped))


def _limits(view: View) -> Blocks:  # noqa: ARG001
    yield Paragraphs("\n".join(f"- {limit}" for limit in methods_words.limits()))
    unchecked = [claim for claim in load_story().claims.values() if claim.why_not]
    yield Heading("Statements that these records cannot check", 3)
    yield Paragraphs(
        "\n".join(f"- **{claim.title}.** {claim.why_not} What it would take: {claim.would_take}" for claim in unchecked)
    )


def _changes(view: View) -> Blocks:  # noqa: ARG001
    opened, changes = open_records(), load_story().changes
    yield Paragraphs(methods_words.version(opened.version, any(map(opened.loaded_here, opened.loaded))))
    yield TableBlock(
        "What changed in the data and in what is counted, newest first",
        {
            "date": [change.date.isoformat() for change in changes],
            "data version from then on": [change.version or "the same" for change in changes],
            "what changed": [change.what for change in changes],
            "why": [change.why for change in changes],
        },
        folded=True,
    )


def _cite(view: View) -> Blocks:  # noqa: ARG001
    yield Paragraphs(methods_words.CITE)
    yield Code(cite_story())
    yield Code(cite_story_bibtex())


def _report(view: View) -> Blocks:  # noqa: ARG001
    yield Paragraphs(methods_words.report(load_story().contact, open_records().version))


SECTIONS: dict[str, tuple[str, Callable[[View], Blocks]]] = {
    "words": ("What the words mean", _definitions),
    "sources": ("Where the numbers come from", _sources),
    "quality": ("How good the records are", _quality),
    "code-books": ("How records are sorted", _code_books),
    "methods": ("The methods, one by one", _methods),
    "published": ("What differs from the figures of 2021", _published),
    "limits": ("What these data cannot do", _limits),
    "changes": ("Data version and changes", _changes),
    "cite": ("How to cite it", _cite),
    "errors": ("How to report an error", _report),
}
"""The sections by their anchors, in order."""


def _said(figure: str, view: View) -> Blocks:
    """A figure below its finding in full; in its place, a sentence where it can't be drawn."""
    try:
        yield Paragraphs(drawing(figure, view).sentence)
    except StoryError as error:
        yield Paragraphs(error.told)
    else:
        yield FigureBlock(figure, view)


def _gap(gap: Gap) -> str:
    kinds = "all records" if ALL in gap.categories else ", ".join(gap.categories)
    days = say_date(gap.start) if gap.start == gap.end else say_window(Window(gap.start, gap.end))
    missing = " We don’t count these days." if gap.missing else ""
    return f"{days}, {kinds}: {gap.what}{missing}"


def _shares(found: quality.PlaceShares) -> dict[str, list[str | int]]:
    periods = [say_window(period) for period in found.periods]
    columns: dict[str, list[str | int]] = {"days": [*periods], "records": [*found.records]}
    if found.imputed is not None:
        columns["place filled in"] = [words.percent(share, 1) for share in found.imputed]
    columns["no place"] = [words.percent(share, 1) for share in found.nowhere]
    return columns


def _windows(pair: WindowPair, unit: str) -> str:
    """The windows of a figure; of a plain count the one that was counted."""
    if unit == "count":
        return say_window(pair.current)
    return f"{say_window(pair.current)} compared with {' and '.join(say_window(each) for each in pair.baseline)}"
