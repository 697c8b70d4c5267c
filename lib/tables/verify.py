"""Re-checking the tables: hashes, schemas, ranges, and what must hold between tables."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from lib.tables.errors import DataError
from lib.tables.folder import story_text
from lib.tables.manifest import ALL, Gap, TableEntry
from lib.tables.schemas import (
    ARREST_CODE_BOOK,
    BUNDLED,
    GROUPS,
    MAPS,
    NO_AREA,
    PEER_CITY,
    PEER_GROUP,
    PEER_OFFENSES,
    SCHEMAS,
    YEARLY_CALL_GROUPS,
    TableSchema,
)
from lib.tables.store import Tables, open_tables
from lib.tables.verify_maps import map_problems, maps_light
from lib.tables.verify_mixes import mixes_fit


def verify(folder: Path, names: tuple[str, ...] = BUNDLED) -> list[str]:
    """What is wrong with the set of tables in ``folder``, a sentence each; empty if nothing is."""
    try:
        return problems_of(open_tables(folder, names))
    except DataError as error:
        return [str(error)]


def problems_of(tables: Tables) -> list[str]:
    """The same for tables that are already opened, or about to become current."""
    problems = [
        f"{name}: the manifest names a table this program doesn't know."
        for name in sorted(set(tables.manifest.tables) - set(tables.names))
    ]
    broken: set[str] = set()
    for name in tables.names:
        found = list(_table_problems(tables, name))
        problems += [f"{name}: {problem}" for problem in found]
        if found:
            broken.add(name)
    for needs, check in _BETWEEN:
        if set(needs) <= set(tables.names) - broken:
            problems += check(tables)
    return problems


def _table_problems(tables: Tables, name: str) -> Iterator[str]:
    try:
        entry = tables.entry(name)
        content = tables.content(name)
        suffix = "geojson" if name in MAPS else "parquet"
        if entry.file != f"tables/{name}-{entry.sha256[:8]}.{suffix}":
            yield f"its file is called {entry.file}, which doesn't fit its name and hash."
        if name in MAPS:
            yield from map_problems(content, entry, MAPS[name])
        else:
            yield from _frame_problems(tables.frame(name), SCHEMAS[name], entry)
        yield from _entry_problems(entry)
    except DataError as error:
        yield str(error)


def _frame_problems(frame: pd.DataFrame, schema: TableSchema, entry: TableEntry) -> Iterator[str]:
    if len(frame) != entry.rows:
        yield f"it has {len(frame)} rows, the manifest says {entry.rows}."
    if frame.empty:
        if not schema.may_be_empty:
            yield "it has no rows."
        return
    keys = frame[list(schema.keys)].apply(_order)
    step = keys.diff().iloc[1:].to_numpy()
    # The first key that moves must move up: that is sorted and unique in one.
    moved = step != 0
    first = np.argmax(moved, axis=1)
    up = step[np.arange(len(step)), first] > 0
    if not (moved.any(axis=1) & up).all():
        row = int(np.argmin(moved.any(axis=1) & up)) + 1
        yield f"row {row} repeats the key of the row before it or is out of order."
    for column in schema.columns:
        values = frame[column.name]
        for bound, outside in (
            (column.low, None if column.low is None else values < column.low),
            (column.high, None if column.high is None else values > column.high),
        ):
            if outside is not None and bool(outside.fillna(False).any()):
                worst = values[outside.fillna(False)].iloc[0]
                yield f"{column.name} holds {worst}, beyond {bound:g}."
        if column.kind == "float64" and np.isinf(values.to_numpy()).any():
            yield f"{column.name} holds an infinite number."
    if schema.day is not None and (frame[schema.day] != frame[schema.day].dt.normalize()).any():
        yield f"{schema.day} holds a time of day."
    if span := schema.days(frame):
        first_day, last_day = span
        if (first_day, last_day) != (entry.first, entry.last):
            yield f"its days run {first_day} to {last_day}, the manifest says {entry.first} to {entry.last}."
        if (schema.first and first_day < schema.first) or (schema.last and last_day > schema.last):
            yield f"its days run {first_day} to {last_day}, beyond {schema.first} to {schema.last}."
        if entry.complete_through is None or not first_day <= entry.complete_through <= last_day:
            yield f"complete_through is {entry.complete_through}, outside its days."


def _order(values: "pd.Series[int]") -> "pd.Series[int]":
    """A key column as numbers of the same order."""
    return values.cat.codes.astype("int64") if values.dtype == "category" else values.astype("int64")


def _entry_problems(entry: TableEntry) -> Iterator[str]:
    for key in ("source", "address", "terms"):
        if not getattr(entry, key).strip():
            yield f"the manifest doesn't say its {key}."
    if not entry.inputs:
        yield "the manifest doesn't say which inputs it was made from."
    for item in entry.inputs:
        if not re.fullmatch(r"[0-9a-f]{64}", item.sha256) or Path(item.file).is_absolute():
            yield f"the manifest describes its input {item.file} badly."
    for gap in entry.gaps:
        outside = entry.first is None or entry.last is None or gap.end < entry.first or gap.start > entry.last
        if gap.start > gap.end or outside:
            yield f"the manifest has a gap {gap.start} to {gap.end}, outside its days."


def _adds_up(records: str, category: str, tables: Tables) -> list[str]:
    """The city's and the neighborhoods' counts of the same records, by day and category."""
    keys = ["date", category]
    city = tables.frame(f"{records}_city_daily").groupby(keys, observed=True)["count"].sum()
    areas = tables.frame(f"{records}_area_daily").groupby(keys, observed=True)["count"].sum()
    city, areas = city.align(areas, fill_value=0)
    wrong = city[city != areas]
    if wrong.empty:
        return []
    day, name = wrong.index[0]
    return [
        f"{records}_area_daily: its {name} records of {day.date()} add up to {areas[day, name]:g}, "
        f"{records}_city_daily has {city[day, name]:g} ({len(wrong)} such days and {category}s)."
    ]


def _entries_agree(records: str, tables: Tables) -> list[str]:
    city, areas = tables.entry(f"{records}_city_daily"), tables.entry(f"{records}_area_daily")
    same = (city.complete_through, city.gaps) == (areas.complete_through, areas.gaps)
    return [] if same else [f"{records}_area_daily: complete_through or gaps differ from {records}_city_daily."]


def _code_book_fits(tables: Tables) -> list[str]:
    """The rules' rows against the arrests of their groups, and the rules against the book as it is now."""
    name = "arrest_charge_rules"
    frame = tables.frame(name)
    rows = frame.groupby("group", observed=False)["rows"].sum()
    arrests = tables.frame("arrests_city_daily").groupby("group", observed=False)["count"].sum()
    # What no rule catches is other too.
    uncaught = tables.frame("arrest_charges_uncaught")["rows"].sum()
    wrong = rows[rows != arrests].drop("other", errors="ignore").index.tolist()
    if rows["other"] + uncaught > arrests["other"]:
        wrong.append("other")
    problems = [
        f"{name}: its rules caught {rows[group]:,} arrests as {group}, arrests_city_daily has {arrests[group]:,}."
        for group in wrong[:1]
    ]
    path, text = story_text(ARREST_CODE_BOOK, tables.folder)
    try:
        tree = tomllib.loads(text)
        entries = [*tree.get("rule", []), *tree.get("incident", [])]
        book = [(entry["group"], entry["pattern"]) for entry in entries]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        return [*problems, f"{name}: the code book {path.name} can't be read ({error})."]
    built = list(zip(frame["group"].astype(str), frame["pattern"].astype(str), strict=True))
    if built != book:
        problems.append(f"{name}: the code book {path.name} was changed since the tables were built.")
    return problems


