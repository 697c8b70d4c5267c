"""Findings to try: random measures, windows and neighborhoods, and random changes that no record need show."""

import re
from datetime import date
from functools import cache

from hypothesis import strategies as st

from lib.analysis.change import Change, Dispersion, rate_ratio_interval, relative_change
from lib.analysis.windows import Window, WindowPair
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from tests.analysis.made import FIRST, LAST, windows

# What no sentence may hold; "inf" and "nan" as words of their own, for names of places hold them too.
GARBAGE = re.compile(r"\bnan\b|\binf\b|\bNone\b|[-−+]0%|\bnan%|\b0% (up|down)|[{}]|  ")


@cache
def area_names() -> tuple[str, ...]:
    return open_records().area_names()


def areas() -> st.SearchStrategy[str | None]:
    return st.none() | st.deferred(lambda: st.sampled_from(area_names()))


def measures_of(records: str) -> tuple[str, ...]:
    """Measures by id whose records come with the project day by day, "all" of them or of one kind."""
    known = load_story().measures.values()
    return tuple(m.id for m in known if m.records in (("crime", "arrests") if records == "all" else (records,)))


def measures() -> st.SearchStrategy[str]:
    """Measures of crime."""
    return st.deferred(lambda: st.sampled_from(measures_of("crime")))


@st.composite
def pairs(draw: st.DrawFn, first: date = FIRST, last: date = LAST, most: int = 3) -> WindowPair:
    """A window against the same dates of other years, or against any other window."""
    kind = draw(st.sampled_from(["a year", "years", "any"]))
    if kind == "any":
        return WindowPair(draw(windows(first, last)), (draw(windows(first, last)),))
    current = draw(windows(first.replace(year=first.year + 4), last))
    if kind == "a year":
        return WindowPair(current, (current.shifted(-draw(st.integers(1, 4))),))
    back = draw(st.lists(st.integers(1, 4), min_size=2, max_size=most, unique=True))
    return WindowPair(current, tuple(current.shifted(-n) for n in back))


@st.composite
def changes(draw: st.DrawFn) -> tuple[WindowPair, Change]:
    """A pair of windows and any change that counts of events could give in them."""
    pair = draw(pairs())
    number = st.integers(0, 12) | st.integers(0, 20_000)
    x, y = draw(number), draw(number)
    phi = draw(st.floats(1, 6))
    days = pair.current.days, pair.baseline_days
    return pair, Change(
        current=x,
        baseline=y,
        headline=relative_change(x, y, *days),
        of_counts=relative_change(x, y, 1, len(pair.baseline)),
        interval=rate_ratio_interval(x, y, *days, phi),
        dispersion=Dispersion(phi, draw(st.integers(0, 6))),
    )


def first_quarter(year: int, against: int) -> WindowPair:
    return WindowPair(Window(date(year, 1, 1), date(year, 3, 31)), (Window(date(against, 1, 1), date(against, 3, 31)),))
