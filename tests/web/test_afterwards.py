"""The page of what happened afterwards."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from lib.chapters.chapters import BY_SLUG
from lib.chapters.leads import about
from lib.chapters.stage import stage
from lib.figures.registry import drawing
from lib.story.load import load_story
from lib.story.view import read_view
from tests.web.story_app import charts, drawn, open_story, texts

CHAPTER = BY_SLUG["afterwards"]
FIGURES = ("afterwards", "afterwards-years", "last-year", "recall")


def page(**params: str) -> AppTest:
    at = open_story(CHAPTER, params)
    assert not at.exception
    assert not at.error
    return at


@pytest.mark.parametrize("params", [{}, {"measure": "robbery", "cities": "named"}])
def test_it_answers_in_its_first_sentence_and_draws_its_figures(params: dict[str, str]) -> None:
    at = page(**params)
    view, notes = read_view(params, CHAPTER.usual)
    assert notes == ()
    said = texts(at.main)
    made = drawing("afterwards", view)
    assert said[said.index(CHAPTER.title) + 1 :][:2] == [about(), made.short]
    (apart,) = re.findall(r"\d+% \w+", made.frame.title)
    assert f"about {apart}" in made.short
    assert any(made.sentence in text for text in said)
    assert charts(at) == [drawn(name, view) for name in FIGURES]
    assert not at.info
    whole = "\n".join(said)
    for name in ("index-not-police-file", "peers-limits", "recall-weak", "before-after"):
        assert load_story().caveats[name].text in whole


def test_what_the_index_does_not_count_is_a_sentence_and_the_table_of_years_stays() -> None:
    at = page(measure="arson")
    why = "The Real-Time Crime Index does not count arson, so other cities can’t be shown for it."
    assert {info.value for info in at.info} == {why}
    view, _ = read_view({"measure": "arson"}, CHAPTER.usual)
    assert charts(at) == [drawn("afterwards-years", view)]
    beside = stage(CHAPTER, view)
    assert beside.finding == beside.brief == why


def test_the_narrow_line_says_the_share_of_the_figures_title() -> None:
    for measure in ("violent", "property", "homicide"):
        view, _ = read_view({"measure": measure}, CHAPTER.usual)
        share = re.search(r"\d+% (less|more)", drawing("afterwards", view).frame.title)
        assert share is not None
        assert f"about {share[0]} than" in stage(CHAPTER, view).brief


def test_choosing_other_cities_moves_every_figure() -> None:
    at = page()
    at.button_group(key="lever_cities").set_value("named").run()
    view, _ = read_view({"cities": "named"}, CHAPTER.usual)
    assert charts(at) == [drawn(name, view) for name in FIGURES]
