"""What all pages share: the head with its links, figures, findings and caveats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from lib.analysis.counts import By
from lib.charts.theme import THEMES, ThemeName
from lib.errors import StoryError
from lib.figures import (
    catalog,  # noqa: F401 - declares every figure
    leads,
)
from lib.figures.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.figures.outside import PAGE_LINK, ROWS_LINK, short_query
from lib.figures.registry import Drawing, drawing, spec
from lib.figures.view import View
from lib.story import words
from lib.story.check import can_count
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Caveat, Claim, Method
from lib.web.state import view_notes
from lib.web.style import sheet

ROOT = Path(__file__).resolve().parents[2]


def theme_name() -> ThemeName:
    """The reader's theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


def head(view: View, pages: dict[str, Page], current: Chapter) -> None:
    """Links to every chapter, keeping the reader's windows, and notes about an address that could not be used.

    Pages that are printed or framed have no links; printed ones say what the levers would show.
    """
    if printed():
        st.caption(leads.in_use(current, view))
    elif not st.context.is_embedded:
        with st.container(horizontal=True, gap="medium", key="chapters"):
            for chapter in CHAPTERS:
                st.page_link(
                    pages[chapter.slug],
                    label=f"**{chapter.short}**" if chapter is current else chapter.short,
                    query_params=view.changed_params(current.usual),
                )
    for note in view_notes():
        st.info(note)


def foot() -> None:
    """Where the numbers come from, under every page."""
    st.divider()
    st.caption(leads.source_line())


def figure(figure_id: str, view: View, claim: str | None = None) -> None:
    """A registered figure, with its numbers one tap away; a sentence in its place where it can't be drawn."""
    found = _draw(figure_id, view, claim)
    if found:
        made, finished = found
        st.vega_lite_chart(finished, theme=None, width="stretch", alt=made.alt)
        _numbers(figure_id, view, claim)


def map_figure(figure_id: str, view: View, picked: Callable[[], None]) -> None:
    """A registered map on which a tap calls ``picked``, with the selection under the key ``change_map``."""
    _tappable(figure_id, view, "change_map", "place", picked)


def windows_figure(figure_id: str, view: View, picked: Callable[[], None]) -> None:
    """A registered heat map on which a tap calls ``picked``, with the selection under the key ``window_map``."""
    _tappable(figure_id, view, "window_map", "window", picked)


def _tappable(figure_id: str, view: View, key: str, selection: str, picked: Callable[[], None]) -> None:
    found = _draw(figure_id, view, None)
    if found:
        made, finished = found
        st.vega_lite_chart(
            finished,
            theme=None,
            width="stretch",
            alt=made.alt,
            key=key,
            on_select=picked,
            selection_mode=selection,
        )
        _numbers(figure_id, view, None)


def _draw(figure_id: str, view: View, claim: str | None) -> tuple[Drawing, dict[str, Any]] | None:
    try:
        return drawing(figure_id, view, claim), spec(figure_id, view, theme_name(), claim)
    except StoryError as error:
        st.info(str(error))
        return None


def _numbers(figure_id: str, view: View, claim: str | None) -> None:
    """The links to a figure's own page, where its table stands and it can be taken along, and to its numbers."""
    query = short_query(figure_id, view, claim)
    asked = f"?{query}" if query else ""
    st.caption(f"[{PAGE_LINK}](figure/{figure_id}{asked}) · [{ROWS_LINK}](figure/{figure_id}.csv{asked})")


def table(figure_id: str, view: View) -> None:
    """A figure's numbers as a table that sorts by any column."""
    try:
        made = drawing(figure_id, view).table()
    except StoryError as error:
        st.info(str(error))
        return
    rows(dict(zip(made.columns, zip(*made.rows, strict=True), strict=True)))


def rows(columns: Mapping[str, Sequence[Any]]) -> None:
    """Columns of equal length as a table that sorts by any of them."""
    st.dataframe(columns, hide_index=True, height=420)


def details(finding: Finding) -> None:
    """The finding's notes, folded away."""
    with folded("How sure is this? The details"):
        st.markdown("\n".join(f"- {note}" for note in finding.notes))


