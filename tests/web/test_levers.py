from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib.analysis.counts import BYS
from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.figures.common import short_date
from lib.story.check import claim_measure
from lib.story.load import load_story
from lib.story.sentences.window_effects import reading
from lib.story.view import View, check_pair, countable
from lib.web.pages.dates import LINKS, MEAN, OWN, SIDES
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


def drag(at: AppTest, window: Window, lever: str = "test") -> None:
    at.text_input(key="lever_dragged").set_value(f"{lever} {window}").run()


def type_dates(at: AppTest, window: Window, lever: str = "test") -> None:
    for side, day in zip(SIDES, (window.start, window.end), strict=True):
        at.text_input(key=f"lever_{lever}_{side}").set_value(f"{day:%m/%d/%Y}")
    at.run()


def has_baseline(at: AppTest) -> bool:
    """Whether the baseline has fields of its own."""
    return any(field.key == "lever_baseline_start" for field in at.text_input)


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


@pytest.mark.parametrize("move", [drag, type_dates])
def test_moving_the_window_takes_the_baseline_along(at: AppTest, move):
    move(at, SUMMER)
    check_crime_page(at, with_pair(years_earlier(SUMMER)))
    assert at.button_group(key="lever_preset").value is None
    link_to(at, LINKS[2])
    move(at, Window(date(2020, 2, 29), date(2020, 3, 31)))
    baseline = Window(date(2018, 2, 28), date(2018, 3, 31))
    check_crime_page(at, with_pair(WindowPair(Window(date(2020, 2, 29), date(2020, 3, 31)), (baseline,))))


@pytest.mark.parametrize("move", [drag, type_dates])
def test_typing_or_dragging_the_dates_of_a_preset_shows_it_chosen(at: AppTest, move):
    move(at, SUMMER)
    move(at, PRESETS[3].pair.current)
    check_crime_page(at, with_pair(PRESETS[3].pair))
    assert at.button_group(key="lever_preset").value == PRESETS[3].label


def test_the_baseline_follows_one_two_or_three_years_earlier(at: AppTest):
    for years in (2, 3, 1):
        link_to(at, LINKS[years])
        check_crime_page(at, with_pair(years_earlier(USUAL.pair.current, years)))
        assert at.button_group(key="lever_link").value == LINKS[years]
        assert not has_baseline(at)


def test_the_mean_of_two_years_follows_the_window_and_takes_the_place_of_one(at: AppTest):
    link_to(at, MEAN)
    check_crime_page(at, with_pair(mean_of_two(USUAL.pair.current)))
    assert at.button_group(key="lever_link").value == MEAN
    assert not has_baseline(at)
    drag(at, SUMMER)
    check_crime_page(at, with_pair(mean_of_two(SUMMER)))
    link_to(at, OWN)
    check_crime_page(at, with_pair(years_earlier(SUMMER)))


def mean_of_two(window: Window) -> WindowPair:
    return WindowPair(window, (window.shifted(-1), window.shifted(-2)))


@pytest.mark.parametrize("move", [drag, type_dates])
def test_own_dates_stand_still_while_the_window_moves(at: AppTest, move):
    link_to(at, OWN)
    check_crime_page(at, USUAL)
    baseline = Window(date(2019, 1, 1), date(2019, 12, 31))
    move(at, baseline, "baseline")
    check_crime_page(at, with_pair(WindowPair(USUAL.pair.current, (baseline,))))
    move(at, SUMMER)
    check_crime_page(at, with_pair(WindowPair(SUMMER, (baseline,))))
    assert at.button_group(key="lever_link").value == OWN
    fields = [at.text_input(key=f"lever_baseline_{side}").value for side in SIDES]
    assert fields == [short_date(baseline.start), short_date(baseline.end)]
    link_to(at, LINKS[1])
    check_crime_page(at, with_pair(years_earlier(SUMMER)))
    assert not has_baseline(at)


def test_own_dates_compared_with_the_usual_baseline_are_in_the_address(at: AppTest):
    link_to(at, OWN)
    drag(at, SUMMER)
    check_crime_page(at, with_pair(WindowPair(SUMMER, USUAL.pair.baseline)))


@pytest.mark.slow
def test_every_measure_can_be_counted(at: AppTest):
    for measure in COUNTED:
        at.selectbox(key="lever_measure").set_value(measure).run()
        check_crime_page(at, replace(USUAL, measure=measure))


