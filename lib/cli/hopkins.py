"""``hopkins``: the table of the Johns Hopkins study, made anew from the arrest records."""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import astuple
from datetime import date
from typing import TYPE_CHECKING

from lib.story import words
from lib.story.evidence.hopkins import (
    CODES,
    COLUMNS,
    GROUPS,
    PERIODS,
    STUDY,
    VARIANTS,
    Row,
    hopkins_table,
    rows_of,
    study_figures,
)
from lib.story.load import load_story
from lib.story.sentences.hopkins_words import dependence, shares

if TYPE_CHECKING:
    from argparse import _SubParsersAction

COLUMNS_HELP = """\
Monthly arrests from January 2018 on, before the policy against from April 2020 on. Columns of --csv, one row for each
group, race, period, variant and counterfactual:
  group            a measure: what was charged; study-arrests are those that the study counted
  race             all, black, not-black (white, other and unknown)
  period           study: April 2020 to May 2021; records: to the last whole month on record
  variant          every-month, or without-march-2020, the month in which policy and pandemic began
  counterfactual   flat: months like the mean of those before; linear: their straight line goes on, never below none;
                   log-linear: the same percentage more or less each month
  before_first .. after_last       the days of both stretches
  months_before, months_after      how many months they have
  before, after                    arrests
  mean_before, mean_after          arrests a month
  difference, _low, _high          of the means, with Newey and West's 95% interval
  change                           of the means, as a fraction
  level, slope, _low, _high        how far the line after starts above the line before, at its first month, and how much
                                   more it rises each month, in arrests a month; Newey and West's 95% intervals
  expected                         arrests in the months after under the counterfactual
  averted, _low, _high             expected minus after; the interval is a forecast's
  share, _low, _high               this race's share of everybody's averted arrests
  published, published_share       what the study published, where the row is about the same arrests
A number that can't be told stands empty.
"""


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "hopkins",
        help="recompute the table of the Johns Hopkins study",
        description=COLUMNS_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--csv", action="store_true", help="comma-separated, one row a case")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the table, or its answers as text. Exit code 0."""
    if args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(value) for value in astuple(row)] for row in hopkins_table())
    else:
        print("\n\n".join(_texts()))
    return 0


def _cell(value: object) -> object:
    """A cell as it is written: days as ISO dates, numbers to six places, nothing for None."""
    if isinstance(value, date):
        return value.isoformat()
    return round(value, 6) if isinstance(value, float) else value


def _texts() -> list[str]:
    averted, share = study_figures()
    study = load_story().measures[STUDY]
    everybody = rows_of(STUDY)
    others = [
        _averted(rows_of(STUDY, period=period, variant=variant))
        for period in PERIODS
        for variant in VARIANTS
        if (period, variant) != (everybody[0].period, everybody[0].variant)
    ]
    return [
        dependence(study, everybody, averted),
        shares(rows_of(STUDY, "black"), share),
        _table([rows_of(group, race) for group in GROUPS for race in CODES]),
        "\n".join(["The same arrests averted, other months:", *others]),
    ]


def _table(cases: list[list[Row]]) -> str:
    first = cases[0][0]
    lines = [
        f"{_days(first)}. Arrests a month; changes of level and slope; arrests averted (95% intervals)",
        f"{'':33}{'before':>7} {'after':>6} {'change':>6}  {'level':^24}  {'slope':^19}  "
        + "  ".join(f"{row.counterfactual:^22}" for row in cases[0]),
    ]
    for rows in cases:
        row = rows[0]
        lines.append(
            f"{row.group + ', ' + row.race:33}{row.mean_before:>7,.1f} {row.mean_after:>6.1f} "
            f"{words.signed(row.change):>6}  {_with_ends(row.level, row.level_low, row.level_high, 1):^24}  "
            f"{_with_ends(row.slope, row.slope_low, row.slope_high, 1):^19}  "
            + "  ".join(f"{_with_ends(r.averted, r.averted_low, r.averted_high, 0):^22}" for r in rows)
        )
    return "\n".join(line.rstrip() for line in lines)


def _averted(rows: list[Row]) -> str:
    each = (f"{r.counterfactual} {_with_ends(r.averted, r.averted_low, r.averted_high, 0)}" for r in rows)
    return f"  {_days(rows[0])}: {', '.join(each)}"


def _days(row: Row) -> str:
    return f"{row.before_first} to {row.before_last} against {row.after_first} to {row.after_last}"


def _with_ends(value: float | None, low: float | None, high: float | None, digits: int) -> str:
    if value is None or low is None or high is None:
        return "–"
    number, *ends = (words.signed_number(n, digits).removeprefix("+") for n in (value, low, high))
    return f"{number} ({' to '.join(ends)})"
