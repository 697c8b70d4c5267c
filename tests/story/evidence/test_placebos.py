"""Placebos and the two other changes of 2020 in the bundled records, and how they are said."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.change import Interval, compare, ratio_of_ratios
from lib.analysis.placebos import NoStep, Step
from lib.analysis.windows import Window, WindowPair
from lib.story.evidence import confounders as planes
from lib.story.evidence.placebos import COVERED, NOT_NAMED, PolicyDates, announcement, policy_dates, untouched
from lib.story.load import load_story
from lib.story.records import NotLoadedError
from lib.story.records_in_use import open_records
from lib.story.sentences import placebos_words as said
from tests.analysis.made import line_of
from tests.examples import examples
from tests.story.findings import GARBAGE, measures_of, pairs

OFFICE = WindowPair(Window(date(2020, 3, 13), date(2021, 3, 12)), (Window(date(2019, 3, 13), date(2020, 3, 12)),))


def dates(name: str, pair: WindowPair = OFFICE) -> PolicyDates:
    return policy_dates(load_story().measures[name], pair)


def here(found: PolicyDates) -> Step:
    assert isinstance(found.here, Step)
    return found.here


def test_the_step_of_2020_is_that_of_its_counts_over_those_of_other_years() -> None:
    found = here(dates("property"))
    line = open_records().line(load_story().measures["property"])
    ratios = []
    for year in (2015, 2016, 2017, 2018, 2019, 2020):
        day = date(year, 3, 18)
        before, after = Window(day - timedelta(365), day - timedelta(1)), Window(day, day + timedelta(364))
        ratios.append((line.count(before), line.count(after)))
    assert ratios[-1] == (found.before, found.after)
    assert found.usual == pytest.approx(sum(a for _, a in ratios[:-1]) / sum(b for b, _ in ratios[:-1]) - 1)
    assert found.change == pytest.approx(found.after / found.before / (1 + found.usual) - 1)


@pytest.mark.parametrize("name", ["violent", "property", "robbery-street", "larceny"])
def test_no_other_year_had_as_large_a_fall_at_this_date(name: str) -> None:
    found = dates(name)
    assert here(found).change < -0.15
    assert found.as_large == 0
    title = said.policy_dates_title(found)
    assert ("further than in any of" in title) == here(found).clear
    assert ("made no clear step" in title) == (not here(found).clear)
    assert "by pure chance" in said.policy_dates_sentence(found)
    # Honest placebos: their own intervals hold no change in nearly all.
    assert sum(step.clear for _, step in found.others) <= 1


def test_with_violent_crime_so_few_years_do_not_settle_it() -> None:
    found = dates("violent")
    assert [year for year, _ in found.others] == [2016, 2017, 2018, 2019]  # no homicides on record for 2014
    assert not here(found).clear
    assert here(dates("property")).clear


def test_each_year_is_held_against_the_others_only() -> None:
    for year, step in dates("property").others:
        assert step.day == date(year, 3, 18)
        assert step.years == tuple(y for y in range(2015, 2020) if y != year)


def test_a_window_of_more_than_a_year_is_cut_and_it_is_said() -> None:
    long = WindowPair(Window(date(2020, 3, 1), date(2021, 4, 30)), (Window(date(2018, 3, 1), date(2019, 4, 30)),))
    found = dates("violent", long)
    assert (found.days, found.asked) == (365, 426)
    assert "426 days" in said.policy_dates_sentence(found)
    assert found.here == dates("violent").here
    assert "Your window" not in said.policy_dates_sentence(dates("violent"))


@pytest.mark.parametrize("name", ["violent", "property", "other-arrests"])
def test_nothing_can_be_told_from_no_step_after_the_announcement(name: str) -> None:
    found = announcement(load_story().measures[name])
    assert isinstance(found, Step)
    assert not found.clear
    assert found.day == date(2021, 3, 26)
    assert found.days == (128 if name == "other-arrests" else 36)
    assert max(found.years) == 2019


def test_covered_arrests_are_too_uneven_to_say() -> None:
    found = announcement(load_story().measures[COVERED])
    assert isinstance(found, Step)
    assert found.interval.wide
    assert said.step_text(found) == "too uneven to say"


def test_counts_that_the_policy_does_not_name_fell_as_well() -> None:
    credited, covered, not_named = untouched(OFFICE)
    assert [f.measure.id for f in credited if f.measure] == ["violent", "property"]
    assert covered.measure is not None
    named = set(covered.measure.categories)
    assert [f.measure.id for f in not_named if f.measure] == list(NOT_NAMED)
    for finding in not_named:
        assert finding.measure is not None
        assert not named & set(finding.measure.categories)
    title = said.untouched_title(credited, not_named)
    assert title == ("Four of six counts the policy doesn’t name fell, too, three of them as much as violent crime")
    sentence = said.untouched_sentence(credited, covered, not_named, OFFICE)
    assert "can’t credit the policy" in sentence


@pytest.mark.parametrize("name", measures_of("all"))
def test_no_sentence_holds_garbage(name: str) -> None:
    measure = load_story().measures[name]
    found = dates(name)
    for text in (
        said.policy_dates_sentence(found),
        said.announcement_sentence([(measure, announcement(measure))]),
        f"{said.policy_dates_title(found)}.",
        f"{said.announcement_title([(measure, announcement(measure))])}.",
    ):
        assert not GARBAGE.search(text), text
        assert text.endswith(".")


@given(pairs(), st.sampled_from(["violent", "arson", "drug-arrests", "homicide"]))
@settings(max_examples=examples(12), suppress_health_check=[HealthCheck.too_slow])
def test_any_window_gives_a_sentence(pair: WindowPair, name: str) -> None:
    found = dates(name, pair)
    assert found.days == min(pair.current.days, 365)
    for text in (said.policy_dates_title(found), said.policy_dates_sentence(found)):
        assert not GARBAGE.search(text), text
    credited, covered, not_named = untouched(pair)
    for text in (
        said.untouched_title(credited, not_named),
        said.untouched_sentence(credited, covered, not_named, pair),
    ):
        assert not GARBAGE.search(text), text


ON = "from March 18, 2020 on"


@pytest.mark.parametrize(
    ("change", "others", "as_large", "title"),
    [
        (-0.2, (-0.1, 0.3, 0), 0, f"fell 20% {ON}, further than in any of three other years"),
        (
            -0.2,
            (-0.3, 0.3, 0),
            1,
            f"fell 20% {ON}; one of three other years moved about as much or more",
        ),
        (
            -0.2,
            (-0.19, 0, 0),
            1,
            f"fell 20% {ON}; one of three other years moved about as much or more",
        ),
        (
            0.2,
            (0.3, 0.2, 0),
            2,
            f"rose 20% {ON}; two of three other years moved about as much or more",
        ),
        (0.2, (0.1, -0.5, 0), 0, f"rose 20% {ON}, more than in any of three other years"),
        (0.2, (0.1, -0.5), 0, f"rose 20% {ON}; too few other years to say more"),
        (0.2, (), 0, f"rose 20% {ON}; too few other years to say more"),
        (0.05, (0, 0, 0), 0, "made no clear step on March 18, 2020 (+5%; 5% down to 15% up)"),
    ],
)
def test_other_years_count_where_they_went_the_same_way_as_far(
    change: float, others: tuple[float, ...], as_large: int, title: str
) -> None:
    found = dates("violent")
    step = replace(here(found), change=change, interval=Interval(change - 0.1, change + 0.1, "quasi-Poisson"))
    made = replace(found, here=step, others=tuple((2015 + i, replace(step, change=c)) for i, c in enumerate(others)))
    assert made.as_large == as_large
    assert said.policy_dates_title(made) == f"Violent crime {title}"
    assert not GARBAGE.search(said.policy_dates_sentence(made))


def test_a_step_after_the_announcement_would_be_named() -> None:
    measure = load_story().measures["violent"]
    found = announcement(measure)
    assert isinstance(found, Step)
    made = replace(found, change=-0.4, interval=Interval(-0.5, -0.3, "quasi-Poisson"))
    assert said.announcement_title([(measure, made)]).endswith("on the same day, violent crime fell 40%")
    assert "Beyond chance: violent crime." in said.announcement_sentence([(measure, made)])
    # mayor.baltimorecity.gov, March 17, 2021: the city eased its limits at 6 a.m. on the day of the announcement.
    assert "At 6 a.m. that day" in said.announcement_sentence([(measure, made)])
    none = NoStep("Nothing to count.")
    assert said.announcement_title([(measure, none)]) == "After the announcement: too few events to say"
    assert "Nothing to count." in said.announcement_sentence([(measure, none)])


def test_counting_is_done_once() -> None:
    assert dates("larceny") is dates("larceny")
    assert planes.during_flights() is planes.during_flights()


@pytest.mark.usefixtures("without_calls")
def test_records_that_are_not_here_are_asked_for() -> None:
    calls = load_story().measures["calls-drugs"]
    for ask in (lambda: policy_dates(calls, OFFICE), lambda: announcement(calls)):
        with pytest.raises(NotLoadedError, match="refresh calls"):
            ask()


def test_the_periods_touch_and_their_baselines_lie_before_the_pandemic() -> None:
    for before, during, after in (planes.flights(), planes.protests()):
        assert before.end + timedelta(days=1) == during.start
        assert during.end + timedelta(days=1) == after.start
        for window in (before, during, after):
            assert planes.against_years(window).baseline[0].end < date(2020, 3, 5)
            assert planes.against_years(window).same_dates
    assert planes.flights()[1] == Window(date(2020, 5, 1), date(2020, 10, 31))
    assert len({window.days for window in planes.protests()}) == 1


def test_street_robbery_fell_no_further_while_planes_flew() -> None:
    street = planes.during_flights()[0]
    assert street.measure.id == "robbery-street"
    assert all(change.headline is not None and change.headline < -0.4 for change in street.changes)
    assert street.beyond is not None
    value, interval = street.beyond
    assert interval.high is not None
    assert interval.low < value < 0 < interval.high
    assert "not clearly lower while police planes flew" in said.planes_title(street)


def test_the_middle_period_is_held_against_the_two_others_together() -> None:
    line = open_records().line(load_story().measures["robbery"])
    windows = planes.flights()
    counts = [(compare(line, planes.against_years(w)).current, compare(line, planes.against_years(w)).baseline)
              for w in windows]  # fmt: skip
    (x1, y1), (x2, y2), (x3, y3) = counts
    found = planes.during_flights()[1]
    assert found.beyond is not None
    assert found.beyond[0] == pytest.approx((x2 / y2) / ((x1 + x3) / (y1 + y3)) - 1)
    phi = found.changes[1].dispersion.phi
    half = 1.959964 * np.sqrt(phi * (1 / x2 + 1 / y2 + 1 / (x1 + x3) + 1 / (y1 + y3)))
    assert found.beyond[1].low == pytest.approx((1 + found.beyond[0]) * np.exp(-half) - 1, rel=1e-5)


def test_in_a_steady_series_the_middle_is_like_the_others() -> None:
    line = line_of(date(2014, 1, 1), np.full(2800, 7))
    pairs = [planes.against_years(window) for window in planes.flights()]
    one, middle, other = (compare(line, pair) for pair in pairs)
    beyond = ratio_of_ratios(middle, planes._together((pairs[0], pairs[2]), (one, other), middle.dispersion))
    assert beyond is not None
    assert beyond[0] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("interval", "words"),
    [((-0.4, -0.1), "was lower while"), ((0.1, 0.4), "was higher while"), (None, "too few to say")],
)
def test_the_title_follows_the_interval(interval: tuple[float, float] | None, words: str) -> None:
    street = planes.during_flights()[0]
    beyond = (sum(interval) / 2, Interval(*interval, "quasi-Poisson")) if interval else None
    assert words in said.planes_title(replace(street, beyond=beyond))
