"""From the live layers of crime and of arrests to tables of their own beside the bundled ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from lib.ingest.call_tables import TERMS, neighborhoods, usable
from lib.ingest.download import Progress, Watch, check_share, fetch, first_layer
from lib.ingest.sources import arrests, codebook, crime, police
from lib.ingest.sources.addresses import Source
from lib.ingest.sources.arcgis import Client, Layer
from lib.ingest.sources.raw import SourceError
from lib.tables.errors import DataError
from lib.tables.folder import loaded_dir
from lib.tables.gaps import empty_days, quiet_days
from lib.tables.manifest import About, Dropped, Gap, Input, Manifest
from lib.tables.schemas import LOADABLE
from lib.tables.staging import Staging
from lib.tables.write import NewTable, claimed, write_tables

Kind = Literal["crime", "arrests"]

SHOWN = 40
"""So many unknown texts are named in a note."""

_NO_DAY = Dropped("records without a date, or dated before 2000", "they belong to no day", 0)
_EARLY = Dropped(f"records dated before {crime.FIRST_DAY}", "earlier years are not counted here", 0)
_FUTURE = Dropped("records dated after the day of loading", "their date is wrong", 0)
_NIBRS = Dropped(
    f"records dated from {crime.NIBRS} on",
    "the police then changed to NIBRS, another way of counting, which is never joined to this one",
    0,
)
_NO_OFFENSE = Dropped("records without an offense", "they can't be counted as any", 0)


@dataclass(frozen=True)
class _Rows:
    """The rows of a layer that are counted: ``date`` (datetime64[us]), ``area`` ("" for none), the other texts, same.

    ``rows_read`` is how many the layer has, ``last`` the last day that they reach, those left out among them.
    """

    frame: pd.DataFrame
    rows_read: int
    last: date
    through: date
    dropped: tuple[Dropped, ...]
    clock: str
    place_notes: tuple[str, ...]


def refresh_police(
    records: Kind,
    layers: Sequence[Source],
    say: Callable[[Progress], None],
    client: Client | None = None,
    *,
    replace: bool = False,
) -> Manifest:
    """Load all crime or arrest records from their layer; they replace those loaded before when they are whole.

    The one source of ``layers`` may have several addresses. What has come is kept until it is whole, so a cut costs
    at most one page. Raises SourceError or DataError, in a sentence; the tables loaded before then stay. Far fewer
    records than those are refused unless ``replace``; what came is kept for that.
    """
    if len(layers) != 1:
        raise DataError(f"The {records} records come from one layer, and {len(layers)} were named.")
    client = client or Client()
    with claimed(loaded_dir(records)) as claim:
        names = neighborhoods()
        layer = first_layer(client, layers[0])
        wanted = police.WANTED[records]
        fields = police.find_fields(wanted, layer.fields, layer.url)
        staging = fetch(
            claim,
            client,
            layer,
            fields.names,
            lambda rows: police.batch_of(rows, fields),
            lambda batch: police.check_city(batch["area"].to_pylist(), names, layer.url),
            Watch(say, 1),
        )
        try:
            tables = (_crime if records == "crime" else _arrests)(layer, staging, names)
        except SourceError:
            staging.remove()
            raise
        old = usable(records)
        before = 0 if old is None else _records_in(old.frame(f"{records}_city_daily"))
        check_share(_records_in(tables[0].frame), before, layer.name or layer.url, replace)
        manifest = write_tables(claim, tables, [], LOADABLE[records])
        staging.remove()
    return manifest


def _records_in(city: pd.DataFrame) -> int:
    return int(city["count"].sum())


def _crime(layer: Layer, staging: Staging, names: Sequence[str]) -> list[NewTable]:
    rows = _counted(layer, staging, names, _NIBRS, crime.NIBRS)
    blank = (rows.frame["offense"] == "").to_numpy()
    if blank.all():
        raise SourceError(f"{layer.url} names no offense in any record that can be counted.")
    frame = rows.frame[~blank].reset_index(drop=True)
    written = frame["offense"].map(codebook.squeezed)
    if strange := _commonest(written[~written.isin(list(crime.OFFENSE_IDS))]):
        raise SourceError(
            f"{layer.url} has offenses that are not known here, so its records can't be counted: {strange}. "
            "Nothing was replaced."
        )
    frame = frame.assign(
        offense=written.map(crime.OFFENSE_IDS),
        place=np.where(frame["area"] == "", "none", "recorded"),
        block=frame["same"],
    )
    city = crime.city_daily(frame)
    rows = replace(rows, dropped=_noted([*rows.dropped, replace(_NO_OFFENSE, rows=int(blank.sum()))]))
    about = _about(
        layer,
        staging,
        rows,
        "Baltimore Police Department, Part 1 victims (Open Baltimore)",
        (crime.ROW_NOTE, crime.ODD_NOTE, *crime.ransomware_note(city), crime.REVISED_NOTE),
    )
    about = replace(about, gaps=(*crime.gaps(frame, rows.through), *_quiet(city, rows.through)))
    unplaced = int((frame["area"] == "").sum())
    placed = replace(
        about,
        notes=(
            *about.notes,
            f"Neighborhoods are as the layer names them, none imputed; {unplaced:,} of {len(frame):,} have none.",
            *rows.place_notes,
        ),
    )
    return [
        NewTable("crime_city_daily", city, about),
        NewTable("crime_area_daily", crime.area_daily(frame), placed),
    ]


def _arrests(layer: Layer, staging: Staging, names: Sequence[str]) -> list[NewTable]:
    book = codebook.read(loaded_dir("arrests"))
    rows = _counted(layer, staging, names, _FUTURE, None)
    repeats = rows.frame.duplicated().to_numpy()
    written = rows.frame["race"].str.upper()
    known = written.isin(list(arrests.RACES))
    frame = arrests.sorted_by(
        book,
        rows.frame["date"],
        written.map(arrests.RACES).where(known, "unknown"),
        rows.frame["area"],
        rows.frame["charge"],
        rows.frame["incident"],
    )[~repeats].reset_index(drop=True)
    twice = [Dropped(item.what, item.why, item.rows) for item in arrests.repeats_left_out(int(repeats.sum()))]
    rows = replace(rows, dropped=(*rows.dropped, *twice))
    strange = _commonest(written[~known & ~repeats])
    about = _about(
        layer,
        staging,
        rows,
        "Baltimore Police Department, arrests (Open Baltimore)",
        (
            arrests.ROW_NOTE,
            *arrests.group_notes(frame, book),
            arrests.RACE_NOTE,
            *([f"Race codes that are not known here, counted as unknown: {strange}."] if strange else []),
        ),
    )
    about = replace(about, gaps=(*arrests.gaps(frame, rows.through), *_quiet(arrests.city_daily(frame), rows.through)))
    return arrests.tables(frame, book, about, rows.place_notes)


def _counted(layer: Layer, staging: Staging, names: Sequence[str], late: Dropped, end: date | None) -> _Rows:
    """The rows from the first day that is counted to before ``end``, else to today; ``late`` says why no longer.

    Raises SourceError for another city's, and where nothing is left that can be complete.
    """
    if not staging.rows:
        raise SourceError(f"{layer.url} has no rows.")
    table = pa.concat_tables(staging.batches())
    police.check_city(table["area"].to_pylist(), names, layer.url)
    dated = table.filter(table["at"].is_valid())
    at = dated["at"].to_numpy()
    clock = police.find_clock(at)
    days = police.days_of(at, clock.zone)
    today = np.datetime64(date.today(), "us")
    early = days < np.datetime64(crime.FIRST_DAY, "us")
    after = days > today if end is None else days >= np.datetime64(end, "us")
    if (early | after).all():
        raise SourceError(f"{layer.url} has no record from {crime.FIRST_DAY} on that can be counted.")
    last = police.last_day(days[days <= today], layer.url)
    inside = ~(early | after)
    frame = dated.filter(pa.array(inside)).drop_columns("at").to_pandas()
    spelled, place_notes = _places(frame["area"], names)
    frame = frame.assign(date=days[inside], area=frame["area"].map(spelled).fillna(""))
    if not frame["area"].any():
        raise SourceError(f"{layer.url} names no neighborhood that is on the map: it may be another city's.")
    through = min(police.complete_through(last), _day(days[inside].max()))
    if through < _day(days[inside].min()):
        raise SourceError(f"{layer.url} has records of too few days: none of them are complete yet.")
    left_out = (
        replace(_NO_DAY, rows=len(table) - len(dated)),
        replace(_EARLY, rows=int(early.sum())),
        replace(late, rows=int(after.sum())),
    )
    return _Rows(frame, len(table), last, through, _noted(left_out), clock.why, place_notes)


def _places(written: pd.Series[str], names: Sequence[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The map's spelling of the neighborhoods that are on it, and notes on those mended and those that are not."""
    spelled = arrests.spellings(written, names)
    unknown = _commonest(written[~written.isin(list(spelled))])
    mended = ", ".join(arrests.mended(spelled)) or "none"
    return spelled, (
        f"Names of neighborhoods mended to the map's: {mended}.",
        *([f"Names that are not on the map, counted as without a place: {unknown}."] if unknown else []),
    )


