from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib.analysis.counts import BYS
from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.story.load import load_story
from lib.story.view import View, check_pair, countable
from lib.web.pages.controls import LINKS, MEAN, OWN
from tests.examples import examples
from tests.web.story_app import CRIME, charts, check_crime_page, open_story, texts, view_of

USUAL = CRIME.usual
PRESETS = load_story().claims["violent"].windows
COUNTED = [measure.id for measure in load_story().measures.values() if measure.records == "crime"]
SUMMER = Window(date(2020, 6, 1), date(2020, 8, 31))
TOO_EARLY = Window(date(2015, 3, 1), date(2015, 5, 31))  # a year before it, not every crime is on record


@pytest.fixture
def at() -> AppTest:
    return open_story(CRIME)


def slide(at: AppTest, window: Window, lever: str = "test") -> None:
    at.slider(key=f"lever_{lever}_slider").set_range(window.start, window.end).run()


def type_dates(at: AppTest, window: Window, lever: str = "test") -> None:
    at.date_input(key=f"lever_{lever}_typed").set_value((window.start, window.end)).run()


def link_to(at: AppTest, label: str) -> None:
    at.button_group(key="lever_link").set_value(label).run()


def with_pair(pair: WindowPair) -> View:
    return replace(USUAL, pair=pair)


def test_each_preset_moves_everything_to_its_windows(at: AppTest):
    for preset in (*PRESETS[1:], PRESETS[0]):
        at.button_group(key="lever_preset").set_value(preset.label).run()
        check_crime_page(at, with_pair(preset.pair))
        assert at.button_group(key="lever_preset").value == preset.label
        assert at.button_group(key="lever_link").value == LINKS[preset.pair.years_apart or 0]
        assert not at.info


def test_giving_up_a_preset_changes_nothing(at: AppTest):
    at.button_group(key="lever_preset").set_value(None).run()
    check_crime_page(at, USUAL)
    assert at.button_group(key="lever_preset").value == PRESETS[0].label


@pytest.mark.parametrize("move", [slide, type_dates])
def test_moving_the_window_takes_the_baseline_along(at: AppTest, move):
    move(at, SUMMER)
    check_crime_page(at, with_pair(years_earlier(SUMMER)))
    assert at.button_group(key="lever_preset").value is None
    link_to(at, LINKS[2])
    move(at, Window(date(2020, 2, 29), date(2020, 3, 31)))
    baseline = Window(date(2018, 2, 28), date(2018, 3, 31))
    check_crime_page(at, with_pair(WindowPair(Window(date(2020, 2, 29), date(2020, 3, 31)), (baseline,))))


@pytest.mark.parametrize("move", [slide, type_dates])
def test_typing_or_sliding_the_dates_of_a_preset_shows_it_chosen(at: AppTest, move):
    move(at, SUMMER)
    move(at, PRESETS[3].pair.current)
    check_crime_page(at, with_pair(PRESETS[3].pair))
    assert at.button_group(key="lever_preset").value == PRESETS[3].label


def test_the_baseline_follows_one_two_or_three_years_earlier(at: AppTest):
    for years in (2, 3, 1):
        link_to(at, LINKS[years])
        check_crime_page(at, with_pair(years_earlier(USUAL.pair.current, years)))
        assert at.button_group(key="lever_link").value == LINKS[years]
        assert len(at.slider) == 1


def test_the_mean_of_two_years_follows_the_window_and_takes_the_place_of_one(at: AppTest):
    link_to(at, MEAN)
    check_crime_page(at, with_pair(mean_of_two(USUAL.pair.current)))
    assert at.button_group(key="lever_link").value == MEAN
    assert len(at.slider) == 1
    slide(at, SUMMER)
    check_crime_page(at, with_pair(mean_of_two(SUMMER)))
    link_to(at, OWN)
    check_crime_page(at, with_pair(years_earlier(SUMMER)))


def mean_of_two(window: Window) -> WindowPair:
    return WindowPair(window, (window.shifted(-1), window.shifted(-2)))


@pytest.mark.parametrize("move", [slide, type_dates])
def test_own_dates_stand_still_while_the_window_moves(at: AppTest, move):
    link_to(at, OWN)
    check_crime_page(at, USUAL)
    baseline = Window(date(2019, 1, 1), date(2019, 12, 31))
    move(at, baseline, "baseline")
    check_crime_page(at, with_pair(WindowPair(USUAL.pair.current, (baseline,))))
    move(at, SUMMER)
    check_crime_page(at, with_pair(WindowPair(SUMMER, (baseline,))))
    assert at.button_group(key="lever_link").value == OWN
    assert tuple(at.slider(key="lever_baseline_slider").value) == (baseline.start, baseline.end)
    link_to(at, LINKS[1])
    check_crime_page(at, with_pair(years_earlier(SUMMER)))
    assert len(at.slider) == 1


