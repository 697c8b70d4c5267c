"""From the input files to the bundled tables."""

import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from statistics import median

import pandas as pd

from lib.analysis.windows import say_date
from lib.ingest.about import dropped, inputs, listed
from lib.ingest.build_peers import index_tables, mix_tables
from lib.ingest.sources import (
    arrests,
    boundaries,
    codebook,
    covid,
    crime,
    ground,
    key_dates,
    population,
    yearly_calls,
)
from lib.ingest.sources.raw import SourceError
from lib.tables.folder import story_text
from lib.tables.gaps import blank_days
from lib.tables.manifest import About, Input, Manifest
from lib.tables.write import NewMap, NewTable, claimed, write_tables

TIMELINE = "timeline.toml"

DETAIL_METERS = {"neighborhoods": 12.0, "districts": 20.0, "areas": 20.0, "city": 20.0}
"""The detail each map gives up; on a phone one pixel is about 60 m."""

CRIME_ADDRESS = "https://services1.arcgis.com/UWYHeuuJISiGmgXx/arcgis/rest/services/Part1_Crime_Beta/FeatureServer/0"

ARRESTS_ADDRESS = "https://egis.baltimorecity.gov/egis/rest/services/GeoSpatialized_Tables/Arrest/FeatureServer/0"


def build(raw: Path, folder: Path, say: Callable[[str], None]) -> Manifest:
    """Reads the inputs under ``raw`` and replaces the tables in ``folder``; steps are told to ``say``.

    Raises SourceError or DataError; ``folder`` then holds what it held before.
    """
    with claimed(folder) as claim:
        tables, checked = derive(raw, folder, say)
        say("writing, and verifying what was written")
        manifest = write_tables(claim, tables, checked)
    for name, entry in sorted(manifest.tables.items()):
        size = (folder / entry.file).stat().st_size
        say(f"  {name:24} {entry.rows:>9,} rows {size:>11,} bytes")
    return manifest


def derive(raw: Path, folder: Path, say: Callable[[str], None]) -> tuple[list[NewTable | NewMap], list[Input]]:
    """Every table made from the inputs under ``raw``, and the inputs the timeline was checked against.

    Writes nothing; ``folder`` is where the timeline is looked for first. Raises SourceError or DataError.
    """
    say("timeline: checking the key dates")
    checked = _check_timeline(raw, folder)
    say("boundaries: reading and simplifying")
    maps, names, homes, city = _maps(raw, say)
    under = _ground(raw, city)
    say("crime: reading the police records")
    crimes = _crime(raw, names)
    say("arrests: reading the police records")
    taken = _arrests(raw, folder, names)
    say("population: reading two censuses")
    people = _population(raw, names)
    say("peers: reading the Real-Time Crime Index")
    agencies = index_tables(raw)
    say("specifications: mixing cities in every reasonable way")
    mixes = mix_tables(agencies, folder)
    say("911 calls: reading yearly counts by community area")
    calls = _yearly_calls(raw, homes.frame["area"].unique())
    say("pandemic: reading mobility, stringency, cases and deaths")
    pandemic = [_mobility(raw), _stringency(raw), _covid(raw)]
    return [*crimes, *taken, people, *agencies, *mixes, calls, *pandemic, homes, *maps, *under], checked


