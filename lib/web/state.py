"""The reader's view, kept in the address: read from it, written to it, the same on every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from lib.analysis.windows import WindowError, WindowPair
from lib.figures.chapters import Chapter
from lib.figures.view import PARAMS, View, check_pair, default_view, read_view

_VIEW, _NOTES, _SEEN, _MOVED = "view", "view_notes", "view_seen", "view_moved"


def sync_view(chapter: Chapter) -> View:
    """Take the view from the address where that has changed, else keep it, and write it back.

    To be called once in every run, before anything shows. After a lever has moved, the lever wins: the
    browser may still send the address from before the move.
    """
    state = st.session_state
    address = {name: st.query_params[name] for name in PARAMS if name in st.query_params}
    if not state.pop(_MOVED, False) and (_VIEW not in state or (chapter.slug, address) != state.get(_SEEN)):
        state[_VIEW], state[_NOTES] = read_view(address, chapter.usual)
    view: View = state[_VIEW]
    wanted = view.changed_params(chapter.usual)
    if address != wanted:
        others = {name: st.query_params.get_all(name) for name in st.query_params if name not in PARAMS}
        st.query_params.from_dict({**others, **wanted})
    state[_SEEN] = (chapter.slug, wanted)
    return view


def view_notes() -> tuple[str, ...]:
    """Calm sentences about what could not be used, from the address or from the last move."""
    notes: tuple[str, ...] = st.session_state.get(_NOTES, ())
    return notes


def current_view() -> View:
    """The view of this run."""
    view: View = st.session_state.get(_VIEW) or default_view()
    return view


def move(change: Callable[[View], View]) -> None:
    """Change the view from a lever's callback; a change that can't be counted is undone with a note."""
    state = st.session_state
    state[_MOVED] = True
    try:
        moved = change(current_view())
        check_pair(moved.pair)
    except WindowError as error:
        state[_NOTES] = (f"Those dates can’t be used: {error}",)
        return
    state[_VIEW], state[_NOTES] = moved, ()


def move_pair(make: Callable[[WindowPair], WindowPair]) -> None:
    """Change only the windows."""
    move(lambda view: replace(view, pair=make(view.pair)))
