"""The whole story below a path of its own, as a real server has it with Streamlit's option for that."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from playwright.sync_api import expect

from bench.server import Server
from lib.chapters.chapters import BY_SLUG, CHAPTERS
from tests.browser.conftest import NewPage, wait_ready
from tests.web.test_first_paint import opened, read

BASE = "api/story"
"""A path that begins as a route of the story's own does."""


@pytest.fixture(scope="module")
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def below() -> Iterator[Server]:
    with Server(base=BASE) as server:
        yield server


def test_pages_and_all_that_they_link_to_stand_below_it(below: Server, http: requests.Session):
    named: set[str] = set()
    for chapter in (CHAPTERS[0], CHAPTERS[1]):
        answer = opened(http, f"{below.url}/{chapter.slug}")
        found = read(answer.text)
        assert answer.status_code == 200
        assert found.headings[0] == chapter.title
        assert found.canonical == f"{below.url}/{chapter.slug}"
        assert found.meta["og:image"].startswith(f"{below.url}/figure/")
        assert f'data-base="/{BASE}"' in answer.text
        own = {urljoin(answer.url, href) for href, _ in found.links}
        own |= {urljoin(answer.url, unescape(part)) for part in re.findall(r'(?:src|href)="(\.[^"]+)"', answer.text)}
        own = {address for address in own if urlsplit(address).netloc == urlsplit(below.url).netloc}
        assert len(own) > 20
        named |= own
    # Some of them, as some are drawn when they are asked for.
    for address in {*sorted(named)[:: max(1, len(named) // 25)], found.meta["og:image"]}:
        assert address.startswith(below.url)
        assert http.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("figure/series.csv", "text/csv"),
        ("figure/series.svg", "image/svg"),
        ("figure/series", "text/html"),
        ("embed/series", "text/html"),
        ("api", "text/html"),
        ("api/claims.json", "application/json"),
        ("api/findings.json?claim=violent", "application/json"),
        ("robots.txt", "text/plain"),
        ("sitemap.xml", "application/xml"),
        ("explore", "text/html"),
        ("_stcore/health", "text/plain"),
    ],
)
def test_every_route_answers_there_and_only_there(below: Server, http: requests.Session, path: str, kind: str):
    answer = http.get(f"{below.url}/{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)
    assert http.get(f"http://127.0.0.1:{below.port}/{path}").status_code == 404
    if path in ("figure/series", "api"):
        assert f'href="{below.url}/"' in answer.text  # the way to the story
    if path.startswith("embed"):
        for part in re.findall(r'url\((\.\.[^)]+)\)|<script src="([^"]+)"', answer.text):
            assert http.get(urljoin(answer.url, "".join(part))).status_code == 200
        assert f"{below.url}/figure/series" in answer.text


def test_an_embed_of_it_is_found_and_a_map_gets_its_outlines(below: Server, http: requests.Session):
    found = http.get(f"{below.url}/oembed", params={"url": f"{below.url}/figure/series"}).json()
    assert f'src="{below.url}/embed/series?' in unescape(found["html"])
    assert f"{below.url}/sitemap.xml" in http.get(f"{below.url}/robots.txt").text
    for chapter in BY_SLUG.values():
        assert f"<loc>{below.url}/{chapter.slug}</loc>" in http.get(f"{below.url}/sitemap.xml").text


def test_a_page_runs_there_with_its_levers_its_links_and_a_map(below: Server, new_page: NewPage):
    page = new_page()
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("response", lambda got: errors.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.goto(f"{below.url}/where-things-changed", wait_until="commit")
    wait_ready(page)
    page.locator("[data-testid=stPageLink] a").filter(has_text="Next: ").first.click()
    expect(page).not_to_have_url(f"{below.url}/where-things-changed")
    wait_ready(page)
    assert page.url.startswith(f"{below.url}/")
    figure = page.locator("[data-testid=stCaptionContainer] a[href*='figure/']").first.evaluate("link => link.href")
    assert figure.startswith(f"{below.url}/figure/")
    assert errors == []
