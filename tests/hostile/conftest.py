"""One worker behind nginx, watched, for all that is done to it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench import site
from bench.reruns import settle
from bench.server import ROOT, Server
from bench.site import find_nginx


class Watched(site.Worker):
    """A worker that tells how long it held readers up."""

    def command(self, script: Path) -> list[str]:
        """What is started."""
        return [part.replace("app:app", "tests.hostile.watched:app") for part in super().command(script)]


@dataclass
class Site:
    """nginx and the worker behind it."""

    front: site.Front
    worker: Server


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Without nginx the test is skipped, or fails where CI=true."""
    nginx = find_nginx()
    if nginx is None:
        reason = "NO NGINX: install one, or run `make test` as root on Debian or Ubuntu"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    env = {"HOME": str(site.DEPLOY / "home"), "PYTHONPATH": str(ROOT), "ALLOW_REFRESH": "", "WARM_UP": "1"}
    with Watched(env=env, patience=180) as worker:
        settle(worker)  # until then the garbage collector looks at all that was imported, which is a long step
        front = site.Front(nginx, tmp_path_factory.mktemp("front"), [worker.port])
        try:
            yield Site(front, worker)
        finally:
            front.close()


# By their processor time all of them take two quiet cores some two minutes: a page in Chromium costs two seconds, a run
# over the websocket a tenth of one, a request a hundredth.
SHARE = 1.0 if os.environ.get("CI") == "true" else 0.05


def sized(number: int) -> int:
    """All trials where a change is judged, fewer while one is made."""
    return max(1, round(number * SHARE))
