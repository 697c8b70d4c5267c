"""The levers: what is counted, which windows, held against what. Each one only changes the view."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import streamlit as st

from lib.analysis.counts import BYS
from lib.analysis.every_window import baseline_name, pair_against
from lib.analysis.windows import Window, WindowError, WindowPair, years_between
from lib.story import call_words
from lib.story.descriptions import every_description, usual_descriptions
from lib.story.load import load_story
from lib.story.model import Measure, NamedWindow
from lib.story.places import LAYER_NAMES, layer_of, place_id, place_ids, place_name
from lib.story.records import open_records, resolution_of
from lib.story.view import (
    MOST_TEXTS,
    Dates,
    Early,
    Since,
    View,
    can_show,
    countable,
    daily_measures_here,
    default_view,
    measures_here,
)
from lib.story.whole_years import year_window
from lib.web.pages.state import note_move, note_pair, show

LINKS = {1: "1 year earlier", 2: "2 years earlier", 3: "3 years earlier"}
MEAN = "Mean of the 2 years before"
LINKED: dict[tuple[int, ...], str] = {**{(years,): label for years, label in LINKS.items()}, (1, 2): MEAN}
"""How many years before the window under test its baselines lie, by what that is called."""
OWN = "Own dates"
_FREE = "lever_free"


def dates_lever(view: View, presets: tuple[NamedWindow, ...], dates: Dates) -> None:
    """The window under test and what it is held against, with dates that have a name; years for what is known by year.

    ``dates`` are those that the page can show.
    """
    measures = dates.shown_with(view.measure)
    known = load_story().measures
    years = [open_records().line(known[name]).years for name in measures if resolution_of(known[name]) == "year"]
    if years:
        presets = tuple(w for w in presets if all(each.whole_years for each in (w.pair.current, *w.pair.baseline)))
    names = {window.label: window for window in presets}
    chosen = next((window for window in presets if window.pair == view.pair), None)
    show("lever_preset", chosen.label if chosen else None)
    st.pills(
        "Dates that others used, or that answer a doubt",
        list(names),
        key="lever_preset",
        on_change=_preset,
        args=(names,),
    )
    if chosen:
        st.caption(chosen.note)
    if years:
        _year_levers(view.pair, years[0])
        return
    window_lever("Window under test", "test", view.pair.current, countable(measures), _move_current)
    link = _link(view.pair)
    show("lever_link", LINKED.get(link, OWN) if link else OWN)
    st.segmented_control(
        "Held against the same dates",
        [*LINKED.values(), OWN],
        key="lever_link",
        on_change=_relink,
        required=True,
    )
    if link is None:
        window_lever("Baseline", "baseline", view.pair.baseline[0], countable(measures), _move_baseline)


def _year_levers(pair: WindowPair, years: tuple[int, ...]) -> None:
    """The year under test, and the one or several years whose mean it is compared with."""
    show("lever_year", pair.current.start.year)
    st.segmented_control("Year", years, key="lever_year", required=True, on_change=_move_year, args=(years,))
    baseline = sorted({window.start.year for window in pair.baseline})
    show("lever_years", baseline)
    st.segmented_control(
        "Compared with (the average, if several)",
        years,
        key="lever_years",
        selection_mode="multi",
        on_change=_move_years,
        args=(years,),
    )


def _move_year(years: tuple[int, ...]) -> None:
    year = st.session_state.get("lever_year")
    if year not in years:  # what no lever offers
        return

    def moved(pair: WindowPair) -> WindowPair:
        others = tuple(window for window in pair.baseline if window.start.year != year)
        return WindowPair(year_window(year), others or (year_window(year - 1),))

    note_pair("lever_year", moved)


def _move_years(known: tuple[int, ...]) -> None:
    chosen = [year for year in known if year in (st.session_state.get("lever_years") or ())]

    def moved(pair: WindowPair) -> WindowPair:
        years = [year for year in chosen if year != pair.current.start.year]
        return WindowPair(pair.current, tuple(map(year_window, years))) if years else pair

    note_pair("lever_years", moved)


def reset_dates(pair: WindowPair) -> None:
    """Callback: back to the dates that the page starts with."""

    def moved(_: WindowPair) -> WindowPair:
        st.session_state.pop(_FREE, None)
        return pair

    note_pair("lever_reset", moved)


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
        "Counted by",
        BYS,
        key="lever_by",
        required=True,
        on_change=lambda: _take("lever_by", "by"),
    )


def place_levers(view: View) -> None:
    """Which places, what is shown of them, whether filled-in places count, and one neighborhood by its name."""
    layers = {"neighborhoods": "Neighborhoods", "areas": "Community areas", "districts": "Police districts"}
    shows = {"change": "Change", "count": "Counts", "rate": "Per 1,000 residents", "before-after": "Before and after"}
    measure = load_story().measures[view.measure]
    if layer_of(measure, "neighborhoods") != "neighborhoods":
        st.caption("These calls are counted by community area.")
    else:
        _choice("Places", "layer", layers, view.layer)
    _choice("Show", "show", shows, view.show)
    if "imputed" in open_records().areas(measure.records).places:
        show("lever_places", view.places == "all")
        st.toggle(
            "Count events whose neighborhood was filled in from their block",
            key="lever_places",
            on_change=_places_moved,
        )


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
        origins[view.origin] = "It does not tell"
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
    _choice("Learned from the weeks since", "since", {year: year for year in get_args(Since)}, view.since)


def cities_lever(view: View) -> None:
    """The cities that Baltimore is held against."""
    cities = {"large": "Large cities", "all": "All agencies", "named": "Similar cities"}
    _choice("Held against", "cities", cities, view.cities)


def within_lever(view: View) -> None:
    """Which windows are looked at together."""
    within = {
        "all": "All windows",
        "before-announcement": "Ended before the announcement",
        "clean-baseline": "Baseline free of the pandemic",
    }
    _choice("Which windows count", "within", within, view.within)


def early_lever(view: View) -> None:
    """What the two months before the claim's are taken to have been."""
    levels = {level: "Not known" if level == "any" else f"{level}%" for level in get_args(Early)}
    _choice("Calls in January and February 2020, compared with 2019", "early", levels, view.early)


