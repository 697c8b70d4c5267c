"""The figures of the announcement and of the chapter on violent and property crime."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from lib.analysis.counts import whole_bins
from lib.analysis.windows import Window, WindowPair, say_date, say_window
from lib.charts.contributions import contributions
from lib.charts.ranges import KEY as RANGES_KEY
from lib.charts.ranges import ends, ranges
from lib.charts.series import EVENT_ROW, series
from lib.charts.theme import Frame
from lib.charts.timeline import KEY as TIMELINE_KEY
from lib.charts.timeline import timeline
from lib.errors import ArgumentError
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.figures.view import View, countable
from lib.story import words
from lib.story.check import check, check_measure
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, Event, Measure
from lib.story.records import open_records
from lib.story.verdict import PLAIN

SERIES_FROM = date(2018, 1, 1)
STEPS = {"day": {"stepDays": 1}, "week": {"stepDays": 7}, "month": {"stepMonths": 1}}
FINDING_COLUMNS = (
    "window", "current_start", "current_end", "current_days", "current_count", "baseline_start", "baseline_end",
    "baseline_days", "baseline_count", "change", "change_per_day", "low", "high", "swing_low", "swing_high",
    "claimed", "verdict",
)  # fmt: skip


@figure("claim-range", "claim", "pair")
def claim_range(view: View, claim_id: str | None) -> Drawing:
    """One claim against one measurement."""
    claim = _claim(claim_id)
    finding = check(claim, view.pair)
    return _ranges(
        claim,
        [(finding.window.label if finding.window else "The chosen dates", finding)],
        title=_claim_title(finding),
        subtitle=f"{_pair_text(view.pair)}. {RANGES_KEY}",
    )


@figure("windows-compared", "claim", "pair")
def windows_compared(view: View, claim_id: str | None) -> Drawing:
    """One claim under every named window and, where they are others, the reader's own dates."""
    claim = _claim(claim_id)
    found = [(window.label, check(claim, window.pair)) for window in claim.windows]
    if claim.named(view.pair) is None:
        found.append(("Your dates", check(claim, view.pair)))
    return _ranges(claim, found, title=words.windows_title([f for _, f in found]), subtitle=RANGES_KEY)


@figure("earlier-years", "measure", "pair")
def earlier_years(view: View, _: str | None) -> Drawing:
    """The same comparison in every earlier pair of years."""
    finding = check_measure(_measure(view), view.pair)
    earlier = finding.swing.pairs if finding.swing else ()
    rows = [_range_row(0, _years_text(view.pair), finding, main=True)]
    rows += [
        {
            "i": i,
            "label": f"{_years_text(year.pair)}: {words.signed(year.change)}",
            "tip": _pair_text(year.pair),
            "main": False,
            "est": round(year.change, 4),
        }
        for i, year in enumerate(earlier, 1)
    ]
    title = words.swing_title(_measure(view), finding) if earlier else "No earlier pair of years to compare with"
    return Drawing(
        ranges,
        _frame(
            title,
            f"The same calendar dates, moved back a year at a time. {_pair_text(view.pair)}.",
            "before-after",
        ),
        {"rows": rows},
        lambda: Table(
            FINDING_COLUMNS,
            tuple(
                _finding_row(_years_text(pair), check_measure(_measure(view), pair))
                for pair in (view.pair, *(year.pair for year in earlier))
            ),
        ),
        alt=f"Dots on a scale of percent change. {finding.sentence} "
        + " ".join(f"{row['label']}." for row in rows[1:]),
        values=ends(rows),
    )


