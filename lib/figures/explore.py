"""The figures of the page Explore: any cut of the records over time, and between two windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from lib.analysis.counts import By, whole_bins
from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.charts.compared import compared
from lib.charts.ranges import ranges, scale_and_key
from lib.charts.theme import Frame
from lib.errors import ArgumentError
from lib.figures.common import FINDING_COLUMNS, STEPS, finding_row, frame, local, marked_events, pair_text, range_row
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.cut import (
    MOST_COMPARED,
    PLACE_SPLITS,
    Cut,
    Part,
    grain_of,
    indexed,
    over_time,
    parts_of,
    span_of,
    whole_of,
)
from lib.story.evidence.places import coverage
from lib.story.finding import Finding
from lib.story.records_in_use import open_records
from lib.story.sentences import cut_words
from lib.story.view import View

PART_COLUMNS = ("measure", "place", "race", "origin")
CHANGE_COLUMNS = FINDING_COLUMNS[1:-2]  # without a name of the windows, and what is claimed of them
MOST_ROWS = 12  # of a picture of changes
CAVEATS = {"crime": ("covid-both", "reported"), "arrests": ("arrest-text", "covid-both"),
           "calls": ("calls-are-not-activity", "calls-by-officers", "prior-years-change"),
           "calls-yearly": ("calls-are-not-activity", "calls-by-officers", "covid-both")}  # fmt: skip


def cut_of(view: View) -> Cut:
    """What the view counts on this page."""
    return view.exploring.cut(view.measure, view.area, view.only_origin)


def caveats_of(cut: Cut) -> tuple[str, ...]:
    """The reasons for doubt that matter for a cut, the weightiest first, by id."""
    placed = ("place-known",) if cut.places or cut.split in PLACE_SPLITS else ()
    raced = ("race-measured",) if cut.race or cut.split == "race" else ()
    own = [name for measure in cut.measures for name in CAVEATS[measure.records]]
    return tuple(dict.fromkeys((*raced, *placed, *own, "before-after")))


def time_table(cut: Cut, pair: WindowPair, span: Window, by: By, index: bool) -> Table:
    """Each part's count in each bin; with ``index`` also as percent of the baseline's, per day. Raises as
    ``over_time``."""
    parts = parts_of(cut)
    windows, counts = over_time(parts, span, by)
    rows: list[tuple[Cell, ...]] = []
    for part, counted in zip(parts, counts, strict=True):
        named = _named(part)
        shares = indexed(part, pair, windows, counted) if index else [None] * len(windows)
        rows += [
            (*named, w.start.isoformat(), w.end.isoformat(), w.days, n, *((_rounded(share),) if index else ()))
            for w, n, share in zip(windows, counted, shares, strict=True)
        ]
    return Table((*PART_COLUMNS, "start", "end", "days", "count", *(("index",) if index else ())), tuple(rows))


def change_table(cut: Cut, pair: WindowPair) -> Table:
    """Each part's counts in both windows and the change between them. Raises as ``check_measure``."""
    return Table(
        (*PART_COLUMNS, *CHANGE_COLUMNS),
        tuple((*_named(part), *finding_row("", part.finding(pair))[1:-2]) for part in parts_of(cut)),
    )


def found_in(cut: Cut, pair: WindowPair) -> list[tuple[Part, Finding]]:
    """Every part with its finding. Raises as ``check_measure``."""
    return [(part, part.finding(pair)) for part in parts_of(cut)]


def sentences(cut: Cut, pair: WindowPair) -> tuple[str, ...]:
    """What a cut says of two windows: each part's finding; of a split that of the whole, and how its parts moved."""
    found = found_in(cut, pair)
    if cut.split == "none":
        return tuple(finding.sentence for _, finding in found)
    said = [whole_of(cut).finding(pair).sentence, cut_words.tally_sentence(cut, found)]
    if cut.split in PLACE_SPLITS and not cut.places:
        measure = cut.measures[0]
        said.append(cut_words.coverage_sentence(measure.unit, coverage(measure, pair)))
    return tuple(said)


