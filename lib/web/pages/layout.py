"""What all pages share: the head with its links, figures, findings and caveats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.navigation.page import Page

from lib.chapters import leads
from lib.chapters.blocks import CaveatBlock, ChapterLink, FigureBlock, Heading, Quote, TableBlock, Tap
from lib.chapters.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.chapters.reading import neighbors, progress
from lib.charts.compared import compared
from lib.charts.series import series
from lib.charts.theme import THEMES, ThemeName
from lib.errors import StoryError
from lib.export import blocks_html as plain
from lib.export.templates import render
from lib.figures.citation import LINKS, short_query
from lib.figures.registry import Drawing, drawing, spec
from lib.story.view import View
from lib.web.pages.controls import pick_on_map, pick_on_ways
from lib.web.pages.dates import pick_on_windows
from lib.web.pages.state import asked_params, current_view, view_notes
from lib.web.shell.streamlit_style import sheet

ROOT = Path(__file__).resolve().parents[3]
FROM_LARGE = 10_000
PAGE_ROWS = 300
MOST_PLAIN = 60
"""Rows up to which a table is read, not searched."""
TALL = 420  # px of a table that is searched
TAPPED: dict[Tap, Callable[[], None]] = {"place": pick_on_map, "window": pick_on_windows, "way": pick_on_ways}
"""What a tap on a figure does."""

REST = "rest"
"""The key of the switch for what follows a page's opening; ``HAND_OVER`` knows it too."""
Pages = Mapping[str, Page]
"""Every page of the story by its slug."""


def theme_name() -> ThemeName:
    """The reader's theme."""
    return "dark" if st.context.theme.type == "dark" else "light"


def head(view: View, pages: Pages, current: Chapter) -> None:
    """Where the reader is, the way to every page in the reader's windows, and notes about an unusable address.

    Pages that are printed or framed have no links.
    """
    if not printed() and not st.context.is_embedded:
        links = [(_address(chapter, view, current), chapter) for chapter in BY_SLUG.values()]
        with st.container(key="chapters"):
            with st.expander(progress(current)):
                if is_whole():
                    for chapter in BY_SLUG.values():
                        _page_link(pages, chapter, current, view, chapter.short)
                else:
                    st.html(render("chapters_list.html", pages=links))
            st.html(render("chapters_row.html", pages=links, here=current))
    for note in view_notes():
        st.info(note)


def ask_for_rest() -> None:
    """Lets the reader have what follows the opening. The page asks by itself once that stands (``HAND_OVER``).

    It is a switch, not a button, as a browser that has to find another worker tells that one what is on.
    """
    if not printed():
        st.toggle("Show the rest of this page", key=REST)


def is_whole() -> bool:
    """Whether the reader's browser has asked for more than the opening."""
    return printed() or st.session_state.get(REST, False)


def foot(view: View, pages: Pages, current: Chapter) -> None:
    """The chapters before and after, and where the numbers come from, under every whole page."""
    if not is_whole():
        return
    if current in CHAPTERS and not printed() and not st.context.is_embedded:
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small", key="onward"):
            for label, chapter in neighbors(current):
                _page_link(pages, chapter, current, view, label)
    st.caption(leads.CLOSING)
    with st.container(key="sources"), folded(leads.SOURCES):  # by its key ``takeover.js`` knows that all has come
        st.caption(leads.source_line())


def _address(chapter: Chapter, view: View, current: Chapter) -> str:
    query = urlencode(view.changed_params(current.usual), safe=":.,")
    return f"{chapter.slug or '.'}{'?' if query else ''}{query}"


def _page_link(pages: Pages, chapter: Chapter, current: Chapter, view: View, label: str) -> None:
    text = f"**{label}**" if chapter.slug == current.slug else label
    st.page_link(pages[chapter.slug], label=text, query_params=view.changed_params(current.usual))


def heading(found: Heading) -> None:
    """A heading below the page's own."""
    if found.level == 2:
        st.header(found.text, anchor=found.target)
    elif found.level == 3:
        st.subheader(found.text)
    else:
        st.markdown(f"#### {found.text}")


