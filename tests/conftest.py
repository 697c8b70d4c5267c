"""Fixtures for every test: the app as a reader meets it, in a process of its own."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

import lib  # noqa: F401 - says how numpy is to work, before a test imports it
from bench.server import Server

LONG = ("test_pages.py", "test_archive.py", "test_load_calls.py", "test_access.py", "test_levers.py", "test_hostile.py")
"""Browser tests that take minutes: at the end no process should be alone with one of them."""

# A busy machine is no failure; and where a change is judged, the same examples are tried each time.
settings.register_profile("story", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("story")


def pytest_configure(config: pytest.Config) -> None:
    """Said here and not in pyproject.toml: there it would import numpy before ``lib`` has said how it is to work."""
    config.addinivalue_line("filterwarnings", "error::pandas.errors.PerformanceWarning")


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors, four at most: tests with a server or a browser spend half their time waiting."""
    return min(4, (os.cpu_count() or 1) + 1)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last, as Playwright keeps an event loop running from then on; of them the longest files first."""

    def place(item: pytest.Item) -> int:
        if not item.get_closest_marker("browser"):
            return -1
        return LONG.index(item.path.name) if item.path.name in LONG else len(LONG)

    items.sort(key=place)


@pytest.fixture(scope="session")
def app_server() -> Iterator[Server]:
    """The real app, started once as `streamlit run app.py` on a free port; `.url`, `.port`, `.log()`."""
    with Server() as server:
        yield server
