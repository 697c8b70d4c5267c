"""Makes the pictures of README and docs/ anew: ``make pictures``.

``docs/rooms.svg`` is drawn from the layers in pyproject.toml; the others are what Chromium shows of three chapters.
"""

import io
import tomllib
from html import escape
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from bench.chromium import LAUNCH_ARGS, find_chromium
from bench.server import Server
from tests.browser.conftest import wait_ready

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

CHAPTERS = {
    "crime.png": "violent-and-property-crime",
    "map.png": "where-things-changed",
    "covid.png": "was-it-covid",
}
WIDTH, HIGHEST, SCALE = 640, 1000, 2  # px of a picture, and pixels for each
MARGIN = 20
COLORS = 96  # a page has few; a picture of as many weighs a third
TOO_HEAVY = 250_000  # bytes
SPAN = """
() => [
    document.querySelector("[data-testid=stMain] h1").getBoundingClientRect().top,
    document.querySelector("[data-testid=stVegaLiteChart]").getBoundingClientRect().top,
    document.querySelector("[data-testid=stVegaLiteChart]").getBoundingClientRect().bottom,
]
"""

ROOMS = {
    "pages": "one chapter a file",
    "lib.web": "what knows Streamlit: pages, routes, shell",
    "lib.cli": "the commands: python -m lib",
    "lib.export": "figures as files, the story as a folder",
    "lib.chapters": "what stands on each chapter's page",
    "lib.figures": "the figures, a file a topic",
    "lib.charts": "chart templates, filled with numbers; reads no files",
    "lib.story": "claims, caveats, the view, words; check() makes every number",
    "lib.ingest.build": "input files to the bundled tables",
    "lib.ingest.refresh_police": "live layers of crime and arrests to tables",
    "lib.ingest.refresh_calls": "live layers of 911 calls to tables",
    "lib.ingest.import_calls": "files of 911 calls to tables",
    "lib.ingest.bundle_calls": "loaded calls to bundled ones",
    "lib.ingest.build_peers": "the crime index, and Baltimore's mixes of other cities",
    "lib.ingest.specifications": "every way to mix cities, fitted",
    "lib.ingest.call_tables": "years of 911 calls joined with those loaded before",
    "lib.ingest.download": "one live layer, read whole",
    "lib.analysis": "windows, running sums, change and interval, models",
    "lib.ingest.sources": "files and layers to tidy rows; the only room on the network",
    "lib.tables": "the tables under data/: schemas, manifest, checks, atomic writes",
    "lib.errors": "errors that a reader may be shown",
}
STYLE = """
text{font:14px system-ui,sans-serif;fill:#1c1c1a}
.room{font:600 13px ui-monospace,monospace}
rect{fill:#fffefb;stroke:#72726b}
path{fill:none;stroke:#1b5e9b;stroke-width:2}
@media (prefers-color-scheme:dark){text{fill:#ecebe6}rect{fill:#1f2428;stroke:#92958f}path{stroke:#7fb6e8}}
"""


def layers() -> list[list[str]]:
    """The rooms in each layer that import-linter enforces, the highest first; above them the pages."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    found = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [["pages"], *([room.strip() for room in layer.split("|")] for layer in found)]


def rooms() -> str:
    """The picture of the layers as SVG; KeyError for a room that nothing is said of."""
    line, gap, left, width = 22, 10, 40, 760
    drawn, top = [], 4
    for layer in layers():
        height = line * len(layer) + 12
        drawn.append(f'<rect x="{left}" y="{top}" width="{width}" height="{height}" rx="4"/>')
        for i, room in enumerate(layer):
            y = top + line * (i + 1) - 1
            drawn.append(f'<text class="room" x="{left + 14}" y="{y}">{room.replace(".", "/")}</text>')
            drawn.append(f'<text x="{left + 220}" y="{y}">{escape(ROOMS[room])}</text>')
        top += height + gap
    drawn.append(f'<path d="M18 8V{top - 20}m-7 -9 7 9 7 -9"/>')
    size = f'width="{left + width + 4}" height="{top}" viewBox="0 0 {left + width + 4} {top}"'
    title = "The rooms of the project, one layer below the other. Imports run downward only."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{title}">'
        f"<style>{STYLE.strip()}</style>\n" + "\n".join(drawn) + "\n</svg>\n"
    )


def chapters() -> None:
    """Three chapters from the title to the first figure, or as much above that as fits, as PNG; the figure is whole.

    RuntimeError where a picture is too heavy.
    """
    with Server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=LAUNCH_ARGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": 4 * HIGHEST}, device_scale_factor=SCALE)
        for name, slug in CHAPTERS.items():
            page.goto(f"{server.url}/{slug}")
            wait_ready(page)
            title, figure, bottom = page.evaluate(SPAN)
            top = max(title - MARGIN, min(figure - MARGIN, bottom + MARGIN - HIGHEST))
            shot = page.screenshot(clip={"x": 0, "y": top, "width": WIDTH, "height": bottom + MARGIN - top})
            picture = Image.open(io.BytesIO(shot)).convert("RGB")
            picture.quantize(COLORS, dither=Image.Dither.NONE).save(DOCS / name, optimize=True)
            if (DOCS / name).stat().st_size > TOO_HEAVY:
                raise RuntimeError(f"docs/{name} is over {TOO_HEAVY:,} bytes.")
        browser.close()


if __name__ == "__main__":
    (DOCS / "rooms.svg").write_text(rooms(), encoding="utf-8")
    chapters()