def _missing_is_missing(name: str, tables: Tables) -> list[str]:
    frame = tables.frame(name)
    return [
        f"{name}: the manifest calls {', '.join(gap.categories)} of {gap.start} to {gap.end} missing, "
        f"but there are {values} values."
        for gap in tables.entry(name).gaps
        if gap.missing and (values := _values_in(frame, gap))
    ]


def _values_in(frame: pd.DataFrame, gap: Gap) -> int:
    """How many values the table has in a gap; its categories are offenses, groups or columns."""
    if "year" in frame.columns:
        inside = frame[frame["year"].between(gap.start.year, gap.end.year)]
    else:
        inside = frame[frame["date"].between(pd.Timestamp(gap.start), pd.Timestamp(gap.end))]
    if ALL in gap.categories:
        return len(inside)
    for column in ("offense", "group"):
        if column in frame.columns:
            return int(inside[column].isin(gap.categories).sum())
    return int(inside[list(gap.categories)].notna().to_numpy().sum())


def _places_fit(name: str, tables: Tables) -> list[str]:
    frame = tables.frame(name)
    wrong = (frame["area"] == NO_AREA) != (frame["place"] == "none")
    if not wrong.any():
        return []
    row = frame[wrong].iloc[0]
    what = f"the area {row['area']!r} has the place {row['place']!r}"
    return [f"{name}: on {row['date'].date()} {what}."]