def _maps(
    raw: Path, say: Callable[[str], None]
) -> tuple[list[NewMap], tuple[str, ...], NewTable, boundaries.Boundaries]:
    """The four maps, the names of the neighborhoods, what each belongs to, and the city in full detail."""
    made: list[NewMap] = []
    read: dict[str, boundaries.Boundaries] = {}
    for kind, meters in DETAIL_METERS.items():
        full = boundaries.read(raw, kind)
        light = boundaries.simplified(full, meters)
        read[kind] = full
        about = About(
            source="City of Baltimore boundaries, from the R package mapbaltimore by Eli Pousson",
            address="https://github.com/elipousson/mapbaltimore",
            terms="MIT license (mapbaltimore); city boundaries are public records",
            notes=(
                _MAP_NOTES[kind],
                f"Simplified from {full.points:,} to {light.points:,} points (detail of about {meters:g} m "
                "is given up), edges shared by neighbors kept shared. For drawing, not for measuring.",
                "The date of retrieval wasn't written down; the file doesn't say one.",
            ),
            inputs=inputs([full.file]),
        )
        made.append(NewMap(kind, boundaries.geojson(light), len(light.names), about))
    small = read["neighborhoods"]
    belongs = {kind: boundaries.belongs(small, read[kind]) for kind in ("areas", "districts")}
    for kind, home in belongs.items():
        match = boundaries.agreement(small, home, read[kind])
        least = min(match, key=match.__getitem__)
        middle = median(match.values())
        say(f"  {kind}, made of neighborhoods: median match {middle:.0%}, least {match[least]:.0%} ({least})")
    homes = pd.DataFrame({"neighborhood": small.names, "area": belongs["areas"], "district": belongs["districts"]})
    shared = made[0].about
    about = About(
        source=shared.source,
        address=shared.address,
        terms=shared.terms,
        notes=(
            "A neighborhood belongs whole to the community statistical area, and to the police district, that most "
            "of it lies in: so sums over them equal the sum over neighborhoods.",
        ),
        inputs=inputs([full.file for full in read.values()]),
    )
    return made, small.names, NewTable("neighborhood_membership", homes, about), read["city"]


def _ground(raw: Path, city: boundaries.Boundaries) -> list[NewMap]:
    """What may be drawn below a map: water, parks and major roads."""
    made = []
    for kind in ground.FILES:
        read = ground.read(raw, kind, city)
        about = About(
            source=_GROUND_SOURCES[kind],
            address="https://github.com/elipousson/mapbaltimore",
            terms="MIT license (mapbaltimore); the census's and the city's maps are public records",
            notes=(
                f"For orientation under a map, not for measuring: {read.features:,} features of the input cut at the "
                f"city's outline, made one and simplified (detail of about {ground.DETAIL_METERS[kind]:g} m is given "
                f"up) to {read.points:,} points.",
                f"{read.mended:,} shapes that cross themselves were mended; {read.small:,} pieces of less than "
                f"{ground.LEAST_SQUARE_METERS:,} square meters were left out.",
                "The date of retrieval wasn't written down; the file doesn't say one.",
            ),
            inputs=inputs([read.file]),
        )
        made.append(NewMap(kind, read.geojson, 1, about))
    return made


_GROUND_SOURCES = {
    "water": "US Census Bureau, TIGER/Line water, from the R package mapbaltimore by Eli Pousson",
    "parks": "City of Baltimore parks, from the R package mapbaltimore by Eli Pousson",
    "major_roads": "City of Baltimore streets, from the R package mapbaltimore by Eli Pousson",
}


_MAP_NOTES = {
    "neighborhoods": "The city's neighborhoods as drawn after the 2010 census.",
    "districts": "The nine police districts in force until 2022.",
    "areas": "55 community statistical areas, and the jail, as drawn after the 2010 census.",
    "city": "The outline of the city.",
}