@figure("series", "measure", "pair", "by")
def counts_over_time(view: View, _: str | None) -> Drawing:
    """Counts by day, week or month with the windows shaded and the dates that matter."""
    measure = _measure(view)
    line = open_records().line(measure)
    first = max(countable().start, min(SERIES_FROM, view.pair.first - timedelta(days=183)))
    parts = whole_bins(Window(first, line.last), view.by)
    counts = line.count_each(parts)
    start = parts[0].start
    finding = check_measure(measure, view.pair)
    events = [event for event in load_story().events if event.mark]
    shaded = [("test", view.pair.current), *(("baseline", b) for b in view.pair.baseline)]
    return Drawing(
        series,
        _frame(
            f"{measure.title}, {measure.unit} by {view.by}",
            f"Blue band: {say_window(view.pair.current)}. "
            f"Grey band: {' and '.join(say_window(b) for b in view.pair.baseline)}.",
            "covid-both",
        ),
        {
            "counts": counts,
            "windows": [
                {"kind": kind, "start": _local(w.start), "end": _local(w.end + timedelta(days=1))} for kind, w in shaded
            ],
            # The latest stands highest, so that no label crosses the line of an event before it.
            "events": [_event_row(i, event) for i, event in enumerate(reversed(events))],
        },
        lambda: Table(
            ("start", "end", "days", "count"),
            tuple((w.start.isoformat(), w.end.isoformat(), w.days, n) for w, n in zip(parts, counts, strict=True)),
        ),
        alt=f"Line of {measure.label} by {view.by} from {say_date(start)} to {say_date(parts[-1].end)}, between "
        f"{words.count(min(counts))} and {words.count(max(counts))} {measure.unit}. "
        f"Marked: {'; '.join(f'{say_date(e.date)}, {e.label.lower()}' for e in events)}. {finding.sentence}",
        values={
            "year0": start.year,
            "month0": start.month - 1,
            "day0": start.day,
            **STEPS[view.by],
        },
    )


@figure("contributions", "measure", "pair")
def what_moved_it(view: View, _: str | None) -> Drawing:
    """How many events more or fewer each part of a total had, largest fall first."""
    measure = _measure(view)
    parts = [m for m in load_story().measures.values() if m.categories in {(c,) for c in measure.categories}]
    found = [(part, check_measure(part, view.pair)) for part in parts]
    total = _difference(check_measure(measure, view.pair))
    moved = sorted(((part, f, _difference(f)) for part, f in found), key=lambda item: item[2])
    rows = [
        {
            "i": i,
            "label": f"{part.title}: {_signed_count(difference)} ({_change_text(f)})",
            "tip": words.counts(f),
            "difference": round(difference, 1),
        }
        for i, (part, f, difference) in enumerate(moved)
    ]
    return Drawing(
        contributions,
        _frame(
            _moved_title(measure, moved, total),
            f"{measure.unit.capitalize()} more or fewer, {_pair_text(view.pair)}",
            "surveillance",
        ),
        {"rows": rows},
        lambda: Table(
            (
                "offense",
                "current_count",
                "baseline_count",
                "difference",
                "change",
                "share_of_total_difference",
            ),
            tuple(
                (
                    part.id,
                    f.change.current if f.change else None,
                    f.change.baseline if f.change else None,
                    round(difference, 4),
                    f.change.headline if f.change else None,
                    round(difference / total, 4) if total else None,
                )
                for part, f, difference in moved
            ),
        ),
        alt=f"Bars of {measure.unit} more or fewer, {_pair_text(view.pair)}. "
        + " ".join(f"{row['label']}." for row in rows),
    )


