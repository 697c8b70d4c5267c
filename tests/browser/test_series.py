import csv
import io
import itertools
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import drawing
from lib.story.view import read_view
from tests.browser.conftest import OpenPage
from tests.browser.reading import CRIME, Chart, Text, charts

LEADING = 1.5  # px of a line of text that are empty above and below its letters
# The longest axis of time, on which the marked dates stand closest together.
LONGEST = {"by": "month", "current": "2015-06-01..2015-08-31", "baseline": "2020-03-01..2020-03-31"}


def series(page: Page) -> Chart:
    return next(chart for chart in charts(page) if chart.label.startswith("Line of"))


def event_labels(chart: Chart) -> list[Text]:
    marked = ("State of emergency", "Charges dropped", "Stay-at-home order", "Made permanent")
    return [text for text in chart.texts if text.text.endswith(marked)]


@pytest.mark.parametrize("width", [1280, 390])
def test_event_labels_stand_apart(open_page: OpenPage, width: int):
    page = open_page(f"{CRIME}?{urlencode(LONGEST)}", width=width).page
    chart = series(page)
    labels = event_labels(chart)
    assert len(labels) == 4
    for one, other in itertools.combinations(labels, 2):
        assert not one.box.overlaps(other.box, slack=LEADING)
    for label in labels:
        assert label.box.inside(chart.box, slack=0)
    check_download(page)


def check_download(page: Page) -> None:
    """Fail unless the link below the series gives its numbers as a file."""
    link = page.locator("a[href*='figure/series.csv']")
    # Streamlit opens links in a new tab, where a download is nobody's: follow it here instead.
    link.evaluate("a => a.removeAttribute('target')")
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "series.csv"
    rows = list(csv.reader(io.StringIO(downloading.value.path().read_text(encoding="utf-8-sig"))))
    table = drawing("series", read_view(LONGEST)[0]).table()
    assert rows == [list(table.columns), *([str(cell) for cell in row] for row in table.rows)]
