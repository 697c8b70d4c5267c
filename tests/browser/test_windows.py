"""Every window at once: its cells are fetched once, and a tap on one puts that window under test."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Locator, Page, expect

from lib.analysis.windows import Window
from lib.chapters.chapters import BY_SLUG
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.common import short_date
from lib.figures.registry import drawing
from lib.story import finding_words
from lib.story.check import check
from lib.story.load import load_story
from lib.story.view import View, read_view
from tests.browser.conftest import OpenPage, wait_ready
from tests.browser.reading import CRIME, MAIN, charts

CELLS = ".st-key-window_map svg .mark-rect path"
LABELS = ".st-key-window_map svg .mark-text text"
USUAL = BY_SLUG[CRIME].usual
LEVER = ".st-key-lever_test_{} input"


def view_of(page: Page) -> View:
    """The view that the address asks for."""
    view, notes = read_view(dict(parse_qsl(urlsplit(page.url).query)), USUAL)
    assert notes == ()
    return view


def tap(page: Page, cell: Locator) -> Window:
    """Tap a window in the picture; the days that it says it has."""
    datum = cell.evaluate("node => ({ end: node.__data__.datum.end, days: node.__data__.datum.days })")
    cell.scroll_into_view_if_needed()
    before = page.url
    cell.click()
    page.wait_for_url(lambda url: url != before)
    wait_ready(page)
    end = date.fromisoformat(datum["end"])
    return Window(end - timedelta(days=datum["days"] - 1), end)


def expect_window(page: Page, window: Window) -> None:
    """Address, sentence, levers and picture are all those of a window under test."""
    view = view_of(page)
    assert view.pair.current == window
    assert view.pair.baseline == (window.shifted(-1),)
    sentence = finding_words.short(check(load_story().claims["violent"], view.pair))
    expect(page.locator(MAIN)).to_contain_text(sentence)
    for side, day in (("start", window.start), ("end", window.end)):
        expect(page.locator(LEVER.format(side))).to_have_value(short_date(day))
    expect(page.locator(LABELS, has_text="Your dates").first).to_be_visible()
    assert drawing("every-window", view).alt.strip() in [chart.label for chart in charts(page)]


def test_a_tap_on_a_window_puts_it_under_test_again_and_again(open_page: OpenPage):
    visit = open_page(CRIME)
    page = visit.page
    cells = page.locator(CELLS)
    number = cells.count()
    assert number > 1000
    one, other = cells.nth(number // 2), cells.nth(number // 3)
    first = tap(page, one)
    expect_window(page, first)
    second = tap(page, other)
    assert second != first
    expect_window(page, second)

    # Back, and the same window once more.
    page.go_back()
    page.wait_for_url(lambda url: str(first) in url)
    wait_ready(page)
    assert tap(page, other) == second
    expect_window(page, second)
    assert len({url for url in visit.requests if "/windows/" in url}) == 1
    assert visit.page_errors == visit.console_errors == visit.foreign_requests == []


def test_a_phone_restricts_the_windows_and_taps_one_of_them(open_page: OpenPage):
    page = open_page(f"{CRIME}?by=month", width=390, dark=True).page
    every = page.locator(CELLS).count()
    page.get_by_role("button", name="Change", exact=True).click()
    page.get_by_text("Compared with pre-pandemic months only").click()
    page.wait_for_url(re.compile("within=clean-baseline"))
    page.keyboard.press("Escape")
    wait_ready(page)
    expect(page.locator(MAIN)).to_contain_text("whose baseline ends before the emergency of March 5, 2020")
    left = page.locator(CELLS).count()
    assert 1000 < left < every
    tapped = tap(page, page.locator(CELLS).nth(left // 2))
    view = view_of(page)
    assert (view.within, view.by, view.pair.current) == ("clean-baseline", "month", tapped)


def tap_way(page: Page, dot: Locator) -> None:
    """Tap a way to compare in the picture; its page stands."""
    dot.scroll_into_view_if_needed()
    box, before = dot.bounding_box(), page.url
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(lambda url: url != before)
    wait_ready(page)


def test_a_tap_on_a_way_to_compare_opens_it_and_keeps_the_dates(open_page: OpenPage):
    page = open_page("was-it-covid?current=2020-04-01..2021-03-31").page
    page.get_by_text("Show three figures and the cities of the mix").click()
    dots = page.locator(".st-key-way_map svg .mark-symbol[class*=view_] path")
    expect(dots).not_to_have_count(0, timeout=30_000)
    tap_way(page, dots.nth(300))
    first = page.url
    tap_way(page, dots.nth(20))
    assert all("current=2020-04-01..2021-03-31" in url for url in (first, page.url))
    page.go_back()
    page.wait_for_url(first)
