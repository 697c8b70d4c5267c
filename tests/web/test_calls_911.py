"""The chapter on 911 calls where no 911 records are loaded: it says so first, and shows no number as measured."""

import pytest
from streamlit.testing.v1 import AppTest

from lib.export import plain
from lib.figures import calls
from lib.figures.chapters import BY_SLUG, CHAPTERS
from lib.figures.view import default_view
from lib.story import call_words
from lib.story.check import check_named
from lib.story.load import load_story
from lib.story.verdict import PLAIN, Verdict
from tests.web.story_app import charts, drawn, open_story, tables, texts

CHAPTER = BY_SLUG["calls-911"]
CLAIMS = CHAPTER.checked_claims()


@pytest.fixture(scope="module")
def page() -> AppTest:
    """The chapter as it opens. Not to be changed."""
    at = open_story(CHAPTER)
    assert not at.exception
    assert not at.error
    assert not at.info
    return at


def test_it_stands_between_the_arrests_and_the_map() -> None:
    slugs = [chapter.slug for chapter in CHAPTERS]
    at = slugs.index("calls-911")
    assert slugs[at - 1 : at + 2] == ["who-was-arrested", "calls-911", "where-things-changed"]


def test_its_first_sentence_says_that_nothing_is_checked_and_how_to_load(page: AppTest) -> None:
    said = texts(page.main)
    first = said[said.index(CHAPTER.title) + 1]
    assert first.startswith("Not checked yet: ")
    assert "911" in first
    assert call_words.HOW_TO_LOAD in first


def test_no_verdict_is_given(page: AppTest) -> None:
    said = "\n".join(texts(page.main)).split("How these numbers are made")[0]
    definitions = next(text for text in texts(page.main) if "**Verdict on the number**" in text)
    said = said.replace(definitions, "")
    assert not [v for v in Verdict if f"**{PLAIN[v]}" in said]
    assert all(finding.verdict is None for claim in CLAIMS for finding in check_named(claim))


def test_both_claims_stand_in_the_speakers_and_in_the_articles_words_with_their_sources(page: AppTest) -> None:
    said = "\n".join(texts(page.main))
    for claim in CLAIMS:
        assert claim.quote
        assert claim.quote in said
        assert claim.speaker in said
        assert claim.paraphrase in said
        for source in claim.sources:
            assert f"]({source.address})" in said


def test_the_claims_carry_the_researchers_and_the_articles_windows() -> None:
    for claim in CLAIMS:
        windows = {window.id: window for window in claim.windows}
        researchers, article = windows["researchers"].pair, windows["article"].pair
        assert claim.windows[0] is windows["researchers"]
        assert str(researchers.current) == str(article.current) == "2020-03-01..2020-12-31"
        assert sorted(map(str, researchers.baseline)) == ["2018-03-01..2018-12-31", "2019-03-01..2019-12-31"]
        assert list(map(str, article.baseline)) == ["2019-03-01..2019-12-31"]
        assert claim.claimed_for(windows["before-policy"].pair) is None


def test_what_others_counted_is_drawn_and_said(page: AppTest) -> None:
    shown, said = charts(page), "\n".join(texts(page.main))
    assert drawn("calls-published", default_view()) in shown
    assert drawn("calls-months", default_view()) in shown
    assert drawn("arrest-readings", CHAPTER.usual) in shown
    assert call_words.rows_sentence(*calls.around_change(calls.ROWS)) in said
    assert call_words.urgent_sentence(*calls.around_change(calls.URGENT)) in said
    outside = load_story().series(calls.OUTSIDE)
    assert call_words.apart_sentence(outside[-1], load_story().series(calls.NARCOTICS)[0]) in said


def test_both_readings_and_both_commands_stand_on_it(page: AppTest) -> None:
    said = "\n".join(texts(page.main))
    for reading in ("**Less activity.**", "**Less calling.**", "overdoses", "Neighborhoods"):
        assert reading in said
    (commands,) = [code.value for code in page.main.code]
    assert commands.splitlines() == [call_words.HOW_TO_LOAD, call_words.HOW_TO_IMPORT]


def test_every_counted_number_is_one_tap_away() -> None:
    at = open_story(CHAPTER)
    assert tables(at) == []
    at.toggle(key="counted_by_others").set_value(True).run()
    (shown,) = tables(at)
    published = [f for f in load_story().published.values() if f.series]
    assert sorted(shown["value"]) == sorted(plain.cell(f.value) for f in published)
    assert set(shown["obtained"]) == {"exact", "read off a figure", "estimate"}


def test_dates_in_the_address_change_nothing_that_is_not_checked(page: AppTest) -> None:
    at = open_story(CHAPTER, {"current": "2020-06-01..2020-08-31"})
    assert not at.exception
    assert texts(at.main)[:3] == texts(page.main)[:3] or call_words.HOW_TO_LOAD in at.main.markdown[0].value
    assert charts(at) == charts(page)
