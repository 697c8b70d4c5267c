"""The table of the Johns Hopkins study, against plain counting of the bundled arrests."""

import math
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.rates import share_of_fall, share_of_sum
from lib.analysis.windows import Window
from lib.story.evidence.hopkins import (
    CODES,
    COLUMNS,
    GROUPS,
    PERIODS,
    STUDY,
    VARIANTS,
    Color,
    Period,
    Row,
    Variant,
    hopkins_table,
    rows_of,
    study_figures,
)
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences.hopkins_words import TOGETHER, dependence, shares
from tests.analysis.made import naive_count
from tests.story.findings import GARBAGE

RACES: dict[Color, tuple[str, ...]] = {
    "all": ("black", "white", "other", "unknown"),
    "black": ("black",),
    "not-black": ("white", "other", "unknown"),
}


def months(first: date, last: date) -> list[Window]:
    starts = pd.date_range(first, last, freq="MS")
    return [Window(s.date(), (s + pd.offsets.MonthEnd()).date()) for s in starts]


def counted(group: str, race: Color, some: list[Window]) -> np.ndarray:
    """Arrests a month by a mask over rows."""
    frame = open_records().tables.frame("arrests_city_daily")
    frame = frame[frame["group"].isin(load_story().measures[group].categories) & frame["race"].isin(RACES[race])]
    return np.array([naive_count(frame, month) for month in some], dtype=float)


def sides(period: Period, variant: Variant) -> tuple[list[Window], list[Window], np.ndarray, np.ndarray]:
    """Months before and after, and their places in time."""
    before = months(date(2018, 1, 1), date(2020, 3, 31 if variant == "every-month" else 1))
    if variant == "without-march-2020":
        before = before[:-1]
    after = months(date(2020, 4, 1), date(2021, 5, 31) if period == "study" else date(2021, 7, 31))
    return before, after, np.arange(float(len(before))), 27 + np.arange(float(len(after)))


def test_the_table_has_every_case_once_and_stable_columns() -> None:
    table = hopkins_table()
    keys = [(r.group, r.race, r.period, r.variant, r.counterfactual) for r in table]
    assert len(set(keys)) == len(keys) == len(GROUPS) * len(CODES) * len(PERIODS) * len(VARIANTS) * 3
    assert COLUMNS == (
        "group", "race", "period", "variant", "counterfactual", "before_first", "before_last", "after_first",
        "after_last", "months_before", "months_after", "before", "after", "mean_before", "mean_after", "difference",
        "difference_low", "difference_high", "change", "level", "level_low", "level_high", "slope", "slope_low",
        "slope_high", "expected", "averted", "averted_low", "averted_high", "share", "share_low", "share_high",
        "published", "published_share",
    )  # fmt: skip
    assert hopkins_table() is table


def test_every_number_is_finite_or_empty_and_every_interval_holds_its_value() -> None:
    for row in hopkins_table():
        for name in COLUMNS:
            value = getattr(row, name)
            assert not isinstance(value, float) or math.isfinite(value), (row, name)
        for name in ("difference", "level", "slope", "averted", "share"):
            low, value, high = (getattr(row, name + end) for end in ("_low", "", "_high"))
            assert (low is None) == (value is None) == (high is None)
            assert value is None or low <= value <= high, (row, name)


@pytest.mark.parametrize("race", CODES)
@pytest.mark.parametrize("group", GROUPS)
def test_counts_and_means_are_those_of_plain_counting(group: str, race: Color) -> None:
    for period in PERIODS:
        for variant in VARIANTS:
            before, after, _, _ = sides(period, variant)
            early, late = counted(group, race, before), counted(group, race, after)
            for row in rows_of(group, race, period, variant):
                assert (row.months_before, row.months_after) == (len(before), len(after))
                assert (row.before_first, row.before_last) == (before[0].start, before[-1].end)
                assert (row.after_first, row.after_last) == (after[0].start, after[-1].end)
                assert (row.before, row.after) == (early.sum(), late.sum())
                assert (row.mean_before, row.mean_after) == pytest.approx((early.mean(), late.mean()))
                assert row.difference == pytest.approx(late.mean() - early.mean())
                if row.before:
                    assert row.change == pytest.approx(late.mean() / early.mean() - 1)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("period", PERIODS)
def test_level_and_slope_are_those_of_statsmodels(period: Period, variant: Variant) -> None:
    before, after, early, late = sides(period, variant)
    times = np.append(early, late)
    step = (times >= 27).astype(float)
    for group in (STUDY, "covered-arrests", "other-arrests"):
        for race in CODES:
            model = sm.OLS(
                np.append(counted(group, race, before), counted(group, race, after)),
                np.column_stack([np.ones(len(times)), times, step, (times - 27) * step]),
            ).fit(
                cov_type="HAC",
                cov_kwds={"maxlags": int(4 * (len(times) / 100) ** (2 / 9)), "use_correction": True},
                use_t=True,
            )
            ends = model.conf_int()
            row = rows_of(group, race, period, variant)[0]
            assert (row.level, row.level_low, row.level_high) == pytest.approx((model.params[2], *ends[2]))
            assert (row.slope, row.slope_low, row.slope_high) == pytest.approx((model.params[3], *ends[3]))


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("period", PERIODS)
def test_the_arrests_averted_are_those_of_plain_fits(period: Period, variant: Variant) -> None:
    before, after, early, late = sides(period, variant)
    for group in GROUPS:
        for race in CODES:
            values, seen = counted(group, race, before), counted(group, race, after).sum()
            line = np.polyval(np.polyfit(early, values, 1), late)
            model = sm.GLM(values, sm.add_constant(early), family=sm.families.Poisson()).fit(tol=1e-12)
            curve = model.predict(sm.add_constant(late))
            flat, linear, log_linear = rows_of(group, race, period, variant)
            assert flat.averted == pytest.approx(values.mean() * len(after) - seen)
            assert linear.averted == pytest.approx(np.maximum(0, line).sum() - seen)
            assert log_linear.averted is None or log_linear.averted == pytest.approx(curve.sum() - seen, abs=1e-3)
            for row in (flat, linear, log_linear):
                assert row.averted is None or row.expected == pytest.approx(row.averted + row.after)


