import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.counts import BYS
from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.chapters.chapters import Chapter
from lib.story.load import load_story
from lib.story.view import PARAMS, View, countable, default_view, read_view
from tests.web.story_app import CRIME, FIRST, check_crime_page, open_story, texts

COUNTED = [measure.id for measure in load_story().measures.values() if measure.records == "crime"]
BROKEN = [
    {"current": "yesterday"},
    {"current": ""},
    {"current": "2021-02-30..2021-03-01"},
    {"current": "2021-03-26..2021-01-01"},
    {"current": "1871-01-01..1871-12-31"},
    {"current": "2021-01-01..2031-01-01"},
    {"current": "0001-01-01..9999-12-31"},
    {"current": "2020-01-01..2020-03-01", "baseline": "2013-01-01..2013-03-01"},
    {"current": "2020-01-01..2020-03-01", "baseline": ","},
    {"current": "2020-01-01..2020-03-01", "baseline": "2019-01-01..2019-03-01,2018-05-01..2018-06-01"},
    {"baseline": "2021-01-01"},
    {"measure": "kindness"},
    {"measure": ""},
    {"measure": "x" * 5000},
    {"by": "century"},
    {"current": "\x00", "baseline": "💥", "measure": "../../etc/passwd", "by": "<script>alert(1)</script>"},
]


@cache
def usual_texts(chapter: Chapter) -> tuple[str, ...]:
    """What stands on the page without any parameters."""
    return tuple(texts(open_story(chapter).main))


@pytest.mark.parametrize("params", BROKEN, ids=lambda params: " ".join(params.values())[:40])
@pytest.mark.parametrize("chapter", [FIRST, CRIME], ids=["announcement", "crime"])
def test_a_broken_address_gives_a_calm_note_and_the_usual_numbers(chapter: Chapter, params: dict[str, str]):
    at = open_story(chapter, params)
    assert not at.exception
    assert not at.error
    notes = [note.value for note in at.info]
    assert notes
    assert all(len(note) < 400 and note.rstrip().endswith(".") for note in notes)
    assert not any(re.search(r"used\. [a-z]", note) for note in notes), "a sentence begins with a small letter"
    assert tuple(text for text in texts(at.main) if text not in notes) == usual_texts(chapter)
    assert not set(at.query_params) & set(PARAMS)
    if chapter is CRIME:
        check_crime_page(at, CRIME.usual)


def test_one_broken_parameter_leaves_the_good_ones_alone():
    at = open_story(CRIME, {"current": "2020-06-01..2020-08-31", "measure": "kindness", "by": "month"})
    pair = years_earlier(Window(date(2020, 6, 1), date(2020, 8, 31)))
    check_crime_page(at, replace(CRIME.usual, pair=pair, by="month"))
    assert len(at.info) == 1


def test_the_note_goes_with_the_next_move():
    at = open_story(CRIME, {"measure": "kindness"})
    assert at.info
    at.button_group(key="lever_by").set_value("day").run()
    assert not at.info
    check_crime_page(at, replace(CRIME.usual, by="day"))


DAYS = st.dates(countable().start, countable().end)
USUAL = CRIME.usual.pair
WINDOWS = st.one_of(
    st.tuples(DAYS, DAYS).map(lambda days: Window(min(days), max(days))),
    st.sampled_from([USUAL.current, USUAL.baseline[0]]),
)
VIEWS = st.builds(
    View,
    st.builds(lambda current, baseline: WindowPair(current, (baseline,)), WINDOWS, WINDOWS),
    st.sampled_from(COUNTED),
    st.sampled_from(BYS),
)


@given(view=VIEWS)
def test_an_address_gives_back_the_view_that_it_was_made_from(view: View):
    assert read_view(view.params(), CRIME.usual) == (view, ())
    assert read_view(view.changed_params(CRIME.usual), CRIME.usual) == (view, ())


@given(params=st.dictionaries(st.sampled_from(PARAMS), st.text(max_size=60)))
def test_any_text_in_an_address_gives_a_view_that_can_be_counted(params: dict[str, str]):
    view, notes = read_view(params)
    assert view.measure in COUNTED
    assert view.by in BYS
    assert notes or params or view == default_view()