def pick_on_map() -> None:
    """Callback of a tap on the map: choose that place, or none where the tap was beside all of them."""
    name = _tapped("place_map", "place").get("name")

    def change(view: View) -> View:
        layer = layer_of(load_story().measures[view.measure], view.layer)
        chosen = place_id(layer, str(name))
        return replace(view, area=chosen if chosen in place_ids(layer) else None)

    note_move("place_map", change)


def pick_on_windows() -> None:
    """Callback of a tap on the map of all windows: put that window under test, against the same kind of baseline."""
    tapped = _tapped("window_map", "window")
    try:
        end, days = date.fromisoformat(tapped["end"]), int(tapped["days"])
        window = Window(end - timedelta(days=days - 1), end)
    except (KeyError, TypeError, ValueError, OverflowError, WindowError):
        return  # a tap beside the windows

    def moved(pair: WindowPair) -> WindowPair:
        name = None if st.session_state.get(_FREE) else baseline_name(pair)
        return pair_against(window, name) if name else _with_current(pair, window)

    note_pair("window_map", moved)


def _tapped(figure: str, what: str) -> dict[str, Any]:
    """What stands where a figure was tapped; nothing where that was beside everything."""
    try:
        found = st.session_state[figure]["selection"][what][0]
    except (LookupError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


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


def window_lever(label: str, key: str, window: Window, within: Window, moved: Callable[[str], None]) -> None:
    """A window on a slider and as typed dates; both show the same.

    ``moved`` is called with the key of the one that moved; ``picked`` gives its dates.
    """
    slider, typed = f"lever_{key}_slider", f"lever_{key}_typed"
    show(slider, (window.start, window.end))
    if len(st.session_state.get(typed, ())) != 1:  # one day chosen in the calendar, the other still to come
        show(typed, (window.start, window.end))
    st.slider(
        label,
        min_value=within.start,
        max_value=within.end,
        key=slider,
        format="D MMM YYYY",
        on_change=moved,
        args=(slider,),
    )
    st.date_input(
        f"{label}: type the first and last day",
        min_value=within.start,
        max_value=within.end,
        key=typed,
        format="YYYY-MM-DD",
        on_change=moved,
        args=(typed,),
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


def _preset(names: dict[str, NamedWindow]) -> None:
    picked = names.get(st.session_state["lever_preset"] or "")

    def moved(pair: WindowPair) -> WindowPair:
        st.session_state.pop(_FREE, None)
        return picked.pair if picked else pair

    note_pair("lever_preset", moved)


def _move_current(key: str) -> None:
    window = picked(key)
    if window is None:
        return

    note_pair(key, lambda pair: _with_current(pair, window))


def _with_current(pair: WindowPair, window: Window) -> WindowPair:
    """The pair with another window under test; its baselines follow where they are linked to it."""
    link = _link(pair)
    return _linked(window, link) if link else WindowPair(window, pair.baseline[:1])


def _move_baseline(key: str) -> None:
    window = picked(key)
    if window is not None:
        note_pair(key, lambda pair: WindowPair(pair.current, (window,)))


def _relink() -> None:
    name = st.session_state["lever_link"]
    years = next((back for back, label in LINKED.items() if label == name), None)

    def moved(pair: WindowPair) -> WindowPair:
        if years is None:
            st.session_state[_FREE] = True
            return WindowPair(pair.current, pair.baseline[:1])
        st.session_state.pop(_FREE, None)
        return _linked(pair.current, years)

    note_pair("lever_link", moved)


def _link(pair: WindowPair) -> tuple[int, ...] | None:
    """How many years earlier the baselines follow the window; None where they stand by themselves."""
    found = tuple(sorted(years_between(pair.current, baseline) or 0 for baseline in pair.baseline))
    return None if st.session_state.get(_FREE) or found not in LINKED else found


def _linked(window: Window, years: tuple[int, ...]) -> WindowPair:
    return WindowPair(window, tuple(window.shifted(-back) for back in years))


def picked(key: str) -> Window | None:
    """The dates of a widget; None while the second date is still to come, and where they are none that it offers."""
    try:
        start, end = st.session_state[key]
        return Window(start, end)
    except (TypeError, ValueError, WindowError):
        return None