@figure("explore-time", "measure", "area", "pair", "by", "origin", "exploring")
def explore_time(view: View, _: str | None) -> Drawing:
    """Counts of a cut over time; of more than four parts the four with most events."""
    cut, index = cut_of(view), view.exploring.index
    by, span = grain_of(cut.measures, view.by), span_of(cut, view.exploring.span)
    parts = parts_of(cut)
    whole = whole_bins(span, by)
    if not whole:
        raise ArgumentError(f"There is no whole {by} in {say_window(span)}. Choose a longer span.")
    over_time(parts, span, by)  # says what can't be counted
    counted = over_time(parts, Window(whole[0].start, whole[-1].end), by)[1]
    lines = []
    for part, counts in _fullest(parts, counted, MOST_COMPARED):
        values = indexed(part, view.pair, whole, counts) if index else counts
        if any(value is not None for value in values):
            lines.append({"name": cut_words.label(cut, part), "value": [_rounded(value) for value in values]})
    if not lines:
        raise ArgumentError("There is no event in the baseline to take as 100. Choose another baseline, or counts.")
    start, end = whole[0].start, whole[-1].end
    shaded = [("test", view.pair.current), *(("baseline", b) for b in view.pair.baseline)]
    events = [event for event in marked_events() if local(start) <= event["date"] <= local(end)]
    return Drawing(
        lambda theme: compared(theme, len(lines) > 1),
        _frame(cut, f"{cut_words.about(cut)}, by {by}", _time_subtitle(view, cut, len(parts), len(lines), by)),
        {
            "lines": lines,
            "windows": [
                {"kind": kind, "start": local(max(w.start, start)), "end": local(min(w.end, end) + timedelta(days=1))}
                for kind, w in shaded
                if w.start <= end and w.end >= start
            ],
            "events": events,
        },
        lambda: time_table(cut, view.pair, span, by, index),
        alt=f"Lines by {by} from {say_date(start)} to {say_date(end)}. "
        + " ".join(_range_text(line, index) for line in lines),
        values={"year0": start.year, "month0": start.month - 1, "day0": start.day, **STEPS[by]},
    )


@figure("explore-change", "measure", "area", "pair", "origin", "exploring")
def explore_change(view: View, _: str | None) -> Drawing:
    """The change of each part of a cut between two windows; of many parts those with most events."""
    cut = cut_of(view)
    found = found_in(cut, view.pair)
    shown = found
    if len(found) > MOST_ROWS:
        shown = sorted(found, key=lambda item: -_events(item[1]))[:MOST_ROWS]
    rows = [range_row(i, cut_words.label(cut, part), finding, main=True) for i, (part, finding) in enumerate(shown)]
    some = f"The {MOST_ROWS} with most events of {len(found)}; all are in the table. " if shown is not found else ""
    said = sentences(cut, view.pair)
    return Drawing(
        ranges,
        _frame(cut, cut_words.changes_title(cut, found), f"{some}Percent change in counts, {pair_text(view.pair)}"),
        {"rows": rows},
        lambda: change_table(cut, view.pair),
        alt=f"Dots on a scale of percent change. {' '.join(said)}"
        + ("" if cut.split == "none" else " " + " ".join(f"{row['label']}." for row in rows)),
        values=scale_and_key(rows),
        sentence=" ".join(said),
    )


def _frame(cut: Cut, title: str, subtitle: str) -> Frame:
    """The frame of a cut, with the source of each kind of records that it counts."""
    records = list(dict.fromkeys(measure.records for measure in cut.measures))
    made = frame(title, subtitle, caveats_of(cut)[0], records[0])
    if len(records) == 1:
        return made
    sources = "; ".join(open_records().entry(name).source for name in records)
    return replace(made, source=f"Source: {sources}. Data version {open_records().version}.")


def _time_subtitle(view: View, cut: Cut, parts: int, lines: int, by: By) -> str:
    some = f"The {lines} with most events of {parts}; all are in the table. " if lines < parts else ""
    what = (
        "Per day, as percent of the gray band. "
        if view.exploring.index
        else f"{words.capital(cut_words.units(cut))} by {by}. "
    )
    return (
        f"{some}{what}Blue band: {say_window(view.pair.current)}. "
        f"Gray band: {' and '.join(say_window(b) for b in view.pair.baseline)}."
    )


def _range_text(line: dict[str, Any], index: bool) -> str:
    values = [value for value in line["value"] if value is not None]
    unit = " percent of the baseline" if index else ""
    return f"{line['name']}: between {min(values):,.10g} and {max(values):,.10g}{unit}, last {values[-1]:,.10g}."


def _fullest(
    parts: Sequence[Part], counted: Sequence[list[int | None]], most: int
) -> list[tuple[Part, list[int | None]]]:
    """The parts with most events, in their own order, with their counts."""
    sums = [sum(n or 0 for n in counts) for counts in counted]
    chosen = sorted(sorted(range(len(parts)), key=lambda i: -sums[i])[:most])
    return [(parts[i], counted[i]) for i in chosen]


def _events(finding: Finding) -> int:
    return finding.change.current + finding.change.baseline if finding.change else 0


def _named(part: Part) -> tuple[Cell, ...]:
    return (part.measure.id, part.area or "Baltimore", part.race or "all", part.origin or "all")


def _rounded(value: float | None) -> float | None:
    return value if value is None or isinstance(value, int) else round(value, 2)
