"""From the live layers, or from files downloaded by hand, to tables of their own beside the bundled ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lib.layers import Progress, Watch, check_share, fetch, first_layer
from lib.sources import callbook, calls, calls_csv
from lib.sources.addresses import Source
from lib.sources.arcgis import Client, Layer
from lib.sources.call_times import ENOUGH_AGREEMENT
from lib.sources.raw import SourceError
from lib.tables.errors import DataError
from lib.tables.folder import loaded_dir
from lib.tables.gaps import quiet_days
from lib.tables.manifest import ALL, About, Dropped, Gap, Input, Manifest
from lib.tables.schemas import CALL_REPORT, LOADABLE
from lib.tables.store import Tables, open_loaded, open_tables
from lib.tables.verify import problems_of
from lib.tables.write import NewTable, claimed, write_tables

PORTAL = "https://data.baltimorecity.gov/search?q=911%20calls%20for%20service"
TERMS = "Public records of the City of Baltimore (Open Baltimore)"
KEPT_BY_NAME = ("calls_city_daily", "calls_area_daily", "calls_description_daily")


@dataclass(frozen=True)
class _Loaded:
    """One year of calls, and where it came from."""

    year: calls.CallYear
    address: str
    edited: str
    input: Input


def refresh_calls(
    layers: Sequence[Source],
    say: Callable[[Progress], None],
    client: Client | None = None,
    *,
    replace: bool = False,
) -> Manifest:
    """Load years of 911 calls from their layers; each year that is read whole replaces the one before it at once.

    What has come of a year is kept until it is whole, so a cut costs at most one page. Raises SourceError or DataError,
    in a sentence; the years loaded before, and those loaded so far, stay. A year with far fewer rows than it had is
    refused unless ``replace``; what came is kept for that.
    """
    client = client or Client()
    folder = loaded_dir("calls")
    with claimed(folder) as claim:
        book, names = callbook.read(), neighborhoods()
        watch, manifest = Watch(say, len(layers)), None
        for source in layers:
            layer = first_layer(client, source)
            old = usable("calls")
            if old is None or not _unchanged(old, layer, client):
                fields = calls.find_fields(layer.fields, layer.url)
                staging = fetch(
                    claim,
                    client,
                    layer,
                    fields.names,
                    partial(calls.batch_of, fields=fields, id_field=layer.id_field),
                    partial(calls.check_city, neighborhoods=names, where=layer.url),
                    watch,
                )
                tally = calls.Tally(book, names, source.year)
                for batch in staging.batches():
                    tally.add(batch)
                try:
                    year = tally.finish()
                except SourceError:
                    staging.remove()
                    raise
                check_share(year.report.rows, _rows_before(old, year.year), str(year.year), replace)
                made = _Loaded(year, layer.url, _edited(layer), Input(layer.url, staging.digest(), staging.received))
                manifest = write_tables(claim, _merged(old, [made]), [], LOADABLE["calls"])
                staging.remove()
            watch.done += 1
        if manifest is None:
            found = usable("calls")
            if found is None:
                raise DataError("There is nothing to load: no layer was named.")
            manifest = found.manifest
    return manifest


def import_calls(files: Sequence[Path], say: Callable[[Progress], None]) -> Manifest:
    """Load the years of 911 calls that lie in CSV files of the city's portal, plain or gzipped.

    Files are read once, in bounded memory. Raises SourceError or DataError; the tables there are then unchanged.
    """
    with claimed(loaded_dir("calls")) as claim:
        book, names = callbook.read(), neighborhoods()
        watch = Watch(say, len(files))
        tally = calls.Years(book, names)
        inputs = []
        for path in files:
            watch.begin()
            rows = 0
            for batch in calls_csv.read_csv(path):
                if rows == 0:
                    calls.check_city(batch, names, path.name)
                tally.add(batch)
                rows += batch.num_rows
                watch.came(path.name, batch.num_rows, rows, None)
            inputs.append(calls_csv.input_of(path))
            watch.done += 1
        joined = inputs[0] if len(inputs) == 1 else _joined(inputs)
        made = [_Loaded(year, joined.file, "", joined) for year in tally.finish()]
        return write_tables(claim, _merged(usable("calls"), made), [], LOADABLE["calls"])


def neighborhoods() -> tuple[str, ...]:
    """The names of the map's neighborhoods. Raises DataError."""
    tree = json.loads(open_tables().content("neighborhoods"))
    return tuple(feature["properties"]["name"] for feature in tree["features"])


def usable(records: str) -> Tables | None:
    """The records loaded before; None where there are none, or they don't verify and are to be replaced."""
    try:
        old = open_loaded(records)
        return None if old is None or problems_of(old) else old
    except DataError:
        return None


def _rows_before(old: Tables | None, year: int) -> int:
    """How many rows a year had that was loaded before."""
    if old is None:
        return 0
    years = old.frame("calls_years")
    return int(years.loc[years["year"] == year, "rows"].sum())


def _edited(layer: Layer) -> str:
    return "" if layer.last_edit is None else str(layer.last_edit)


def _unchanged(old: Tables, layer: Layer, client: Client) -> bool:
    """Whether the layer says of itself that it is as it was when it was loaded."""
    years = old.frame("calls_years")
    same = years[(years["address"] == layer.url) & (years["edited"] == _edited(layer))]
    return layer.last_edit is not None and len(same) == 1 and int(same["rows"].iloc[0]) == client.count(layer)


