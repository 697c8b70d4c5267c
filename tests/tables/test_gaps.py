"""What is found by rule in the daily counts."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.tables.gaps import blank_days, empty_days, missing_years, odd_days, quiet_days
from tests.examples import examples

FIRST = pd.Timestamp("2014-01-01")


def daily(counts: dict[str, list[int]]) -> pd.DataFrame:
    wide = pd.DataFrame(counts, index=pd.date_range(FIRST, periods=len(next(iter(counts.values())))))
    long = wide.rename_axis("date").reset_index().melt("date", var_name="offense", value_name="count")
    return long[long["count"] > 0]


def blocks(frame: pd.DataFrame, share: float) -> pd.Series:
    counts = frame.set_index(["date", "offense"])["count"]
    return (counts * share).round().astype(int)


def test_years_without_an_offense_are_missing_up_to_the_last_complete_day():
    days = 3 * 365
    frame = daily({"larceny": [1] * days, "homicide": [0] * 365 + [1] * 365 + [0] * 365})
    gaps = missing_years(frame, date(2016, 6, 30))
    assert [(gap.start, gap.end, gap.categories, gap.missing) for gap in gaps] == [
        (date(2014, 1, 1), date(2014, 12, 31), ("homicide",), True),
        (date(2016, 1, 1), date(2016, 6, 30), ("homicide",), True),
    ]
    assert missing_years(frame, date(2015, 12, 31)) == gaps[:1]


def test_a_lone_peak_is_one_incident_or_a_batch_by_its_blocks():
    burglary = [10] * 200
    burglary[100] = 120
    frame = daily({"burglary": burglary, "larceny": [20] * 200})
    (gap,) = odd_days(frame, blocks(frame, 0.8))
    assert (gap.start, gap.end, gap.categories, gap.missing) == (date(2014, 4, 11),) * 2 + (
        ("burglary",),
        False,
    )
    assert gap.what == "120 burglary records on 2014-04-11, usually 10; 96 of them lie in one block: " + (
        "one incident with many victims."
    )
    (gap,) = odd_days(frame, blocks(frame, 0.1))
    assert "entered in a batch" in gap.what


def test_a_peak_shared_by_offenses_is_an_event():
    burglary, arson = [10] * 200, [1] * 200
    burglary[100] = burglary[101] = 120
    arson[100] = 12
    frame = daily({"burglary": burglary, "arson": arson})
    gaps = odd_days(frame, blocks(frame, 0.8))
    assert [gap.start.day for gap in gaps] == [11, 12]
    assert all("other offenses stand out too (arson): something happened" in gap.what for gap in gaps)


def test_ordinary_days_are_not_odd():
    counts = np.random.default_rng(1).poisson(20, 2_000).tolist()
    frame = daily({"burglary": counts, "larceny": counts[::-1]})
    assert odd_days(frame, blocks(frame, 1.0)) == ()


@settings(max_examples=examples(60), deadline=None)
@given(blank=st.lists(st.booleans(), min_size=1, max_size=40), drop=st.booleans())
def test_blank_days_are_found_once_each(blank, drop):
    inner = [False, *blank, False]
    days = pd.date_range("2020-01-01", periods=len(inner))
    frame = pd.DataFrame({"date": days, "a": [np.nan if b else 1.0 for b in inner], "b": 1.0})
    if drop:
        frame = frame[frame["a"].notna()]
    gaps = blank_days(frame, "why")
    found = [gap.start + timedelta(n) for gap in gaps for n in range((gap.end - gap.start).days + 1)]
    assert found == [day.date() for day, b in zip(days, inner, strict=True) if b]
    assert all(gap.missing and gap.categories == (("a", "b") if drop else ("a",)) for gap in gaps)


@pytest.mark.parametrize("length", [1, 28, 29, 200])
def test_days_without_any_record_are_missing_and_do_not_hide_quiet_ones(length):
    days = pd.Series(1000, index=pd.date_range("2020-01-01", periods=600, unit="us"))
    hole = days.index[100 : 100 + length]
    days.iloc[400 : 400 + length] = 5
    (gap,) = empty_days(days.drop(hole))
    assert (gap.start, gap.end, gap.missing) == (hole[0].date(), hole[-1].date(), True)
    (quiet,) = quiet_days(days.drop(hole))
    assert (quiet.start, quiet.end, quiet.missing) == (date(2021, 2, 4), days.index[399 + length].date(), False)
    assert quiet_days(days.iloc[:400].drop(hole)) == ()
