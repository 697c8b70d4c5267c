import itertools
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from lib.chapters.chapters import BESIDE, BY_SLUG, CHAPTERS
from lib.figures.citation import LINKS
from tests.browser.access import check_for_everybody, cut_off, missed_taps
from tests.browser.conftest import OpenPage, Visit
from tests.browser.reading import CRIME, Chart, charts, contrast, sideways

WIDE, NARROWEST = 1280, 360
READABLE = 4.5  # WCAG AA for text of this size
HEADINGS = "() => [...document.querySelectorAll('[data-testid=stMain] :is(h1,h2,h3,h4,h5,h6)')].map(h => h.tagName)"
BACKGROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
FOCUSED = """
() => {
    const at = document.activeElement;
    const lever = at?.closest(".st-key-stage-levers");
    return lever ? at.closest("[data-testid^=st][class*=st-key-lever_]")?.className ?? "levers" : "";
}
"""
LEVER = re.compile(r"st-key-lever_\w+")
OPEN_EDGES = """
() => [...document.querySelectorAll("[data-variant=segmented_control]")].filter(choice => {
    const style = getComputedStyle(choice);
    return ["Top", "Right", "Bottom", "Left"].some(side => style[`border${side}Color`] === "rgba(0, 0, 0, 0)");
}).map(choice => choice.textContent)
"""
"""Choices that lack an edge."""


def check_charts(found: list[Chart], where: str) -> None:
    """Fail where a chart is empty, or has a text that is cut off, overlaps another or can't be read."""
    faults = []
    for chart in found:
        name = f"{where}, {chart.title or chart.label[:60]}"
        if not chart.marks or not chart.title:
            faults.append(f"{name}: not painted")
        for text in chart.texts:
            if not text.box.inside(chart.box, slack=2):
                faults.append(f"{name}: {text.text!r} lies outside the picture: {text.box} of {chart.box}")
            if text.text.rstrip().endswith("…"):
                faults.append(f"{name}: {text.text!r} is cut off")
            if text.opacity < 1 or contrast(text.fill, chart.background) < READABLE:
                faults.append(f"{name}: {text.text!r} is too faint, {text.fill} on {chart.background}")
        faults += [
            f"{name}: {one.text!r} and {other.text!r} overlap"
            for one, other in itertools.combinations(chart.texts, 2)
            if one.box.overlaps(other.box, slack=1.5)
        ]
    assert not faults, "\n".join(faults)


def check_quiet(visit: Visit) -> None:
    """Fail on any error, and on any request to another host."""
    assert visit.page_errors == []
    assert visit.console_errors == []
    assert visit.foreign_requests == []


def check_read_aloud(page: Page, slug: str) -> None:
    """Fail where headings, descriptions of charts or links do not tell what is seen."""
    levels = [int(tag[1]) for tag in page.evaluate(HEADINGS)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))

    for chart in charts(page):
        assert len(chart.label) > 40
        counted = [text.text for text in chart.texts if re.search(r": [−+]?\d+%?", text.text)]
        for text in counted:  # what the rows of a chart say in numbers is in its description too
            numbers = re.findall(r"\d[\d,]*%", text)
            assert all(number in chart.label for number in numbers), (text, chart.label)

    if slug in ("", CRIME):
        outward = [link.get_attribute("href") or "" for link in page.locator("[data-testid=stMarkdown] a").all()]
        assert sum(href.startswith("https://") for href in outward) >= 3
    for label, _ in LINKS:
        links = page.locator("a[href*='figure/']", has_text=label)
        assert links.count() == page.locator("[data-testid=stVegaLiteChart]").count()


def check_walked(page: Page) -> None:
    """Fail where the keyboard does not come from lever to lever in the order in which they stand."""
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached += LEVER.findall(page.evaluate(FOCUSED))
        if "st-key-lever_link" in reached:
            break
    wanted = ["st-key-lever_preset", "st-key-lever_test_start", "st-key-lever_test_end", "st-key-lever_link"]
    assert list(dict.fromkeys(reached)) == wanted


VISITS = [
    *((chapter.slug, width, dark) for chapter in CHAPTERS for width, dark in ((WIDE, False), (NARROWEST, True))),
    # Between a phone and a wide page, where lines are cut for the one or the other.
    ("", 640, False),
    (CRIME, 600, False),
]


@pytest.mark.parametrize(("slug", "width", "dark"), VISITS)
def test_a_page_opens_quietly_and_can_be_read(open_page: OpenPage, slug: str, width: int, dark: bool):
    visit = open_page(slug, width=width, dark=dark)
    page = visit.page
    assert page.locator("h1").inner_text() == BY_SLUG[slug].title
    painted = charts(page)
    assert len(painted) >= (0 if slug == "methods" else 1)
    check_charts(painted, f"{width} px")
    background = page.evaluate(BACKGROUND)
    assert {chart.background for chart in painted} <= {background}
    assert (contrast(background, "rgb(0, 0, 0)") < READABLE) is dark
    assert not page.locator("[data-testid=stException], [data-testid=stAlert]").count()
    assert page.evaluate(OPEN_EDGES) == []
    if width == NARROWEST:
        for line in page.locator(".stage-now").all():
            assert line.inner_text().strip(), "the line at the lower edge says nothing"
        assert max(sideways(page)) <= 0
        assert cut_off(page) == []
        assert missed_taps(page) == []
        page.set_viewport_size({"width": 390, "height": 900})
        visit.wait_ready()
        assert max(sideways(page)) <= 0
        check_charts(charts(page), "390 px")
    if width == WIDE:
        check_read_aloud(page, slug)
        if slug == CRIME:
            check_walked(page)
    check_for_everybody(page)
    check_quiet(visit)


def test_each_page_has_its_own_title_and_links_that_lead_where_they_say(open_page: OpenPage):
    """Links are read as a browser does that opens one in a new tab."""
    page = open_page(CRIME, width=900).page
    page.locator(".st-key-chapters summary").click()
    links = page.locator(".st-key-chapters [data-testid=stPageLink] a")
    expect(links.last).to_be_visible()
    leads = {link.inner_text(): urlsplit(link.evaluate("a => a.href")).path for link in links.all()}
    leads.pop(
        CHAPTERS[0].short
    )  # Streamlit gives the link to its first page no address of its own; it works when clicked
    assert (page.title(), leads) == (BY_SLUG[CRIME].title, {c.short: f"/{c.slug}" for c in (*CHAPTERS[1:], *BESIDE)})
    links.first.click()
    expect(page.locator("h1")).to_have_text(BY_SLUG[""].title)
    expect(page).to_have_title(BY_SLUG[""].title)
