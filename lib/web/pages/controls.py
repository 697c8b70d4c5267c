"""The levers but those of dates: what is counted, where, compared with what. Each one only changes the view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import get_args

import streamlit as st

from lib.analysis.counts import BYS
from lib.story.descriptions import every_description, usual_descriptions
from lib.story.evidence.places import LAYER_NAMES, layer_of, place_id, place_ids, place_name
from lib.story.evidence.synthetic import choice_of
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records_in_use import open_records
from lib.story.sentences import call_words
from lib.story.sentences import synthetic_words as mixes
from lib.story.view import (
    MOST_TEXTS,
    Early,
    Since,
    View,
    can_show,
    daily_measures_here,
    default_view,
    measures_here,
)
from lib.web.pages.dates import tapped
from lib.web.pages.state import note_move, show

MIX = {"method": "Compared with", "fitted": "Months before", "march": "March 2020", "units": "Counted"}
"""The parts of the view that say how a mix of other cities is made, with their labels."""


def measure_lever(view: View, measures: Mapping[str, Measure] | None = None) -> None:
    """The picker of what is counted: these measures, or all that are known by day, and the one an address asks for."""
    measures = {**(measures or daily_measures_here()), view.measure: load_story().measures[view.measure]}
    show("lever_measure", view.measure)
    st.selectbox(
        "What is counted",
        list(measures),
        format_func=lambda name: measures[name].choice,
        key="lever_measure",
        on_change=_measure_moved,
    )


def mapped_measure_lever(view: View) -> None:
    """The same for a map, which shows what is known by year as well."""
    measure_lever(view, measures_here())


def _measure_moved() -> None:
    """The windows stay where the new measure can be counted in them."""
    name = st.session_state.get("lever_measure")
    if name not in measures_here():  # what no lever offers
        return
    chosen = load_story().measures[name]

    def change(view: View) -> View:
        stays = can_show(view.pair, (chosen.id,))
        pair = view.pair if stays else chosen.usual or default_view().pair
        return replace(view, measure=chosen.id, pair=pair, carried=None)

    note_move("lever_measure", change)


def grain_lever(view: View) -> None:
    """The picker of days, weeks, months or years."""
    show("lever_by", view.by)
    st.segmented_control(
        "Show by",
        BYS,
        key="lever_by",
        required=True,
        on_change=lambda: _take("lever_by", "by"),
    )


def place_levers(view: View) -> None:
    """Which places, what is outlined over them, what is shown, and whether filled-in places count."""
    layers = {"neighborhoods": "Neighborhoods", "areas": "Community areas", "districts": "Police districts"}
    shows = {"change": "Change", "count": "Counts", "rate": "Per 1,000 residents", "before-after": "Before and after"}
    measure = load_story().measures[view.measure]
    if layer_of(measure, "neighborhoods") != "neighborhoods":
        st.caption("We know these calls by community area.")
    else:
        _choice("Places", "layer", layers, view.layer)
        if view.layer == "neighborhoods":
            _choice("Outlines over them", "outlined", {"none": "None", **_larger(layers)}, view.outlined)
    _choice("Show", "show", shows, view.show)
    if "imputed" in open_records().areas(measure.records).places:
        show("lever_places", view.places == "all")
        st.toggle(
            "Include events whose neighborhood we filled in from their block",
            key="lever_places",
            on_change=_places_moved,
        )


def _larger(layers: Mapping[str, str]) -> dict[str, str]:
    return {layer: name for layer, name in layers.items() if layer != "neighborhoods"}


def neighborhood_lever(view: View) -> None:
    """Type or pick a place of the map; the way to it for those who can't use a map."""
    layer = layer_of(load_story().measures[view.measure], view.layer)
    names = [*place_ids(layer), *([view.area] if view.area and view.area not in place_ids(layer) else [])]
    show("lever_area", view.area)
    st.selectbox(
        f"Find a {LAYER_NAMES[layer]}",
        names,
        format_func=place_name,
        index=None,
        placeholder="Type a name, or tap the map",
        key="lever_area",
        on_change=lambda: _take("lever_area", "area"),
    )


def origin_lever(view: View) -> None:
    """Who made the 911 record."""
    origins = {
        "all": "All rows",
        "not-officer": "Without officers’ own",
        "officer": "Officers’ own",
        "caller": "Callers",
    }
    if view.origin not in origins:  # an address may ask for rows that do not tell
        origins[view.origin] = "Can’t tell"
    _choice("Whose records", "origin", origins, view.origin)


