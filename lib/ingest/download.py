"""One live layer, read whole: what has come is kept until it is, and compared with what the layer says it has."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from lib.ingest.sources.addresses import Source
from lib.ingest.sources.arcgis import Client, Layer, LayerError
from lib.ingest.sources.fields import shown
from lib.ingest.sources.raw import SourceError
from lib.tables.staging import Staging
from lib.tables.write import Claim

LEAST_SHARE = 0.9
"""A smaller share of the rows that were there before does not take their place unasked: records are corrected, and some
taken back, but not by tenths."""
GROWTH = 0.1
"""A layer that gives more rows than it counted at first, by more than this share and a page, is read no further."""


@dataclass(frozen=True)
class Progress:
    """How far a load has come: rows of the layer or file named ``what``, of ``total`` where that is known."""

    what: str
    rows: int
    total: int | None
    per_second: float
    done: int  # layers finished
    layers: int

    @property
    def seconds_left(self) -> float | None:
        """Seconds until this layer is read, at the rate so far; None where that can't be told."""
        return (self.total - self.rows) / self.per_second if self.total is not None and self.per_second else None


@dataclass
class Watch:
    """Tells ``say`` of each step, with the rate since this layer was begun."""

    say: Callable[[Progress], None]
    layers: int
    done: int = 0
    _began: float = field(default_factory=time.monotonic)
    _rows: int = 0

    def begin(self) -> None:
        """A layer begins."""
        self._began, self._rows = time.monotonic(), 0

    def came(self, what: str, new: int, rows: int, total: int | None) -> None:
        """``new`` more rows, so that there are ``rows`` of ``total``."""
        self._rows += new
        seconds = time.monotonic() - self._began
        self.say(
            Progress(shown(what, 100), rows, total, self._rows / seconds if seconds else 0.0, self.done, self.layers)
        )


def first_layer(client: Client, source: Source) -> Layer:
    """The first of the addresses that answers as a layer. Raises the last one's LayerError."""
    for address in source.addresses[:-1]:
        try:
            return client.layer(address)
        except LayerError:
            continue
    return client.layer(source.addresses[-1])


def check_share(fresh: int, before: int, what: str, replace: bool) -> None:
    """Raises SourceError where far fewer rows would take the place of those there, unless that is meant."""
    if fresh < LEAST_SHARE * before and not replace:
        raise SourceError(
            f"{what} would have {fresh:,} records in the place of {before:,}; nothing was replaced. Where that is "
            "right, run the command again with --replace."
        )


def fetch(
    claim: Claim,
    client: Client,
    layer: Layer,
    fields: Sequence[str],
    batch_of: Callable[[Sequence[Mapping[str, Any]]], pa.Table],
    check: Callable[[pa.Table], None],
    watch: Watch,
) -> Staging:
    """Every row of the layer with these fields, as batches; ``check`` sees the first before it is kept.

    Raises SourceError where the layer says that it has another number of rows, as soon as that is sure; nothing is then
    kept.
    """
    total = client.count(layer)
    most = (1 + GROWTH) * total + layer.page_size
    staging = Staging.open(claim, layer.url, f"{layer.last_edit} {sorted(layer.fields.items())} {list(fields)}")
    watch.begin()
    watch.came(layer.name, 0, staging.rows, total)
    bytes_before = client.bytes
    for page in client.pages(layer, (layer.id_field, *fields), after=staging.last_id):
        batch = batch_of(page.rows)
        if staging.rows == 0:
            check(batch)
        staging.add(batch, page.last_id, client.bytes - bytes_before)
        bytes_before = client.bytes
        watch.came(layer.name, batch.num_rows, staging.rows, total)
        if staging.rows > total and (staging.rows > client.count(layer) or staging.rows > most):
            break
    now = client.count(layer)
    if staging.rows != now or staging.rows > most:
        # Rows that were taken away or put in behind us can't be told from rows that were lost on the way.
        staging.remove()
        raise SourceError(
            f"{layer.url} says that it has {now:,} rows, and {staging.rows:,} came. It may have changed while it was "
            "read; nothing was replaced. Run the command again."
        )
    return staging
