"""The ways of a reader and of an editor through the story; a journalist's is in test_explore."""

import re
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from playwright.sync_api import expect

from lib.chapters.chapters import BY_SLUG, CHAPTERS
from lib.story import finding_words
from lib.story.check import check
from lib.story.load import load_story
from tests.browser.conftest import OpenPage
from tests.browser.reading import CRIME, sideways

SHARED = "current=2021-01-01..2021-03-12&baseline=2019-01-01..2019-03-12"


def test_a_reader_goes_from_a_shared_claim_to_the_conclusion_on_a_phone(open_page: OpenPage) -> None:
    visit = open_page(f"{CRIME}?{SHARED}", width=390)
    page = visit.page
    here = CHAPTERS.index(BY_SLUG[CRIME])
    expect(page.get_by_text(f"Chapters · {here + 1} of {len(CHAPTERS)}")).to_be_visible()
    for chapter in CHAPTERS[here + 1 :]:
        page.get_by_role("link", name=f"Next: {chapter.short}").click()
        expect(page.locator("h1")).to_have_text(chapter.title)
        visit.wait_ready()
        assert max(sideways(page)) <= 0
        assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == 0
        if chapter.slug == "what-survives":
            break
    assert parse_qs(urlsplit(page.url).query)["current"] == ["2021-01-01..2021-03-12"]
    expect(page.get_by_text("The records can’t name the cause")).to_be_visible()
    assert visit.page_errors == visit.console_errors == []


def test_a_reader_sees_what_a_move_did_and_goes_back(open_page: OpenPage) -> None:
    visit = open_page(CRIME, width=390)
    page = visit.page
    claims = load_story().claims
    office = next(window for window in claims["property"].windows if window.id == "office")
    was = finding_words.short(check(claims["property"], claims["property"].windows[0].pair))
    now = finding_words.short(check(claims["property"], office.pair))
    expect(page.get_by_text(was)).to_be_visible()
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_role("radio", name=office.label).click()
    visit.wait_ready()
    expect(page.get_by_text(now)).to_be_attached()
    stage = page.locator(".stage-now")
    expect(stage).to_contain_text(re.compile(r"Property crime −\d+% was −\d+%"))
    expect(page.get_by_role("status")).to_contain_text([re.compile(r"Property crime −\d+% was −\d+%")])
    expect(page.get_by_text("The period you’re checking is longer")).to_be_attached()
    page.get_by_role("button", name="Reset dates").click()
    visit.wait_ready()
    expect(page.get_by_text(was)).to_be_visible()
    assert "current=" not in page.url


def test_an_editor_goes_from_a_claim_to_a_card(open_page: OpenPage) -> None:
    visit = open_page()
    page = visit.page
    page.locator("[data-testid=stPageLink] a", has_text="Drug arrests").last.click()
    expect(page.locator("h1")).to_have_text(BY_SLUG["drug-arrests"].title)
    visit.wait_ready()
    lead = finding_words.short(check(load_story().claims["drug-arrests"], BY_SLUG["drug-arrests"].usual.pair))
    expect(page.get_by_text(lead)).to_be_visible()  # the same windows as the first page speaks of
    page.locator("a[href*='figure/windows-compared']").first.click()
    page.get_by_role("link", name="The figure’s own page").click()
    expect(page.locator("table caption")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("link", name=re.compile("card", re.IGNORECASE)).first.click()
    card = Image.open(BytesIO(waited.value.path().read_bytes()))
    assert card.size == (1200, 630)
    assert card.info["Data version"]
