"""``bundle``: loaded records become bundled ones, which git keeps and every copy of the project has."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "bundle",
        help="bundle loaded records with the project",
        description="Exit code 0: bundled, or nothing had changed. 2: nothing was changed; the last line says why.",
    )
    parser.add_argument("records", choices=("calls",))
    parser.add_argument(
        "--summary",
        action="store_true",
        help="change nothing; print the bundled years beside the alliance's counts, as a table in Markdown",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Bundle, or print what is bundled; 0 when done."""
    from lib.ingest.bundle_calls import bundle_calls, bundled_bytes
    from lib.tables.folder import shipped_dir

    if args.summary:
        print(_summary())
        return 0
    manifest = bundle_calls()
    entry = manifest.tables["calls_city_daily"]
    print(
        f"911 calls of {entry.first} to {entry.last}, loaded {entry.retrieved}, are bundled in {shipped_dir('calls')}: "
        f"{bundled_bytes(manifest) / 1e6:.1f} MB. Commit this folder, and every copy of the project has them."
    )
    return 0


def _summary() -> str:
    from lib.story.evidence.whole_years import counted_twice
    from lib.story.records import Records
    from lib.story.sentences.yearly_words import totals_table
    from lib.tables.errors import DataError
    from lib.tables.store import open_shipped, open_tables

    shipped = open_shipped("calls")
    if shipped is None:
        raise DataError("No 911 calls are bundled; bundle loaded ones with `python -m lib bundle calls`.")
    years, entry = shipped.frame("calls_years"), shipped.entry("calls_city_daily")
    calls = dict(zip(years["year"].tolist(), years["counted"].tolist(), strict=True))
    table = totals_table(calls, counted_twice(Records(open_tables(), {"calls": shipped})))
    read = "\n".join(f"- {item.file}" for item in entry.inputs)
    return (
        f"911 calls of {entry.first} to {entry.last}, complete through {entry.complete_through}, loaded "
        f"{entry.retrieved}.\n\n{table}\n\nLoaded from:\n\n{read}\n\nTerms: {entry.terms}."
    )