def cases() -> Iterator[tuple[Row, Row, Row]]:
    """All, Black and not Black of each case."""
    for row in hopkins_table():
        if row.race == "all":
            key = (row.period, row.variant)
            black, other = (
                next(r for r in rows_of(row.group, race, *key) if r.counterfactual == row.counterfactual)
                for race in ("black", "not-black")
            )
            yield row, black, other


def test_the_races_add_up_to_all() -> None:
    for every, black, other in cases():
        assert (black.before + other.before, black.after + other.after) == (every.before, every.after)
        for name in ("mean_before", "mean_after", "difference", "level", "slope"):
            assert getattr(black, name) + getattr(other, name) == pytest.approx(getattr(every, name))
        if every.counterfactual == "flat":
            assert black.averted is not None
            assert other.averted is not None
            assert black.averted + other.averted == pytest.approx(every.averted)


def test_a_share_is_that_of_the_arrests_averted() -> None:
    for every, *parts in cases():
        assert every.share is None
        for part in parts:
            if part.share is not None:
                assert part.averted is not None
                assert every.averted is not None
                assert part.share == pytest.approx(part.averted / every.averted)


def test_the_sum_of_the_studys_groups_is_their_sum() -> None:
    for row in rows_of(STUDY):
        parts = [rows_of(group)[0] for group in GROUPS[:3]]
        assert row.before == sum(part.before for part in parts)
        assert row.after == sum(part.after for part in parts)


def test_the_published_figures_stand_beside_the_same_arrests_only() -> None:
    for row in hopkins_table():
        same = row.group == STUDY and row.period == "study"
        assert row.published == (443 if same and row.race == "all" else None)
        assert row.published_share == (0.78 if same and row.race == "black" else None)


def test_the_answer_depends_on_the_counterfactual() -> None:
    flat, linear, log_linear = rows_of(STUDY)
    assert flat.averted is not None
    assert linear.averted is not None
    assert log_linear.averted is not None
    assert linear.averted < log_linear.averted < flat.averted
    assert flat.averted > 2 * linear.averted


def test_the_sentence_names_every_answer_the_published_one_and_what_cannot_be_told() -> None:
    rows, (averted, share) = rows_of(STUDY), study_figures()
    said = dependence(load_story().measures[STUDY], rows, averted)
    for row in rows:
        assert row.averted is not None
        assert f"{row.averted:,.0f} if " in said
    assert "The study published 443" in said
    assert "same percentage" in said.split("closest")[1]
    assert said.endswith(TOGETHER)
    of_black = shares(rows_of(STUDY, "black"), share)
    assert "The study published 78%." in of_black
    assert not GARBAGE.search(said + of_black)
    other = rows_of("other-arrests")
    assert "published" not in dependence(load_story().measures["other-arrests"], other, averted)


def test_the_sentence_says_where_even_the_direction_depends() -> None:
    rows, (averted, share) = rows_of("covered-arrests"), study_figures()
    measure = load_story().measures["covered-arrests"]
    mixed = [replace(rows[0], averted=10.0), replace(rows[1], averted=-40.0, averted_low=-90.0), *rows[2:]]
    assert "Even whether any were averted depends on it." in dependence(measure, mixed, averted)
    assert "−40 if" in dependence(measure, mixed, averted)
    nothing = [replace(row, averted=None, averted_low=None, averted_high=None, share=None) for row in rows]
    assert "Too few to say" in dependence(measure, nothing, averted)
    assert "Too few to say" in shares(nothing, share)


@given(st.lists(st.none() | st.floats(-1e5, 1e5), min_size=3, max_size=3))
def test_any_answers_make_a_plain_sentence(answers: list[float | None]) -> None:
    rows = [
        replace(row, averted=a, averted_low=a, averted_high=a) for row, a in zip(rows_of(STUDY), answers, strict=True)
    ]
    said = dependence(load_story().measures[STUDY], rows, study_figures()[0])
    assert not GARBAGE.search(said)
    assert "+" not in said


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_the_share_of_a_fall_is_that_of_a_sum(a: int, b: int, c: int, d: int) -> None:
    fall, rest = b - a, d - c
    assert share_of_fall(a, b, c, d) == share_of_sum(fall, a + b, fall + rest, a + b + c + d)


def test_the_row_has_a_column_for_each_field() -> None:
    assert tuple(field.name for field in fields(Row)) == COLUMNS
