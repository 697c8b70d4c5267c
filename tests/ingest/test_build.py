"""The build as a whole: the same inputs give the same bytes, and a wrong input changes nothing."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from lib.cli import main
from lib.errors import StoryError
from lib.ingest.build import build
from lib.ingest.sources import (
    arrests,
    boundaries,
    covid,
    crime,
    ground,
    key_dates,
    peers,
    peers_later,
    population,
    yearly_calls,
)
from lib.ingest.sources.raw import SourceError
from lib.tables.folder import MANIFEST, bundled_dir
from lib.tables.manifest import Manifest
from lib.tables.schemas import ARREST_CODE_BOOK, BUNDLED, SCHEMAS
from lib.tables.store import open_tables
from lib.tables.verify import verify
from tests.conftest_data import PERSONAL, ROOT, contents, read_text, silent, timeline_days, write_raw, write_text

pytestmark = pytest.mark.slow

REAL_RAW = Path(os.environ.get("RAW_DIR") or ROOT.parent / "shared" / "raw")

SCRIPT = """
import sys
from pathlib import Path
from lib.ingest.build import build
build(Path(sys.argv[1]), Path(sys.argv[2]), lambda line: print(line, flush=True))
"""

INPUTS = sorted(
    [
        crime.FILE,
        arrests.FILE,
        peers.FILE,
        peers_later.MONTHLY_FILE,
        peers_later.SCORECARD_FILE,
        yearly_calls.FILE,
        *population.FILES.values(),
        *boundaries.FILES.values(),
        *ground.FILES.values(),
        covid.MOBILITY_FILE,
        covid.STRINGENCY_FILE,
        covid.CASES_FILE,
        covid.DEATHS_FILE,
        key_dates.FILE,
        key_dates.POLICY_FILE,
    ]
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``raw``, made-up input files, and ``data``, tables built from others so that a change would show."""
    where = tmp_path_factory.mktemp("made")
    write_raw(where / "raw")
    build(write_raw(where / "old", seed=2), where / "data", silent)
    return where


@dataclass(frozen=True)
class Built:
    """Tables built from the made-up input files, and what was said meanwhile."""

    folder: Path
    said: list[str]
    manifest: Manifest


@pytest.fixture(scope="module")
def built(made: Path) -> Built:
    """One build for all tests that only look at what it gives."""
    said: list[str] = []
    manifest = build(made / "raw", made / "built", said.append)
    return Built(made / "built", said, manifest)


@pytest.fixture
def raw(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "raw", tmp_path / "raw"))


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "data", tmp_path / "data"))


def edit(raw: Path, file: str, old: str, new: str) -> None:
    text = read_text(raw, file)
    assert old in text
    write_text(raw, file, text.replace(old, new, 1))


def test_the_same_inputs_give_the_same_bytes(raw: Path, built: Built, tmp_path: Path):
    # Another process, with other hashes of text and hence other orders of sets.
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", SCRIPT, str(raw), str(tmp_path / "two")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    assert contents(built.folder) == contents(tmp_path / "two")


def test_each_step_is_announced_and_every_input_is_named(built: Built):
    steps = [line.split(":")[0] for line in built.said if not line.startswith(" ")]
    assert steps[:9] == [
        "timeline",
        "boundaries",
        "crime",
        "arrests",
        "population",
        "peers",
        "specifications",
        "911 calls",
        "pandemic",
    ]
    inputs = {item.file for entry in built.manifest.tables.values() for item in entry.inputs}
    assert sorted(inputs | {item.file for item in built.manifest.checked}) == INPUTS
    assert str(built.folder.parent) not in (built.folder / MANIFEST).read_text()


@pytest.mark.parametrize("file", INPUTS)
def test_a_missing_input_is_named_and_nothing_changes(raw: Path, folder: Path, file):
    before = contents(folder)
    (raw / file).unlink()
    with pytest.raises(SourceError, match=f"The input file {file} isn't in"):
        build(raw, folder, silent)
    assert contents(folder) == before


