"""``windows``: what share of all windows shows a fall."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from lib.analysis.every_window import BASELINES, LONGEST, SHORTEST, Bounds
from lib.analysis.windows import Window
from lib.cli.check import measure_named
from lib.cli.cut import day_of
from lib.story.evidence.every_window import windows_at_once
from lib.story.records import NotLoadedError
from lib.story.records_in_use import open_records
from lib.story.sentences.every_window_words import facts

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("windows", help="print what share of all windows shows a fall")
    parser.add_argument("measure", metavar="MEASURE")
    parser.add_argument("--from", dest="start", metavar="DATE", help="first day that windows and baselines may touch")
    parser.add_argument("--to", dest="end", metavar="DATE", help="last day that they may touch")
    parser.add_argument("--min-days", type=int, default=SHORTEST, metavar="DAYS", help=f"default: {SHORTEST}")
    parser.add_argument("--max-days", type=int, default=LONGEST, metavar="DAYS", help=f"default: {LONGEST}")
    parser.add_argument(
        "--baseline",
        choices=tuple(BASELINES),
        default="1",
        help="the same dates that many years earlier, or the average of the three years before; default: 1",
    )
    parser.add_argument("--json", action="store_true", help="windows, and shares as fractions of them")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the shares. Exit code 0."""
    measure, records = measure_named(args.measure), open_records()
    if not records.has(measure.records):
        raise NotLoadedError(records.lacks(measure.records))
    line = records.line(measure)
    within = Bounds.both(Window(day_of(args.start, line.first), day_of(args.end, line.last)))
    shares, _ = windows_at_once(measure, args.baseline, within, args.min_days, args.max_days)
    if args.json:
        print(
            json.dumps(
                {
                    "windows": shares.windows,
                    "share_down": shares.down,
                    "share_down_20": shares.down_20,
                    "share_outside_swing": shares.outside_swing,
                }
            )
        )
    else:
        print("\n".join(facts(shares)))
    return 0
