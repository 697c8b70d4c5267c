"""The figures of how good the records are, and of how they differ from what was published."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from lib.analysis.windows import say_date, say_window
from lib.charts.agreement import agreement
from lib.charts.daily import ABSENT, daily
from lib.charts.lines import lines
from lib.charts.ranges import ends, ranges, scale_and_key
from lib.charts.theme import Frame
from lib.figures.common import frame, local, marked_events
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.evidence.peers import TABLE
from lib.story.evidence.quality import (
    Days,
    PlaceShares,
    agreements,
    days_of,
    outage,
    place_shares,
    published_and_ours,
    whole,
)
from lib.story.load import load_story
from lib.story.model import EventId
from lib.story.records import DATASETS
from lib.story.records_in_use import open_records
from lib.story.sentences import quality_words as said
from lib.story.view import View
from lib.tables.manifest import ALL, Gap

CAVEAT = "quality-limits"
ATTACKED: dict[str, tuple[EventId, ...]] = {"crime": ("city-ransomware",), "arrests": ("city-ransomware",)}
BOTH: tuple[EventId, ...] = ("dispatch-ransomware", "city-ransomware")
"""Events of the timeline that stopped computers which the records went through."""
LIFT = 6.0  # percentage points from a line to its name
KEY = "Dots: days. Line: seven-day mean."
QUIET, FULL = "Hollow: under half of what the weekday usually has.", "Filled: over twice what it usually has."
MANY = 3  # categories that no label has room for
MISSING = "Gray: part of the records is missing."


@figure("quality-crime-days")
def crime_days(_view: View, _: str | None) -> Drawing:
    """Crime records of every day, with the days that stand out."""
    return _days("crime")


@figure("quality-arrest-days")
def arrest_days(_view: View, _: str | None) -> Drawing:
    """Arrest records of every day, with the days that stand out."""
    return _days("arrests")


@figure("quality-call-days", records="calls")
def call_days(_view: View, _: str | None) -> Drawing:
    """911 records of every day, with the days that stand out and the years that are not loaded."""
    return _days("calls")


@figure("quality-outage")
def outage_days(_view: View, _: str | None) -> Drawing:
    """Crime records of every day from April to July 2019, around the ransomware."""
    found = outage()
    sentence = said.outage_sentence(found)
    return _drawn(
        found.days, said.outage_title(found), sentence, "month", marks=[_mark(local(found.attack), "Ransomware")]
    )


@figure("quality-places")
def places(_view: View, _: str | None) -> Drawing:
    """By month, the share of records without a place, and of crimes whose place was filled in."""
    crime, arrests = (place_shares(name, whole(name, "month")) for name in ("crime", "arrests"))
    drawn = (
        ("Crime: place filled in", "main", crime, crime.imputed or ()),
        ("Crime: no place", "fit", crime, crime.nowhere),
        ("Arrests: no place", "other", arrests, arrests.nowhere),
    )
    yearly = [place_shares(name, whole(name, "year")) for name in ("crime", "arrests")]
    title = said.places_title(*yearly)
    early = said.early_sentence(yearly[0])
    shares = dict(zip(crime.periods, zip(crime.imputed or crime.nowhere, crime.nowhere, strict=True), strict=True))
    both = dict(zip(arrests.periods, arrests.nowhere, strict=True))
    return Drawing(
        lines,
        frame(title, "Percent of each month’s records, whole months. The map can leave filled-in places out.",
              "place-known", "crime"),
        {
            "lines": [_line(name, role, found, values) for name, role, found, values in drawn],
            "names": [_name(name, role, found, values) for name, role, found, values in drawn],
            "events": marked_events(),
        },
        lambda: Table(
            ("month", "crime_imputed", "crime_no_place", "arrests_no_place"),
            tuple(
                (
                    month.start.isoformat(),
                    *(round(share, 6) for share in shares.get(month, ())),
                    *([None, None] if month not in shares else []),
                    round(both[month], 6) if month in both else None,
                )
                for month in sorted({*shares, *both}, key=lambda month: month.start)
            ),
        ),
        alt=f"Three lines by month, in percent of records. {title}. {early}",
        sentence=f"{title}. {early}".strip(),
    )  # fmt: skip


@figure("quality-agreement")
def index_agreement(_view: View, _: str | None) -> Drawing:
    """The police file compared with the Real-Time Crime Index, offense by offense and month by month."""
    found = agreements()
    rows = [
        {
            "i": i,
            "label": f"{said.row_name(row)}: {said.row_text(row)}",
            "whole": round(row.together, 4),
            "tip": f"{sum(row.own):,} in the police file, {sum(row.index):,} in the index",
        }
        for i, row in enumerate(found)
    ]
    months = [f"{month:%B %Y}" for month in found[0].months]
    apart = [value for row in found for value in row.apart]
    first, last = found[0].months[0], found[0].months[-1]
    sentence = said.agreement_sentence(found)
    return Drawing(
        agreement,
        Frame(
            said.agreement_title(found),
            f"How far the police file lies above or below the Real-Time Crime Index, {first:%B %Y} to {last:%B %Y}. "
            "Dot: one month. Blue tick and first number: all months together.",
            load_story().caveats[CAVEAT].short,
            f"Source: {open_records().entry('crime').source}; {open_records().tables.entry(TABLE).source}. "
            f"Data version {open_records().version}.",
        ),
        {
            "rows": rows,
            "months": [
                {"i": i, "thousandths": [round(1000 * value) for value in row.apart], "month": months}
                for i, row in enumerate(found)
            ],
        },
        lambda: Table(
            ("offense", "month", "police_file", "index", "apart"),
            tuple(
                (row.offense, month.isoformat(), own, index, round(value, 6))
                for row in found
                for month, own, index, value in zip(row.months, row.own, row.index, row.apart, strict=True)
            ),
        ),
        alt=f"Dots on a scale of percent, one row an offense. {sentence} "
        f"{'. '.join(str(row['label']) for row in rows)}.",
        values=ends([{"est": value} for value in apart]),
        sentence=sentence,
    )


@figure("published-and-ours")
def published(_view: View, _: str | None) -> Drawing:
    """Changes that were published, beside the same changes in these records; the table has the counts as well."""
    found = published_and_ours()
    drawn = [row for row in found if row.unit == "change" and row.ours is not None]
    rows = [
        {
            "i": i,
            "label": f"{row.what}: {words.signed(row.published)}, here {words.signed(row.ours)}",
            "tip": f"{row.by}; {say_window(row.pair.current)}: {row.current:,} here, {row.baseline:,} before",
            "main": True,
            "est": round(row.ours or 0, 4),
            "claim": row.published,
            **({"low": round(row.low, 4)} if row.low is not None else {}),
            **({"high": round(row.high, 4)} if row.high is not None else {}),
        }
        for i, row in enumerate(drawn)
    ]
    sentence = said.published_sentence(found)
    return Drawing(
        ranges,
        frame(
            said.published_title(found),
            "Percent change as published, and over the same windows in these records",
            "revised",
            "crime",
        ),
        {"rows": rows},
        lambda: Table(
            ("what", "by", "unit", "current", "baseline", "published", "here", "difference", "low", "high",
             "count_here", "baseline_count_here", "address"),
            tuple(
                (
                    row.what, row.by, row.unit, str(row.pair.current), ",".join(map(str, row.pair.baseline)),
                    row.published, *(_rounded(value) for value in (row.ours, row.apart, row.low, row.high)),
                    row.current, row.baseline, row.address,
                )
                for row in found
            ),
        ),
        alt=f"Dots with intervals beside diamonds on a scale of percent change. {sentence} "
        f"{'. '.join(str(row['label']) for row in rows)}.",
        values=scale_and_key(rows, claim="published", count="counted here, with its 95% interval"),
        sentence=sentence,
    )  # fmt: skip


def _days(records: str) -> Drawing:
    """Every day of some records, over years."""
    found = days_of(records)
    attacks = [load_story().event(name) for name in ATTACKED.get(records, BOTH)]
    marks = [_mark(local(event.date), event.label, row=i) for i, event in enumerate(attacks)]
    return _drawn(found, said.days_title(found), said.days_sentence(found), "year", marks)


def _drawn(
    found: Days, title: str, sentence: str, step: Literal["year", "month"], marks: list[dict[str, Any]]
) -> Drawing:
    start = found.window.start
    odd = {day.day: day for day in found.odd}
    # Only whole spans are shaded: single odd days are dots.
    spans = [
        {
            "start": local(max(gap.start, start)),
            "end": local(min(gap.end, found.window.end)),
            "label": _lacking(gap),
        }
        for gap in found.gaps
        if gap.missing
    ]
    key = [KEY]
    key += [QUIET] if any(day.quiet for day in found.odd) else []
    key += [FULL] if not all(day.quiet for day in found.odd) else []
    key += [MISSING] if spans else []
    days = [start.fromordinal(start.toordinal() + i) for i in range(found.window.days)]
    return Drawing(
        partial(daily, step=step),
        frame(
            title,
            f"{DATASETS[found.records].name.capitalize()}, {say_window(found.window)}. {' '.join(key)}",
            CAVEAT,
            found.records,
        ),
        {
            "counts": [ABSENT if count is None else count for count in found.counts],
            "days": [
                {
                    "date": local(day.day),
                    "count": day.count,
                    "quiet": day.quiet,
                    "tip": f"{say_date(day.day)}: {day.count:,}, usually {day.usual:,.0f}",
                }
                for day in found.odd
            ],
            "spans": spans,
            "marks": marks,
        },
        lambda: Table(
            ("date", "records", "usual_for_weekday"),
            tuple(
                (day.isoformat(), count, round(odd[day].usual, 1) if day in odd else None)
                for day, count in zip(days, found.counts, strict=True)
            ),
        ),
        alt=f"Dots, one a day, and their seven-day mean. {sentence}",
        values={"year0": start.year, "month0": start.month - 1, "day0": start.day},
        sentence=sentence,
    )


def _lacking(gap: Gap) -> str:
    """What a span lacks, in few words."""
    if ALL in gap.categories:
        return "not loaded"
    return f"no {' and '.join(gap.categories)}" if len(gap.categories) < MANY else "some are missing"


def _mark(day: str, label: str, row: int = 0) -> dict[str, Any]:
    """A line over a chart of days, with its label to the left."""
    return {"date": day, "label": label, "row": row, "left": True}


def _line(name: str, role: str, found: PlaceShares, values: tuple[float, ...]) -> dict[str, Any]:
    start = found.periods[0].start
    percents = [round(100 * value, 1) for value in values]
    return {"name": name, "role": role, "year0": start.year, "month0": start.month - 1, "step": 1, "value": percents}


def _name(name: str, role: str, found: PlaceShares, values: tuple[float, ...]) -> dict[str, Any]:
    """A line's name, over its highest month of the first half, so that it starts inside the picture."""
    half = range(2, len(values) // 4)
    at = max(half, key=lambda i: values[i])
    return {
        "date": local(found.periods[2].start),
        "value": round(100 * values[at] + LIFT, 1),
        "name": name,
        "role": role,
    }


def _rounded(value: float | None) -> Cell:
    return None if value is None else round(value, 6)
