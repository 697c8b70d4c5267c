"""``refresh`` and ``import``: load records from the city's live layers, or from files downloaded by hand."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from lib.errors import ArgumentError

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from lib.ingest.download import Progress
    from lib.ingest.sources.addresses import Source
    from lib.tables.manifest import Manifest

NAMES = {"calls": "911 calls", "crime": "Crime records", "arrests": "Arrest records"}
USUAL_YEARS = "2017-2022"
EVERY = 30.0  # seconds between lines of progress where nobody watches a terminal


def add_parser(commands: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register both commands."""
    refresh = commands.add_parser(
        "refresh",
        help="load records from the city's live layers",
        description="Exit code 0: loaded, or nothing had changed. 2: nothing was replaced; the last line says why.",
    )
    refresh.add_argument("records", choices=NAMES)
    refresh.add_argument("--years", metavar="FROM-TO", help=f"years of 911 calls; default {USUAL_YEARS}")
    refresh.add_argument(
        "--layer", action="append", default=[], metavar="URL", help="a layer named by hand; of 911 calls, repeatable"
    )
    refresh.add_argument(
        "--year", action="append", default=[], type=int, metavar="Y", help="of 911 calls, the year of each --layer"
    )
    refresh.add_argument("--replace", action="store_true", help="accept far fewer records than before: I mean it")
    refresh.add_argument("--quiet", action="store_true", help="no progress, for a timer")
    refresh.set_defaults(run=run_refresh)
    load = commands.add_parser(
        "import",
        help="add records from CSV files of the city's portal, plain, gzipped or zipped",
        description="Calls loaded before stay and count once. The command says what changes before it does it. "
        "Exit code 0: loaded; 2: nothing was changed; the last line says why.",
    )
    load.add_argument("records", choices=("calls",))
    load.add_argument("files", nargs="+", type=Path, metavar="FILE")
    load.add_argument("--replace", action="store_true", help="count the days in these files from these files alone")
    load.add_argument("--quiet", action="store_true", help="no progress, for a timer")
    load.set_defaults(run=run_import)


def run_refresh(args: argparse.Namespace) -> int:
    """Load from the layers; 0 when done."""
    from lib.ingest.refresh_calls import refresh_calls
    from lib.ingest.refresh_police import refresh_police

    line = _Line(args.quiet)
    if args.records == "calls":
        layers = _by_hand(args.layer, args.year, args.years) if args.layer else _listed(args.years, args.year)
        manifest = refresh_calls(layers, line, replace=args.replace)
    else:
        manifest = refresh_police(args.records, [_only(args)], line, replace=args.replace)
    _tell(manifest, args.records, args.quiet)
    return 0


def run_import(args: argparse.Namespace) -> int:
    """Load from files; 0 when done."""
    from lib.ingest.import_calls import Changes, import_calls

    def told(changes: Changes) -> bool:
        if not args.quiet:
            _end_line()
            print(*changes.sentences(), sep="\n", flush=True)
        return True

    manifest = import_calls(args.files, _Line(args.quiet), told, replace=args.replace)
    if manifest is not None:
        _tell(manifest, args.records, args.quiet)
    return 0


def parse_years(text: str) -> range:
    """``2017-2022`` or ``2020`` as years. Raises ArgumentError."""
    first, _, last = text.partition("-")
    try:
        years = range(int(first), int(last or first) + 1)
    except ValueError:
        years = range(0)
    if not years:
        raise ArgumentError(f"{text!r} is not a span of years; write it 2017-2022.")
    return years


def _listed(text: str | None, year: list[int]) -> list[Source]:
    from lib.ingest.sources.addresses import sources

    if year:
        raise ArgumentError("--year names the year of a --layer; without one, use --years.")
    known = {source.year: source for source in sources("calls")}
    years = parse_years(text or USUAL_YEARS)
    if missing := [year for year in years if year not in known]:
        raise ArgumentError(f"We know no layer of 911 calls for {missing[0]}; name one with --layer URL --year Y.")
    return [known[year] for year in years]


def _by_hand(urls: list[str], years: list[int], text: str | None) -> list[Source]:
    from lib.ingest.sources.addresses import Source

    if text:
        raise ArgumentError("Give --years, or name layers with --layer URL --year Y, not both.")
    if years and len(years) != len(urls):
        raise ArgumentError("Give one --year for each --layer, in the same order, or none at all.")
    return [Source((url,), years[i] if years else None) for i, url in enumerate(urls)]


def _only(args: argparse.Namespace) -> Source:
    """The one layer of crime or of arrests."""
    from lib.ingest.sources.addresses import Source, sources

    what = NAMES[args.records].lower()
    if args.years or args.year:
        raise ArgumentError(f"--years and --year are for 911 calls; one layer holds the {what} of all years.")
    if len(args.layer) > 1:
        raise ArgumentError(f"Give one --layer: the {what} of all years come from one.")
    if args.layer:
        return Source(tuple(args.layer))
    known = sources(args.records)
    if len(known) != 1:
        raise ArgumentError(f"We know no layer of {what}; name one with --layer URL.")
    return known[0]


class _Line:
    """Progress on standard error: one line that renews itself, or one now and then where it isn't a terminal."""

    def __init__(self, quiet: bool) -> None:
        self.quiet, self.watched, self.last = quiet, sys.stderr.isatty(), 0.0

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        if self.quiet or now - self.last < (0.2 if self.watched else EVERY):
            return
        self.last = now
        print(f"\r{say(progress)}  " if self.watched else say(progress), end="" if self.watched else "\n",
              file=sys.stderr, flush=True)  # fmt: skip


def say(progress: Progress) -> str:
    """One line of progress: what is read, how much of it, how fast, how long it will still take."""
    of = f" of {progress.total:,}" if progress.total is not None else ""
    left = "" if progress.seconds_left is None else f", about {_span(progress.seconds_left)} left"
    layer = f"{progress.done + 1} of {progress.layers}: " if progress.layers > 1 else ""
    return f"{layer}{progress.what}: {progress.rows:,}{of} rows, {progress.per_second:,.0f} a second{left}"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


def _end_line() -> None:
    """Below the line of progress."""
    if sys.stderr.isatty():
        print(file=sys.stderr)


def _tell(manifest: Manifest, records: str, quiet: bool) -> None:
    from lib.tables.manifest import ALL

    if quiet:
        return
    # What is said of the counts by neighborhood is all that is said of the city's, and of places too.
    entry = manifest.tables[f"{records}_area_daily"]
    _end_line()
    for note in entry.notes:
        print(note)
    for dropped in entry.dropped:
        print(f"Left out: {dropped.rows:,} {dropped.what} ({dropped.why}).")
    for gap in (gap for gap in entry.gaps if ALL in gap.categories):
        print(gap.what)
    print(f"{NAMES[records]} are loaded from {entry.first} to {entry.last}, complete through {entry.complete_through}.")
