import gzip
import html
import re
from pathlib import Path

import pytest
import requests

from bench.server import Server
from lib.chapters.chapters import CHAPTERS, Chapter
from lib.web.shell import preload as front_end
from lib.web.shell.index_html import shell_tag
from lib.web.shell.preload import started_later

BY_PAGE = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug or "first")


@BY_PAGE
def test_each_page_is_served_with_its_title_and_the_servers_address(
    app_server: Server, http: requests.Session, chapter: Chapter
):
    for query in ("", "?current=2020-03-13..2021-03-12&measure=%3Cscript%3E"):
        answer = http.get(f"{app_server.url}/{chapter.slug}{query}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.text.count("<title>") == 1
        assert f"<title>{html.escape(chapter.title)}</title>" in answer.text
        assert '<script data-base="/">' in answer.text
        assert answer.text.index("data-base") < answer.text.index('type="module"')
        assert 'id="root"' in answer.text
        assert "script>alert" not in answer.text


@BY_PAGE
@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br, zstd", "identity", "*", ""])
def test_the_shell_arrives_whole_however_it_may_be_packed(
    app_server: Server, http: requests.Session, chapter: Chapter, encoding: str
):
    with http.get(f"{app_server.url}/{chapter.slug}", headers={"Accept-Encoding": encoding}, stream=True) as answer:
        sent = answer.raw.read(decode_content=False)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(sent)
    packed = answer.headers.get("content-encoding")
    assert packed in (None, "gzip")
    text = (gzip.decompress(sent) if packed else sent).decode()
    assert f"<title>{html.escape(chapter.title)}</title>" in text
    assert text.rstrip().endswith("</html>")


@BY_PAGE
def test_a_shell_is_asked_for_again_and_sent_again_only_where_it_has_changed(
    app_server: Server, http: requests.Session, chapter: Chapter
):
    answer = http.get(f"{app_server.url}/{chapter.slug}")
    assert answer.headers["cache-control"] == "no-cache"
    assert "last-modified" not in answer.headers
    tag = answer.headers["etag"]
    again = http.get(f"{app_server.url}/{chapter.slug}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = http.get(f"{app_server.url}/{chapter.slug}?current=2019-01-01..2019-03-01", headers={"If-None-Match": tag})
    assert other.status_code == 200


def test_titles_differ():
    assert len({chapter.title for chapter in CHAPTERS}) == len(CHAPTERS)


NOWHERE = (
    "nowhere", "violent-and-property-crime/deeper", "figure", "%F0%9F%92%A5", "explore/a", "Explore", "EXPLORE",
    ".git/config", "index.html", "static/nothing.js", "%3Cscript%3Ealert(1)%3C/script%3E", "sitemap", "figure/a/b",
)  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
def test_where_there_is_no_page_a_reader_is_told_and_finds_home(app_server: Server, http: requests.Session, path: str):
    answer = http.get(f"{app_server.url}/{path}?measure=robbery")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert 'id="root"' not in answer.text
    assert "script>alert" not in answer.text
    assert html.escape(CHAPTERS[0].title) in answer.text.split("<title>")[1].split("</title>")[0]
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', answer.text)]
    assert links[0] == f"{app_server.url}/"
    assert {f"{app_server.url}/{chapter.slug}" for chapter in CHAPTERS} == set(links)
    head = http.head(f"{app_server.url}/{path}")
    assert (head.status_code, head.content) == (404, b"")
    for kept in ({"Range": "bytes=0-9"}, {"If-None-Match": shell_tag()}):
        assert http.get(f"{app_server.url}/{path}", headers=kept).status_code == 404


def test_a_page_with_a_stroke_at_its_end_is_that_page(app_server: Server, http: requests.Session):
    answer = http.get(f"{app_server.url}/explore/?measure=robbery")
    assert answer.url == f"{app_server.url}/explore?measure=robbery"
    assert answer.status_code == 200


@BY_PAGE
def test_asking_only_for_the_head_is_answered(app_server: Server, http: requests.Session, chapter: Chapter):
    answer = http.head(f"{app_server.url}/{chapter.slug}")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 0
    assert answer.headers["etag"] == http.get(f"{app_server.url}/{chapter.slug}").headers["etag"]


def test_other_files_pass_through_untouched(app_server: Server, http: requests.Session):
    shell = http.get(app_server.url).text
    script = shell.split('<script type="module"', 1)[1].split('src="', 1)[1].split('"', 1)[0].lstrip("./")
    answer = http.get(f"{app_server.url}/{script}")
    assert answer.status_code == 200
    assert "javascript" in answer.headers["content-type"]
    assert "immutable" in answer.headers["cache-control"]
    assert "etag" in answer.headers
    assert "data-base" not in answer.text


@BY_PAGE
def test_the_front_end_waits_for_the_first_frame_and_comes_in_the_order_in_which_it_is_needed(
    app_server: Server, http: requests.Session, chapter: Chapter
):
    page = http.get(f"{app_server.url}/{chapter.slug}").text
    before, *stages = page.split("<template id=")
    assert not re.findall(r'type="module"|modulepreload|rel="stylesheet"', before)
    early = re.findall(r'as="?script"? href="\./([^"]+)"', before)
    core, levers, figures = (stage[: stage.index("</template>")] for stage in stages)
    assert core.index("stylesheet") < core.index('type="module"') < core.index("_stcore/health")
    assert "/TextInput." in levers
    assert "/ArrowVegaLiteChart." in figures
    files = [re.findall(r'(?:src|href)="\./([^"]+)"', stage) for stage in (core, levers, figures)]
    every = [file for stage in files for file in stage]
    assert len(set(every)) == len(every) > 90
    assert len(early) > 2
    assert set(early) <= set(files[0])
    if not chapter.slug:
        assert {http.get(f"{app_server.url}/{file}").status_code for file in every} == {200}


def test_a_shell_that_starts_nothing_is_left_alone():
    assert started_later(b"<html><body></body></html>") == b"<html><body></body></html>"


@pytest.mark.parametrize("manifest", [None, "", "[]", '{"src/index.tsx": {"isEntry": true}}'])
def test_without_streamlits_list_of_files_a_page_starts_as_streamlit_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: str | None
):
    shell = (front_end._STATIC / "index.html").read_bytes()
    assert started_later(shell) != shell
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    monkeypatch.setattr(front_end, "_STATIC", tmp_path)
    _forget()
    try:
        assert started_later(shell) == shell
    finally:
        _forget()


def _forget() -> None:
    for kept in (front_end._manifest, front_end._core, front_end._files):
        kept.cache_clear()
