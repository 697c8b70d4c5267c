"""A chapter's page: its title, and each of its pieces as a part of Streamlit."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import streamlit as st

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
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents, opening
from lib.chapters.leads import title
from lib.story.view import View
from lib.web.pages import layout
from lib.web.pages.control_boxes import lever_box
from lib.web.pages.state import current_view


def show_page(slug: str) -> None:
    """The page of a chapter in the reader's view, or its opening. Raises as ``contents``."""
    chapter, view = BY_SLUG[slug], current_view()
    st.title(title(chapter, view), anchor=False)
    _show(contents(chapter, view) if layout.is_whole() else opening(chapter, view), view, slug)


def _show(pieces: Iterable[Piece], view: View, slug: str) -> None:
    """Every piece in order; paragraphs in a row as one element, as each element costs a run half a millisecond."""
    for is_text, some in groupby(pieces, lambda piece: _paragraph(piece) is not None):
        if is_text:
            st.markdown("\n\n".join(_paragraph(piece) or "" for piece in some))
        else:
            for piece in some:
                _part(piece, view, slug)


def _paragraph(piece: Piece) -> str | None:
    """Plain text as Markdown, None for any other piece."""
    match piece:
        case Prose(folded=None):
            return piece.text
        case Quote():
            return layout.quote(piece.claim)
        case Doubt():
            return layout.doubt(piece.caveat)
        case _:
            return None


def _part(piece: Piece, view: View, slug: str) -> None:
    match piece:
        case Heading():
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
        case Levers():
            if not layout.printed():  # nothing moves on paper
                lever_box(piece, view, BY_SLUG[slug])
        case Onward():
            layout.onward(piece, BY_SLUG[slug])
        case Card():
            with st.container(border=True):
                _show(piece.pieces, view, slug)
        case OnDemand():
            if layout.printed() or st.toggle(piece.label, key=piece.key):
                _show(piece.make(), view, slug)