@pytest.mark.filterwarnings("ignore:Non closed ring", "ignore:Unsupported geometry")  # the reader's own, of these
@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        (crime.FILE, "category", "kind", "lacks the column category"),
        (crime.FILE, "2016-12-31", "2016-12-32", r"line \d+, column date: '2016-12-32' isn't a date"),
        (crime.FILE, ",RAPE,", ",RAP,", r"line \d+, column category: 'RAP' is not a known value"),
        (crime.FILE, "PLACE 001", "PLACE 999", r"line \d+, column neighborhood: 'PLACE 999'"),
        (arrests.FILE, "ChargeDescription", "Charge2", "lacks the column ChargeDescription"),
        (arrests.FILE, "2019-08-", "2019-18-", r"line \d+, column ArrestDate: '2019-18-\d+' isn't a date"),
        (arrests.FILE, ",W,", ",X,", r"line \d+, column Race: 'X' is not a known value"),
        (arrests.FILE, "Place 001", "Place 999", r"line \d+, column Neighborhood: 'Place 999'"),
        (peers.FILE, "2018-03-01", "2018-03-00", "line 6, column date"),
        (
            yearly_calls.FILE,
            "narcotics,2018,areas 01",
            "narcotics,2018,areas 00",
            "line 3, column area: there is already",
        ),
        (population.FILES[2020], "Place 003,100", "Place 003,1e", "line 7, column Population"),
        (covid.STRINGENCY_FILE, "2020-03-05,4", "2020-03-05,four", "line 6, column stringency_index"),
        (covid.STRINGENCY_FILE, "2020-03-05,4", "2020-03-05,400", "stringency holds 400.0, beyond 100"),
        (boundaries.FILES["districts"], '{"type"', "", "police_districts.geojson.gz can't be read as a map"),
        (boundaries.FILES["neighborhoods"], "Place 007", "Place 008", "names one twice"),
        (boundaries.FILES["city"], "[-76.7", "[-976.7", "baltimore_city.geojson.gz can't be read as a map"),
        (ground.FILES["water"], "Polygon", "Poligon", "water"),
        (peers_later.MONTHLY_FILE, '2019,2,"Baltimore,MD",5', '2019,2,"Baltimore,MD",500', "isn't within"),
        (peers_later.MONTHLY_FILE, '2019,2,"Baltimore,MD"', '2019,1,"Baltimore,MD"', "there is already a row"),
        (peers_later.MONTHLY_FILE, '2019,2,"Baltimore,MD"', '2019,13,"Baltimore,MD"', "line 5, column month"),
        (peers_later.SCORECARD_FILE, "Ohio,theft", "Ohio,robberies", "column crime_type: 'robberies'"),
        (
            peers_later.SCORECARD_FILE,
            "Baltimore,Maryland,robbery,20,18,300000",
            "Baltimore,Maryland,robbery,20,18,3",
            "Baltimore, MD lacks an offense, or has two populations",
        ),
    ],
)
def test_a_wrong_input_is_named_and_nothing_changes(raw: Path, folder: Path, file, old, new, why):
    before = contents(folder)
    edit(raw, file, old, new)
    with pytest.raises(StoryError, match=why):
        build(raw, folder, silent)
    assert contents(folder) == before


@pytest.mark.parametrize("file", [file for file in INPUTS if file.endswith(".gz")])
def test_a_damaged_pack_is_named_and_nothing_changes(raw: Path, folder: Path, file):
    before = contents(folder)
    (raw / file).write_bytes((raw / file).read_bytes()[:-6])
    with pytest.raises(SourceError, match=f"{file} is damaged: it can't be unpacked"):
        build(raw, folder, silent)
    assert contents(folder) == before


