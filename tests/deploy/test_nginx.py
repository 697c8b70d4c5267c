import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
import requests
from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from bench.chromium import LAUNCH_ARGS, find_chromium
from bench.client import Run
from bench.server import HOST, ROOT, free_port
from lib.web.shell.compression import AT_ONCE, FILES, packable
from tests.browser.conftest import wait_ready
from tests.browser.reading import CRIME, sentences
from tests.conftest import SharedServer
from tests.deploy.conftest import Site
from tests.deploy.running import DOCKERFILE, Front, Worker, copied, lands_on, wait_until

MOVED = {"current": "2021-01-01..2021-03-31", "baseline": "2019-01-01..2019-03-31"}
CALLS = "calls-911"


def said(run: Run) -> list[str]:
    """The sentences of a page."""
    elements = [message.delta.new_element for message in run.deltas]
    return [element.markdown.body for element in elements if element.HasField("markdown")]


def session_id(socket: ClientConnection) -> str:
    """Run the page and read which session the worker took it for."""
    socket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
    while True:
        answer = socket.recv(timeout=60)
        assert isinstance(answer, bytes)
        message = ForwardMsg.FromString(answer)
        if message.HasField("new_session"):
            return message.new_session.initialize.session_id


def drain(socket: ClientConnection) -> None:
    """Read until the connection ends."""
    while True:
        socket.recv(timeout=10)


def test_a_page_and_a_download_come_through_as_a_worker_gives_them(site: Site, http: requests.Session):
    for path in (f"/{CRIME}", "/figure/series.csv?measure=robbery&by=month"):
        # A page names its own address, which is the same only where the host is.
        asked = {"Host": urlsplit(site.front.url).netloc}
        direct = http.get(f"http://{HOST}:{site.workers[0].port}{path}", headers=asked)
        answer = http.get(f"{site.front.url}{path}")
        assert answer.status_code == direct.status_code == 200
        assert answer.content == direct.content
        for name in ("content-type", "content-disposition", "cache-control"):
            assert answer.headers.get(name) == direct.headers.get(name)


def test_a_session_moves_a_window(site: Site):
    with site.front.reader(site.slots[0], CRIME) as reader:
        assert reader.first.errors == []
        moved = reader.rerun({"What is counted": "Robbery"})
        assert moved.errors == []
        assert said(moved) != said(reader.first)
        assert reader.query["measure"] == ["robbery"]
        with site.front.reader(site.slots[1], CRIME, {"measure": "robbery"}) as other:
            assert said(other.first) == said(moved)


def test_each_reader_stays_on_one_worker(site: Site):
    for worker, slot in enumerate(site.slots):
        assert {lands_on(site.front, site.workers, slot) for _ in range(3)} == {worker}


def test_readers_without_the_cookie_are_told_apart_by_their_address(site: Site):
    addresses = [f"203.0.113.{number}" for number in range(20)]
    first = [lands_on(site.front, site.workers, address=address) for address in addresses]
    again = [lands_on(site.front, site.workers, "nonsense", address) for address in addresses]
    assert first == again
    assert set(first) == {0, 1}


def test_a_dropped_connection_finds_its_session_again(site: Site):
    with site.front.websocket(site.slots[1]) as socket:
        session = session_id(socket)
    with site.front.websocket(site.slots[1], session) as socket:
        assert session_id(socket) == session
    with site.front.websocket(site.slots[0], session) as socket:
        assert session_id(socket) != session


def test_the_cookie_is_given_before_the_websocket_once_and_names_nobody(site: Site, http: requests.Session):
    given = set()
    for _ in range(40):
        cookies = requests.get(f"{site.front.url}/_stcore/health", timeout=60).cookies
        given.add(cookies["slot"])
    assert all(len(slot) == 2 and int(slot, 16) < 256 for slot in given)
    assert len(given) > 10
    kept = http.get(f"{site.front.url}/_stcore/health", headers={"Cookie": "slot=7f"})
    assert "slot=" not in kept.headers["set-cookie"]
    for path in ("/", "/figure/series.csv"):
        assert "set-cookie" not in http.get(f"{site.front.url}{path}").headers


