"""A small folder of input files, made up here, laid out as the real one: every name in it is invented."""

import csv
import gzip
import io
import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lib.ingest.sources import (
    arrests,
    boundaries,
    covid,
    crime,
    geo_files,
    ground,
    key_dates,
    peers,
    peers_later,
    population,
    yearly_calls,
)
from lib.tables.folder import story_text
from lib.tables.schemas import MOBILITY_KINDS

ROOT = Path(__file__).resolve().parents[1]

NAMES = ("Butcher's Hill", "Villages Of Homeland", *(f"Place {number:03}" for number in range(276)))

CRIME_HEADER = (
    "RowID",
    "date",
    "CrimeCode",
    "category",
    "Location",
    "Premise",
    "neighborhood",
    "district",
    "lat",
    "lon",
    "nb_source",
    "nb_confidence",
)

ARREST_HEADER = (
    "RowID",
    "ArrestNumber",
    "Age",
    "Gender",
    "Race",
    "ArrestDate",
    "ArrestLocation",
    "IncidentOffence",
    "IncidentLocation",
    "Charge",
    "ChargeDescription",
    "District",
    "Post",
    "Neighborhood",
    "Latitude",
    "Longitude",
    "GeoLocation",
)

PERSONAL = ("31415926", "JOHN INVENTED", "987654321")
"""What a record may hold of a person, here a number, a name in an address and an age; no output may."""

CHARGES = (
    "CDS VIOLATION",
    "CDS POSS HEROIN",
    "PWID",
    "POSS MARIJUANA",
    "CDS:POSS PARAPHERNALIA",
    "PROSTITUTION",
    "TRESPASSING",
    "OPEN CONTAINER",
    "ROGUE AND VAGABOND",
    "DRIVING WITHOUT LICENSE",
    "COMMON ASSAULT",
    "ROBBERY",
    "BURGLARY",
    "THEFT",
    "HGV",
    "FAILURE TO APPEAR",
    "DISORDERLY",
    "A TEXT NO RULE CATCHES",
)
"""A charge for every group, and one for none."""

Row = Sequence[object]


def write_text(raw: Path, file: str, text: str) -> None:
    """Writes one input file, packed if its name says so."""
    path = raw / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if file.endswith(".gz") else text.encode())


def read_text(raw: Path, file: str) -> str:
    content = (raw / file).read_bytes()
    return (gzip.decompress(content) if file.endswith(".gz") else content).decode()


def csv_text(header: Row, rows: Sequence[Row]) -> str:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue()


def crime_row(number: int, day: str, category: str, area: str, source: str, block: str = "100 MAIN ST") -> list[object]:
    return [number, day, "4E", category, block, "STREET", area.upper(), "", "", "", source, ""]


def crime_rows(seed: int = 1) -> list[list[object]]:
    """Three years of records, a few in each neighborhood, some undated, early, imputed or without a place."""
    random = np.random.default_rng(seed)
    categories = list(crime.OFFENSE_IDS)
    rows = []
    for number in range(1_500):
        day = date(2014, 1, 1) + timedelta(days=int(random.integers(0, 3 * 365)))
        category = categories[int(random.integers(0, len(categories)))]
        if day.year == 2014 and category in ("HOMICIDE", "SHOOTING"):
            category = "LARCENY"
        source = ("linked_record", "address_majority", "none")[int(random.choice(3, p=[0.6, 0.3, 0.1]))]
        area = "" if source == "none" else NAMES[number % len(NAMES)]
        rows.append(crime_row(number, day.isoformat(), category, area, source))
    rows += [crime_row(2_000 + n, "2016-12-31", "LARCENY", name, "linked_record") for n, name in enumerate(NAMES)]
    rows.append(crime_row(3_000, "", "SHOOTING", NAMES[0], "address_majority"))
    rows.append(crime_row(3_001, "1999-12-31", "RAPE", NAMES[0], "address_majority"))
    return rows


def arrest_row(
    number: int, day: str, charge: str, race: str, area: str, incident: str = "Unknown Offense"
) -> list[object]:
    personal, address, age = PERSONAL
    place = [address, incident, address, "1 1111", charge, "Central", "114", area, "39.3", "-76.6", "(39.3,-76.6)"]
    return [number, f"{personal}{number}", age, "M", race, day, *place]


