import re
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lib.analysis.windows import parse_window, years_earlier
from lib.chapters.blocks import FigureBlock
from lib.chapters.chapters import BY_SLUG
from lib.chapters.contents import contents
from lib.figures.registry import drawing
from lib.story import claim_words, words
from lib.story.check import can_count, check_named
from lib.story.load import load_story
from lib.story.model import Claim
from lib.story.verdict import OVERALL, PLAIN, Verdict, over_windows
from lib.story.view import default_view
from tests.web.story_app import FIRST, charts, elements, open_story, tables, texts, unfold

PARTS = {
    "who-was-arrested": "arrest-rates-by-race",
    "where-things-changed": "change-map",
    "was-it-covid": "peers-change",
}
CLAIMS = list(load_story().claims.values())
Cards = dict[str, list[Any]]
NUMBER = re.compile(r"\d")


@pytest.fixture(scope="module")
def page() -> AppTest:
    """The first page with all its statements. Not to be changed."""
    return unfold(open_story())


@pytest.fixture(scope="module")
def cards(page: AppTest) -> Cards:
    """The elements of every statement's card, by the card's title."""
    found = {}
    for block in blocks(page.main):
        inside = list(elements(block))
        first = getattr(inside[0], "value", "") if inside else ""
        if isinstance(first, str) and first.startswith("#### "):
            found[first.removeprefix("#### ")] = inside
    return found


def blocks(node: Any) -> list[Any]:
    inner = [child for child in node.children.values() if hasattr(child, "children")]
    return inner + [deeper for child in inner for deeper in blocks(child)]


def said(card: list[Any]) -> str:
    """All that a card says; Markdown included."""
    return "\n".join(element.value for element in card if isinstance(getattr(element, "value", None), str))


def test_it_opens_without_a_fault(page: AppTest):
    assert not page.exception
    assert not page.error
    assert not page.info
    assert [title.value for title in page.title] == [FIRST.title]


def test_every_statement_stands_on_it(cards: Cards):
    assert sorted(cards) == sorted(claim.title for claim in CLAIMS)


def test_its_first_sentence_holds_the_measured_and_the_claimed_numbers(page: AppTest):
    findings = {claim.id: check_named(claim) for claim in CLAIMS}
    lead = claim_words.lead(findings)
    assert lead in texts(page.main)
    for claim in ("violent", "property"):  # worked out here once more, from the counts
        change = findings[claim][0].change
        assert change is not None
        ratio = change.current / 85 / (change.baseline / 86)  # days: 2020 had a February 29
        assert f"{claim} crime fell {100 - 100 * ratio:.0f}%" in lead


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_statement_is_given_with_its_words_its_speaker_and_where_to_read_it(cards: Cards, claim: Claim):
    text = said(cards[claim.title])
    assert (claim.quote or claim.paraphrase) in text
    assert claim.speaker in text
    for source in claim.sources:
        assert f"]({source.address})" in text


@pytest.mark.parametrize("claim", [c for c in CLAIMS if can_count(c) and c.claimed], ids=lambda claim: claim.id)
def test_a_checked_statement_has_its_verdict_and_leads_to_its_chapter(cards: Cards, claim: Claim):
    verdicts = [finding.verdict for finding in check_named(claim)]
    assert OVERALL[over_windows(v for v in verdicts if v)] in said(cards[claim.title])
    assert any(element.type == "page_link" for element in cards[claim.title])


@pytest.mark.parametrize("claim", [c for c in CLAIMS if c.records is None], ids=lambda claim: claim.id)
def test_a_statement_beyond_public_records_says_why_and_what_it_would_take(cards: Cards, claim: Claim):
    text = said(cards[claim.title])
    assert PLAIN[Verdict.NOT_HERE] in text
    assert claim.why_not
    assert claim.would_take
    assert claim.why_not in text
    assert claim.would_take in text
    assert not any(element.type == "vega_lite_chart" for element in cards[claim.title])


@pytest.mark.parametrize("name", ["marijuana-2019", "rarely-arrest"])
def test_a_counted_statement_without_a_claimed_number_has_its_first_doubt_beside_it(cards: Cards, name: str):
    claim = load_story().claims[name]
    assert load_story().caveats[claim.caveats[0]].short in said(cards[claim.title])


NOT_LOADED = [claim for claim in CLAIMS if claim.records and "Not checked yet" in check_named(claim)[0].sentence]


@pytest.mark.parametrize("claim", NOT_LOADED, ids=lambda claim: claim.id)
def test_a_statement_whose_records_are_not_loaded_shows_no_measured_number(cards: Cards, claim: Claim):
    text = said(cards[claim.title])
    assert "Not checked yet" in text
    assert not any(element.type == "vega_lite_chart" for element in cards[claim.title])
    own = [claim.title, claim.quote or claim.paraphrase, claim.speaker, "911"]
    own += [part for source in claim.sources for part in (source.name, source.address)]
    if claim.claimed is not None:
        own.append(f"The claim: {words.drop(claim.claimed)}")
        assert own[-1] in text
    for part in own:
        text = text.replace(part, "")
    assert not NUMBER.search(text.replace("####", ""))


def test_every_chart_is_a_registered_figure_with_an_alt_text(page: AppTest):
    shown = charts(page)
    assert [alt for alt, _ in shown] == [
        drawing(block.figure, block.view).alt.strip() for block in contents(FIRST) if isinstance(block, FigureBlock)
    ]


def test_it_names_the_source_the_last_day_and_the_data_version(page: AppTest):
    foot = page.caption[-1].value
    assert "complete through" in foot
    assert check_named(CLAIMS[0])[0].data_version in foot


def test_every_part_has_a_figure_and_the_way_to_its_chapter(page: AppTest):
    shown = [alt for alt, _ in charts(page)]
    for slug, figure in PARTS.items():
        assert drawing(figure, BY_SLUG[slug].usual).alt.strip() in shown
    linked = [element for element in elements(page.main) if element.type == "page_link"]
    ways = {f"Check it yourself: {BY_SLUG[slug].short}" for slug in PARTS}
    # The first part has three chapters, in one row.
    assert {link.proto.label for link in linked} >= ways | {
        BY_SLUG[slug].short for slug in ("drug-arrests", "calls-911")
    }


def test_dates_that_are_moved_move_every_part():
    pair = years_earlier(parse_window("2020-07-01..2020-12-31"))
    moved = unfold(open_story(FIRST, {"current": "2020-07-01..2020-12-31"}))
    shown = [alt for alt, _ in charts(moved)]
    view = replace(default_view(), pair=pair)
    assert drawing("claims-compared", view).alt.strip() in shown
    assert "On the dates you chose, " in drawing("claims-compared", view).frame.title
    for slug, figure in PARTS.items():
        assert drawing(figure, replace(BY_SLUG[slug].usual, pair=pair)).alt.strip() in shown


def test_the_table_has_the_verdict_of_every_claim_that_counts_can_check(page: AppTest):
    table = next(found for found in tables(page) if "What the records say" in found)
    assert table["Claim"] == [claim.title for claim in CLAIMS if claim.records]
    for title, verdict in zip(table["Claim"], table["What the records say"], strict=True):
        claim = next(claim for claim in CLAIMS if claim.title == title)
        if can_count(claim) and claim.claimed:
            verdicts = [finding.verdict for finding in check_named(claim) if finding.verdict]
            assert f" {OVERALL[over_windows(verdicts)]}" in verdict
