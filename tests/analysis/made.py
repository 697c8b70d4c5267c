"""Windows to try, and made-up records to count."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from lib.analysis.counts import RunningSum
from lib.analysis.windows import Window

# Windows that both sides of a comparison can lie in: every crime is on record and complete.
FIRST, LAST = date(2015, 1, 1), date(2021, 4, 30)


@st.composite
def windows(draw: st.DrawFn, first: date = date(1900, 1, 1), last: date = date(2100, 12, 31)) -> Window:
    """Any window between two days, short ones often."""
    start = draw(st.dates(first, last))
    room = (last - start).days
    days = draw(st.integers(0, room) | st.integers(0, min(room, 40)))
    return Window(start, start + timedelta(days=days))


def line_of(first: date, daily: np.ndarray) -> RunningSum:
    """The running sum of counts by day from ``first`` on."""
    sums = np.concatenate([[0], np.cumsum(daily, dtype=np.int64)])
    return RunningSum(first, first + timedelta(days=len(daily) - 1), sums)


def naive_count(frame: pd.DataFrame, window: Window, **only: object) -> int:
    """Events in a window by a mask over rows: slow, and plain to see that it is right."""
    mask = (frame["date"] >= pd.Timestamp(window.start)) & (frame["date"] <= pd.Timestamp(window.end))
    for column, values in only.items():
        mask &= frame[column].isin(values if isinstance(values, (list, tuple)) else [values])
    return int(frame.loc[mask, "count"].sum())
