"""The story by keyboard alone, with larger text, with less motion, and as plain pages."""

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.server import Server
from lib.chapters.chapters import CHAPTERS
from tests.browser.access import cut_off, missed_taps, violations
from tests.browser.conftest import OpenPage, wait_ready
from tests.browser.reading import CRIME, sideways

# Whether what has the focus has an outline.
OUTLINED = """
() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const outlined = style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2;
    return [at.innerText || at.ariaLabel || at.tagName, at.closest("[data-testid]")?.dataset.testid ?? "", outlined];
}
"""
MOVING = """
() => [...document.querySelectorAll("*")].filter(node => {
    const style = getComputedStyle(node);
    return Math.max(...`${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat)) > 0.01;
}).map(node => node.outerHTML.slice(0, 120))
"""
CHOSEN = ":is([aria-checked=true], [aria-pressed=true])"
GROUND = "buttons => buttons.map(button => getComputedStyle(button).backgroundColor)"
PLAIN = ("figure/change-map", "figure/windows-compared?claim=violent", "figure/calls-published", "embed/series", "api")


def tab_to(page: Page, name: str) -> list[str]:
    """Press Tab until a link of this name has the focus; gives what had it on the way and could not be seen."""
    unseen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        text, part, outlined = page.evaluate(OUTLINED)
        if not outlined:
            unseen.append(f"{text[:60]} ({part})")
        if name in text and part != "stMain":
            return unseen
    raise AssertionError(f"no link {name!r} is reached")


def test_the_whole_story_is_read_with_the_keyboard_alone_and_the_focus_is_always_seen(open_page: OpenPage):
    page = open_page().page
    for chapter in CHAPTERS[1:]:
        assert tab_to(page, chapter.short) == []
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{chapter.slug}")
        wait_ready(page)  # until then the first paint's heading stands there too
        expect(page.locator("h1")).to_have_text(chapter.title)
    page = open_page(CRIME, dark=True).page
    reached = 0
    page.keyboard.press("Tab")
    while not page.evaluate("() => document.activeElement === document.body"):  # once round
        assert reached < 200
        text, part, outlined = page.evaluate(OUTLINED)
        assert outlined, (text, part)
        reached += 1
        page.keyboard.press("Tab")
    assert reached > 50


def test_text_of_twice_the_size_and_less_motion_lose_nothing(open_page: OpenPage):
    page = open_page(CRIME).page
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == []
    page.evaluate("() => { document.documentElement.style.fontSize = '34px'; }")
    wait_ready(page)
    assert max(sideways(page)) <= 0
    assert cut_off(page) == []


@pytest.mark.parametrize("slug", [CRIME, "calls-911"])
def test_in_forced_colors_what_is_chosen_differs_from_what_is_not(open_page: OpenPage, slug: str):
    page = open_page(slug, dark=True).page
    page.emulate_media(forced_colors="active")
    grounds = {
        chosen: set(page.locator(f".st-key-stage [data-testid=stButtonGroup] {chosen}").evaluate_all(GROUND))
        for chosen in (CHOSEN, f"button:not({CHOSEN})")
    }
    assert all(grounds.values())
    assert not set.intersection(*grounds.values())


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_plain_pages_are_for_everybody(browser: Browser, app_server: Server, width: int, dark: bool):
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", bypass_csp=True
    )
    page = context.new_page()
    # Streamlit kept away, the story is what arrives before it, or without JavaScript.
    page.route("**/static/js/**", lambda route: route.abort())
    for path in (*PLAIN, *(chapter.slug for chapter in (CHAPTERS if dark else CHAPTERS[:2]))):
        page.goto(f"{app_server.url}/{path}", wait_until="load")
        if path.startswith("embed"):
            page.locator("svg .role-mark *").first.wait_for(state="attached", timeout=30_000)
            assert page.locator("#figure").get_attribute("aria-label") not in (None, "", "Vega visualization")
        assert violations(page) == [], path
        rooms = page.evaluate(
            "() => [document.documentElement, document.getElementById('first-paint') ?? document.body]"
            ".map(node => node.scrollWidth - node.clientWidth)"
        )
        assert max(rooms) <= 0, path
        if width == 360 and not path.startswith("embed"):
            assert missed_taps(page) == [], path
    context.close()