def quote(claim: Claim) -> None:
    """What was said, by whom, and where to read it."""
    said = f"“{claim.quote}”" if claim.quote else claim.paraphrase
    links = ", ".join(f"[{source.name}]({source.address})" for source in claim.sources)
    st.markdown(f"> {said}\n>\n> {claim.speaker}. Read it: {links}")


def caveats(ids: tuple[str, ...]) -> None:
    """Reasons for doubt, in plain sight."""
    known = load_story().caveats
    for caveat in (known[name] for name in ids):
        _caveat(caveat)


def _caveat(caveat: Caveat) -> None:
    links = "".join(f" [{source.name}]({source.address})." for source in caveat.sources)
    st.markdown(f":orange[▲] **{caveat.short}** {caveat.text}{links}")


def answer(finding: Finding) -> None:
    """The sentence that answers, with its verdict where something is claimed."""
    st.markdown(leads.answer(finding))


def lead(opening: leads.Lead) -> None:
    """What opens a chapter: the sentences that answer, what can't be said and why, the first reasons for doubt."""
    for sentence in opening.sentences:
        st.markdown(sentence)
    for why in opening.missing:
        st.info(why)
    caveats(opening.caveats)


def lead_caption(figure_id: str, view: View) -> None:
    """A figure's finding as a sentence, with its windows and intervals."""
    try:
        st.markdown(drawing(figure_id, view).sentence)
    except StoryError as error:
        st.info(str(error))


def in_words(figure_id: str, view: View) -> None:
    """A figure's finding in full, folded away: the title says the main thing. Nothing where it can't be drawn."""
    with suppress(StoryError):
        said = drawing(figure_id, view).sentence
        with folded("The same in words, with all intervals"):
            st.markdown(said)


def measure_view(view: View, claim: Claim, by: By) -> View:
    """The view of a claim's own measure in its first window."""
    return replace(view, measure=claim.measure or view.measure, pair=claim.windows[0].pair, by=by)


def verdict_over(findings: tuple[Finding, ...]) -> None:
    """The verdict over all named windows, and how each came out."""
    st.markdown(words.verdict_summary(findings))


def claim_card(findings: tuple[Finding, ...], view: View) -> None:
    """One statement: what was said, what was measured, the verdict, and where to read on."""
    claim = findings[0].claim
    if claim is None:
        return
    with st.container(border=True):
        st.markdown(f"#### {claim.title}")
        quote(claim)
        first = replace(view, pair=claim.windows[0].pair) if claim.windows else view
        if claim.figure:
            lead_caption(claim.figure, first)
            figure(claim.figure, first)
        elif can_count(claim):
            st.markdown(words.verdict_summary(findings))
            figure("claim-range", first, claim.id)
        else:
            st.markdown(words.unmeasured(findings[0]))
        chapter = next((c for c in CHAPTERS if c.slug and claim.chapter == c.slug), None)
        if chapter:
            chapter_link(chapter.slug, view, f"{'Move the dates' if can_count(claim) else 'Read on'}: {chapter.short}")


def chapter_link(slug: str, view: View, label: str) -> None:
    """A link to a chapter, with the windows and choices of the view."""
    chapter = BY_SLUG[slug]
    st.page_link(str(ROOT / chapter.page), label=label, query_params=view.changed_params(chapter.usual))


def method(found: Method) -> None:
    """A method with its formula, its check, its limits and its sources."""
    st.subheader(found.name)
    for paragraph in words.method(found):
        st.markdown(paragraph)


def definitions() -> None:
    """How the numbers are made, in plain words."""
    with folded("How these numbers are made"):
        st.markdown(words.DEFINITIONS)


def style() -> None:
    """The style sheet of all pages."""
    st.html(sheet(THEMES[theme_name()], printed()))


def printed() -> bool:
    """Whether the page is to be printed, or pictured whole: ``?print=1``."""
    return st.query_params.get("print") == "1"


def folded(label: str) -> DeltaGenerator:
    """A place for details that opens with a tap; on paper it is open."""
    return st.expander(label, expanded=printed())
