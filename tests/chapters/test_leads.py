"""What opens a chapter: the same on its page, in the shell before it, and in previews."""

import re
from dataclasses import replace

import pytest

from lib.analysis.windows import parse_window, years_earlier
from lib.chapters.blocks import Caption, Heading, flat
from lib.chapters.chapters import BY_SLUG, CHAPTERS, STUDIO, Chapter
from lib.chapters.contents import contents
from lib.chapters.leads import Lead, lead, lead_figure, title
from lib.export.blocks_html import as_text
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import drawing
from lib.story.load import load_story
from lib.story.verdict import IN_A_SENTENCE
from tests.web.story_app import open_story

BY_PAGE = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug or "first")


@BY_PAGE
def test_every_chapter_says_its_answer_first_and_has_a_figure_that_can_be_drawn(chapter: Chapter):
    opening = lead(chapter, chapter.usual)
    assert opening.sentences
    assert not opening.missing
    assert set(opening.caveats) <= set(load_story().caveats)
    assert not set("*[`") & set(as_text(opening.sentences[0]))
    shown = lead_figure(chapter)
    assert (shown is None) is (chapter.slug == "methods")
    if shown:
        assert drawing(shown.figure, chapter.usual, shown.claim).alt


@BY_PAGE
def test_the_page_opens_with_it(chapter: Chapter):
    at = open_story(chapter)
    opening = lead(chapter, chapter.usual)
    said = [part for markdown in at.main.markdown for part in markdown.value.split("\n\n")]
    assert [sentence.strip() for sentence in opening.sentences] == [
        text for text in said if text in [sentence.strip() for sentence in opening.sentences]
    ]
    for name in opening.caveats:
        assert any(load_story().caveats[name].text in text for text in said)


def test_other_windows_give_another_answer_where_the_page_has_windows():
    pair = years_earlier(parse_window("2020-08-01..2020-10-31"))
    for slug in ("violent-and-property-crime", "drug-arrests", "where-things-changed"):
        chapter = BY_SLUG[slug]
        view = replace(chapter.usual, pair=pair)
        assert lead(chapter, view).sentences != lead(chapter, chapter.usual).sentences


def test_what_cannot_be_said_is_said():
    chapter = BY_SLUG["where-things-changed"]
    opening = lead(chapter, replace(chapter.usual, measure="drug-arrests", layer="areas"))
    assert opening.sentences or opening.missing


def test_a_page_of_tools_opens_with_nothing():
    assert lead(STUDIO, STUDIO.usual) == Lead(())


def test_a_neighborhood_is_named_first_where_the_chapter_is_about_places():
    chapter = BY_SLUG["where-things-changed"]
    view = replace(chapter.usual, area="Hampden", layer="neighborhoods")
    assert title(chapter, view) == "How did things change in Hampden, Baltimore?"
    assert title(chapter, chapter.usual) == chapter.title
    assert lead(chapter, view).sentences[0].startswith("Violent crime in Hampden: no clear change. Victims: ")
    crime = BY_SLUG["violent-and-property-crime"]
    assert title(crime, replace(crime.usual, area="Hampden")) == crime.title
    for show in ("change", "count", "rate"):
        drawn = drawing("change-map", replace(view, show=show))
        assert "Hampden" in drawn.frame.title
        assert "Outlined: Hampden." in drawn.alt
    assert "Hampden" not in drawing("change-map", replace(view, layer="districts")).frame.title
    for figure in ("funnel", "enforcement"):
        assert "Hampden is ringed" in drawing(figure, view).alt


def test_dates_outside_the_claims_time_give_the_number_and_why_there_is_no_verdict():
    chapter = BY_SLUG["drug-arrests"]
    view = replace(chapter.usual, pair=years_earlier(parse_window("2016-01-01..2016-12-31")))
    said = lead(chapter, view).sentences[0]
    assert said.startswith("Drug arrests fell about 11%")
    assert (
        "**No verdict: the claim, an 80% drop, is about other dates, between January 1, 2020, and March 25, 2021.**"
        in said
    )
    assert not any(verdict in said for verdict in IN_A_SENTENCE.values())
    moved = replace(view, pair=years_earlier(parse_window("2020-04-01..2021-03-31")))
    assert "The claim was an 80% drop: **on these dates, " in lead(chapter, moved).sentences[0]


@BY_PAGE
def test_links_to_the_parts_of_a_page_lead_to_its_headings(chapter: Chapter):
    moved = replace(chapter.usual, pair=years_earlier(parse_window("2020-08-01..2020-10-31")))
    for view in (chapter.usual, moved):
        blocks = list(flat(contents(chapter, view), on_demand=False))
        linked = [
            name for block in blocks if isinstance(block, Caption) for name in re.findall(r"\(#([^)]*)\)", block.text)
        ]
        targets = [block.target for block in blocks if isinstance(block, Heading) and block.level == 2]
        assert set(linked) <= set(targets)
        assert len(set(targets)) == len(targets)
        assert bool(linked) == (
            chapter.slug
            in (
                "violent-and-property-crime",
                "drug-arrests",
                "who-was-arrested",
                "calls-911",
                "was-it-covid",
            )
        )