def _names_fit(tables: Tables) -> list[str]:
    tree = json.loads(tables.content("neighborhoods"))
    mapped = {item["properties"]["name"] for item in tree["features"]}
    population = tables.frame("population")
    found = {
        "crime_area_daily": set(tables.frame("crime_area_daily")["area"].unique()) - {NO_AREA},
        "population": set(population.loc[population["census_year"] == 2010, "area"].unique()),
    }
    problems = [
        f"{name}: its areas and the map's differ, such as in {sorted(areas ^ mapped)[0]}."
        for name, areas in found.items()
        if areas != mapped
    ]
    # In some of the smallest places nobody may have been arrested.
    arrested = set(tables.frame("arrests_area_daily")["area"].unique()) - {NO_AREA}
    if strange := sorted(arrested - mapped):
        problems.append(f"arrests_area_daily: it has an area the map lacks, {strange[0]}.")
    return problems


def _membership_fits(tables: Tables) -> list[str]:
    homes = tables.frame("neighborhood_membership")
    problems = []
    for column, layer in (("neighborhood", "neighborhoods"), ("area", "areas"), ("district", "districts")):
        mapped = {item["properties"]["name"] for item in json.loads(tables.content(layer))["features"]}
        found = set(homes[column].astype(str))
        # A layer may have an area that no neighborhood mostly lies in, such as the jail.
        strange = found ^ mapped if column == "neighborhood" else found - mapped
        if strange:
            problems.append(f"neighborhood_membership: {column} and the map's names differ, as in {min(strange)}.")
    return problems


def _years_fit(tables: Tables) -> list[str]:
    """The yearly counts of 911 calls: every area in every year, with one number of residents, and no year unaccounted.

    A year that a group lacks must stand in the manifest as missing, for the whole city would seem to have had no call.
    """
    name = "calls_area_yearly"
    frame = tables.frame(name)
    areas = set(tables.frame("neighborhood_membership")["area"].astype(str))
    problems = []
    if strange := set(frame["area"].astype(str)) ^ areas:
        problems.append(f"{name}: its areas and the community areas of the map differ, as in {min(strange)}.")
    here = frame.groupby(["year", "group"], observed=True)["area"].nunique().reset_index()
    short = here[here["area"] != len(areas)]
    if len(short):
        problems.append(f"{name}: {short['group'].iloc[0]} of {short['year'].iloc[0]} are not given for every area.")
    if (frame.groupby(["year", "area"], observed=True)["residents"].nunique() > 1).any():
        problems.append(f"{name}: an area has two numbers of residents in one year.")
    entry = tables.entry(name)
    gone = {
        (year, group)
        for gap in entry.gaps
        if gap.missing
        for group in (YEARLY_CALL_GROUPS if ALL in gap.categories else gap.categories)
        for year in range(gap.start.year, gap.end.year + 1)
    }
    every = {(int(year), group) for year in _years(entry) for group in frame["group"].astype(str).unique()}
    there = {(int(year), str(group)) for year, group in zip(here["year"], here["group"], strict=True)}
    if lacking := sorted(every - gone - there):
        problems.append(f"{name}: there are no {lacking[0][1]} of {lacking[0][0]}, and the manifest doesn't say so.")
    return problems


