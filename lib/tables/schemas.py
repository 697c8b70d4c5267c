"""The tables, column by column. What a table may hold is said here and nowhere else."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

import pandas as pd

from lib.tables.choices import WHOLE_MIX, Donors, Fitted, March, Method, Pool, Units

OFFENSES = (
    "homicide",
    "shooting",
    "rape",
    "aggravated-assault",
    "robbery-street",
    "robbery-commercial",
    "robbery-residence",
    "robbery-carjacking",
    "burglary",
    "larceny",
    "larceny-from-auto",
    "auto-theft",
    "arson",
    "common-assault",
)
"""The fourteen offenses of the police Part 1 file, by the ids used everywhere."""

PLACES = ("recorded", "imputed", "none")
"""How a record came by its neighborhood: from a record, inferred from its block, or there is none."""

NO_AREA = ""
"""The area of a record without a place."""

GROUPS = (
    "total",
    "white",
    "black",
    "american-indian",
    "asian",
    "pacific-islander",
    "other",
    "two-or-more",
    "hispanic",
)
"""Census groups. Hispanic residents are counted in the race groups too."""

ARREST_GROUPS = (
    "drug-possession",
    "drug-distribution",
    "drug-unspecified",
    "paraphernalia",
    "marijuana",
    "prostitution",
    "trespass",
    "public-conduct",
    "rogue-and-vagabond",
    "minor-traffic",
    "assault",
    "robbery",
    "burglary",
    "theft",
    "weapons",
    "warrants",
    "other",
)
"""What an arrest was for, as the code book sorts the texts of charges."""

DRUG_GROUPS = ("drug-possession", "drug-distribution", "drug-unspecified", "paraphernalia", "marijuana")
"""The groups that together are the drug arrests."""

ARREST_CODE_BOOK = "arrest_charges.toml"
"""The story file that holds the code book."""

ARREST_RACES = ("black", "white", "other", "unknown")
"""Race as the police wrote it down. Their codes know no Hispanic people."""

ARREST_PLACES = ("recorded", "none")
"""Whether an arrest's record names a neighborhood."""

WITNESSES = ("charge", "incident")
"""Which of an arrest's two texts a rule of the code book reads."""

CALL_GROUPS = (
    "drugs",
    "sex-work",
    "overdose",
    "disorder",
    "common-assault",
    "violence",
    "property",
    "traffic",
    "medical",
    "checks",
    "other",
)
"""What a 911 call was about, as the code book sorts the texts of descriptions."""

CALL_ORIGINS = ("caller", "officer", "unknown")
"""Who made a 911 record: somebody who called, an officer, or the description does not tell."""

CALL_CODE_BOOK = "call_groups.toml"
"""The story file that holds the code book of 911 calls."""

CALL_PLACES = ("recorded", "none")
"""Whether a call's record names a neighborhood."""

CALL_ZONES = ("local", "utc")
"""What clock a year of 911 records was written by: Baltimore's, or Greenwich's."""

CALL_REPORT = (
    "rows", "repeated_ids", "undated", "duplicates", "outside_year", "counted", "no_number", "unplaced",
    "unknown_places",
)  # fmt: skip
"""What is noted of a loaded year of 911 records, in rows; each a column of ``calls_years``."""

YEARLY_CALL_GROUPS = ("narcotics", "automobile-accidents", "common-assault", "shootings", "overdose")
"""What the yearly counts of 911 calls are about, as the alliance that publishes them names it."""

PEER_OFFENSES = ("homicide", "rape", "robbery", "aggravated-assault", "burglary", "larceny", "auto-theft")
"""The offenses the Real-Time Crime Index counts, each a column of its tables: ``peers_monthly``, as it stood in 2024,
and ``peers_monthly_2026`` and ``peers_yearly_2026``. Counts of one year's edition are never joined to another's."""

PEER_MEASURES: dict[str, tuple[str, ...]] = {
    "violent": PEER_OFFENSES[:4],
    "property": PEER_OFFENSES[4:],
    **{offense: (offense,) for offense in PEER_OFFENSES},
}
"""What of the story's measures the index counts, by their ids, and the offenses that each adds up."""

PEER_GROUP = "Agencies of 250K - 1M, Nationwide"
"""The sum of the agencies of Baltimore's size in ``peers_monthly_2026``, Baltimore among them."""

PEER_CITY = "Baltimore, MD"
"""How the Real-Time Crime Index names the city's own police."""

MOBILITY_KINDS = (
    "retail_and_recreation",
    "grocery_and_pharmacy",
    "parks",
    "transit_stations",
    "workplaces",
    "residential",
    "away_from_home",
)
"""The kinds of place of the mobility records, each a column of ``mobility_daily``."""

Kind = Literal["day", "category", "int16", "int32", "Int32", "float64"]


