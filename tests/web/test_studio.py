"""The figure studio without a browser: what an address asks for, and what the page shows of it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from lib.chapters.chapters import BY_SLUG, STUDIO
from lib.export.render_options import Look, read_look
from lib.figures.registry import FIGURES, drawing
from lib.web.pages.studio import PARAMS, USUAL, Wish, picks, read_wish
from tests.examples import examples
from tests.web.story_app import open_story


def shown(at: AppTest) -> str:
    """The HTML of the picture and its links."""
    return next(str(e.proto.body) for e in at.main.get("html") if "studio-frame" in e.proto.body)


def test_every_figure_that_can_be_drawn_can_be_picked() -> None:
    drawable = {figure.id for figure in FIGURES.values() if figure.claims()}
    assert {figure for figure, _ in picks()} == drawable
    assert len({label for _, label in picks()}) == len(drawable)


@pytest.mark.parametrize("figure", [USUAL, "series", "timeline"])
def test_the_page_shows_the_figure_of_its_address(figure: str) -> None:
    at = open_story(STUDIO, {"figure": figure, "size": "card", "theme": "dark"})
    assert not at.exception
    assert not at.info
    assert f'src="figure/{figure}.svg?' in shown(at)
    assert "size=card" in shown(at)
    assert "theme=dark" in shown(at)
    assert all(f"Download {kind}" in shown(at) for kind in ("PNG", "SVG", "PDF"))
    assert bool([s for s in at.selectbox if s.key == "studio_claim"]) == ("claim" in FIGURES[figure].params)


def test_the_page_shows_a_figure_as_its_chapter_does_and_keeps_the_readers_own_dates() -> None:
    at = open_story(STUDIO, {"figure": "change-map"})
    usual = BY_SLUG["where-things-changed"].usual.pair
    title = drawing("change-map", BY_SLUG["where-things-changed"].usual).frame.title
    assert f"current={usual.current}" in shown(at)
    assert "current" not in at.query_params
    assert f"Where things changed: {title}" in at.selectbox(key="studio_figure").options
    assert next(field.value for field in at.text_input if field.label == "Title") == title
    at.selectbox(key="studio_figure").set_value("contributions").run()
    assert f"current={BY_SLUG['violent-and-property-crime'].usual.pair.current}" in shown(at)
    assert "current" not in at.query_params
    at.selectbox(key="lever_measure").set_value("robbery").run()
    at.selectbox(key="studio_figure").set_value("change-map").run()
    assert f"current={usual.current}" in shown(at)
    assert "measure=robbery" in shown(at)
    assert at.query_params["measure"] == "robbery"


def test_bad_parameters_give_notes_and_the_usual_figure() -> None:
    at = open_story(STUDIO, {"figure": "no-such", "claim": "kindness", "size": "wall", "title": "a\x07"})
    assert not at.exception
    assert len(at.info) == 4
    assert f'src="figure/{USUAL}.svg?' in shown(at)


def test_an_edited_title_reaches_the_picture_and_goes_with_its_figure() -> None:
    at = open_story(STUDIO, {"figure": "series"})
    field = next(field for field in at.text_input if field.label == "Title")
    assert field.value == "Violent crime fell 16% compared with the same dates a year earlier"
    field.set_value('Mine <b>& "yours"').run()
    assert "title=Mine+%3Cb%3E%26+%22yours%22" in shown(at)
    assert at.query_params["title"] == 'Mine <b>& "yours"'
    assert any("Ours: “Violent crime" in caption.value for caption in at.caption)
    next(button for button in at.button if button.label == "Use ours").click().run()
    assert "title=" not in shown(at)
    next(field for field in at.text_input if field.label == "Title").set_value("Mine").run()
    at.selectbox(key="studio_figure").set_value("timeline").run()
    assert "title=" not in shown(at)
    assert at.query_params["figure"] == "timeline"


def test_letters_that_no_font_has_are_named_where_the_title_is_typed() -> None:
    at = open_story(STUDIO, {"figure": "series", "title": "犯罪"})
    assert [note.value for note in at.info if "“犯”, “罪”" in note.value]
    next(field for field in at.text_input if field.label == "Title").set_value("Fell 😀").run()
    assert [note.value for note in at.info if "“😀”" in note.value]
    assert not at.exception
    assert "title" not in at.query_params


def test_windows_move_the_picture() -> None:
    at = open_story(STUDIO, {"figure": "series", "title": "Mine"})
    at.selectbox(key="lever_measure").set_value("robbery").run()
    assert "measure=robbery" in shown(at)
    assert "title=Mine" in shown(at)


def test_plain_pictures_have_no_title_to_edit() -> None:
    at = open_story(STUDIO, {"figure": "series", "plain": "1"})
    assert "plain=1" in shown(at)
    assert not [field for field in at.text_input if field.label == "Title"]


def test_a_figure_that_needs_a_choice_says_so() -> None:
    at = open_story(STUDIO, {"figure": "place-series"})
    assert not at.exception
    assert any("Choose a place" in note.value for note in at.info)


TEXTS = st.text(max_size=160)


@settings(max_examples=examples(60))
@given(st.dictionaries(st.sampled_from(PARAMS), TEXTS | st.sampled_from([*FIGURES, "card", "dark", "1", "violent"])))
def test_any_address_is_read_and_what_is_written_can_be_read_again(params: dict[str, str]) -> None:
    wish, notes = read_wish(params)
    assert wish.figure in FIGURES
    assert all(note.endswith(".") for note in notes)
    assert read_wish(wish.params()) == (wish, ())
    assert read_look(wish.look_params()) == wish.look


def test_a_wish_without_an_address_is_the_usual_one() -> None:
    assert read_wish({}) == (Wish(USUAL, FIGURES[USUAL].claims()[0], Look()), ())
    assert replace(Wish("series", None), look=Look(size="card")).params() == {"figure": "series", "size": "card"}
