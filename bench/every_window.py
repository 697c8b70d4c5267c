"""Every window at once, against a loop that compares one window after another."""

import statistics
import time
from datetime import timedelta

import numpy as np

from lib.analysis.change import count_pair, relative_change
from lib.analysis.every_window import BASELINES, BIG_FALL, LONGEST, SHORTEST, every_window, pair_against
from lib.analysis.historical_range import ordinary_swing
from lib.analysis.windows import Window
from lib.story.load import load_story
from lib.story.records_in_use import open_records

WINDOWS = 500_000
MEASURE = "violent"


def all_windows(sample: int, repeats: int) -> tuple[float, float]:
    """Milliseconds for 500,000 windows, ours and a loop's: the median over ``repeats``.

    Ours works through all windows of violent crime a year apart, some 900,000, and its time is scaled down; the loop
    compares ``sample`` of the same windows, with their ordinary swing, and its time is scaled up. RuntimeError where
    the two differ.
    """
    line = open_records().line(load_story().measures[MEASURE])
    ours, theirs = [], []
    for _ in range(repeats):
        begun = time.perf_counter()
        every = every_window(line, BASELINES["1"], SHORTEST, LONGEST)
        shares = every.share_down, every.share_down_by(BIG_FALL), every.share_outside_swing
        ours.append(1000 * (time.perf_counter() - begun) * WINDOWS / every.windows)
        if not all(0 <= share <= 1 for share in shares):
            raise RuntimeError("A share of windows is no fraction.")
    rows, columns = np.nonzero(every.counted)
    picked = np.random.default_rng(1).choice(len(rows), sample, replace=False)
    cells = list(zip(rows[picked].tolist(), columns[picked].tolist(), strict=True))
    starts = [every.first + timedelta(days=row) for row, _ in cells]
    windows = [
        Window(start, start + timedelta(days=SHORTEST + column - 1))
        for start, (_, column) in zip(starts, cells, strict=True)
    ]
    for _ in range(repeats):
        begun = time.perf_counter()
        judged = []
        for window in windows:
            pair = pair_against(window, "1")
            change = relative_change(*count_pair(line, pair), window.days, pair.baseline_days)
            judged.append((change, ordinary_swing(line, pair).holds(change) is False))
        theirs.append(1000 * (time.perf_counter() - begun) * WINDOWS / sample)
    if judged != [(float(every.change[cell]), bool(every.outside[cell])) for cell in cells]:
        raise RuntimeError("All windows at once and one after another differ.")
    return statistics.median(ours), statistics.median(theirs)
