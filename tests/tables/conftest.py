"""A small set of tables, built once, and copies of it to spoil."""

import shutil
from pathlib import Path

import pytest

from lib.ingest.build import build
from tests.conftest_data import silent, write_raw


@pytest.fixture(scope="session")
def small_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of made-up input files. Not to be changed."""
    return write_raw(tmp_path_factory.mktemp("small") / "raw")


@pytest.fixture(scope="session")
def built(small_raw: Path) -> Path:
    """The tables built from them. Not to be changed."""
    build(small_raw, small_raw.parent / "data", silent)
    return small_raw.parent / "data"


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of those tables."""
    return Path(shutil.copytree(built, tmp_path / "data"))
