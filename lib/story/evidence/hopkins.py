"""The table of the Johns Hopkins study, made anew from the police's arrest records.

Monthly arrests from January 2018 on, before the policy and from April 2020 on: Rouhani and others, Am J Prev Med 2023,
doi 10.1016/j.amepre.2023.04.004, whose own numbers run to December 2021, past these records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Literal, get_args

import numpy as np

from lib.analysis.counterfactual import SHAPES, Expected, Shape, expected
from lib.analysis.counts import whole_bins
from lib.analysis.rates import Estimate, share_of_sum
from lib.analysis.trend import Break, broken_line
from lib.analysis.windows import Window
from lib.story.load import load_story
from lib.story.model import Published
from lib.story.records import RACES, Records
from lib.story.records_in_use import open_records

Color = Literal["all", "black", "not-black"]
Period = Literal["study", "records"]
Variant = Literal["every-month", "without-march-2020"]

STUDY = "study-arrests"
WIDE = "study-arrests-wide"
GROUPS = (
    "drug-possession-arrests",
    "paraphernalia-arrests",
    "prostitution-arrests",
    STUDY,
    WIDE,
    "covered-arrests",
    "other-arrests",
)
CODES: dict[Color, tuple[str, ...] | None] = {
    "all": None,
    "black": RACES["black"],
    "not-black": (*RACES["white"], *RACES["other"]),
}
PERIODS: tuple[Period, ...] = get_args(Period)
VARIANTS: tuple[Variant, ...] = get_args(Variant)

FIRST = date(2018, 1, 1)
START = date(2020, 4, 1)
STUDY_END = date(2021, 5, 31)
POLICY_MONTH = date(2020, 3, 1)
"""The month in which the policy and the pandemic began; it counts as before, as in the study, or is left out."""

WIDEST = 1.0  # upper minus lower end of a share: beyond it, nothing is said


@dataclass(frozen=True)
class Row:
    """One group of arrests, of some people, in one period and variant, under one counterfactual.

    ``before`` and ``after`` are arrests, ``mean_*`` arrests a month; ``difference``, ``level`` and ``slope`` arrests a
    month (``slope``: more each month), after against before, with Newey and West's 95% intervals; ``change`` is the
    means' change as a fraction. ``expected`` are the arrests that the counterfactual makes of the months after,
    ``averted`` how many of them there were not, ``share`` the share in those averted of everybody. ``published`` and
    ``published_share`` are the study's own figures. None where there is no such number, or too few events for it.
    """

    group: str
    race: Color
    period: Period
    variant: Variant
    counterfactual: Shape
    before_first: date
    before_last: date
    after_first: date
    after_last: date
    months_before: int
    months_after: int
    before: int
    after: int
    mean_before: float
    mean_after: float
    difference: float | None
    difference_low: float | None
    difference_high: float | None
    change: float | None
    level: float | None
    level_low: float | None
    level_high: float | None
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    expected: float | None
    averted: float | None
    averted_low: float | None
    averted_high: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    published: float | None
    published_share: float | None


COLUMNS = tuple(field.name for field in fields(Row))


def hopkins_table() -> tuple[Row, ...]:
    """Every row, in the order of groups, races, periods, variants and counterfactuals.

    Raises NotLoadedError without arrest records, OutsideRecordsError where they don't reach the study's months.
    """
    return _table(open_records())


def study_figures() -> tuple[Published, Published]:
    """What the study published: arrests averted, and the share of Black people in them."""
    published = load_story().published
    return published["hopkins-averted"], published["hopkins-share"]


def rows_of(group: str, race: Color = "all", period: Period = "study", variant: Variant = "every-month") -> list[Row]:
    """The rows of one case, one for each counterfactual."""
    wanted = (group, race, period, variant)
    return [row for row in hopkins_table() if (row.group, row.race, row.period, row.variant) == wanted]


def averted_shares() -> tuple[float, ...]:
    """The share of Black people in the arrests averted, for the study's offenses and months, under each assumption."""
    rows = (row for variant in VARIANTS for row in rows_of(STUDY, "black", variant=variant))
    return tuple(row.share for row in rows if row.share is not None)


