"""A chapter's page: its title, and each of its pieces as a part of Streamlit."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from lib.figures.chapters import BY_SLUG
from lib.figures.contents import contents
from lib.figures.contents.pieces import (
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
from lib.figures.view import View
from lib.web import layout
from lib.web.boxes import lever_box
from lib.web.state import current_view


def show_page(slug: str) -> None:
    """The page of a chapter in the reader's view. Raises as ``contents``."""
    chapter, view = BY_SLUG[slug], current_view()
    st.title(chapter.title, anchor=False)
    _show(contents(chapter, view), view, slug)


def _show(pieces: Iterable[Piece], view: View, slug: str) -> None:
    for piece in pieces:
        match piece:
            case Heading():
                layout.heading(piece)
            case Prose(folded=None):
                st.markdown(piece.text)
            case Prose():
                with layout.folded(piece.folded or ""):
                    st.markdown(piece.text)
            case Aside():
                st.caption(piece.text)
            case Missing():
                st.info(piece.text)
            case Quote():
                layout.quote(piece.claim)
            case Doubt():
                layout.doubt(piece.caveat)
            case Shown():
                layout.figure(piece)
            case Tabled(folded=True):
                with layout.folded(piece.caption):
                    layout.rows(piece.columns, piece.caption)
            case Tabled():
                st.caption(piece.caption)
                layout.rows(piece.columns, piece.caption)
            case Code():
                st.code(piece.text, language=None)
            case Levers() if layout.printed():
                pass  # nothing moves on paper
            case Levers():
                lever_box(piece, view, BY_SLUG[slug])
            case Onward():
                layout.onward(piece)
            case Card():
                with st.container(border=True):
                    _show(piece.pieces, view, slug)
            case OnDemand():
                if layout.printed() or st.toggle(piece.label, key=piece.key):
                    _show(piece.make(), view, slug)