def test_a_figure_is_asked_of_a_worker_once(site: Site, http: requests.Session):
    address = f"{site.front.url}/figure/series.csv?measure=homicide&by=week"
    first = http.get(address)
    again = http.get(address, headers={"Cookie": "slot=7f; somebody=else"})
    assert [first.headers["x-cache-status"], again.headers["x-cache-status"]] == ["MISS", "HIT"]
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    plain = http.get(address, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content
    assert http.get(f"{address}&current=2021-01-01..2021-01-31").headers["x-cache-status"] == "MISS"


def test_many_same_requests_at_once_are_one_for_the_workers(site: Site):
    address = f"{site.front.url}/figure/series.csv?measure=arson&by=day"
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: requests.get(address, timeout=60), range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    statuses = [answer.headers["x-cache-status"] for answer in answers]
    assert sorted(statuses) == ["HIT"] * 19 + ["MISS"]


def test_the_front_end_is_packed_and_kept(nginx: str, app_server: SharedServer, tmp_path: Path, http: requests.Session):
    """By the server that packs a second time; no page asks for the file."""
    sizes = {name: (FILES / name).stat().st_size for name in packable()}
    front = Front(nginx, tmp_path, [app_server.port])
    bundle = f"{front.url}/{max((size, name) for name, size in sizes.items() if size < 500_000)[1]}"
    try:
        # What was packed in a hurry is not kept, only what was packed well a little later.
        assert http.get(bundle).headers["x-cache-status"] == "MISS"
        wait_until(lambda: http.get(bundle).headers["x-cache-status"] == "HIT", patience=60)
        answer = http.get(bundle)
        assert answer.headers["content-encoding"] == "br"
        assert "x-accel-expires" not in answer.headers
        assert int(answer.headers["content-length"]) < len(brotli.compress(answer.content, quality=AT_ONCE))
        assert "immutable" in answer.headers["cache-control"]
    finally:
        front.close()


def test_what_belongs_to_one_reader_or_to_nobody_is_not_kept(site: Site, http: requests.Session):
    for path in ("/_stcore/health", "/_stcore/host-config"):
        answer = http.get(f"{site.front.url}{path}")
        assert answer.status_code == 200
        assert "x-cache-status" not in answer.headers
    assert http.get(f"{site.front.url}/_stcore/metrics").status_code == 404


def test_nobody_passes_for_a_reader_on_the_machine_itself(site: Site):
    for claimed in ("203.0.113.9", "127.0.0.1, 203.0.113.9"):
        with site.front.reader(site.slots[0], CALLS, address=claimed) as reader:
            assert reader.first.errors == []
            assert "load_calls" not in reader.widgets
            assert any("asks the city’s own server" in text for text in said(reader.first))  # the part is there


def test_nothing_about_readers_is_written_down(site: Site):
    for said_by in (site.workers[0].log(), site.workers[1].log(), site.front.errors.read_text()):
        assert "203.0.113." not in said_by
        assert "GET /" not in said_by


def test_without_any_worker_readers_are_told_to_come_back(
    front_without_workers: Callable[[list[int]], Front], http: requests.Session
):
    front = front_without_workers([free_port(), free_port()])
    for path in ("/", "/figure/series.csv", "/_stcore/health"):
        answer = http.get(f"{front.url}{path}")
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "5"
        assert answer.text.endswith("Reload this page in a few seconds.\n")


def test_a_killed_worker_costs_no_reader_anything(site: Site, http: requests.Session):
    figure = f"{site.front.url}/figure/series.csv?measure=burglary"
    before = http.get(figure).content
    statuses: list[int | str] = []
    stop = threading.Event()

    def keep_asking() -> None:
        with requests.Session() as asking:
            while not stop.is_set():
                number = len(statuses) % 25 + 1
                address = f"{site.front.url}/figure/series.csv?current=2021-01-{number:02}..2021-03-31"
                try:
                    statuses.append(asking.get(address, timeout=60).status_code)
                except requests.RequestException as error:
                    statuses.append(str(error))

    with site.front.reader(site.slots[0], CRIME, MOVED) as reader:
        shown = said(reader.first)
        asking = threading.Thread(target=keep_asking)
        asking.start()
        wait_until(lambda: len(statuses) > 3)
        site.workers[0].kill()
        with pytest.raises(ConnectionClosed):
            drain(reader.connection)
        with site.front.reader(site.slots[0], CRIME, MOVED) as again:
            assert said(again.first) == shown
            assert again.first.errors == []
            assert site.workers[1].readers() >= 1
        seen = len(statuses)
        wait_until(lambda: len(statuses) > seen + 10)
        stop.set()
        asking.join()
    assert set(statuses) == {200}
    assert http.get(figure).content == before
    # Ready again for the next test; it takes its slots back by itself.
    site.workers[0].start()


def test_the_images_are_given_only_what_the_build_may_see():
    seen = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    given = {name.removeprefix("./").split("/")[0] for name in copied(DOCKERFILE)}
    assert given == seen


@pytest.mark.browser
def test_streamlit_reconnects_by_itself_and_the_levers_go_on(running: Site):
    path = find_chromium()
    if path is None:
        reason = "NO CHROMIUM: install one, run `make test`, or set CHROMIUM=/path/to/chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def journey() -> None:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
            reconnect_and_move(running, chromium.new_page())
            chromium.close()

    # In a thread of its own: a thread holds one Playwright, and the tests of tests/browser may have it.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(journey).result()


def reconnect_and_move(site: Site, page: Page) -> None:
    handshakes: list[dict[str, str]] = []
    watch = page.context.new_cdp_session(page)
    watch.send("Network.enable")
    watch.on("Network.webSocketWillSendHandshakeRequest", lambda said: handshakes.append(said["request"]["headers"]))
    # The page is opened while the worker killed above may still be starting: it does not hold anybody up.
    page.goto(f"{site.front.url}/{CRIME}?current={MOVED['current']}&baseline={MOVED['baseline']}", wait_until="commit")
    wait_ready(page)
    shown = sentences(page)
    (slot,) = (cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "slot")
    assert len(slot) == 2
    assert [f"slot={slot}" in handshake.get("Cookie", "") for handshake in handshakes] == [True]
    for worker in site.workers:
        worker.wait()
    held, other = sorted(site.workers, key=Worker.readers, reverse=True)
    assert (held.readers(), other.readers()) == (1, 0)

    held.kill()
    wait_until(lambda: other.readers() == 1)
    wait_ready(page)
    assert sentences(page) == shown
    assert MOVED["current"] in page.url

    page.get_by_role("radio", name="month", exact=True).click()
    page.wait_for_url(lambda url: "by=month" in url, timeout=10_000)
    wait_ready(page)
    assert MOVED["current"] in page.url
    assert MOVED["baseline"] in page.url
    assert shown[0] in sentences(page)
