"""Baltimore among other cities, from the bundled index: months, sets, what is left out, and the words."""

from dataclasses import replace
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.analysis.windows import Window, WindowPair, parse_window, years_earlier
from lib.errors import ArgumentError
from lib.story.evidence.peers import (
    BALTIMORE,
    COLUMNS,
    LARGE,
    NAMED,
    TABLE,
    Cities,
    Months,
    Place,
    monthly,
    months_of,
    place,
    place_in,
    year_months,
)
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import peers_words as said
from lib.story.words import percent
from tests.examples import examples
from tests.story.findings import GARBAGE, measures_of, pairs

OFFICE = WindowPair(parse_window("2020-03-13..2021-03-12"), (parse_window("2019-03-13..2020-03-12"),))
SETS = get_args(Cities)
COUNTED = tuple(COLUMNS)


def index() -> pd.DataFrame:
    frame = open_records().tables.frame("peers_monthly")
    return frame.assign(agency=frame["agency"].astype(str))


def of(name: str, pair: WindowPair = OFFICE, cities: Cities = "large") -> Place:
    return place(load_story().measures[name], pair, cities)


def test_baltimores_counts_and_change_are_those_of_the_table() -> None:
    frame = index()
    ours = frame[frame["agency"] == BALTIMORE].set_index("month")
    violent = ours[["homicide", "rape", "robbery", "aggravated-assault"]].astype(float).sum(axis=1)
    now, before = violent["2020-04":"2021-02"].sum(), violent["2019-04":"2020-02"].sum()
    found = of("violent")
    assert (found.count, found.before) == (now, before)
    assert found.standing.change == pytest.approx(now / 334 / (before / 335) - 1)  # February 2020 had 29 days


def test_every_citys_change_is_that_of_the_table() -> None:
    frame = index()
    found = of("robbery", cities="all")
    for at in range(0, len(found.agencies), 17):
        theirs = frame[frame["agency"] == found.agencies[at]].set_index("month")["robbery"].astype(float)
        counts = theirs["2020-04":"2021-02"].sum(), theirs["2019-04":"2020-02"].sum()
        assert found.counts[at] == counts
        assert found.changes[at] == pytest.approx(counts[0] / 334 / (counts[1] / 335) - 1)  # February 2020 had 29 days
        assert counts[1] >= 50
    assert found.standing.fell_more == sum(change < found.standing.change for change in found.changes)
    assert found.standing.median == pytest.approx(np.median(found.changes))


def test_in_2020_baltimore_fell_while_violence_rose_in_the_median_city() -> None:
    # Computed apart from this program, with pandas alone.
    found = place_in(load_story().measures["violent"], year_months(2020, 2019), "large")
    assert (found.count, found.before) == (10284, 12324)
    assert found.standing.change == pytest.approx((1 - 0.1655) * 365 / 366 - 1, abs=0.0005)
    assert 0.03 < found.standing.median < 0.08
    assert found.standing.fell_more <= 2
    auto_theft = place_in(load_story().measures["auto-theft"], year_months(2023, 2022), "large")
    assert (auto_theft.count, auto_theft.before) == (11147, 3597)


@pytest.mark.parametrize("cities", SETS)
def test_no_sum_over_agencies_and_not_baltimore_itself_is_among_the_cities(cities: Cities) -> None:
    for name in COUNTED:
        names = of(name, cities=cities).agencies
        assert len(set(names)) == len(names) >= 8
        assert BALTIMORE not in names
        assert not [each for each in names if "Nationwide" in each]


def test_large_cities_are_large_and_similar_ones_are_older_cities_with_much_violence() -> None:
    frame = index()
    year = frame[frame["month"].dt.year == 2019].drop(columns="month").groupby("agency").sum().astype(float)
    size = year.sum(axis=1)
    large = of("property")
    assert 50 <= len(large.agencies) <= 80
    card = open_records().tables.frame("peers_yearly_2026")
    residents = card.assign(agency=card["agency"].astype(str)).groupby("agency")["residents"].first()
    expected = set(residents[residents >= LARGE].index) & set(size.index)
    assert LARGE == 250_000
    assert set(large.agencies) | {each.agency for each in large.left_out} == expected - {BALTIMORE}
    assert f"at least {LARGE:,} residents" in said.SET_MEANS["large"]
    similar = of("violent", cities="named").agencies
    assert set(similar) < set(NAMED)
    assert {"Philadelphia, PA", "Washington, DC", "Chicago, IL", "Detroit, MI", "Memphis, TN", "Cleveland, OH",
            "St Louis, MO"} <= set(similar)  # fmt: skip
    for name in similar:
        assert year.loc[name, "homicide"] / size[name] >= 0.0035, name
        assert size[name] >= 5000, name


