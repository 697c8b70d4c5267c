"""Pieces that the modules of figures share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from lib.analysis.counts import By, whole_bins
from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.charts.events import EVENT_ROW
from lib.charts.ranges import ranges, scale_and_key
from lib.charts.series import series
from lib.charts.theme import Frame
from lib.errors import ArgumentError
from lib.figures.registry import Cell, Drawing, Table
from lib.story import finding_words, words
from lib.story.check import check_measure
from lib.story.cut import grain_of
from lib.story.evidence.places import place_name
from lib.story.finding import Finding, Inference
from lib.story.load import load_story
from lib.story.model import Claim, Event, Measure
from lib.story.records import resolution_of
from lib.story.records_in_use import open_records
from lib.story.verdict import PLAIN
from lib.story.view import View

FINDING_COLUMNS = (
    "window", "current_start", "current_end", "current_days", "current_count", "baseline_start", "baseline_end",
    "baseline_days", "baseline_count", "kind", "change", "change_of_counts", "low", "high", "swing_low", "swing_high",
    "claimed", "verdict",
)  # fmt: skip
DAYS_OF_TWO_YEARS = 730
CHOSEN = "→"
SHORT_MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
"""As newspapers abbreviate them."""
STEPS: dict[By, dict[str, int]] = {
    "day": {"stepDays": 1},
    "week": {"stepDays": 7},
    "month": {"stepMonths": 1},
    "year": {"stepMonths": 12},
}


def ranges_of(
    claim: Claim,
    found: Sequence[tuple[str, Finding]],
    *,
    title: str,
    subtitle: str,
    dated: bool = False,
    chosen: int | None = None,
) -> Drawing:
    """A claim's findings as dots with intervals, one row each, with the table behind them; the rest as below."""
    counted = tuple(dict.fromkeys(f.measure.records for _, f in found if f.measure and f.change))
    words_around = frame(title, subtitle, claim.caveats[0], counted or claim.records or "crime")
    return ranges_drawn(found, words_around, dated=dated, chosen=chosen)


def ranges_drawn(
    found: Sequence[tuple[str, Finding]], words_around: Frame, *, dated: bool = False, chosen: int | None = None
) -> Drawing:
    """Findings as dots with intervals, one row each, with the table behind them.

    ``dated``: each row says its dates. ``chosen`` is the row of the reader's dates: it alone is in color, behind an
    arrow. None: all rows are alike.
    """
    rows = [
        range_row(i, f"{CHOSEN} {label}" if i == chosen else label, finding, main=chosen in (None, i))
        | ({"when": dates_text(finding.pair)} if dated and finding.pair else {})
        for i, (label, finding) in enumerate(found)
    ]
    return Drawing(
        partial(ranges, two_lines=dated),
        words_around,
        {"rows": rows},
        lambda: Table(FINDING_COLUMNS, tuple(finding_row(label, finding) for label, finding in found)),
        alt="Dots on a scale of percent change. "
        + " ".join(f"{label}: {finding.sentence}{_judged(finding)}" for label, finding in found),
        values=scale_and_key(rows, **({} if chosen is None else {"chosen": "the dates chosen"})),
    )


def _judged(finding: Finding) -> str:
    """The verdict on a finding, or why there is none, after its sentence."""
    judged = f"{PLAIN[finding.verdict]}." if finding.verdict else finding.no_verdict
    if finding.change is None and finding.claimed is not None:
        judged = f"The claim: {words.drop(finding.claimed)}."
    return f" {judged}" if judged else ""


def range_row(i: int, label: str, finding: Finding, *, main: bool) -> dict[str, Any]:
    """One row of the ranges chart; what is not known is left out."""
    change, swing = finding.change, finding.swing
    interval = change.interval if change and not change.too_few else None
    claimed = "" if finding.claimed is None else f"; claim: {words.signed(finding.claimed)}"
    drawn = {
        "est": change.headline if change and interval else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "claim": finding.claimed,
        "swing_low": swing.low if swing and swing.enough and interval else None,
        "swing_high": swing.high if swing and swing.enough and interval else None,
    }
    return {
        "i": i,
        "label": f"{label}: {change_text(finding)}{claimed}",
        "tip": f"{finding_words.counts(finding)}{f'. {finding.no_verdict}' if finding.no_verdict else ''}",
        "main": main,
        # A ten-thousandth is far below a pixel.
        **{name: round(value, 4) for name, value in drawn.items() if value is not None},
    }


