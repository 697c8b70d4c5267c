"""What all pages share: the head with its links, figures, findings and caveats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import Page

from lib.analysis.counts import By
from lib.charts.theme import ThemeName
from lib.errors import StoryError
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.figures.registry import FIGURES, Drawing, drawing, spec
from lib.figures.view import View
from lib.story import words
from lib.story.check import can_count
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Caveat, Claim
from lib.story.records import DATASETS, open_records
from lib.story.verdict import PLAIN, Verdict
from lib.web.state import view_notes

ROOT = Path(__file__).resolve().parents[2]
_STYLE = """<style>
[data-testid="stMain"] blockquote { opacity: 1; margin-top: 0; }
[data-testid="stCaptionContainer"] { opacity: 0.85; }
[data-testid="stMainBlockContainer"] { padding-top: 4rem; padding-bottom: 3rem; }
[data-testid="stMain"] h1 { text-wrap: balance; }
</style>"""


def theme_name() -> ThemeName:
    """The reader's theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


def head(view: View, pages: dict[str, Page], current: Chapter) -> None:
    """Links to every chapter, keeping the reader's windows, and notes about an address that could not be used."""
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
    records = open_records()
    named = [(DATASETS[name], records.entry(name)) for name in DATASETS if records.has(name)]
    said = "; ".join(
        f"{dataset.name}: {entry.source}, complete through {entry.complete_through:%-d %B %Y}"
        for dataset, entry in named
    )
    st.divider()
    st.caption(
        f"{said[0].upper()}{said[1:]}. Data version {records.version}. "
        "A verdict on a number is never a verdict on a cause."
    )


def figure(figure_id: str, view: View, claim: str | None = None) -> None:
    """A registered figure, with its numbers one tap away; a sentence in its place where it can't be drawn."""
    found = _draw(figure_id, view, claim)
    if found:
        made, finished = found
        st.vega_lite_chart(finished, theme=None, width="stretch", alt=made.alt)
        _numbers(figure_id, view, claim)


def map_figure(figure_id: str, view: View, picked: Callable[[], None]) -> None:
    """A registered map on which a tap calls ``picked``, with the selection under the key ``change_map``."""
    found = _draw(figure_id, view, None)
    if found:
        made, finished = found
        st.vega_lite_chart(
            finished,
            theme=None,
            width="stretch",
            alt=made.alt,
            key="change_map",
            on_select=picked,
            selection_mode="place",
        )
        _numbers(figure_id, view, None)


def _draw(figure_id: str, view: View, claim: str | None) -> tuple[Drawing, dict[str, Any]] | None:
    try:
        return drawing(figure_id, view, claim), spec(figure_id, view, theme_name(), claim)
    except StoryError as error:
        st.info(str(error))
        return None


def _numbers(figure_id: str, view: View, claim: str | None) -> None:
    """The link to a figure's numbers."""
    needed = FIGURES[figure_id].params
    carried = {
        name: value
        for name, value in view.params().items()
        if name in needed or ("pair" in needed and name in ("current", "baseline"))
    }
    query = urlencode({**carried, **({"claim": claim} if claim else {})}, safe=":.,")
    st.caption(f"[The numbers of this figure (CSV)](figure/{figure_id}.csv{'?' + query if query else ''})")


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


def verdict(finding_verdict: Verdict) -> str:
    """A verdict in plain words, as Markdown."""
    return f"**{PLAIN[finding_verdict]}.**"


def details(finding: Finding) -> None:
    """The finding's notes, folded away."""
    with st.expander("How sure is this? The details"):
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
    said = f"{finding.sentence} {verdict(finding.verdict)}" if finding.verdict else finding.sentence
    st.markdown(said)


def lead_caption(figure_id: str, view: View) -> None:
    """A figure's finding as a sentence, with its windows and intervals."""
    try:
        st.markdown(drawing(figure_id, view).sentence)
    except StoryError as error:
        st.info(str(error))


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


def definitions() -> None:
    """How the numbers are made, in plain words."""
    with st.expander("How these numbers are made"):
        st.markdown(words.DEFINITIONS)


def style() -> None:
    """The few rules that the theme's configuration has no word for."""
    st.html(_STYLE)
