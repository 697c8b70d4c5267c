"""Levers in boxes, by the names that pages give them; those of dates with what the last move did."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import streamlit as st

from lib.chapters.blocks import LeverName, Levers
from lib.chapters.chapters import Chapter
from lib.errors import StoryError
from lib.story import window_effects as moves
from lib.story.view import View
from lib.web.pages.controls import (
    cities_lever,
    dates_lever,
    early_lever,
    expected_levers,
    grain_lever,
    mapped_measure_lever,
    measure_lever,
    neighborhood_lever,
    origin_lever,
    place_levers,
    reset_dates,
    texts_lever,
    within_lever,
)
from lib.web.pages.explore_controls import compared_levers, span_levers
from lib.web.pages.loading import load_box
from lib.web.pages.state import pair_before

LEVERS: dict[LeverName, Callable[[View], None]] = {
    "measure": measure_lever,
    "mapped": mapped_measure_lever,
    "grain": grain_lever,
    "within": within_lever,
    "cities": cities_lever,
    "expected": expected_levers,
    "places": place_levers,
    "neighborhood": neighborhood_lever,
    "origin": origin_lever,
    "texts": texts_lever,
    "early": early_lever,
    "compared": compared_levers,
    "span": span_levers,
}


def lever_box(found: Levers, view: View, chapter: Chapter) -> None:
    """Some levers in a box of their own; those of dates with a word on what they do, and on what a move did."""
    if found.names == ("load",):
        load_box()
        return
    with st.container(border=True, key="-".join((*found.names, "levers"))):
        for name in found.names:
            if name == "dates":
                st.markdown("**Move the dates.** Every number, sentence and figure that follows moves with them.")
                dates_lever(view, found.presets, chapter.dates)
                _what_it_did(view, chapter)
            else:
                LEVERS[name](view)


def _what_it_did(view: View, chapter: Chapter) -> None:
    """What the last move did to the answer, why dates can do that, and the way back."""
    before = pair_before()
    if before and before != view.pair:
        with suppress(StoryError):
            st.markdown(f"**Your last move:** {moves.effect(chapter.checked_claims(), before, view.pair)}")
    with st.expander("Why do the dates change the answer?"):
        reasons = moves.reasons(before, view.pair) if before else ()
        if reasons:
            st.markdown("In your last move:\n\n" + "\n".join(f"- {reason}" for reason in reasons))
        st.markdown(moves.WHY)
    if view.pair != chapter.usual.pair:
        st.button("Back to the usual dates", key="lever_reset", on_click=reset_dates, args=(chapter.usual.pair,))
