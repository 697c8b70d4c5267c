"""Commands, called in the process of the tests: to start Python anew for each takes longer than most of them."""

import subprocess

import pytest

from lib.cli import main


def called(capsys: pytest.CaptureFixture[str], *words: str) -> subprocess.CompletedProcess[str]:
    """What ``python -m lib`` gives for these words; what it does not catch is raised here."""
    capsys.readouterr()
    try:
        code = main(words)
    except SystemExit as ended:  # words that the parser does not know
        code = int(ended.code or 0)
    return subprocess.CompletedProcess(words, code, *capsys.readouterr())
