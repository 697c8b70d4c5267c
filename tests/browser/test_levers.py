import re
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Page, expect

from bench.server import Server
from lib.analysis.windows import Window, WindowPair, years_earlier
from lib.chapters.chapters import BY_SLUG
from lib.story import finding_words
from lib.story.check import check, check_measure
from lib.story.load import load_story
from lib.story.site import SITE_TITLE
from lib.story.view import View, read_view
from tests.browser.conftest import POLL, OpenPage, wait_ready
from tests.browser.reading import CRIME, MAIN, charts, sentences

USUAL = BY_SLUG[CRIME].usual
OFFICE = load_story().claims["violent"].windows[2]
PATIENCE = 30_000
SAYS = "said => document.querySelector('[data-testid=stMain]').textContent.includes(said)"


def asked_for(url: str) -> tuple[View, tuple[str, ...]]:
    """The view that an address of the chapter asks for, and notes on what could not be used."""
    return read_view(dict(parse_qsl(urlsplit(url).query)), USUAL)


def wait_for_view(page: Page, view: View) -> None:
    """Wait until the page says what the records say in these windows, and its address carries them."""
    story = load_story()
    findings = [check(story.claims[claim], view.pair) for claim in ("violent", "property")]
    findings.append(check_measure(story.measures[view.measure], view.pair))
    for finding in findings:
        page.wait_for_function(SAYS, arg=finding_words.short(finding), polling=POLL, timeout=PATIENCE)
    page.wait_for_url(lambda url: asked_for(url) == (view, ()), timeout=PATIENCE)
    wait_ready(page)
    assert finding_words.short(findings[0]) in page.locator(MAIN).inner_text()


def with_pair(pair: WindowPair) -> View:
    return replace(USUAL, pair=pair)


def moved(window: Window, *, start: int = 0, end: int = 0) -> Window:
    return Window(window.start + timedelta(days=start), window.end + timedelta(days=end))


def type_day(page: Page, side: str, text: str) -> None:
    """Type a day into a field as people write it, and press Enter."""
    field = page.locator(f".st-key-lever_test_{side} input")
    field.fill(text)
    field.press("Enter")
    wait_ready(page)


def drag(page: Page, grip: str, by: float) -> None:
    """Drag a part of the window under test in the figure of counts over time by so many px."""
    part = page.locator(f".grips {grip}").last
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y)
    page.mouse.move(x + by, y, steps=4)
    expect(page.locator(".grips text")).to_contain_text("20")
    before = page.url
    page.mouse.up()
    page.wait_for_url(lambda url: url != before, timeout=PATIENCE)
    wait_ready(page)


def test_windows_move_by_dragging_preset_and_typing_and_the_address_carries_them(open_page: OpenPage):
    visit = open_page(CRIME)
    page = visit.page
    opened = sentences(page)

    drag(page, ".edge", -60)
    slid, notes = asked_for(page.url)
    assert notes == ()
    assert slid.pair.current.start == USUAL.pair.current.start
    assert slid.pair.current.end < USUAL.pair.current.end
    assert slid.pair == years_earlier(slid.pair.current)
    wait_for_view(page, slid)
    after_slide = sentences(page)
    assert after_slide != opened

    page.get_by_role("radio", name=OFFICE.label).click()
    wait_for_view(page, with_pair(OFFICE.pair))

    type_day(page, "start", "2020-06-01")
    between = asked_for(page.url)[0]  # the last day was earlier, so it went along
    type_day(page, "end", "Aug. 31, 2020")
    summer = with_pair(years_earlier(Window(date(2020, 6, 1), date(2020, 8, 31))))
    wait_for_view(page, summer)
    after_typing = sentences(page)

    # The same address in a browser that has never been here, in the other colors.
    other = open_page(f"{CRIME}?{urlsplit(page.url).query}", dark=True, first_time=True)
    assert sentences(other.page) == after_typing
    assert [chart.title for chart in charts(other.page)] == [chart.title for chart in charts(page)]

    for view in (between, with_pair(OFFICE.pair), slid, USUAL):
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


