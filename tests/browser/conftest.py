"""Fixtures for tests in a real Chromium. Every test of this folder carries the marker `browser`."""

import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Page, expect, sync_playwright

from bench.chromium import LAUNCH_ARGS, ONE_PROCESS, find_chromium
from bench.server import Server

HERE = Path(__file__).parent
SCREENSHOTS = HERE.parent.parent / "test-results"
expect.set_options(timeout=30_000)  # a page that nobody has asked a new server for takes seconds beside other tests
POLL = 100
"""Milliseconds between two looks of a test at a page: what looks at every frame keeps the page from its work."""
FAILED = pytest.StashKey[bool]()
READERS_OWN = "local_storage,indexeddb,cache_storage,service_workers"
"""What a page may have kept of a reader beside cookies; not the files it is made of."""

# Streamlit writes the state of the script and of the connection on its outermost element. A change takes a
# moment to be sent (sliders wait 0.2 s), so all of this has to hold for a while first. Before the first run the
# state is that nothing runs, and so it is until the run begins that brings the rest: the line under it has to be there.
READY = """
() => {
    const app = document.querySelector("[data-testid=stApp]");
    const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart]")];
    const ready = app?.dataset.testScriptState === "notRunning"
        && app.dataset.testConnectionState === "CONNECTED"
        && app.querySelector("[data-testid=stMain] :is(.st-key-sources, [data-testid=stAlertContentError])")
        && !document.getElementById("first-paint")
        && !document.querySelector("[data-stale=true], [data-testid=stSkeleton], [data-testid=stAppSkeleton]")
        && charts.every(chart => chart.offsetParent === null || chart.querySelector("svg .role-mark *"));
    if (!ready) {
        window.readySince = undefined;
        return false;
    }
    // Counted in polls, not in time: a busy page can let half a second pass between two of them.
    window.readySince = (window.readySince ?? 0) + 1;
    return window.readySince > 4;
}
"""


def wait_ready(page: Page, timeout: float = 60) -> None:
    """Wait until Streamlit has finished running and every visible chart has marks; `timeout` in seconds."""
    page.evaluate("() => { window.readySince = undefined; }")
    page.wait_for_function(READY, polling=POLL, timeout=1000 * timeout)


@dataclass
class Visit:
    """A page, and what it said and asked for."""

    page: Page
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def wait_ready(self, timeout: float = 60) -> None:
        """Wait until Streamlit has finished and the charts are drawn."""
        wait_ready(self.page, timeout)

    @property
    def foreign_requests(self) -> list[str]:
        """Requests and websockets to any other host than the page's own; data: and blob: stay inside."""
        own = urlsplit(self.page.url).netloc
        return [
            url for url in self.requests if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).netloc != own
        ]


def note_error(visit: Visit, said: ConsoleMessage) -> None:
    """Keep an error with the address it is about: Chromium's "404" alone does not say of what."""
    if said.type == "error":
        visit.console_errors.append(f"{said.text} ({said.location['url']})")


class NewPage(Protocol):
    """Makes an empty page of this size in a browser that has been here before, but keeps nothing of a reader."""

    def __call__(self, *, width: int = 1280, height: int = 900, dark: bool = False) -> Page: ...


class OpenPage(Protocol):
    """Opens a path of the app (with its query, if any) and waits until it is ready.

    With ``first_time`` in a browser that has never been here, with nothing in common with other pages of the test.
    """

    def __call__(self, path: str = "", *, width: int = 1280, dark: bool = False, first_time: bool = False) -> Visit: ...


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; without one the test is skipped, or fails where CI=true."""
    path = find_chromium()
    if path is None:
        reason = "NO CHROMIUM: install one, run `make test`, or set CHROMIUM=/path/to/chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def chromium_type(chromium_path: str) -> Iterator[BrowserType]:  # noqa: ARG001 - without a Chromium there is no driver
    """What starts one."""
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium_type: BrowserType, chromium_path: str) -> Iterator[Browser]:
    """Chromium, for pages in contexts of their own: each of those has an empty cache."""
    chromium = chromium_type.launch(executable_path=chromium_path, args=LAUNCH_ARGS)
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def known_browser(
    chromium_type: BrowserType, chromium_path: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Chromium that has been here before: it keeps files, and scripts as it has compiled them, which is half the work.

    It has one page from the start, which stays: without any it would end.
    """
    profile = tmp_path_factory.mktemp("profile")
    context = chromium_type.launch_persistent_context(
        profile, executable_path=chromium_path, args=[*LAUNCH_ARGS, *ONE_PROCESS]
    )
    yield context
    context.close()


@pytest.fixture
def new_page(known_browser: BrowserContext, app_server: Server, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """A function that makes a page; all that it and those before it left behind is gone after the test."""

    def new(*, width: int = 1280, height: int = 900, dark: bool = False) -> Page:
        page = known_browser.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        return page

    yield new
    first, *opened = known_browser.pages
    keep_screenshots(request, opened)
    for page in opened:
        page.unroute_all(behavior="ignoreErrors")
        page.close()
    known_browser.clear_cookies()
    known_browser.clear_permissions()
    session = known_browser.new_cdp_session(first)
    session.send("Storage.clearDataForOrigin", {"origin": app_server.url, "storageTypes": READERS_OWN})
    session.detach()


@pytest.fixture
def open_page(new_page: NewPage, app_server: Server, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """A function that opens a path of the app; a failed test leaves its screenshots in test-results/."""
    contexts: list[BrowserContext] = []

    def first_page(width: int, dark: bool) -> Page:
        browser: Browser = request.getfixturevalue("browser")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        return context.new_page()

    def open_(path: str = "", *, width: int = 1280, dark: bool = False, first_time: bool = False) -> Visit:
        visit = Visit(first_page(width, dark) if first_time else new_page(width=width, dark=dark))
        visit.page.on("console", lambda said: note_error(visit, said))
        visit.page.on("pageerror", lambda error: visit.page_errors.append(str(error)))
        visit.page.on("websocket", lambda socket: visit.requests.append(socket.url))
        visit.page.on("request", lambda asked: visit.requests.append(asked.url))
        visit.page.goto(f"{app_server.url}/{path.lstrip('/')}", wait_until="commit")
        visit.wait_ready()
        return visit

    yield open_
    keep_screenshots(request, [page for context in contexts for page in context.pages], "first-time-")
    for context in contexts:
        context.close()


def keep_screenshots(request: pytest.FixtureRequest, pages: list[Page], which: str = "") -> None:
    """Write pictures of the pages of a test that failed."""
    if request.node.stash.get(FAILED, False):
        name = re.sub(r"\W+", "-", request.node.nodeid)
        for number, page in enumerate(pages):
            page.screenshot(path=SCREENSHOTS / f"{name}-{which}{number}.png")
