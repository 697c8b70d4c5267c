"""911 calls from the live layers to tables of their own beside the bundled ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lib.ingest.call_tables import Loaded, neighborhoods, usable, write_calls
from lib.ingest.download import Progress, Watch, check_share, fetch, first_layer
from lib.ingest.sources import call_rows, callbook, calls
from lib.ingest.sources.addresses import Source
from lib.ingest.sources.arcgis import Client, Layer
from lib.ingest.sources.raw import SourceError
from lib.tables.errors import DataError
from lib.tables.folder import loaded_dir
from lib.tables.manifest import Input, Manifest
from lib.tables.store import Tables
from lib.tables.write import claimed


def refresh_calls(
    layers: Sequence[Source],
    say: Callable[[Progress], None],
    client: Client | None = None,
    *,
    replace: bool = False,
) -> Manifest:
    """Load years of 911 calls from their layers; the days of each that is read whole replace those before at once.

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
                fields = call_rows.find_fields(layer.fields, layer.url)
                staging = fetch(
                    claim,
                    client,
                    layer,
                    fields.names,
                    partial(call_rows.batch_of, fields=fields, id_field=layer.id_field),
                    partial(call_rows.check_city, neighborhoods=names, where=layer.url),
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
                read = Input(layer.url, staging.digest(), staging.received)
                made = Loaded(year, (read,), alone=True, edited=_edited(layer))
                check_share(len(year.keys.day), _calls_before(old, made.replaces), str(year.year), replace)
                manifest = write_calls(claim, old, [made])
                staging.remove()
            watch.done += 1
        if manifest is None:
            found = usable("calls")
            if found is None:
                raise DataError("There is nothing to load: no layer was named.")
            manifest = found.manifest
    return manifest


def _calls_before(old: Tables | None, days: NDArray[np.int64]) -> int:
    """How many calls were loaded before of these days, numbered from 1970-01-01: those that others would replace."""
    if old is None:
        return 0
    frame = old.frame("calls_city_daily")
    return int(frame.loc[frame["date"].isin(days.astype("datetime64[D]")), "count"].sum())


def _edited(layer: Layer) -> str:
    return "" if layer.last_edit is None else str(layer.last_edit)


def _unchanged(old: Tables, layer: Layer, client: Client) -> bool:
    """Whether the layer says of itself that it is as it was when it was loaded."""
    years = old.frame("calls_years")
    same = years[(years["address"] == layer.url) & (years["edited"] == _edited(layer))]
    return layer.last_edit is not None and len(same) == 1 and int(same["rows"].iloc[0]) == client.count(layer)