def test_the_whole_window_and_its_baseline_can_be_dragged(open_page: OpenPage):
    page = open_page(CRIME).page
    drag(page, ".body", -100)
    view = asked_for(page.url)[0]
    assert view.pair.current.days == USUAL.pair.current.days
    assert view.pair == years_earlier(view.pair.current)
    assert view.pair.current.end < USUAL.pair.current.start
    page.locator(".grips .body").first.scroll_into_view_if_needed()
    box = page.locator(".grips .body").first.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 30
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y, steps=4)
    page.mouse.up()
    page.wait_for_url(lambda url: asked_for(url)[0] != view, timeout=PATIENCE)
    wait_ready(page)
    moved_baseline = asked_for(page.url)[0]
    assert moved_baseline.pair.current == view.pair.current
    assert moved_baseline.pair.baseline[0].end < view.pair.baseline[0].end
    wait_for_view(page, moved_baseline)


def test_escape_drops_what_is_dragged_and_a_finger_can_drag(browser: Browser, app_server: Server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
    wait_ready(page)
    edge = page.locator(".grips .edge").last
    edge.scroll_into_view_if_needed()
    box = edge.bounding_box()
    assert box
    assert box["width"] >= 20
    assert box["x"] + box["width"] <= 390
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    page.wait_for_timeout(300)
    assert "current=" not in page.url
    touch = context.new_cdp_session(page)
    for kind, at in (("touchStart", 0), ("touchMove", -15), ("touchMove", -40), ("touchEnd", None)):
        points = [] if at is None else [{"x": x + at, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_url(re.compile("current="), timeout=PATIENCE)
    view = asked_for(page.url)[0]
    assert view.pair.current.start == USUAL.pair.current.start
    assert view.pair.current.end < USUAL.pair.current.end
    context.close()


def test_page_links_keep_the_readers_windows(open_page: OpenPage):
    query = "current=2020-06-01..2020-08-31&baseline=2018-06-01..2018-08-31&measure=robbery&by=month"
    view, _ = asked_for(f"?{query}")
    page = open_page(f"{CRIME}?{query}", width=900).page
    before = sentences(page)
    page.locator(".st-key-chapters summary").click()
    expect(page.locator(".st-key-chapters [data-testid=stPageLink] a").last).to_be_visible()
    for link in page.locator("[data-testid=stPageLink] a").all():
        assert asked_for(link.get_attribute("href") or "") == (view, ())

    to_first = page.locator(".st-key-chapters [data-testid=stPageLink] a").first
    with page.context.expect_page() as opened:
        to_first.click(button="middle")
    wait_ready(opened.value)  # until then the first paint's heading stands there too
    expect(opened.value.locator("h1")).to_have_text(SITE_TITLE)
    assert asked_for(opened.value.url) == (view, ())
    opened.value.close()
    to_first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    expect(page.locator("h1")).to_have_text(SITE_TITLE)
    wait_ready(page)
    assert asked_for(page.url) == (view, ())
    page.get_by_role("link", name="Next: Violent and property crime").click()
    expect(page.locator("h1")).to_have_text(BY_SLUG[CRIME].title)
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


def test_back_returns_to_the_place_on_the_page_that_was_left(open_page: OpenPage):
    visit = open_page(CRIME, width=900)
    page = visit.page
    onward = page.get_by_role("link", name=re.compile("^Next: "))
    onward.scroll_into_view_if_needed()
    place = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    was = page.evaluate(place)
    assert was > 1000
    onward.click()
    expect(page.locator("h1")).to_have_text(BY_SLUG["drug-arrests"].title)
    wait_ready(page)
    assert page.evaluate(place) == 0
    page.go_back()
    expect(page.locator("h1")).to_have_text(BY_SLUG[CRIME].title)
    wait_ready(page)
    page.wait_for_function(f"was => Math.abs(({place})() - was) < 50", arg=was, timeout=PATIENCE)
    assert visit.page_errors == []
