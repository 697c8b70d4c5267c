"""The levers of the page Explore: what is counted side by side, where, and over which days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import get_args

import streamlit as st

from lib.figures.explore import cut_of
from lib.story import explore_state as exploring
from lib.story.cut import MOST_COMPARED, Split
from lib.story.load import load_story
from lib.story.records import PLACE_KINDS
from lib.story.records_in_use import open_records
from lib.story.sentences import cut_words
from lib.story.view import View, measures_here
from lib.web.pages.controls import origin_lever
from lib.web.pages.dates import ReadWindow, window_lever
from lib.web.pages.state import note_move, show

Change = Callable[[View], View]


def compared_levers(view: View) -> None:
    """What is counted, where, and how it is taken apart."""
    cut, records, measures = cut_of(view), open_records(), measures_here()
    # One measure is taken out before another is put in: until then the box may be empty, and the page stays.
    if st.session_state.get("lever_measures") != []:
        show("lever_measures", [measure.id for measure in cut.measures])
    still = f"Still {cut.measures[0].label}; type to find another"
    _several("What is counted", "measures", list(measures), _named, _measures_moved, still)
    every = [*records.area_names(), *(place for kind in PLACE_KINDS for place in records.place_names(kind))]
    show("lever_in", list(cut.places))
    _several("Where", "in", every, _placed, _places_moved, "The whole city; type to find a place")
    show("lever_split", cut.split)
    st.selectbox(
        "Break down by",
        get_args(Split),
        format_func=lambda split: cut_words.SPLITS[split].capitalize(),
        key="lever_split",
        on_change=_split_moved,
    )
    arrests = all(measure.records == "arrests" for measure in cut.measures)
    if arrests and not cut.places and cut.split in ("none", "offense"):
        races = {"all": "All arrests", "black": "Black people", "white": "White people", "other": "Other, unknown"}
        show("lever_race", cut.race or "all")
        st.segmented_control(
            "Whose arrests, as recorded by police",
            list(races),
            format_func=races.__getitem__,
            key="lever_race",
            required=True,
            on_change=_race_moved,
        )
    if any(measure.records == "calls" for measure in cut.measures):
        origin_lever(view)
    st.caption(
        f"Compare up to {MOST_COMPARED} measures or places, or the parts of one. Everything you choose is in this "
        "page’s address; we keep nothing."
    )


def span_levers(view: View) -> None:
    """Over which days, and whether lines are drawn as counts or as an index."""
    window_lever(("Shown from", "Shown to"), "span", view.exploring.span, exploring.recorded(), _span_moved)
    show("lever_index", view.exploring.index)
    st.toggle("Per day, as percent of the baseline below", key="lever_index", on_change=_index_moved)


def _several(
    label: str,
    name: str,
    options: list[str],
    title: Callable[[str], str],
    moved: Callable[[], None],
    empty: str,
) -> None:
    st.multiselect(
        label,
        options,
        format_func=title,
        key=f"lever_{name}",
        max_selections=MOST_COMPARED,
        placeholder=empty,
        select_all=False,
        on_change=moved,
    )


def _named(measure: str) -> str:
    return load_story().measures[measure].choice


def _placed(place: str) -> str:
    return cut_words.place_title(place)


def _move(key: str, change: Change) -> None:
    """Callback: the view changes, and what can't go with the change is dropped."""

    def moved(view: View) -> View:
        made = change(view)
        fitting, _ = exploring.settled(made.exploring, made.measure, made.area)
        return replace(made, exploring=fitting)

    note_move(key, moved)


def _measures_moved() -> None:
    def change(view: View) -> View:
        chosen = tuple(st.session_state["lever_measures"])
        if not chosen:
            return view
        explored = replace(view.exploring, also=chosen[1:])
        if len(chosen) > 1:
            explored = replace(explored, split="none", places=cut_of(view).places[:1])
            view = replace(view, area=None)
        known = load_story().measures
        # Windows of days mean nothing to counts that are known by year.
        yearly = next((known[name].usual for name in chosen if known[name].usual), None)
        whole = all(window.whole_years for window in (view.pair.current, *view.pair.baseline))
        pair = yearly if yearly and not whole else view.pair
        return replace(view, pair=pair, measure=chosen[0], exploring=explored, carried=None)

    _move("lever_measures", change)


def _places_moved() -> None:
    def change(view: View) -> View:
        chosen = tuple(st.session_state["lever_in"])
        explored = replace(view.exploring, places=chosen, race=None if chosen else view.exploring.race)
        if len(chosen) > 1:
            explored = replace(explored, split="none", also=())
        return replace(view, area=None, exploring=explored)

    _move("lever_in", change)


def _split_moved() -> None:
    split: Split = st.session_state["lever_split"]

    def change(view: View) -> View:
        explored = replace(view.exploring, split=split)
        if split != "none":
            places = cut_of(view).places[:1]
            inside = split == "neighborhood" and places and ":" in places[0]
            kept = places if inside or split == "offense" else ()
            explored = replace(explored, also=(), places=kept, race=None if split == "race" else explored.race)
            view = replace(view, area=None)
        return replace(view, exploring=explored)

    _move("lever_split", change)


def _race_moved() -> None:
    race = st.session_state["lever_race"]
    _explored("lever_race", race=None if race == "all" else race)


def _index_moved() -> None:
    _explored("lever_index", index=st.session_state["lever_index"])


def _span_moved(key: str, read: ReadWindow) -> None:
    _move(key, lambda view: _with({"span": read(view.exploring.span)}, view))


def _explored(key: str, **fields: object) -> None:
    _move(key, partial(_with, fields))


def _with(fields: dict[str, object], view: View) -> View:
    return replace(view, exploring=replace(view.exploring, **fields))  # type: ignore[arg-type]
