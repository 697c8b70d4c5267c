from urllib.parse import urlencode

from tests.browser.conftest import OpenPage
from tests.browser.reading import CRIME, charts, sentences

NOTES = "[data-testid=stAlert]"
BROKEN = {"current": "yesterday", "baseline": "2031-01-01..2031-02-01", "measure": "kindness", "by": "century"}


def test_a_broken_address_gives_a_note_and_the_usual_numbers(open_page: OpenPage):
    visit = open_page(f"{CRIME}?{urlencode(BROKEN)}")
    notes = visit.page.locator(NOTES).all_inner_texts()
    assert len(notes) == 3
    usual = open_page(CRIME)
    noted = {line.strip() for note in notes for line in note.splitlines()}
    assert [text for text in sentences(visit.page) if text not in noted] == sentences(usual.page)
    assert [chart.label for chart in charts(visit.page)] == [chart.label for chart in charts(usual.page)]
    assert "current" not in visit.page.url
    # Mending it is no step: Back leaves the page as it does for any other reader.
    assert visit.page.evaluate("history.length") == usual.page.evaluate("history.length")
    assert visit.console_errors == []
    assert visit.page_errors == []


def test_what_an_address_says_is_shown_as_text_and_never_fetched(open_page: OpenPage):
    for text in ("![](https://evil.example/a.png)", "[win](https://evil.example/)"):
        visit = open_page(f"?{urlencode(dict.fromkeys(('current', 'measure', 'by'), text))}")
        notes = visit.page.locator(NOTES)
        assert notes.count() == 3
        assert visit.foreign_requests == []
        assert not notes.locator("a, img").count()
