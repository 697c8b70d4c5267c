"""The tables of loaded 911 calls: the years that were loaded before, joined with what comes or replaced by it.

Beside the tables lies, for each year, which calls are counted in them: the days and keys of ``CallKeys``, and nothing
else. By these a later file adds the calls that are not counted yet. They are of use on this machine only, and are not
part of the set of tables.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from lib.ingest.sources import call_store, call_years
from lib.ingest.sources.call_times import ENOUGH_AGREEMENT
from lib.ingest.sources.call_years import CallKeys, CallYear, CountedCalls
from lib.tables.errors import DataError
from lib.tables.gaps import empty_days, quiet_days
from lib.tables.manifest import ALL, About, Dropped, Gap, Input, Manifest
from lib.tables.schemas import CALL_REPORT, LOADABLE
from lib.tables.store import Tables, open_loaded, open_shipped, open_tables
from lib.tables.verify import problems_of
from lib.tables.write import Claim, NewTable, write_tables

PORTAL = "https://data.baltimorecity.gov/search?q=911%20calls%20for%20service"
TERMS = "Public records of the City of Baltimore (Open Baltimore)"
KEPT_BY_NAME = ("calls_city_daily", "calls_area_daily", "calls_description_daily")
COUNTED = "counted"
"""The folder, beside the tables, of which calls they count."""

_JOINT = "\n"
"""Between the sources of a year that has several."""


@dataclass(frozen=True)
class Loaded:
    """Calls of one year, and where they came from.

    With ``alone`` they are all there is of their days, which replace those loaded before; else they join them. Other
    days of the year stay. ``edited`` is when the layer says that it was edited.
    """

    year: CallYear
    inputs: tuple[Input, ...]
    alone: bool
    edited: str = ""

    @property
    def replaces(self) -> NDArray[np.int64]:
        """The days (from 1970-01-01) whose calls loaded before go."""
        return np.unique(self.year.keys.day) if self.alone else np.empty(0, np.int64)


def neighborhoods() -> tuple[str, ...]:
    """The names of the map's neighborhoods. Raises DataError."""
    tree = json.loads(open_tables().content("neighborhoods"))
    return tuple(feature["properties"]["name"] for feature in tree["features"])


def usable(records: str) -> Tables | None:
    """The records loaded before, on this copy or before they were bundled.

    None where there are none, or they don't verify and are to be replaced.
    """
    for opened in (open_loaded, open_shipped):
        try:
            old = opened(records)
            if old is not None and not problems_of(old):
                return old
        except DataError:
            continue
    return None


def unusable_calls() -> str:
    """What is wrong with the calls loaded before, "" if nothing is."""
    try:
        old = open_loaded("calls")
        return next(iter(problems_of(old)), "") if old else ""
    except DataError as error:
        return str(error)


def write_calls(claim: Claim, old: Tables | None, made: Sequence[Loaded]) -> Manifest:
    """Make current the years of ``old`` with those ``made``. Raises DataError; nothing has then changed."""
    frames = _merged(old, made)
    fresh: list[Path] = []
    folder = claim.folder / COUNTED
    try:
        folder.mkdir(exist_ok=True)
        for loaded in made:
            before, keys = held_calls(old, [loaded.year.year]).outside(loaded.replaces).keys, loaded.year.keys
            keys = CallKeys(np.concatenate([before.day, keys.day]), np.concatenate([before.key, keys.key]))
            fresh.append(_write_keys(folder, loaded.year.year, keys))
        manifest = write_tables(claim, frames, [], LOADABLE["calls"])
    except BaseException as error:
        for path in fresh:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            why = error.strerror or error
            raise DataError(
                f"The tables can't be written to {folder} ({why}); the ones there are unchanged."
            ) from error
        raise
    _sweep(folder, {loaded.year.year for loaded in made}, fresh)
    return manifest


def held_calls(old: Tables | None, years: Sequence[int]) -> CountedCalls:
    """The calls of these years that the tables count. Days whose keys are not at hand are closed."""
    if old is None:
        return call_years.NO_COUNTED_CALLS
    city = old.frame("calls_city_daily")
    found, closed = [CallKeys(np.empty(0, np.int64), np.empty(0, np.int64))], [np.empty(0, np.int64)]
    for year in years:
        counts = city[city["date"].dt.year == year].groupby("date")["count"].sum()
        days = _day_numbers(counts.index)
        if len(days):
            keys, known = _best_keys(old.folder / COUNTED, year, days, counts.to_numpy(dtype=np.int64))
            found.append(keys)
            closed.append(days[~known])
    return CountedCalls(
        CallKeys(np.concatenate([keys.day for keys in found]), np.concatenate([keys.key for keys in found])),
        np.concatenate(closed),
    )


