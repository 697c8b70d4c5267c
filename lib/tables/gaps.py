"""Finds by rule, in a table of daily counts, what a reader must be warned of."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lib.tables.manifest import ALL, Gap

AROUND_DAYS = 57
"""An ordinary day is the median of the eight weeks around it."""
TIMES = 4
MORE = 30
ALSO_SPREAD = 5.0
QUIET = 0.3
ENOUGH_A_DAY = 100
"""A day is quiet below this share of an ordinary one, where that has this many records."""
RULE = f"at least {TIMES} times, and at least {MORE} more than, the median of the {AROUND_DAYS} days around it"


def missing_years(frame: pd.DataFrame, through: date) -> tuple[Gap, ...]:
    """Calendar years up to ``through`` that hold no record of an offense other years do hold.

    ``frame`` has the columns date, offense, count. One gap for each such year, cut at ``through``.
    """
    wide = _wide(frame)
    years = pd.DatetimeIndex(wide.index).year
    gaps = []
    for year in range(int(years[0]), min(int(years[-1]), through.year) + 1):
        absent = tuple(str(name) for name, count in wide[years == year].sum().items() if count == 0)
        if absent:
            end = min(date(year, 12, 31), through)
            what = f"The file holds no {' and no '.join(absent)} records for {year}."
            gaps.append(Gap(date(year, 1, 1), end, absent, what, missing=True))
    return tuple(gaps)


def odd_days(frame: pd.DataFrame, same_block: "pd.Series[int]") -> tuple[Gap, ...]:
    """Days on which one offense stands far above the weeks around it (see ``RULE``), as notes.

    ``same_block`` gives, by (date, offense), the most records of that day and offense in one block. If
    another offense stands out within a day (by five times the square root of its own median), it was an
    event in the city; else, if half the records lie in one block, one incident had many victims, for a
    record is a victim; else the records were probably entered in a batch.
    """
    wide = _wide(frame)
    counts = wide.to_numpy()
    usual = wide.rolling(AROUND_DAYS, center=True, min_periods=AROUND_DAYS // 2).median().to_numpy()
    odd = (counts >= TIMES * usual) & (counts - usual >= MORE)
    also = (counts - usual) / np.sqrt(np.maximum(usual, 1)) >= ALSO_SPREAD
    blocks = same_block.to_dict()
    gaps = []
    for row, column in np.argwhere(odd):
        when, offense = wide.index[row], str(wide.columns[column])
        count, block = counts[row, column], blocks[when, offense]
        near = also[max(row - 1, 0) : row + 2].any(axis=0)
        others = [str(name) for name in wide.columns[near] if name != offense]
        if others:
            why = f"other offenses stand out too ({', '.join(others)}): something happened in the city"
        elif 2 * block >= count:
            why = f"{block} of them lie in one block: one incident with many victims"
        else:
            why = "spread over many blocks: probably entered in a batch under one date"
        what = f"{count} {offense} records on {when.date()}, usually {usual[row, column]:.0f}; {why}."
        gaps.append(Gap(when.date(), when.date(), (offense,), what, missing=False))
    return tuple(gaps)


def empty_days(days: "pd.Series[int]") -> tuple[Gap, ...]:
    """Days between the first and the last without a record of any kind, as missing: nothing was counted as zero.

    ``days`` are counts of all records by day (a DatetimeIndex), those with any. Runs of days share a gap, however long.
    """
    every = pd.date_range(days.index.min(), days.index.max(), unit="us")
    empty = np.asarray(~every.isin(days.index[days > 0]), dtype=np.int8)
    return tuple(
        Gap(
            (first := every[start].date()),
            (last := every[stop - 1].date()),
            (ALL,),
            f"Records of {first if first == last else f'{first} to {last}'} are lost or not loaded: there is not one.",
            missing=True,
        )
        for start, stop in _runs(empty)
    )


def quiet_days(days: "pd.Series[int]") -> tuple[Gap, ...]:
    """Days with far fewer records than usual, as notes; an outage, or records that were lost.

    Usual is the weeks around a day, or the median of all days where that is more: of months with next to nothing the
    weeks around are no measure. ``days`` are counts of all records by day (a DatetimeIndex), those with any; days
    without are ``empty_days``. Runs of such days share a gap.
    """
    every = days[days > 0].reindex(pd.date_range(days.index.min(), days.index.max(), unit="us"))
    usual = every.rolling(AROUND_DAYS, center=True, min_periods=AROUND_DAYS // 2).median()
    usual = usual.fillna(0).clip(lower=every.median())
    quiet = ((every < QUIET * usual) & (usual >= ENOUGH_A_DAY)).to_numpy(dtype=np.int8)
    return tuple(
        Gap(
            (first := every.index[start].date()),
            (last := every.index[stop - 1].date()),
            (ALL,),
            f"Only {int(every.iloc[start:stop].sum()):,} records from {first} to {last}, usually about "
            f"{float(usual.iloc[start:stop].median()):,.0f} a day: an outage, or records that were lost.",
            missing=False,
        )
        for start, stop in _runs(quiet)
    )


def _runs(flags: NDArray[Any]) -> list[tuple[int, int]]:
    """Where runs of ones begin, and where they have ended."""
    edges: list[list[int]] = np.flatnonzero(np.diff(flags, prepend=0, append=0)).reshape(-1, 2).tolist()
    return [(start, stop) for start, stop in edges]


def blank_days(frame: pd.DataFrame, what: str) -> tuple[Gap, ...]:
    """Runs of days, between the first and the last, on which a column of a daily table has no value.

    ``frame`` has a column date and value columns. Columns with the same run share a gap.
    """
    dated = frame.set_index("date")
    days = pd.date_range(dated.index.min(), dated.index.max(), unit="us")
    blank = dated.reindex(days).isna()
    runs: dict[tuple[date, date], list[str]] = {}
    for column in blank.columns:
        for start, stop in _runs(blank[column].to_numpy(dtype=np.int8)):
            runs.setdefault((days[start].date(), days[stop - 1].date()), []).append(str(column))
    return tuple(Gap(*run, tuple(columns), what, missing=True) for run, columns in sorted(runs.items()))


def blank_years(frame: pd.DataFrame, what: str) -> tuple[Gap, ...]:
    """Runs of whole years, between the first and the last of the table, for which a group has no row, as missing.

    ``frame`` has columns year and group. Groups with the same run share a gap; where all do, it is of ``ALL``.
    """
    here = set(zip(frame["year"], frame["group"], strict=True))
    years = range(int(frame["year"].min()), int(frame["year"].max()) + 1)
    groups = sorted(frame["group"].unique())
    runs: dict[tuple[int, int], list[str]] = {}
    for group in groups:
        blank = [int((year, group) not in here) for year in years]
        edges = np.flatnonzero(np.diff(blank, prepend=0, append=0)).reshape(-1, 2)
        for start, stop in edges:
            runs.setdefault((years[start], years[stop - 1]), []).append(str(group))
    return tuple(
        Gap(
            date(first, 1, 1),
            date(last, 12, 31),
            (ALL,) if len(lacking) == len(groups) else tuple(lacking),
            what,
            missing=True,
        )
        for (first, last), lacking in sorted(runs.items())
    )


def _wide(frame: pd.DataFrame) -> pd.DataFrame:
    """Counts by day (every day between the first and the last) and offense, on a DatetimeIndex."""
    wide = frame.pivot_table(
        index="date", columns="offense", values="count", aggfunc="sum", fill_value=0, observed=True
    )
    return wide.reindex(index=pd.date_range(wide.index[0], wide.index[-1], unit="us"), fill_value=0)
