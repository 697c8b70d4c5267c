"""A window counted by the running-sum array, against pandas on a frame with a row for every victim."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import pandas as pd

from lib.analysis.counts import Counts
from lib.analysis.windows import Window
from lib.tables.store import open_tables

TABLE = "crime_city_daily"
# Property crime: several categories, as most claims have.
OFFENSES = ("burglary", "larceny", "larceny-from-auto", "auto-theft")
YEAR = 365


def window_query(windows: int, repeats: int) -> tuple[float, float]:
    """Microseconds a new window takes, ours and pandas's: the median over ``repeats`` of ``windows`` each.

    Ours has its offenses selected beforehand and answers one window by subtraction; pandas has its frame of
    rows beforehand and answers by a mask and a group-by. Both count the same windows of a year's length;
    RuntimeError where they differ.
    """
    tables = open_tables()
    entry = tables.entry(TABLE)
    first, last = entry.first, entry.complete_through
    if first is None or last is None:
        raise RuntimeError(f"The manifest gives no dates for {TABLE}.")
    daily = tables.frame(TABLE)
    line = Counts.from_frame(daily, category="offense", first=first, last=last).select(OFFENSES)
    rows = daily.loc[daily.index.repeat(daily["count"]), ["date", "offense"]].reset_index(drop=True)

    def by_rows(window: Window) -> int:
        inside = (
            (rows["date"] >= pd.Timestamp(window.start))
            & (rows["date"] <= pd.Timestamp(window.end))
            & rows["offense"].isin(OFFENSES)
        )
        return int(rows[inside].groupby("offense", observed=True).size().sum())

    offsets = np.random.default_rng(1).integers(0, (last - first).days - YEAR, size=windows)
    starts = [first + timedelta(days=int(offset)) for offset in offsets]
    picked = [Window(start, start + timedelta(days=YEAR - 1)) for start in starts]
    for window in picked:
        if line.count(window) != by_rows(window):
            raise RuntimeError(f"The running sums and pandas differ on {window}.")
    pairs = [(_time(line.count, picked, 100), _time(by_rows, picked, 1)) for _ in range(repeats)]
    return statistics.median(ours for ours, _ in pairs), statistics.median(theirs for _, theirs in pairs)


def _time(count: Callable[[Window], int], windows: Sequence[Window], loops: int) -> float:
    begun = time.perf_counter()
    for _ in range(loops):
        for window in windows:
            count(window)
    return 1e6 * (time.perf_counter() - begun) / (loops * len(windows))
