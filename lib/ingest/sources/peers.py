"""The Real-Time Crime Index: monthly counts of several hundred police agencies, Baltimore's included."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from lib.ingest.sources.raw import LeftOut, RawFile, read_table

FILE = "peers/rtci_by_agency_monthly_2018_2024.csv.gz"

COMPLETE_THROUGH = date(2024, 6, 30)
"""July 2024 had only begun to arrive when the file was made."""

OFFENSE_COLUMNS = {
    "murder": "homicide",
    "rape": "rape",
    "robbery": "robbery",
    "aggravated_assault": "aggravated-assault",
    "burglary": "burglary",
    "theft": "larceny",
    "motor_vehicle_theft": "auto-theft",
}

TOTALS = {
    "violent_crime": ("homicide", "rape", "robbery", "aggravated-assault"),
    "property_crime": ("burglary", "larceny", "auto-theft"),
}

SUMS = ", Nationwide"
"""How the names of the file's own sums over many agencies end; they stand among the agencies."""

BLANKS = frozenset({"", "NA"})

FLAT_MONTHS = 12
"""An agency that reports one and the same number of larcenies for a year was filled in, not counted."""


@dataclass(frozen=True)
class Peers:
    """One row a month and agency: month (its first day), agency, one Int32 column an offense.

    ``updated`` is when the file says it was last updated. ``totals`` says, by the file's own total
    column, how many agency-months state it and how many of those differ from the sum of the offenses.
    ``sums`` are names of sums over agencies. ``complete`` of the ``agencies`` proper state every offense in every
    month of the file; ``never`` are those that never state some offense, ``flat`` those that repeat one larceny count
    for a year or more.
    """

    frame: pd.DataFrame
    file: RawFile
    updated: tuple[str, ...]
    totals: dict[str, tuple[int, int]]
    sums: tuple[str, ...]
    agencies: int
    complete: int
    never: tuple[str, ...]
    flat: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def read(raw: Path) -> Peers:
    """All agencies and months. Raises SourceError for a missing or damaged file, by line for a bad value."""
    columns = ("date", "agency_abbr", *OFFENSE_COLUMNS, *TOTALS, "Last Updated")
    table = read_table(raw, FILE, columns)
    table.unique(["date", "agency_abbr"])
    month = table.days("date")
    if (month.dt.day != 1).any():
        raise table.error(int((month.dt.day != 1).argmax()), "date", "isn't the first day of a month")
    counts = pd.DataFrame({name: table.counts(column, BLANKS) for column, name in OFFENSE_COLUMNS.items()})
    totals = {}
    for column, parts in TOTALS.items():
        stated = table.counts(column, BLANKS)
        both = stated.notna() & counts[list(parts)].notna().all(axis=1)
        differ = stated[both] != counts.loc[both, list(parts)].sum(axis=1)
        totals[column] = (int(both.sum()), int(differ.sum()))
    negative = counts < 0
    left_out = tuple(
        LeftOut(f"{name} counts below zero", "a correction, not a count; the month is left blank", int(rows))
        for name, rows in negative.sum().items()
        if rows
    )
    frame = counts.mask(negative.fillna(False)).assign(month=month, agency=table.text("agency_abbr"))
    frame = frame.sort_values(["agency", "month"], ignore_index=True)
    named_months = frame.groupby("agency")[list(OFFENSE_COLUMNS.values())].count()
    stated_months = named_months[~named_months.index.str.endswith(SUMS)]
    complete = (stated_months == frame["month"].nunique()).all(axis=1)
    never = (stated_months == 0).any(axis=1)
    return Peers(
        frame,
        table.source,
        tuple(sorted(table.text("Last Updated").unique())),
        totals,
        tuple(named_months.index[named_months.index.str.endswith(SUMS)]),
        len(stated_months),
        int(complete.sum()),
        tuple(stated_months.index[never]),
        _flat(frame),
        left_out,
    )


def _flat(frame: pd.DataFrame) -> tuple[str, ...]:
    """Agencies whose longest run of one larceny count above zero is a year or more."""
    value = frame["larceny"].astype("float64").where(lambda count: count > 0)
    new_run = (value != value.shift()) | (frame["agency"] != frame["agency"].shift())
    runs = value.groupby([frame["agency"], new_run.cumsum()]).count()
    longest = runs.groupby(level=0).max()
    return tuple(longest.index[longest >= FLAT_MONTHS])