@figure("timeline")
def what_happened_when(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Policy, pandemic and other changes on one axis of time."""
    events = load_story().events
    state, policy, home = (
        next(e for e in events if e.label == label)
        for label in ("State of emergency", "Charges dropped", "Stay-at-home order")
    )
    after, before = (policy.date - state.date).days, (home.date - policy.date).days
    return Drawing(
        timeline,
        _frame(
            f"The policy began {after} days into the emergency, {before} days before the stay-at-home order",
            TIMELINE_KEY,
            "covid-both",
        ),
        {
            "rows": [
                {
                    "i": i,
                    "start": _local(event.date),
                    "end": _local(event.end) if event.end else None,
                    "label": f"{_short_date(event.date)}  {event.label}",
                    "lane": event.lane,
                    "tip": event.text,
                    "left": event.date >= date(2019, 12, 1),
                }
                for i, event in enumerate(events)
            ]
        },
        lambda: Table(
            ("date", "end", "kind", "event", "source"),
            tuple(
                (
                    e.date.isoformat(),
                    e.end.isoformat() if e.end else None,
                    e.lane,
                    e.text,
                    " ".join(e.sources),
                )
                for e in events
            ),
        ),
        alt="Timeline. " + " ".join(f"{say_date(e.date)}: {e.label.lower()}." for e in events),
    )


def _ranges(claim: Claim, found: Sequence[tuple[str, Finding]], *, title: str, subtitle: str) -> Drawing:
    rows = [_range_row(i, label, finding, main=True) for i, (label, finding) in enumerate(found)]
    return Drawing(
        ranges,
        _frame(title, subtitle, claim.caveats[0]),
        {"rows": rows},
        lambda: Table(FINDING_COLUMNS, tuple(_finding_row(label, finding) for label, finding in found)),
        alt="Dots on a scale of percent change. "
        + " ".join(
            f"{label}: {finding.sentence}{f' {PLAIN[finding.verdict]}.' if finding.verdict else ''}"
            for label, finding in found
        ),
        values=ends(rows),
    )


def _range_row(i: int, label: str, finding: Finding, *, main: bool) -> dict[str, Any]:
    change, swing = finding.change, finding.swing
    interval = change.interval if change and not change.too_few else None
    drawn = {
        "est": change.headline if change and interval else None,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "claim": finding.claimed,
        "swing_low": swing.low if swing and interval else None,
        "swing_high": swing.high if swing and interval else None,
    }
    return {
        "i": i,
        "label": f"{label}: {_change_text(finding)}",
        "tip": words.counts(finding),
        "main": main,
        # A ten-thousandth is far below a pixel.
        **{name: round(value, 4) for name, value in drawn.items() if value is not None},
    }


def _finding_row(label: str, finding: Finding) -> tuple[Cell, ...]:
    values = finding.as_dict()
    sides = [
        (values[side] or {}).get(key) for side in ("current", "baseline") for key in ("start", "end", "days", "count")
    ]
    rest = (values[key] for key in FINDING_COLUMNS[9:])
    return (label, *sides, *rest)


def _claim_title(finding: Finding) -> str:
    change = finding.change
    if change is None or finding.measure is None:
        return finding.sentence
    if change.too_few or change.headline is None or finding.claimed is None:
        return f"{finding.measure.title}: too few to say"
    return f"{finding.measure.title} {words.verb(change.headline)}; claimed was {words.direction(finding.claimed)}"


def _moved_title(measure: Measure, moved: Sequence[tuple[Measure, Finding, float]], total: float) -> str:
    """Which parts made most of the change, biggest first, until they make up two thirds of it."""
    if not total:
        return f"{measure.title} did not change in number"
    toward = sorted((m for m in moved if m[2] * total > 0), key=lambda m: -abs(m[2]))
    named: list[Measure] = []
    share = 0.0
    for part, _, difference in toward:
        named.append(part)
        share += difference / total
        if share >= 2 / 3 or len(named) == 3:
            break
    parts = words.listed([part.label for part in named])
    kind = "fall" if total < 0 else "rise"
    return f"{parts[0].upper()}{parts[1:]} made {words.percent(share)} of the {kind} in {measure.label}"


def _difference(finding: Finding) -> float:
    """Events more or fewer than the baseline would have had in as many windows or days."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None:
        return 0.0
    scale = 1 / len(pair.baseline) if pair.same_dates else pair.current.days / pair.baseline_days
    return change.current - change.baseline * scale


def _change_text(finding: Finding) -> str:
    change = finding.change
    if change is None:
        return "not loaded"
    return "too few to say" if change.too_few else words.signed(change.headline)


def _signed_count(difference: float) -> str:
    number = round(abs(difference))
    return f"{'−' if difference < 0 else '+'}{words.count(number)}" if number else "0"


def _event_row(i: int, event: Event) -> dict[str, Any]:
    return {
        "date": _local(event.date),
        "label": f"{_short_date(event.date)}  {event.label}",
        "y": 8 + i * EVENT_ROW,
        "lane": event.lane,
    }


def _frame(title: str, subtitle: str, caveat: str) -> Frame:
    records = open_records()
    entry = records.entry("crime")
    return Frame(
        title=title,
        subtitle=subtitle,
        caveat=load_story().caveats[caveat].short,
        source=f"Source: {entry.source}. Data version {records.version}.",
    )


def _claim(claim_id: str | None) -> Claim:
    claim = load_story().claims.get(claim_id or "")
    if claim is None or claim.measure is None:
        raise ArgumentError(f"There is no claim with figures called {str(claim_id)[:60]!r}.")
    return claim


def _measure(view: View) -> Measure:
    return load_story().measures[view.measure]


def _pair_text(pair: WindowPair) -> str:
    return f"{say_window(pair.current)} against {' and '.join(say_window(b) for b in pair.baseline)}"


def _years_text(pair: WindowPair) -> str:
    return f"{pair.current.end.year} against {' and '.join(str(b.end.year) for b in pair.baseline)}"


def _short_date(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _local(day: date) -> str:
    """A day as the browser's own midnight: without the time it would be read as UTC and shift a day."""
    return f"{day.isoformat()}T00:00:00"
