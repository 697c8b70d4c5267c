"""Records while their tables are replaced, damaged and mended under a running process."""

import shutil
from pathlib import Path

import pytest

from lib.story import records_in_use
from lib.story.load import load_story
from lib.story.records_in_use import health, hold_records, open_records, records_of
from lib.tables.errors import DataError
from lib.tables.folder import bundled_dir

DAMAGE = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:100]),
    "of another kind": lambda path: path.write_bytes(b"\x00\xff" * 50),
    "gone": lambda path: path.unlink(),
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundled tables, for the process to read."""
    copied_tables(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def copied_tables(folder: Path) -> None:
    shutil.copytree(bundled_dir() / "tables", folder / "tables", dirs_exist_ok=True)
    shutil.copy(bundled_dir() / "manifest.json", folder / "manifest.json")


def another_version(folder: Path) -> None:
    """The same tables under a manifest of other bytes, and so of another version."""
    manifest = folder / "manifest.json"
    fresh = folder / "manifest.json.new"
    fresh.write_bytes(manifest.read_bytes() + b"\n")
    fresh.replace(manifest)


def violent() -> int:
    line = open_records().line(load_story().measures["violent"])
    return int(line.sums[-1])


@pytest.mark.parametrize("how", DAMAGE)
def test_a_manifest_damaged_while_running_does_not_drop_what_is_in_memory(data: Path, how: str) -> None:
    opened, count = open_records(), violent()
    assert health().lacking == ()
    DAMAGE[how](data / "manifest.json")
    assert open_records() is opened
    assert violent() == count
    found = health()
    assert found.version == opened.version
    assert found.lacking == ("The tables of the story can’t be read anew.",)
    assert str(data) in found.problems[0]
    assert str(data) not in " ".join(found.lacking)
    copied_tables(data)
    assert open_records().version == opened.version
    assert health().lacking == ()


def test_a_damaged_table_does_not_take_the_place_of_a_good_one(data: Path) -> None:
    opened = open_records()
    for path in (data / "tables").iterdir():
        path.write_bytes(path.read_bytes()[:-1])
    another_version(data)
    assert open_records() is opened
    assert health().lacking
    assert violent() > 0


def test_tables_swept_away_are_still_read_from_by_who_holds_them(data: Path) -> None:
    opened = open_records()
    with hold_records():
        shutil.rmtree(data / "tables")
        another_version(data)
        assert violent() > 0
        assert open_records() is opened


def test_without_any_records_the_error_names_the_file_and_what_readers_are_told_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_text("{")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with pytest.raises(DataError) as caught:
        open_records()
    assert str(tmp_path) in str(caught.value)
    assert str(tmp_path) not in caught.value.told
    assert "Error" not in caught.value.told
    assert health().version is None
    copied_tables(tmp_path)
    assert open_records().version == health().version


def test_files_that_are_mended_without_a_new_manifest_are_found_in_time(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records_in_use, "AGAIN", 0.0)
    shutil.move(data / "tables", data / "away")
    with pytest.raises(DataError):
        open_records()
    shutil.move(data / "away", data / "tables")
    assert open_records().version == health().version


def test_parts_of_the_version_before_are_still_had(data: Path) -> None:
    before = open_records()
    another_version(data)
    now = open_records()
    assert now.version != before.version
    assert records_of(before.version) is before
    assert records_of(now.version) is now
    assert records_of("unheard") is now
