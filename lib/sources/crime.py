"""The police Part 1 victims file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from lib.sources.raw import LeftOut, RawFile, SourceError, read_table

FILE = "crime/part1_victims_2014-01_2021-07.csv.gz"

FIRST_DAY = date(2014, 1, 1)
LAST_DAY = date(2021, 7, 31)
"""The file's own period; a few records are dated long before it, none may be dated after it."""

COMPLETE_THROUGH = date(2021, 4, 30)
"""Records of later days were still arriving when the copy was made in July 2021: see the fall in June."""

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
