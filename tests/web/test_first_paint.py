"""What arrives before Streamlit starts: read as a browser without scripts, and as those who make previews."""

import asyncio
import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bench.server import Server
from lib.chapters.chapters import BY_SLUG, CHAPTERS, Chapter
from lib.chapters.leads import lead, lead_figure, title
from lib.export.blocks_html import as_text, themed_svg
from lib.export.coalescing_cache import Shelf
from lib.figures import catalog  # noqa: F401 - declares every figure
from lib.figures.registry import drawing
from lib.story.load import load_story
from lib.story.verdict import OVERALL
from lib.story.view import read_view
from lib.web.shell import prerender as first_paint
from tests.examples import examples

BY_PAGE = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug or "first")
QUERIES = ("", "current=2020-08-01..2020-10-31&measure=property", "current=nonsense&measure=%3Cscript%3E")
VOID = {"meta", "link", "img", "source", "br", "hr", "input"}


@dataclass
class Read:
    """A page as it was sent: its head, and what its root element holds."""

    meta: dict[str, str] = field(default_factory=dict)
    canonical: str = ""
    linked: list[dict[str, Any]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    text: str = ""
    open_tags: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Read()
        self.inside = False
        self.href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.found.meta[about.get("name") or about.get("property") or "charset"] = about.get("content", "")
        if tag == "link" and about.get("rel") == "canonical":
            self.found.canonical = about["href"]
        self.inside = self.inside or about.get("id") == "root"
        if tag == "a" and self.inside:
            self.found.links.append((about["href"], ""))
        if tag in ("svg", "img") and self.inside:
            self.found.pictures.append(about.get("aria-label") or about.get("alt", ""))
        if tag in ("h1", "h2", "h3", "h4") and self.inside:
            self.found.headings.append("")
        self.kind = about.get("type", "")
        if tag not in VOID:
            self.found.open_tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.found.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        where = self.found.open_tags[-1] if self.found.open_tags else ""
        if where == "script":
            if self.kind == "application/ld+json":
                self.found.linked.append(json.loads(data))
            return
        if not self.inside or where == "style":
            return
        self.found.text += data
        if where in ("h1", "h2", "h3", "h4"):
            self.found.headings[-1] += data
        if where == "a":
            href, text = self.found.links[-1]
            self.found.links[-1] = (href, text + data)


def opened(http: requests.Session, url: str, picture: str | None = None) -> requests.Response:
    """A page once it has its text and the picture of that alt text: while a server is busy it leaves them out."""
    until = time.monotonic() + 60
    while True:
        answer = http.get(url)
        found = read(answer.text)
        drawn = picture is None or " ".join(picture.split()) in [" ".join(alt.split()) for alt in found.pictures]
        if answer.status_code != 200 or ("description" in found.meta and drawn) or time.monotonic() > until:
            return answer
        time.sleep(0.1)


def read(page: str) -> Read:
    """A page as it was sent; every element in it must be closed in order."""
    reader = _Reader()
    reader.feed(page)
    assert reader.found.open_tags == []
    return reader.found


@BY_PAGE
@pytest.mark.parametrize("query", QUERIES)
def test_a_page_arrives_with_its_answer_its_figure_and_its_links(
    app_server: Server, http: requests.Session, chapter: Chapter, query: str
):
    view, notes = read_view(dict(parse_qsl(query)), chapter.usual, for_page=chapter.dates)
    opening, shown = lead(chapter, view), lead_figure(chapter)
    picture = drawing(shown.figure, view, shown.claim).alt if shown else None
    answer = opened(http, f"{app_server.url}/{chapter.slug}?{query}", picture)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    found = read(answer.text)
    text = " ".join(found.text.split())
    assert found.headings[0] == chapter.title
    assert found.headings.count(chapter.title) == 1
    for said in (*notes, *map(as_text, opening.sentences), *opening.missing):
        assert " ".join(said.split()).replace(" .", ".")[:120] in text.replace(" .", ".")
    for name in opening.caveats:
        assert as_text(load_story().caveats[name].text) in text
    if shown:
        alt = drawing(shown.figure, view, shown.claim).alt.strip()
        assert alt in [" ".join(picture.split()) for picture in found.pictures] or alt in found.pictures
    chapters = {label: href for href, label in found.links[: len(BY_SLUG)]}
    assert list(chapters) == [each.short for each in BY_SLUG.values()]
    for each in BY_SLUG.values():
        parts = urlsplit(chapters[each.short])
        assert parts.path == f"/{each.slug}"
        assert dict(parse_qsl(parts.query)) == view.changed_params(chapter.usual)


@BY_PAGE
@pytest.mark.parametrize("query", QUERIES[:2])
def test_a_preview_shows_the_answer_and_the_figure_for_these_very_windows(
    app_server: Server, http: requests.Session, chapter: Chapter, query: str
):
    found = read(opened(http, f"{app_server.url}/{chapter.slug}?{query}&utm_source=chat").text)
    view, _ = read_view(dict(parse_qsl(query)), chapter.usual, for_page=chapter.dates)
    opening, shown = lead(chapter, view), lead_figure(chapter)
    changed = urlencode(view.changed_params(chapter.usual), safe=":.,")
    assert found.canonical == f"{app_server.url}/{chapter.slug}{'?' if changed else ''}{changed}"
    said = as_text((*opening.sentences, *opening.missing)[0])
    for name in ("description", "og:description", "twitter:description"):
        assert found.meta[name] == said
    assert found.meta["og:title"] == found.meta["twitter:title"] == title(chapter, view)
    assert found.meta["og:url"] == found.canonical
    article = next(data for data in found.linked if data["@type"] == "Article")
    assert (article["headline"], article["description"]) == (title(chapter, view), said)
    if shown is None:
        assert "og:image" not in found.meta
        return
    assert found.meta["og:image"] == found.meta["twitter:image"] == article["image"]
    assert found.meta["og:image"].startswith(f"{app_server.url}/figure/{shown.figure}.png?")
    assert found.meta["og:image:alt"] == drawing(shown.figure, view, shown.claim).alt
    assert found.meta["twitter:card"] == "summary_large_image"


def test_a_link_to_a_neighborhood_names_it_wherever_it_is_shown(app_server: Server, http: requests.Session):
    page = opened(http, f"{app_server.url}/where-things-changed?area=Hampden").text
    found = read(page)
    assert "<title>How did things change in Hampden, Baltimore?</title>" in page
    assert found.headings[0] == found.meta["og:title"] == "How did things change in Hampden, Baltimore?"
    for name in ("description", "og:description", "twitter:description", "og:image:alt", "twitter:image:alt"):
        assert "Hampden" in found.meta[name], name
    assert "area=Hampden" in found.meta["og:image"]
    figure = BY_SLUG["where-things-changed"].usual
    drawn = drawing("change-map", replace(figure, area="Hampden", layer="neighborhoods"))
    assert " in Hampden" in drawn.frame.title  # so the picture says it, too
    own = http.get(f"{app_server.url}/figure/change-map?area=hampden").text
    described = re.search(r'<meta name="description" content="([^"]+)">', own)
    assert described
    assert "Outlined: Hampden. Violent crime in Hampden: no clear change. Victims: " in described[1]
    assert re.search(r"<title>[^<]+ in Hampden", own)


def test_the_picture_of_a_preview_is_there_and_as_large_as_it_says(app_server: Server, http: requests.Session):
    found = read(opened(http, f"{app_server.url}/drug-arrests").text)
    picture = http.get(found.meta["og:image"])
    assert picture.headers["content-type"] == found.meta["og:image:type"] == "image/png"
    size = (int(found.meta["og:image:width"]), int(found.meta["og:image:height"]))
    assert Image.open(BytesIO(picture.content)).size == size


@BY_PAGE
def test_checked_claims_are_told_to_search_engines_and_no_cause_is_rated(
    app_server: Server, http: requests.Session, chapter: Chapter
):
    found = read(opened(http, f"{app_server.url}/{chapter.slug}").text)
    reviews = [data for data in found.linked if data["@type"] == "ClaimReview"]
    causes = {claim.paraphrase for claim in load_story().claims.values() if claim.kind != "number"}
    assert not causes & {review["claimReviewed"] for review in reviews}
    assert len(reviews) >= {"": 3, "violent-and-property-crime": 2, "drug-arrests": 1}.get(chapter.slug, 0)
    for review in reviews:
        rating = review["reviewRating"]
        assert rating["alternateName"] in OVERALL.values()
        assert 1 <= rating.get("ratingValue", 1) <= 5
        assert review["itemReviewed"]["author"]["name"]
        assert review["itemReviewed"]["datePublished"] == "2021-03-26"


def test_the_first_page_holds_every_statement_with_its_sources(app_server: Server, http: requests.Session):
    found = read(opened(http, app_server.url).text)
    addresses = {href for href, _ in found.links}
    for claim in load_story().claims.values():
        assert claim.title in found.headings
        assert {source.address for source in claim.sources} <= addresses


@pytest.mark.parametrize("flag", ["embed=true", "print=1"])
def test_framed_and_printed_pages_have_no_links_to_the_chapters(app_server: Server, http: requests.Session, flag: str):
    page = http.get(f"{app_server.url}/drug-arrests?{flag}").text
    assert 'aria-label="Chapters"' not in page
    assert "compared with" in page
    assert read(page).canonical == f"{app_server.url}/drug-arrests"


@settings(max_examples=examples(40))
@given(query=st.text(max_size=60) | st.sampled_from(["current=2021-01-01..2021-99-01", "a=b&" * 3000, "texts=a|b"]))
def test_any_query_is_answered_with_a_page(app_server: Server, http: requests.Session, query: str):
    answer = http.get(f"{app_server.url}/drug-arrests", params=query)
    assert answer.status_code in (200, 431) or len(query) > 8000
    if answer.status_code == 200:
        assert read(answer.text).headings[0] == BY_SLUG["drug-arrests"].title


def test_a_name_of_a_server_that_is_none_is_never_repeated(app_server: Server, http: requests.Session):
    answer = http.get(app_server.url, headers={"Host": '"><script>alert(1)</script>'})
    assert "alert(1)" not in answer.text


@pytest.mark.slow
@BY_PAGE
def test_figures_are_drawn_into_the_page_but_for_those_too_big(chapter: Chapter):
    shown = lead_figure(chapter)
    if shown is None:
        return
    made = first_paint._picture(shown, chapter.usual, "/")
    if chapter.slug == "where-things-changed":
        assert "<svg" not in made
        assert 'width="702" height="' in made
        return
    assert made.count("<svg") == 2
    assert len(made) < first_paint.MOST_INLINE
    picture, dark = themed_svg(shown.figure, chapter.usual, shown.claim, 702, "wide")
    assert dark
    assert all(f"var(--c{color[1:]},{color})" in picture for color in dark)


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As many pages are being made as may wait."""
    gate, shelf = threading.Event(), Shelf(most_bytes=0, most_waiting=1, hands=1)

    def wait() -> bytes:
        gate.wait(30)
        return b""

    held = shelf.ask("held", wait)
    monkeypatch.setattr(first_paint, "TEXTS", shelf)
    yield
    gate.set()
    held.result(10)


@pytest.mark.usefixtures("busy")
def test_a_reader_never_waits_behind_many_pages_that_are_being_made():
    chapter = BY_SLUG["drug-arrests"]
    # In a thread of its own: a browser's test before this one may have left an event loop running here.
    with ThreadPoolExecutor(1) as elsewhere:
        paint = elsewhere.submit(asyncio.run, first_paint.paint(chapter, "", "http://here/", "/")).result(30)
    found = read(f'<div id="root">{paint.body}</div>')
    assert found.headings == [chapter.title]
    assert [label for _, label in found.links] == 2 * [each.short for each in BY_SLUG.values()]  # for two widths
    assert not any(letter.isdigit() for letter in found.text.replace(chapter.title, "").replace("911", ""))
