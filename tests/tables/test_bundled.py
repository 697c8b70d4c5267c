"""The tables that come with the project: they verify, and they agree with figures published by others."""

import subprocess
import sys
from datetime import date

import pandas as pd
import pytest

from lib.tables.folder import bundled_dir
from lib.tables.schemas import ARREST_GROUPS, DRUG_GROUPS, NO_AREA, OFFENSES
from lib.tables.store import Tables, open_tables
from lib.tables.verify import verify
from tests.conftest_data import ROOT

ROBBERIES = [offense for offense in OFFENSES if offense.startswith("robbery-")]

RTCI = "https://realtimecrimeindex.com/"


@pytest.fixture(scope="module")
def tables() -> Tables:
    return open_tables(bundled_dir())


@pytest.fixture(scope="module")
def monthly(tables: Tables) -> pd.DataFrame:
    """Our counts by month and offense, January 2018 to April 2021."""
    crime = tables.frame("crime_city_daily")
    month = crime["date"].dt.to_period("M").dt.to_timestamp()
    counts = crime.groupby([month, "offense"], observed=True)["count"].sum().unstack(fill_value=0)
    return counts.loc["2018-01":"2021-04"]


@pytest.fixture(scope="module")
def index(tables: Tables) -> pd.DataFrame:
    """The Real-Time Crime Index's counts of Baltimore for the same months."""
    peers = tables.frame("peers_monthly")
    ours = peers[peers["agency"] == "Baltimore, MD"].drop(columns="agency").set_index("month")
    return ours.loc["2018-01":"2021-04"].astype(float)


def test_they_verify():
    assert verify(bundled_dir()) == []


def test_they_are_small_and_nothing_else_lies_there(tables: Tables):
    files = sorted((bundled_dir() / "tables").iterdir())
    named = sorted(bundled_dir() / entry.file for entry in tables.manifest.tables.values())
    assert files == named
    assert sum(path.stat().st_size for path in files) < 3_000_000


def test_the_manifest_says_what_is_known_of_the_crime_records(tables: Tables):
    entry = tables.entry("crime_city_daily")
    assert (entry.first, entry.last) == (date(2014, 1, 1), date(2021, 7, 14))
    assert entry.complete_through == date(2021, 4, 30)
    assert [gap.categories for gap in entry.gaps if gap.missing] == [("homicide", "shooting")]
    notes = {(gap.start, gap.categories): gap.what for gap in entry.gaps if not gap.missing}
    for day in (date(2016, 6, 5), date(2018, 12, 20), date(2020, 4, 11), date(2021, 3, 12)):
        assert "one incident with many victims" in notes[day, ("burglary",)]
    for day in (date(2015, 4, 27), date(2015, 4, 28)):
        assert "something happened in the city" in notes[day, ("burglary",)]
    assert {(item.what, item.rows) for item in entry.dropped} == {
        ("homicide records without a date", 42),
        ("shooting records without a date", 110),
        ("rape records dated before 2014-01-01", 97),
    }
    assert any("15,292 rows repeat" in note for note in entry.notes)
    assert any("May 7, 2019" in note and "No hole is left" in note for note in entry.notes)


def test_every_record_is_in_the_tables_or_left_out(tables: Tables):
    entry = tables.entry("crime_city_daily")
    counted = tables.frame("crime_city_daily")["count"].sum()
    assert counted + sum(item.rows for item in entry.dropped) == 340_300


def test_monthly_violent_crime_agrees_with_the_real_time_crime_index(monthly, index):
    # The index counts shootings inside aggravated assault.
    ours = monthly[["homicide", "shooting", "rape", "aggravated-assault", *ROBBERIES]].sum(axis=1)
    theirs = index[["homicide", "rape", "robbery", "aggravated-assault"]].sum(axis=1)
    assert len(ours) == len(theirs) == 40
    assert (ours / theirs - 1).abs().max() <= 0.025, RTCI


def test_monthly_property_crime_agrees_with_the_real_time_crime_index(monthly, index):
    # The index counts no arson, and larceny from auto inside larceny. Larcenies of March and April 2021 were
    # still arriving when our copy was made: those two months are 2.6% and 3.0% short.
    ours = monthly[["burglary", "larceny", "larceny-from-auto", "auto-theft"]].sum(axis=1)
    theirs = index[["burglary", "larceny", "auto-theft"]].sum(axis=1)
    off = (ours / theirs - 1).abs()
    assert off[:-2].max() <= 0.025, RTCI
    assert off[-2:].max() <= 0.030, RTCI


def test_the_whole_span_agrees_by_offense(monthly, index):
    pairs = {
        "homicide": (["homicide"], 0.01),
        "robbery": (ROBBERIES, 0.01),
        "aggravated-assault": (["aggravated-assault", "shooting"], 0.01),
        "burglary": (["burglary"], 0.01),
        "larceny": (["larceny", "larceny-from-auto"], 0.01),
        "auto-theft": (["auto-theft"], 0.01),
        # The police moved some rapes to other dates or codes since: ours are about 5% fewer.
        "rape": (["rape"], 0.06),
    }
    for name, (offenses, tolerance) in pairs.items():
        ratio = monthly[offenses].to_numpy().sum() / index[name].sum()
        assert abs(ratio - 1) <= tolerance, (name, ratio, RTCI)


