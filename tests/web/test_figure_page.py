import html
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import uvicorn

from bench.server import free_port
from lib.chapters.chapters import BY_SLUG, CHAPTERS
from lib.chapters.contents import chapter_of
from lib.export.files import KINDS, SHELF
from lib.export.render_options import CANVASES
from lib.figures.citation import facts
from lib.figures.registry import drawing
from lib.story.records_in_use import open_records
from lib.story.view import default_view, read_view
from lib.web.query import MOST_QUERY
from lib.web.routes.figure_page import FigurePageRequest
from tests.export.test_images import FIRST, VIEW
from tests.web.routes_app import APP, ROOT, client

ASKED = "measure=robbery&by=month&current=2020-03-13..2021-03-12&baseline=2019-03-13..2020-03-12"


def fields(page: str) -> dict[str, str]:
    """The readonly fields of a page, by id."""
    return {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea id="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    }


@pytest.mark.parametrize(("figure", "claim"), FIRST)
def test_every_figure_has_a_page_that_says_all_of_it(figure: str, claim: str | None):
    asked = FigurePageRequest(figure, VIEW, claim, ROOT)
    answer = client().get(f"/figure/{figure}?{asked.query()}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert len(answer.content) < 175_000  # the largest has twelve maps' table
    said, page = facts(figure, VIEW, claim, ROOT), html.unescape(answer.text)
    for text in (said.title, said.sentence, said.alt, said.caveat, said.source, said.windows or ""):
        assert text in page
    taken = fields(answer.text)
    assert (taken["link"], taken["citation"], taken["bibtex"], taken["alt"]) == (
        said.address, said.citation, said.bibtex, said.alt,
    )  # fmt: skip
    assert f'title="{html.escape(said.title)}"' in taken["embed"]
    for kind in KINDS:
        assert f'href="{figure}.{kind}' in answer.text
    assert all(f"size={size}" in answer.text for size in (*CANVASES, "column"))


@pytest.mark.parametrize(("figure", "claim"), FIRST)
def test_the_menu_on_a_figure_offers_what_its_page_does(figure: str, claim: str | None):
    asked = FigurePageRequest(figure, VIEW, claim, ROOT)
    page, menu = (client().get(f"/figure/{figure}{ending}?{asked.query()}").text for ending in ("", "/menu"))
    copied = [html.unescape(text) for text in re.findall(r'data-text="([^"]*)"', menu)]
    assert copied == list(fields(page).values())
    files = re.compile(r'<a href="([^"]+)" download>')
    assert files.findall(menu) == files.findall(page) != []


def test_the_link_spells_out_dates_and_data_version_and_gives_the_same_figure():
    link = fields(client().get("/figure/series").text)["link"]
    said = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert {"current", "baseline", "measure", "by", "v"} <= set(said)
    assert said["v"] == open_records().version
    assert drawing("series", read_view(said)[0]) == drawing("series", default_view())
    assert "another version" not in client().get(link).text
    assert "another version" in client().get(f"{link}0").text


def test_a_preview_shows_the_card_and_the_story_keeps_the_windows():
    page = client().get(f"/figure/series?{ASKED}").text
    metas = dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page))
    card = html.unescape(metas["og:image"])
    assert card.startswith(f"{ROOT}figure/series.png?")
    assert "size=card" in card
    assert "measure=robbery" in card
    assert (metas["og:image:width"], metas["og:image:height"]) == ("1200", "630")
    assert metas["twitter:card"] == "summary_large_image"
    canonical = re.search(r'rel="canonical" href="([^"]+)"', page)[1]  # type: ignore[index]
    assert "v=" not in html.unescape(canonical).split("?")[1].split("&")
    story = html.unescape(re.search(r'class="on to"><a href="([^"]+)"', page)[1])  # type: ignore[index]
    assert urlsplit(story).path == "/violent-and-property-crime"
    view, notes = read_view({name: values[0] for name, values in parse_qs(urlsplit(story).query).items()})
    assert notes == ()
    assert view == read_view({name: values[0] for name, values in parse_qs(ASKED).items()})[0]


def test_a_figure_leads_to_a_chapter_that_shows_it():
    assert chapter_of("claims-compared", None) is CHAPTERS[0]
    assert chapter_of("windows-compared", "drug-arrests") is BY_SLUG["drug-arrests"]
    assert chapter_of("windows-compared", "violent") is BY_SLUG["violent-and-property-crime"]
    assert chapter_of("claim-range", "violent") is BY_SLUG["violent-and-property-crime"]
    assert chapter_of("place-series", None) is BY_SLUG["where-things-changed"]
    assert chapter_of("change-map", None) is BY_SLUG["where-things-changed"]


def test_nothing_of_an_address_is_markup_on_a_page():
    attack = '"><script>alert(1)</script>'
    for path in ("/figure/series", "/figure/series/menu", "/embed/series", "/oembed"):
        answer = client().get(path, params={"v": attack, "utm": attack, "url": f"{ROOT}figure/series?x={attack}"})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    answer = client().get("/figure/series", headers={"Host": 'a"><script>'})
    assert 'a"><script>' not in answer.text


def test_other_sites_may_frame_embeds_and_read_files_and_nothing_else():
    page, embed, file = (client().get(path) for path in ("/figure/series", "/embed/series", "/figure/series.csv"))
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    assert "frame-ancestors" not in embed.headers["content-security-policy"]
    for answer in (page, embed, file):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "unsafe-eval" not in answer.headers.get("content-security-policy", "")
    assert "sandbox" in client().get("/figure/series.svg").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/figure/series", "/figure/series.csv", "/embed/series", "/api", "/api/claims.json"])
def test_an_answer_that_is_known_is_not_sent_again(path: str):
    first = client().get(path)
    tag = first.headers["etag"]
    assert "max-age" in first.headers["cache-control"]
    again = client().get(path, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    head = client().head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)
    assert client().get(f"{path}?measure=robbery").headers["etag"] != tag or "series" not in path


def test_scripts_and_fonts_of_embeds_are_kept_for_good_and_only_in_this_version():
    page = client().get("/embed/series").text
    parts = re.findall(r"\.\./((?:script|font)/[\w.-]+)", page)
    assert len(parts) == 4
    for part in parts:
        answer = client().get(f"/{part}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        other = re.sub(r"-[0-9a-f]{8}\.", "-00000000.", part)
        assert client().get(f"/{other}").status_code == 404


def test_an_address_that_is_too_long_is_refused():
    answer = client().get(f"/figure/series?x={'y' * MOST_QUERY}")
    assert answer.status_code == 414


@pytest.mark.parametrize(
    "path", ["/figure/nothing", "/embed/nothing", "/figure/series.exe", "/script/vega-0.js", "/font/x-0.woff"]
)
def test_what_there_is_not_is_said(path: str):
    answer = client().get(path)
    assert answer.status_code == 404
    assert answer.text.strip().endswith(".")


def test_the_same_picture_asked_for_by_200_readers_at_once_is_drawn_once():
    server = uvicorn.Server(uvicorn.Config(APP, port=free_port(), log_level="warning", lifespan="off"))
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        address = f"http://127.0.0.1:{server.config.port}/figure/series.png?current=2020-05-05..2020-06-06"
        made = SHELF.made
        with ThreadPoolExecutor(200) as readers:
            answers = list(readers.map(lambda _: requests.get(address, timeout=60), range(200)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1
        assert SHELF.made == made + 1
    finally:
        server.should_exit = True
        thread.join()
