"""Story files to spoil, and a cache that does not outlive a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.story.load import load_story
from lib.tables.folder import bundled_dir


@pytest.fixture
def story_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder for story files that take the place of the bundled ones."""
    folder = tmp_path / "story"
    folder.mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    load_story.cache_clear()
    yield folder
    load_story.cache_clear()


@pytest.fixture
def bundled() -> Path:
    """The folder of the bundled story files."""
    return bundled_dir() / "story"
