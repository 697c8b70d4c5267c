"""The page before Streamlit has started, and the moment when that takes over."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page, Route, expect

from bench.server import Server
from lib.chapters.chapters import CHAPTERS, Chapter
from lib.chapters.leads import lead_figure
from lib.figures import catalog  # noqa: F401 - declares every figure
from tests.browser.conftest import NewPage, OpenPage, wait_ready
from tests.browser.reading import CRIME
from tests.browser.test_levers import OFFICE
from tests.browser.test_pages import BACKGROUND

LATE = "preloaded using link preload but not used within a few seconds"  # a machine so busy is no fault of the page's
MOST_SHIFT = 0.1  # of a page, what readers still take as steady
PAINT, MAIN = "#first-paint", "[data-testid=stMain]"
WHERE = """
root => [...document.querySelectorAll(root + " :is(h1, p)")]
    .filter(node => !node.closest("summary, nav, .st-key-chapters, .st-key-stage"))
    .map(node => [node.innerText.trim(), node.getBoundingClientRect()])
    .filter(([text]) => text.length > 28)
    .slice(0, 4)
    .map(([text, box]) => [text, box.left, box.top, box.width, box.height].map(x => x.toFixed?.(0) ?? x))
"""
WATCH = """
window.shifts = 0; window.empty = 0; window.spoken = [];
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifts += entry.value; })
    .observe({ type: "layout-shift", buffered: true });
const look = () => {
    const main = document.querySelector("[data-testid=stMain] h1");
    const paint = document.getElementById("first-paint");
    const seen = [main, paint?.querySelector("h1")].filter(node => node?.checkVisibility({ visibilityProperty: true }));
    if (document.body && document.readyState !== "loading") window.spoken.push(seen.length);
    requestAnimationFrame(look);
};
look();
"""


@pytest.fixture(scope="module", autouse=True)
def pictured(app_server: Server) -> None:
    """A server that has only just started sends a page without its picture, as that is not drawn yet."""
    until = time.monotonic() + 60
    while '<div class="wide"><svg' not in requests.get(f"{app_server.url}/{CRIME}", timeout=30).text:
        assert time.monotonic() < until, "The page never got its picture."
        time.sleep(0.1)


@contextmanager
def streamlit_held_back(page: Page) -> Iterator[None]:
    """Streamlit's front end comes only at the end, however fast the machine is."""
    held: list[Route] = []
    everywhere = "**/static/js/index.*.js"
    page.route(everywhere, lambda route: held.append(route))
    yield
    assert held
    for route in held:
        route.continue_()
    page.unroute(everywhere)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_streamlit_takes_over_without_a_gap_a_jump_or_two_pages_at_once(
    browser: Browser, app_server: Server, width: int, dark: bool
):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script(WATCH)
    with streamlit_held_back(page):
        page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
        page.wait_for_selector(f"{PAINT} main > details:last-child")
        page.evaluate("() => document.fonts.ready")
        before = page.evaluate(WHERE, PAINT)
        background = page.evaluate("() => getComputedStyle(document.getElementById('first-paint')).backgroundColor")
    page.wait_for_selector(PAINT, state="detached", timeout=60_000)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    after = page.evaluate(WHERE, "[data-testid=stMain]")
    assert len(before) == 4
    assert before == after
    assert background == page.evaluate(BACKGROUND)
    assert set(page.evaluate("window.spoken")) == {1}
    assert page.evaluate("window.shifts") < MOST_SHIFT
    assert [line for line in said if LATE not in line] == []
    context.close()


LOST = """
const Socket = WebSocket;
let first = true;
window.WebSocket = new Proxy(Socket, { construct(made, how) {
    const socket = new made(...how);
    if (first) socket.addEventListener("open", () => socket.close());
    first = false;
    return socket;
} });
"""


def test_the_line_to_the_server_is_there_before_streamlit_and_is_the_only_one(new_page: NewPage, app_server: Server):
    page = new_page()
    lines: list[str] = []
    page.on("websocket", lambda line: lines.append(line.url))
    with streamlit_held_back(page), page.expect_websocket(timeout=60_000):
        page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
        page.wait_for_selector(f"{PAINT} main > details:last-child")
    wait_ready(page)
    assert len(lines) == 1


def test_a_line_that_was_lost_meanwhile_is_opened_anew(new_page: NewPage, app_server: Server):
    page = new_page()
    lines: list[str] = []
    page.on("websocket", lambda line: lines.append(line.url))
    page.add_init_script(LOST)
    with streamlit_held_back(page):
        with page.expect_websocket(timeout=60_000) as first:
            page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
            page.wait_for_selector(f"{PAINT} main > details:last-child")
        if not first.value.is_closed():
            first.value.wait_for_event("close")
    wait_ready(page)
    assert len(lines) == 2


