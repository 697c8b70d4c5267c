import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page, expect

from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.chapters.chapters import BY_SLUG
from lib.story import words
from lib.story.check import check, check_measure
from lib.story.load import load_story
from lib.story.view import View, read_view
from tests.browser.conftest import OpenPage, wait_ready
from tests.browser.reading import CRIME, MAIN, charts, sentences

USUAL = BY_SLUG[CRIME].usual
OFFICE = load_story().claims["violent"].windows[2]
PATIENCE = 30_000
SAYS = "said => document.querySelector('[data-testid=stMain]').textContent.includes(said)"
THUMBS = "[data-testid=stSlider] input[type=range]"


def asked_for(url: str) -> tuple[View, tuple[str, ...]]:
    """The view that an address of the chapter asks for, and notes on what could not be used."""
    return read_view(dict(parse_qsl(urlsplit(url).query)), USUAL)


def wait_for_view(page: Page, view: View) -> None:
    """Wait until the page says what the records say in these windows, and its address carries them."""
    story = load_story()
    findings = [check(story.claims[claim], view.pair) for claim in ("violent", "property")]
    findings.append(check_measure(story.measures[view.measure], view.pair))
    for finding in findings:
        page.wait_for_function(SAYS, arg=words.short(finding), timeout=PATIENCE)
    page.wait_for_url(lambda url: asked_for(url) == (view, ()), timeout=PATIENCE)
    wait_ready(page)
    assert words.short(findings[0]) in page.locator(MAIN).inner_text()


def with_pair(pair: WindowPair) -> View:
    return replace(USUAL, pair=pair)


def moved(window: Window, *, start: int = 0, end: int = 0) -> Window:
    return Window(window.start + timedelta(days=start), window.end + timedelta(days=end))


def type_day(page: Page, lever: str, side: str, day: date) -> None:
    """Type a day into one side of a date input, as on a keyboard; it counts when the input is left."""
    field = page.locator(f".st-key-{lever} [data-range-field={side}] [role=spinbutton]")
    field.first.click()
    page.keyboard.type(f"{day:%Y%m%d}")


def test_windows_move_by_keyboard_preset_and_typing_and_the_address_carries_them(open_page: OpenPage):
    visit = open_page(CRIME)
    page = visit.page
    opened = sentences(page)

    page.locator(THUMBS).nth(1).focus()
    page.keyboard.press("ArrowLeft")
    slid = with_pair(years_earlier(moved(USUAL.pair.current, end=-1)))
    wait_for_view(page, slid)
    after_slide = sentences(page)
    assert after_slide != opened
    expect(page.locator(THUMBS).nth(1)).to_be_focused()

    page.get_by_role("radio", name=OFFICE.label).click()
    wait_for_view(page, with_pair(OFFICE.pair))

    type_day(page, "lever_test_typed", "start", date(2020, 6, 1))
    type_day(page, "lever_test_typed", "end", date(2020, 8, 31))
    page.locator("h1").click()
    summer = with_pair(years_earlier(Window(date(2020, 6, 1), date(2020, 8, 31))))
    wait_for_view(page, summer)
    after_typing = sentences(page)

    # The same address in a browser that has never been here, in the other colors.
    other = open_page(f"{CRIME}?{urlsplit(page.url).query}", dark=True)
    assert sentences(other.page) == after_typing
    assert [chart.title for chart in charts(other.page)] == [chart.title for chart in charts(page)]

    for view in (with_pair(OFFICE.pair), slid, USUAL):
        page.go_back()
        wait_for_view(page, view)
        if view is slid:
            assert sentences(page) == after_slide
    assert sentences(page) == opened
    page.go_forward()
    wait_for_view(page, slid)
    for seen in (visit, other):
        assert seen.page_errors == []
        assert seen.foreign_requests == []


def test_a_key_held_down_on_the_slider_moves_it_all_the_way(open_page: OpenPage):
    page = open_page(CRIME).page
    page.locator(THUMBS).nth(1).focus()
    for _ in range(12):
        page.keyboard.press("ArrowLeft", delay=30)
    wait_for_view(page, with_pair(years_earlier(moved(USUAL.pair.current, end=-12))))
    expect(page.locator(THUMBS).nth(1)).to_have_attribute("aria-valuetext", "14 Mar 2021")


def test_days_can_be_chosen_in_the_calendar(open_page: OpenPage):
    page = open_page(CRIME).page
    page.locator(".st-key-lever_test_typed [data-testid=stDateInputCalendarButton]").click()
    for day in ("January 5, 2021", "January 20, 2021"):
        page.locator(f"[role=dialog] [role=button][aria-label*='{day}']").first.click()
        wait_ready(page)
    page.keyboard.press("Escape")
    wait_for_view(page, with_pair(years_earlier(Window(date(2021, 1, 5), date(2021, 1, 20)))))


def test_page_links_keep_the_readers_windows(open_page: OpenPage):
    query = "current=2020-06-01..2020-08-31&baseline=2018-06-01..2018-08-31&measure=robbery&by=month"
    view, _ = asked_for(f"?{query}")
    page = open_page(f"{CRIME}?{query}").page
    before = sentences(page)
    page.locator(".st-key-chapters summary").click()
    expect(page.locator(".st-key-chapters [data-testid=stPageLink] a").last).to_be_visible()
    for link in page.locator("[data-testid=stPageLink] a").all():
        assert asked_for(link.get_attribute("href") or "") == (view, ())

    to_first = page.locator(".st-key-chapters [data-testid=stPageLink] a").first
    with page.context.expect_page() as opened:
        to_first.click(button="middle")
    wait_ready(opened.value)  # until then the first paint's heading stands there too
    expect(opened.value.locator("h1")).to_have_text(re.compile("announced"))
    assert asked_for(opened.value.url) == (view, ())
    opened.value.close()
    to_first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    expect(page.locator("h1")).to_have_text(re.compile("announced"))
    wait_ready(page)
    assert asked_for(page.url) == (view, ())
    page.get_by_role("link", name="Next: Violent and property crime").click()
    expect(page.locator("h1")).to_have_text(re.compile("Did violent crime"))
    wait_for_view(page, view)
    assert sentences(page) == before


def test_another_readers_moves_do_not_reach_the_first(open_page: OpenPage):
    first = open_page(f"{CRIME}?current=2020-06-01..2020-08-31&baseline=2019-06-01..2019-08-31").page
    before = sentences(first)
    second = first.context.new_page()
    second.goto(first.url)
    wait_ready(second)
    assert sentences(second) == before
    second.get_by_role("radio", name=OFFICE.label).click()
    wait_for_view(second, with_pair(OFFICE.pair))

    assert sentences(first) == before
    first.get_by_role("radio", name="month", exact=True).click()
    view = with_pair(years_earlier(Window(date(2020, 6, 1), date(2020, 8, 31))))
    wait_for_view(first, replace(view, by="month"))
    assert sentences(first)[:6] == before[:6]
    wait_for_view(second, with_pair(OFFICE.pair))
