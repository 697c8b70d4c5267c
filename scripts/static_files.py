"""Checks the scripts and style sheets that stand in files of their own (``make lint``).

Scripts are read by the Node that Playwright brings along. Of style sheets only the brackets are checked, as no package
that is here reads CSS; that Chromium can read every rule is a test's matter (tests/browser/test_style_sheets.py).
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright._impl._driver import compute_driver_executable

ROOT = Path(__file__).resolve().parent.parent
_TEXT = re.compile(r"""/\*.*?\*/|'[^'\n]*'|"[^"\n]*\"""", re.DOTALL)
_CLOSED = {"{": "}", "(": ")", "[": "]"}


def main() -> int:
    """Print what is wrong with each file; 1 where something is."""
    problems = [*(problem for file in _files("js") for problem in _script(file))]
    problems += [f"{file}: {fault}" for file in _files("css") if (fault := css_fault(file.read_text(encoding="utf-8")))]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def _files(ending: str) -> list[Path]:
    return sorted((ROOT / "lib").rglob(f"*.{ending}"))


def _script(file: Path) -> Iterator[str]:
    node, _ = compute_driver_executable()
    read = subprocess.run([node, "--check", file], capture_output=True, text=True, check=False)
    if read.returncode:
        yield read.stderr.strip()


def css_fault(text: str) -> str | None:
    """The first bracket of a style sheet that has no partner, in words; None where all have one."""
    open_brackets: list[tuple[str, int]] = []
    plain = _TEXT.sub(lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(plain.splitlines(), 1):
        for sign in line:
            if sign in _CLOSED:
                open_brackets.append((sign, number))
            elif sign in _CLOSED.values() and (not open_brackets or _CLOSED[open_brackets.pop()[0]] != sign):
                return f"line {number} has a {sign} that closes nothing"
    if open_brackets:
        sign, number = open_brackets[-1]
        return f"the {sign} in line {number} is never closed"
    return None


if __name__ == "__main__":
    sys.exit(main())
