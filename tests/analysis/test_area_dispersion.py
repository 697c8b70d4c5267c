"""Whole years: what may be counted, and how often the interval that comes from areas holds the truth.

Each made-up city has areas of very uneven size; in every year each area strays from the city by a factor of its own.
Seeds are fixed, so a result can't flicker; with 800 comparisons its own standard error is about 0.8 points.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from lib.analysis.change import area_dispersion, compare, weekly_dispersion
from lib.analysis.counts import (
    MissingSpan,
    Replicates,
    RunningSum,
    WholeYearsError,
    bins,
    say_years,
)
from lib.analysis.every_window import every_window
from lib.analysis.windows import Window, WindowError, WindowPair, years_earlier

YEARS = tuple(range(2015, 2022))
AREAS = 55
REPLICATIONS = 800


def year(number: int, last: int | None = None) -> Window:
    return Window(date(number, 1, 1), date(last or number, 12, 31))


TWO_BEFORE = WindowPair(year(2021), (year(2019), year(2020)))


def line_by_year(
    counts: np.ndarray, own: np.ndarray | None = None, missing: tuple[MissingSpan, ...] = ()
) -> RunningSum:
    """A line known by whole year from 2015 on; ``counts`` has shape (years, areas)."""
    own = np.ones(counts.shape[1], dtype=bool) if own is None else own
    ends = [year(2015 + number) for number in range(len(counts))]
    days = np.cumsum([each.days for each in ends])
    sums = np.zeros((days[-1] + 1, counts.shape[1]), dtype=np.int64)
    for end, row in zip(days, counts, strict=True):
        sums[end:] += row
    line = RunningSum(ends[0].start, ends[-1].end, sums[:, own].sum(axis=1), missing, "year")
    return replace(line, replicates=Replicates(sums, own))


def city(random: np.random.Generator, *, mean: float, spread: float, change: float) -> np.ndarray:
    """Counts by year and area: uneven sizes, levels, ``spread`` (of the log) of an area in a year."""
    size = random.lognormal(0, 0.9, AREAS)
    level = np.array([1.0, 1.2, 1.4, 1.3, 1.1, 1.05, 1.0])[:, None]
    level[-1] = level[-3:-1].mean() * (1 + change)
    strays = random.lognormal(-(spread**2) / 2, spread, (len(YEARS), AREAS)) if spread else 1.0
    return np.asarray(random.poisson(mean * AREAS * size / size.sum() * level * strays))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mean", "spread", "pair"),
    [
        (700.0, 0.2, TWO_BEFORE),
        (700.0, 0.2, years_earlier(year(2021))),
        (700.0, 0.05, TWO_BEFORE),
        (40.0, 0.3, TWO_BEFORE),
        (700.0, 0.0, TWO_BEFORE),
    ],
)
def test_the_interval_of_whole_years_holds_the_truth(mean: float, spread: float, pair: WindowPair) -> None:
    random = np.random.default_rng(2020)
    change, held = -0.28, 0
    for _ in range(REPLICATIONS):
        counts = city(random, mean=mean, spread=spread, change=change)
        if len(pair.baseline) == 1:
            counts[-2] = counts[-3:-1].mean(axis=0)
        interval = compare(line_by_year(counts), pair).interval
        assert interval
        assert interval.high is not None
        held += interval.low <= change <= interval.high
    assert 0.92 <= held / REPLICATIONS <= 0.975


def test_chance_alone_gives_an_interval_hardly_wider_than_that_of_chance() -> None:
    counts = city(np.random.default_rng(1), mean=700.0, spread=0.0, change=-0.28)
    assert 1.0 <= area_dispersion(line_by_year(counts), TWO_BEFORE).phi < 2.0


def test_areas_that_stray_widen_it_and_one_area_by_itself_is_less_sure_than_the_city() -> None:
    counts = city(np.random.default_rng(1), mean=700.0, spread=0.2, change=-0.28)
    whole = area_dispersion(line_by_year(counts), TWO_BEFORE)
    assert (whole.of, whole.years) == ("areas", 4)
    assert whole.phi > 15
    own = np.arange(AREAS) == int(counts.sum(axis=0).argsort()[AREAS // 2])
    one, city_wide = (compare(line, TWO_BEFORE).interval for line in (line_by_year(counts, own), line_by_year(counts)))
    assert one
    assert city_wide
    assert one.high is not None
    assert city_wide.high is not None
    assert one.high - one.low > 3 * (city_wide.high - city_wide.low)


def test_the_year_under_test_does_not_say_how_sure_one_can_be_of_it() -> None:
    random = np.random.default_rng(3)
    counts = city(random, mean=700.0, spread=0.1, change=-0.28)
    wild = counts.copy()
    weights = wild[-1] * random.lognormal(0, 1.5, AREAS)
    wild[-1] = random.multinomial(wild[-1].sum(), weights / weights.sum())  # as many calls, elsewhere
    before, after = (area_dispersion(line_by_year(each), years_earlier(year(2021))) for each in (counts, wild))
    assert before == after


def test_without_an_earlier_comparison_the_areas_of_this_one_say_it() -> None:
    counts = city(np.random.default_rng(1), mean=700.0, spread=0.2, change=0.0)[:2]
    found = area_dispersion(line_by_year(counts), years_earlier(year(2016)))
    assert found.years == 0
    assert found.phi > 10


def test_years_with_a_gap_are_left_out_of_it() -> None:
    counts = city(np.random.default_rng(1), mean=700.0, spread=0.2, change=0.0)
    gap = MissingSpan(year(2016), frozenset({"x"}), "No records.")
    line = line_by_year(counts, missing=(gap,))
    assert line.years == (2015, *range(2017, 2022))
    assert area_dispersion(line, years_earlier(year(2021))).years == 3


# Whole years only.

COUNTS = np.arange(1, 8)[:, None] * np.ones((1, AREAS), dtype=np.int64)


@pytest.mark.parametrize(
    "window",
    [
        Window(date(2020, 3, 1), date(2020, 12, 31)),
        Window(date(2020, 1, 1), date(2020, 12, 30)),
        Window(date(2019, 7, 1), date(2020, 6, 30)),
        year(2014),
        year(2021, 2022),
    ],
)
def test_other_windows_than_whole_years_are_refused_with_the_years_there_are(window: Window) -> None:
    line = line_by_year(COUNTS)
    for ask in (line.check, line.count, lambda w: line.series(w, "year")):
        with pytest.raises(WholeYearsError, match=r"whole calendar years only: 2015 to 2021\. The window .* can't"):
            ask(window)


def test_whole_years_are_counted_and_nothing_within_them() -> None:
    line = line_by_year(COUNTS)
    assert line.count(year(2016)) == 2 * AREAS
    assert line.count(year(2016, 2018)) == (2 + 3 + 4) * AREAS
    assert line.count_each(bins(year(2015, 2021), "year")) == [n * AREAS for n in range(1, 8)]
    with pytest.raises(WholeYearsError):
        line.count_each(bins(year(2016), "month"))
    with pytest.raises(WholeYearsError):
        line.daily()
    with pytest.raises(WholeYearsError):
        every_window(line)
    assert weekly_dispersion(line, TWO_BEFORE).years == 0


def test_missing_years_are_named_and_left_open() -> None:
    gaps = (
        MissingSpan(year(2016, 2017), frozenset({"x"}), "None."),
        MissingSpan(year(2021), frozenset({"x"}), "None."),
    )
    line = line_by_year(COUNTS, missing=gaps)
    assert (line.countable, line.reach) == (year(2018, 2020), year(2015, 2020))
    with pytest.raises(WholeYearsError, match="2015 and 2018 to 2020"):
        line.count(year(2016))


def test_years_in_words() -> None:
    assert say_years([2018]) == "2018"
    assert say_years([2012, 2011]) == "2011 and 2012"
    assert say_years([2011, 2012, *range(2015, 2022)]) == "2011, 2012 and 2015 to 2021"


def test_a_line_without_areas_is_none_of_this() -> None:
    line = replace(line_by_year(COUNTS), replicates=None)
    with pytest.raises(ValueError, match="no areas"):
        area_dispersion(line, TWO_BEFORE)
    with pytest.raises(WindowError):
        line.check(Window(date(2020, 1, 1), date(2020, 1, 1)))
