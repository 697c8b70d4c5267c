"""What strangers will try: whatever one sends, the others are served, and nobody is shown or written an error."""

import http.client
import json
import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Dialog, Error, sync_playwright
from websockets.exceptions import ConnectionClosed

from bench.chromium import LAUNCH_ARGS, find_chromium
from bench.client import Session
from bench.memory import resident
from bench.server import HOST
from lib.chapters.chapters import BY_SLUG
from lib.web.shell.message_bounds import MOST_MESSAGE, TOO_BIG
from tests.hostile.addresses import ROUTES, page_path, page_paths, shuffled_names, target
from tests.hostile.conftest import Site, sized
from tests.hostile.values import hostile_runs

STEP = 0.05
"""Seconds that one step may hold everybody up; on a slow machine, a few times the longest of ordinary steps."""
MOST_MEMORY = 900
"""Megabytes of a worker after all of this; docs/deploy.md tells what it is in use."""


SHOWN = "[data-testid=stApp][data-test-script-state=notRunning] h1"


def ask(port: int, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> int:
    """The status of an answer, read to its end."""
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    try:
        connection.putrequest(method, path, skip_host="Host" in (headers or {}))
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (BrokenPipeError, ConnectionResetError):
        return 0  # hung up on, as is right for what is too long
    finally:
        connection.close()


def lag(site: Site) -> tuple[float, str]:
    """The longest step since this was last asked for."""
    connection = http.client.HTTPConnection(HOST, site.worker.port, timeout=60)
    connection.request("GET", "/lag")
    said = json.loads(connection.getresponse().read())
    connection.close()
    return said["seconds"], said["step"]


def ordinary_step(site: Site) -> float:
    """The longest step of what readers do."""
    lag(site)
    for path in ("/", "/methods", "/explore", "/figure/series.csv", "/figure/series", "/api/claims.json"):
        assert ask(site.worker.port, path) == 200
    return lag(site)[0]


def heard_out(session: Session) -> None:
    """Hear what the server says until it hangs up."""
    while True:
        session.connection.recv(timeout=60)


def is_calm(status: int) -> bool:
    """No answer is an error of ours; 501 says that oEmbed is not had in a format."""
    return status < 500 or status == 501


def test_the_longest_addresses_to_every_kind_of_route_take_no_worker_away(hostile_site: Site):
    # Lines of a request may have 8 KB; the key that nginx keeps an answer by holds two of them.
    asked: list[tuple[str, int, dict[str, str]]] = [(route, length, {}) for route in ROUTES for length in (2500, 6000)]
    # All chapters are one route, which draws its page anew for each name of the server: two of them stand for all.
    alike = {f"/{slug}" for slug in list(BY_SLUG)[2:]}
    asked += [(route, 7900, {"Host": "h" * 7900}) for route in ROUTES if route not in alike]

    def status(one: tuple[str, int, dict[str, str]]) -> int:
        route, length, host = one
        return ask(hostile_site.front.port, f"{route}?x={'b' * length}", headers=host)

    # Few at once: a first paint that is drawn anew for each name of the server takes its time.
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(status, asked))
    assert [(one[:2], code) for one, code in zip(asked, found, strict=True) if not is_calm(code)] == []
    assert ask(hostile_site.front.port, "/methods?after=1") == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE"])
def test_bodies_take_no_worker_away(hostile_site: Site, method: str):
    for path in ("/figure/series.csv", "/methods", "/api", "/_stcore/upload_file/a/b", "/_stcore/stream"):
        for size in (10, 1000, 1025, 400_000):
            assert is_calm(ask(hostile_site.front.port, path, method, body=b"x" * size)), (path, size)
    assert ask(hostile_site.front.port, f"/methods?after={method}") == 200


