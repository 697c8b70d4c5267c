"""The figures of 911 calls by whole year and community area, as the alliance counts them."""

from __future__ import annotations

from functools import partial
from typing import Any

from lib.analysis.windows import WindowPair
from lib.charts.panels import panels
from lib.charts.ranges import ranges, scale_and_key
from lib.figures.calls import CHANGE, break_line, heads_of, year_of
from lib.figures.common import FINDING_COLUMNS, claim_called, finding_row, frame, pair_text, range_row
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story import words
from lib.story.check import check, check_measure, counted_windows
from lib.story.evidence.whole_years import (
    BEFORE,
    CLAIM,
    CONTROL,
    DRUGS,
    YEAR,
    PublishedChange,
    against_control,
    march_to_december,
    published_changes,
    whole_years_of,
    year_window,
)
from lib.story.finding import Finding, Inference
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.records_in_use import open_records
from lib.story.sentences import yearly_words
from lib.story.view import View

DRAWN = (DRUGS, CONTROL)


@figure("calls-by-year")
def calls_by_year(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Drug calls a year, beside calls that no drug policy touches; years that were not published are left open."""
    policy = load_story().event("charges-dropped").date
    measures = [load_story().measures[name] for name in DRAWN]
    counted = {measure: _by_year(measure) for measure in measures}
    years = sorted({year for each in counted.values() for year in each})
    first, last = years[0], years[-1]
    title = yearly_words.fall_title([_named(name) for name in _BEFORE_AND_AFTER])
    return Drawing(
        partial(panels, number=len(measures)),
        frame(
            title,
            "911 calls a year in 55 community areas; each panel has its own scale. Blue: since the policy. "
            f"{yearly_words.open_years(counted)}",
            "prior-years-change",
            measures[0].records,
        ),
        {
            **{
                f"bars{panel}": [
                    {
                        "start": year,
                        "end": year + 1,
                        "value": value,
                        "kind": "exact",
                        "tested": year >= policy.year,
                        "text": yearly_words.thousands(value),
                        "how": "",
                        "tip": f"{measure.title}: {words.count(value)} in {year}",
                    }
                    for year, value in counted[measure].items()
                ]
                for panel, measure in enumerate(measures)
            },
            "heads": heads_of([yearly_words.panel(measure) for measure in measures], at=first),
            "breaks": [
                break_line(year_of(CHANGE), "recording changes", panel=0, last=1, left=True),
                break_line(year_of(policy), "policy begins", panel=0, last=len(measures), left=False),
            ],
        },
        lambda: Table(
            ("measure", "year", "calls", "kind"),
            tuple((m.id, year, value, "counted") for m in measures for year, value in counted[m].items()),
        ),
        alt=f"Bars by year in panels with scales of their own. {title}. "
        + " ".join(
            f"{measure.title}: {', '.join(f'{value:,} in {year}' for year, value in counted[measure].items())}."
            for measure in measures
        ),
        values={
            "first": first,
            "last": last + 1,
            "ticks": [year + 0.5 for year in range(first, last + 1)],
            "names": [str(year) for year in range(first, last + 1)],
        },
        sentence=yearly_words.years_sentence(counted[measures[0]]),
    )


@figure("calls-march-to-december", "early")
def calls_march_to_december(view: View, _: str | None) -> Drawing:
    """The claim's own months, inferred, beside the whole years that are counted; the two are drawn apart."""
    level = None if view.early == "any" else int(view.early) / 100
    inferred = march_to_december(level)
    claim = claim_called(CLAIM)
    counted = [(w.label, check(claim, w.pair)) for w in counted_windows(claim) if not w.context and w.measure == DRUGS]
    rows = [_inferred_row(inferred)]
    rows += [range_row(i, f"{label}, counted", each, main=True) for i, (label, each) in enumerate(counted, 1)]
    return Drawing(
        ranges,
        frame(
            yearly_words.inferred_title(inferred),
            "Percent change in 911 calls about drugs in Baltimore",
            "inferred-months",
            load_story().measures[DRUGS].records,
        ),
        {"rows": rows},
        lambda: Table(
            FINDING_COLUMNS,
            (finding_row("March to December 2020", inferred), *(finding_row(label, f) for label, f in counted)),
        ),
        alt=f"Dots on a scale of percent change. {inferred.sentence} " + " ".join(f.sentence for _, f in counted),
        values=scale_and_key(rows, uncounted="inferred, with all that is assumed"),
        sentence=inferred.sentence,
        short=yearly_words.inferred_short(inferred),
    )


@figure("calls-beside-others", "pair")
def calls_beside_others(view: View, _: str | None) -> Drawing:
    """Drug calls and automobile-accident calls in the same years, and how much further the one fell than the other.

    Below them calls that nobody counted in both years, as published estimates, beside drug calls of the same years.
    """
    measures = load_story().measures
    pair = whole_years_of(view.pair)
    drugs, control = measures[DRUGS], measures[CONTROL]
    found = against_control(drugs, control, pair)
    pairs = [("Drug calls", found.finding), ("Automobile-accident calls", found.control)]
    rows: list[dict[str, Any]] = [range_row(i, label, each, main=not i) for i, (label, each) in enumerate(pairs)]
    if found.apart:
        value, interval = found.apart
        rows.append(
            {
                "i": len(rows),
                "label": f"Drug calls, next to accident calls: {words.signed(value)}",
                "tip": f"Ratio of the two changes, 95% interval {words.span(interval.low, interval.high)}",
                "main": True,
                "est": round(value, 4),
                "low": round(interval.low, 4),
                "high": None if interval.high is None else round(interval.high, 4),
            }
        )
    estimates = published_changes()
    same_years = WindowPair(year_window(YEAR), (year_window(BEFORE),))
    if pair != same_years:
        rows.append(
            range_row(len(rows), f"Drug calls, {YEAR} v. {BEFORE}", check_measure(drugs, same_years), main=True)
        )
    table = [(*_cells(row), "counted", open_records().entry(drugs.records).address) for row in rows]
    estimated = [_estimated_row(i, each) for i, each in enumerate(estimates, len(rows))]
    table += [(*_cells(row), each.kind, each.addresses) for row, each in zip(estimated, estimates, strict=True)]
    sentence = f"{yearly_words.apart_sentence(found)} {yearly_words.estimates_short(estimates)}"
    return Drawing(
        ranges,
        frame(
            yearly_words.apart_title(found),
            f"Percent change in calls, {pair_text(pair)}; third row: the ratio of the two changes",
            "calls-are-not-activity",
            drugs.records,
            tuple(dict.fromkeys(f"estimates of {YEAR}: {each.after.by}" for each in estimates)),
        ),
        {"rows": [*rows, *estimated]},
        lambda: Table(("row", "change", "low", "high", "kind", "address"), tuple(table)),
        alt=f"Dots on a scale of percent change. {sentence} "
        + " ".join(f"{row['label']}." for row in (*rows, *estimated)),
        values=scale_and_key([*rows, *estimated], uncounted="published estimate, no margin of error known"),
        sentence=sentence,
    )


_BEFORE_AND_AFTER = ("2018-against-2017", "2019-against-2018", "2020-against-2019")


def _named(window: str) -> Finding:
    claim = claim_called(CLAIM)
    return check(claim, claim.window(window).pair)


def _by_year(measure: Measure) -> dict[int, int]:
    line = open_records().line(measure)
    return {year: line.count(year_window(year)) for year in line.years}


def _inferred_row(found: Inference) -> dict[str, Any]:
    return {
        "i": 0,
        "label": f"March to December 2020, inferred: {words.signed(found.change)}",
        "tip": f"Inferred: {words.span(found.low, found.high)} over all that is assumed",
        "main": False,
        "uncounted": True,
        "est": round(found.change, 4),
        "low": round(found.low, 4),
        "high": round(found.high, 4),
        "claim": found.claimed,
    }


def _estimated_row(i: int, found: PublishedChange) -> dict[str, Any]:
    """Hollow, and without an interval: none is known."""
    return {
        "i": i,
        "label": yearly_words.estimate_label(found),
        "tip": yearly_words.estimate_tip(found),
        "main": False,
        "uncounted": True,
        "est": round(found.change, 4),
    }


def _cells(row: dict[str, Any]) -> tuple[Cell, ...]:
    return (row["label"].partition(":")[0], row.get("est"), row.get("low"), row.get("high"))
