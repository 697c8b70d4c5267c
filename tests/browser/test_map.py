"""The map: tapped, searched by name, read as a table, and shared."""

import itertools
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from lib.chapters.chapters import BY_SLUG
from lib.story import words
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.place_words import place_sentence
from lib.story.places import Layer, place_changes, place_name
from tests.browser.conftest import OpenPage, wait_ready
from tests.browser.reading import charts

MAP = "where-things-changed"
DRAWN = ".st-key-place_map svg.marks"
SHAPES = f"{DRAWN} .mark-shape path[opacity='0']"
"""What is tapped: over all that is drawn."""
BOX = """selector => {
    const boxes = [...document.querySelectorAll(selector)].map(shape => shape.getBoundingClientRect());
    const all = (end, side) => Math[end](...boxes.map(box => box[side]));
    return {left: all("min", "left"), right: all("max", "right"), top: all("min", "top"), bottom: all("max", "bottom")};
}"""
# A name and the halo below it are two texts.
NAMES = """selector => {
    const texts = [...document.querySelectorAll(`${selector} .mark-text[class*='role-mark layer_1_'] text`)];
    return Object.values(Object.fromEntries(texts.map(text => {
        const {left, right, top, bottom} = text.getBoundingClientRect();
        return [text.textContent, {text: text.textContent, left, right, top, bottom}];
    })));
}"""
USUAL = BY_SLUG[MAP].usual


def said_of(place: str) -> tuple[str, str]:
    """What the page says of a place at its usual windows."""
    measure = load_story().measures[USUAL.measure]
    layer: Layer = "areas" if place.startswith("community:") else "neighborhoods"
    return words.short(check_measure(measure, USUAL.pair, place)), place_sentence(
        place_changes(measure, USUAL.pair, layer), place_name(place)
    )


def expect_place(page: Page, place: str) -> None:
    name = place_name(place)
    expect(page.locator("h2", has_text=re.compile(f"^{re.escape(name)}$"))).to_be_visible(timeout=15_000)
    expect(page.locator(DRAWN).get_by_text(name, exact=True).last).to_be_visible()  # on the card
    for sentence in said_of(place):
        expect(page.locator("[data-testid=stMarkdownContainer] p", has_text=sentence)).to_be_visible()


def test_a_tap_opens_a_place_and_the_address_brings_others_to_it(open_page: OpenPage):
    page = open_page(MAP).page
    page.locator(SHAPES).nth(40).click()
    page.wait_for_url(re.compile("area="))
    name = parse_qs(urlsplit(page.url).query)["area"][0]
    wait_ready(page)
    expect_place(page, name)

    other = open_page(f"{MAP}?{urlsplit(page.url).query}")
    expect_place(other.page, name)
    assert other.console_errors == []


def test_a_tap_beside_all_places_chooses_none(open_page: OpenPage):
    page = open_page(f"{MAP}?area=Hampden").page
    expect_place(page, "Hampden")
    page.locator(DRAWN).evaluate("map => map.scrollIntoView({ block: 'center' })")
    box = page.locator(DRAWN).bounding_box()
    assert box
    page.mouse.click(box["x"] + 0.08 * box["width"], box["y"] + 0.4 * box["height"])
    page.wait_for_url(lambda url: "area=" not in url)
    expect(page.locator("h2", has_text=re.compile("^Hampden$"))).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 1280, 768, 390])
def test_the_map_has_the_room_of_one_and_its_names_can_be_read(open_page: OpenPage, width: int):
    page = open_page(MAP, width=width).page
    city = page.evaluate(BOX, SHAPES)
    column = page.locator(DRAWN).bounding_box()
    assert column
    if width < 600:
        assert city["right"] - city["left"] > 0.95 * column["width"]
    else:
        assert city["bottom"] - city["top"] >= 620
    names = page.evaluate(NAMES, DRAWN)
    assert len(names) >= (9 if width < 600 else 16)
    for one, other in itertools.combinations(names, 2):
        apart = (
            one["right"] <= other["left"]
            or other["right"] <= one["left"]
            or one["bottom"] <= other["top"]
            or other["bottom"] <= one["top"]
        )
        assert apart, (one, other)
    for name in names:
        assert column["x"] <= name["left"], name
        assert name["right"] <= column["x"] + column["width"], name


def test_a_neighborhood_is_found_with_the_keyboard_alone(open_page: OpenPage):
    page = open_page(f"{MAP}?layer=neighborhoods").page
    page.get_by_label("Find a neighborhood").focus()
    page.keyboard.type("sandtown", delay=20)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area=Sandtown"))
    wait_ready(page)
    expect_place(page, "Sandtown-Winchester")


def test_the_numbers_of_the_map_can_be_read_as_a_table(open_page: OpenPage):
    page = open_page(f"{MAP}?layer=neighborhoods", width=390).page
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
