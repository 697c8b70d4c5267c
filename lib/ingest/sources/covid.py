"""The pandemic as others recorded it: mobility, the strictness of orders, cases and deaths."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from lib.ingest.sources.raw import LeftOut, RawFile, RawTable, SourceError, read_table
from lib.tables.schemas import MOBILITY_KINDS

MOBILITY_FILE = "covid/OI_google_mobility_Baltimore_daily.csv"
STRINGENCY_FILE = "covid/OxCGRT_US_MD_daily_20200101_20210428.csv"
CASES_FILE = "covid/MDH_cases_by_county_to_2021-12-04.csv"
DEATHS_FILE = "covid/MDH_confirmed_deaths_by_county_to_2021-07-19.csv"

CITY_ID = "23"
"""Baltimore's id in the Opportunity Insights files."""

CITY_COLUMN = "Baltimore_City"
"""The city; the column Baltimore beside it is Baltimore County, which is another place."""


@dataclass(frozen=True)
class Daily:
    """One row a day, ``date`` and value columns; what the input leaves blank is null or left out."""

    frame: pd.DataFrame
    files: tuple[RawFile, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Cases:
    """date, new_cases, new_deaths (Int32): differences of the state's cumulative counts.

    The first day of each holds everything up to it: ``first_cases`` and ``first_deaths`` say how much.
    ``corrections`` is how many differences are below zero, where the state took reports back.
    """

    daily: Daily
    first_cases: int
    first_deaths: int
    corrections: int
    both_through: date


def read_mobility(raw: Path) -> Daily:
    """Change in visits and time at each kind of place in Baltimore, as fractions. Raises SourceError."""
    columns = {f"gps_{kind}": kind for kind in MOBILITY_KINDS}
    table = read_table(raw, MOBILITY_FILE, ("date", "cityid", *columns))
    table.choice("cityid", {CITY_ID})
    frame = pd.DataFrame({"date": _unique_days(table, "date")})
    for column, kind in columns.items():
        frame[kind] = table.numbers(column, {"", "."})
    blank = frame[list(MOBILITY_KINDS)].isna().sum()
    left_out = [
        LeftOut(f"days without {kind}", "blank in the input, null in the table", int(days))
        for kind, days in blank.items()
        if days
    ]
    return Daily(frame, (table.source,), tuple(left_out))


def read_stringency(raw: Path) -> Daily:
    """Maryland's stringency index, 0 to 100. Days without an index are left out. Raises SourceError."""
    table = read_table(raw, STRINGENCY_FILE, ("date", "stringency_index"))
    frame = pd.DataFrame(
        {"date": _unique_days(table, "date"), "stringency": table.numbers("stringency_index", {"", "NA"})}
    )
    blank = frame["stringency"].isna()
    left_out = [LeftOut("days without an index", "blank in the input", int(blank.sum()))]
    frame = frame[~blank].reset_index(drop=True)
    if frame.empty:
        raise SourceError(f"{STRINGENCY_FILE} holds no index at all.")
    return Daily(frame, (table.source,), tuple(left_out) if blank.any() else ())


def read_cases(raw: Path) -> Cases:
    """New cases and confirmed deaths of Baltimore City by day of report. Raises SourceError."""
    cases, cases_file = _new(raw, CASES_FILE)
    deaths, deaths_file = _new(raw, DEATHS_FILE)
    frame = pd.DataFrame({"new_cases": cases, "new_deaths": deaths}).rename_axis("date").reset_index()
    return Cases(
        Daily(frame, (cases_file, deaths_file)),
        int(cases.iloc[0]),
        int(deaths.iloc[0]),
        int((cases < 0).sum() + (deaths < 0).sum()),
        min(cases.index[-1], deaths.index[-1]).date(),
    )


def _new(raw: Path, file: str) -> tuple["pd.Series[int]", RawFile]:
    table = read_table(raw, file, ("DATE", CITY_COLUMN))
    days = _unique_days(table, "DATE", "%m/%d/%Y %I:%M:%S %p")
    total = table.counts(CITY_COLUMN).set_axis(pd.Index(days)).sort_index()
    if len(total) != (total.index[-1] - total.index[0]).days + 1:
        raise SourceError(f"{file}: a day is missing, so new reports can't be told by day.")
    return total.diff().fillna(total.iloc[0]).astype("Int32"), table.source


def _unique_days(table: RawTable, column: str, pattern: str = "%Y-%m-%d") -> "pd.Series[pd.Timestamp]":
    days = table.days(column, pattern)
    if days.duplicated().any():
        raise table.error(int(days.duplicated().argmax()), column, "there is already a row for this day")
    return days
