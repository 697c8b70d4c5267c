"""Observed against expected: whole weeks of the reader's window, known gaps, and how the model did in earlier years."""

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.analysis.rates import Estimate
from lib.analysis.seasonal import NoForecast, Trend
from lib.analysis.windows import Window
from lib.errors import ArgumentError
from lib.story.evidence.expected import Check, Departure, HeldOut, check, departure, expectation
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records import NotLoadedError
from lib.story.records_in_use import open_records
from lib.story.sentences.expected_words import check_sentence, check_title, sentence, title
from tests.analysis.made import windows
from tests.examples import examples
from tests.story.findings import GARBAGE, measures_of

TRENDS: tuple[Trend, ...] = get_args(Trend)
SINCE = ("2015", "2016", "2017", "2018")
YEAR = Window(date(2020, 3, 2), date(2021, 3, 28))


def measure(name: str) -> Measure:
    return load_story().measures[name]


def left(name: str = "violent", window: Window = YEAR, trend: Trend = "linear", since: str = "2016") -> Departure:
    made = departure(measure(name), window, trend, since)
    assert isinstance(made, Departure)
    return made


@given(windows(date(2019, 6, 1), date(2021, 4, 30)), st.deferred(lambda: st.sampled_from(measures_of("all"))))
@settings(max_examples=examples(12))
def test_a_departure_is_of_the_whole_weeks_of_the_window_and_adds_up(window: Window, name: str) -> None:
    line = open_records().line(measure(name))
    if isinstance(expectation(measure(name), "damped", "2017"), NoForecast):
        assert isinstance(departure(measure(name), window, "damped", "2017"), NoForecast)
        return
    late = max(window.start, date(2020, 3, 2))
    monday = late + timedelta(days=-late.weekday() % 7)
    if monday + timedelta(days=6) > window.end:
        with pytest.raises(ArgumentError, match="March 2, 2020"):
            departure(measure(name), window, "damped", "2017")
        return
    made = departure(measure(name), window, "damped", "2017")
    if isinstance(made, NoForecast):
        assert made.why.endswith(".")
        return
    assert (made.window.start.weekday(), made.window.end.weekday()) == (0, 6)
    assert max(window.start, date(2020, 3, 2)) <= made.window.start
    assert made.window.end <= window.end
    assert made.window.days == 7 * made.weeks > window.days - 14 - max(0, (date(2020, 3, 2) - window.start).days)
    assert made.observed == line.count(made.window)
    assert made.expected.low <= made.expected.high
    assert made.difference.value == pytest.approx(made.observed - made.expected.value)
    assert made.inside == (made.expected.low <= made.observed <= made.expected.high)
    for said in (sentence(made), title(made)):
        assert not GARBAGE.search(said), said


@pytest.mark.parametrize("trend", TRENDS)
@pytest.mark.parametrize("since", SINCE)
def test_it_learns_from_whole_weeks_between_the_year_and_march_2020(trend: Trend, since: str) -> None:
    made = left("property", trend=trend, since=since)
    assert made.learned.start.weekday() == 0
    assert 0 <= (made.learned.start - date(int(since), 1, 1)).days < 7
    assert made.learned.end == date(2020, 2, 23)


def test_nothing_before_march_2020_can_be_tested_and_it_says_how_to_move() -> None:
    with pytest.raises(ArgumentError, match="move its end past March 8, 2020"):
        left(window=Window(date(2019, 1, 1), date(2020, 3, 7)))


def test_what_the_records_show() -> None:
    # Computed once and pinned, so that a change of the model is noticed: these sentences are the chapter's finding.
    property_crime = left("property")
    assert property_crime.observed == open_records().line(measure("property")).count(YEAR)
    assert not property_crime.inside
    assert property_crime.change is not None
    assert -0.40 < property_crime.change.value < -0.22
    arrests = left("covered-arrests")
    assert not arrests.inside
    assert arrests.change is not None
    assert arrests.change.high < -0.4
    assert left("violent").inside
    assert left("homicide").inside


@pytest.mark.usefixtures("without_calls")
def test_records_that_are_not_here_are_asked_for() -> None:
    with pytest.raises(NotLoadedError, match="refresh calls"):
        departure(measure("calls-drugs"), YEAR, "linear", "2016")
    with pytest.raises(NotLoadedError, match="refresh calls"):
        check(measure("calls-drugs"), "linear", "2016")


def test_a_year_without_records_is_never_learned_from() -> None:
    for year in check(measure("homicide"), "flat", "2015").years:
        assert year.learned.start >= date(2015, 1, 1)
    assert check(measure("burglary"), "flat", "2015").years[0].learned.start < date(2015, 1, 1)


@pytest.mark.parametrize("name", ["violent", "property", "covered-arrests"])
def test_the_check_holds_out_what_it_tests(name: str) -> None:
    for since in ("2016", "2018"):
        made = check(measure(name), "linear", since)
        assert [year.year for year in made.years] == [2017, 2018, 2019]
        for year in made.years:
            assert year.learned.end < year.window.start <= date(year.year, 1, 1)
            assert (year.window.start - year.learned.end).days == 1
            assert year.window.days == 364
            assert year.observed == open_records().line(measure(name)).count(year.window)
        known = expectation(measure(name), "linear", since)
        assert not isinstance(known, NoForecast)
        assert max(year.learned.days for year in made.years) <= known.learned.days + 56


def test_over_many_measures_the_band_is_right_about_as_often_as_it_says() -> None:
    names = [name for name in measures_of("all") if len(measure(name).categories) == 1][::2]
    tried = [year for name in names for year in check(measure(name), "flat", "2016").years]
    assert len(tried) >= 24
    assert 0.88 <= sum(year.inside for year in tried) / len(tried) <= 1
    assert 0.93 <= sum(year.weeks_inside for year in tried) / (52 * len(tried)) <= 0.99


def test_where_the_band_failed_the_sentence_says_so() -> None:
    def held(year: int, observed: int) -> HeldOut:
        window = Window(date(year, 1, 1), date(year, 12, 30))
        inside = 90 <= observed <= 120
        return HeldOut(year, window, window, observed, Estimate(100, 90, 120), inside, 50 if inside else 20)

    made = Check(measure("arson"), "flat", "2016", (held(2018, 100), held(2019, 130)), ((2017, "Too short."),))
    said = check_sentence(made)
    assert "wrong in 2019" in said
    assert "We can’t check 2017: Too short." in said
    assert "70 of 104 (67%)" in said
    assert check_title(made).endswith("too few earlier years to say how good the forecast is")
    three = replace(made, years=(*made.years, held(2016, 95)))
    assert check_title(three).endswith("tested on three earlier years, the forecast’s range was right two times")


@pytest.mark.parametrize("name", ["violent", "arson", "prostitution-arrests"])
def test_counting_is_done_once_and_no_sentence_holds_garbage(name: str) -> None:
    assert expectation(measure(name), "flat", "2017") is expectation(measure(name), "flat", "2017")
    for trend in TRENDS:
        made = check(measure(name), trend, "2018")
        assert made is check(measure(name), trend, "2018")
        for said in (check_sentence(made), check_title(made)):
            assert not GARBAGE.search(said), said