@dataclass(frozen=True)
class Column:
    """One column: ``day`` is datetime64[us] at midnight; ``Int32`` and ``float64`` may be null, others not.

    ``values`` closes a category's vocabulary and fixes its order; without it categories are sorted text.
    ``low`` and ``high`` bound numbers, both included.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns in order, and the key columns it is sorted by and unique on.

    ``yearly``: its rows are of whole calendar years, named in its column ``year``.
    """

    name: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    may_be_empty: bool = False
    yearly: bool = False

    @property
    def day(self) -> str | None:
        """The name of the date column, None for a table without one."""
        return next((column.name for column in self.columns if column.kind == "day"), None)

    def days(self, frame: pd.DataFrame) -> tuple[date, date] | None:
        """The first and the last day that its rows are about; None for a table that is not about days."""
        if self.yearly:
            return date(int(frame["year"].min()), 1, 1), date(int(frame["year"].max()), 12, 31)
        if self.day is None:
            return None
        return frame[self.day].min().date(), frame[self.day].max().date()


@dataclass(frozen=True)
class MapSchema:
    """One map: how many named features it holds; areas share their edges and do not overlap, ``lines`` are lines."""

    name: str
    features: int
    lines: bool = False


_OFFENSE = Column("offense", "category", OFFENSES)
_COUNT = Column("count", "int32", low=1, high=1_000)
_CRIME_SPAN = (date(2014, 1, 1), date(2021, 12, 31))
_ARREST_GROUP = Column("group", "category", ARREST_GROUPS)
_ARREST_SPAN = (date(2014, 1, 1), date(2035, 12, 31))
_ROWS = Column("rows", "int32", low=0, high=1_000_000)

_CHOICES = (
    Column("measure", "category", tuple(PEER_MEASURES)),
    Column("method", "category", get_args(Method)),
    Column("donors", "category", get_args(Donors)),
    Column("pool", "category", get_args(Pool)),
    Column("fitted", "category", get_args(Fitted)),
    Column("march", "category", get_args(March)),
    Column("units", "category", get_args(Units)),
)


def _share(name: str) -> Column:
    return Column(name, "float64", low=-1, high=1_000)


def _cities(name: str) -> Column:
    return Column(name, "int16", low=0, high=5_000)


_TABLES = (
    TableSchema(
        "crime_city_daily",
        (Column("date", "day"), _OFFENSE, _COUNT),
        ("date", "offense"),
        *_CRIME_SPAN,
    ),
    TableSchema(
        "crime_area_daily",
        (
            Column("date", "day"),
            _OFFENSE,
            Column("area", "category"),
            Column("place", "category", PLACES),
            _COUNT,
        ),
        ("date", "offense", "area", "place"),
        *_CRIME_SPAN,
    ),
    TableSchema(
        "neighborhood_membership",
        (Column("neighborhood", "category"), Column("area", "category"), Column("district", "category")),
        ("neighborhood",),
    ),
    TableSchema(
        "arrests_city_daily",
        (Column("date", "day"), _ARREST_GROUP, Column("race", "category", ARREST_RACES), _COUNT),
        ("date", "group", "race"),
        *_ARREST_SPAN,
    ),
    TableSchema(
        "arrests_area_daily",
        (
            Column("date", "day"),
            _ARREST_GROUP,
            Column("area", "category"),
            Column("place", "category", ARREST_PLACES),
            _COUNT,
        ),
        ("date", "group", "area", "place"),
        *_ARREST_SPAN,
    ),
    TableSchema(
        "arrest_charge_rules",
        (
            Column("rule", "int16", low=1, high=999),
            Column("witness", "category", WITNESSES),
            _ARREST_GROUP,
            Column("pattern", "category"),
            _ROWS,
        ),
        ("rule",),
    ),
    TableSchema("arrest_charges_uncaught", (Column("text", "category"), _ROWS), ("text",)),
    TableSchema(
        "population",
        (
            Column("census_year", "int16", low=2010, high=2020),
            Column("area", "category"),
            Column("group", "category", GROUPS),
            Column("residents", "int32", low=0, high=50_000),
        ),
        ("census_year", "area", "group"),
    ),
    TableSchema(
        "calls_area_yearly",
        (
            Column("year", "int16", low=2010, high=2035),
            Column("group", "category", YEARLY_CALL_GROUPS),
            Column("area", "category"),
            Column("residents", "int32", low=1, high=50_000),
            Column("count", "int32", low=0, high=50_000),
        ),
        ("year", "group", "area"),
        date(2010, 1, 1),
        date(2035, 12, 31),
        yearly=True,
    ),
    TableSchema(
        "peers_monthly",
        (
            Column("month", "day"),
            Column("agency", "category"),
            *(Column(name, "Int32", low=0, high=200_000) for name in PEER_OFFENSES),
        ),
        ("month", "agency"),
        date(2018, 1, 1),
        date(2024, 12, 31),
    ),
    TableSchema(
        "peers_monthly_2026",
        (
            Column("month", "day"),
            Column("agency", "category"),
            Column("residents", "int32", low=1, high=400_000_000),
            Column("agencies", "int16", low=1, high=5_000),
            *(Column(name, "int32", low=0, high=1_000_000) for name in PEER_OFFENSES),
        ),
        ("month", "agency"),
        date(2018, 1, 1),
        date(2026, 12, 31),
    ),
    TableSchema(
        "peers_yearly_2026",
        (
            Column("year", "int16", low=2024, high=2025),
            Column("agency", "category"),
            Column("residents", "int32", low=1, high=10_000_000),
            *(Column(name, "int32", low=0, high=200_000) for name in PEER_OFFENSES),
        ),
        ("year", "agency"),
        date(2024, 1, 1),
        date(2025, 12, 31),
        yearly=True,
    ),
    TableSchema(
        "synthetic_specifications",
        (
            *_CHOICES,
            Column("fit", "int16", low=0, high=30_000),
            _cities("cities"),
            _share("gap"),
            _share("error_before"),
            _share("error_after"),
            Column("ratio", "float64", low=0, high=10_000_000),
            _cities("lower"),
            _cities("as_far"),
            _cities("as_odd"),
            _share("without_one_low"),
            _share("without_one_high"),
            _share("march_2019"),
        ),
        tuple(column.name for column in _CHOICES),
        may_be_empty=True,
    ),
    TableSchema(
        "synthetic_weights",
        (
            Column("fit", "int16", low=1, high=30_000),
            Column("city", "category"),
            Column("donor", "category"),
            Column("weight", "int16", low=1, high=WHOLE_MIX),
        ),
        ("fit", "city", "donor"),
        may_be_empty=True,
    ),
    TableSchema(
        "mobility_daily",
        (Column("date", "day"), *(Column(name, "float64", low=-1, high=5) for name in MOBILITY_KINDS)),
        ("date",),
        date(2020, 1, 1),
        date(2022, 12, 31),
    ),
    TableSchema(
        "stringency_daily",
        (Column("date", "day"), Column("stringency", "float64", low=0, high=100)),
        ("date",),
        date(2020, 1, 1),
        date(2022, 12, 31),
    ),
    TableSchema(
        "covid_daily",
        (
            Column("date", "day"),
            Column("new_cases", "Int32", low=-10_000, high=10_000),
            Column("new_deaths", "Int32", low=-1_000, high=1_000),
        ),
        ("date",),
        date(2020, 1, 1),
        date(2022, 12, 31),
    ),
)

