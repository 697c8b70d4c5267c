"""The commands. Each module adds one; exit code 0 is success, 1 a failed check, 2 a bad argument or file."""

from __future__ import annotations

import argparse
import codecs
import importlib
import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from lib.errors import StoryError

COMMANDS = (
    "build", "bundle", "verify", "check", "cut", "windows", "turning", "synthetic", "hopkins", "figure", "export",
    "prose", "refresh",
)  # fmt: skip
"""Each is a module of this package that adds the command of its name; ``refresh`` adds ``import``, too."""

PLAINER = {"−": "-", "–": "-", "—": "-", "“": "'", "”": "'", "‘": "'", "’": "'", "…": "...", "→": "->", "×": "x"}
"""Signs for terminals that lack ours; none of them ends a text in JSON or CSV."""


class _Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def commands_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The parser of all commands, or of ``only`` one, which starts sooner; ``run`` of what it parses is the command."""
    parser = _Parser(prog="python -m lib", description="Counts and checks behind the story.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for name in (only,) if only in COMMANDS else COMMANDS:
        importlib.import_module(f"{__name__}.{name}").add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. A StoryError becomes one line on stderr and exit code 2."""
    words = sys.argv[1:] if argv is None else argv
    parser = commands_parser(words[0] if words else None)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="plainer")
    args = parser.parse_args(words)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except StoryError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe has seen enough
        _say_no_more()
        return 0
    except OSError as error:
        _say_no_more()
        print(f"{parser.prog}: The output can’t be written: {error.strerror}.", file=sys.stderr)
        return 2
    return code


def _say_no_more() -> None:
    """What standard output still holds goes nowhere: else Python would try once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plainer(error: UnicodeError) -> tuple[str, int]:
    """Signs that the terminal's code page lacks, by others that mean the same, or by their numbers."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAINER.get(sign, f"\\u{ord(sign):04x}") for sign in lacking), error.end


codecs.register_error("plainer", _plainer)
