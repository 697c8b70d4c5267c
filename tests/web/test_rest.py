"""What follows a page's opening: readers get it once their browser has asked, which it does by itself."""

import pytest
from streamlit.testing.v1 import AppTest

from bench.client import Session
from bench.server import Server
from lib.chapters.blocks import Heading, Paragraphs
from lib.chapters.chapters import CHAPTERS
from lib.chapters.contents import contents, opening
from lib.web.pages.layout import REST
from tests.web.story_app import CRIME, STORY, texts


def at_first(**params: str) -> AppTest:
    """The story before the browser has asked for more."""
    at = AppTest.from_file(str(STORY), default_timeout=30)
    for name, value in params.items():
        at.query_params[name] = value
    return at.run()


def test_the_opening_comes_first_and_the_rest_when_it_is_asked_for():
    at = at_first()
    before = texts(at.main)
    assert not at.header
    assert at.get("vega_lite_chart")
    at.toggle(REST).set_value(True).run()
    assert at.header
    after = texts(at.main)
    assert set(before) < set(after)
    assert not at.exception


def test_paper_gets_everything_at_once():
    at = at_first(print="1")
    assert at.header
    assert not at.toggle


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug or "announcement")
def test_the_opening_is_where_every_page_begins(chapter):
    first = opening(chapter, chapter.usual)
    whole = tuple(contents(chapter))
    assert [type(block) for block in whole[: len(first)]] == [type(block) for block in first]
    assert isinstance(whole[len(first)], Heading)
    assert any(isinstance(block, Paragraphs) for block in first)


def test_a_worker_that_a_reader_comes_to_later_is_told(app_server: Server):
    """As after a worker died: the browser connects again and says what its switches stand at."""
    with Session.connect(app_server.port, CRIME.slug) as reader:
        heard = len(reader.first.deltas)
        with Session.connect(app_server.port, CRIME.slug) as again:
            opened = again.rerun({REST: False})
            assert len(opened.deltas) < heard / 2
            assert len(again.rerun({REST: True}).deltas) == heard
        states = reader.states
    fresh = Session.connected(app_server.port, CRIME.slug)
    with fresh:
        fresh.states.update(states)
        assert len(fresh.rerun({}).deltas) == heard
