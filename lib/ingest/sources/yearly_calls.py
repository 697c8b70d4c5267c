"""Yearly counts of 911 calls by community area, which the Baltimore Neighborhood Indicators Alliance publishes.

The alliance publishes calls per 1,000 residents. Each rate is a count over the area's census population, and the input
gives both back: they are compared with each other here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from lib.ingest.sources.raw import LeftOut, RawFile, read_table
from lib.tables.gaps import blank_years
from lib.tables.manifest import ALL, Gap

FILE = "calls911/bnia_calls_by_area_and_year.csv"

GROUPS = {
    "narcotics": "narcotics",
    "automobile accidents": "automobile-accidents",
    "common assault": "common-assault",
    "shootings": "shootings",
    "overdose": "overdose",
}
"""The input's names of what was called about, and ours."""

PER = 1_000
OFF = 0.001
"""How far a rate times its residents may be from the count; the input gives rates to six decimals."""

TWICE = Gap(
    date(2021, 1, 1),
    date(2021, 12, 31),
    (ALL,),
    "The city's records of 2021 may hold rows entered twice, from January to mid-March: "
    "counts of 2021 are at most this.",
    missing=False,
)


@dataclass(frozen=True)
class YearlyCalls:
    """One row a year, group and area: year, group, area, residents, count.

    ``gaps`` are the years that a group lacks, and what is odd about others; ``left_out`` the calls of years that are
    not given for every area, so that no sum over the city can be made of them.
    """

    frame: pd.DataFrame
    file: RawFile
    gaps: tuple[Gap, ...]
    left_out: tuple[LeftOut, ...]


def read(raw: Path, areas: Iterable[str]) -> YearlyCalls:
    """All years, for these community areas.

    Raises SourceError for a missing or damaged file, by line for a bad value.
    """
    table = read_table(raw, FILE, ("what", "year", "area", "population", "rate_per_1000", "count"))
    table.unique(["what", "year", "area"])
    wanted = sorted(areas)
    group = table.choice("what", GROUPS).map(GROUPS)
    area = table.choice("area", wanted)
    year, residents, count = (table.counts(column) for column in ("year", "population", "count"))
    rate = table.numbers("rate_per_1000")
    for column, bad, why in (
        ("year", (year < 1990) | (year > 2100), "isn't a year"),
        ("population", residents < 1, "is no population"),
        ("count", count < 0, "is below zero"),
        ("rate_per_1000", (rate * residents / PER - count).abs() > OFF, "times the population isn't the count"),
    ):
        if bad.any():
            raise table.error(int(bad.to_numpy(dtype=bool).argmax()), column, why)
    frame = pd.DataFrame({"year": year, "group": group, "area": area, "residents": residents, "count": count})
    lived = frame.drop_duplicates(["year", "area", "residents"])
    if (twice := lived.duplicated(["year", "area"])).any():
        row = int(lived.index[twice][0])
        raise table.error(row, "population", "differs from another row of the same area and year")
    given = frame.groupby(["year", "group"])["area"].transform("size")
    short = frame[given < len(wanted)]
    left_out = tuple(
        LeftOut(
            f"calls about {name} in {when}",
            f"given for {len(rows)} of {len(wanted)} areas, so no sum over the city can be made of them",
            int(rows["count"].sum()),
        )
        for (when, name), rows in short.groupby(["year", "group"])
    )
    whole = frame[given == len(wanted)].sort_values(["year", "group", "area"], ignore_index=True)
    gaps = blank_years(whole, "The alliance gives no such counts for every area in these years.")
    years = set(whole["year"])
    odd = tuple(gap for gap in (TWICE,) if gap.start.year in years)
    return YearlyCalls(whole, table.source, (*gaps, *odd), left_out)
