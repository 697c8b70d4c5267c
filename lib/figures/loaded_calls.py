"""The figures of the chapter on 911 calls that are made from loaded records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lib.analysis.change import Interval, ratio_of_ratios
from lib.analysis.counts import RunningSum, whole_bins
from lib.analysis.windows import Window, WindowPair
from lib.charts.lines import lines
from lib.charts.ranges import ranges, scale_and_key
from lib.errors import ArgumentError
from lib.figures.common import (
    change_text,
    claim_called,
    frame,
    local,
    marked_events,
    pair_text,
    ranges_of,
)
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import claim_words, finding_words, words
from lib.story.check import check_measure
from lib.story.descriptions import own_measure, usual_descriptions
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Claim, Measure, Origin
from lib.story.records_in_use import open_records
from lib.story.view import View
from lib.tables.schemas import CALL_GROUPS

BASKETS = ("calls-disorder", "calls-common-assault", "calls-traffic", "calls-property", "calls-overdose")
"""What the claims' calls are compared with: kinds of call that the policy has nothing to do with."""
VOCABULARY = 5
PARTS = ("claim", "pair", "origin", "texts")
DEFINABLE = "calls-drugs"
"""The claim whose descriptions readers may choose."""


def counted_as(claim: Claim, view: View) -> Measure:
    """What the claim counts, as the reader defines it."""
    measure = load_story().measures[claim.measure or ""]
    return own_measure(measure, view.texts) if claim.id == DEFINABLE else measure


def claim_finding(claim: Claim, view: View, pair: WindowPair) -> Finding:
    """The claim in these windows, as the reader counts it: who called, and by which descriptions."""
    measure = counted_as(claim, view)
    return check_measure(measure, pair, origin=_origin(measure, view), claim=claim)


@figure("calls-readings", *PARTS, records="calls")
def calls_readings(view: View, claim_id: str | None) -> Drawing:
    """One claim about calls under every named window and the reader's own."""
    claim = claim_called(claim_id)
    found = [(w.label, claim_finding(claim, view, w.pair)) for w in claim.windows if w.measure is None]
    if claim.named(view.pair) is None:
        found.append(("Your dates", claim_finding(claim, view, view.pair)))
    measure = counted_as(claim, view)
    about = finding_words.subject(measure, origin=_origin(measure, view))
    title = claim_words.windows_title([f for _, f in found])
    return ranges_of(claim, found, title=title, subtitle=f"Percent change: {about}", dated=True)


@figure("calls-origins", "claim", "pair", records="calls")
def calls_origins(view: View, claim_id: str | None) -> Drawing:
    """The claim's calls by who made the record."""
    claim = claim_called(claim_id)
    measure = _counted(claim)
    found = [
        ("All rows", check_measure(measure, view.pair, claim=claim)),
        ("Callers", check_measure(measure, view.pair, origin="caller", claim=claim)),
        ("Officers", check_measure(measure, view.pair, origin="officer")),
        ("Can’t tell", check_measure(measure, view.pair, origin="unknown")),
    ]
    every = max(1, sum(_both(f) for _, f in found[1:]))
    told = sum(_both(f) for _, f in found[1:3]) / every
    return ranges_of(
        claim,
        found,
        title=f"{words.percent(told)} of these records say who made them",
        subtitle=f"Percent change in {measure.label} by who made the record, {pair_text(view.pair)}",
    )


@figure("calls-controls", *PARTS, records="calls")
def calls_controls(view: View, claim_id: str | None) -> Drawing:
    """How much more the claim's calls changed than other kinds of call: ratio over ratio, with interval."""
    claim = claim_called(claim_id)
    one = claim_finding(claim, view, view.pair)
    others = [check_measure(basket, view.pair, origin=view.only_origin) for basket in _baskets(claim)]
    found = [(other, ratio_of_ratios(one.change, other.change) if one.change and other.change else None)
             for other in others]  # fmt: skip
    rows = [_ratio_row(i, one, other, ratio) for i, (other, ratio) in enumerate(found)]
    return Drawing(
        ranges,
        frame(
            _controls_title(one, [ratio for _, ratio in found]),
            f"Each row: {one.measure.label if one.measure else ''} next to another kind of call, "
            f"{pair_text(view.pair)}. No change: both moved alike",
            "calls-are-not-activity",
            "calls",
        ),
        {"rows": rows},
        lambda: Table(
            ("against", "change", "claimed_kind_change", "ratio_change", "low", "high"),
            tuple(_ratio_cells(one, other, ratio) for other, ratio in found),
        ),
        alt="Dots on a scale of percent change. " + " ".join(f"{row['label']}." for row in rows),
        values=scale_and_key(rows),
    )


