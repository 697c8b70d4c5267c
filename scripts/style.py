"""Holds every text for readers to the words that docs/style.md rules out (``make lint``).

Read are the strings of the code, without its docstrings, the story's own tables, the templates and the documents.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "docs" / "style.md"
CODE = ("lib", "pages", "app.py")
_ROW = re.compile(r"^\| (?P<not>[^|]+?) \| (?P<but>[^|]+?) \|$", re.MULTILINE)
_TWICE = re.compile(r"\b(?P<word>[A-Za-z]{2,}) (?P=word)\b")
_CODE_IN_TEXT = re.compile(r"```.*?```|`[^`]*`|https?://\S+", re.DOTALL)
_OF_CODE = re.compile(r"[\w./#%{}-]*")
_DOUBLES = {"that", "had"}


def main() -> int:
    """Print each fault and where it is; 1 where there is one."""
    found = [f"{where}: {fault}" for where, text in texts() for fault in faults(text)]
    print("\n".join(found) or "No word that docs/style.md rules out.")
    return 1 if found else 0


@lru_cache(maxsize=1)
def banned() -> dict[str, str]:
    """The words that are not used, in lower case, each with what stands in its place."""
    table = RULES.read_text(encoding="utf-8").partition("## Words we don’t use")[2]
    return {row["not"].lower(): row["but"] for row in _ROW.finditer(table) if row["not"] != "not"}


def faults(text: str) -> Iterator[str]:
    """What is wrong with a text: words that are not used, and words that stand twice."""
    plain = _CODE_IN_TEXT.sub("`", text)
    low = " ".join(plain.lower().split())
    for words, better in banned().items():
        if re.search(rf"(?<!\w){re.escape(words)}", low):
            yield f"“{words}”: say “{better}”"
    for twice in _TWICE.finditer(" ".join(plain.split())):
        if twice["word"].lower() not in _DOUBLES:
            yield f"“{twice[0]}” stands twice"


def texts() -> Iterator[tuple[str, str]]:
    """Every text for readers, with the file and line where it stands."""
    for root in CODE:
        start = ROOT / root
        for file in sorted(start.rglob("*.py")) if start.is_dir() else [start]:
            yield from _strings(file)
    for file in sorted((ROOT / "data" / "story").glob("*.toml")):
        for text in _values(tomllib.loads(file.read_text(encoding="utf-8"))):
            yield file.name, text
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = file.read_text(encoding="utf-8")
        yield file.name, text.partition("## Words we don’t use")[0] if file == RULES else text


def _strings(file: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    # A string that stands alone is a docstring, or the words below a constant.
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        where = f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
        match node:
            case ast.JoinedStr():
                yield (
                    where,
                    "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values),
                )
            case ast.Constant(value=str(text)) if id(node) not in alone | parts and not _OF_CODE.fullmatch(text):
                yield where, text


def _values(node: Any) -> Iterator[str]:
    """Every text in a table, but quotations: what others said stands as they said it."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, list):
        for each in node:
            yield from _values(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if key not in ("quote", "address", "terms"):
                yield from _values(each)


if __name__ == "__main__":
    sys.exit(main())