def test_own_dates_held_against_the_usual_baseline_are_in_the_address(at: AppTest):
    link_to(at, OWN)
    slide(at, SUMMER)
    check_crime_page(at, with_pair(WindowPair(SUMMER, USUAL.pair.baseline)))


def test_every_measure_can_be_counted(at: AppTest):
    for measure in COUNTED:
        at.selectbox(key="lever_measure").set_value(measure).run()
        check_crime_page(at, replace(USUAL, measure=measure))


def test_every_grain_can_be_shown(at: AppTest):
    for by in ("day", "month", "week"):
        at.button_group(key="lever_by").set_value(by).run()
        check_crime_page(at, replace(USUAL, by=by))


@pytest.mark.parametrize("move", [slide, type_dates])
def test_a_move_that_cannot_be_counted_leaves_everything_as_it_was(at: AppTest, move):
    move(at, SUMMER)
    before = with_pair(years_earlier(SUMMER))
    figures, said = charts(at), texts(at.main)
    move(at, TOO_EARLY)
    check_crime_page(at, before)
    assert charts(at) == figures
    assert [note.value for note in at.info] != []
    assert "can’t be used" in at.info[0].value
    assert "2015" in at.info[0].value
    assert set(said) <= set(texts(at.main))
    move(at, PRESETS[0].pair.current)
    check_crime_page(at, USUAL)
    assert not at.info


def test_a_link_that_cannot_be_counted_leaves_everything_as_it_was(at: AppTest):
    early = WindowPair(Window(date(2016, 1, 1), date(2016, 3, 31)), (Window(date(2020, 1, 1), date(2020, 3, 31)),))
    link_to(at, OWN)
    slide(at, early.baseline[0], "baseline")
    slide(at, early.current)
    before = with_pair(early)
    check_crime_page(at, before)
    link_to(at, LINKS[3])
    check_crime_page(at, before)
    assert at.info
    assert at.button_group(key="lever_link").value == OWN


@pytest.mark.parametrize("browser_still_shows", ["typed", "preset", "both"])
def test_a_second_move_wins_over_what_the_browser_still_showed(at: AppTest, browser_still_shows: str):
    """Two moves in quick succession: with the second the browser sends the other levers as they were before the first.

    A browser does so as long as the answer to the first move has not reached it.
    """
    slide(at, SUMMER)
    later = Window(SUMMER.start, SUMMER.end + timedelta(days=1))
    at.slider(key="lever_test_slider").set_range(later.start, later.end)
    if browser_still_shows in ("typed", "both"):
        at.date_input(key="lever_test_typed").set_value((USUAL.pair.current.start, USUAL.pair.current.end))
    if browser_still_shows in ("preset", "both"):
        at.button_group(key="lever_preset").set_value(PRESETS[0].label)
    at.run()
    check_crime_page(at, with_pair(years_earlier(later)))


def test_the_address_of_before_brings_everything_back(at: AppTest):
    slide(at, SUMMER)
    type_dates(at, Window(SUMMER.start, SUMMER.end + timedelta(days=7)))
    at.query_params.clear()
    for name, value in with_pair(years_earlier(SUMMER)).changed_params(USUAL).items():
        at.query_params[name] = value
    at.run()
    check_crime_page(at, with_pair(years_earlier(SUMMER)))
    at.query_params.clear()
    at.run()
    check_crime_page(at, USUAL)


DAYS = st.dates(countable().start, countable().end)
WINDOWS = st.tuples(DAYS, DAYS).map(lambda days: Window(min(days), max(days)))
MOVES = st.one_of(
    st.tuples(st.just("preset"), st.sampled_from([preset.label for preset in PRESETS])),
    st.tuples(st.sampled_from(["slide", "type", "slide baseline", "type baseline"]), WINDOWS),
    st.tuples(st.just("link"), st.sampled_from([*LINKS.values(), MEAN, OWN])),
    st.tuples(st.just("measure"), st.sampled_from(COUNTED)),
    st.tuples(st.just("by"), st.sampled_from(BYS)),
)


@cache
def wandered() -> AppTest:
    """One page for all examples; no fixture, whose very long repr would stand in every report."""
    return open_story(CRIME)


@settings(max_examples=examples(25))
@given(moves=st.lists(MOVES, min_size=1, max_size=4))
def test_after_any_moves_the_page_agrees_with_its_address(moves: list[tuple[str, object]]):
    at = wandered()
    at.query_params.clear()
    at.run()
    for kind, value in moves:
        has_baseline = len(at.slider) == 2
        if isinstance(value, Window):
            lever = "baseline" if kind.endswith("baseline") and has_baseline else "test"
            (slide if kind.startswith("slide") else type_dates)(at, value, lever)
        else:
            keys = {"preset": "lever_preset", "link": "lever_link", "by": "lever_by"}
            if kind == "measure":
                at.selectbox(key="lever_measure").set_value(value).run()
            else:
                at.button_group(key=keys[kind]).set_value(value).run()
        view = view_of(at)
        check_pair(view.pair)
        check_crime_page(at, view)