_CALL_SPAN = (date(2013, 1, 1), date(2035, 12, 31))
_CALL_KIND = (Column("group", "category", CALL_GROUPS), Column("origin", "category", CALL_ORIGINS))
_CALLS = Column("count", "int32", low=1, high=100_000)

_CALL_TABLES = (
    TableSchema(
        "calls_city_daily", (Column("date", "day"), *_CALL_KIND, _CALLS), ("date", "group", "origin"), *_CALL_SPAN
    ),
    TableSchema(
        "calls_area_daily",
        (
            Column("date", "day"),
            *_CALL_KIND,
            Column("area", "category"),
            Column("place", "category", CALL_PLACES),
            _CALLS,
        ),
        ("date", "group", "origin", "area", "place"),
        *_CALL_SPAN,
    ),
    TableSchema(
        "calls_description_daily",
        (Column("date", "day"), Column("description", "category"), _CALLS),
        ("date", "description"),
        *_CALL_SPAN,
    ),
    TableSchema(
        "calls_years",
        (
            Column("year", "int16", low=2013, high=2035),
            Column("address", "category"),
            Column("edited", "category"),
            Column("zone", "category", CALL_ZONES),
            Column("agreement", "float64", low=0, high=1),
            *(Column(name, "int32", low=0, high=100_000_000) for name in CALL_REPORT),
        ),
        ("year",),
    ),
    TableSchema(
        "calls_uncaught",
        (Column("year", "int16", low=2013, high=2035), Column("text", "category"), _ROWS),
        ("year", "text"),
        may_be_empty=True,
    ),
)

SCHEMAS: dict[str, TableSchema] = {schema.name: schema for schema in (*_TABLES, *_CALL_TABLES)}

MAPS: dict[str, MapSchema] = {
    schema.name: schema
    for schema in (
        MapSchema("neighborhoods", 278),
        MapSchema("districts", 9),
        MapSchema("areas", 56),
        MapSchema("city", 1),
        MapSchema("water", 1),
        MapSchema("parks", 1),
        MapSchema("major_roads", 1, lines=True),
    )
}

GROUND = ("water", "parks", "major_roads")
"""The maps that are for orientation under another, a single feature each."""

BUNDLED = (*(schema.name for schema in _TABLES), *MAPS)
"""The tables and maps that come with the project."""

LOADABLE = {
    "calls": tuple(schema.name for schema in _CALL_TABLES),
    "crime": ("crime_city_daily", "crime_area_daily"),
    "arrests": ("arrests_city_daily", "arrests_area_daily", "arrest_charge_rules", "arrest_charges_uncaught"),
}
"""The tables of each kind of records that can be loaded later."""
