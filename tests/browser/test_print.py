"""The print view: the whole page, in order, with nothing cut off."""

from io import BytesIO
from unicodedata import normalize

import pytest
from PIL import Image
from pypdf import PdfReader

from lib.chapters.chapters import BY_SLUG
from lib.chapters.leads import CLOSING, in_use
from lib.story.load import load_story
from lib.story.view import read_view
from tests.browser.conftest import OpenPage
from tests.browser.reading import CRIME, charts, sideways

HEIGHTS = """
() => [document.documentElement, document.querySelector("[data-testid=stMain]"),
       document.querySelector("[data-testid=stMainBlockContainer]")].map(node => node.scrollHeight)
"""
LEVERS = "[data-testid=stTextInput], [data-testid=stPageLink], [data-testid=stSelectbox], button"
WINDOWS = {"current": "2021-01-01..2021-03-12", "baseline": "2019-01-01..2019-03-12"}


@pytest.mark.parametrize(("slug", "width"), [(CRIME, 1280), ("drug-arrests", 390)])
def test_a_printed_page_is_whole(open_page: OpenPage, slug: str, width: int):
    query = "&".join(f"{name}={value}" for name, value in WINDOWS.items())
    visit = open_page(f"{slug}?print=1&{query}", width=width)
    page = visit.page
    document, main, content = page.evaluate(HEIGHTS)
    assert document == main == content
    assert document > 3000
    picture = Image.open(BytesIO(page.screenshot(full_page=True)))
    assert picture.width == width
    assert abs(picture.height - document) <= 1  # a part of a pixel is rounded either way
    assert max(sideways(page)) <= 0
    assert page.locator(LEVERS).locator("visible=true").count() == 0
    assert page.locator("details:not([open])").count() == 0

    view, _ = read_view(WINDOWS, BY_SLUG[slug].usual)
    paper = page.pdf()
    text = " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(paper)).pages).split())
    last = load_story().caveats["reported" if slug == CRIME else "arrest-text"].text
    order = [
        BY_SLUG[slug].title[:20],
        in_use(BY_SLUG[slug], view)[:40],
        last[:40],
        "A row is a victim",
        CLOSING[-40:],
    ]
    places = [text.find(part) for part in order]
    assert min(places) >= 0, order[places.index(-1)]
    assert places == sorted(places)
    missing = [chart.title for chart in charts(page) if _letters(chart.title) not in _letters(text)]
    assert missing == []
    assert visit.page_errors == visit.console_errors == []


def test_a_printed_table_is_whole(open_page: OpenPage):
    page = open_page("methods?print=1").page
    tables = page.locator(".rows")
    assert tables.count() > 10
    cut = page.evaluate("() => [...document.querySelectorAll('.rows')].map(box => box.scrollHeight - box.clientHeight)")
    assert max(cut) <= 0
    assert max(sideways(page)) <= 0


def _letters(text: str) -> str:
    """Letters and digits alone: readers of PDF see other signs, other spaces, and two letters as one."""
    return "".join(sign for sign in normalize("NFKC", text) if sign.isascii() and sign.isalnum())


def test_printing_an_ordinary_page_leaves_nothing_out(open_page: OpenPage):
    page = open_page(CRIME).page
    sheets = PdfReader(BytesIO(page.pdf())).pages
    text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
    assert len(sheets) > 3
    assert CLOSING[-40:] in text
    assert "Move the dates" not in text
