"""Two other changes of 2020, the police planes and the protests, and what was recorded before, during and after them.

Each period is compared with the mean of the same dates in the three years before, all of them before the pandemic; the
middle one then against the other two together (ratio of ratios: Altman and Bland, BMJ 326, 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lib.analysis.change import (
    Change,
    Dispersion,
    Interval,
    compare,
    rate_ratio_interval,
    ratio_of_ratios,
    relative_change,
)
from lib.analysis.windows import Window, WindowPair
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import Records
from lib.story.records_in_use import open_records

PROTEST_DAYS = 17  # to mid-June; as many days before and after are held beside them
AFTER_PLANES = date(2021, 2, 28)  # a year before this, the pandemic had not begun
YEARS = 3
GUNS = Measure("homicide-and-shooting", "homicides and shootings", "crime", "victims", ("homicide", "shooting"))
FLOWN_OVER = ("robbery-street", "robbery", GUNS.id, "larceny", "burglary")
PROTESTED = ("burglary", "aggravated-assault")

Periods = tuple[Window, Window, Window]


@dataclass(frozen=True)
class During:
    """A measure in three periods: before something, during it and after it.

    ``changes`` are from the mean of the same dates in the years before; ``beyond`` is how much more the middle one is
    than that of the others together, as a fraction with its interval, None where events are too few to say.
    """

    measure: Measure
    periods: Periods
    changes: tuple[Change, Change, Change]
    beyond: tuple[float, Interval] | None


def flights() -> Periods:
    """From the policy to the first flight, while planes flew, and from then to the end of the next February."""
    planes = load_story().event("aerial-surveillance")
    end = planes.end or planes.date
    day = timedelta(days=1)
    return (
        Window(load_story().event("charges-dropped").date, planes.date - day),
        Window(planes.date, end),
        Window(end + day, AFTER_PLANES),
    )


def protests() -> Periods:
    """The weeks of the protests, and as many days on either side."""
    start, days = load_story().event("floyd-protests-begin").date, timedelta(days=PROTEST_DAYS)
    first, middle, last = (start + k * days for k in (-1, 0, 1))
    one = timedelta(days=1)
    return Window(first, middle - one), Window(middle, last - one), Window(last, last + days - one)


def during_flights() -> tuple[During, ...]:
    """What planes might have moved, and what not, in the periods of ``flights``."""
    return _during(open_records(), FLOWN_OVER, flights())


def during_protests() -> tuple[During, ...]:
    """What the protests might have moved, in the periods of ``protests``."""
    return _during(open_records(), PROTESTED, protests())


@lru_cache(maxsize=8)
def _during(records: Records, names: tuple[str, ...], periods: Periods) -> tuple[During, ...]:
    known = {**load_story().measures, GUNS.id: GUNS}
    return tuple(_one(records, known[name], periods) for name in names)


def _one(records: Records, measure: Measure, periods: Periods) -> During:
    line = records.line(measure)
    pairs = [against_years(window) for window in periods]
    before, middle, after = (compare(line, pair) for pair in pairs)
    return During(
        measure,
        periods,
        (before, middle, after),
        ratio_of_ratios(middle, _together((pairs[0], pairs[2]), (before, after), middle.dispersion)),
    )


def against_years(window: Window) -> WindowPair:
    """A window against the mean of the same dates in the years before."""
    return WindowPair(window, tuple(window.shifted(-k) for k in range(1, YEARS + 1)))


def _together(pairs: Sequence[WindowPair], changes: Sequence[Change], dispersion: Dispersion) -> Change:
    """Several periods as one, against the mean of all their baselines."""
    current, baseline = sum(each.current for each in changes), sum(each.baseline for each in changes)
    days = sum(pair.current.days for pair in pairs), sum(pair.baseline_days for pair in pairs)
    return Change(
        current=current,
        baseline=baseline,
        headline=relative_change(current, baseline, *days),
        of_counts=relative_change(current, baseline, 1, YEARS),
        interval=rate_ratio_interval(current, baseline, *days, dispersion.phi),
        dispersion=dispersion,
    )
