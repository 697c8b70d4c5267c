import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from lib.cli import commands_parser

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000
PIN = re.compile(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!_-]+)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Absolute paths of somebody's machine. A web address may hold such a word too, but with its host before it.
MACHINE_PATH = re.compile(rb"(?<![\w.%)-])/(?:root|home|work)/")


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line and not line.startswith(("#", "-"))]


def pins(path: Path) -> dict[str, str]:
    """Version by normalized name; a line that isn't a pin fails."""
    found = [PIN.fullmatch(line) for line in lines(path)]
    assert all(found), f"{path.name} has a line that pins nothing"
    return {re.sub(r"[-_.]+", "-", m[1]).lower(): m[2] for m in found if m}


@pytest.fixture(scope="module")
def project_files() -> list[Path]:
    """Every file that is, or would be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_as_in_the_constraints(name):
    wanted = pins(ROOT / name)
    assert wanted
    assert wanted.items() <= pins(ROOT / "constraints.txt").items()


def test_constraints_pin_each_package_once():
    assert len(pins(ROOT / "constraints.txt")) == len(lines(ROOT / "constraints.txt"))


def test_no_file_names_a_path_of_one_machine(project_files):
    naming = [str(path.relative_to(ROOT)) for path in project_files if MACHINE_PATH.search(path.read_bytes())]
    assert naming == []


def test_no_file_is_over_ten_megabytes(project_files):
    large = [str(path.relative_to(ROOT)) for path in project_files if path.stat().st_size > 10 * MEGABYTE]
    assert large == []


def test_bundled_data_is_under_ten_megabytes(project_files):
    data = ROOT / "data"
    assert sum(path.stat().st_size for path in project_files if data in path.parents) < 10 * MEGABYTE


@pytest.mark.parametrize("name", sorted([*ROOT.glob("scripts/*.sh"), ROOT / ".ci" / "run"]))
def test_what_make_and_the_server_call_can_be_executed(name):
    assert os.access(ROOT / name, os.X_OK)


def test_a_machine_path_is_told_from_a_web_address():
    slash = b"/"
    assert MACHINE_PATH.search(b"open('" + slash + b"root/x')")
    assert not MACHINE_PATH.search(b"https://example.org" + slash + b"home/x")


def test_the_workflow_that_bundles_is_started_by_hand_and_runs_commands_there_are():
    workflow = (ROOT / ".github" / "workflows" / "bundle-calls.yml").read_text()
    started = re.search(r"^on:\n((?:  .*\n)+)", workflow, re.MULTILINE)
    assert started
    assert re.findall(r"^  (\w+):", started[1], re.MULTILINE) == ["workflow_dispatch"]
    granted = re.findall(r"^ +([a-z-]+): (?:write|read)$", workflow, re.MULTILINE)
    assert granted == ["contents", "pull-requests"]
    assert re.search(r"^permissions: \{\}$", workflow, re.MULTILINE)
    assert "secrets." not in workflow
    # What a reader of the repository may type into the form is never part of a script's text.
    assert re.findall(r"\$\{\{ (.*?) \}\}", workflow) == [
        "inputs.years", "github.run_id", "github.run_attempt", "github.token",
    ]  # fmt: skip
    commands = re.findall(r"python -m lib ([^>\n]*)", workflow)
    assert [command.split()[0] for command in commands] == ["refresh", "verify", "bundle", "verify", "bundle"]
    for command in commands:
        commands_parser().parse_args(shlex.split(command.replace('"$YEARS"', "2018-2022")))


def test_github_runs_the_commands_that_the_server_runs():
    server = [line for line in lines(ROOT / ".ci" / "run") if line.startswith("make ")]
    workflow = (ROOT / ".github" / "workflows" / "check.yml").read_text()
    assert server
    assert re.findall(r"- run: (make .*)", workflow) == server


def test_every_link_from_a_markdown_file_to_another_file_leads_somewhere(project_files):
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in project_files
        if path.suffix == ".md"
        for link in LINK.findall(path.read_text(encoding="utf-8"))
        if not link.startswith(("https://", "http://", "#")) and not (path.parent / link.partition("#")[0]).exists()
    ]
    assert broken == []


def test_the_readme_names_every_room_and_no_other():
    told = set(re.findall(r"^    lib/(\w+)/ ", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert told == {folder.parent.name for folder in (ROOT / "lib").glob("*/__init__.py")}


def test_pictures_of_the_documents_are_light(project_files):
    assert [path.name for path in project_files if path.suffix == ".png" and path.stat().st_size > 250_000] == []
