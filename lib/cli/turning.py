"""``turning``: the day on which a measure turned in spring 2020."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from lib.analysis.change_point import SPRING_2020, Turning
from lib.analysis.windows import parse_window
from lib.cli.check import measure_named
from lib.story.evidence.change_point import events_in, turning_of
from lib.story.sentences.change_point_words import turning_sentence

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("turning", help="find the day on which a measure turned")
    parser.add_argument("measure", metavar="MEASURE")
    parser.add_argument(
        "--among", metavar="START..END", default=str(SPRING_2020), help="the days to try; default: %(default)s"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="day, and low and high: the first and last day that fit about as well (95%%); null where it can't say",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the turning day of the whole city's counts, or why none can be named. Exit code 0."""
    measure, tried = measure_named(args.measure), parse_window(args.among)
    found = turning_of(measure, tried)
    if args.json:
        days = (found.day, found.low, found.high) if isinstance(found, Turning) else (None, None, None)
        texts = (day.isoformat() if day else None for day in days)
        print(json.dumps(dict(zip(("day", "low", "high"), texts, strict=True))))
    else:
        print(turning_sentence(measure, found, events_in(tried)))
    return 0
