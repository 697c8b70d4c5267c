"""``python -m lib build --raw DIR``: from the input files to the tables."""

import argparse
import sys
import time
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the command."""
    parser = subparsers.add_parser("build", help="build the tables from the input files")
    parser.add_argument("--raw", required=True, type=Path, metavar="DIR", help="the folder of the input files")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Builds into the data folder, telling each step on standard error; 0 when done."""
    from lib.ingest.build import build
    from lib.tables.folder import MANIFEST, data_dir
    from lib.tables.manifest import data_version

    started = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:5.1f} s  {line}", file=sys.stderr, flush=True)

    folder = data_dir()
    manifest = build(args.raw, folder, say)
    version = data_version((folder / MANIFEST).read_bytes())
    print(f"Built {len(manifest.tables)} tables in {folder}, data version {version}.")
    return 0
