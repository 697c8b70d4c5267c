"""A chapter's page: its title, and each of its pieces as a part of Streamlit."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.chapters.blocks import (
    Aside,
    Card,
    Code,
    Doubt,
    Heading,
    Levers,
    Missing,
    OnDemand,
    Onward,
    Piece,
    Prose,
    Quote,
    Shown,
    Tabled,
)
from lib.chapters.chapters import BY_SLUG, Chapter
from lib.chapters.contents import contents, opening
from lib.chapters.leads import title
from lib.errors import StoryError
from lib.figures.registry import drawing
from lib.story.view import View
from lib.web.pages import layout
from lib.web.pages.loading import load_box
from lib.web.pages.stage import lever_group, stage_box
from lib.web.pages.state import current_view


@dataclass
class _Page:
    """A page in the making: its levers stand together in one box, whatever section of the page they belong to."""

    chapter: Chapter
    view: View
    levers: DeltaGenerator | None = None
    section: str = ""
    section_of_levers: str = ""


def show_page(slug: str) -> None:
    """The page of a chapter in the reader's view, or its opening. Raises as ``contents``."""
    chapter, view = BY_SLUG[slug], current_view()
    st.title(title(chapter, view), anchor=False)
    _show(contents(chapter, view) if layout.is_whole() else opening(chapter, view), _Page(chapter, view))


def _show(pieces: Iterable[Piece], page: _Page) -> None:
    """Every piece in order; paragraphs in a row as one element, as each element costs a run half a millisecond."""
    for kind, some in groupby(pieces, _kind):
        if kind == "text":
            st.markdown("\n\n".join(_paragraph(piece) or "" for piece in some))
            continue
        parts = list(some)
        in_a_row = kind == "link" and len(parts) > 1
        with st.container(horizontal=True, gap="small") if in_a_row else nullcontext():
            for piece in parts:
                _part(piece, page)


def _kind(piece: Piece) -> Literal["text", "link", "part"]:
    """What stands together with pieces of its kind."""
    if isinstance(piece, Onward):
        return "link"
    return "part" if _paragraph(piece) is None else "text"


def _paragraph(piece: Piece) -> str | None:
    """Plain text as Markdown, None for any other piece."""
    match piece:
        case Prose(folded=None):
            return piece.text
        case Quote():
            return layout.quote(piece)
        case Doubt():
            return layout.doubt(piece)
        case _:
            return None


def _part(piece: Piece, page: _Page) -> None:
    match piece:
        case Heading():
            page.section = piece.text
            layout.heading(piece)
        case Prose():
            with layout.folded(piece.folded or ""):
                st.markdown(piece.text)
        case Aside():
            st.caption(piece.text)
        case Missing():
            st.info(piece.text)
        case Shown():
            layout.figure(piece)
        case Tabled():
            layout.table(piece)
        case Code():
            st.code(piece.text, language=None, wrap_lines=True)
        case Levers(names=("load",)):
            if not layout.printed():
                load_box()
        case Levers():
            if not layout.printed():  # nothing moves on paper
                _levers(piece, page)
        case Onward():
            layout.onward(piece, page.chapter)
        case Card():
            with st.container(border=True):
                _show(piece.pieces, page)
        case OnDemand():
            if layout.printed() or st.toggle(piece.label, key=piece.key):
                _show(piece.make(), page)


def _levers(piece: Levers, page: _Page) -> None:
    """Levers in the page's one box of them, under the heading of the section that they move."""
    page.levers = page.levers or stage_box(page.chapter, page.view)
    with page.levers:
        if page.section != page.section_of_levers:
            st.markdown(f"**{page.section}**")
            page.section_of_levers = page.section
        lever_group(piece, page.view, page.chapter)
        if piece.moves:
            with suppress(StoryError):  # its place on the page says why
                st.caption(f"→ {drawing(piece.moves.figure, piece.moves.view, piece.moves.claim).spoken}")
