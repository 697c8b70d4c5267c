"""The stage: whoever moves a lever sees what it did, without scrolling."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.chapters.chapters import BY_SLUG
from tests.browser.access import violations
from tests.browser.conftest import POLL, OpenPage, wait_ready
from tests.browser.reading import CRIME, sideways

WIDEST = 1440
SIZES = ((1280, 800), (768, 1024), (390, 844))
BESIDE = 1000
"""Width in px from which on the stage stands beside the page."""
CHAPTERS = [chapter.slug for chapter in BY_SLUG.values() if chapter.moves]
LEAST = 0.6  # of a figure that is to be seen
PLACE = "() => document.querySelector('[data-testid=stMain]').scrollTop"
TWO_LINES = 60  # px by which a longer answer may push the page, which the browser then scrolls along
DRAWN = """
() => [...document.querySelectorAll("[data-testid=stMain] [data-testid=stVegaLiteChart]")].map(chart =>
    [...chart.querySelectorAll("svg :is(text, path, rect)")].filter(part => !part.closest(".grips"))
        .map(part => part.textContent + (part.getAttribute("d") ?? "") + (part.getAttribute("transform") ?? "")).join())
"""
STATE = f"() => JSON.stringify([document.querySelector('.st-key-stage').innerText, ({DRAWN})()])"
MIDDLE = """
which => document.querySelectorAll("[data-testid=stMain] [data-testid=stVegaLiteChart]")[which]
    .scrollIntoView({ block: "center" })
