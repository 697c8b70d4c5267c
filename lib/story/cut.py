"""A cut of the records: up to four measures, or one in up to four places or in all its parts, counted side by side.

Counts are differences of running sums, so a move costs next to nothing; changes between two windows are Findings.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lib.analysis.counts import By, RunningSum, bins, whole_bins
from lib.analysis.windows import Window, WindowPair
from lib.errors import ArgumentError
from lib.story.check import check_measure, check_origin
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Measure, Origin, Race
from lib.story.records import DATASETS, ORIGINS, PLACE_KINDS, PLACE_TITLES, RACE_CODES, RACES, resolution_of
from lib.story.records_in_use import open_records

Split = Literal["none", "offense", "race", "neighborhood", "community", "district"]
Field = Literal["also", "places", "split", "race"]
PLACE_SPLITS: tuple[Split, ...] = ("neighborhood", "community", "district")
MOST_COMPARED = 4
MOST_ROWS = 100_000
ONE_THING = "One thing is compared at a time: measures, places, or the parts of one of them."


@dataclass(frozen=True)
class Cut:
    """What is counted: one measure or several, in the city or in places by their exact names, narrowed where asked.

    ``split`` takes the one measure apart: by offense, by race, or by all places of a kind.
    """

    measures: tuple[Measure, ...]
    places: tuple[str, ...] = ()
    split: Split = "none"
    race: Race | None = None
    origin: Origin | None = None


@dataclass(frozen=True)
class Part:
    """One line of a cut."""

    measure: Measure
    area: str | None = None
    race: Race | None = None
    origin: Origin | None = None

    def line(self) -> RunningSum:
        """Its running sum. Raises NotLoadedError, and as ``Records.line`` does."""
        races = RACES[self.race] if self.race else None
        origins = ORIGINS[self.origin] if self.origin else None
        return open_records().line(self.measure, self.area, races=races, origins=origins)

    def finding(self, pair: WindowPair) -> Finding:
        """The change between two windows. Raises as ``check_measure`` does."""
        return check_measure(self.measure, pair, self.area, self.race, self.origin)


def conflict(cut: Cut) -> tuple[Field, str] | None:
    """What of a cut can't go with the rest of it, and why in a sentence; None where all of it can."""
    if cut.race is not None or cut.split == "race":
        name: Field = "race" if cut.race is not None else "split"
        placed = cut.places or cut.split in PLACE_SPLITS
        if placed or any(measure.records != "arrests" for measure in cut.measures):
            return name, "Only arrests, in the whole city, can be told apart by race."
    if cut.split == "race" and cut.race is not None:
        return "race", "Arrests of one group of people can’t be taken apart by race."
    kinds = [DATASETS[measure.records].placed for measure in cut.measures]
    if wrong := next((odd for kind in kinds if kind in PLACE_KINDS and (odd := _misplaced(cut, kind))), None):
        return wrong
    if cut.split in PLACE_SPLITS and cut.places and not _within(cut):
        return "split", "Places are listed for the whole city, or the neighborhoods of one district or community area."
    if cut.split != "none" and (len(cut.measures) > 1 or len(cut.places) > 1):
        return "split", ONE_THING
    if len(cut.measures) > 1 and len(cut.places) > 1:
        return "also", ONE_THING
    for name, found in (("also", cut.measures), ("places", cut.places)):
        if len(found) > MOST_COMPARED:
            return name, "At most four measures or places can be compared."
    return None


def _misplaced(cut: Cut, placed: str) -> tuple[Field, str] | None:
    """What of a cut asks for places of another kind than the only one by which a measure is known."""
    why = f"We know yearly counts only by {PLACE_TITLES[placed][0]}."
    if any(place.partition(":")[0] != placed for place in cut.places):
        return "places", why
    return ("split", why) if cut.split in PLACE_SPLITS and (cut.split != placed or cut.places) else None


def parts_of(cut: Cut) -> tuple[Part, ...]:
    """The lines of a cut, in a fixed order. Raises ArgumentError for what can't be told apart."""
    wrong = conflict(cut)
    if wrong:
        raise ArgumentError(wrong[1])
    measures = _offenses(cut.measures[0]) if cut.split == "offense" else cut.measures
    races = tuple(RACES) if cut.split == "race" else (cut.race,)
    found = tuple(
        Part(measure, place, race, cut.origin if measure.records == "calls" else None)
        for measure in measures
        for place in _places(cut)
        for race in races
    )
    if cut.origin is not None and not any(part.origin for part in found):
        check_origin(cut.measures[0], cut.origin, None)
    return found