def finding_row(label: str, finding: Finding | Inference) -> tuple[Cell, ...]:
    """A finding as a row under ``FINDING_COLUMNS``."""
    values = finding.as_dict()
    sides = [
        (values[side] or {}).get(key) for side in ("current", "baseline") for key in ("start", "end", "days", "count")
    ]
    rest = (values[key] for key in FINDING_COLUMNS[9:])
    return (label, *sides, *rest)


def change_text(finding: Finding) -> str:
    """A finding's change as a label."""
    change = finding.change
    if change is None:
        loaded = finding.measure and open_records().has(finding.measure.records)
        return "whole years only" if loaded else "not loaded"
    return "too few to say" if change.too_few else words.signed(change.headline)


def event_row(i: int, event: Event) -> dict[str, Any]:
    """An event over a chart of time, on its own row ``i`` from the top."""
    return {
        "date": local(event.date),
        "label": f"{short_date(event.date)}  {event.label}",
        "y": 8 + i * EVENT_ROW,
        "lane": event.lane,
    }


def series_of(view: View, area: str | None, by: By, earliest: date, caveat: str) -> Drawing:
    """The view's measure over time, for the city or one neighborhood, with the windows shaded.

    Bins are whole ones, from ``earliest`` (or half a year before the first window) to the last complete day, or to
    the gaps in the records around the window under test.
    """
    measure = measure_of(view)
    by = grain_of((measure,), by)
    line = open_records().line(measure, area)
    line.check(view.pair.current)
    run = line.run(view.pair.current)
    first = max(run.start, line.reach.start, min(earliest, view.pair.first - timedelta(days=183)))
    parts = whole_bins(Window(first, run.end), by)
    if not parts:
        raise ArgumentError(f"There is no whole {by} on record around these dates.")
    counts = line.count_each(parts)
    start = parts[0].start
    finding = check_measure(measure, view.pair, area)
    events = [event for event in load_story().events if event.mark]
    shaded = [("test", view.pair.current), *(("baseline", b) for b in view.pair.baseline)]
    means = _means(finding, by)
    where = f" in {place_name(area)}" if area else ""
    return Drawing(
        series,
        frame(
            _moved(f"{measure.title}{where}", finding),
            f"{words.capital(measure.unit)} in {place_name(area) if area else 'Baltimore'} by {by}, with the average "
            "of each window across its band",
            caveat,
            measure.records,
        ),
        {
            "counts": counts,
            "windows": [
                {"kind": kind, "start": local(w.start), "end": local(w.end + timedelta(days=1)), **means[kind][0]}
                for kind, w in shaded
            ],
            "events": marked_events(),
        },
        lambda: Table(
            ("start", "end", "days", "count"),
            tuple((w.start.isoformat(), w.end.isoformat(), w.days, n) for w, n in zip(parts, counts, strict=True)),
        ),
        alt=f"Line of {measure.label}{where} by {by} from {say_date(start)} to {say_date(parts[-1].end)}, between "
        f"{words.count(min(counts))} and {words.counted(max(counts), measure.unit)}. "
        f"Marked: {'; '.join(f'{say_date(e.date)}, {e.label}' for e in events)}. {finding.sentence}",
        values={
            "year0": start.year,
            "month0": start.month - 1,
            "day0": start.day,
            **STEPS[by],
            "tested": f"{short_window(view.pair.current)}{means['test'][1]}",
            "baseline": f"{words.capital(before_text(view.pair))}{means['baseline'][1]}",
        },
    )


def _moved(about: str, finding: Finding) -> str:
    """How a count moved, and from what."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None or change.too_few or change.headline is None:
        return f"{about}: too few to say"
    per_day = "" if pair.equal(change.per) or pair.same_dates else f", counted per {change.per}"
    interval = change.interval
    if interval and interval.low <= 0 <= (interval.high if interval.high is not None else 1):
        return f"{about}: no clear change compared with {finding_words.against(pair)}{per_day}"
    return f"{about} {words.verb(change.headline)} compared with {finding_words.against(pair)}{per_day}"


def _means(finding: Finding, by: By) -> dict[str, tuple[dict[str, float], str]]:
    """Events in an average bin of the window under test and of the baseline, also in words; nothing if not counted."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None:
        return {"test": ({}, ""), "baseline": ({}, "")}
    days = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}[by]
    averages = {"test": change.current / pair.current.days, "baseline": change.baseline / pair.baseline_days}
    return {
        kind: ({"mean": round(average * days, 1)}, f": {average * days:,.1f} a {by}")
        for kind, average in averages.items()
    }


