"""The map: tapped, searched by name, read as a table, and shared."""

import itertools
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from lib.chapters.chapters import BY_SLUG
from lib.story.evidence.places import Layer, place_changes, place_name, places
from lib.story.load import load_story
from lib.story.sentences.place_words import place_sentence
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
    const texts = [...document.querySelectorAll(`${selector} .mark-text[class*=' names'] text`)];
    return Object.values(Object.fromEntries(texts.map(text => {
        const {left, right, top, bottom} = text.getBoundingClientRect();
        return [text.textContent, {text: text.textContent, left, right, top, bottom}];
    })));
}"""
# Texts and signs of key and card that stand on the city.
COVERING = """selector => {
    const svg = document.querySelector(selector), city = svg.querySelector("[class*=' city_'] path");
    const around = city.getBoundingClientRect(), to = city.getScreenCTM().inverse();
    const parts = [...svg.querySelectorAll(".mark-arc path, .mark-rect path, .mark-text text")].filter(part =>
        part.getAttribute("opacity") !== "0" && !part.closest("[class*=' names']"));
    return parts.map(part => ({part, box: part.getBoundingClientRect()}))
        .filter(({box}) => box.top < around.bottom)
        .map(({part, box}) => ({
            text: part.textContent, left: box.left, top: box.top, bottom: box.bottom,
            covers: [[box.left, box.top], [box.right, box.top], [box.right, box.bottom]].some(([x, y]) =>
                city.isPointInFill(new DOMPoint(x, y).matrixTransform(to))),
        }));
}"""
IN_VIEW = """selector => {
    const [view, place] = ["#map-view > rect", "[class*=' chosen'] path"].map(part => {
        const found = document.querySelector(`${selector} ${part}`), { width, height, x, y } = found.getBBox();
        const move = part.startsWith("#") ? undefined : getComputedStyle(found).transform;
        const at = new DOMPoint(x + width / 2, y + height / 2).matrixTransform(new DOMMatrix(move));
        return {x, y, width, height, at};
    });
    return place.at.x > view.x && place.at.x < view.x + view.width
        && place.at.y > view.y && place.at.y < view.y + view.height;
}"""
SCROLLED = "([map, top]) => document.querySelector(`${map} [class*=' city_'] path`).getBoundingClientRect().top < top"
USUAL = BY_SLUG[MAP].usual


def said_of(place: str) -> str:
    """What the page says of a place at its usual windows."""
    measure = load_story().measures[USUAL.measure]
    layer: Layer = "areas" if place.startswith("community:") else "neighborhoods"
    return place_sentence(measure, place_changes(measure, USUAL.pair, layer), place_name(place))


def expect_place(page: Page, place: str) -> None:
    name = place_name(place)
    expect(page.locator("h2", has_text=re.compile(f"^{re.escape(name)}$"))).to_be_visible(timeout=15_000)
    expect(page.locator(DRAWN).get_by_text(name, exact=True).last).to_be_visible()  # on the card
    expect(page.locator("[data-testid=stMarkdownContainer] p", has_text=said_of(place))).to_be_visible()


def test_a_tap_opens_a_place_and_the_address_brings_others_to_it(open_page: OpenPage):
    page = open_page(MAP).page
    page.locator(SHAPES).nth(40).click()
    page.wait_for_url(re.compile("area="))
    name = parse_qs(urlsplit(page.url).query)["area"][0]
    wait_ready(page)
    expect_place(page, name)

    other = open_page(f"{MAP}?{urlsplit(page.url).query}", first_time=True)
    expect_place(other.page, name)
    assert other.console_errors == []


def test_a_tap_beside_all_places_chooses_none(open_page: OpenPage):
    page = open_page(f"{MAP}?area=Hampden").page
    expect_place(page, "Hampden")
    page.locator(DRAWN).evaluate("map => map.scrollIntoView({ block: 'center' })")
    city = page.evaluate(BOX, SHAPES)
    page.mouse.click(
        city["left"] + 0.4 * (city["right"] - city["left"]), city["top"] + 0.9 * (city["bottom"] - city["top"])
    )
    page.wait_for_url(lambda url: "area=" not in url)
    expect(page.locator("h2", has_text=re.compile("^Hampden$"))).to_have_count(0)


def test_a_click_a_tap_and_a_search_lead_to_one_address_and_back_undoes_them(open_page: OpenPage):
    at = places("neighborhoods").names.index("Hampden")
    addresses = []
    for way, width in (("click", 1280), ("tap", 390), ("search", 1280)):
        page = open_page(f"{MAP}?layer=neighborhoods", width=width).page
        before = page.url
        if way == "search":
            page.get_by_label("Find a neighborhood").focus()
            page.keyboard.type("hampden", delay=20)
            page.keyboard.press("Enter")
        elif way == "tap":
            fingers = page.context.new_cdp_session(page)
            fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
            page.locator(DRAWN).evaluate("map => map.scrollIntoView({ block: 'center' })")
            box = page.locator(SHAPES).nth(at).bounding_box()
            assert box
            point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
            page.wait_for_timeout(300)  # a tap that ends a scroll chooses nothing
            for kind, points in (("touchStart", [point]), ("touchEnd", [])):
                fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
                page.wait_for_timeout(16)
        else:
            page.locator(SHAPES).nth(at).click()
        page.wait_for_url(re.compile("area=Hampden"))
        wait_ready(page)
        expect_place(page, "Hampden")
        addresses.append(urlsplit(page.url).query)
        page.go_back()
        page.wait_for_url(before)
        expect(page.locator("h2", has_text=re.compile("^Hampden$"))).to_have_count(0)
    assert len(set(addresses)) == 1, addresses


@pytest.mark.parametrize("width", [1440, 1280, 768, 390])
def test_the_map_has_the_room_of_one_and_its_names_can_be_read(open_page: OpenPage, width: int):
    page = open_page(MAP, width=width).page
    city = page.evaluate(BOX, SHAPES)
    column = page.locator(DRAWN).bounding_box()
    assert column
    assert city["right"] - city["left"] > 0.9 * column["width"]
    if width > 600:
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


@pytest.mark.parametrize("width", [1280, 390])
def test_key_and_card_stand_in_the_corner_that_the_city_leaves(open_page: OpenPage, width: int):
    page = open_page(f"{MAP}?area=Hampden", width=width).page
    parts = page.evaluate(COVERING, DRAWN)
    assert len(parts) > (20 if width > 600 else 15)
    assert not [part for part in parts if part["covers"]]
    buttons = page.locator(".map-zoom").bounding_box()
    assert buttons
    bottom = buttons["y"] + buttons["height"]
    assert not [
        part
        for part in parts
        if part["left"] < buttons["x"] + buttons["width"] and part["top"] < bottom and part["bottom"] > buttons["y"]
    ]


def test_the_map_is_zoomed_and_moved_by_buttons_and_keys_and_stays_so(open_page: OpenPage):
    page = open_page(f"{MAP}?layer=neighborhoods").page
    page.locator(DRAWN).evaluate("map => map.scrollIntoView()")
    whole = page.evaluate(BOX, SHAPES)
    zoom_in = page.get_by_role("button", name="Zoom in")
    expect(page.get_by_role("button", name="Show the whole map")).to_be_hidden()
    zoom_in.press("Enter")
    zoom_in.press("ArrowRight")
    larger = page.evaluate(BOX, SHAPES)
    assert larger["right"] - larger["left"] == pytest.approx(1.6 * (whole["right"] - whole["left"]), rel=0.01)
    names = page.evaluate(NAMES, DRAWN)
    assert {round(name["bottom"] - name["top"]) for name in names} <= {round(n) for n in range(10, 34)}

    page.get_by_text("Counts", exact=True).click()
    page.wait_for_url(re.compile("show=count"))
    wait_ready(page)
    again = page.evaluate(BOX, SHAPES)
    assert again["right"] - again["left"] == pytest.approx(larger["right"] - larger["left"], rel=0.01)

    page.get_by_label("Find a neighborhood").focus()
    page.keyboard.type("curtis bay", delay=20)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("area=Curtis"))
    wait_ready(page)
    expect_place(page, "Curtis Bay")
    assert page.evaluate(IN_VIEW, DRAWN)  # the map has moved there
    page.get_by_role("button", name="Show the whole map").click()
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()
    assert page.evaluate(BOX, SHAPES)["left"] == pytest.approx(whole["left"], abs=1)


def test_only_a_wheel_with_a_key_zooms_and_a_dragged_map_chooses_no_place(open_page: OpenPage):
    page = open_page(MAP).page
    page.locator(DRAWN).evaluate("map => map.scrollIntoView({ block: 'center' })")
    whole = page.evaluate(BOX, SHAPES)
    x, y = (whole["left"] + whole["right"]) / 2, 450.0
    page.mouse.move(x, y)
    page.mouse.wheel(0, 60)
    page.wait_for_function(SCROLLED, arg=[DRAWN, whole["top"] - 40])
    moved = page.evaluate(BOX, SHAPES)
    assert moved["right"] - moved["left"] == pytest.approx(whole["right"] - whole["left"], abs=1)

    page.keyboard.down("Control")
    page.mouse.wheel(0, -60)
    page.keyboard.up("Control")
    page.wait_for_selector(f"{DRAWN}.zoomed")
    near = page.evaluate(BOX, SHAPES)
    assert near["top"] < moved["top"]
    assert near["bottom"] > moved["bottom"]
    page.mouse.down()
    page.mouse.move(x + 60, y + 20, steps=4)
    page.mouse.up()
    dragged = page.evaluate(BOX, SHAPES)
    assert dragged["left"] - near["left"] == pytest.approx(60, abs=8)
    page.wait_for_timeout(500)
    assert "area=" not in page.url
    page.mouse.click(x, y)
    page.wait_for_url(re.compile("area="))


def test_two_fingers_zoom_and_one_scrolls(open_page: OpenPage):
    page = open_page(MAP, width=390).page
    page.locator(DRAWN).evaluate("map => map.scrollIntoView({ block: 'center' })")
    whole = page.evaluate(BOX, SHAPES)
    fingers = page.context.new_cdp_session(page)
    fingers.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})
        page.wait_for_timeout(16)  # a frame, as a hand needs

    touch("touchStart", (170, 400), (210, 400))
    for apart in range(20, 61, 8):
        touch("touchMove", (190 - apart, 400), (190 + apart, 400))
    touch("touchEnd")
    larger = page.evaluate(BOX, SHAPES)
    assert larger["right"] - larger["left"] > 2.5 * (whole["right"] - whole["left"])
    assert page.evaluate("visualViewport.scale") == 1
    assert "area=" not in page.url
    touch("touchStart", (190, 500))
    for down in range(0, 181, 12):
        touch("touchMove", (190, 500 - down))
    touch("touchEnd")
    page.wait_for_function(SCROLLED, arg=[DRAWN, larger["top"] - 100])


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


def test_larger_places_are_outlined_over_neighborhoods_when_asked(open_page: OpenPage):
    page = open_page(f"{MAP}?layer=neighborhoods").page
    outlines = page.locator(f"{DRAWN} .mark-shape path[stroke-width='4.5']")
    page.locator(".st-key-lever_outlined").get_by_text("Police districts").click()
    page.wait_for_url(re.compile("outlined=districts"))
    wait_ready(page)
    expect(outlines).to_have_count(9)
    expect(page.locator(SHAPES)).to_have_count(278)
    assert any("Double lines: police districts" in chart.label for chart in charts(page))
    links = page.locator("[data-testid=stCaptionContainer] a[href*='change-map']")
    assert "outlined=districts" in (links.first.get_attribute("href") or "")
    page.locator(".st-key-lever_layer").get_by_text("Community areas").click()
    expect(page.locator(".st-key-lever_outlined")).to_have_count(0)


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
