"""The police Part 1 victims: the file, and what is told of such records whether they come from it or from a layer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from lib.ingest.sources.raw import LeftOut, RawFile, SourceError, read_table
from lib.tables.gaps import RULE, missing_years, odd_days
from lib.tables.manifest import Gap

FILE = "crime/part1_victims_2014-01_2021-07.csv.gz"

FIRST_DAY = date(2014, 1, 1)
LAST_DAY = date(2021, 7, 31)
"""The file's own period; a few records are dated long before it, none may be dated after it."""

COMPLETE_THROUGH = date(2021, 4, 30)
"""Records of later days were still arriving when the copy was made in July 2021: see the fall in June."""

NIBRS = date(2022, 1, 1)
"""From this day on the police count by NIBRS, which can't be compared with the years before."""

RANSOMWARE = (date(2019, 5, 7), date(2019, 4, 1), date(2019, 7, 31))
"""The day the city's computers were attacked, and the span of weeks looked at for a hole around it."""

NO_HOLE = 0.8
"""A week with less than this share of the average week's records is a hole."""

ROW_NOTE = "a row is a victim, not an incident."
ODD_NOTE = f"Odd days are found by a rule: {RULE}."
REVISED_NOTE = (
    "The police revise these records for years: small differences from figures published at the time "
    "are to be expected."
)

OFFENSE_IDS = {
    "HOMICIDE": "homicide",
    "SHOOTING": "shooting",
    "RAPE": "rape",
    "AGG. ASSAULT": "aggravated-assault",
    "ROBBERY - STREET": "robbery-street",
    "ROBBERY - COMMERCIAL": "robbery-commercial",
    "ROBBERY - RESIDENCE": "robbery-residence",
    "ROBBERY - CARJACKING": "robbery-carjacking",
    "BURGLARY": "burglary",
    "LARCENY": "larceny",
    "LARCENY FROM AUTO": "larceny-from-auto",
    "AUTO THEFT": "auto-theft",
    "ARSON": "arson",
    "COMMON ASSAULT": "common-assault",
}

PLACE_IDS = {
    "linked_record": "recorded",
    "linked_tduszyk": "recorded",
    "address_majority": "imputed",
    "none": "none",
}


@dataclass(frozen=True)
class CrimeRecords:
    """One row a victim: date, offense, area ("" without a place), place, block.

    ``repeats`` is how many rows of the file equal an earlier one in everything but RowID.
    """

    frame: pd.DataFrame
    file: RawFile
    rows_read: int
    repeats: int
    left_out: tuple[LeftOut, ...]


def read(raw: Path, neighborhoods: Iterable[str]) -> CrimeRecords:
    """The dated victims from 2014 on, with neighborhoods spelled as in ``neighborhoods``.

    Raises SourceError for a missing or damaged file, and by line for a bad date, an unknown category,
    a neighborhood that isn't on the map, or a place that its source contradicts.
    """
    columns = ("RowID", "date", "category", "Location", "neighborhood", "nb_source")
    table = read_table(raw, FILE, columns)
    spelled = {name.upper(): name for name in neighborhoods} | {"": ""}
    dates = table.days("date", blank=True)
    offense = table.choice("category", OFFENSE_IDS).map(OFFENSE_IDS)
    place = table.choice("nb_source", PLACE_IDS).map(PLACE_IDS)
    area = table.choice("neighborhood", spelled).map(spelled)
    amiss = ((place == "none") != (area == "")).to_numpy()
    if amiss.any():
        row = int(np.argmax(amiss))
        why = f"{area.iloc[row]!r} contradicts its nb_source {place.iloc[row]!r}"
        raise table.error(row, "neighborhood", why)
    late = (dates > pd.Timestamp(LAST_DAY)).to_numpy()
    if late.any():
        row = int(np.argmax(late))
        raise table.error(row, "date", f"the day is after the file's period, which ends {LAST_DAY}")
    undated, early = dates.isna(), dates < pd.Timestamp(FIRST_DAY)
    frame = pd.DataFrame(
        {"date": dates, "offense": offense, "area": area, "place": place, "block": table.text("Location")}
    )[~undated & ~early].reset_index(drop=True)
    if frame.empty:
        raise SourceError(f"{FILE} has no record dated from {FIRST_DAY} on.")
    left_out = [
        LeftOut(f"{name} records without a date", "can't be put on any day", rows)
        for name, rows in offense[undated].value_counts().sort_index().items()
    ]
    left_out += [
        LeftOut(
            f"{name} records dated before {FIRST_DAY}",
            "the file's period starts there; of earlier years it holds scraps",
            rows,
        )
        for name, rows in offense[early].value_counts().sort_index().items()
    ]
    repeats = int(table.frame.drop(columns="RowID").duplicated().sum())
    return CrimeRecords(frame, table.source, len(table.frame), repeats, tuple(left_out))


def city_daily(records: pd.DataFrame) -> pd.DataFrame:
    """date, offense, count: the records of the whole city, with or without a place."""
    return records.groupby(["date", "offense"], sort=True).size().rename("count").reset_index()


def area_daily(records: pd.DataFrame) -> pd.DataFrame:
    """date, offense, area, place, count: the records by neighborhood, recorded and imputed apart."""
    keys = ["date", "offense", "area", "place"]
    return records.groupby(keys, sort=True).size().rename("count").reset_index()


def same_block(records: pd.DataFrame) -> "pd.Series[int]":
    """By (date, offense): the most records of that day and offense that lie in one block."""
    by_block = records.groupby(["date", "offense", "block"], sort=False).size()
    return by_block.groupby(["date", "offense"], sort=True).max()


def gaps(records: pd.DataFrame, through: date) -> tuple[Gap, ...]:
    """The years up to ``through`` that lack an offense, and the odd days."""
    city = city_daily(records)
    return (*missing_years(city, through), *odd_days(city, same_block(records)))


def ransomware_note(city: pd.DataFrame) -> tuple[str, ...]:
    """What the weeks around the attack of May 2019 look like; nothing if the records don't reach them."""
    attack, first, last = (pd.Timestamp(day) for day in RANSOMWARE)
    if city["date"].min() > first or city["date"].max() < last:
        return ()
    days = city.groupby("date")["count"].sum().reindex(pd.date_range(first, last, unit="us"), fill_value=0)
    weeks = days.resample("7D").sum().iloc[: len(days) // 7]
    after = weeks[weeks.index > attack - pd.Timedelta(days=7)]
    hole = "No hole is left." if after.min() >= NO_HOLE * weeks.mean() else "They hold fewer records."
    return (
        f"Ransomware stopped the city's computers on {attack:%B} {attack.day}, {attack.year}. The {len(weeks)} weeks "
        f"from {first:%B} {first.day}, {first.year} hold {weeks.min():,} to {weeks.max():,} records each, "
        f"{weeks.mean():,.0f} on average, those from the attack on at least {after.min():,}. {hole}",
    )