@lru_cache(maxsize=2)
def _table(records: Records) -> tuple[Row, ...]:
    rows: list[Row] = []
    cases = [(group, period, variant) for group in GROUPS for period in PERIODS for variant in VARIANTS]
    for group, period, variant in cases:
        found = {race: _series(records, group, race, period, variant) for race in CODES}
        for race, series in found.items():
            rows += [_row(group, race, period, variant, shape, series, found["all"]) for shape in SHAPES]
    order = {race: i for i, race in enumerate(CODES)}
    return tuple(sorted(rows, key=lambda row: (GROUPS.index(row.group), order[row.race])))


@dataclass(frozen=True)
class _Series:
    """Months before and after with their counts, what changed between them, and what was expected after."""

    before: Sequence[Window]
    after: Sequence[Window]
    counts_before: Sequence[int]
    counts_after: Sequence[int]
    changed: Break | None
    expected: dict[Shape, Expected | None]


def _series(records: Records, group: str, race: Color, period: Period, variant: Variant) -> _Series:
    line = records.line(load_story().measures[group], races=CODES[race])
    line.check(Window(FIRST, STUDY_END))
    months = whole_bins(Window(FIRST, STUDY_END if period == "study" else line.last), "month")
    times = {month: float(i) for i, month in enumerate(months)}
    after = [month for month in months if month.start >= START]
    before = [month for month in months if month.start < START]
    if variant == "without-march-2020":
        before = [month for month in before if month.start != POLICY_MONTH]
    counts_before, counts_after = line.count_each(before), line.count_each(after)
    early, late = (np.array([times[month] for month in side]) for side in (before, after))
    values = np.array(counts_before, dtype=np.float64)
    return _Series(
        before,
        after,
        counts_before,
        counts_after,
        broken_line(np.append(values, counts_after), np.append(early, late), times[after[0]]),
        {shape: expected(values, early, late, shape) for shape in SHAPES},
    )


def _row(
    group: str, race: Color, period: Period, variant: Variant, shape: Shape, series: _Series, everybody: _Series
) -> Row:
    before, after = sum(series.counts_before), sum(series.counts_after)
    mean_before, mean_after = before / len(series.before), after / len(series.after)
    forecast = series.expected[shape]
    averted = forecast.averted(after) if forecast else None
    share = _share(series, everybody, shape) if race != "all" else None
    compared = group == STUDY and period == "study"
    figures = study_figures()
    return Row(
        group,
        race,
        period,
        variant,
        shape,
        series.before[0].start,
        series.before[-1].end,
        series.after[0].start,
        series.after[-1].end,
        len(series.before),
        len(series.after),
        before,
        after,
        mean_before,
        mean_after,
        *_ends(series.changed.difference if series.changed else None),
        mean_after / mean_before - 1 if before else None,
        *_ends(series.changed.level if series.changed else None),
        *_ends(series.changed.slope if series.changed else None),
        forecast.total.value if forecast else None,
        *_ends(averted),
        *_ends(share),
        figures[0].value if compared and race == "all" else None,
        figures[1].value if compared and race == "black" else None,
    )


def _share(part: _Series, everybody: _Series, shape: Shape) -> Estimate | None:
    some, every = part.expected[shape], everybody.expected[shape]
    if some is None or every is None:
        return None
    averted, whole = some.averted(sum(part.counts_after)), every.averted(sum(everybody.counts_after))
    share = share_of_sum(averted.value, some.variance, whole.value, every.variance)
    return share if share and share.high - share.low <= WIDEST else None


def _ends(estimate: Estimate | None) -> tuple[float | None, float | None, float | None]:
    return (estimate.value, estimate.low, estimate.high) if estimate else (None, None, None)
