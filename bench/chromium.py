"""Finds a Chromium that runs: ``python -m bench.chromium`` prints its path, or exits with 1."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# No sandbox: containers and root have none. The rest keeps Chromium from talking to anyone but the page.
LAUNCH_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

# All pages of a site in one process, which keeps its compiled scripts from page to page.
ONE_PROCESS = ("--renderer-process-limit=1", "--process-per-site")


def find_chromium() -> str | None:
    """Path of the first that starts: $CHROMIUM, then those on PATH, then Playwright's own; None without one.

    Each is run once: Ubuntu has a `chromium-browser` on PATH that only tells how to install another.
    """
    return next((path for path in _candidates() if _runs(path)), None)


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    yield own


def _runs(path: str) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and b"Chrom" in done.stdout


if __name__ == "__main__":
    if not (found := find_chromium()):
        sys.exit(1)
    print(found)