def _crime(raw: Path, names: Iterable[str]) -> list[NewTable]:
    records = crime.read(raw, names)
    frame = records.frame
    city, areas = crime.city_daily(frame), crime.area_daily(frame)
    through = min(crime.COMPLETE_THROUGH, city["date"].max().date())
    shared = About(
        source="Baltimore Police Department, Part 1 victims (Open Baltimore; public copy of agroimpacts/USF)",
        address=CRIME_ADDRESS,
        terms="Public records of the City of Baltimore (Open Baltimore); published without warranty",
        complete_through=through,
        gaps=crime.gaps(frame, through),
        dropped=dropped(records.left_out),
        notes=(
            f"The file has {records.rows_read:,} rows; {crime.ROW_NOTE}",
            f"{records.repeats:,} rows repeat an earlier one in everything but their number: other victims "
            "of one incident, and kept.",
            crime.ODD_NOTE,
            f"Records after {say_date(through)} were still arriving when the copy was made; they are in the table and "
            "are not counted unless asked for.",
            *crime.ransomware_note(city),
            crime.REVISED_NOTE,
            "The date of retrieval wasn't written down; the file's last record is of "
            f"{say_date(city['date'].max().date())}. The address is the city's own layer of these records.",
        ),
        inputs=inputs([records.file]),
    )
    by_place = areas.groupby("place")["count"].sum()
    placed = About(
        **{
            **vars(shared),
            "source": f"{shared.source}; place added from the public extract of SurajVujjini/Baltimore-Crime-Analysis",
            "notes": (
                *shared.notes,
                f"The neighborhood of {by_place.get('recorded', 0):,} records was found in a record of the "
                f"same day, code and block; of {by_place.get('imputed', 0):,} it is imputed, the block's "
                f"commonest (right about nine times in ten); of {by_place.get('none', 0):,} it is not known.",
            ),
        }
    )
    return [NewTable("crime_city_daily", city, shared), NewTable("crime_area_daily", areas, placed)]


def _arrests(raw: Path, folder: Path, names: Iterable[str]) -> list[NewTable]:
    book = codebook.read(folder)
    records = arrests.read(raw, names, book)
    last = records.frame["date"].max().date()
    through = min(arrests.COMPLETE_THROUGH, last)
    about = About(
        source="Baltimore Police Department, arrests (Open Baltimore; public copy of agroimpacts/USF)",
        address=ARRESTS_ADDRESS,
        terms="Public records of the City of Baltimore (Open Baltimore); published without warranty",
        complete_through=through,
        gaps=arrests.gaps(records.frame, through),
        dropped=dropped(records.left_out),
        notes=(
            f"The file has {records.rows_read:,} rows; {arrests.ROW_NOTE}",
            *arrests.group_notes(records.frame, book),
            f"Records after {say_date(through)} are those of an unfinished month; they are in the table and are not "
            "counted unless asked for.",
            arrests.RACE_NOTE,
            "The date of retrieval wasn't written down; the file's last record is of "
            f"{say_date(last)}. The address is the city's own layer of these records.",
        ),
        inputs=inputs([records.file]),
    )
    mended = f"Names of neighborhoods mended to the map's: {listed(records.mended)}."
    return arrests.tables(records.frame, book, about, (mended,))


def _population(raw: Path, names: Iterable[str]) -> NewTable:
    people = population.read(raw, names)
    about = About(
        source="US Census Bureau, 2010 and 2020, by Baltimore neighborhood (Open Baltimore)",
        address="https://data.baltimorecity.gov/",
        terms="Public records of the City of Baltimore; census counts are in the public domain",
        dropped=dropped(people.left_out),
        notes=(
            "Hispanic residents are of any race and are counted in the race groups too.",
            f"2010 figures that are fractions in the input and are rounded here: {listed(people.split)}.",
            f"2020 names mended where only case or punctuation differs: {listed(people.mended)}.",
            f"2020 areas that aren't on the 2010 map and keep their own name: {listed(people.new_names)}.",
            f"Neighborhoods of the map without a 2020 figure: {listed(people.unmatched)}.",
            "The date of retrieval wasn't written down; the files don't say one.",
        ),
        inputs=inputs(people.files),
    )
    return NewTable("population", people.frame, about)