def texts_lever(view: View) -> None:
    """Which descriptions of 911 calls count; none but the usual ones is how the page starts."""
    usual = usual_descriptions(load_story().measures["calls-drugs"])
    shown = list(view.texts or usual)
    show("lever_texts", shown)
    st.multiselect(
        "Descriptions that count, as they stand in the records",
        every_description(),
        key="lever_texts",
        max_selections=MOST_TEXTS,
        on_change=_retext,
        args=(tuple(sorted(usual)),),
    )
    st.caption(call_words.OWN_WORDS)


def expected_levers(view: View) -> None:
    """The model of what was to be expected: its trend, and the first year it learns from."""
    trends = {"flat": "No trend", "linear": "The trend goes on", "damped": "The trend fades"}
    _choice("Trend before March 2020", "trend", trends, view.trend)
    _choice("Forecast from the weeks since", "since", {year: year for year in get_args(Since)}, view.since)


def cities_lever(view: View) -> None:
    """The cities that Baltimore is compared with."""
    cities = {"large": "Large cities", "all": "All agencies", "named": "Similar cities"}
    _choice("Compared with", "cities", cities, view.cities)


def donors_lever(view: View) -> None:
    """The cities that Baltimore's mix may be made of, and the way back where an address chose another kind of mix."""
    donors = {"no-policy": "Without such a policy", "all": "All", "settled": "Also without cities revised later"}
    pools = {"large": "Large", "busy": "With many crimes", "violent": "As violent as Baltimore"}
    _choice("Cities for the mix", "donors", donors, view.donors)
    _choice("Which of them", "pool", pools, view.pool)
    if any(getattr(view, name) != getattr(default_view(), name) for name in MIX):
        st.caption(mixes.way_text(choice_of(view)))
        st.button("Back to the usual mix", key="lever_usual_mix", on_click=_usual_mix)


def _usual_mix() -> None:
    usual = default_view()
    note_move(
        "lever_usual_mix",
        lambda view: replace(view, method=usual.method, fitted=usual.fitted, march=usual.march, units=usual.units),
    )


def mix_levers(view: View) -> None:
    """How the mix is made: in which way, fitted to which months, with March 2020 or without, in which units."""
    for name, label in MIX.items():
        _choice(label, name, dict(mixes.VALUES[name]), getattr(view, name))


def within_lever(view: View) -> None:
    """Which windows are looked at together."""
    within = {
        "all": "All windows",
        "before-announcement": "Ended before the announcement",
        "clean-baseline": "Compared with pre-pandemic months only",
    }
    _choice("Which periods to include", "within", within, view.within)


def early_lever(view: View) -> None:
    """What the two months before the claim's are taken to have been."""
    levels = {level: "Not known" if level == "any" else f"{level}%" for level in get_args(Early)}
    _choice("Calls in January and February 2020, compared with 2019", "early", levels, view.early)


def pick_on_map() -> None:
    """Callback of a tap on the map: choose that place, or none where the tap was beside all of them."""
    name = tapped("place_map", "place").get("name")

    def change(view: View) -> View:
        layer = layer_of(load_story().measures[view.measure], view.layer)
        chosen = place_id(layer, str(name))
        return replace(view, area=chosen if chosen in place_ids(layer) else None)

    note_move("place_map", change)


def pick_on_ways() -> None:
    """Callback of a tap on the ways to compare: choose that one."""
    chosen = mixes.choices_of(str(tapped("way_map", "way").get("code", "")))
    note_move("way_map", lambda view: replace(view, **chosen))


def _choice(label: str, field: str, names: dict[str, str], value: str) -> None:
    key = f"lever_{field}"
    show(key, value)
    st.segmented_control(
        label,
        list(names),
        format_func=names.__getitem__,
        key=key,
        required=True,
        on_change=lambda: _take(key, field),
    )


def _take(key: str, field: str) -> None:
    """Callback: the lever's value becomes that field of the view."""
    value = st.session_state[key]
    note_move(key, lambda view: replace(view, **{field: value}))


def _places_moved() -> None:
    every = st.session_state["lever_places"]
    note_move("lever_places", lambda view: replace(view, places="all" if every else "recorded"))


def _retext(usual: tuple[str, ...]) -> None:
    chosen = tuple(sorted(st.session_state["lever_texts"]))
    note_move("lever_texts", lambda view: replace(view, texts=() if chosen == usual else chosen))
