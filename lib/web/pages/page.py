"""A chapter's page: its title, and each of its blocks as a part of Streamlit."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.chapters.blocks import (
    Block,
    Caption,
    Card,
    CaveatBlock,
    ChapterLink,
    Code,
    Collapsed,
    FigureBlock,
    Heading,
    Levers,
    Notice,
    Paragraphs,
    Quote,
    TableBlock,
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


def _show(blocks: Iterable[Block], page: _Page) -> None:
    """Every block in order; paragraphs in a row as one element, as each element costs a run half a millisecond."""
    for kind, some in groupby(blocks, _kind):
        if kind == "text":
            st.markdown("\n\n".join(_paragraph(block) or "" for block in some))
            continue
        parts = list(some)
        in_a_row = kind == "link" and len(parts) > 1
        with st.container(horizontal=True, gap="small") if in_a_row else nullcontext():
            for block in parts:
                _part(block, page)


def _kind(block: Block) -> Literal["text", "link", "part"]:
    """What stands together with blocks of its kind."""
    if isinstance(block, ChapterLink):
        return "link"
    return "part" if _paragraph(block) is None else "text"


def _paragraph(block: Block) -> str | None:
    """Plain text as Markdown, None for any other block."""
    match block:
        case Paragraphs(folded=None):
            return block.text
        case Quote():
            return layout.quote(block)
        case CaveatBlock():
            return layout.doubt(block)
        case _:
            return None


def _part(block: Block, page: _Page) -> None:
    match block:
        case Heading():
            page.section = block.text
            layout.heading(block)
        case Paragraphs():
            with layout.folded(block.folded or ""):
                st.markdown(block.text)
        case Caption():
            st.caption(block.text)
        case Notice():
            st.info(block.text)
        case FigureBlock():
            layout.figure(block)
        case TableBlock():
            layout.table(block)
        case Code():
            st.code(block.text, language=None, wrap_lines=True)
        case Levers(names=("load",)):
            if not layout.printed():
                load_box()
        case Levers():
            if not layout.printed():  # nothing moves on paper
                _levers(block, page)
        case ChapterLink():
            layout.onward(block, page.chapter)
        case Card():
            with st.container(border=True):
                _show(block.blocks, page)
        case Collapsed():
            if layout.printed() or st.toggle(block.label, key=block.key):
                _show(block.make(), page)


def _levers(block: Levers, page: _Page) -> None:
    """Levers in the page's one box of them, under the heading of the section that they move."""
    page.levers = page.levers or stage_box(page.chapter, page.view)
    with page.levers:
        if page.section != page.section_of_levers:
            st.markdown(f"**{page.section}**")
            page.section_of_levers = page.section
        lever_group(block, page.view, page.chapter)
        if block.moves:
            with suppress(StoryError):  # its place on the page says why
                st.caption(f"→ {drawing(block.moves.figure, block.moves.view, block.moves.claim).spoken}")