"""
SEEN = """
which => {
    const box = document.querySelectorAll("[data-testid=stMain] [data-testid=stVegaLiteChart]")[which]
        .getBoundingClientRect();
    const stage = document.querySelector(".st-key-stage").getBoundingClientRect();
    const below = stage.left < box.right && stage.right > box.left ? stage.top : innerHeight;
    return Math.max(0, Math.min(box.bottom, below) - Math.max(box.top, 0)) / Math.min(box.height, below);
}
"""


def choices(page: Page) -> list[Locator]:
    """The levers of the stage that are a choice of a few, each with its own key."""
    keys = page.locator(".st-key-stage-levers [class*=st-key-lever_]:has([role=radio])").evaluate_all(
        "found => found.map(each => each.className.match(/st-key-lever_\\w+/)[0])"
    )
    return [page.locator(f".{key}") for key in keys]


def move(page: Page, lever: Locator) -> None:
    """Choose what is not chosen yet; the page stands where it stood."""
    place, before = page.evaluate(PLACE), page.evaluate(STATE)
    lever.locator("[role=radio]:not([aria-checked=true])").first.click()
    # Each choice changes something.
    page.wait_for_function(f"before => ({STATE})() !== before", arg=before, polling=POLL)
    wait_ready(page)
    assert abs(page.evaluate(PLACE) - place) <= TWO_LINES


@pytest.mark.parametrize("slug", CHAPTERS)
def test_every_choice_shows_what_it_did_where_the_reader_is(open_page: OpenPage, slug: str):
    visit = open_page(slug, width=WIDEST)
    page = visit.page
    for lever in choices(page):
        move(page, lever)
    assert visit.page_errors == visit.console_errors == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_dates_are_at_hand_beside_any_figure_and_what_they_move_is_seen(open_page: OpenPage, width: int, height: int):
    visit = open_page(CRIME, width=width)
    page = visit.page
    page.set_viewport_size({"width": width, "height": height})
    wait_ready(page)
    opener = page.locator(".stage-open")
    preset = page.locator(".st-key-lever_preset")
    for which in range(len(page.evaluate(DRAWN))):
        page.evaluate(MIDDLE, which)
        wait_ready(page)
        if width < BESIDE:
            opener.click()
            assert page.locator(".st-key-stage").bounding_box()["height"] <= 0.46 * height  # type: ignore[index]
        before, numbers = page.evaluate(DRAWN), page.locator(".stage-now").inner_text()
        move(page, preset)
        drawn = page.evaluate(DRAWN)
        if drawn[which] != before[which]:
            assert page.evaluate(SEEN, which) >= LEAST, which
        expect(page.locator(".stage-now")).to_be_in_viewport()
        assert page.locator(".stage-now").inner_text() != numbers
        expect(page.locator("#stage-said")).to_contain_text(re.compile(r"Violent crime .* was "))
        if width < BESIDE:
            page.keyboard.press("Escape")
            expect(preset).to_be_hidden()
            expect(opener).to_be_focused()
    assert max(sideways(page)) <= 0
    assert visit.page_errors == visit.console_errors == []


def test_on_a_phone_levers_opened_above_all_figures_bring_the_first_into_view(open_page: OpenPage):
    page = open_page(CRIME, width=390).page
    page.locator(".stage-open").click()
    before = page.evaluate(DRAWN)
    move(page, page.locator(".st-key-lever_preset"))
    assert page.evaluate(DRAWN)[0] != before[0]
    assert page.evaluate(SEEN, 0) >= LEAST


def test_on_a_phone_back_undoes_moves_and_then_closes_the_levers(open_page: OpenPage):
    page = open_page(CRIME, width=390).page
    first = page.url
    opener, preset = page.locator(".stage-open"), page.locator(".st-key-lever_preset")
    opener.click()
    expect(preset).to_be_visible()
    expect(opener).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    move(page, preset)
    moved = page.url
    assert moved != first
    page.go_back()
    page.wait_for_url(first)
    wait_ready(page)
    expect(preset).to_be_visible()
    page.go_back()
    expect(preset).to_be_hidden()
    assert page.url == first
    opener.click()
    opener.click()
    expect(preset).to_be_hidden()
    expect(opener).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize("width", [1280, 900])
def test_chapters_are_at_hand_and_say_where_the_reader_is(open_page: OpenPage, width: int):
    page = open_page(f"{CRIME}?by=month", width=width).page
    row = page.locator(".chapters-row")
    if width < BESIDE:
        expect(row).to_be_hidden()
        page.locator(".st-key-chapters summary").click()
        expect(page.locator(".st-key-chapters [data-testid=stPageLink]").last).to_be_visible()
        return
    names = [chapter.short for chapter in BY_SLUG.values()]
    assert row.locator("a").all_inner_texts() == names
    page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 3000)")
    expect(row.get_by_text("Drug arrests")).to_be_in_viewport()
    assert row.locator("[aria-current=page]").inner_text() == BY_SLUG[CRIME].short
    row.get_by_text("Drug arrests").click()
    page.wait_for_url("**/drug-arrests?by=month")
    wait_ready(page)  # until then the first paint's heading stands there too
    expect(page.locator("h1")).to_have_text(BY_SLUG["drug-arrests"].title)
    assert "by=month" in page.url


def test_the_link_to_a_figure_is_copied_where_it_stands(open_page: OpenPage):
    page = open_page(f"{CRIME}?by=month").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    link = page.get_by_role("link", name="Copy link").first
    address = link.evaluate("link => link.href")
    pages = page.context.pages
    link.click()
    expect(page.locator("#stage-said")).to_have_text("Link copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == address
    assert "/figure/windows-compared?" in address
    expect(page.get_by_role("link", name="Copy link").first).to_be_visible()
    assert page.context.pages == pages


def test_what_a_figure_offers_opens_on_the_figure_itself(open_page: OpenPage):
    page = open_page(f"{CRIME}?by=month").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opener = page.get_by_role("link", name="Save, cite or embed").first
    pages = page.context.pages
    opener.click()
    menu = page.get_by_role("dialog", name="Save, cite or embed this figure")
    menu.get_by_role("button", name="Citation").click()
    expect(menu.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("“")
    menu.get_by_role("button", name="Code to embed it").click()
    expect(menu.get_by_role("button", name="Copied").first).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("<")
    with page.expect_download() as saved:
        menu.get_by_role("link", name="Numbers (CSV)").click()
    assert saved.value.suggested_filename.endswith(".csv")
    expect(menu).to_be_visible()  # for the next file
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(opener).to_be_focused()
    assert page.context.pages == pages


def test_back_closes_the_menu_of_a_figure_and_stays_on_the_page(open_page: OpenPage):
    page = open_page(CRIME, width=390).page
    address = page.url
    page.get_by_role("link", name="Save, cite or embed").first.click()
    menu = page.get_by_role("dialog", name="Save, cite or embed this figure")
    expect(menu).to_be_visible()
    page.go_back()
    expect(menu).to_be_hidden()
    assert page.url == address


def test_a_figure_whose_menu_cannot_come_leads_to_its_page(open_page: OpenPage):
    page = open_page(CRIME).page
    page.route("**/figure/*/menu?*", lambda route: route.abort())
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Save, cite or embed").first.click()
    expect(opened.value.get_by_role("heading", level=2, name="Link, embed, cite")).to_be_visible()