def test_whatever_is_asked_is_answered_calmly_and_holds_nobody_up(hostile_site: Site):
    usual = ordinary_step(hostile_site)
    chance = random.Random("addresses")
    methods = ("GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PATCH")
    asked = [(chance.choice(methods), target(chance)) for _ in range(sized(2000))]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda one: ask(hostile_site.front.port, one[1], one[0]), asked))
    assert [(code, one) for one, code in zip(asked, found, strict=True) if not is_calm(code)] == []
    assert found.count(200) > len(found) // 10
    longest, step = lag(hostile_site)
    assert longest < max(STEP, 3 * usual), step
    assert "Traceback" not in hostile_site.worker.log()


@pytest.mark.parametrize("name", ["in", "area", "texts", "also"])
def test_hundreds_of_names_that_are_near_others_hold_nobody_up(hostile_site: Site, name: str):
    usual = ordinary_step(hostile_site)
    names = shuffled_names(random.Random(name), 5900)
    for path in ("/figure/explore-time.csv", "/explore", "/api/findings.json"):
        assert is_calm(ask(hostile_site.worker.port, f"{path}?{name}={names}"))
    longest, step = lag(hostile_site)
    assert longest < max(STEP, 3 * usual), step


def test_values_that_no_widget_offers_show_and_write_no_error(hostile_site: Site):
    number = max(2, sized(300) // len(BY_SLUG))

    def visit(slug: str) -> list[tuple[str, str]]:
        chance = random.Random(slug)
        _, _, query = page_path(chance).partition("?")
        with Session.connect(hostile_site.worker.port, slug, query) as session:
            assert session.first.errors == []
            bad = [(said, error) for said, run in hostile_runs(session, number, chance) for error in run.errors]
            # Whatever was sent, the page is there for who goes on.
            assert session.rerun({}).errors == []
        return bad

    with ThreadPoolExecutor(2) as pool:
        assert [bad for some in pool.map(visit, BY_SLUG) for bad in some] == []
    assert "Traceback" not in hostile_site.worker.log()


def test_a_page_is_asked_for_with_a_short_message(hostile_site: Site):
    with Session.connected(
        hostile_site.worker.port, "explore", f"in={shuffled_names(random.Random(1), 100_000)}"
    ) as one:
        assert one.rerun({}).errors == []
    with Session.connected(hostile_site.worker.port) as session:
        session.connection.send(b"x" * (MOST_MESSAGE + 1))
        with pytest.raises(ConnectionClosed) as ended:
            heard_out(session)
    assert ended.value.rcvd is not None
    assert ended.value.rcvd.code == TOO_BIG
    assert "Traceback" not in hostile_site.worker.log()


def test_a_worker_keeps_no_more_than_it_may(hostile_site: Site):
    assert resident(hostile_site.worker) / 1e6 < MOST_MEMORY


@pytest.mark.browser
def test_pages_in_chromium_say_calmly_what_they_can_not_use(hostile_site: Site):
    with ThreadPoolExecutor(1) as pool:
        path = pool.submit(find_chromium).result()
    if path is None:
        reason = "NO CHROMIUM: install one, run `make test`, or set CHROMIUM=/path/to/chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    chance = random.Random("pages")
    addresses = page_paths(chance)
    addresses = addresses[: sized(len(addresses))]

    def read(some: list[str]) -> list[str]:
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=path, args=LAUNCH_ARGS)
            page = chromium.new_page()
            wrong: list[str] = []

            def note(dialog: Dialog) -> None:
                wrong.append(f"{page.url}: {dialog.message}")
                dialog.dismiss()

            page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
            page.on("dialog", lambda dialog: note(dialog))
            for address in some:
                try:
                    page.goto(f"{hostile_site.front.url}/{address}", wait_until="commit")
                    page.locator(SHOWN).first.wait_for(timeout=120_000)
                except Error as error:
                    wrong.append(f"{address}: {error}")
                    continue
                if page.locator("[data-testid=stException]").count():
                    wrong.append(f"{address}: an error box")
                if page.locator("a[href*='evil.example'], script[src*='evil.example']").count():
                    wrong.append(f"{address}: a link of a stranger's")
            chromium.close()
            return wrong

    # In a thread of its own: a thread holds one Playwright, and the tests of tests/browser may have it.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(read, addresses).result() == []
    assert "Traceback" not in hostile_site.worker.log()