def test_what_a_reader_has_scrolled_to_stays(new_page: NewPage, app_server: Server):
    page = new_page()
    with streamlit_held_back(page):
        page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
        page.wait_for_selector(f"{PAINT} main > details:last-child")
        # Until then lines may be a little higher, and the browser keeps what is read in its place.
        page.evaluate("() => document.fonts.ready")
        page.evaluate("() => { document.getElementById('first-paint').scrollTop = 300; }")
        before = page.evaluate(WHERE, PAINT)
    page.wait_for_selector(PAINT, state="detached", timeout=60_000)
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollTop") == 300
    assert page.evaluate(WHERE, MAIN) == before


@pytest.mark.parametrize("width", [1280, 390])
def test_a_link_to_a_part_of_a_page_leads_there_and_stays(new_page: NewPage, app_server: Server, width: int):
    page = new_page(width=width, height=800)
    page.goto(f"{app_server.url}/was-it-covid#look-3", wait_until="commit")
    page.wait_for_selector(PAINT, state="detached", timeout=60_000)
    page.wait_for_selector("#root:not([data-drawing])", state="attached", timeout=60_000)
    page.wait_for_timeout(1000)
    box = page.locator("#root #look-3").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 200


def test_levers_answer_before_figures_can_be_drawn(new_page: NewPage, app_server: Server):
    """A slow phone: Vega, the heaviest part, is still under way."""
    page = new_page(width=390, height=740)
    held: list[Route] = []
    page.route("**/static/js/embed.*", lambda route: held.append(route))
    page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
    page.wait_for_selector(PAINT, state="detached", timeout=60_000)
    picture = page.locator(f"{MAIN} .stand-in svg")
    expect(picture).to_be_visible()
    before = picture.bounding_box()
    assert page.locator(f"{MAIN} [data-testid=stVegaLiteChart]").count() == 0
    page.get_by_role("button", name="Change", exact=True).click()
    expect(page.get_by_role("textbox", name="First day")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(f"{MAIN} h2")).to_have_count(0)
    for route in held:
        route.continue_()
    wait_ready(page)
    expect(picture).to_have_count(0)
    drawn = page.locator(f"{MAIN} [data-testid=stVegaLiteChart]").first.bounding_box()
    assert before
    assert drawn
    assert (drawn["x"], drawn["width"]) == pytest.approx((before["x"], before["width"]), abs=2)
    assert drawn["y"] == pytest.approx(before["y"], abs=2)
    assert page.locator(f"{MAIN} h2").count() > 1
    expect(page.get_by_text("Show the rest of this page")).to_be_hidden()


def test_the_first_move_takes_a_picture_of_other_dates_away_and_back_undoes_it(new_page: NewPage, app_server: Server):
    page = new_page()
    page.route("**/static/js/embed.*", lambda _: None)
    page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
    page.wait_for_selector(PAINT, state="detached", timeout=60_000)
    picture = page.locator(f"{MAIN} .stand-in svg")
    expect(picture).to_be_visible()
    before = page.url
    page.get_by_role("radio", name=OFFICE.label).click()
    expect(page).not_to_have_url(before)
    expect(picture).to_have_count(0)
    page.go_back(wait_until="commit")
    expect(page).to_have_url(before)
    expect(page.locator(f"{MAIN} [data-testid=stSkeleton]").first).to_be_visible()
    expect(picture).to_have_count(0)


