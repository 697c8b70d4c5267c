"""The Real-Time Crime Index as it stood in spring 2026: a selection by month, and every agency's last two years.

Another vintage than ``lib.ingest.sources.peers`` reads. Agencies revise their counts between vintages, some by a
quarter, so the two are never joined, nor a change counted from one to the other.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from lib.ingest.sources.peers import OFFENSE_COLUMNS, TOTALS
from lib.ingest.sources.raw import LeftOut, RawFile, RawTable, SourceError, read_table

MONTHLY_FILE = "peers/rtci_monthly_2018_2026_selected.csv"
MONTHLY_VINTAGE = "May 2026"
SCORECARD_FILE = "peers/rtci_scorecard_2026-04.csv.gz"
SCORECARD_VINTAGE = "April 2026"
SCORECARD_YEARS = {2024: "two_years_prior_full", 2025: "previous_year_full"}
"""The whole years of the scorecard, and the columns they stand in."""

NATIONWIDE = "Nationwide"
SUM_NAME = "Full Sample"
"""How the scorecard names its sums: this name in a state, or any name nationwide."""

STATES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "District of Columbia": "DC", "Florida": "FL", "Georgia": "GA",
    "Hawaii": "HI", "Idaho": "ID", "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY",
    "Louisiana": "LA", "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV", "New Hampshire": "NH",
    "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC", "North Dakota": "ND",
    "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA", "Rhode Island": "RI", "South Carolina": "SC",
    "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX", "Utah": "UT", "Vermont": "VT", "Virginia": "VA",
    "Washington": "WA", "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
}  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """One row a month and name: month, agency, residents, agencies, one Int32 column an offense.

    ``through`` is the last day of the last month that every name states; ``without_totals`` are names for which the
    file states no totals, so that only their parts can be added. ``totals`` is as in ``peers.Peers``.
    """

    frame: pd.DataFrame
    file: RawFile
    through: date
    without_totals: tuple[str, ...]
    totals: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Scorecard:
    """One row a year and agency: year, agency, residents, one Int32 column an offense.

    ``updated`` is when the file says it was last updated; ``zeros`` says for how many agency-years each offense is 0.
    """

    frame: pd.DataFrame
    file: RawFile
    updated: tuple[str, ...]
    zeros: dict[str, int]
    left_out: tuple[LeftOut, ...]


def read_monthly(raw: Path) -> Selection:
    """The selection by month. Raises SourceError for a missing or damaged file, by line for a bad value."""
    columns = (
        "year", "month", "agency_state", *OFFENSE_COLUMNS, *TOTALS, "population_covered", "number_of_agencies"
    )  # fmt: skip
    table = read_table(raw, MONTHLY_FILE, columns)
    table.unique(["year", "month", "agency_state"])
    table.choice("month", [str(month) for month in range(1, 13)])
    year, month = table.counts("year"), table.counts("month")
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime({"year": year, "month": month, "day": 1}).astype("datetime64[us]"),
            # "Baltimore,MD" here, "Baltimore, MD" in the vintage of 2024.
            "agency": table.text("agency_state").str.replace(r",\s*", ", ", regex=True),
            "residents": table.counts("population_covered"),
            "agencies": table.counts("number_of_agencies"),
            **{name: table.counts(column) for column, name in OFFENSE_COLUMNS.items()},
        }
    )
    totals, unstated = {}, []
    for column, parts in TOTALS.items():
        stated = table.counts(column, {"", "NA"})
        there = stated.notna()
        differ = stated[there] != frame.loc[there, list(parts)].sum(axis=1)
        totals[column] = (int(there.sum()), int(differ.sum()))
        unstated.append(set(frame["agency"]) - set(frame.loc[there, "agency"]))
    last = frame.groupby("agency")["month"].max().min()
    frame = frame.sort_values(["agency", "month"], ignore_index=True)
    through = (last + pd.offsets.MonthEnd()).date()
    return Selection(frame, table.source, through, tuple(sorted(set.intersection(*unstated))), totals)


def read_scorecard(raw: Path) -> Scorecard:
    """Every agency's whole years. Raises SourceError as ``read_monthly``, and where an agency lacks an offense."""
    keys = ["agency_name", "state_name", "crime_type"]
    columns = (*keys, *SCORECARD_YEARS.values(), "population", "last_updated")
    table = read_table(raw, SCORECARD_FILE, columns)
    table.unique(keys)
    state, name = table.choice("state_name", [*STATES, NATIONWIDE]), table.text("agency_name")
    kind = table.choice("crime_type", [*OFFENSE_COLUMNS, *TOTALS])
    sums = (state == NATIONWIDE) | (name == SUM_NAME)
    frame = pd.DataFrame(
        {
            "agency": name + ", " + state.map(STATES),
            "offense": kind.map(OFFENSE_COLUMNS),
            "residents": table.counts("population"),
            **{str(year): table.counts(column) for year, column in SCORECARD_YEARS.items()},
        }
    )[~sums].dropna(subset=["offense"])
    wide = [_year(table, frame, year) for year in SCORECARD_YEARS]
    both = pd.concat(wide).sort_values(["year", "agency"], ignore_index=True)
    left_out = LeftOut(
        "sums over many agencies", "they would be counted twice", int((name + ", " + state)[sums].nunique())
    )
    zeros = {offense: int((both[offense] == 0).sum()) for offense in OFFENSE_COLUMNS.values()}
    return Scorecard(both, table.source, tuple(sorted(table.text("last_updated").unique())), zeros, (left_out,))


def _year(table: RawTable, frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """One year's rows, an offense a column."""
    wide = frame.pivot(index=["agency", "residents"], columns="offense", values=str(year)).reset_index()
    offenses = list(OFFENSE_COLUMNS.values())
    short = wide.reindex(columns=offenses).isna().any(axis=1)
    if short.any() or wide["agency"].duplicated().any():
        agency = wide.loc[short | wide["agency"].duplicated(), "agency"].iloc[0]
        raise SourceError(f"{table.source.file}: {agency} lacks an offense, or has two populations.")
    return wide.assign(year=year)[["year", "agency", "residents", *offenses]]
