"""The figure studio in a browser: what an editor types is what the preview shows and the download holds."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.access import check_for_everybody, missed_taps
from tests.browser.conftest import OpenPage
from tests.browser.reading import sideways
from tests.browser.test_pages import check_quiet

LOADED = "() => { const i = document.querySelector('.studio-frame img'); return i?.complete && i.naturalWidth > 0; }"
SIZE = "() => { const i = document.querySelector('.studio-frame img'); return [i.naturalWidth, i.clientWidth]; }"
TYPED = "Robbery, as <b>we</b> put it"


def painted(page: Page) -> None:
    page.wait_for_function(LOADED, timeout=60_000)


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
def test_a_typed_title_changes_the_preview_the_address_and_the_download(
    open_page: OpenPage, width: int, dark: bool, tmp_path: Path
) -> None:
    visit = open_page("studio?figure=series&measure=robbery&size=column", width=width, dark=dark)
    page = visit.page
    painted(page)
    expect(page).to_have_title("Figure studio")
    field = page.get_by_label("Title", exact=True)
    field.fill(TYPED)
    field.press("Enter")
    picture = page.locator(".studio-frame img")
    expect(picture).to_have_attribute("src", re.compile("title=Robbery"), timeout=30_000)
    painted(page)
    visit.wait_ready()
    assert page.evaluate(SIZE) == [340, min(340, page.evaluate(SIZE)[1])]
    assert "title=Robbery" in page.url
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download PNG").click()
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    assert path.name == "series-column.png"
    with Image.open(path) as drawn:
        assert drawn.info["Title"] == TYPED
        assert drawn.info["Edited"] == "title"
    assert max(sideways(page)) <= 0
    if width == 390:
        assert missed_taps(page) == []
    check_for_everybody(page, 1280, 390)
    check_quiet(visit)
    again = open_page(page.url.split("/", 3)[3], width=width, dark=dark)
    expect(again.page.get_by_label("Title", exact=True)).to_have_value(TYPED)


def test_a_picture_that_is_wider_than_the_page_says_that_it_is_shown_smaller(open_page: OpenPage) -> None:
    for width, smaller in ((390, True), (1600, False)):
        visit = open_page("studio?figure=timeline&size=card", width=width)
        painted(visit.page)
        natural, seen = visit.page.evaluate(SIZE)
        assert natural == 1200
        assert (seen < natural) is smaller
        assert visit.page.locator(".studio-small").is_visible() is smaller
    # Two layouts in one run leave the page narrow, but not in every run.
    field = visit.page.get_by_label("Title", exact=True)
    for title in ("One", "Two", "Three", "Four"):
        field.fill(title)
        field.press("Enter")
        expect(visit.page.locator(".studio-frame img")).to_have_attribute("src", re.compile(f"title={title}"))
        visit.wait_ready()
        assert visit.page.evaluate(SIZE)[1] == seen
