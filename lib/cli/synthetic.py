"""``synthetic``: Baltimore beside a mix of other cities, in one way to compare and in all of them."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, get_args

from lib.analysis.specifications import Choice
from lib.errors import ArgumentError
from lib.story import synthetic_words as said
from lib.story.load import load_story
from lib.story.synthetic import UNUSUAL, curve, mix
from lib.story.view import LEVERS
from lib.tables.choices import Donors, Fitted, March, Method, Pool, Units

if TYPE_CHECKING:
    from argparse import _SubParsersAction

CHOICES = {"donors": Donors, "pool": Pool, "fitted": Fitted, "march": March, "units": Units, "method": Method}


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("synthetic", help="compare Baltimore with a mix of other cities")
    parser.add_argument("measure", metavar="MEASURE")
    for name, kind in CHOICES.items():
        parser.add_argument(
            f"--{name}", choices=get_args(kind), default=getattr(Choice(), name), help=LEVERS[name].about
        )
    parser.add_argument("--json", action="store_true", help="the mix, the gap, its ranks, and what all ways come to")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what one way to compare finds, and what all of them come to. Exit code 0."""
    measures = load_story().measures
    if args.measure not in measures:
        raise ArgumentError(f"There is no measure {args.measure!r}. Measures: {', '.join(measures)}.")
    measure = measures[args.measure]
    found, every = mix(measure, Choice(**{name: getattr(args, name) for name in CHOICES})), curve(measure)
    if not args.json:
        print(said.path_sentence(found))
        print(said.specifications_sentence(every))
        return 0
    one = found.found
    print(
        json.dumps(
            {
                "measure": measure.id,
                **vars(one.choice),
                "gap": one.gap,
                "error_before": one.before,
                "error_after": one.after,
                "ratio": one.ratio,
                **vars(one.rank),
                "p_gap": round(one.rank.p_gap, 4),
                "p_ratio": round(one.rank.p_ratio, 4),
                "without_one": one.without_one,
                "year_earlier": one.year_earlier,
                "mix": {name: round(share, 4) for name, share in found.parts},
                "ways": {
                    "number": len(every.found),
                    "lowest": every.found[0].gap,
                    "highest": every.found[-1].gap,
                    f"below_{said.FAR:.0%}": round(every.share(below=said.FAR), 4),
                    "can_tell": len(every.telling),
                    f"unusual_at_{UNUSUAL:.0%}": every.unusual,
                },
            },
            ensure_ascii=False,
        )
    )
    return 0
