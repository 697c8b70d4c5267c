"""Empty streets and crime: weeks side by side, correlations with intervals that know of sluggish series."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.change import Z95
from lib.analysis.rates import Estimate
from lib.analysis.seasonal import NoForecast
from lib.story.evidence import mobility as module
from lib.story.evidence.mobility import GROUPS, SPANS, Streets, as_policy, correlate, correlations, streets, stretches
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences.mobility_words import lag_heads, lag_sentence, lag_title, streets_sentence, streets_title
from tests.story.findings import GARBAGE


def found() -> Streets:
    made = streets("linear", "2016")
    assert not isinstance(made, NoForecast)
    return made


def test_both_groups_together_are_violent_and_property_crime_each_once() -> None:
    measures = load_story().measures
    both = [category for group in GROUPS for category in group.categories]
    assert sorted(both) == sorted({*measures["violent"].categories, *measures["property"].categories})


def test_weeks_stand_beside_each_other() -> None:
    made = found()
    assert (made.weeks[0].start, made.weeks[-1].end) == (date(2020, 2, 24), date(2021, 4, 25))
    moved = open_records().tables.frame("mobility_daily").set_index("date")
    assert made.away[7] == moved["away_from_home"].loc["2020-04-19"]
    orders = open_records().tables.frame("stringency_daily").set_index("date")["stringency"]
    assert made.stringency[7] == pytest.approx(orders.loc["2020-04-13":"2020-04-19"].mean())
    # The index lacks most of the week of April 5, 2021, and ends with the first day of the last one.
    gaps = {made.weeks[i].start for i in np.flatnonzero(np.isnan(made.stringency))}
    assert gaps == {date(2021, 4, 5), date(2021, 4, 19)}
    for departed in made.departures:
        assert np.isnan(departed).tolist() == [True] + [False] * (len(made.weeks) - 1)


def test_every_lag_is_given_with_its_weeks() -> None:
    every = correlations(found())
    assert len(every) == len(SPANS) * len(GROUPS) * 7
    assert [each.lag for each in every] == list(range(7)) * 6
    assert [each.weeks for each in every[:7]] == [60, 60, 59, 58, 57, 56, 55]
    assert [each.weeks for each in every if each.span == "after"][:7] == list(range(47, 40, -1))
    assert all(each.worth <= each.weeks for each in every)


def test_the_worth_that_pyper_and_peterman_advise_moves_no_interval_to_the_other_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As methods.toml says: their equation 1 without its weights, autocorrelations times n / (n - j).
    def advised(x: module.Floats, y: module.Floats) -> tuple[Estimate | None, float]:
        n, value = len(x), float(np.corrcoef(x, y)[0, 1])
        both = [module._auto(x, j) * module._auto(y, j) * (n / (n - j)) ** 2 for j in range(1, n // 5 + 1)]
        worth = n / max(1.0, 1 + 2 * sum(both))
        half = Z95 / math.sqrt(worth - 3)
        return Estimate(value, math.tanh(math.atanh(value) - half), math.tanh(math.atanh(value) + half)), worth

    def sides() -> list[tuple[bool, bool]]:
        return [(each.value.low > 0, each.value.high < 0) for each in correlations(found()) if each.value]

    ours = sides()
    assert len(ours) == 42
    monkeypatch.setattr(module, "correlate", advised)
    assert sides() == ours


def test_a_lagged_copy_is_found_at_its_lag() -> None:
    made = found()
    random = np.random.default_rng(1)
    away = random.standard_normal(len(made.weeks))
    departed = np.r_[np.nan, np.nan, np.nan, away[:-3]]
    every = correlations(Streets(made.weeks, away, away, away, (departed, -departed)))
    one = {each.lag: each.value for each in every if each.span == "levels" and each.group == GROUPS[0]}
    assert one[3] is not None
    assert one[3].value == pytest.approx(1)
    assert all(abs(value.value) < 0.5 for lag, value in one.items() if lag != 3 and value)


def test_the_interval_of_sluggish_series_holds_no_correlation_as_often_as_it_says() -> None:
    random = np.random.default_rng(2)
    noise = random.standard_normal((2, 400, 110))
    series = np.zeros_like(noise)
    for i in range(1, 110):
        series[..., i] = 0.8 * series[..., i - 1] + noise[..., i]
    held, plain = [], []
    for x, y in zip(series[0, :, 50:], series[1, :, 50:], strict=True):
        value, _ = correlate(x, y)
        assert value is not None
        held.append(value.low <= 0 <= value.high)
        plain.append(abs(math.atanh(value.value)) < 1.96 / math.sqrt(57))
    assert 0.9 <= np.mean(held) <= 0.98
    assert np.mean(plain) < 0.75


@given(st.lists(st.floats(-5, 5), min_size=0, max_size=30), st.floats(-2, 2))
def test_a_correlation_is_in_order_or_not_said(values: list[float], other: float) -> None:
    x = np.array(values)
    value, worth = correlate(x, np.roll(x, 1) + other * np.arange(len(x)))
    assert worth <= max(len(x), 1)
    if value is not None:
        assert -1 <= value.low <= value.value <= value.high <= 1


@pytest.mark.parametrize("x", [np.ones(20), np.arange(7.0), np.array([])])
def test_too_few_or_constant_weeks_say_nothing(x: np.ndarray) -> None:
    assert correlate(x, np.arange(float(len(x))))[0] is None


def test_a_policy_that_stands_still_makes_the_step_and_nothing_after() -> None:
    made = found()
    policy = as_policy(made)
    for step in policy.step:
        assert step.value is not None
        assert step.value.value < 0
    late = [i for i, week in enumerate(made.weeks) if week.start >= date(2020, 6, 1)]
    assert policy.spread == (made.away[late].min(), made.away[late].max())


def test_sentences_hold_the_numbers_and_no_verdict_on_a_cause() -> None:
    made = found()
    every, both = correlations(made), stretches(made, "linear", "2016")
    texts = [
        streets_title(both[1]),
        streets_sentence(both, "linear"),
        lag_title(every),
        lag_sentence(every, as_policy(made)),
        *(line for head in lag_heads(every) for line in head),
    ]
    for said in texts:
        assert not GARBAGE.search(said), said
        assert "because" not in said
    assert "larceny from cars" in texts[1]
    assert "41 to 47 weeks" in " ".join(texts)
