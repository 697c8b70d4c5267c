"""Streamlit's scripts and styles on their way to a browser."""

import re
import time
from urllib.parse import urlsplit

import brotli
import pytest
import requests
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bench.server import Server
from lib.web.shell.compression import AT_ONCE, FILES, Packed, packable


def test_scripts_and_styles_come_packed_and_whole(app_server: Server):
    shell = requests.get(app_server.url, timeout=30).text
    files = sorted(set(re.findall(r"static/(?:js|css)/[\w.-]+\.(?:js|css)", shell)))
    assert {file.rsplit(".", 1)[1] for file in files} == {"js", "css"}
    for file in files[:4]:
        url = f"{app_server.url}/{file}"
        packed = requests.get(url, headers={"Accept-Encoding": "gzip"}, timeout=30)
        smaller = requests.get(url, headers={"Accept-Encoding": "gzip, br;q=0.9"}, timeout=30)
        plain = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=30)
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert smaller.headers["content-encoding"] == "br"
        assert packed.content == smaller.content == plain.content
        assert packed.headers["content-type"] == plain.headers["content-type"]
        assert _length(smaller) < _length(packed) < _length(plain)
        known = requests.get(url, headers={"If-None-Match": packed.headers["etag"]}, timeout=30)
        assert (known.status_code, known.content) == (304, b"")


def test_what_was_packed_in_a_hurry_comes_smaller_later_and_whole(app_server: Server):
    shell = requests.get(app_server.url, timeout=30).text
    url = f"{app_server.url}/{re.findall(r'static/js/index[.][^.]+[.]js', shell)[0]}"

    def asked() -> requests.Response:
        return requests.get(url, headers={"Accept-Encoding": "br"}, timeout=30)

    whole = requests.get(url, headers={"Accept-Encoding": "identity"}, timeout=30).content
    hurried = len(brotli.compress(whole, quality=AT_ONCE))
    end = time.monotonic() + 60
    while _length(answer := asked()) >= hurried:
        assert time.monotonic() < end, "It never came smaller."
        time.sleep(0.2)
    assert answer.content == whole


def _length(answer: requests.Response) -> int:
    return int(answer.headers["content-length"])


def test_a_file_that_there_is_not_is_not_packed(app_server: Server):
    answer = requests.get(f"{app_server.url}/static/js/none-such.js", timeout=30)
    assert answer.status_code == 404 or answer.headers["content-type"].startswith("text/html")


def counting_app() -> tuple[Packed, list[str]]:
    """The middleware before an app that counts what reaches it, and answers anything as Streamlit's files do."""
    reached: list[str] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(f"{scope['method']} {scope['path']}")
        await Response("plain", headers={"ETag": "x"})(scope, receive, send)

    return Packed(answer, "/story"), reached


@pytest.mark.parametrize("spelled", ["./", "././", "js/../", "/", "%2e/", "x/static/"])
def test_a_file_is_packed_at_its_own_address_alone(spelled: str):
    """Else each spelling of its path would be kept, a megabyte each."""
    packed, _ = counting_app()
    client = TestClient(packed)
    file = min((name for name in packable() if name.endswith(".js")), key=lambda name: (FILES / name).stat().st_size)
    asked = {"Accept-Encoding": "br"}
    for _ in range(3):
        assert client.get(f"/story/{file}", headers=asked).headers["content-encoding"] == "br"
        plain = client.get(f"/story/{file.replace('static/', f'static/{spelled}', 1)}", headers=asked)
        if "content-encoding" in plain.headers:  # a client may tidy an address before it asks
            assert urlsplit(str(plain.url)).path == f"/story/{file}"
    assert "content-encoding" not in client.get(f"/{file}", headers=asked).headers
    assert set(packed._kept) == {("br", file)}


def test_a_file_is_packed_once_and_asked_for_without_its_body():
    packed, reached = counting_app()
    names = sorted(packable(), key=lambda name: (FILES / name).stat().st_size)[:20]
    client = TestClient(packed)
    for _ in range(2):
        for name in names:
            answer = client.get(f"/story/{name}", headers={"Accept-Encoding": "gzip"})
            assert answer.content == (FILES / name).read_bytes()
    assert len(packed._kept) == len(names)
    assert {line.split()[0] for line in reached} == {"HEAD"}
