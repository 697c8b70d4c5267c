"""Replacing the tables: the old set or the new one, whatever happens in between."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lib.ingest.build import build, derive
from lib.tables.errors import DataError
from lib.tables.folder import MANIFEST
from lib.tables.manifest import data_version
from lib.tables.store import open_tables
from lib.tables.verify import verify
from lib.tables.write import NewTable, claimed, write_tables
from tests.conftest_data import ROOT, contents, silent, write_raw

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def other_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Input files of other crime records."""
    return write_raw(tmp_path_factory.mktemp("other") / "raw", seed=2)


@pytest.fixture(scope="session")
def other_built(other_raw: Path) -> Path:
    build(other_raw, other_raw.parent / "data", silent)
    return other_raw.parent / "data"


def test_a_new_build_replaces_the_old_files(folder: Path, other_raw: Path, other_built: Path):
    assert contents(folder) != contents(other_built)
    build(other_raw, folder, silent)
    assert contents(folder) == contents(other_built)


def test_left_over_files_are_swept_and_others_are_kept(folder: Path, small_raw: Path, built: Path):
    for name in ("tables/crime_city_daily-00000000.parquet", "tables/x.parquet.new"):
        (folder / name).write_bytes(b"half")
    (folder / "story").mkdir()
    (folder / "story" / "own.toml").write_text("")
    build(small_raw, folder, silent)
    assert contents(folder) == {**contents(built), "story/own.toml": b""}


def test_a_damaged_table_is_mended_by_a_build(folder: Path, small_raw: Path, built: Path):
    open_tables(folder).path("population").write_bytes(b"damaged")
    build(small_raw, folder, silent)
    assert contents(folder) == contents(built)


def test_killed_at_every_step_it_leaves_the_old_or_the_new_set(
    built: Path, other_raw: Path, other_built: Path, tmp_path: Path
):
    command = [sys.executable, "-m", "tests.tables.interrupted", str(built), str(other_raw), str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    old, new = (data_version((folder / MANIFEST).read_bytes()) for folder in (built, other_built))
    assert all(step["problems"] == [] for step in steps)
    assert [step["killed"] for step in steps] == [True] * (len(steps) - 1) + [False]
    left = [step["version"] for step in steps]
    swap = left.index(new)
    assert left == [old] * swap + [new] * (len(left) - swap)
    # Two tables are new. Before the swap: sync and rename each, sync the manifest and the folder, rename.
    # After it: sync the folder, sweep the two old ones.
    assert swap == 7
    assert len(left) - swap == 4


def test_tables_that_dont_verify_are_not_made_current(folder: Path, small_raw: Path):
    before = contents(folder)
    (first, *rest), checked = derive(small_raw, folder, silent)
    assert isinstance(first, NewTable)
    spoiled = replace(first, frame=first.frame.iloc[1:])
    why = "don't pass their own checks: crime_area_daily: .* add up to"
    with claimed(folder) as claim, pytest.raises(DataError, match=why):
        write_tables(claim, [spoiled, *rest], checked)
    assert contents(folder) == before


def test_a_second_build_says_so_and_stops(folder: Path, small_raw: Path):
    before = contents(folder)
    script = (
        "import sys; from pathlib import Path; from lib.tables.write import claimed\n"
        "with claimed(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DataError, match="Another command is writing to"):
            build(small_raw, folder, silent)
        assert contents(folder) == before
        holder.kill()
    build(small_raw, folder, silent)
    assert contents(folder) == before


@pytest.fixture
def open_folder(built: Path) -> Iterator[Path]:
    """A copy of the tables where another user may look but not write."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755)
    folder = Path(shutil.copytree(built, top / "data"))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in (folder, folder / "tables"):
        path.chmod(0o755)
    shutil.rmtree(top)


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Gives up root's right to write anywhere, where the tests are run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_a_folder_that_may_not_be_written_says_so(open_folder: Path, other_raw: Path, request: pytest.FixtureRequest):
    before = contents(open_folder)
    tables, checked = derive(other_raw, open_folder, silent)
    request.getfixturevalue("as_nobody")
    with (
        claimed(open_folder) as claim,
        pytest.raises(DataError, match=r"can't be written to .*Permission denied.* unchanged"),
    ):
        write_tables(claim, tables, checked)
    with pytest.raises(DataError, match="can't be written to"), claimed(open_folder / "new"):
        pass
    assert contents(open_folder) == before


def test_a_disk_that_fills_up_leaves_the_old_set(folder: Path, other_raw: Path):
    before = contents(folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The crime tables are larger than this, the manifest before them is not written at all.
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
    try:
        with pytest.raises(DataError, match=r"can't be written to .*unchanged"):
            build(other_raw, folder, silent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert contents(folder) == before
    assert verify(folder) == []
