"""Two workers behind nginx, once for all tests of this folder."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from bench.site import find_nginx
from tests.deploy.running import Front, Worker, lands_on, lay_out


@dataclass
class Site:
    """nginx and the workers behind it; ``slots`` holds one slot for each worker, in their order."""

    front: Front
    workers: tuple[Worker, Worker]
    slots: tuple[str, str]


@pytest.fixture(scope="session")
def nginx() -> str:
    """The path of a real nginx; without one the test is skipped, or fails where CI=true."""
    path = find_nginx()
    if path is None:
        reason = "NO NGINX: install one, or run `make test` as root on Debian or Ubuntu"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def running(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """nginx before two workers that run from what the image is given."""
    folder = tmp_path_factory.mktemp("deploy")
    (folder / "app").mkdir()
    lay_out(folder / "app")
    workers = (Worker(folder / "app"), Worker(folder / "app"))
    # As behind a content-delivery network: readers come from where it says.
    front = Front(
        nginx,
        folder,
        [worker.port for worker in workers],
        site="set_real_ip_from 127.0.0.1;\nreal_ip_header X-Forwarded-For;\n",
    )
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.wait()
        yield Site(front, workers, _slots(front, workers))
    finally:
        for worker in workers:
            worker.kill()
        front.close()


@pytest.fixture
def site(running: Site) -> Site:
    """The site with both workers ready, whatever the test before did to them."""
    for worker in running.workers:
        worker.wait()
    return running


@pytest.fixture(scope="session")
def http() -> Iterator[requests.Session]:
    """Sends requests straight to where they are addressed."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def front_without_workers(nginx: str, tmp_path: Path) -> Iterator[Callable[[list[int]], Front]]:
    """Starts an nginx before ports where nobody listens."""
    started: list[Front] = []

    def start(ports: list[int]) -> Front:
        started.append(Front(nginx, tmp_path, ports))
        return started[-1]

    yield start
    for front in started:
        front.close()


def _slots(front: Front, workers: tuple[Worker, Worker]) -> tuple[str, str]:
    """A slot of each worker."""
    found: dict[int, str] = {}
    for number in range(256):
        slot = f"{number:02x}"
        found.setdefault(lands_on(front, workers, slot), slot)
        if len(found) == 2:
            return found[0], found[1]
    raise AssertionError("All slots belong to one worker.")