def figure(shown: FigureBlock) -> None:
    """A registered figure, with the way to its files below; a sentence in its place where it can't be drawn."""
    figure_id, view, claim = shown.figure, shown.view, shown.claim
    try:
        made, finished = drawing(figure_id, view, claim), spec(figure_id, view, theme_name(), claim)
    except StoryError as error:
        st.info(error.told)
        return
    if shown.tap:
        st.vega_lite_chart(
            finished,
            theme=None,
            width="stretch",
            alt=made.alt,
            key=f"{shown.tap}_map",
            on_select=TAPPED[shown.tap],
            selection_mode=shown.tap,
        )
    else:
        dated = st.container(key=f"dated-{figure_id}-{view.measure}") if _is_dragged(made, view) else nullcontext()
        with dated:
            st.vega_lite_chart(finished, theme=None, width="stretch", alt=made.alt)
    query = short_query(figure_id, view, claim)
    asked = f"?{query}" if query else ""
    st.caption(" · ".join(f"[{label}](figure/{figure_id}{ending}{asked})" for label, ending in LINKS))


def _is_dragged(made: Drawing, view: View) -> bool:
    """Whether a figure shades the reader's own windows over time: ``drag.js`` lets readers take hold of those."""
    return made.template in (series, compared) and view.pair == current_view().pair and not printed()


def table(found: TableBlock) -> None:
    """A page's table, under a line that opens it where it is folded.

    It is plain HTML, which everybody can read at once; Streamlit's own, whose script costs a phone a second for each
    table, is for tables so long that readers want to sort them and to see a page at a time.
    """
    length = len(next(iter(found.columns.values()), ()))
    plainly = printed() or length <= MOST_PLAIN
    with folded(found.caption) if found.folded else nullcontext():
        if plainly:
            st.html(plain.tabled(found))
            return
        if not found.folded:
            st.caption(found.caption)
        _sortable(found.columns, found.caption, length)


def _sortable(columns: Mapping[str, Sequence[Any]], caption: str, length: int) -> None:
    """A table that sorts by any column, a page of its rows at a time; ``caption`` is for those who can't see it."""
    pages = -(-length // PAGE_ROWS)
    if pages > 1:  # so that a browser gets one only
        key = f"table_page_{caption}"
        st.session_state[key] = max(1, min(st.session_state.get(key, 1), pages))
        page = st.number_input(f"Page of the table, 1 to {pages:,}; {length:,} rows", 1, pages, key=key)
        columns = {name: cells[(page - 1) * PAGE_ROWS : page * PAGE_ROWS] for name, cells in columns.items()}
    links = [name for name, cells in columns.items() if all(str(cell).startswith("https://") for cell in cells)]
    st.dataframe(
        columns,
        hide_index=True,
        height=TALL,
        column_config={
            **{name: st.column_config.LinkColumn() for name in links},
            **{name: st.column_config.NumberColumn(format="localized") for name in _large(columns)},
        },
        placeholder="",
        alt=caption,
    )


def _large(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """Columns of whole numbers that are too long to read without marks between thousands; years are not."""
    whole = {name: [cell for cell in cells if cell is not None] for name, cells in columns.items()}
    return [
        name
        for name, cells in whole.items()
        if cells and all(isinstance(cell, int) for cell in cells) and max(cells) >= FROM_LARGE
    ]


def quote(block: Quote) -> str:
    """What was said, by whom, and where to read it, as Markdown."""
    links = ", ".join(source.link for source in block.claim.sources)
    return "\n>\n".join(f"> {line}" for line in (*block.said, f"{block.claim.speaker}. Source: {links}"))


def doubt(block: CaveatBlock) -> str:
    """A reason for doubt, in plain sight, as Markdown."""
    return f":orange[▲] {block.text} {block.sources}".strip()


def onward(link: ChapterLink, here: Chapter) -> None:
    """A link to a chapter, with what differs in its view from this page's usual one."""
    changed = link.view.changed_params(here.usual)
    st.page_link(str(ROOT / link.chapter.page), label=link.label, query_params=changed)


def style(chapter: Chapter) -> None:
    """The style sheet of a page."""
    st.html(sheet(THEMES[theme_name()], printed(), chapter.moves))


def printed() -> bool:
    """Whether the page is to be printed, or pictured whole: ``?print=1``."""
    return asked_params()[0].get("print") == "1"


def folded(label: str) -> DeltaGenerator:
    """A place for details that opens with a tap; on paper it is open."""
    return st.expander(label, expanded=printed())