def _about(layer: Layer, staging: Staging, rows: _Rows, source: str, notes: Iterable[str]) -> About:
    """What is said of records from a layer; the first of ``notes`` says what a row is."""
    what, *others = notes
    return About(
        source=source,
        address=layer.url,
        terms=TERMS,
        complete_through=rows.through,
        retrieved=date.today().isoformat(),
        dropped=rows.dropped,
        notes=(
            f"The layer has {rows.rows_read:,} rows, the last of {rows.last}; {what}",
            rows.clock,
            f"Records of a day go on arriving for weeks, so none of the layer's last {police.FILL_DAYS} days are "
            f"counted unless asked for. Counted are days through {rows.through}.",
            *others,
        ),
        inputs=(Input(layer.url, staging.digest(), staging.received),),
    )


def _quiet(city: pd.DataFrame, through: date) -> tuple[Gap, ...]:
    """The days up to ``through`` on which there are no records, or some seem to be lost."""
    days = city.groupby("date")["count"].sum()
    days = days[days.index <= pd.Timestamp(through)]
    return (*empty_days(days), *quiet_days(days))


def _noted(dropped: Iterable[Dropped]) -> tuple[Dropped, ...]:
    return tuple(item for item in dropped if item.rows)


def _commonest(texts: pd.Series[str]) -> str:
    """Texts with their rows, the commonest first, for a sentence; "" for none."""
    counts = texts.rename("text").value_counts()
    shown = counts.reset_index().sort_values(["count", "text"], ascending=[False, True]).head(SHOWN)
    named = ", ".join(f"{text!r} ({rows:,} rows)" for text, rows in shown.itertuples(index=False))
    return f"{named} and {len(counts) - SHOWN:,} others" if len(counts) > SHOWN else named


def _day(moment: np.datetime64) -> date:
    day: date = moment.astype("M8[D]").item()
    return day