@figure("calls-vocabulary", "claim", records="calls")
def calls_vocabulary(view: View, claim_id: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """The claim's calls by month and description: when a description comes into use, or goes out of it."""
    claim = claim_called(claim_id)
    records = open_records()
    counts = records.descriptions()
    texts = usual_descriptions(_counted(claim))
    drawn = []
    for text in texts:
        line = counts.select([text])
        months = whole_bins(_longest(line), "month")
        drawn.append((text, months, line.count_each(months)))
    drawn = sorted((item for item in drawn if sum(item[2])), key=lambda item: -sum(item[2]))[:VOCABULARY]
    if not drawn:
        raise ArgumentError("No description of these calls has a full month on record.")
    months = drawn[0][1]
    return Drawing(
        lines,
        frame(
            f"{words.number_word(len(texts)).capitalize()} descriptions count as {_counted(claim).label}",
            f"Calls by month, {months[0].start.year} to {months[-1].end.year}, the most common descriptions as they "
            "stand in the records. A description that starts or stops is a change in record-keeping, not on the street",
            "calls-vocabulary",
            "calls",
        ),
        {
            "lines": [
                {
                    "name": text,
                    "role": "main" if i == 0 else "other",
                    "year0": months[0].start.year,
                    "month0": months[0].start.month - 1,
                    "step": 1,
                    "value": values,
                }
                for i, (text, _, values) in enumerate(drawn)
            ],
            "names": [_named(i, text, months, values) for i, (text, _, values) in enumerate(drawn)],
            "events": marked_events(),
        },
        lambda: Table(
            ("month", *(text for text, _, _ in drawn)),
            tuple(
                (month.start.isoformat(), *row)
                for month, row in zip(months, zip(*(values for _, _, values in drawn), strict=True), strict=True)
            ),
        ),
        alt="Lines of calls by month, one for each description. "
        + " ".join(
            f"{text}: {words.count(values[0])} in the first month, {words.count(values[-1])} in the last."
            for text, _, values in drawn
        ),
    )


def _origin(measure: Measure, view: View) -> Origin | None:
    """The origin asked for; a reader's own descriptions count whoever made the call."""
    return None if measure.descriptions is not None else view.only_origin


def _counted(claim: Claim) -> Measure:
    """What the claim counts; only claims that have it come here."""
    return load_story().measures[claim.measure or ""]


def _baskets(claim: Claim) -> list[Measure]:
    """Other kinds of call, and all of them together."""
    measures = load_story().measures
    own = set(_counted(claim).categories)
    rest = Measure(
        f"calls-not-{'-'.join(sorted(own))}", "all other 911 calls", "calls", "calls",
        tuple(group for group in CALL_GROUPS if group not in own),
    )  # fmt: skip
    return [*(measures[name] for name in BASKETS), rest]


def _both(finding: Finding) -> int:
    return finding.change.current + finding.change.baseline if finding.change else 0


def _ratio_row(i: int, one: Finding, other: Finding, ratio: tuple[float, Interval] | None) -> dict[str, object]:
    label = other.measure.title if other.measure else ""
    if ratio is None:
        return {"i": i, "label": f"{label}: too few to say", "tip": finding_words.counts(other), "main": False}
    value, interval = ratio
    said = words.span(interval.low, interval.high)
    return {
        "i": i,
        "label": f"{label} ({change_text(other)}): {words.signed(value)}",
        "tip": f"{finding_words.counts(one)}. {label}: {finding_words.counts(other)}. "
        f"Ratio of both: 95% interval {said}",
        "main": True,
        "est": round(value, 4),
        "low": round(interval.low, 4),
        "high": round(interval.high, 4) if interval.high is not None else None,
    }


def _ratio_cells(one: Finding, other: Finding, ratio: tuple[float, Interval] | None) -> tuple[Cell, ...]:
    value, interval = ratio if ratio else (None, None)
    return (
        other.measure.id if other.measure else None,
        other.change.headline if other.change else None,
        one.change.headline if one.change else None,
        value,
        interval.low if interval else None,
        interval.high if interval else None,
    )


def _controls_title(one: Finding, ratios: Sequence[tuple[float, Interval] | None]) -> str:
    """Under how many baskets the claim's calls clearly fell more than the others."""
    known = [interval for ratio in ratios if ratio for interval in (ratio[1],)]
    name = one.measure.label if one.measure else "these calls"
    if not known:
        return "Too few calls to compare with others"
    more = sum(interval.high is not None and interval.high < 0 for interval in known)
    less = sum(interval.low > 0 for interval in known)
    of = f"of {words.number_word(len(known))} other kinds of calls"
    if more >= less:
        return f"{name[0].upper()}{name[1:]} clearly fell more than {words.number_word(more)} {of}"
    return f"{name[0].upper()}{name[1:]} clearly fell less, or rose more, than {words.number_word(less)} {of}"


def _longest(line: RunningSum) -> Window:
    """The longest run of days without a known gap."""
    ends_of = sorted((gap.window.start, gap.window.end) for gap in line.missing)
    edges = [line.run(Window(line.first, line.first))]
    for _, end in ends_of:
        day = end.fromordinal(end.toordinal() + 1)
        if day <= line.last:
            edges.append(line.run(Window(day, day)))
    return max(edges, key=lambda window: window.days)


def _named(i: int, text: str, months: Sequence[Window], values: Sequence[int]) -> dict[str, object]:
    """Where a line's name stands: over its highest month, so that lines which end early keep theirs."""
    top = int(np.argmax(values))
    return {
        "date": local(months[top].start),
        "value": values[top],
        "name": text,
        "role": "main" if i == 0 else "other",
    }
