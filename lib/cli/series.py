"""``series``: the counts of a measure by day, week, month or year."""

from __future__ import annotations

import argparse
import csv
import sys
from datetime import date
from typing import TYPE_CHECKING

from lib.analysis.counts import BYS
from lib.analysis.windows import Window
from lib.cli.check import ORIGIN_NAMES, RACE_CODES, origin_of, race_of
from lib.errors import ArgumentError
from lib.story.check import check_origin, check_race
from lib.story.load import load_story
from lib.story.records import ORIGINS, RACES, NotLoadedError, open_records

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("series", help="print the counts of a measure over time")
    parser.add_argument("measure", metavar="MEASURE")
    parser.add_argument("--by", choices=BYS, default="month", help="default: month; weeks run Monday to Sunday")
    parser.add_argument("--start", metavar="DATE", help="first day; default: the first on record")
    parser.add_argument("--end", metavar="DATE", help="last day; default: the last complete one")
    parser.add_argument("--area", metavar="NAME", help="one neighborhood, in any letter case")
    parser.add_argument("--race", choices=RACE_CODES, help="arrests of some people only; citywide")
    parser.add_argument("--origin", choices=ORIGIN_NAMES, default="all", help="911 calls of one origin only")
    parser.add_argument("--csv", action="store_true", help="comma-separated: start,end,days,count")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one row for each bin; the first and last are cut at --start and --end. Exit code 0."""
    measures = load_story().measures
    if args.measure not in measures:
        raise ArgumentError(f"There is no measure {args.measure!r}. Measures: {', '.join(measures)}.")
    records = open_records()
    measure = measures[args.measure]
    if not records.has(measure.records):
        raise NotLoadedError(records.lacks(measure.records))
    area = records.area(args.area) if args.area is not None else None
    race = race_of(args.race)
    check_race(measure, race, area)
    origin = origin_of(args.origin)
    check_origin(measure, origin, area)
    line = records.line(measure, area, races=RACES[race] if race else None, origins=ORIGINS[origin] if origin else None)
    window = Window(day_of(args.start, line.countable.start), day_of(args.end, line.last))
    rows = [
        (part.start.isoformat(), part.end.isoformat(), part.days, count) for part, count in line.series(window, args.by)
    ]
    if args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("start", "end", "days", "count"))
        writer.writerows(rows)
    else:
        for start, end, days, count in rows:
            print(f"{start} to {end}  {days:>4} days  {count:>8,}")
    return 0


def day_of(text: str | None, default: date) -> date:
    """A day given on the command line, else the default. Raises ArgumentError."""
    if text is None:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"{text!r} is not a day; write it YYYY-MM-DD.") from None
