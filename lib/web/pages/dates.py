"""The levers of dates: presets, typed days, the baseline's link to the window, years, and what is tapped in figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st

from lib.analysis.every_window import baseline_name, pair_against
from lib.analysis.windows import Window, WindowError, WindowPair, parse_day, parse_window, say_date, years_between
from lib.figures.common import short_date
from lib.story import finding_words
from lib.story.evidence.whole_years import year_window
from lib.story.load import load_story
from lib.story.model import NamedWindow
from lib.story.records import resolution_of
from lib.story.records_in_use import open_records
from lib.story.view import Dates, View, countable
from lib.web.pages.state import note_pair, refusal, show

LINKS = {1: "1 year earlier", 2: "2 years earlier", 3: "3 years earlier"}
MEAN = "Average of the 2 years before"
LINKED: dict[tuple[int, ...], str] = {**{(years,): label for years, label in LINKS.items()}, (1, 2): MEAN}
"""How many years before the window under test its baselines lie, by what that is called."""
OWN = "Choose dates"
_FREE, _DRAGGED = "lever_free", "lever_dragged"
Side = Literal["start", "end"]
SIDES: tuple[Side, Side] = ("start", "end")
ReadWindow = Callable[[Window], Window]
"""The window that the two typed dates make, given the one from before they were typed. Raises WindowError."""


def dates_lever(view: View, presets: tuple[NamedWindow, ...], dates: Dates) -> None:
    """The window under test and what it is compared with, with dates that have a name; years for what is known by year.

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
        "Dates that officials used, and other fair comparisons",
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
    window_lever(("First day", "Last day"), "test", view.pair.current, countable(measures), _move_current)
    link = _link(view.pair)
    show("lever_link", LINKED.get(link, OWN) if link else OWN)
    st.segmented_control(
        "Compared with the same dates",
        [*LINKED.values(), OWN],
        key="lever_link",
        on_change=_relink,
        required=True,
    )
    if link is None:
        labels = ("Baseline: first day", "Baseline: last day")
        window_lever(labels, "baseline", view.pair.baseline[0], countable(measures), _move_baseline)
    if view.pair.shared_days:
        st.caption(finding_words.shared_days(view.pair))


def window_lever(
    labels: tuple[str, str], key: str, window: Window, within: Window, moved: Callable[[str, ReadWindow], None]
) -> None:
    """A window as two typed dates, under ``labels``. What was refused stays as it was typed.

    ``moved`` is called with the key of the field that was typed in, and with what reads both. The days must lie
    ``within`` those on record.
    """
    with st.container(horizontal=True, gap="small"):
        for side, label, day in zip(SIDES, labels, (window.start, window.end), strict=True):
            field = f"lever_{key}_{side}"
            if refusal() is None or field not in st.session_state:
                show(field, short_date(day))
            st.text_input(label, key=field, on_change=_typed, args=(key, side, within, moved))


def _typed(key: str, side: Side, within: Window, moved: Callable[[str, ReadWindow], None]) -> None:
    first, last = (str(st.session_state.get(f"lever_{key}_{each}") or "") for each in SIDES)

    def read(before: Window) -> Window:
        start, end = parse_day(first), parse_day(last)
        if end < start:  # one of the two was moved past the other, which then goes with it
            length = timedelta(days=before.days - 1)
            start, end = (start, start + length) if side == "start" else (end - length, end)
        if start < within.start or end > within.end:
            raise WindowError(f"The records here run from {say_date(within.start)} to {say_date(within.end)}.")
        return Window(start, end)

    moved(f"lever_{key}_{side}", read)


def dragged_lever() -> None:
    """What ``drag.js`` writes when a window was dragged in a figure; readers do not see it."""
    show(_DRAGGED, "")
    st.text_input("Dates dragged in a figure", key=_DRAGGED, on_change=_dragged)


def _dragged() -> None:
    which, _, said = str(st.session_state.get(_DRAGGED) or "").partition(" ")

    def moved(pair: WindowPair) -> WindowPair:
        window = parse_window(said)
        return _with_current(pair, window) if which == "test" else WindowPair(pair.current, (window,))

    note_pair(_DRAGGED, moved)


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


def pick_on_windows() -> None:
    """Callback of a tap on the map of all windows: put that window under test, against the same kind of baseline."""
    there = tapped("window_map", "window")
    try:
        end, days = date.fromisoformat(there["end"]), int(there["days"])
        window = Window(end - timedelta(days=days - 1), end)
    except (KeyError, TypeError, ValueError, OverflowError, WindowError):
        return  # a tap beside the windows

    def moved(pair: WindowPair) -> WindowPair:
        name = None if st.session_state.get(_FREE) else baseline_name(pair)
        return pair_against(window, name) if name else _with_current(pair, window)

    note_pair("window_map", moved)


def _preset(names: dict[str, NamedWindow]) -> None:
    picked = names.get(st.session_state["lever_preset"] or "")

    def moved(pair: WindowPair) -> WindowPair:
        st.session_state.pop(_FREE, None)
        return picked.pair if picked else pair

    note_pair("lever_preset", moved)


def _move_current(key: str, read: ReadWindow) -> None:
    note_pair(key, lambda pair: _with_current(pair, read(pair.current)))


def _with_current(pair: WindowPair, window: Window) -> WindowPair:
    """The pair with another window under test; its baselines follow where they are linked to it."""
    link = _link(pair)
    return _linked(window, link) if link else WindowPair(window, pair.baseline[:1])


def _move_baseline(key: str, read: ReadWindow) -> None:
    note_pair(key, lambda pair: WindowPair(pair.current, (read(pair.baseline[0]),)))


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


def tapped(figure: str, what: str) -> dict[str, Any]:
    """What stands where a figure was tapped; nothing where that was beside everything."""
    try:
        found = st.session_state[figure]["selection"][what][0]
    except (LookupError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
