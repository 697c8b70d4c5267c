"""``export``: the whole story as a folder of files that need no server and no network."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("export", help="write the whole story as static files")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="a new folder, or an earlier export")
    parser.add_argument("--root", default="", metavar="URL", help="the address of the live story, for citations")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the folder, telling each step on standard error. Exit code 0."""
    from lib.export.archive import write_archive

    started = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {line}", file=sys.stderr, flush=True)

    files, size = write_archive(args.out, f"{args.root.rstrip('/')}/" if args.root else "", say)
    print(f"Wrote {files} files, {size / 1e6:.1f} MB, to {args.out}; open {args.out / 'index.html'}.")
    return 0
