"""``check``: a claim or a measure compared with the records, window by window."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from lib.analysis.windows import Window, WindowPair, parse_pair, say_window
from lib.errors import ArgumentError
from lib.story import words
from lib.story.check import check, check_measure, check_named
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, Measure, Origin, Race
from lib.story.records import ORIGINS, RACE_CODES

ORIGIN_NAMES = (*ORIGINS, "all")  # "all" narrows nothing
AREA_HELP = "a neighborhood, community:NAME or district:NAME, in any letter case"

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("check", help="check claims against the records")
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help="ids of claims; none: all of them")
    parser.add_argument("--measure", metavar="NAME", help="count a measure, without a claim")
    parser.add_argument("--current", type=str, metavar="START..END", help="the period to check")
    parser.add_argument(
        "--baseline",
        metavar="START..END",
        help="what it is compared with, or several with commas between; default: a year earlier",
    )
    parser.add_argument("--area", metavar="PLACE", help=AREA_HELP)
    parser.add_argument("--race", choices=RACE_CODES, help="arrests of some people only; citywide, with --measure")
    parser.add_argument("--origin", choices=ORIGIN_NAMES, default="all", help="911 calls of one origin only")
    parser.add_argument("--json", action="store_true", help="a list of findings; changes are fractions")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print one finding for each claim and window; exit code 0."""
    findings = _findings(args)
    if args.json:
        print(json.dumps([f.as_dict() for f in findings], indent=1, ensure_ascii=False))
    else:
        print("\n\n".join(_text(f) for f in findings))
    return 0


def _findings(args: argparse.Namespace) -> list[Finding]:
    story = load_story()
    pair = pair_of(args.current, args.baseline)
    if args.measure is not None:
        if args.claims:
            raise ArgumentError("Give claims or --measure, not both.")
        measure = measure_named(args.measure)
        origin = origin_of(args.origin)
        return [check_measure(measure, pair or story.usual_pair(measure), args.area, race_of(args.race), origin)]
    if args.race is not None:
        raise ArgumentError("--race needs --measure.")
    unknown = [c for c in args.claims if c not in story.claims]
    if unknown:
        raise ArgumentError(f"There is no claim {unknown[0]!r}. Claims: {', '.join(story.claims)}.")
    claims = [story.claims[c] for c in args.claims or story.claims]
    if pair is None:
        return [
            finding for claim in claims for finding in check_named(claim, args.area, origin_for(claim, args.origin))
        ]
    return [check(claim, pair, args.area, origin_for(claim, args.origin)) for claim in claims]


def race_of(code: str | None) -> Race | None:
    """The group of people behind a code of ``RACE_CODES``."""
    return None if code is None else RACE_CODES[code]


def measure_named(name: str) -> Measure:
    """The measure of this id. Raises ArgumentError that names them all."""
    measures = load_story().measures
    if name not in measures:
        raise ArgumentError(f"There is no measure {name!r}. Measures: {', '.join(measures)}.")
    return measures[name]


def origin_of(name: str) -> Origin | None:
    """The origin behind a choice of ``ORIGIN_NAMES``: None for all."""
    return next((origin for origin in ORIGINS if origin == name), None)


def origin_for(claim: Claim, name: str) -> Origin | None:
    """The origin that narrows this claim: only claims about 911 calls have one."""
    return origin_of(name) if claim.records == "calls" else None


def pair_of(current: str | None, baseline: str | None) -> WindowPair | None:
    """The windows given on the command line, None where there are none: several baselines have commas between.

    Raises ArgumentError and WindowError.
    """
    if current is None:
        if baseline is not None:
            raise ArgumentError("--baseline needs --current.")
        return None
    return parse_pair(current, None if baseline is None else baseline.split(","))


def _text(finding: Finding) -> str:
    title = finding.claim.id if finding.claim else finding.measure.id if finding.measure else ""
    name = f" · {finding.window.label}" if finding.window else ""
    lines = [f"{title}{name}", finding.sentence]
    if finding.pair and finding.change:
        change = finding.change
        lines += [
            _row("window", finding.pair.current, change.current),
            *(
                _row("baseline", b, change.baseline if len(finding.pair.baseline) == 1 else None)
                for b in finding.pair.baseline
            ),
            f"  change {words.signed(change.headline, 1)}, of plain counts {words.signed(change.of_counts, 1)}, "
            "95% interval "
            + (_ends(change.interval.low, change.interval.high) if change.interval else "none")
            + (
                f", usual range of earlier years {_ends(finding.swing.low, finding.swing.high)}"
                if finding.swing and finding.swing.enough
                else ""
            ),
        ]
    if finding.claimed is not None or finding.verdict:
        claimed = f"claimed {words.signed(finding.claimed)}" if finding.claimed is not None else "no figure claimed"
        lines.append(f"  {claimed}: {finding.verdict or 'not checked'}")
    if finding.no_verdict:
        lines.append(f"  {finding.no_verdict}")
    lines += [f"  {note}" for note in finding.notes]
    return "\n".join([*lines, f"  data version {finding.data_version}"])


def _row(name: str, window: Window, count: int | None) -> str:
    counted = "" if count is None else f": {words.count(count)}"
    return f"  {name} {say_window(window)} ({window.days} days){counted}"


def _ends(low: float | None, high: float | None) -> str:
    return f"{words.signed(low, 1)} to {words.signed(high, 1)}"
