"""The stage: a page's levers, the dates and the numbers that they move, at hand wherever the reader is on the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lib.chapters.blocks import LeverName, Levers
from lib.chapters.chapters import Chapter
from lib.chapters.stage import stage
from lib.export.blocks_html import stage_html
from lib.story.sentences import window_effects as moves
from lib.story.view import View
from lib.web.pages.controls import (
    cities_lever,
    donors_lever,
    early_lever,
    expected_levers,
    grain_lever,
    mapped_measure_lever,
    measure_lever,
    mix_levers,
    neighborhood_lever,
    origin_lever,
    place_levers,
    texts_lever,
    within_lever,
)
from lib.web.pages.dates import dates_lever, dragged_lever, reset_dates
from lib.web.pages.explore_controls import compared_levers, span_levers
from lib.web.pages.state import pair_before, refusal

LEVERS: dict[LeverName, Callable[[View], None]] = {
    "measure": measure_lever,
    "mapped": mapped_measure_lever,
    "grain": grain_lever,
    "within": within_lever,
    "cities": cities_lever,
    "donors": donors_lever,
    "mix": mix_levers,
    "expected": expected_levers,
    "places": place_levers,
    "neighborhood": neighborhood_lever,
    "origin": origin_lever,
    "texts": texts_lever,
    "early": early_lever,
    "compared": compared_levers,
    "span": span_levers,
}


OPENER = '<button type="button" class="stage-open" aria-expanded="false"><span>Change</span><span>Close</span></button>'
"""Opens the levers where there is no room beside the page; ``stage.js`` answers it."""


def stage_box(chapter: Chapter, view: View) -> DeltaGenerator:
    """The dates and numbers of a page, and the box below them that its levers go into."""
    with st.container(key="stage"):
        with st.container(key="stage-line"):
            st.html(stage_html(stage(chapter, view, pair_before())))
            st.html(OPENER)
        dragged_lever()
        if why := refusal():
            st.info(why)
        return st.container(key="stage-levers")


def lever_group(found: Levers, view: View, chapter: Chapter) -> None:
    """Some levers of a page; those of dates with why a move changed the answer, and with the way back."""
    for name in found.names:
        if name == "dates":
            dates_lever(view, found.presets, chapter.dates)
            _why_it_moved(view, chapter)
        else:
            LEVERS[name](view)


def _why_it_moved(view: View, chapter: Chapter) -> None:
    """What in the last move of the dates can change the answer by itself, and the way back to the usual dates."""
    before = pair_before()
    reasons = moves.reasons(before, view.pair) if before else ()
    if reasons:
        st.caption(" ".join(("**Why it moved:**", *reasons)))
    if view.pair != chapter.usual.pair:
        st.button("Reset dates", key="lever_reset", on_click=reset_dates, args=(chapter.usual.pair,))