def whole_of(cut: Cut) -> Part:
    """What the parts of a split add up to, but for events without a place; else the first part."""
    return parts_of(Cut(cut.measures[:1], cut.places[:1], "none", cut.race, cut.origin))[0]


def grain_of(measures: Sequence[Measure], by: By) -> By:
    """By what measures are counted over time: ``by``, or by year where one is known by whole year only."""
    return "year" if any(resolution_of(measure) == "year" for measure in measures) else by


def span_of(cut: Cut, span: Window) -> Window:
    """The span over which a cut is shown: of counts by whole year, the whole years in it.

    Raises WindowError where there is none.
    """
    if grain_of(cut.measures, "day") == "day":
        return span
    years = whole_bins(span, "year")
    if not years:
        part = next(measure for measure in cut.measures if resolution_of(measure) == "year")
        Part(part).line().check(span)
    return Window(years[0].start, years[-1].end)


def over_time(parts: Sequence[Part], span: Window, by: By) -> tuple[list[Window], list[list[int | None]]]:
    """The bins of a span and each part's count in each; the first and last bin are cut at the span.

    Of counts that are known by whole year, a year that is missing between others is None. Raises WindowError where the
    records don't reach or lack some of it, ArgumentError for more than ``MOST_ROWS``.
    """
    lines = [part.line() for part in parts]
    windows = bins(span, by)
    for line in lines:
        _check_bins(line, windows, span)
    rows = len(windows) * len(parts)
    if rows > MOST_ROWS:
        raise ArgumentError(
            f"That would be {rows:,} rows; at most {MOST_ROWS:,} are counted at a time. "
            "Choose longer bins, fewer places or a shorter span."
        )
    return windows, [_counted(line, windows) for line in lines]


def _check_bins(line: RunningSum, windows: Sequence[Window], span: Window) -> None:
    """Raise WindowError where the bins can't be counted. A year that is missing between others leaves a hole."""
    if line.resolution == "day":
        line.check(span)
        return
    there = [window for window in windows if window.whole_years and window.start.year in line.years]
    for window in windows:
        if not there or not window.whole_years:
            line.check(window)


def _counted(line: RunningSum, windows: Sequence[Window]) -> list[int | None]:
    """Events in each window; None for a year that is not there."""
    counts: list[int | None] = [*line.count_each(windows)]
    if line.resolution == "day":
        return counts
    return [n if window.start.year in line.years else None for window, n in zip(windows, counts, strict=True)]


def indexed(
    part: Part, pair: WindowPair, windows: Sequence[Window], counts: Sequence[int | None]
) -> list[float | None]:
    """Counts per day as percent of those in the baseline (100: as many); None where that has no event.

    Per year of what is known by year only.
    """
    line = part.line()
    base = sum(line.count(window) for window in pair.baseline) / pair.lengths(line.resolution)[1]
    return [
        n / window.length(line.resolution) / base * 100 if base and n is not None else None
        for window, n in zip(windows, counts, strict=True)
    ]


def command(cut: Cut, *, by: By | None, span: Window, pair: WindowPair, index: bool) -> str:
    """What to type for the same numbers: by ``by`` over the span, or with None, in the pair of windows."""
    codes = {race: code for code, race in RACE_CODES.items()}
    said = ["python", "-m", "lib", "cut", *(measure.id for measure in cut.measures)]
    for place in cut.places:
        said += ["--area", place]
    said += ["--split", cut.split] if cut.split != "none" else []
    said += ["--race", codes[cut.race]] if cut.race else []
    said += ["--origin", cut.origin] if cut.origin else []
    if by is not None:
        said += ["--by", by, "--start", span.start.isoformat(), "--end", span.end.isoformat()]
        said += ["--index"] if index else []
    if by is None or index:
        said += ["--current", str(pair.current), "--baseline", ",".join(map(str, pair.baseline))]
    return shlex.join([*said, "--csv"])


def _offenses(measure: Measure) -> tuple[Measure, ...]:
    """The measures of a single category that make it up."""
    single = {(m.records, m.categories): m for m in load_story().measures.values() if m.descriptions is None}
    return tuple(single[measure.records, (category,)] for category in measure.categories)


def _places(cut: Cut) -> tuple[str | None, ...]:
    if cut.split not in PLACE_SPLITS:
        return cut.places or (None,)
    if cut.places:
        return open_records().members(cut.places[0])
    return open_records().area_names() if cut.split == "neighborhood" else open_records().place_names(cut.split)


def _within(cut: Cut) -> bool:
    """Whether the split lists the neighborhoods of one larger place."""
    return cut.split == "neighborhood" and len(cut.places) == 1 and ":" in cut.places[0]