def arrest_rows(seed: int = 1) -> list[list[object]]:
    """Some months of arrests around the recoding of October 2019, half of them without a place, one repeated."""
    random = np.random.default_rng(seed)
    rows = []
    for number in range(1_200):
        day = date(2019, 7, 1) + timedelta(days=int(random.integers(0, 200)))
        charge = CHARGES[int(random.integers(0, len(CHARGES)))]
        narcotics = random.random() < (0.3 if day < date(2019, 10, 1) else 0.02)
        area = NAMES[number % len(NAMES)].title() if random.random() < 0.5 else ""
        race = ("B", "W", "U", "I", "A", "")[int(random.choice(6, p=[0.6, 0.2, 0.05, 0.05, 0.05, 0.05]))]
        incident = "87NARCOTICS" if narcotics else "Unknown Offense"
        rows.append(arrest_row(number, day.isoformat(), charge, race, area, incident))
    rows.append([5_000, *rows[0][1:]])
    return rows


def grid(columns: int, count: int, jitter: float = 0.0, seed: int = 1) -> list[shapely.Polygon]:
    """``count`` cells of a grid over the whole city whose corners may be moved; neighbors share their corners.

    Grids of any size cover the same ground, so that the cells of one hold those of another.
    """
    random = np.random.default_rng(seed)
    lines = -(-count // columns)
    across, up = 0.2 / columns, 0.2 / lines
    x, y = np.meshgrid(np.arange(columns + 1) * across - 76.7, np.arange(lines + 1) * up + 39.2)
    jitter *= min(across, up)
    x, y = (axis + random.uniform(-jitter, jitter, axis.shape) for axis in (x, y))
    cells = []
    for number in range(count):
        row, column = divmod(number, columns)
        corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
        cells.append(shapely.Polygon([(round(x[at], 6), round(y[at], 6)) for at in corners]))
    return cells


def geojson_text(names: Sequence[str], shapes: Sequence[shapely.Geometry]) -> str:
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": shapely.geometry.mapping(shape)}
        for name, shape in zip(names, shapes, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def write_raw(raw: Path, seed: int = 1) -> Path:
    """Writes every input file; another seed gives other crime records and the same arrests."""
    write_text(raw, crime.FILE, csv_text(CRIME_HEADER, crime_rows(seed)))
    write_text(raw, arrests.FILE, csv_text(ARREST_HEADER, arrest_rows()))
    for kind, count, columns in (("districts", 9, 3), ("areas", 56, 8), ("city", 1, 1)):
        names = [f"{kind} {number:02}" for number in range(count)]
        write_text(raw, boundaries.FILES[kind], geojson_text(names, grid(columns, count)))
    write_text(raw, boundaries.FILES["neighborhoods"], geojson_text(NAMES, grid(17, 278, 0.2)))
    pond = shapely.Point(-76.6, 39.3).buffer(0.02, quad_segs=4)
    write_text(raw, ground.FILES["water"], geojson_text(["a pond"], [pond]))
    write_text(raw, ground.FILES["parks"], geojson_text(["a park"], [shapely.box(-76.8, 39.25, -76.65, 39.3)]))
    road = shapely.LineString([(-76.8, 39.3), (-76.6, 39.31), (-76.4, 39.3)])
    write_text(raw, ground.FILES["major_roads"], geojson_text(["a road"], [road]))
    census = ["Name", *population.GROUP_COLUMNS]
    rows: list[list[Any]] = [[name, 100, 40, 50, 1, 2, 0, 3, 4, 9] for name in NAMES]
    write_text(raw, population.FILES[2010], csv_text(census, rows))
    later = {NAMES[0]: "Butchers Hill", NAMES[1]: "Villages of Homeland", NAMES[2]: "Harbor New"}
    rows = [[later.get(name, name), *counts] for name, *counts in rows]
    rows[-1][1:] = [""] * 9
    write_text(raw, population.FILES[2020], "\ufeff" + csv_text(census, rows))
    header = ["date", "agency_abbr", *peers.OFFENSE_COLUMNS, *peers.TOTALS, "Last Updated"]
    rows = [
        [f"2018-{month:02}-01", agency, 5, 4, 30, 61, 50, 200 if agency[0] == "F" else 200 + month, 40]
        for month in range(1, 13)
        for agency in ("Alpha, MD", "Flat, VA")
    ]
    stated = [[*row, sum(row[2:6]), sum(row[6:9]), "2024-09-18"] for row in rows]
    stated[0][2] = -1
    stated[1][9] = "NA"
    write_text(raw, peers.FILE, csv_text(header, stated))
    write_later_peers(raw)
    write_text(raw, yearly_calls.FILE, csv_text(YEARLY_HEADER, yearly_rows()))
    days = [date(2020, 3, 1) + timedelta(days=number) for number in range(60)]
    header = ["date", "cityid", *(f"gps_{kind}" for kind in MOBILITY_KINDS)]
    rows = [[day, 23, *[round(-0.01 * n, 4)] * 7] for n, day in enumerate(days)]
    rows[10][4] = ""
    write_text(raw, covid.MOBILITY_FILE, csv_text(header, rows))
    rows = [[day, "" if n in (20, 21, 59) else n] for n, day in enumerate(days)]
    write_text(raw, covid.STRINGENCY_FILE, csv_text(["date", "stringency_index"], rows))
    stamps = [f"{day:%m/%d/%Y} 10:00:00 AM" for day in days]
    rows = [[stamp, 999, n * n - (n == 30) * 100] for n, stamp in enumerate(stamps, start=1)]
    header = ["DATE", "Baltimore", covid.CITY_COLUMN]
    write_text(raw, covid.CASES_FILE, csv_text(header, rows))
    write_text(raw, covid.DEATHS_FILE, csv_text(header, rows[5:40]))
    rows = [[day, "MD", "a policy", "OI policy milestones"] for day in timeline_days()[:3]]
    write_text(raw, key_dates.FILE, csv_text(["date", "scope", "event", "source"], rows))
    rows = [["Maryland", row[0], "a policy"] for row in rows]
    write_text(raw, key_dates.POLICY_FILE, csv_text(["statename", "date", "policy_description"], rows))
    return raw


def as_a_second_city(raw: Path, crs: str = "EPSG:32633") -> None:
    """Turns the maps of ``write_raw`` into those of a city on another continent, GeoPackages in a plane of its own."""
    for file in (*boundaries.FILES.values(), *ground.FILES.values()):
        _, frame = geo_files.read(raw, file)
        moved = frame.set_geometry(frame.geometry.translate(91.7, 10.0)).to_crs(crs)
        moved.to_file(raw / file.replace(".geojson.gz", ".gpkg"))
        (raw / file).unlink()


def write_later_peers(raw: Path) -> None:
    """The index as it stood in 2026: Baltimore, a city without totals that ends early, a sum; and a scorecard."""
    header = ["year", "month", "agency_state", *peers.OFFENSE_COLUMNS, *peers.TOTALS, "population_covered",
              "number_of_agencies"]  # fmt: skip
    rows: list[list[Any]] = []
    for month in range(1, 13):
        for agency, size in (("Baltimore,MD", 1), ("Cleveland,OH", 1), ("Agencies of 250K - 1M, Nationwide", 79)):
            counts = [size * each for each in (5, 4, 30, 61, 50, 200 + month, 40)]
            totals = ["", ""] if agency[0] == "C" else [sum(counts[:4]), sum(counts[4:])]
            if (agency[0], month) != ("C", 12):
                rows.append([2019, month, agency, *counts, *totals, 565_192 * size, size])
    write_text(raw, peers_later.MONTHLY_FILE, csv_text(header, rows))
    header = ["agency_name", "state_name", "crime_type", *peers_later.SCORECARD_YEARS.values(), "population",
              "last_updated"]  # fmt: skip
    rows = [
        [*agency, offense, 10 * n, 9 * n, 300_000, "2026-04-24"]
        for agency in (("Baltimore", "Maryland"), ("Alpha", "Ohio"), ("Full Sample", "Ohio"), ("West", "Nationwide"))
        for n, offense in enumerate([*peers.OFFENSE_COLUMNS, *peers.TOTALS])
    ]
    write_text(raw, peers_later.SCORECARD_FILE, csv_text(header, rows))


YEARLY_HEADER = ("what", "year", "area", "population", "rate_per_1000", "count")


def yearly_rows() -> list[list[object]]:
    """Narcotics calls of 2018, 2020 and 2021 and shootings of 2018 in every area; shootings of 2020 in all but one."""
    asked = (("narcotics", 2018), ("narcotics", 2020), ("narcotics", 2021), ("shootings", 2018), ("shootings", 2020))
    return [
        [what, year, f"areas {number:02}", 1_600 + number, f"{count / (1_600 + number) * 1_000:.6f}", count]
        for what, year in asked
        for number in range(55 if (what, year) == ("shootings", 2020) else 56)
        for count in [number * (year - 2015) % 97]
    ]


def timeline_days() -> list[date]:
    """The dates of the bundled timeline."""
    import tomllib

    return [event["date"] for event in tomllib.loads(story_text("timeline.toml", ROOT / "data")[1])["event"]]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def silent(line: str) -> None:
    """For builds whose progress nobody watches."""
