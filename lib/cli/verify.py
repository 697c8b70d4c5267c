"""``python -m lib verify``: re-checks the tables."""

import argparse
import sys


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the command."""
    parser = subparsers.add_parser("verify", help="check the tables against their manifest and each other")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 (every command takes them)
    """Prints what is wrong, a line each, and returns 1; 0 if nothing is."""
    from lib.tables.folder import data_dir
    from lib.tables.store import open_tables
    from lib.tables.verify import verify

    folder = data_dir()
    problems = verify(folder)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems in {folder}.", file=sys.stderr)
        return 1
    tables = open_tables(folder)
    count = len(tables.manifest.tables)
    print(f"{count} tables in {folder} are as they should be, data version {tables.version}.")
    return 0
