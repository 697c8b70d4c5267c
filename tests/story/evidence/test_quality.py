"""How good the records are: published or known figures come out again, and planted faults are found."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from lib.analysis.windows import Window
from lib.errors import ArgumentError
from lib.story.evidence import quality
from lib.story.evidence.quality import agreements, days_of, outage, place_shares, published_and_ours, whole
from lib.story.records_in_use import open_records
from lib.story.sentences import quality_words


def test_the_index_counts_the_same_crimes() -> None:
    # facts of the project: totals within 2.2% a month, January 2018 to April 2021; rape about 5% lower.
    found = {row.offense: row for row in agreements()}
    assert found["all"].months[0] == date(2018, 1, 1)
    assert found["all"].months[-1] == date(2021, 4, 1)
    assert len(found["all"].months) == 40
    assert found["all"].most < 0.0225
    assert -0.055 < found["rape"].together < -0.04
    for name, row in found.items():
        if name != "rape":
            assert abs(row.together) < 0.005, name


def test_the_comparison_is_of_the_tables_own_counts() -> None:
    month = pd.Timestamp(2019, 7, 1)
    index = open_records().tables.frame("peers_monthly").set_index(["month", "agency"])
    crime = open_records().frame("crime", "crime_city_daily")
    july = crime[(crime["date"] >= month) & (crime["date"] < pd.Timestamp(2019, 8, 1))]
    by_offense = july.groupby("offense", observed=True)["count"].sum()
    row = next(row for row in agreements() if row.offense == "aggravated-assault")
    at = row.months.index(date(2019, 7, 1))
    assert row.index[at] == index.loc[(month, "Baltimore, MD"), "aggravated-assault"]
    assert row.own[at] == by_offense["aggravated-assault"] + by_offense["shooting"]


def test_a_fifth_of_the_places_of_2019_to_2021_is_filled_in() -> None:
    # facts of the project: 20.4% of the rows of 2019-2021 filled in, 2.7% without; it counts a few rows more.
    (filled,), (nowhere,) = _shares(Window(date(2019, 1, 1), date(2021, 4, 30)))
    assert filled == pytest.approx(0.204, abs=0.002)
    assert nowhere == pytest.approx(0.027, abs=0.001)


def test_shares_are_of_all_records_of_a_period() -> None:
    for name in ("crime", "arrests"):
        found = place_shares(name, whole(name, "year"))
        counts = open_records().city(name)
        total = int(counts.select(counts.categories).daily().sum())
        assert sum(found.records) == total, name
        frame = open_records().frame(name, f"{name}_area_daily")
        in_2018 = frame[frame["date"].dt.year == 2018]
        none = in_2018.loc[in_2018["place"] == "none", "count"].sum() / in_2018["count"].sum()
        assert found.nowhere[4] == pytest.approx(none)


def _shares(window: Window) -> tuple[tuple[float, ...], tuple[float, ...]]:
    found = place_shares("crime", (window,))
    assert found.imputed is not None
    return found.imputed, found.nowhere


def test_the_ransomware_left_no_hole_and_a_planted_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    # The manifest: 17 weeks from April 1, 2019, those from the attack on with at least 846, 948 on average.
    found = outage()
    assert not found.hole
    assert (found.least, found.least_week, round(found.mean_week)) == (846, date(2019, 5, 6), 948)
    assert "left no hole" in quality_words.outage_title(found)
    real = days_of("crime")
    lost = (date(2019, 5, 13) - real.window.start).days
    emptied = tuple(0 if lost <= i < lost + 5 else n for i, n in enumerate(real.counts))
    monkeypatch.setattr(quality, "days_of", lambda _: replace(real, counts=emptied))
    assert outage().hole
    assert outage().least_week == date(2019, 5, 13)
    assert "left a hole" in quality_words.outage_title(outage())


def test_days_that_stand_out_do_so_for_their_weekday() -> None:
    for name in ("crime", "arrests"):
        found = days_of(name)
        assert found.empty == 0
        assert found.total == int(open_records().city(name).sums[-1].sum())
        days = [found.window.start + timedelta(days=i) for i in range(found.window.days)]
        for odd in found.odd:
            at = days.index(odd.day)
            same = [found.known[at + 7 * k] for k in range(-4, 5) if 0 <= at + 7 * k < len(days)]
            assert odd.usual == np.median(same)
            assert odd.count < odd.usual / 2 or odd.count > odd.usual * 2
    # The unrest of April 27, 2015, is the fullest day of all; the manifest knows it too.
    assert [odd.day for odd in days_of("crime").odd if not odd.quiet] == [date(2015, 4, 27)]
    assert date(2015, 4, 27) in {gap.start for gap in days_of("crime").gaps}


def test_days_outside_the_records_are_refused() -> None:
    with pytest.raises(ArgumentError):
        days_of("crime").within(Window(date(2013, 1, 1), date(2014, 2, 1)))


@pytest.mark.usefixtures("without_calls")
def test_published_counts_are_held_against_the_same_windows() -> None:
    found = {(row.what, row.unit): row for row in published_and_ours()}
    # facts of the project: violent -17.4% in the first quarter; the article's window ends on March 26, 85 days after
    # 86 of 2020.
    article = found["Violent crime down about 20%", "change"]
    assert article.published == -0.20
    assert article.ours == pytest.approx(article.current / 85 / (article.baseline / 86) - 1)  # type: ignore[operator]
    assert (found["People killed in 2020", "count"].published, found["People killed in 2020", "count"].ours) == (
        335,
        333,
    )
    office = found["Homicides over the office’s year", "difference"]
    assert (office.published, office.ours, office.apart) == (-13, -14, -1)
    assert all(row.address.startswith("https://") for row in found.values())
    calls = found["911 calls about drugs down by a third", "change"]
    assert (calls.ours, quality_words.apart(calls)) == (None, "not loaded")
