"""The state of a page in its address: what was written is read back, and nothing in an address can break a page."""

from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lib.analysis.counts import BYS
from lib.analysis.windows import Window, WindowPair, parse_window
from lib.story.load import load_story
from lib.story.view import PARAMS, View, countable, default_view, read_view
from tests.analysis.made import FIRST, LAST, windows
from tests.examples import examples
from tests.figures.drawn import views


def test_pages_count_from_the_first_day_with_every_violent_crime() -> None:
    assert countable() == Window(FIRST, LAST)


def test_an_address_without_parameters_is_the_articles_window() -> None:
    view, notes = read_view({})
    assert view == default_view()
    assert notes == ()
    assert str(view.pair.current) == "2021-01-01..2021-03-26"
    assert [str(b) for b in view.pair.baseline] == ["2020-01-01..2020-03-26"]
    assert view.changed_params(default_view()) == {}


@given(views())
@settings(max_examples=examples(100))
def test_a_view_reads_back_from_all_of_its_parameters(view: View) -> None:
    assert set(view.params()) <= set(PARAMS)
    assert read_view(view.params()) == (view, ())


@given(views())
@settings(max_examples=examples(100))
@example(
    View(
        WindowPair(parse_window("2021-01-01..2021-03-31"), (parse_window("2020-01-01..2020-03-26"),)), "violent", "week"
    )
)
def test_a_view_reads_back_from_its_short_address(view: View) -> None:
    short = view.changed_params(default_view())
    assert set(short) <= set(PARAMS)
    assert read_view(short) == (view, ())


@given(views(), views().filter(lambda view: view.area is None))
@settings(max_examples=examples(60))
def test_a_view_reads_back_from_what_differs_from_the_chapters_usual_view(view: View, usual: View) -> None:
    assert read_view(view.changed_params(usual), usual) == (view, ())


def test_a_current_window_alone_is_held_against_the_year_before() -> None:
    view, notes = read_view({"current": "2020-02-01..2020-02-29"})
    assert notes == ()
    assert [str(b) for b in view.pair.baseline] == ["2019-02-01..2019-02-28"]


hostile = st.one_of(
    st.text(max_size=80),
    st.text(min_size=1, max_size=8).map(lambda text: text * 500),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2},?", fullmatch=True),
    st.sampled_from(
        [
            "", ",", "..", "2021-03-26..2021-01-01", "0001-01-01..0001-01-02", "9999-12-31..9999-12-31",
            "2021-02-29..2021-03-01", "1e9", "nan", "None", "null", "\x00", "💥" * 30, "٢٠٢١-٠١-٠١..٢٠٢١-٠٣-٢٦",
            "<script>alert(1)</script>", "2014-01-01..2014-03-31", "2021-04-01..2021-07-14", "../../etc/passwd",
            "2020-01-01..2020-03-26,2019-01-01..2019-03-26", "2020-01-01..2020-03-26,",
            "2021-01-01..2021-03-26", "robbery", "day", "year", "week ", "VIOLENT",
        ]
    ),
    windows(date(1, 1, 2), date(9999, 12, 30)).map(str),
    st.lists(windows(FIRST, LAST).map(str), min_size=2, max_size=12).map(",".join),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*PARAMS, "utm_source"]), hostile))
@settings(max_examples=examples(400), suppress_health_check=[HealthCheck.too_slow])
def test_no_address_can_break_a_page(params: dict[str, str]) -> None:
    view, notes = read_view(params)
    usual = default_view()
    assert view.measure in load_story().measures
    assert view.by in BYS
    for window in (view.pair.current, *view.pair.baseline):
        assert FIRST <= window.start <= window.end <= LAST
    for note in notes:
        assert len(note) < 800
        assert note.endswith(".")
    # What was asked for is shown, or a note says that it is not.
    asked_for = {name for name in ("measure", "by") if name in params and params[name] != getattr(view, name)}
    for field in asked_for:
        assert getattr(view, field) == getattr(usual, field)
    assert len(notes) >= len(asked_for)
    asked = view.params()
    for name in ("current", "baseline"):
        if name in params and params[name].strip() != asked[name] and "," not in params[name]:
            assert view.pair == usual.pair
            assert any("dates" in note for note in notes)


@pytest.mark.parametrize(
    "params",
    [
        {"current": "2021-03-26..2021-01-01"},
        {"current": "2014-01-01..2014-03-31"},
        {"current": "2015-01-01..2015-03-31"},
        {"current": "2021-01-01..2021-07-14"},
        {"baseline": "9999-01-01..9999-12-31"},
        {"current": "soon", "baseline": "2020-01-01..2020-03-26"},
        {"current": "2021-01-01..2021-03-26", "baseline": "2020-01-01..2020-03-26,2019-02-01..2019-03-26"},
    ],
)
def test_dates_that_cannot_be_used_fall_back_together_with_one_note(params: dict[str, str]) -> None:
    view, notes = read_view(params)
    assert view == default_view()
    assert len(notes) == 1
    assert "usual dates" in notes[0]


def test_each_parameter_falls_back_by_itself() -> None:
    view, notes = read_view({"current": "2021-02-01..2021-02-28", "measure": "treason", "by": "fortnight"})
    assert str(view.pair.current) == "2021-02-01..2021-02-28"
    assert (view.measure, view.by) == ("violent", "week")
    assert len(notes) == 2
    assert "treason" in notes[0]
    assert "fortnight" in notes[1]


def test_a_baseline_repeated_in_an_address_does_not_count_twice() -> None:
    again = "2020-01-01..2020-03-26,2020-01-01..2020-03-26"
    view, notes = read_view({"current": "2021-01-01..2021-03-26", "baseline": again})
    assert len(set(view.pair.baseline)) == len(view.pair.baseline) or notes


@pytest.mark.usefixtures("without_calls")
def test_a_link_that_needs_records_which_are_not_loaded_says_so_and_how_to_load_them() -> None:
    view, notes = read_view({"measure": "calls-drugs", "texts": "NARCOTICS"})
    assert (view.measure, view.texts) == (default_view().measure, ())
    assert len(notes) == 2
    assert all("python -m lib refresh calls" in note for note in notes)
    assert notes[0].startswith("911 calls about drugs: ")