def test_agencies_left_out_are_named_with_the_reason() -> None:
    why = {each.agency: each.why for each in of("violent", cities="named").left_out}
    assert set(why) == {"Atlanta, GA", "Milwaukee, WI", "Pittsburgh, PA", "Richmond, VA"}
    assert why["Atlanta, GA"] == "no counts of rape"
    assert "filled in" in why["Richmond, VA"]
    found = of("property", cities="all")
    reasons = {each.agency: each.why for each in found.left_out}
    assert reasons["Mission, TX"] == "a month nearly empty"
    assert "filled in" in reasons["South Bend, IN"]
    assert not set(reasons) & set(found.agencies)
    assert len(reasons) + len(found.agencies) + 1 == index()["agency"].nunique() - 5  # five sums over agencies


def test_the_months_are_the_whole_ones_inside_the_windows() -> None:
    found = months_of(OFFICE)
    assert found.current == (*(date(2020, m, 1) for m in range(4, 13)), date(2021, 1, 1), date(2021, 2, 1))
    assert found.baseline[0] == tuple(month.replace(year=month.year - 1) for month in found.current)
    assert said.say_pair(found) == "April 2020 to February 2021 compared with April 2019 to February 2020"


def test_february_of_a_leap_year_counts_as_whole_where_the_other_is() -> None:
    found = months_of(years_earlier(parse_window("2021-02-01..2021-02-28")))
    assert found == Months((date(2021, 2, 1),), ((date(2020, 2, 1),),), True)


def test_several_years_are_their_mean_and_other_dates_are_counted_a_day() -> None:
    two = WindowPair(parse_window("2021-01-01..2021-03-31"), tuple(
        parse_window(f"{year}-01-01..{year}-03-31") for year in (2019, 2020)))  # fmt: skip
    found = of("robbery", two)
    assert found.standing.change == pytest.approx(found.count / 90 / (found.before / 181) - 1)
    assert "an average of" in said.place_sentence(found)
    other = WindowPair(parse_window("2020-07-01..2020-09-30"), (parse_window("2019-01-15..2019-12-31"),))
    found = of("robbery", other)
    assert found.months.baseline == (tuple(date(2019, m, 1) for m in range(2, 13)),)
    assert found.standing.change == pytest.approx((found.count / 92) / (found.before / 334) - 1)
    assert " a day in Baltimore" in said.place_sentence(found)


@pytest.mark.parametrize("window", ["2020-03-05..2020-03-30", "2017-01-01..2017-12-31", "2018-01-01..2018-12-31"])
def test_windows_without_a_whole_month_of_the_index_are_refused(window: str) -> None:
    with pytest.raises(ArgumentError, match="no whole month"):
        of("violent", years_earlier(parse_window(window)))


@pytest.mark.parametrize("name", [m for m in measures_of("all") if m not in COUNTED])
def test_what_the_index_does_not_count_is_one_sentence(name: str) -> None:
    measure = load_story().measures[name]
    for ask in (lambda: place(measure, OFFICE, "large"), lambda: monthly(measure, "all")):
        with pytest.raises(ArgumentError, match="Real-Time Crime Index") as caught:
            ask()
        assert str(caught.value).count(".") == 1


def test_too_few_events_and_too_few_cities_are_said() -> None:
    short = years_earlier(parse_window("2021-01-01..2021-01-31"))
    with pytest.raises(ArgumentError, match="fewer than 50 events of homicide"):
        of("homicide", short)
    longer = years_earlier(parse_window("2021-01-01..2021-02-28"))
    with pytest.raises(ArgumentError, match="too few"):
        of("homicide", longer)


