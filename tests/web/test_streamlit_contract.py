"""What the story relies on in Streamlit: each part is there, and whatever relies on one is in the list."""

import importlib
import json
import re
import tomllib
from functools import cache, reduce
from pathlib import Path

import pytest
import streamlit

from lib.web.shell import preload, subset_fonts

ROOT = Path(__file__).resolve().parents[2]
LIST = ROOT / "lib" / "web" / "shell" / "contract.toml"
CONTRACT: dict[str, dict[str, str]] = tomllib.loads(LIST.read_text(encoding="utf-8"))
TEST_IDS = CONTRACT["test-ids"] | CONTRACT["test-ids-of-tests"]
FILES = Path(streamlit.__file__).parent / "static"
USING = ("lib", "bench", "scripts", "pages", "tests/browser", "tests/web", "tests/deploy", "app.py", "deploy")

_TEST_ID = re.compile(r"\bst[A-Z][A-Za-z]+\b")
_OTHER = re.compile(r"_stcore/[\w-]+|\bdata-(?:test-|focus-|stale|tag)[\w-]*|\bdataset\.(test\w+)|st-key-")
_OTHERS_OWN = {"_stcore/metrics"}
"""What nothing is lost without."""


@cache
def scripts() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in (FILES / "static").rglob("*.js"))


@cache
def named_test_ids() -> frozenset[str]:
    """Those that stand in the scripts as texts, or as the beginning of one."""
    return frozenset(re.findall(r"[`\"'](st[A-Z][A-Za-z]+)(?:[`\"']|\$\{)", scripts()))


@cache
def our_files() -> dict[str, str]:
    paths = [
        path for name in USING for path in ([ROOT / name] if (ROOT / name).is_file() else (ROOT / name).rglob("*"))
    ]
    endings = (".py", ".js", ".css", ".html", ".conf")
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in paths
        if path.suffix in endings and path != Path(__file__)
    }


def gone(what: str, buys: str) -> str:
    return f"Streamlit {streamlit.__version__} has no {what}. It bought us this: {buys}."


@pytest.mark.parametrize("name", TEST_IDS)
def test_streamlit_has_the_test_id(name: str):
    assert name in named_test_ids(), gone(f"test id {name!r}", TEST_IDS[name])


@pytest.mark.parametrize("text", CONTRACT["scripts"])
def test_streamlits_scripts_hold(text: str):
    assert text in scripts(), gone(repr(text), CONTRACT["scripts"][text])


@pytest.mark.parametrize("text", CONTRACT["index-html"])
def test_streamlits_page_holds(text: str):
    page = (FILES / "index.html").read_text(encoding="utf-8")
    assert text in page, gone(f"{text!r} in its page", CONTRACT["index-html"][text])


@pytest.mark.parametrize("name", CONTRACT["python"])
def test_streamlits_python_has(name: str):
    module, _, path = name.partition(":")
    try:
        reduce(getattr, path.split("."), importlib.import_module(module))
    except (ImportError, AttributeError):
        pytest.fail(gone(name, CONTRACT["python"][name]))


def test_streamlit_lists_its_files_by_their_sources():
    listed = json.loads((FILES / "manifest.json").read_text(encoding="utf-8"))
    buys = "levers and figures are asked for before the first run wants them"
    assert any(about.get("isEntry") and about.get("imports") for about in listed.values()), gone("entry listed", buys)
    sources = {Path(name).name for name in listed}
    for element in (*preload.LEVERS, *preload.FIGURES):
        assert f"{element}.tsx" in sources, gone(f"source {element}.tsx", buys)
    assert all("file" in about for about in listed.values()), gone("address of each file listed", buys)


@pytest.mark.parametrize("font", sorted(subset_fonts.FOLDER.glob("*.woff2")), ids=lambda font: font.name)
def test_streamlit_asks_for_the_font_by_the_name_of_ours(font: Path):
    there = (FILES / "static" / "media" / font.name).exists()
    assert there, gone(f"font {font.name}", "the font weighs a tenth; `make fonts` cuts the new one")


def test_whatever_relies_on_a_test_id_is_listed():
    used = {name: file for file, text in our_files().items() for name in _TEST_ID.findall(text)}
    unlisted = {name: file for name, file in used.items() if not _is_listed(name)}
    assert unlisted == {}, f"Not in {LIST.name}: say there what it buys."


def _is_listed(name: str) -> bool:
    """An alert's id ends in its kind, which Streamlit adds."""
    return name in TEST_IDS or name.startswith("stAlertContent")


def test_what_is_listed_for_readers_is_used_for_readers():
    ours = "\n".join(text for file, text in our_files().items() if file.startswith(("lib/", "pages/", "app.py")))
    assert [name for name in CONTRACT["test-ids"] if not re.search(rf"\b{name}\b", ours)] == []
    others = "\n".join(text for file, text in our_files().items() if not file.startswith("lib/"))
    assert [name for name in CONTRACT["test-ids-of-tests"] if name not in others] == []
    assert [text for text in CONTRACT["scripts"] if text not in ours + others and _as_property(text) not in ours] == []


def test_whatever_relies_on_another_name_is_listed():
    used = {
        found[0]: file for file, text in our_files().items() if "tests/" not in file for found in _OTHER.finditer(text)
    }
    known = {*CONTRACT["scripts"], *map(_as_property, CONTRACT["scripts"]), *_OTHERS_OWN}
    assert {name: file for name, file in used.items() if name not in known} == {}


def _as_property(attribute: str) -> str:
    """A ``data-`` attribute as a script reads it."""
    first, *rest = attribute.removeprefix("data-").split("-")
    return f"dataset.{first}{''.join(part.capitalize() for part in rest)}"
