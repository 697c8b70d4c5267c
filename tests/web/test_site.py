from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import requests

from bench.server import Server
from lib.chapters.chapters import BY_SLUG
from tests.web.test_first_paint import read


def test_the_sitemap_names_every_page_for_readers_by_an_address_that_opens(app_server: Server, http: requests.Session):
    answer = http.get(f"{app_server.url}/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    places = [node.text or "" for node in ElementTree.fromstring(answer.content).iter() if node.tag.endswith("loc")]
    assert places == [f"{app_server.url}/{chapter.slug}" for chapter in BY_SLUG.values()]
    for place, chapter in zip(places, BY_SLUG.values(), strict=True):
        assert read(http.get(place).text).headings[0] == chapter.title


def test_robots_are_told_where_the_sitemap_is_and_may_read_the_story(app_server: Server, http: requests.Session):
    answer = http.get(f"{app_server.url}/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert f"Sitemap: {app_server.url}/sitemap.xml" in lines
    assert "Allow: /" in lines


@pytest.mark.parametrize("path", ["robots.txt", "sitemap.xml"])
def test_what_is_no_name_of_a_server_is_never_repeated(app_server: Server, http: requests.Session, path: str):
    answer = http.get(f"{app_server.url}/{path}", headers={"Host": "<script>"})
    assert answer.status_code in (200, 400)
    assert "<script>" not in answer.text


@pytest.fixture(scope="module")
def public_server():
    with Server(env={"PUBLIC_URL": "https://story.example/baltimore/"}) as server:
        yield server


@pytest.mark.slow
def test_where_the_story_is_public_every_absolute_address_says_so(public_server: Server, http: requests.Session):
    for path in ("robots.txt", "sitemap.xml", ""):
        text = http.get(f"{public_server.url}/{path}").text
        assert "https://story.example/baltimore/" in text
        assert urlsplit(public_server.url).netloc not in text