def test_where_streamlit_never_comes_the_story_stays(new_page: NewPage, app_server: Server):
    """A phone that got the page, and then lost its connection."""
    page = new_page()
    page.route("**/static/js/**", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto(f"{app_server.url}/{CRIME}", wait_until="load")
    assert page.locator(f"{PAINT} h1").is_visible()


@pytest.fixture
def plain_page(browser: Browser) -> Page:
    """A browser without scripts, which asks for all pictures at once: only first ones are drawn, the rest elsewhere."""
    page = browser.new_context(java_script_enabled=False, viewport={"width": 1000, "height": 900}).new_page()
    first = {figure.figure for chapter in CHAPTERS if (figure := lead_figure(chapter))}

    def pass_on(route: Route) -> None:
        named = PurePosixPath(urlsplit(route.request.url).path).stem
        if route.request.resource_type == "image" and named not in first:
            route.abort()
        else:
            route.continue_()

    page.route("**/figure/**", pass_on)
    return page


def walk_to(page: Page, chapter: Chapter) -> None:
    """Go to a chapter by its link, and fail where it is not whole or its picture not large enough."""
    page.get_by_role("navigation").get_by_role("link", name=chapter.short, exact=True).click()
    expect(page.locator("h1")).to_have_text([chapter.title])
    if lead_figure(chapter):
        shown = page.locator(f"{PAINT} figure").first.locator("svg:visible, img:visible").first
        box = shown.bounding_box()
        assert box is not None
        assert box["width"] > 500
        assert box["height"] > 100
    assert page.locator(f"{PAINT} main > details:last-child").is_visible()


def test_without_javascript_the_whole_story_can_be_walked_through(plain_page: Page, app_server: Server):
    plain_page.goto(app_server.url)
    for chapter in CHAPTERS:
        walk_to(plain_page, chapter)
    plain_page.context.close()


def test_without_javascript_dates_go_along(plain_page: Page, app_server: Server):
    plain_page.goto(f"{app_server.url}/?current=2021-01-01..2021-03-12&baseline=2020-01-01..2020-03-12")
    for chapter in CHAPTERS[1:4]:
        walk_to(plain_page, chapter)
        assert "2021-03-12" in plain_page.url
    plain_page.context.close()


def test_framed_pages_have_no_row_of_links(open_page: OpenPage):
    visit = open_page("drug-arrests?embed=true")
    assert visit.page.locator(".st-key-chapters").count() == 0
    assert visit.page.locator("h1").count() == 1
    assert visit.console_errors == visit.page_errors == []


CONNECTION = "#connection"
NO_SERVER = """
const Socket = WebSocket;
window.blocked = true;
window.lines = [];
window.WebSocket = new Proxy(Socket, { construct(made, [url, ...how]) {
    const line = new made(window.blocked ? "ws://127.0.0.1:9/" : url, ...how);
    window.lines.push(line);
    return line;
} });
"""
"""Refuses each websocket until ``blocked`` is false."""


def test_streamlit_takes_over_whatever_its_parts_are_called(new_page: NewPage, app_server: Server):
    """A newer Streamlit under the same story: every test id and state that the page asks for has another name."""
    page = new_page()
    renamed = 0

    def rename(route: Route) -> None:
        nonlocal renamed
        answer = route.fetch()
        body = answer.text()
        renamed += body.count("data-test")
        route.fulfill(response=answer, body=body.replace("data-test", "data-part"))

    page.route("**/static/js/*.js", rename)
    page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
    page.wait_for_selector(PAINT, state="attached")  # it may not have come yet, which looks as if it had gone
    page.wait_for_selector(PAINT, state="detached", timeout=60_000)
    assert renamed
    expect(page.locator("#root h1")).to_be_visible()
    expect(page.locator("#root h1")).to_have_css("visibility", "visible")
    page.unroute_all(behavior="ignoreErrors")  # scripts may still be on their way: else the next test fails of them


def test_without_a_server_to_answer_the_story_stays_and_says_so(new_page: NewPage, app_server: Server):
    for blocked in ("refused", "silent"):
        page = new_page()
        if blocked == "refused":
            page.add_init_script(NO_SERVER)
        else:
            page.route_web_socket("**/_stcore/stream", lambda line: line.on_message(lambda _: None))
        page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
        expect(page.locator(CONNECTION)).to_contain_text("can’t change the dates", timeout=40_000)
        expect(page.locator(f"{PAINT} h1")).to_be_visible()
        expect(page.locator("[role=dialog]")).to_have_count(0)
        assert page.evaluate(
            "() => { const box = document.querySelector('#first-paint h1').getBoundingClientRect();"
            " return !!document.elementFromPoint(box.left + 5, box.top + 5).closest('#first-paint'); }"
        )
        page.close()


def test_a_reader_whose_line_is_cut_reads_on_and_is_told(new_page: NewPage, app_server: Server):
    page = new_page()
    page.add_init_script(NO_SERVER.replace("true", "false", 1))
    page.goto(f"{app_server.url}/{CRIME}", wait_until="commit")
    wait_ready(page)
    page.evaluate("() => { window.blocked = true; for (const line of window.lines) line.close(); }")
    expect(page.locator(CONNECTION)).to_have_text("Reconnecting. You can keep reading.", timeout=30_000)
    expect(page.locator("[role=dialog]")).to_have_count(0)
    page.evaluate("() => { window.blocked = false; }")
    expect(page.locator(CONNECTION)).to_be_hidden(timeout=60_000)