def test_a_key_date_the_timeline_lacks_is_named_and_nothing_changes(raw: Path, folder: Path):
    before = contents(folder)
    day = timeline_days()[1]
    own = folder / "story" / "timeline.toml"
    own.parent.mkdir()
    own.write_text("[[event]]\ndate = 1999-01-01\n")
    with pytest.raises(SourceError, match=r"timeline\.toml has no event on"):
        build(raw, folder, silent)
    own.write_text("".join(f"[[event]]\ndate = {other}\n" for other in timeline_days() if other != day))
    with pytest.raises(SourceError, match=rf"timeline\.toml has no event on {day}"):
        build(raw, folder, silent)
    for broken in ("[[event", "[[event]]\nlabel = 'x'", "[[event]]\ndate = 'x'", "event = 3"):
        own.write_text(broken)
        with pytest.raises(SourceError, match=r"timeline\.toml can't be read as a list of dated events"):
            build(raw, folder, silent)
    own.unlink()
    own.parent.rmdir()
    assert contents(folder) == before


def test_a_wrong_code_book_is_named_and_nothing_changes(raw: Path, folder: Path):
    before = contents(folder)
    own = folder / "story" / ARREST_CODE_BOOK
    own.parent.mkdir()
    own.write_text("[[rule]]\ngroup = 'theft'\npattern = 'THEF('\nexamples = ['THEFT']\n")
    with pytest.raises(SourceError, match=r"arrest_charges\.toml, line 3, pattern: not a regular expression"):
        build(raw, folder, silent)
    own.unlink()
    own.parent.rmdir()
    assert contents(folder) == before


def test_no_output_holds_anything_of_a_person(built: Built):
    tables = open_tables(built.folder)
    written = "\n".join([*built.said, (built.folder / MANIFEST).read_text()])
    written += "".join(tables.frame(name).to_csv() for name in BUNDLED if name in SCHEMAS)
    for text in PERSONAL:
        assert text not in written


def test_a_first_build_that_fails_leaves_no_tables(raw: Path, tmp_path: Path):
    (raw / crime.FILE).unlink()
    with pytest.raises(SourceError):
        build(raw, tmp_path / "new", silent)
    assert contents(tmp_path / "new") == {}


def test_killed_at_any_step_it_leaves_tables_that_verify(raw: Path, folder: Path, built: Built):
    """At every step of the writing, which is all that touches the folder, test_write does so."""
    command = [sys.executable, "-c", SCRIPT, str(raw), str(folder)]
    before, after = contents(folder), contents(built.folder)
    writing = built.said.index("writing, and verifying what was written") + 1
    for announced in (writing // 2, writing, writing + 1):  # amid the inputs, as the writing begins, and as it ends
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            for _ in range(announced):
                process.stdout.readline()
            process.kill()
        assert verify(folder) == [], f"killed after line {announced}"
        assert contents(folder)[MANIFEST] in (before[MANIFEST], after[MANIFEST])
    build(raw, folder, silent)
    assert contents(folder) == after


def test_the_commands(raw: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("DATA_DIR", str(folder))
    assert main(["build", "--raw", str(raw)]) == 0
    said = capsys.readouterr()
    assert f"data version {open_tables(folder).version}." in said.out
    assert "crime: reading the police records" in said.err
    assert main(["verify"]) == 0
    assert "24 tables" in capsys.readouterr().out
    open_tables(folder).path("population").unlink()
    assert main(["verify"]) == 1
    said = capsys.readouterr()
    assert "population: The file" in said.err
    assert "1 problems" in said.err
    assert main(["build", "--raw", str(raw / "nowhere")]) == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"isn't in {raw / 'nowhere'}.")


@pytest.mark.skipif(not REAL_RAW.is_dir(), reason=f"the real input files aren't at {REAL_RAW} (set RAW_DIR)")
def test_the_bundled_tables_are_what_the_real_inputs_give(tmp_path: Path):
    build(REAL_RAW, tmp_path, silent)
    bundled = {name: content for name, content in contents(bundled_dir()).items() if not name.startswith("story/")}
    assert contents(tmp_path) == bundled
