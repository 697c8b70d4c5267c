"""Figures on other people's pages, and figures' own pages, in a real browser."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from bench.server import Server
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.citation import facts
from lib.story.view import default_view

EMBEDDED = ["series", "change-map", "every-window", "claim-range?claim=violent"]


@pytest.fixture
def other_site() -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a site of its own, and its pages by path, to be filled."""
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path, "").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}", pages
    server.shutdown()
    server.server_close()


def watched(browser: Browser, width: int, dark: bool = False) -> tuple[Page, list[str]]:
    """A page in a context of its own, and the errors that it meets."""
    page = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    ).new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda got: errors.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    return page, errors


@pytest.mark.parametrize("figure", EMBEDDED)
def test_an_embed_draws_in_a_frame_of_another_site_and_tells_its_height(
    app_server: Server, browser: Browser, other_site: tuple[str, dict[str, str]], figure: str
):
    site, pages = other_site
    code = requests.get(
        f"{app_server.url}/oembed", params={"url": f"{app_server.url}/figure/{figure}"}, timeout=30
    ).json()
    # As the style of content systems has it.
    style = "<style>iframe{height:auto;max-height:400px;width:300px}img{max-width:100%}</style>"
    pages["/"] = f'<!doctype html><link rel="icon" href="data:,">{style}<p>An article.</p>{code["html"]}'
    page, errors = watched(browser, 800)
    page.goto(site)
    frame = page.frame_locator("iframe")
    frame.locator("svg .role-mark *").first.wait_for(state="attached", timeout=30_000)
    page.wait_for_function("() => document.querySelector('iframe').style.minHeight === '0px'", timeout=30_000)
    height = page.locator("iframe").evaluate("frame => frame.offsetHeight")
    assert height > 180
    assert page.locator("div > a").is_hidden()  # nobody is read or shown it twice
    assert frame.locator("html").evaluate("html => html.offsetHeight") == pytest.approx(height, abs=1)
    assert frame.locator("html").evaluate("html => html.scrollWidth <= html.clientWidth")
    assert frame.locator("a").get_attribute("href", timeout=1000).startswith(f"{app_server.url}/figure/")  # type: ignore[union-attr]
    families = frame.locator("html").evaluate("() => [...document.fonts].map(face => face.status)")
    assert families == ["loaded"] * 3
    assert errors == []
    page.context.close()


DROPPED = re.compile(r"<(iframe|script)\b.*?</\1>", re.DOTALL)


def test_where_frames_are_dropped_a_linked_picture_with_its_sentence_stays(
    app_server: Server, browser: Browser, other_site: tuple[str, dict[str, str]]
):
    site, pages = other_site
    about = facts("series", default_view(), None, f"{app_server.url}/")
    asked = {"url": f"{app_server.url}/figure/series"}
    code = requests.get(f"{app_server.url}/oembed", params=asked, timeout=30).json()["html"]
    left = DROPPED.sub("", code)
    for path, shown in (("/styled", left), ("/bare", re.sub(r' style="[^"]*"', "", left))):
        assert "iframe" not in shown
        pages[path] = f'<!doctype html><link rel="icon" href="data:,"><style>img{{max-width:100%}}</style>{shown}'
        page, errors = watched(browser, 600)
        page.goto(f"{site}{path}")
        link = page.get_by_role("link", name=about.title)
        assert link.get_attribute("href") == about.address
        assert link.locator("img").evaluate("async image => { await image.decode(); return image.offsetHeight }") > 200
        assert about.sentence in link.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth") <= 600
        assert errors == []
        page.context.close()


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_in_a_frame_without_scripts_it_is_a_picture_then_a_sentence(
    app_server: Server, browser: Browser, other_site: tuple[str, dict[str, str]], theme: str
):
    site, pages = other_site
    about = facts("series", default_view(), None, f"{app_server.url}/")
    pages["/"] = (
        '<!doctype html><link rel="icon" href="data:,"><iframe sandbox="" width="500" height="500" '
        f'src="{app_server.url}/embed/series?theme={theme}"></iframe>'
    )
    page, _ = watched(browser, 600, dark=True)
    page.goto(site)
    picture = (
        page.frame_locator("iframe")
        .get_by_role("img", name=about.alt)
        .and_(page.frame_locator("iframe").locator("img"))
    )
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    frame = page.frames[1]
    picture_box, said = (frame.locator(name).first.bounding_box() for name in ("img", "noscript p"))
    assert picture_box is not None
    assert said is not None
    assert picture_box["height"] > 150
    assert said["y"] >= picture_box["y"] + picture_box["height"]
    assert about.sentence in frame.locator("noscript p").inner_text()
    page.context.close()


def test_no_other_site_may_frame_what_is_not_made_for_it(
    app_server: Server, browser: Browser, other_site: tuple[str, dict[str, str]]
):
    site, pages = other_site
    for number, path in enumerate(("", "figure/series")):
        pages[f"/{number}"] = (
            f'<!doctype html><link rel="icon" href="data:,"><iframe src="{app_server.url}/{path}"></iframe>'
        )
        page, _ = watched(browser, 800)
        with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            page.goto(f"{site}/{number}")
        page.context.close()


def test_an_embed_is_dark_where_the_readers_system_is_and_the_address_says_auto(app_server: Server, browser: Browser):
    for theme, dark, wanted in (
        ("auto", True, True),
        ("auto", False, False),
        ("light", True, False),
        ("dark", False, True),
    ):
        page, errors = watched(browser, 400, dark)
        page.goto(f"{app_server.url}/embed/series?theme={theme}")
        page.locator("svg .role-mark *").first.wait_for(state="attached", timeout=30_000)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == ("rgb(20, 23, 26)" if wanted else "rgb(255, 254, 251)")
        ink = page.locator("svg .role-title-text text").first.get_attribute("fill")
        assert ink == ("#ecebe6" if wanted else "#1c1c1a")
        assert errors == []
        page.context.close()


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_a_figures_page_shows_it_and_copies_what_it_says(app_server: Server, browser: Browser, width: int, dark: bool):
    page, errors = watched(browser, width, dark)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{app_server.url}/figure/series")
    about = facts("series", default_view(), None, f"{app_server.url}/")
    picture = page.get_by_role("img", name=about.alt)
    assert picture.evaluate("async image => { await image.decode(); return image.naturalWidth }") > 300
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert ("theme=dark" in picture.evaluate("image => image.currentSrc")) is dark
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_text("Copied: Link to this figure").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == about.address
    assert errors == []
    page.context.close()
