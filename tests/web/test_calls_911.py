"""The chapter on 911 calls where no 911 records are loaded: drug calls by whole year, and what waits for records."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lib.chapters.chapters import BY_SLUG, CHAPTERS
from lib.chapters.leads import about
from lib.export.cells import cells
from lib.figures import calls
from lib.story.check import check_named
from lib.story.load import load_story
from lib.story.sentences import call_words
from lib.story.verdict import Verdict
from lib.story.view import default_view
from tests.web.story_app import charts, drawn, open_story, tables, texts, unfold

CHAPTER = BY_SLUG["calls-911"]
CLAIMS = CHAPTER.checked_claims()


@pytest.fixture(scope="module", autouse=True)
def folder(data_without_calls: Path) -> Iterator[None]:
    """No calls by day, even where they are bundled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(data_without_calls))
        yield


@pytest.fixture(scope="module")
def page(folder: None) -> AppTest:  # noqa: ARG001 - opened once that is set
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


def test_it_opens_with_the_counted_change_its_doubts_and_what_waits(page: AppTest) -> None:
    said = texts(page.main)
    at = said.index(CHAPTER.title)
    story, first, before, inferred, waiting = said[at + 1 : at + 6]
    assert story == about()
    assert first.startswith(
        "911 calls about drugs fell about 28% compared with the average of 2018 and 2019 (between 19% and 36%)"
    )
    assert "the records match it" in first
    assert "already fallen about 14%" in before
    assert "no count is public" in inferred
    assert "about 31%" in inferred
    assert "911 calls about sex work" in waiting
    assert "can’t check whether" in waiting


def test_only_the_drug_calls_have_a_verdict() -> None:
    drugs, sex_work = CLAIMS
    assert [f.verdict for f in check_named(drugs)] == [Verdict.MATCHES, Verdict.OTHER_SIZE, None, None, None]
    assert {f.window.id for f in check_named(drugs) if f.window} == {
        "whole-2020", "2020-against-2019", "whole-2021", "2019-against-2018", "2018-against-2017",
    }  # fmt: skip
    assert all(finding.verdict is None and finding.change is None for finding in check_named(sex_work))


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


def test_what_others_counted_is_drawn_and_said() -> None:
    opened = unfold(open_story(CHAPTER))
    shown, said = charts(opened), "\n".join(texts(opened.main))
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
    for command in (call_words.HOW_TO_LOAD, call_words.HOW_TO_IMPORT):
        assert f"`{command}`" in said
    assert not page.main.code, "blocks of code bring a script as large as all figures together"


def test_every_counted_number_is_one_tap_away() -> None:
    at = open_story(CHAPTER)
    assert tables(at) == []
    at.toggle(key="counted_by_others").set_value(True).run()
    (shown,) = tables(at)
    published = [f for f in load_story().published.values() if f.series]
    assert sorted(shown["value"]) == sorted(cells([f.value for f in published]))
    assert set(shown["obtained"]) == {"exact", "read off a figure", "estimate"}


def test_years_in_the_address_move_the_answer_and_days_are_refused(page: AppTest) -> None:
    at = open_story(CHAPTER, {"current": "2021-01-01..2021-12-31", "baseline": "2019-01-01..2019-12-31"})
    assert not at.exception
    assert "compared with 2019" in texts(at.main)[texts(at.main).index(about()) + 1]
    days = open_story(CHAPTER, {"current": "2020-06-01..2020-08-31"})
    assert not days.exception
    assert "whole calendar years only: 2011, 2012 and 2015 to 2021" in "\n".join(texts(days.main))
    assert charts(days) == charts(page)
    assert days.query_params["current"] == "2020-06-01..2020-08-31", "kept for the chapters that can count them"
    days.button_group(key="lever_year").set_value(2021).run()
    assert days.query_params["current"] == "2021-01-01..2021-12-31"


def test_a_year_and_its_baseline_are_levers() -> None:
    at = open_story(CHAPTER)
    at.button_group(key="lever_year").set_value(2021).run()
    assert not at.exception
    assert at.query_params["current"] == "2021-01-01..2021-12-31"
    at.button_group(key="lever_years").set_value([2019]).run()
    assert at.query_params["baseline"] == "2019-01-01..2019-12-31"
    at.button_group(key="lever_years").set_value([]).run()  # nothing to compare with is no choice
    assert not at.exception
    assert at.query_params["baseline"] == "2019-01-01..2019-12-31"


def test_what_january_and_february_were_is_a_lever_that_moves_only_what_is_inferred(page: AppTest) -> None:
    at = open_story(CHAPTER, {"early": "70"})
    moved = [chart for chart in charts(at) if chart not in charts(page)]
    assert moved == [drawn("calls-march-to-december", replace(CHAPTER.usual, early="70"))]
