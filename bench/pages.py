"""How long a reader with an empty cache waits for the first chart, in Chromium."""

import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser, sync_playwright

from bench.chromium import LAUNCH_ARGS, find_chromium

# Notes, on the first frame after a mark of any chart has a size, the milliseconds since the navigation began.
WATCH = """
const look = () => {
    const marks = document.querySelectorAll("[data-testid=stVegaLiteChart] svg .role-mark *");
    const drawn = [...marks].some(mark => {
        const box = mark.getBoundingClientRect();
        return box.width > 0 || box.height > 0;
    });
    if (drawn) requestAnimationFrame(() => { window.firstChart = performance.now(); });
    else requestAnimationFrame(look);
};
look();
"""


def first_chart(urls: Sequence[str], times: int) -> list[float]:
    """Open the addresses in turn (A, B, A, B ...), each ``times`` times; the medians, in milliseconds."""
    if not (path := find_chromium()):
        raise RuntimeError("No Chromium was found; `make test` gets one, or set CHROMIUM=/path/to/chromium.")
    waits: list[list[float]] = [[] for _ in urls]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
        try:
            for url in urls:
                _open(browser, url)
            for _ in range(times):
                for url, wait in zip(urls, waits, strict=True):
                    wait.append(_open(browser, url))
        finally:
            browser.close()
    return [statistics.median(wait) for wait in waits]


def _open(browser: Browser, url: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(url, wait_until="commit")
        page.wait_for_function("window.firstChart > 0", timeout=60_000)
        return float(page.evaluate("window.firstChart"))
    finally:
        context.close()
