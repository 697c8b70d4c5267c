"""The levers of the mix of other cities, on the page of "Was it COVID?"."""

from dataclasses import replace

from streamlit.testing.v1 import AppTest

from lib.analysis.specifications import Choice
from lib.chapters.chapters import BY_SLUG
from lib.story.evidence.synthetic import mix
from lib.story.load import load_story
from lib.story.sentences import synthetic_words as said
from tests.web.story_app import open_story, texts, view_of

COVID = BY_SLUG["was-it-covid"]


def shown(at: AppTest, choice: Choice) -> bool:
    return any(said.path_short(mix(load_story().measures["violent"], choice)) in text for text in texts(at.main))


def test_the_reader_puts_cities_back_and_chooses_their_kind() -> None:
    at = open_story(COVID)
    assert shown(at, Choice())
    at.button_group(key="lever_donors").set_value("all").run()
    assert shown(at, Choice(donors="all"))
    at.button_group(key="lever_pool").set_value("busy").run()
    assert shown(at, Choice(donors="all", pool="busy"))
    assert view_of(at, COVID) == replace(COVID.usual, donors="all", pool="busy")


def test_a_mix_that_an_address_asks_for_is_said_and_has_a_way_back() -> None:
    at = open_story(COVID, {"method": "median", "fitted": "2019-2020", "donors": "all"})
    chosen = Choice(donors="all", fitted="2019-2020", method="median")
    assert shown(at, chosen)
    assert any(said.way_text(chosen) in caption.value for caption in at.caption)
    at.button(key="lever_usual_mix").click().run()
    assert shown(at, Choice(donors="all"))
    assert not [button for button in at.button if button.key == "lever_usual_mix"]
