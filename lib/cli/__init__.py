"""The commands. Each module adds one; exit code 0 is success, 1 a failed check, 2 a bad argument or file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from lib.cli import build, check, cut, export, figure, hopkins, prose, refresh, turning, verify, windows
from lib.errors import StoryError


class _Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def commands_parser() -> argparse.ArgumentParser:
    """The parser of all commands; ``run`` of what it parses is the command."""
    parser = _Parser(prog="python -m lib", description="Counts and checks behind the story.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (build, verify, check, cut, windows, turning, hopkins, figure, export, prose, refresh):
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. A StoryError becomes one line on stderr and exit code 2."""
    parser = commands_parser()
    args = parser.parse_args(argv)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except StoryError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
