"""The real server while its records are replaced, and when they are damaged: no answer is half of each."""

import itertools
import json
import re
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path

import pytest
import requests

from bench.server import Server
from lib.story.finding import Finding
from lib.story.records_in_use import open_records
from lib.tables.folder import MANIFEST, bundled_dir, loaded_dir
from lib.tables.manifest import About
from lib.tables.schemas import LOADABLE
from lib.tables.store import open_tables
from lib.tables.write import NewTable, claimed, write_tables
from lib.web.routes import api as api_routes
from tests.story.test_records import another_version, copied_tables
from tests.web.routes_app import client

ASKED = 5
WINDOWS = "current=2021-01-01..2021-03-{:02}&baseline=2020-01-01..2020-03-{:02}"
LACKING = "The police crime records that were loaded can’t be read anew."


def load_times(factor: int) -> str:
    """Crime records that are the bundled ones so many times over, loaded as a whole; gives their version."""
    bundled = open_tables(bundled_dir())
    new = []
    for name in LOADABLE["crime"]:
        about = About(**{item.name: getattr(bundled.entry(name), item.name) for item in fields(About)})
        frame = bundled.frame(name)
        new.append(NewTable(name, frame.assign(count=frame["count"] * factor), about))
    with claimed(loaded_dir("crime")) as claim:
        write_tables(claim, new, [], LOADABLE["crime"])
    return open_records().version


def taken() -> dict[str, bytes]:
    """The files of the loaded crime records, the manifest last."""
    folder = loaded_dir("crime")
    files = {f"tables/{path.name}": path.read_bytes() for path in (folder / "tables").iterdir()}
    return {**files, MANIFEST: (folder / MANIFEST).read_bytes()}


def put(files: Mapping[str, bytes]) -> None:
    """Let them take the place of those there, as a load does: new files, the manifest, then the old files go."""
    folder = loaded_dir("crime")
    for name, content in files.items():
        (folder / f"{name}.new").write_bytes(content)
        (folder / f"{name}.new").replace(folder / name)
    for path in (folder / "tables").iterdir():
        if f"tables/{path.name}" not in files:
            path.unlink()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The story with a data folder of its own, into which crime records were loaded."""
    folder = tmp_path_factory.mktemp("swapped")
    (folder / "loaded").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATA_DIR", str(folder))
        load_times(1)
        with Server(env={"DATA_DIR": str(folder)}, patience=120) as running:
            yield running


@pytest.mark.slow
def test_no_answer_is_half_of_one_set_of_records_and_half_of_another(server: Server) -> None:
    plain = {day: requests.get(_findings(server, day), timeout=60).json()["findings"][0] for day in range(1, 4)}
    versions, sets = {requests.get(f"{server.url}/health", timeout=60).json()["data_version"]: 1}, []
    for factor in (2, 3):
        versions[load_times(factor)] = factor
        sets.append(taken())
    lock, numbers = threading.Lock(), itertools.count()

    def had(address: str) -> requests.Response:
        answer = requests.get(address, timeout=300)
        with lock:  # the others go on asking
            if next(numbers) % 3 == 0:
                put(sets[0])
                sets.reverse()
        return answer

    def ask(number: int) -> list[requests.Response]:
        day = number % 3 + 1
        # A window that nobody has asked for yet, so that it is made, and one that all ask for.
        own = WINDOWS.format(day, day).replace("2020-01-01", f"2020-01-{number + 1:02}")
        addresses = [
            _findings(server, day),
            f"{server.url}/figure/series.json?measure=violent&{own}",
            f"{server.url}/{'figure/change-map' if number else 'violent-and-property-crime'}?{own}",
        ]
        return [had(address) for address in addresses]

    with ThreadPoolExecutor(4) as askers:
        answers = [answer for some in askers.map(ask, range(ASKED)) for answer in some]
    assert [
        (answer.url, answer.status_code, answer.text[:200]) for answer in answers if answer.status_code != 200
    ] == []
    seen = set()
    for answer in answers:
        named = set(re.findall(r"Data version ([0-9a-f]{8})|[?&;]v=([0-9a-f]{8})", answer.text))
        assert len({one or other for one, other in named}) <= 1, answer.url
        if "findings.json" in answer.url:
            said = answer.json()
            seen.add(said["data_version"])
            factor, found = versions[said["data_version"]], said["findings"][0]
            was = plain[int(found["current"]["end"][-2:])]
            for part in ("current", "baseline"):
                assert found[part]["count"] == factor * was[part]["count"]
            assert f"{found['current']['count']:,} victims" in found["sentence"]
        elif "series.json" in answer.url:
            said = answer.json()
            factor = versions[said["data_version"]]
            count = factor * plain[int(said["parameters"]["current"][-2:])]["current"]["count"]
            assert said["rows"][0][-1] % factor == 0
            assert f" {count:,} victims" in said["sentence"]
    assert len(seen) > 1, "nothing was swapped while it was asked"
    assert "Traceback" not in server.log()


def test_a_manifest_damaged_while_running_is_told_by_health_and_in_the_log_alone(server: Server) -> None:
    manifest = loaded_dir("crime") / MANIFEST
    whole = manifest.read_bytes()
    before = requests.get(f"{server.url}/health", timeout=60)
    assert (before.status_code, before.json()["status"]) == (200, "ok")
    manifest.write_bytes(whole[: len(whole) // 2])
    after = requests.get(f"{server.url}/health", timeout=60)
    assert (after.status_code, after.json()["status"], after.json()["lacking"]) == (200, "degraded", [LACKING])
    assert after.json()["data_version"] == before.json()["data_version"]
    assert after.headers["cache-control"] == "no-store"
    found = requests.get(_findings(server, 2), timeout=60)
    assert (found.status_code, found.json()["data_version"]) == (200, before.json()["data_version"])
    assert str(manifest) in server.log()
    assert str(manifest.parent) not in after.text + found.text
    assert "Error" not in after.text
    manifest.write_bytes(whole)
    assert requests.get(f"{server.url}/health", timeout=60).json() == json.loads(before.text)


def test_what_is_asked_of_one_set_is_answered_from_it_though_another_comes_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied_tables(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    asked = open_records().version
    made = api_routes.findings

    def findings(params: Mapping[str, str]) -> list[Finding]:
        another_version(tmp_path)
        return made(params)

    monkeypatch.setattr(api_routes, "findings", findings)
    address = f"/api/findings.json?measure=violent&{WINDOWS.format(5, 5)}"
    assert client().get(address).json()["data_version"] == asked
    assert open_records().version != asked
    assert client().get(address).json()["data_version"] != asked


def _findings(server: Server, day: int) -> str:
    return f"{server.url}/api/findings.json?measure=violent&{WINDOWS.format(day, day)}"
