"""Residents by neighborhood and census group."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from lib.ingest.sources.raw import LeftOut, RawFile, SourceError, read_table

FILES = {2010: "geo/neighborhood_population_2010.csv", 2020: "geo/neighborhood_population_2020.csv"}

GROUP_COLUMNS = {
    "Population": "total",
    "White": "white",
    "Blk_AfAm": "black",
    "AmInd_AkNa": "american-indian",
    "Asian": "asian",
    "NatHaw_Pac": "pacific-islander",
    "Other_Race": "other",
    "TwoOrMore": "two-or-more",
    "Hisp_Lat": "hispanic",
}


@dataclass(frozen=True)
class Population:
    """One row a census, area and group: census_year, area, group, residents (whole numbers).

    ``mended`` are 2020 names changed in case or punctuation only, to the map's spelling; ``unmatched``
    are names of the map without a 2020 row, ``new_names`` 2020 names that aren't on the map; ``split``
    are areas whose input is in fractions, rounded here.
    """

    frame: pd.DataFrame
    files: tuple[RawFile, ...]
    mended: tuple[str, ...]
    unmatched: tuple[str, ...]
    new_names: tuple[str, ...]
    split: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def read(raw: Path, neighborhoods: Iterable[str]) -> Population:
    """Both censuses. The 2010 names must be the map's; 2020 drew some areas anew and keeps its own names.

    Raises SourceError for a missing or damaged file, by line for a bad number or a name said twice, and
    for 2010 names that aren't the map's.
    """
    on_map = set(neighborhoods)
    plain = {_plain(name): name for name in on_map}
    frames, files, mended, split, left_out = [], [], [], set(), []
    for year, file in FILES.items():
        table = read_table(raw, file, ("Name", *GROUP_COLUMNS))
        table.unique(["Name"])
        files.append(table.source)
        names = table.text("Name")
        columns = {group: table.numbers(column, {""}) for column, group in GROUP_COLUMNS.items()}
        numbers = pd.DataFrame(columns)
        for column, group in GROUP_COLUMNS.items():
            if (numbers[group] < 0).any():
                raise table.error(int((numbers[group] < 0).argmax()), column, "fewer than no residents")
        blank = numbers.isna().any(axis=1)
        if blank.any():
            what = f"{year} areas without figures ({', '.join(names[blank])})"
            left_out.append(LeftOut(what, "the input leaves them blank", int(blank.sum())))
        split |= set(names[(numbers % 1 != 0).any(axis=1) & ~blank])
        if year == 2010:
            if strange := sorted(set(names) ^ on_map):
                raise SourceError(f"{file}: its names and the map's differ, such as in {strange[0]}.")
        else:
            right = names.map(lambda name: name if name in on_map else plain.get(_plain(name), name))
            mended = [f"{old} to {new}" for old, new in zip(names, right, strict=True) if old != new]
            names = right
        wide = numbers.round().assign(area=names, census_year=year)[~blank]
        frames.append(wide.melt(["census_year", "area"], var_name="group", value_name="residents"))
    frame = pd.concat(frames, ignore_index=True).astype({"residents": "int32", "census_year": "int16"})
    later = set(frame.loc[frame["census_year"] == 2020, "area"])
    return Population(
        frame,
        tuple(files),
        tuple(mended),
        tuple(sorted(on_map - later)),
        tuple(sorted(later - on_map)),
        tuple(sorted(split)),
        tuple(left_out),
    )


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