@pytest.mark.parametrize(("year", "published"), [(2019, 348), (2020, 335)])
def test_yearly_homicides_agree_with_the_published_figure(tables: Tables, year, published):
    crime = tables.frame("crime_city_daily")
    counted = crime.loc[(crime["offense"] == "homicide") & (crime["date"].dt.year == year), "count"].sum()
    assert abs(counted / published - 1) <= 0.02


def test_all_278_neighborhoods_have_records_a_shape_and_residents(tables: Tables):
    areas = set(tables.frame("crime_area_daily")["area"].unique()) - {""}
    population = tables.frame("population").query("census_year == 2010 and group == 'total'")
    assert len(areas) == 278
    assert set(population["area"]) == areas
    assert population["residents"].sum() == 620_175


def test_the_state_of_the_pandemics_records(tables: Tables):
    covid = tables.frame("covid_daily")
    assert covid["new_cases"].sum() == tables.frame("covid_daily")["new_cases"].cumsum().iloc[-1]
    stringency = tables.entry("stringency_daily")
    assert stringency.last == date(2021, 4, 19)
    assert [(gap.start, gap.end) for gap in stringency.gaps] == [(date(2021, 4, 6), date(2021, 4, 12))]
    assert tables.frame("mobility_daily")["date"].min() == pd.Timestamp("2020-02-24")


QUARTERLY_DRUG_ARRESTS = (1157, 1020, 823, 593, 697, 230, 231, 252, 215)
"""Arrests whose charge or incident says drugs, by quarter from 2019 to March 2021, as others counted them."""


@pytest.fixture(scope="module")
def arrests(tables: Tables) -> pd.DataFrame:
    return tables.frame("arrests_city_daily")


def test_quarterly_drug_arrests_agree_with_the_known_figures(arrests: pd.DataFrame):
    drugs = arrests[arrests["group"].isin(DRUG_GROUPS)]
    counted = drugs.groupby(drugs["date"].dt.to_period("Q"))["count"].sum().loc["2019Q1":"2021Q1"]
    off = [ours / theirs - 1 for ours, theirs in zip(counted, QUARTERLY_DRUG_ARRESTS, strict=True)]
    assert max(abs(share) for share in off) <= 0.03, off


def test_every_arrest_is_in_the_tables_or_left_out(tables: Tables, arrests: pd.DataFrame):
    entry = tables.entry("arrests_city_daily")
    assert [item.rows for item in entry.dropped] == [1_017]
    assert arrests["count"].sum() + 1_017 == 173_197
    assert (entry.first, entry.last) == (date(2014, 1, 1), date(2021, 8, 7))
    assert entry.complete_through == date(2021, 7, 31)
    assert set(arrests["group"].unique()) == set(ARREST_GROUPS)


def test_the_manifest_says_what_is_known_of_the_arrests(tables: Tables):
    entry = tables.entry("arrests_area_daily")
    (recoded,) = (gap for gap in entry.gaps if gap.start == date(2019, 10, 1))
    assert recoded.categories == DRUG_GROUPS
    assert "in 72% of drug arrests before 2019-10-01 and in 9% from then on" in recoded.what
    unrest = {gap.start for gap in entry.gaps if "usually" in gap.what}
    assert {date(2015, 4, 27), date(2015, 4, 28)} <= unrest
    assert any("CURFEW VIOLATION" in gap.what for gap in entry.gaps)
    assert not any(gap.missing for gap in entry.gaps)
    (mended,) = (note for note in entry.notes if "mended" in note)
    assert mended.count(" to ") == 5 + 1


def test_half_of_all_arrests_have_a_place_and_nine_in_ten_drug_arrests(tables: Tables):
    areas = tables.frame("arrests_area_daily")
    assert set(areas["area"].unique()) <= {*tables.frame("crime_area_daily")["area"].unique(), NO_AREA}
    without = areas.loc[areas["place"] == "none", "count"].sum() / areas["count"].sum()
    assert 0.47 < without < 0.50
    drugs = areas[areas["group"].isin(DRUG_GROUPS) & areas["date"].between("2019-01-01", "2021-12-31")]
    assert 0.08 < drugs.loc[drugs["place"] == "none", "count"].sum() / drugs["count"].sum() < 0.10


def test_the_rules_and_what_they_caught_come_with_the_arrests(tables: Tables, arrests: pd.DataFrame):
    rules, uncaught = tables.frame("arrest_charge_rules"), tables.frame("arrest_charges_uncaught")
    assert (rules["rows"] > 0).all()
    assert len(uncaught) == 40
    assert uncaught["rows"].max() < 20
    assert 0 <= arrests["count"].sum() - rules["rows"].sum() < 500


def test_opening_is_quick_and_leaves_the_map_libraries_alone():
    # Processor time, the best of five, in a process of its own: other work on the machine must not count.
    script = (
        "import sys, time\n"
        "from lib.tables.store import open_tables\n"
        "def once():\n"
        "    start = time.process_time()\n"
        "    tables = open_tables()\n"
        "    tables.frame('crime_city_daily'); tables.frame('crime_area_daily')\n"
        "    return time.process_time() - start\n"
        "print(min(once() for _ in range(5)))\n"
        "print(sorted({'geopandas', 'shapely', 'scipy', 'streamlit'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, heavy = done.stdout.splitlines()
    assert float(seconds) < 0.1
    assert heavy == "[]"
