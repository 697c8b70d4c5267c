"""The reader's view, kept in the address: read from it, written to it, the same on every page."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.analysis.windows import WindowError, WindowPair
from lib.chapters.chapters import Chapter
from lib.story.view import PARAMS, View, check_pair, default_view, read_view
from lib.web.query import plain_name, read_page_query

_VIEW, _NOTES, _SEEN, _MOVES, _SHOWN = "view", "view_notes", "view_seen", "view_moves", "levers_shown"
_BEFORE, _REFUSED = "pair_before", "view_refused"
UNOFFERED = (AttributeError, LookupError, TypeError, ValueError, ArithmeticError)
"""What goes wrong where a widget has a value that it does not offer."""
NO_CHOICE = "That is no choice of this lever; it stays as it was."
_KEPT = 16  # moves a reader may make before the page answers

Change = Callable[[View], View]


@dataclass(frozen=True)
class _Move:
    """A lever that the browser reports as changed: its key, its value, and what that does to the view."""

    key: str
    value: object
    change: Change


def sync_view(chapter: Chapter) -> View:
    """Take the view from the address where that has changed, else from the levers that moved; write it back.

    To be called once in every run, before anything shows. After a lever has moved, the lever wins: the
    browser may still send the address from before the move.
    """
    state = st.session_state
    asked, too_long = asked_params()
    address = {name: asked[name] for name in PARAMS if name in asked}
    moved = _settle(chapter)
    usual = chapter.usual
    seen_on, seen_usual, seen = state.get(_SEEN, (None, usual, None))
    if not moved and (_VIEW not in state or (chapter.slug, address) != (seen_on, seen)):
        state[_VIEW], notes = read_view(address, usual, for_page=chapter.dates)
        state[_NOTES] = (*too_long, *notes)
        for name in (_BEFORE, _REFUSED):
            state.pop(name, None)
    elif usual != seen_usual:  # another figure in the studio: what the reader chose stays, the rest is as it has it
        state[_VIEW], state[_NOTES] = read_view(state[_VIEW].changed_params(seen_usual), usual)
    view: View = state[_VIEW]
    wanted = view.changed_params(usual)
    rewrite(PARAMS, wanted)
    state[_SEEN] = (chapter.slug, usual, wanted)
    return view


def asked_params() -> tuple[dict[str, str], tuple[str, ...]]:
    """The address of this run as ``read_page_query`` reads it."""
    run = get_script_run_ctx()
    return read_page_query(run.query_string if run else "")


def rewrite(names: Collection[str], wanted: Mapping[str, str]) -> None:
    """Put these parameters into the address, in place of all of ``names``; others stay, if it was not too long."""
    asked = st.query_params
    _, too_long = asked_params()
    given = {name: asked.get_all(name) for name in asked}
    others = {} if too_long else {name: values for name, values in given.items() if plain_name(name) not in names}
    if given != {**others, **{name: [value] for name, value in wanted.items()}}:
        asked.from_dict({**others, **wanted})


def view_notes() -> tuple[str, ...]:
    """Calm sentences about what could not be used of the address, or of a value that no lever offers."""
    notes: tuple[str, ...] = st.session_state.get(_NOTES, ())
    return notes


def refusal() -> str | None:
    """Why the last move of the dates left everything as it was; None where it did not."""
    why: str | None = st.session_state.get(_REFUSED)
    return why


def pair_before() -> WindowPair | None:
    """The windows before the reader's last move of them; None where they have not been moved on this page."""
    before: WindowPair | None = st.session_state.get(_BEFORE)
    return before


def current_view() -> View:
    """The view of this run."""
    view: View = st.session_state.get(_VIEW) or default_view()
    return view


def show(key: str, value: object) -> None:
    """Make a lever show a value of the view; before the lever is made, and only where it differs."""
    state = st.session_state
    if key not in state or state[key] != value:
        state.setdefault(_SHOWN, {}).setdefault(key, deque(maxlen=_KEPT)).append(value)
        state[key] = value


def note_move(key: str, change: Change) -> None:
    """A lever's callback: remember that it moved. ``sync_view`` decides what the move does."""
    st.session_state.setdefault(_MOVES, []).append(_Move(key, st.session_state.get(key), change))


def note_pair(key: str, make: Callable[[WindowPair], WindowPair]) -> None:
    """As ``note_move``, for levers that change only the windows."""
    note_move(key, lambda view: replace(view, pair=make(view.pair), carried=None))


def _settle(chapter: Chapter) -> bool:
    """Apply the levers that moved; True where there were any.

    A reader who moves a lever again before the page has answered sends the other levers as they were before the
    first move. Such a value is one that this server made the lever show a moment ago; beside a real move it does not
    count.
    """
    state = st.session_state
    moves: list[_Move] = state.pop(_MOVES, [])
    shown = state.get(_SHOWN, {})
    if moves:
        state.pop(_REFUSED, None)
    real = [move for move in moves if move.value not in shown.get(move.key, ())]
    for move in real or moves[:1]:
        was = current_view()
        try:
            moved = move.change(was)
            check_pair(moved.pair, chapter.dates.shown_with(moved.measure))
            state[_VIEW], state[_NOTES] = _offered(moved, chapter)
        except WindowError as error:
            state[_NOTES], state[_REFUSED] = (), f"Those dates can’t be used. {error}"
        except UNOFFERED:
            state[_NOTES] = (NO_CHOICE,)
        if current_view().pair != was.pair:
            state[_BEFORE] = was.pair
    return bool(moves)


def _offered(moved: View, chapter: Chapter) -> tuple[View, tuple[str, ...]]:
    """The view that a lever made, if its address says the same; else as that address is read, with its notes.

    A lever may be given a value that it does not offer: not by a browser, but by whoever talks to the server directly.
    """
    read, notes = read_view({name: str(value) for name, value in moved.params().items()}, for_page=chapter.dates)
    return (read, notes) if notes else (moved, ())