def marked_events() -> list[dict[str, Any]]:
    """The events that every chart of time shows.

    The latest stands highest, so that no label crosses the line of an event before it.
    """
    events = [event for event in load_story().events if event.mark]
    return [event_row(i, event) for i, event in enumerate(reversed(events))]


def frame(
    title: str, subtitle: str, caveat: str, records: str | tuple[str, ...] | None, also: Sequence[str] = ()
) -> Frame:
    """The words inside a picture, with a caveat by its id, and the source and version of the records shown.

    ``records`` None: the picture shows no counts, and the sources are beside each fact. ``also`` are the sources of
    numbers that are not counted from records.
    """
    opened = open_records()
    named = (records,) if isinstance(records, str) else records or ()
    sources = "; ".join([*(opened.entry(each).source for each in named), *also])
    return Frame(
        title=title,
        subtitle=subtitle,
        caveat=load_story().caveats[caveat].short,
        source=f"Source: {sources or 'named with each event'}. Data version {opened.version}.",
    )


def claim_called(claim_id: str | None) -> Claim:
    """The claim of this id that can be counted. Raises ArgumentError."""
    claim = load_story().claims.get(claim_id or "")
    if claim is None or claim.measure is None:
        raise ArgumentError(f"There is no claim with figures called {str(claim_id)[:60]!r}.")
    return claim


def measure_of(view: View) -> Measure:
    """The view's measure."""
    return load_story().measures[view.measure]


def pair_text(pair: WindowPair) -> str:
    """Both windows in words, calendar years by their number."""
    current = window_text(pair.current)
    baseline = " and ".join(window_text(b) for b in pair.baseline)
    return f"{current}{',' if ',' in current else ''} compared with {baseline}"


def window_text(window: Window) -> str:
    """A window in words, a calendar year by its number."""
    return str(window.start.year) if window.whole_years and window.days < DAYS_OF_TWO_YEARS else say_window(window)


def years_text(pair: WindowPair) -> str:
    """The years of a comparison: ``2021 v. 2020``."""
    return f"{pair.current.end.year} v. {' and '.join(str(b.end.year) for b in pair.baseline)}"


def dates_text(pair: WindowPair) -> str:
    """A comparison's dates in short: ``Jan. 1–March 26, 2021, v. a year earlier``, ``2020 v. 2019``."""
    current = short_window(pair.current)
    return f"{current}{',' if ',' in current else ''} v. {before_text(pair).removeprefix('the same dates ')}"


def before_text(pair: WindowPair) -> str:
    """The baseline in short: ``the same dates a year earlier``, ``the mean of 2018 and 2019``."""
    said = finding_words.against(pair).replace("the same dates of ", "")
    return short_window(pair.baseline[0]) if said == say_window(pair.baseline[0]) else said


def short_window(window: Window) -> str:
    """A window in short, a calendar year by its number: ``Jan. 1–March 26, 2021``, ``June 1–7, 2020``."""
    start, end = window.start, window.end
    text = window_text(window)
    if text == str(start.year):
        return text
    first, last = (f"{SHORT_MONTHS[day.month - 1]} {day.day}" for day in (start, end))
    if start == end:
        return f"{first}, {start.year}"
    if start.year != end.year:
        return f"{first}, {start.year}–{last}, {end.year}"
    return f"{first}–{end.day if start.month == end.month else last}, {end.year}"


def change_in(measure: Measure | None) -> str:
    """What a scale of percent is a change in: averages a day, as windows may differ by a day or more; whole years stand
    as they are counted.
    """
    counted = "number a year" if measure and resolution_of(measure) == "year" else "average per day"
    return f"Percent change in the {counted} on record in Baltimore"


def months(window: Window) -> str:
    """The months that a window touches: ``Jan–Mar 2021``, ``Mar 2020–Mar 2021``."""
    start, end = window.start, window.end
    first = f"{start:%b}" if start.year == end.year else f"{start:%b %Y}"
    return f"{end:%b %Y}" if (start.year, start.month) == (end.year, end.month) else f"{first}–{end:%b %Y}"


def short_date(day: date) -> str:
    """``Mar 26, 2021``."""
    return f"{day:%b} {day.day}, {day.year}"


def local(day: date) -> str:
    """A day as the browser's own midnight: without the time it would be read as UTC and shift a day."""
    return f"{day.isoformat()}T00:00:00"
