"""``cut``: counts of any measures and places over time, or between two windows; what the page Explore shows."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import TYPE_CHECKING, get_args

from lib.analysis.counts import BYS
from lib.analysis.windows import Window
from lib.cli.check import AREA_HELP, ORIGIN_NAMES, measure_named, origin_of, pair_of, race_of
from lib.errors import ArgumentError
from lib.export.files import csv_text
from lib.figures.explore import change_table, time_table
from lib.figures.registry import Table
from lib.story.cut import Cut, Split, parts_of
from lib.story.load import load_story
from lib.story.records import RACE_CODES, NotLoadedError
from lib.story.records_in_use import open_records

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("cut", help="print counts over time, or the change between two windows")
    parser.add_argument("measures", nargs="+", metavar="MEASURE", help="one, or up to four to compare")
    parser.add_argument("--area", action="append", default=[], metavar="PLACE", help=f"{AREA_HELP}; up to four")
    parser.add_argument("--split", choices=get_args(Split), default="none", help="take one measure apart")
    parser.add_argument("--race", choices=RACE_CODES, help="arrests of some people only; citywide")
    parser.add_argument("--origin", choices=ORIGIN_NAMES, default="all", help="911 calls of one origin only")
    parser.add_argument("--by", choices=BYS, help="count over time (weeks run Monday to Sunday); without: two windows")
    parser.add_argument("--start", metavar="DATE", help="with --by: first day; default: the first on record")
    parser.add_argument("--end", metavar="DATE", help="with --by: last day; default: the last complete one")
    parser.add_argument("--current", metavar="START..END", help="the period to check; default: the first claim's")
    parser.add_argument("--baseline", metavar="START..END", help="one or several, with commas; default: a year earlier")
    parser.add_argument("--index", action="store_true", help="with --by: also as percent of the baseline's, per day")
    parser.add_argument("--csv", action="store_true", help="comma-separated, with names of the columns")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print a row for each part and bin, or for each part. Exit code 0."""
    table = _table(args)
    if args.csv:
        sys.stdout.write(csv_text(table))
        return 0
    cells = [table.columns, *(tuple("" if cell is None else str(cell) for cell in row) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _table(args: argparse.Namespace) -> Table:
    records = open_records()
    for measure in map(measure_named, args.measures):
        if not records.has(measure.records):
            raise NotLoadedError(records.lacks(measure.records))
    cut = Cut(
        tuple(map(measure_named, dict.fromkeys(args.measures))),
        tuple(dict.fromkeys(records.place(name) for name in args.area)),
        args.split,
        race_of(args.race),
        origin_of(args.origin),
    )
    pair = pair_of(args.current, args.baseline) or load_story().usual_pair(cut.measures[0])
    if args.by is None:
        if args.start or args.end or args.index:
            raise ArgumentError("--start, --end and --index need --by.")
        return change_table(cut, pair)
    lines = [part.line() for part in parts_of(cut)]
    first, last = max(line.reach.start for line in lines), min(line.reach.end for line in lines)
    return time_table(cut, pair, Window(day_of(args.start, first), day_of(args.end, last)), args.by, args.index)


def day_of(text: str | None, default: date) -> date:
    """A day given on the command line, else the default. Raises ArgumentError."""
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"{text!r} is not a day; write it YYYY-MM-DD.") from None