def _yearly_calls(raw: Path, areas: Iterable[str]) -> NewTable:
    read = yearly_calls.read(raw, areas)
    last = int(read.frame["year"].max())
    about = About(
        source="Baltimore Neighborhood Indicators Alliance (BNIA-JFI), University of Baltimore, Vital Signs: 911 calls",
        address="https://vital-signs-bniajfi.hub.arcgis.com/",
        terms="Attribution to the Baltimore Neighborhood Indicators Alliance, University of Baltimore, is asked",
        complete_through=date(last, 12, 31),
        gaps=read.gaps,
        dropped=dropped(read.left_out),
        notes=(
            "The alliance publishes calls per 1,000 residents; each is an exact count over the area's census "
            "population. The build checks every rate times its population against the count.",
            "Populations are those of the 2010 census for years to 2019 and of the 2020 census from 2020 on, so rates "
            "per resident step between 2019 and 2020 where counts do not.",
            "The live layer: https://services1.arcgis.com/mVFRs7NF4iFitgbY/arcgis/rest/services/Narc/FeatureServer. "
            "2010 to 2018 also stand, as CC0, in https://github.com/elipousson/baltimoredata; a copy of 2015 to 2021 "
            "is in https://github.com/ddhane1/Active_Commuter.",
            "Narcotics rows include what officers entered themselves. Nothing is known of months, days or places "
            "within an area.",
            "The city's 911 file changed between 2018 and 2019: three descriptions of narcotics became one, and many "
            "more rows are in it. These counts show no jump there.",
            "The date of retrieval wasn't written down.",
        ),
        inputs=inputs([read.file]),
    )
    return NewTable("calls_area_yearly", read.frame, about)


def _mobility(raw: Path) -> NewTable:
    read = covid.read_mobility(raw)
    days = read.frame["date"]
    about = About(
        source="Google COVID-19 Community Mobility Reports, as tabulated by Opportunity Insights",
        address="https://github.com/OpportunityInsights/EconomicTracker",
        terms="Attribution to Opportunity Insights and Google is asked",
        complete_through=days.max().date(),
        gaps=blank_days(read.frame, "The input is blank on these days."),
        dropped=dropped(read.left_out),
        notes=(
            "Fractions above or below the weeks before the pandemic in early 2020, means of seven days.",
            "The file of other cities has ids and no names, so it isn't read.",
            "The date of retrieval wasn't written down; the file doesn't say one.",
        ),
        inputs=inputs(read.files),
    )
    return NewTable("mobility_daily", read.frame, about)


def _stringency(raw: Path) -> NewTable:
    read = covid.read_stringency(raw)
    days = read.frame["date"]
    about = About(
        source="Oxford COVID-19 Government Response Tracker, Blavatnik School of Government, Oxford",
        address="https://github.com/OxCGRT/covid-policy-tracker",
        terms="CC BY 4.0",
        complete_through=days.max().date(),
        gaps=blank_days(read.frame, "The input gives no index for these days."),
        dropped=dropped(read.left_out),
        notes=(
            "Maryland's index, 0 to 100; the city's own orders were stricter in some weeks.",
            "The date of retrieval wasn't written down; the input's name says it ends on April 28, 2021.",
        ),
        inputs=inputs(read.files),
    )
    return NewTable("stringency_daily", read.frame, about)


def _covid(raw: Path) -> NewTable:
    read = covid.read_cases(raw)
    frame = read.daily.frame
    about = About(
        source="Maryland Department of Health, cases and confirmed deaths by county",
        address="https://coronavirus.maryland.gov/",
        terms="Public records of the State of Maryland",
        complete_through=read.both_through,
        gaps=blank_days(frame, "The input doesn't reach these days."),
        notes=(
            "Baltimore City, not Baltimore County, by day of report: differences of cumulative counts.",
            f"{read.corrections} differences are below zero, where the state took reports back; they stay, "
            "so that sums over days are the state's own totals.",
            f"The first day of each holds all before it too: {read.first_cases} cases, {read.first_deaths} deaths.",
            "The date of retrieval wasn't written down; the inputs' names say when they end.",
        ),
        inputs=inputs(read.daily.files),
    )
    return NewTable("covid_daily", frame, about)


def _check_timeline(raw: Path, folder: Path) -> list[Input]:
    """Checks that the timeline has every key date; the files it was checked against."""
    read = key_dates.read(raw)
    path, text = story_text(TIMELINE, folder)
    try:
        events = tomllib.loads(text).get("event", [])
        days = {_day(event["date"]) for event in events}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(f"{path} can't be read as a list of dated events: {error}.") from error
    key_dates.require_events(read, days, path.name)
    return list(inputs(read.files))


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise TypeError(f"{value!r} is not a date")
