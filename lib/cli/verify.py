"""``python -m lib verify``: re-checks the tables."""

import argparse
import sys


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Registers the command."""
    parser = subparsers.add_parser("verify", help="check the tables against their manifest and each other")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001 (every command takes them)
    """Prints what is wrong, a line each, and returns 1; 0 if nothing is."""
    from lib.tables.folder import MANIFEST, SHIPPED, loaded_dir, shipped_dir, tables_dir
    from lib.tables.schemas import BUNDLED, LOADABLE
    from lib.tables.store import open_tables
    from lib.tables.verify import verify

    beside = [*((shipped_dir(name), name) for name in SHIPPED), *((loaded_dir(name), name) for name in LOADABLE)]
    sets = {tables_dir(): BUNDLED} | {folder: LOADABLE[name] for folder, name in beside if (folder / MANIFEST).exists()}
    wrong = 0
    for folder, names in sets.items():
        problems = verify(folder, names)
        for problem in problems:
            print(problem, file=sys.stderr)
        if problems:
            print(f"{len(problems)} problems in {folder}.", file=sys.stderr)
            wrong = 1
        else:
            version = open_tables(folder, names).version
            print(f"{len(names)} tables in {folder} are as they should be, data version {version}.")
    return wrong
