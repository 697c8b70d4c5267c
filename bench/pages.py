"""What a reader in Chromium waits for when a page is opened, and the bytes that come for it."""

import base64
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.chromium import LAUNCH_ARGS, find_chromium

# Notes the milliseconds since the navigation began on the first frame after a mark of any of Streamlit's charts has a
# size, and on the first after that in which no run is under way: from then on every lever answers.
WATCH = """
const marks = "[data-testid=stVegaLiteChart] svg .role-mark *:not(.stand-in *)";
const drawn = () => [...document.querySelectorAll(marks)].some(mark => {
    const box = mark.getBoundingClientRect();
    return box.width > 0 || box.height > 0;
});
const still = () => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
const look = () => {
    if (!window.firstChart && drawn()) requestAnimationFrame(() => { window.firstChart = performance.now(); });
    if (window.firstChart && still()) requestAnimationFrame(() => { window.interactive = performance.now(); });
    else requestAnimationFrame(look);
};
look();
"""
# The same for a reader whose page arrives before Streamlit: when the first sentence stands, and when the page that can
# be moved, with its figure, has taken the place of the one that came first.
ANSWER = """
const said = () => {
    const box = document.querySelector("#first-paint main p")?.getBoundingClientRect();
    if (box?.height > 0) requestAnimationFrame(() => { window.answer = performance.now(); });
    else requestAnimationFrame(said);
};
said();
const usable = () => {
    const over = document.getElementById("first-paint");
    const figure = document.querySelector("[data-testid=stMain] :is(.stand-in, [data-testid=stVegaLiteChart]) svg");
    if (over || !(figure?.getBoundingClientRect().height > 0) || !still()) requestAnimationFrame(usable);
    else requestAnimationFrame(() => { window.usable = performance.now(); });
};
usable();
"""
WHOLE = """() => document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
    && (document.querySelector(".st-key-onward") || !document.querySelector(".st-key-rest"))"""
"""No run is under way, and a page of the story is there to its foot: it comes in two runs."""
QUIET = 2000  # milliseconds
SLOWER = 4  # times, the processor of a phone
SLOW_4G = {"offline": False, "latency": 400, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 7.5e5 / 8}
"""Milliseconds a round trip and bytes a second. Of the websocket, which carries 20 KB, only the handshake is slowed."""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
PATIENCE = 60_000  # milliseconds


@dataclass(frozen=True)
class Opening:
    """Milliseconds from the navigation's begin to the first text or picture, the first chart, and a page at rest."""

    paint: float
    chart: float
    interactive: float


@dataclass(frozen=True)
class OnPhone:
    """Milliseconds until a phone shows the first sentence of the answer, and until its levers answer; the medians."""

    answer: float
    usable: float


@dataclass(frozen=True)
class Weight:
    """Bytes that come over the wire, websocket included, for a first view and for the same page opened once more."""

    first: int
    second: int


def openings(urls: Sequence[str], times: int) -> list[Opening]:
    """Open the addresses in turn (A, B, A, B ...), each ``times`` times with an empty cache; the medians."""
    found: list[list[Opening]] = [[] for _ in urls]
    with _chromium() as browser:
        for url in urls:
            _opening(browser, url)
        for _ in range(times):
            for url, each in zip(urls, found, strict=True):
                each.append(_opening(browser, url))
    return [Opening(*map(statistics.median, zip(*map(astuple, each), strict=True))) for each in found]


def on_phone(url: str, times: int) -> OnPhone:
    """A page of the story on a slow phone with an empty cache, on a slow 4G network."""
    found = []
    with _chromium() as browser:
        _opening(browser, url)
        for _ in range(times):
            context = browser.new_context(
                viewport={"width": 360, "height": 740},
                device_scale_factor=3,
                is_mobile=True,
                has_touch=True,
                ignore_https_errors=True,
            )
            page = context.new_page()
            slow = context.new_cdp_session(page)
            slow.send("Network.enable")
            slow.send("Network.emulateNetworkConditions", SLOW_4G)
            slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            page.add_init_script(WATCH + ANSWER)
            page.goto(url, wait_until="commit")
            page.wait_for_function("window.usable > 0", timeout=PATIENCE)
            found.append(page.evaluate("[window.answer, window.usable]"))
            context.close()
    return OnPhone(*map(statistics.median, zip(*found, strict=True)))


def weights(urls: Sequence[str]) -> list[Weight]:
    """What a browser with an empty cache receives for each address, and then for the same address again.

    Each is opened once before, so that the server has packed all that it keeps packed.
    """
    with _chromium() as browser:
        found = []
        for url in urls:
            with _reader(browser) as context:
                _received(context, url)
        for url in urls:
            with _reader(browser) as context:
                found.append(Weight(_received(context, url), _received(context, url)))
        return found


def _opening(browser: Browser, url: str) -> Opening:
    with _reader(browser) as context:
        page = _open(context.new_page(), url)
        return Opening(*page.evaluate(f"[{PAINT}, window.firstChart, window.interactive]"))


def _received(context: BrowserContext, url: str) -> int:
    received = 0

    def request(event: dict[str, Any]) -> None:
        nonlocal received
        received += round(event["encodedDataLength"])

    def frame(event: dict[str, Any]) -> None:
        nonlocal received
        received += len(base64.b64decode(event["response"]["payloadData"]))  # Streamlit sends binary frames only

    page = context.new_page()
    try:
        network = context.new_cdp_session(page)
        network.on("Network.loadingFinished", request)
        network.on("Network.webSocketFrameReceived", frame)
        network.send("Network.enable")
        _open(page, url).wait_for_function(WHOLE, timeout=PATIENCE)
        before = -1
        while before < received:  # a figure asks for its data once it is drawn
            before = received
            page.wait_for_timeout(QUIET)
        return received
    finally:
        page.close()


def _open(page: Page, url: str) -> Page:
    page.add_init_script(WATCH)
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.interactive > 0", timeout=PATIENCE)
    return page


@contextmanager
def _chromium() -> Iterator[Browser]:
    if not (path := find_chromium()):
        raise RuntimeError("No Chromium was found; `make test` gets one, or set CHROMIUM=/path/to/chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def _reader(browser: Browser) -> Iterator[BrowserContext]:
    """A reader with an empty cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, ignore_https_errors=True)
    try:
        yield context
    finally:
        context.close()
