"""Explore: any measures, places and windows counted anew, with the command that gives the same numbers."""

from __future__ import annotations

from lib.analysis.windows import Window, WindowError
from lib.chapters.blocks import Blocks, Code, Collapsed, FigureBlock, Heading, Levers, Notice, Paragraphs, TableBlock
from lib.chapters.chapters import Chapter
from lib.chapters.leads import lead
from lib.chapters.shared_blocks import definitions, doubts
from lib.errors import StoryError
from lib.figures.citation import short_query
from lib.figures.explore import caveats_of, cut_of, found_in
from lib.figures.registry import drawing
from lib.story import finding_words
from lib.story.cut import Cut, command, grain_of, span_of
from lib.story.load import load_story
from lib.story.model import NamedWindow
from lib.story.sentences import cut_words
from lib.story.view import View

WHOLE_YEARS = "We know these counts only by whole calendar year, so dates within a year can’t be counted."


def explore(chapter: Chapter, view: View) -> Blocks:
    """What is counted side by side, over time and between two windows, each to be taken along."""
    opening = lead(chapter, view)
    for sentence in opening.sentences:
        yield Paragraphs(sentence)
    for why in opening.missing:
        yield Notice(why)
    yield Levers(("compared",))
    yield Heading("Counts over time")
    yield FigureBlock("explore-time", view)
    yield Levers(("grain", "span"))
    yield from _take_along("explore-time", view)
    yield Heading("Change between two windows")
    yield FigureBlock("explore-change", view)
    yield from _exact(view)
    yield Levers(("dates",), _presets(view))
    yield from _take_along("explore-change", view)
    yield Heading("Reasons for doubt")
    yield from doubts(*caveats_of(cut_of(view)))
    yield definitions()


def _presets(view: View) -> tuple[NamedWindow, ...]:
    """The named windows of a claim about the measure, else of the first claim."""
    claims = [claim for claim in load_story().claims.values() if claim.windows]
    usual = load_story().measures[view.measure].usual
    if usual is not None:
        return (NamedWindow("whole-years", "Whole years", usual, WHOLE_YEARS),)
    return next((claim for claim in claims if claim.measure == view.measure), claims[0]).windows


def _exact(view: View) -> Blocks:
    """What a careful reader wants to know of each finding; for the parts of a split, in the table only."""
    cut = cut_of(view)
    if cut.split != "none":
        return
    try:
        found = found_in(cut, view.pair)
    except StoryError:
        return  # the figure says why
    for part, finding in found:
        notes = "\n".join(f"- {note}" for note in (finding_words.exact(finding), *finding.notes))
        yield Paragraphs(notes, folded=f"{cut_words.label(cut, part)}: how sure is this?")


def _take_along(figure: str, view: View) -> Blocks:
    """The figure's numbers as a table and as files, and the command that gives the same numbers."""
    over_time = figure == "explore-time"
    yield Collapsed("Show these numbers as a table", f"{figure}-table", lambda: _table(figure, view))
    query = short_query(figure, view, None)
    yield Paragraphs(
        f"Numbers with types and sources: [Parquet](figure/{figure}.parquet?{query}) · "
        f"[JSON](figure/{figure}.json?{query}). The command for the table of the CSV, in the project’s folder:"
    )
    explored, cut = view.exploring, cut_of(view)
    yield Code(
        command(
            cut,
            by=grain_of(cut.measures, view.by) if over_time else None,
            span=_span(cut, explored.span),
            pair=view.pair,
            index=explored.index and over_time,
        )
    )


def _span(cut: Cut, span: Window) -> Window:
    try:
        return span_of(cut, span)
    except WindowError:
        return span  # the figure says what is wrong with it


def _table(figure: str, view: View) -> Blocks:
    try:
        drawn = drawing(figure, view)
    except StoryError as error:
        yield Notice(error.told)
        return
    made = drawn.table()
    yield TableBlock(drawn.frame.title, dict(zip(made.columns, zip(*made.rows, strict=True), strict=True)))
