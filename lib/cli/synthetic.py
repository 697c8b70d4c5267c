"""``synthetic``: Baltimore beside a mix of other cities, in one way to compare and in all of them."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from lib.analysis.specifications import Choice
from lib.cli.check import measure_named
from lib.story.evidence.synthetic import UNUSUAL, curve, mix
from lib.story.sentences import synthetic_words as said
from lib.story.view import LEVERS

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("synthetic", help="compare Baltimore with a mix of other cities")
    parser.add_argument("measure", metavar="MEASURE")
    for name in said.VALUES:
        lever = LEVERS[name]
        parser.add_argument(f"--{name}", choices=lever.values, default=getattr(Choice(), name), help=lever.about)
    parser.add_argument("--json", action="store_true", help="the mix, the gap, its ranks, and what all ways come to")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print what one way to compare finds, and what all of them come to. Exit code 0."""
    measure = measure_named(args.measure)
    found, every = mix(measure, Choice(**{name: getattr(args, name) for name in said.VALUES})), curve(measure)
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
