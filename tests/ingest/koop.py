"""Koop, a real server of the FeatureServer protocol written by others, over rows that a test made.

Test modules import `koop_fixture` and ask for `koop`: `with koop(rows, fields, page_size=50) as server: server.url`.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "koop"
PATIENCE = 300  # seconds for the installation
START = 60  # seconds until the server must be there


class Koop:
    """One layer served by Node while in its context; `.url` ends in /FeatureServer/0.

    ``fields`` are ArcGIS types (esriFieldType...) by name, one of them the object id's; ``page_size`` the most rows in
    an answer. RuntimeError where the server won't start.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], fields: Mapping[str, str], *, page_size: int = 1000) -> None:
        kinds = {name: kind.removeprefix("esriFieldType").replace("OID", "Integer") for name, kind in fields.items()}
        self._collection = {
            "type": "FeatureCollection",
            "metadata": {
                "name": "911 calls, made up",
                "idField": next(name for name, kind in fields.items() if kind == "esriFieldTypeOID"),
                "maxRecordCount": page_size,
                "fields": [{"name": name, "type": kind} for name, kind in kinds.items()],
            },
            "features": [{"type": "Feature", "properties": dict(row), "geometry": None} for row in rows],
        }
        self._page_size = page_size

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory()
        (Path(self._folder.name) / "calls.geojson").write_text(json.dumps(self._collection))
        log = Path(self._folder.name) / "log"
        settings = {"MAX_RECORD_COUNT": str(self._page_size), "SUPPRESS_NO_CONFIG_WARNING": "1"}
        with log.open("w") as sink:
            self._process = subprocess.Popen(
                ["node", FOLDER / "server.js"],
                cwd=self._folder.name,
                env={**os.environ, **settings},
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        until = time.monotonic() + START
        while not (port := re.search(r"^port (\d+)\n", log.read_text(), re.M)):
            if self._process.poll() is not None or time.monotonic() > until:
                said = log.read_text()[-3000:]
                self.__exit__(None, None, None)
                raise RuntimeError(f"Koop did not start:\n{said}")
            time.sleep(0.02)
        self.url = f"http://127.0.0.1:{port[1]}/file-geojson/rest/services/calls/FeatureServer/0"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


@pytest.fixture(scope="session", name="koop")
def koop_fixture() -> type[Koop]:
    """`Koop`, installed; where it can't be the test is skipped, but fails where CI=true."""
    why = install()
    if why and os.environ.get("CI") == "true":
        pytest.fail(f"CI=true, and {why}")
    if why:
        pytest.skip(why)
    return Koop


def install() -> str | None:
    """Sees to it that what package-lock.json names is in tests/koop/node_modules; or says why it isn't."""
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        return "Koop needs Node and npm, which aren't here"
    wanted = b"".join((FOLDER / name).read_bytes() for name in ("package-lock.json", ".npmrc"))
    installed = FOLDER / "node_modules" / f".installed-{hashlib.sha256(wanted).hexdigest()[:16]}"
    with (FOLDER / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Another run of the tests may be installing it.
        if installed.exists():
            return None
        try:
            subprocess.run(
                [npm, "ci"], cwd=FOLDER, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
                timeout=PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return f"Koop wasn't installed within {PATIENCE} seconds"
        except subprocess.CalledProcessError as error:
            wrong = [line for line in error.stderr.splitlines() if line.startswith("npm error")]
            return f"Koop can't be installed: {', '.join(wrong[:3])}"
        installed.touch()
    return None