def _best_keys(
    folder: Path, year: int, days: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[CallKeys, NDArray[np.bool_]]:
    """The keys of the days that have as many as the tables count, and which of the days those are.

    A stop between two renames leaves two files of a year: that which fits more days is the one.
    """
    best = CallKeys(np.empty(0, np.int64), np.empty(0, np.int64)), np.zeros(len(days), dtype=bool)
    for path in sorted(folder.glob(f"{year}-*.parquet")):
        try:
            table = pq.read_table(path, columns=["day", "key"])
            day, key = (table.column(name).to_numpy().astype(np.int64) for name in ("day", "key"))
        except (OSError, KeyError, ValueError, pa.ArrowException):
            continue
        place = np.searchsorted(days, day).clip(0, len(days) - 1)
        inside = days[place] == day
        fits = np.bincount(place[inside], minlength=len(days)) == counts
        if fits.sum() > best[1].sum():
            kept = inside & fits[place]
            best = CallKeys(day[kept], key[kept]), fits
    return best


def _write_keys(folder: Path, year: int, keys: CallKeys) -> Path:
    order = np.lexsort((keys.key, keys.day))
    table = pa.table({"day": pa.array(keys.day[order].astype(np.int32)), "key": pa.array(keys.key[order])})
    sink = pa.BufferOutputStream()
    encoding = {"day": "DELTA_BINARY_PACKED", "key": "DELTA_BINARY_PACKED"}
    pq.write_table(table, sink, compression="zstd", use_dictionary=False, column_encoding=encoding)
    content = sink.getvalue().to_pybytes()
    path = folder / f"{year}-{hashlib.sha256(content).hexdigest()[:8]}.parquet"
    if not path.exists():
        new = path.with_name(f"{path.name}.new")
        try:
            new.write_bytes(content)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
    return path


def _sweep(folder: Path, years: set[int], keep: Sequence[Path]) -> None:
    for path in folder.glob("*.parquet"):
        if path not in keep and path.name[:4].isdigit() and int(path.name[:4]) in years:
            with contextlib.suppress(OSError):
                path.unlink()


def _day_numbers(days: pd.DatetimeIndex) -> NDArray[np.int64]:
    numbers: NDArray[np.int64] = days.to_numpy().astype("M8[D]").astype(np.int64)
    return numbers


def _merged(old: Tables | None, made: Sequence[Loaded]) -> list[NewTable]:
    """The tables of the years loaded before and of these."""
    dropped = np.concatenate([np.empty(0, np.int64), *(loaded.replaces for loaded in made)])
    frames: dict[str, list[pd.DataFrame]] = {name: [] for name in LOADABLE["calls"]}
    before: dict[int, dict[Hashable, Any]] = {}
    inputs: dict[tuple[str, str], Input] = {}
    if old is not None:
        gone = pd.DatetimeIndex(dropped.astype("M8[D]").astype("M8[us]"))
        for name in KEPT_BY_NAME:
            frame = old.frame(name)
            frames[name].append(frame[~frame["date"].isin(gone)])
        # A year of which no day stays is the new one's alone.
        years, city = old.frame("calls_years"), frames["calls_city_daily"][0]
        kept = years[years["year"].isin(city["date"].dt.year.unique())]
        before = {int(row["year"]): row for row in kept.to_dict("records")}
        uncaught = old.frame("calls_uncaught")
        frames["calls_uncaught"].append(uncaught[uncaught["year"].isin(before)])
        addresses = {source for text in kept["address"].astype(str) for source in text.split(_JOINT)}
        inputs |= {(item.file, item.sha256): item for item in old.entry("calls_years").inputs if item.file in addresses}
    for loaded in made:
        for name, frame in zip(
            KEPT_BY_NAME, (loaded.year.city, loaded.year.area, loaded.year.descriptions), strict=True
        ):
            frames[name].append(frame)
        uncaught = pd.DataFrame(loaded.year.report.uncaught, columns=["text", "rows"])
        frames["calls_uncaught"].append(uncaught.assign(year=loaded.year.year))
        inputs |= {(item.file, item.sha256): item for item in loaded.inputs}
    joined = {name: _concat(parts) for name, parts in frames.items() if name != "calls_years"}
    together = {loaded.year.year for loaded in made} & set(before)
    for name in KEPT_BY_NAME:
        joined[name] = _summed(joined[name], together)
    joined["calls_uncaught"] = _uncaught(joined["calls_uncaught"], joined["calls_description_daily"], together)
    rows = before | {loaded.year.year: _year_row(loaded, before.get(loaded.year.year), joined) for loaded in made}
    joined["calls_years"] = pd.DataFrame([rows[year] for year in sorted(rows)])
    about = _about(joined, tuple(inputs.values()))
    plain = About(about.source, about.address, about.terms, retrieved=about.retrieved, inputs=about.inputs)
    return [NewTable(name, frame, about if name in KEPT_BY_NAME else plain) for name, frame in joined.items()]


def _concat(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other, their categories as text."""
    plain = [part.astype({c: str for c in part.columns if part[c].dtype == "category"}) for part in parts]
    return pd.concat([part for part in plain if len(part)] or plain, ignore_index=True)


def _summed(frame: pd.DataFrame, years: set[int]) -> pd.DataFrame:
    """With one row for each key in these years, whose counts came in two parts."""
    if not years:
        return frame
    mine = frame["date"].dt.year.isin(years)
    keys = [name for name in frame.columns if name != "count"]
    parts = [frame[~mine], frame[mine].groupby(keys, observed=True, as_index=False)["count"].sum()]
    summed: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return summed


def _uncaught(uncaught: pd.DataFrame, descriptions: pd.DataFrame, years: set[int]) -> pd.DataFrame:
    """The texts that no rule catches, with their rows; in years that came in parts they are counted anew."""
    if not years:
        return uncaught
    mine = uncaught["year"].isin(years)
    by_text = descriptions.groupby([descriptions["date"].dt.year.rename("year"), "description"])["count"].sum()
    parts = uncaught[mine].groupby(["year", "text"])["rows"].sum().reset_index()
    counted = [int(by_text.get((year, text), rows)) for year, text, rows in parts.itertuples(index=False)]
    parts = parts.assign(rows=counted).sort_values(["rows", "text"], ascending=[False, True])
    found: pd.DataFrame = pd.concat([uncaught[~mine], parts.groupby("year").head(call_store.SHOWN)], ignore_index=True)
    return found


def _year_row(
    loaded: Loaded, before: Mapping[Hashable, Any] | None, joined: Mapping[str, pd.DataFrame]
) -> dict[Hashable, Any]:
    """What is noted of a year. Of one that came in parts, the rows that were left out of any part."""
    report = loaded.year.report
    sources = [item.file for item in loaded.inputs]
    row: dict[Hashable, Any] = {
        "year": loaded.year.year,
        "address": _JOINT.join(dict.fromkeys(sources)),
        "edited": loaded.edited,
        "zone": report.zone,
        "agreement": report.agreement,
        **{name: getattr(report, name) for name in CALL_REPORT},
    }
    if before is None:
        return row
    city, area = (
        frame[frame["date"].dt.year == loaded.year.year]
        for frame in (joined["calls_city_daily"], joined["calls_area_daily"])
    )
    row["address"] = _JOINT.join(dict.fromkeys([*str(before["address"]).split(_JOINT), *sources]))
    row["counted"] = int(city["count"].sum())
    row["unplaced"] = int(area.loc[area["place"] == "none", "count"].sum())
    for name in ("no_number", "unknown_places"):
        most = row["counted"] if name == "no_number" else row["unplaced"]
        row[name] = min(int(before[name]) + getattr(report, name), most)
    lost = ("repeated_ids", "undated", "duplicates", "outside_year")
    row |= {name: int(before[name]) + getattr(report, name) for name in lost}
    row["rows"] = row["counted"] + sum(row[name] for name in lost)
    share = min(int(before["counted"]) / max(row["counted"], 1), 1.0)
    row["agreement"] = share * float(before["agreement"]) + (1 - share) * report.agreement
    if share > 0.5:
        row["zone"] = str(before["zone"])
    return row


def _about(frames: Mapping[str, pd.DataFrame], inputs: tuple[Input, ...]) -> About:
    years, city = frames["calls_years"], frames["calls_city_daily"]
    days = city.groupby("date")["count"].sum()
    through = _through(days)
    days = days[days.index <= pd.Timestamp(through)]
    holes = empty_days(days)
    total = {name: int(years[name].sum()) for name in CALL_REPORT}
    return About(
        source="City of Baltimore, 911 calls for service (Open Baltimore)",
        address=PORTAL,
        terms=TERMS,
        complete_through=through,
        retrieved=date.today().isoformat(),
        gaps=(*holes, *map(_perhaps_cut, holes), *quiet_days(days)),
        dropped=tuple(Dropped(what, why, total[name]) for name, (what, why) in _DROPPED.items() if total[name]),
        notes=tuple(_year_note(row) for row in years.to_dict("records")),
        inputs=inputs,
    )


def _through(days: pd.Series[int]) -> date:
    """The last day that the records hold whole, as far as can be told: the last of all may have been cut short.

    December 31 is taken for whole, as files and layers end with it, and so is a day by itself.
    """
    last: date = days.index.max().date()
    before = last - timedelta(days=1)
    alone = pd.Timestamp(before) not in days.index
    return last if alone or (last.month, last.day) == (12, 31) else before


def _perhaps_cut(hole: Gap) -> Gap:
    day = hole.start - timedelta(days=1)
    return Gap(day, day, (ALL,), f"Calls of {day} may be cut short: those of the day after are not loaded.", False)


_DROPPED = {
    "repeated_ids": ("rows whose object id came before", "the layer gave them twice"),
    "duplicates": ("rows whose call number came before", "one call is counted once"),
    "undated": ("rows without a day", "they belong to no window"),
    "outside_year": ("rows of another year", "their layer is of one year, or their call numbers say another"),
}


def _year_note(row: Mapping[Hashable, Any]) -> str:
    zone = "Baltimore's time" if row["zone"] == "local" else "universal time, turned into Baltimore's"
    few = "" if row["agreement"] >= ENOUGH_AGREEMENT else ", which is few: some days may be off by one"
    return (
        f"{row['year']}: {row['rows']:,} rows. Clock: {zone}; {row['agreement']:.1%} of call numbers agree{few}. "
        f"{row['duplicates']:,} rows repeat a call number and are not counted again. Of those counted, "
        f"{row['no_number']:,} have no usable number and {row['unplaced']:,} no neighborhood of the map."
    )