def _years(entry: TableEntry) -> range:
    return range(entry.first.year, entry.last.year + 1) if entry.first and entry.last else range(0)


def _groups_fit(tables: Tables) -> list[str]:
    frame = tables.frame("population")
    wide = frame.pivot_table(index=["census_year", "area"], columns="group", values="residents", observed=True).reindex(
        columns=list(GROUPS)
    )
    if wide.isna().to_numpy().any():
        year, area = wide.index[wide.isna().any(axis=1)][0]
        return [f"population: {area} in {year} lacks a group."]
    races = wide.drop(columns=["total", "hispanic"]).sum(axis=1)
    # Each group is rounded by itself where the input holds fractions.
    off = ((races - wide["total"]).abs() > len(GROUPS) / 2) | (wide["hispanic"] > wide["total"])
    if not off.any():
        return []
    year, area = wide.index[off][0]
    return [f"population: the groups of {area} in {year} don't add up to its total."]


def _city_in_its_group(tables: Tables) -> list[str]:
    """The city is one of the agencies of its size, so that it can be taken out of their sum."""
    name = "peers_monthly_2026"
    frame = tables.frame(name).set_index("month")
    columns = ["residents", "agencies", *PEER_OFFENSES]
    city, group = (frame.loc[frame["agency"] == agency, columns] for agency in (PEER_CITY, PEER_GROUP))
    if not city.index.equals(group.index):
        return [f"{name}: {PEER_CITY} and {PEER_GROUP} aren't there in the same months."]
    if city.empty or (city > group).to_numpy().any():
        return [f"{name}: {PEER_CITY} isn't within {PEER_GROUP}."]
    return []


_WITH_GAPS = (
    "crime_city_daily",
    "arrests_city_daily",
    "calls_city_daily",
    "mobility_daily",
    "stringency_daily",
    "covid_daily",
    "calls_area_yearly",
)

_CRIME = ("crime_city_daily", "crime_area_daily")

_ARRESTS = ("arrests_city_daily", "arrests_area_daily")

_CALLS = ("calls_city_daily", "calls_area_daily")

_BETWEEN: tuple[tuple[tuple[str, ...], Callable[[Tables], list[str]]], ...] = (
    (_CRIME, partial(_adds_up, "crime", "offense")),
    (_CRIME, partial(_entries_agree, "crime")),
    (_ARRESTS, partial(_adds_up, "arrests", "group")),
    (_ARRESTS, partial(_entries_agree, "arrests")),
    (_CALLS, partial(_adds_up, "calls", "group")),
    (_CALLS, partial(_entries_agree, "calls")),
    (("arrests_city_daily", "arrest_charge_rules", "arrest_charges_uncaught"), _code_book_fits),
    *(((name,), partial(_missing_is_missing, name)) for name in _WITH_GAPS),
    *(((name,), partial(_places_fit, name)) for name in ("crime_area_daily", "arrests_area_daily", "calls_area_daily")),
    (("crime_area_daily", "arrests_area_daily", "population", "neighborhoods"), _names_fit),
    (("population",), _groups_fit),
    (("calls_area_yearly", "neighborhood_membership"), _years_fit),
    (("neighborhood_membership", "neighborhoods", "areas", "districts"), _membership_fits),
    (tuple(MAPS), maps_light),
    (("peers_monthly_2026",), _city_in_its_group),
    (("synthetic_specifications", "synthetic_weights", "peers_monthly"), mixes_fit),
)
