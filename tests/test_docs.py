"""What docs/ tells people to do, done in a copy of the project."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pytest

from lib.cli import commands_parser
from scripts import pictures
from tests.conftest_data import as_a_second_city, write_raw
from tests.ingest.arcgis_stub import LayerStub, made_calls

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)

OPEN_PAGE = """
from streamlit.testing.v1 import AppTest
story = AppTest.from_file("lib/web/pages/story.py", default_timeout=60).run()
story.switch_page("../../../pages/each_offense.py").run()
assert not story.error and not story.exception, [each.value for each in (*story.error, *story.exception)]
print(story.title[0].value, *[chart.proto.alt for chart in story.get("vega_lite_chart")])
"""
COMMAND = re.compile(r"python -m lib ([^`\n]+)")
ADDRESS = re.compile(r"https://gis\.example\.gov/\S+?/FeatureServer/0")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the file it names ("" for none), its text."""

    kind: str
    file: str
    text: str


def sections(document: str) -> dict[str, list[Block]]:
    """The blocks below each second-level heading."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return {
        title: [Block(*(part or "" for part in found)) for found in FENCE.findall(body)]
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def changed(text: str, diff: str) -> str:
    """A text after a diff whose hunks stand apart by @@; each must fit in one place."""
    for hunk in diff.split("@@\n"):
        lines = hunk.splitlines()
        old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
        assert f"\n{text}".count(f"\n{old}") == 1, f"this fits nowhere, or in several places:\n{hunk}"
        text = f"\n{text}".replace(f"\n{old}", f"\n{new}")[1:]
    return text


def follow(block: Block, project: Path) -> str:
    """Do what a block says; returns what its commands printed."""
    path = project / block.file
    if block.kind == "sh":
        return run(block.text, project)
    assert block.file, f"a {block.kind} block that names no file"
    if block.kind == "diff":
        path.write_text(changed(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
        return ""
    assert not (block.kind == "python" and path.exists()), f"{block.file} is there already"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n{block.text}" if file.tell() else block.text)
    return ""


def run(commands: str, project: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "DATA_DIR"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["sh", "-euc", commands], cwd=project, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the story is made of, and input files with invented records."""
    for name in ("lib", "pages", "data"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "loaded", "node_modules")
        )
    for name in ("app.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    write_raw(tmp_path / "raw")
    return tmp_path


@pytest.mark.slow
def test_every_addition_works_as_told(project):
    told = sections("extend.md")
    printed = {}
    for title, blocks in told.items():
        printed[title] = "".join(follow(block, project) for block in blocks)
        if title == "A chapter":  # before other records take the place of the real ones
            printed[title] += run(f"python -c '{OPEN_PAGE}'", project)
    assert "Violent crime fell" in printed["A claim"]
    assert "the claim, an 18% drop" in printed["A claim"]
    assert printed["A chapter"].startswith("Which offenses fell? Dots on a scale of percent change.")
    assert (project / "offenses.svg").read_text(encoding="utf-8").startswith("<svg")
    assert "Larceny from cars" in (project / "offenses.csv").read_text(encoding="utf-8")
    manifest = json.loads((project / "data" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["weather_daily"]["rows"] == 2


@pytest.mark.slow
def test_another_citys_calls_are_loaded_from_its_layer_in_its_own_words(project):
    as_a_second_city(project / "raw")
    words = ("DRUG ACTIVITY", "PATROL CHECK", "LOUD PARTY")
    made = made_calls(2_000, 2020, utc=True, neighborhoods=("Place 001", "Place 002"), descriptions=words)
    rows = [{**row, "callNumber": f"CFS-{row['OBJECTID']}"} for row in made]
    told = [block for blocks in sections("another-city.md").values() for block in blocks]
    with LayerStub(rows) as stub:
        printed = "".join(follow(replace(block, text=ADDRESS.sub(stub.url, block.text)), project) for block in told)
        assert stub.asked("page")
    counts = [int(line.split()[-1]) for line in printed.splitlines() if "2020-" in line and line.split()[-1].isdigit()]
    assert sum(counts) == sum(row["description"] == "DRUG ACTIVITY" for row in rows)
    (uncaught,) = (project / "other-city" / "loaded" / "calls").glob("**/calls_uncaught-*.parquet")
    assert list(pd.read_parquet(uncaught)["text"]) == ["LOUD PARTY"]


def test_every_command_that_a_document_names_is_one():
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = [found for path in documents for found in COMMAND.findall(path.read_text(encoding="utf-8"))]
    assert len(named) > 20
    for command in named:
        commands_parser().parse_args(shlex.split(command, comments=True))


def test_the_picture_of_the_rooms_is_that_of_the_enforced_layers():
    assert (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8") == pictures.rooms()
