"""Fixtures for every test: the app as a reader meets it, in a process of its own."""

import fcntl
import gc
import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from hypothesis import settings

import lib  # noqa: F401 - says how numpy is to work, before a test imports it
from bench.server import HOST, Server
from lib.tables.folder import MANIFEST, bundled_dir
from lib.tables.store import TABLES
from tests.examples import FULL, examples

LONG = (
    *("test_pages.py", "test_first_paint.py", "test_access.py", "test_map.py", "test_load_calls.py", "test_levers.py"),
    *("test_hostile.py", "test_stage.py", "test_base_path.py", "test_print.py"),
)
"""Browser tests that take minutes: at the end no process should be alone with one of them."""

SHARED = "STORY_TESTS"
"""The variable that names the folder which the processes of a run share."""

# A busy machine is no failure; and where a change is judged, the same examples are tried each time.
settings.register_profile("story", deadline=None, derandomize=FULL, max_examples=examples(100))
settings.load_profile("story")


def pytest_configure(config: pytest.Config) -> None:
    """Said here and not in pyproject.toml: there it would import numpy before ``lib`` has said how it is to work."""
    config.addinivalue_line("filterwarnings", "error::pandas.errors.PerformanceWarning")
    os.environ["WARM_UP"] = "0"  # only the server of all tests is asked for so much that it pays
    if not hasattr(config, "workerinput"):
        os.environ[SHARED] = tempfile.mkdtemp(prefix="story-tests-")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as processors, four at most; twice as many with a browser, for which tests wait half their time."""
    processors = os.cpu_count() or 1
    return min(4, processors if "not browser" in config.option.markexpr else 2 * processors)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last, as Playwright keeps an event loop running from then on; of them the longest files first."""

    def place(item: pytest.Item) -> int:
        if not item.get_closest_marker("browser"):
            return -1
        return LONG.index(item.path.name) if item.path.name in LONG else len(LONG)

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """All that was imported stays: a collector that looks through it every few seconds takes a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(7000, 10, 50)


@dataclass(frozen=True)
class SharedServer:
    """The app as one process of tests started it for all of them."""

    port: int
    group: int
    log_file: str

    @property
    def url(self) -> str:
        """Its first page."""
        return f"http://{HOST}:{self.port}"

    @property
    def process(self) -> psutil.Process:
        """Its process."""
        return psutil.Process(self.group)

    def log(self) -> str:
        """What it has printed so far."""
        return Path(self.log_file).read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="session")
def app_server() -> SharedServer:
    """The real app, started once as `streamlit run app.py` on a free port, for all processes of the run."""
    folder = Path(os.environ[SHARED])
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        about = folder / "server.json"
        if not about.exists():
            log = folder / "log"
            started = Server(log=log, patience=120, env={"WARM_UP": "1"})
            about.write_text(json.dumps([started.port, started.process.pid, str(log)]))
        return SharedServer(*json.loads(about.read_text()))


@pytest.fixture(scope="session", autouse=True)
def no_wait_for_the_disk() -> Iterator[None]:
    """What is written here need not outlast a power cut; that it is synced, and when, test_write looks at elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def data_without_calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the data that comes with the project, which lacks 911 calls by day even once they are bundled."""
    folder = tmp_path_factory.mktemp("without-calls")
    shutil.copy(bundled_dir() / MANIFEST, folder)
    shutil.copytree(bundled_dir() / TABLES, folder / TABLES)
    return folder


@pytest.fixture
def without_calls(data_without_calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test counts from, in this process: no 911 calls by day, whether or not they are bundled or loaded."""
    monkeypatch.setenv("DATA_DIR", str(data_without_calls))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the shared server with the process that began the run, when all others have ended."""
    if hasattr(config, "workerinput"):
        return
    folder = Path(os.environ.pop(SHARED))
    about = folder / "server.json"
    if about.exists():
        with suppress(ProcessLookupError):
            os.killpg(SharedServer(*json.loads(about.read_text())).group, signal.SIGTERM)
    shutil.rmtree(folder, ignore_errors=True)
