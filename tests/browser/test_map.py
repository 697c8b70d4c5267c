"""The map: tapped, searched by name, read as a table, and shared."""

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

from lib.chapters.chapters import BY_SLUG
from lib.story import words
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.place_words import place_sentence
from lib.story.places import place_changes
from tests.browser.conftest import OpenPage, wait_ready
from tests.browser.reading import charts

MAP = "where-things-changed"
SHAPES = ".st-key-place_map svg .mark-shape path"
USUAL = BY_SLUG[MAP].usual


def said_of(name: str) -> tuple[str, str]:
    """What the page says of a neighborhood at its usual windows."""
    measure = load_story().measures[USUAL.measure]
    found = place_changes(measure, USUAL.pair, "neighborhoods")
    return words.short(check_measure(measure, USUAL.pair, name)), place_sentence(found, name)


def expect_neighborhood(page: Page, name: str) -> None:
    expect(page.locator("h2", has_text=re.compile(f"^{re.escape(name)}$"))).to_be_visible(timeout=15_000)
    for sentence in said_of(name):
        expect(page.locator("[data-testid=stMarkdownContainer] p", has_text=sentence)).to_be_visible()


def test_a_tap_opens_a_neighborhood_and_the_address_brings_others_to_it(open_page: OpenPage):
    page = open_page(MAP).page
    page.locator(SHAPES).nth(100).click()
    page.wait_for_url(re.compile("area="))
    name = parse_qs(urlsplit(page.url).query)["area"][0]
    wait_ready(page)
    expect_neighborhood(page, name)

    other = open_page(f"{MAP}?{urlsplit(page.url).query}")
    expect_neighborhood(other.page, name)
    assert other.console_errors == []


def test_a_neighborhood_is_found_with_the_keyboard_alone(open_page: OpenPage):
    page = open_page(MAP).page
    page.get_by_label("Find a neighborhood").focus()
    page.keyboard.type("sandtown", delay=20)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area=Sandtown"))
    wait_ready(page)
    expect_neighborhood(page, "Sandtown-Winchester")


def test_the_numbers_of_the_map_can_be_read_as_a_table(open_page: OpenPage):
    page = open_page(MAP, width=390).page
    page.get_by_text("Show the numbers as a table").click()
    expect(page.locator("[data-testid=stDataFrame]")).to_be_visible(timeout=15_000)


def test_places_counts_and_filled_in_neighborhoods_are_the_readers_choice(open_page: OpenPage):
    page = open_page(f"{MAP}?layer=districts&show=rate&places=recorded").page
    expect(page.locator(SHAPES)).to_have_count(9)
    outlines = [
        url for url in page.evaluate("performance.getEntriesByType('resource').map(r => r.name)") if "/geo/" in url
    ]
    assert any("districts" in url for url in outlines)
    measure = load_story().measures[USUAL.measure]
    recorded = place_changes(measure, USUAL.pair, "districts", recorded_only=True)
    every = place_changes(measure, USUAL.pair, "districts")
    assert recorded.current.sum() < every.current.sum()
    assert any("9 police districts" in chart.label for chart in charts(page))