def test_every_grain_can_be_shown(at: AppTest):
    for by in ("day", "month", "week"):
        at.button_group(key="lever_by").set_value(by).run()
        check_crime_page(at, replace(USUAL, by=by))


@pytest.mark.parametrize("move", [drag, type_dates])
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
    typed = {short_date(SUMMER.start), short_date(SUMMER.end)}  # what was refused stays in the fields
    assert set(said) - typed <= set(texts(at.main))
    move(at, PRESETS[0].pair.current)
    check_crime_page(at, USUAL)
    assert not at.info


def test_a_link_that_cannot_be_counted_leaves_everything_as_it_was(at: AppTest):
    early = WindowPair(Window(date(2016, 1, 1), date(2016, 3, 31)), (Window(date(2020, 1, 1), date(2020, 3, 31)),))
    link_to(at, OWN)
    drag(at, early.baseline[0], "baseline")
    drag(at, early.current)
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
    drag(at, SUMMER)
    later = Window(SUMMER.start, SUMMER.end + timedelta(days=1))
    at.text_input(key="lever_dragged").set_value(f"test {later}")
    if browser_still_shows in ("typed", "both"):
        at.text_input(key="lever_test_start").set_value(short_date(USUAL.pair.current.start))
        at.text_input(key="lever_test_end").set_value(short_date(USUAL.pair.current.end))
    if browser_still_shows in ("preset", "both"):
        at.button_group(key="lever_preset").set_value(PRESETS[0].label)
    at.run()
    check_crime_page(at, with_pair(years_earlier(later)))


def test_the_address_of_before_brings_everything_back(at: AppTest):
    drag(at, SUMMER)
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
    st.tuples(st.sampled_from(["drag", "type", "drag baseline", "type baseline"]), WINDOWS),
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
        if isinstance(value, Window):
            lever = "baseline" if kind.endswith("baseline") and has_baseline(at) else "test"
            (drag if kind.startswith("drag") else type_dates)(at, value, lever)
        else:
            keys = {"preset": "lever_preset", "link": "lever_link", "by": "lever_by"}
            if kind == "measure":
                at.selectbox(key="lever_measure").set_value(value).run()
            else:
                at.button_group(key=keys[kind]).set_value(value).run()
        view = view_of(at)
        check_pair(view.pair)
        check_crime_page(at, view)


def test_a_date_that_cannot_be_read_stays_as_typed_and_is_answered_beside_the_field(at: AppTest):
    for typed, why in (
        ("soon", "no date that can be read"),
        ("March 2021", "no date that can be read"),
        ("1/5/1999", "The records here run from January 1, 2015"),
        ("x" * 5000, "no date that can be read"),
    ):
        at.text_input(key="lever_test_start").set_value(typed).run()
        assert why in at.info[0].value
        assert len(at.info[0].value) < 200
        assert at.text_input(key="lever_test_start").value == typed
        assert view_of(at) == USUAL
    at.text_input(key="lever_test_start").set_value("February 1, 2021").run()
    assert not at.info
    check_crime_page(at, with_pair(years_earlier(Window(date(2021, 2, 1), USUAL.pair.current.end))))


def test_a_first_day_after_the_last_takes_the_window_along(at: AppTest):
    days = USUAL.pair.current.days
    at.text_input(key="lever_test_end").set_value("2019-06-30").run()
    end = date(2019, 6, 30)
    check_crime_page(at, with_pair(years_earlier(Window(end - timedelta(days=days - 1), end))))
    at.text_input(key="lever_test_start").set_value("2020-02-01").run()
    start = date(2020, 2, 1)
    check_crime_page(at, with_pair(years_earlier(Window(start, start + timedelta(days=days - 1)))))


def test_the_stage_says_the_dates_the_numbers_and_what_they_were(at: AppTest):
    def stage() -> str:
        bodies = [str(element.proto.body) for element in at.get("html")]
        return next(body for body in bodies if "stage-now" in body)

    before = stage()
    assert "January 1 to March 26, 2021" in before
    assert " was " not in before
    drag(at, SUMMER)
    after = stage()
    for claim in CRIME.checked_claims():
        measure = claim_measure(claim)
        assert measure is not None
        for pair, said in ((USUAL.pair, "was {}"), (years_earlier(SUMMER), "<b>{}</b>")):
            assert said.format(reading(measure, pair).change) in after
    drag(at, TOO_EARLY)
    assert 'data-test="2020-06-01..2020-08-31"' in stage()
