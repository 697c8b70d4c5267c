"""A journalist's way: from the first page to Explore, one offense in one place by month, and the same from a shell."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lib.chapters.chapters import EXPLORE
from tests.browser.access import check_for_everybody
from tests.browser.conftest import OpenPage
from tests.browser.reading import charts, sideways
from tests.browser.test_pages import check_charts, check_quiet

ROOT = Path(__file__).resolve().parents[2]
FOCUSED = "() => document.activeElement?.closest('[class*=st-key-lever_]')?.className ?? ''"


def lever(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-lever_{name}")


def pick(page: Page, name: str, option: str) -> None:
    """Type, and choose from what is left of the list."""
    lever(page, name).locator("input").focus()
    page.keyboard.type(option)
    page.get_by_role("option", name=option, exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_a_cut_is_found_downloaded_and_made_again_from_the_shell(open_page: OpenPage, tmp_path: Path) -> None:
    visit = open_page()
    page = visit.page
    page.locator(".chapters-row a", has_text=EXPLORE.short).click()
    page.wait_for_url(f"**/{EXPLORE.slug}*")
    visit.wait_ready()  # until then the first paint's heading stands there too
    expect(page.locator("h1")).to_have_text(EXPLORE.title)
    lever(page, "measures").locator("input").focus()
    page.keyboard.press("Backspace")
    visit.wait_ready()
    pick(page, "measures", "Robbery")
    visit.wait_ready()
    pick(page, "in", "Sandtown-Winchester")
    visit.wait_ready()
    lever(page, "by").get_by_role("radio", name="month").click()
    visit.wait_ready()
    expect(page).to_have_url(re.compile("measure=robbery.*by=month|by=month.*measure=robbery"))
    assert "in=Sandtown-Winchester" in page.url
    assert any("In Sandtown-Winchester, robbery" in text for text in page.locator("p").all_inner_texts())
    check_charts(charts(page), "1280 px")
    with page.expect_download() as waited:
        page.locator("a[href*='explore-time.csv']").click()
    path = tmp_path / waited.value.suggested_filename
    waited.value.save_as(path)
    shown = page.locator("[data-testid=stCode] code").first.inner_text()
    python, *words = shlex.split(shown)
    assert python == "python"
    environment = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert path.read_text(encoding="utf-8-sig") == done.stdout
    assert done.stdout.count("\nrobbery,Sandtown-Winchester,") == 40
    check_quiet(visit)


@pytest.mark.parametrize("query", ["measure=drug-arrests&split=race&by=month", "split=neighborhood&by=week&index=1"])
def test_it_can_be_read_on_a_phone_in_the_dark_and_walked_by_keyboard(open_page: OpenPage, query: str) -> None:
    visit = open_page(f"explore?{query}", width=390, dark=True)
    page = visit.page
    assert max(sideways(page)) <= 0
    check_charts(charts(page), query)
    reached: list[str] = []
    page.get_by_role("button", name="Change", exact=True).click()
    lever(page, "measures").locator("input").focus()
    for _ in range(25):
        page.keyboard.press("Tab")
        reached += re.findall(r"st-key-lever_(\w+)", page.evaluate(FOCUSED))
    wanted = ["in", "split", "by", "span_start", "span_end", "index"]
    assert [name for name in dict.fromkeys(reached) if name in wanted] == wanted
    page.evaluate("() => document.activeElement.blur()")  # the tooltips of Streamlit lie outside its landmarks
    check_for_everybody(page)
    check_quiet(visit)
