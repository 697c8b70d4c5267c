"""A measure in every window at once, counted once for each baseline and bounds and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from lib.analysis.every_window import (
    BASELINES,
    BIG_FALL,
    EVERYWHERE,
    LONGEST,
    SHORTEST,
    BaselineName,
    Bounds,
    Sample,
    every_window,
)
from lib.analysis.windows import Window
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records

Within = Literal["all", "before-announcement", "clean-baseline"]

STEP = 21  # days between the windows that are drawn


@dataclass(frozen=True)
class Shares:
    """How many windows there are, and what fraction of them shows what; see ``EveryWindow``.

    ``down_claimed`` is the fraction with a fall of at least what was ``claimed`` of the measure, where that is not the
    20% of ``down_20``.
    """

    measure: Measure
    baseline: BaselineName
    shortest: int
    longest: int
    windows: int
    down: float
    down_20: float
    outside_swing: float
    outside_by_chance: float
    without_swing: float
    without_baseline: float
    claimed: float | None
    down_claimed: float | None


def announcement() -> date:
    """The day of the announcement."""
    return load_story().event("made-permanent").date


def emergency() -> date:
    """The day on which the pandemic's emergency was declared."""
    return load_story().event("state-of-emergency").date


def bounds_of(within: Within) -> Bounds:
    """The bounds that stand for a reader's choice of windows."""
    if within == "before-announcement":
        return Bounds(windows=Window(date.min, announcement() - timedelta(days=1)))
    if within == "clean-baseline":
        return Bounds(baselines=Window(date.min, emergency() - timedelta(days=1)))
    return EVERYWHERE


def windows_at_once(
    measure: Measure,
    baseline: BaselineName,
    bounds: Bounds = EVERYWHERE,
    shortest: int = SHORTEST,
    longest: int = LONGEST,
) -> tuple[Shares, Sample]:
    """The shares of all windows, and some of the windows to draw. Raises WindowError, NotLoadedError, DataError."""
    return _at_once(open_records(), measure, baseline, bounds, shortest, longest)


# Only shares and the few windows to draw are kept: all of them take ten megabytes.
@lru_cache(maxsize=64)
def _at_once(
    records: Records, measure: Measure, baseline: BaselineName, bounds: Bounds, shortest: int, longest: int
) -> tuple[Shares, Sample]:
    every = every_window(records.line(measure), BASELINES[baseline], shortest, longest, bounds)
    about = (claim.claimed for claim in load_story().claims.values() if claim.measure == measure.id)
    claimed = next((-change for change in about if change is not None and change < 0 and -change != BIG_FALL), None)
    shares = Shares(
        measure=measure,
        baseline=baseline,
        shortest=shortest,
        longest=longest,
        windows=every.windows,
        down=every.share_down,
        down_20=every.share_down_by(BIG_FALL),
        outside_swing=every.share_outside_swing,
        outside_by_chance=every.share_outside_by_chance,
        without_swing=every.share_without_swing,
        without_baseline=every.share_without_baseline,
        claimed=claimed,
        down_claimed=every.share_down_by(claimed) if claimed else None,
    )
    return shares, every.sample(STEP)
