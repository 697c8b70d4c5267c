"""Fixtures for tests in a real Chromium. Every test of this folder carries the marker `browser`."""

import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from bench.chromium import LAUNCH_ARGS, find_chromium
from bench.server import Server

HERE = Path(__file__).parent
SCREENSHOTS = HERE.parent.parent / "test-results"
expect.set_options(timeout=30_000)  # a page that nobody has asked a new server for takes seconds beside other tests
FAILED = pytest.StashKey[bool]()

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
    return window.readySince > 8;
}
"""


def wait_ready(page: Page, timeout: float = 60) -> None:
    """Wait until Streamlit has finished running and every visible chart has marks; `timeout` in seconds."""
    page.evaluate("() => { window.readySince = undefined; }")
    page.wait_for_function(READY, polling=50, timeout=1000 * timeout)


@dataclass
class Visit:
    """A page in a browser context of its own (no cookies, no cache), and what it said and asked for."""

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


class OpenPage(Protocol):
    """Opens a path of the app (with its query, if any) in a new context and waits until it is ready."""

    def __call__(self, path: str = "", *, width: int = 1280, dark: bool = False) -> Visit: ...


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
def browser() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, or fails where CI=true."""
    path = find_chromium()
    if path is None:
        reason = "NO CHROMIUM: install one, run `make test`, or set CHROMIUM=/path/to/chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, app_server: Server, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """A function that opens a path of the app; a failed test leaves its screenshots in test-results/."""
    contexts: list[BrowserContext] = []

    def open_(path: str = "", *, width: int = 1280, dark: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        visit = Visit(context.new_page())
        visit.page.on("console", lambda said: note_error(visit, said))
        visit.page.on("pageerror", lambda error: visit.page_errors.append(str(error)))
        visit.page.on("websocket", lambda socket: visit.requests.append(socket.url))
        context.on("request", lambda asked: visit.requests.append(asked.url))
        visit.page.goto(f"{app_server.url}/{path.lstrip('/')}", wait_until="commit")
        visit.wait_ready()
        return visit

    yield open_
    if request.node.stash.get(FAILED, False):
        name = re.sub(r"\W+", "-", request.node.nodeid)
        for number, page in enumerate(page for context in contexts for page in context.pages):
            page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png")
    for context in contexts:
        context.close()