def _merged(old: Tables | None, made: Sequence[_Loaded]) -> list[NewTable]:
    """The tables of the years loaded before and of these, which replace their own years."""
    fresh = {loaded.year.year for loaded in made}
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in LOADABLE["calls"]}
    inputs: dict[str, Input] = {}
    if old is not None:
        years = old.frame("calls_years")
        kept = years[~years["year"].isin(fresh)]
        for name in KEPT_BY_NAME:
            frame = old.frame(name)
            frames[name].append(frame[frame["date"].dt.year.isin(kept["year"])])
        uncaught = old.frame("calls_uncaught")
        frames["calls_years"].append(kept)
        frames["calls_uncaught"].append(uncaught[uncaught["year"].isin(kept["year"])])
        addresses = set(kept["address"].astype(str))
        inputs |= {item.file: item for item in old.entry("calls_years").inputs if item.file in addresses}
    for loaded in made:
        for name, frame in _frames(loaded).items():
            frames[name].append(frame)
        inputs[loaded.input.file] = loaded.input
    joined = {name: _concat(parts) for name, parts in frames.items()}
    holes, through = _holes(joined["calls_city_daily"])
    for name in KEPT_BY_NAME:
        joined[name] = _outside(joined[name], holes)
    about = _about(joined, holes, through, tuple(inputs.values()))
    plain = About(about.source, about.address, about.terms, retrieved=about.retrieved, inputs=about.inputs)
    return [NewTable(name, frame, about if name in KEPT_BY_NAME else plain) for name, frame in joined.items()]


def _holes(city: pd.DataFrame) -> tuple[list[Gap], date]:
    """The days between the first and the last that no loaded year holds whole, and the last whole day of all."""
    days = sorted(city["date"].dt.date.unique())
    spans = [_covered([day for day in days if day.year == year]) for year in sorted({day.year for day in days})]
    what = "911 calls of these days are not loaded."
    holes = [
        Gap(one[1] + timedelta(days=1), two[0] - timedelta(days=1), (ALL,), what, True)
        for one, two in pairwise(spans)
        if (two[0] - one[1]).days > 1
    ]
    return holes, spans[-1][1]


def _outside(frame: pd.DataFrame, holes: Sequence[Gap]) -> pd.DataFrame:
    """Without the rows of days that are not whole."""
    inside = np.zeros(len(frame), dtype=bool)
    for hole in holes:
        inside |= frame["date"].between(pd.Timestamp(hole.start), pd.Timestamp(hole.end)).to_numpy()
    return frame[~inside]


def _frames(loaded: _Loaded) -> dict[str, pd.DataFrame]:
    year, report = loaded.year, loaded.year.report
    noted = {name: [getattr(report, name)] for name in CALL_REPORT}
    row = pd.DataFrame(
        {
            "year": [year.year],
            "address": [loaded.address],
            "edited": [loaded.edited],
            "zone": [report.zone],
            "agreement": [report.agreement],
            **noted,
        }
    )
    uncaught = pd.DataFrame(report.uncaught, columns=["text", "rows"]).assign(year=year.year)
    return {
        "calls_city_daily": year.city,
        "calls_area_daily": year.area,
        "calls_description_daily": year.descriptions,
        "calls_years": row,
        "calls_uncaught": uncaught,
    }


def _concat(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other, their categories as text."""
    plain = [part.astype({c: str for c in part.columns if part[c].dtype == "category"}) for part in parts]
    return pd.concat([part for part in plain if len(part)] or plain, ignore_index=True)


def _about(frames: dict[str, pd.DataFrame], holes: Sequence[Gap], through: date, inputs: tuple[Input, ...]) -> About:
    years, city = frames["calls_years"].sort_values("year"), frames["calls_city_daily"]
    days = city[city["date"] <= pd.Timestamp(through)].groupby("date")["count"].sum()
    total = {name: int(years[name].sum()) for name in CALL_REPORT}
    return About(
        source="City of Baltimore, 911 calls for service (Open Baltimore)",
        address=PORTAL,
        terms=TERMS,
        complete_through=through,
        retrieved=date.today().isoformat(),
        gaps=(*holes, *quiet_days(days)),
        dropped=tuple(Dropped(what, why, total[name]) for name, (what, why) in _DROPPED.items() if total[name]),
        notes=tuple(_year_note(row) for row in years.to_dict("records")),
        inputs=inputs,
    )


_DROPPED = {
    "repeated_ids": ("rows whose object id came before", "the layer gave them twice"),
    "duplicates": ("rows whose call number came before", "one call is counted once"),
    "undated": ("rows without a day", "they belong to no window"),
    "outside_year": ("rows of another year than their layer's", "they belong to another layer"),
}


def _covered(days: list[date]) -> tuple[date, date]:
    """The first and the last day of one year that the records hold whole: the last may have been cut in the middle."""
    last = days[-1]
    return days[0], last if (last.month, last.day) == (12, 31) or len(days) == 1 else last - timedelta(days=1)


def _year_note(row: Mapping[Hashable, Any]) -> str:
    zone = "Baltimore's time" if row["zone"] == "local" else "universal time, turned into Baltimore's"
    few = "" if row["agreement"] >= ENOUGH_AGREEMENT else ", which is few: some days may be off by one"
    return (
        f"{row['year']}: {row['rows']:,} rows. Clock: {zone}; {row['agreement']:.1%} of call numbers agree{few}. "
        f"{row['duplicates']:,} rows repeat a call number and are not counted again. Of those counted, "
        f"{row['no_number']:,} have no usable number and {row['unplaced']:,} no neighborhood of the map."
    )


def _joined(inputs: Sequence[Input]) -> Input:
    """Several files that were read as one."""
    text = "".join(item.sha256 for item in inputs)
    return Input(
        ", ".join(item.file for item in inputs), hashlib.sha256(text.encode()).hexdigest(), sum(i.bytes for i in inputs)
    )