@given(pairs(most=2), st.sampled_from(COUNTED), st.sampled_from(SETS))
@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
def test_any_windows_give_a_place_or_a_reason(pair: WindowPair, name: str, cities: Cities) -> None:
    try:
        found = of(name, pair, cities)
    except ArgumentError:
        return
    stood = found.standing
    assert stood.cities == len(found.changes) == len(found.counts)
    assert stood.low <= stood.median <= stood.high
    assert stood.apart.low <= stood.apart.value <= stood.apart.high or stood.cities < 39
    for text in (said.place_sentence(found), said.change_title(found), said.left_out_text(found.left_out)):
        assert not GARBAGE.search(text), text
    assert said.ranked(found) in said.place_sentence(found)


@pytest.mark.parametrize("cities", SETS)
@pytest.mark.parametrize("name", COUNTED)
def test_the_paths_of_every_measure_are_whole(name: str, cities: Cities) -> None:
    measure = load_story().measures[name]
    index = monthly(measure, cities)
    assert (index.months[0], index.months[-1], len(index.months)) == (date(2018, 12, 1), date(2024, 6, 1), 67)
    base = index.months.index(date(2019, 12, 1))
    assert [line[base] for line in (index.own, index.low, index.high)] == pytest.approx([100, 100, 100])
    table = open_records().tables.frame(TABLE)
    own = table[table["agency"] == BALTIMORE].set_index("month")[list(COLUMNS[name])].sum(axis=1).sort_index()
    last, of_2019 = own["2023-07":"2024-06"].sum() / 366, own["2019"].sum() / 365
    assert index.own[-1] == pytest.approx(100 * last / of_2019)
    assert all(low <= mid <= high for low, mid, high in zip(index.low, index.median, index.high, strict=True))
    assert len(index.agencies) >= 8
    for text in (said.months_title(index), said.months_sentence(index)):
        assert not GARBAGE.search(text), text


def test_a_place_is_computed_once() -> None:
    assert of("larceny") is of("larceny")


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([date(2020, m, 1) for m in range(1, 13)], "2020"),
        ([date(2021, 1, 1), date(2021, 2, 1)], "January and February 2021"),
        ([date(2020, 12, 1), date(2021, 1, 1)], "December 2020 and January 2021"),
        ([date(2024, m, 1) for m in range(1, 7)], "January to June 2024"),
        ([date(2021, 1, 1)], "January 2021"),
    ],
)
def test_months_in_words(months: list[date], words: str) -> None:
    assert said.say_months(months) == words


def test_what_the_recall_shows_is_said_by_its_interval() -> None:
    measures, citations = load_story().measures, load_story().published["citations-docket"]
    found = place_in(measures["violent"], year_months(2023, 2022), "large")
    assert found.standing.apart.low < 0 < found.standing.apart.high
    through = date(2021, 7, 31)
    plain = said.recall_sentence(found, [], [], citations, through)
    assert "Nor does the return of arrests in June 2023: our arrest records end in July 2021" in plain
    assert "return of arrests" not in said.recall_sentence(found, [], [], citations, date(2024, 12, 31))
    assert "can’t tell" in plain
    assert "721 citations" in plain
    assert "no test of the policy" in plain
    stood = found.standing
    for apart, words in (
        (replace(stood.apart, low=0.1, high=0.4), "did rise more"),
        (replace(stood.apart, low=-0.4, high=-0.1), "fell instead"),
    ):
        made = replace(found, standing=replace(stood, apart=apart))
        assert words in said.recall_sentence(made, [], [], citations, through)
    theft = place_in(measures["auto-theft"], year_months(2023, 2022), "large")
    whole = place_in(measures["property"], year_months(2023, 2022), "large")
    assert said.recall_title(whole, [theft]).endswith(f"auto theft {percent(theft.standing.apart.value)}")


def test_published_figures_of_34_cities_are_what_their_address_says() -> None:
    # facts: Council on Criminal Justice, 2020 against 2019.
    published = load_story().published
    values = {name.removeprefix("ccj-"): figure.value for name, figure in published.items() if name[:4] == "ccj-"}
    assert values == {
        "homicide": 0.30, "aggravated-assault": 0.06, "robbery": -0.09, "burglary": -0.24, "larceny": -0.16,
        "auto-theft": 0.13, "drug-offenses": -0.30,
    }  # fmt: skip
    assert published["citations-docket"].value == 721
    assert published["citations-docket"].period == Window(date(2023, 7, 1), date(2024, 11, 30))
