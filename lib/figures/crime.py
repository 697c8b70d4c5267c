"""The figures of the announcement and of the chapter on violent and property crime."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from lib.analysis.windows import Window, WindowPair, say_date
from lib.charts.contributions import contributions
from lib.charts.ranges import ranges, scale_and_key
from lib.charts.timeline import BASELINE, CHOSEN, timeline
from lib.charts.timeline import KEY as TIMELINE_KEY
from lib.figures.common import (
    FINDING_COLUMNS,
    change_in,
    change_text,
    claim_called,
    finding_row,
    frame,
    local,
    measure_of,
    pair_text,
    range_row,
    ranges_drawn,
    ranges_of,
    series_of,
    short_date,
    window_text,
    years_text,
)
from lib.figures.registry import Drawing, Table, figure
from lib.story import claim_words, finding_words, words
from lib.story.check import check, check_measure, claim_measure, counted_windows
from lib.story.finding import Finding
from lib.story.load import load_story
from lib.story.model import Event, Measure
from lib.story.view import View

SERIES_FROM = date(2018, 1, 1)
AROUND = timedelta(days=5)
"""Before and after the days of the timeline that are drawn enlarged."""


@figure("claim-range", "claim", "pair")
def claim_range(view: View, claim_id: str | None) -> Drawing:
    """One claim against one measurement."""
    claim = claim_called(claim_id)
    finding = check(claim, view.pair)
    return ranges_of(
        claim,
        [(finding.window.label if finding.window else "The chosen dates", finding)],
        title=_claim_title(finding),
        subtitle=" ".join(filter(None, (f"{change_in(finding.measure)}, {pair_text(view.pair)}.", finding.no_verdict))),
    )


@figure("claims-compared", "pair")
def claims_compared(view: View, _: str | None) -> Drawing:
    """Every claimed number beside the measured one: each on the dates it was made for, or all on the reader's own."""
    claims = [claim for claim in load_story().claims.values() if claim.measure and claim.claimed is not None]
    own = view.pair == load_story().default_pair
    found = [
        (load_story().measures[claim.measure or ""].title, check(claim, pair))
        for claim in claims
        for pair in [counted_windows(claim)[0].pair if own else view.pair]
    ]
    records = dict.fromkeys(f.measure.records for _, f in found if f.measure and f.change)
    dates = (
        "Each on the dates it was made for, or the closest that can be counted, compared with the same dates of the "
        "year or years before."
        if own
        else f"{pair_text(view.pair)}. What is counted by whole year only has no mark."
    )
    return ranges_drawn(
        found,
        frame(
            claim_words.claims_title([finding for _, finding in found], own=own),
            dates,
            "covid-both",
            tuple(records),
        ),
        dated=True,
    )


@figure("windows-compared", "claim", "pair")
def windows_compared(view: View, claim_id: str | None) -> Drawing:
    """One claim under every named window and, where they are others, the reader's own dates."""
    claim = claim_called(claim_id)
    found = [(window.label, check(claim, window.pair)) for window in counted_windows(claim)]
    title = claim_words.windows_title([finding for _, finding in found if not finding.no_verdict])
    if claim.named(view.pair) is None:
        found.append(("Your dates", check(claim, view.pair)))
    chosen = next((i for i, (_, finding) in enumerate(found) if finding.pair == view.pair), None)
    return ranges_of(claim, found, title=title, subtitle=change_in(claim_measure(claim)), dated=True, chosen=chosen)


@figure("earlier-years", "measure", "pair")
def earlier_years(view: View, _: str | None) -> Drawing:
    """The same comparison in every earlier pair of years."""
    finding = check_measure(measure_of(view), view.pair)
    earlier = finding.swing.pairs if finding.swing else ()
    rows = [range_row(0, years_text(view.pair), finding, main=True)]
    rows += [
        {
            "i": i,
            "label": years_text(year.pair),
            "value": words.signed(year.change),
            "tip": pair_text(year.pair),
            "main": False,
            "est": round(year.change, 4),
        }
        for i, year in enumerate(earlier, 1)
    ]
    title = (
        finding_words.swing_title(measure_of(view), finding)
        if earlier
        else f"{_claim_title(finding)}; no earlier years to compare"
    )
    return Drawing(
        ranges,
        frame(
            title,
            f"{change_in(measure_of(view))}: {pair_text(view.pair)}, and the same calendar dates in earlier years",
            "before-after",
            measure_of(view).records,
        ),
        {"rows": rows},
        lambda: Table(
            FINDING_COLUMNS,
            tuple(
                finding_row(years_text(pair), check_measure(measure_of(view), pair))
                for pair in (view.pair, *(year.pair for year in earlier))
            ),
        ),
        alt=f"Dots on a scale of percent change. {finding.sentence} "
        + " ".join(f"{row['label']}: {row['value']}." for row in rows[1:]),
        values=scale_and_key(rows, other="the same in an earlier year" if earlier else ""),
    )


@figure("series", "measure", "pair", "by")
def counts_over_time(view: View, _: str | None) -> Drawing:
    """Counts by day, week or month with the windows shaded and the dates that matter."""
    return series_of(view, None, view.by, SERIES_FROM, "covid-both")


@figure("contributions", "measure", "pair")
def what_moved_it(view: View, _: str | None) -> Drawing:
    """How many events more or fewer each part of a total had, largest fall first."""
    measure = measure_of(view)
    single = {(measure.records, (category,)) for category in measure.categories}
    parts = [m for m in load_story().measures.values() if (m.records, m.categories) in single]
    found = [(part, check_measure(part, view.pair)) for part in parts]
    total = _difference(check_measure(measure, view.pair))
    moved = sorted(((part, f, _difference(f)) for part, f in found), key=lambda item: item[2])
    most_fell = moved[0][2] + moved[-1][2] < 0  # then the line of zero is right of the middle
    rows = [
        {
            "i": i,
            "label": f"{part.title}: {words.signed_number(difference)} ({change_text(f)})",
            "tip": finding_words.counts(f),
            "difference": round(difference, 1),
            "left": most_fell,
        }
        for i, (part, f, difference) in enumerate(moved)
    ]
    return Drawing(
        contributions,
        frame(
            _moved_title(measure, moved, total),
            f"Change in number of {measure.unit} in Baltimore{_adjusted(view.pair)}, and in parentheses each offense’s "
            f"own change, {pair_text(view.pair)}",
            "surveillance",
            measure.records,
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
        alt=f"Bars of the change in number of {measure.unit}, {pair_text(view.pair)}. "
        + " ".join(f"{row['label']}." for row in rows),
    )


@figure("timeline", "pair")
def what_happened_when(view: View, _: str | None) -> Drawing:
    """Policy, pandemic and other changes on one axis of time, below the dates chosen."""
    story = load_story()
    events = story.events
    state, policy, home = (
        story.event("state-of-emergency"),
        story.event("charges-dropped"),
        story.event("stay-at-home-order"),
    )
    after, before = (policy.date - state.date).days, (home.date - policy.date).days
    middle = events[0].date + (events[-1].date - events[0].date) / 2
    spring = Window(state.date - AROUND, home.date + AROUND)
    near = [event for event in events if spring.start <= event.date <= spring.end]
    enlarged = [
        _span(state, policy, left=False),
        _span(policy, home, left=True),
        *(_event_row(event, policy.date) for event in near),
    ]
    first, last = min(events[0].date, view.pair.first), max(events[-1].date, view.pair.last)
    years = range(first.year, last.year + 1)
    heads = [
        f"Around March 18, {policy.date.year}",
        *("" for _ in enlarged),
        f"{years[0]} to {years[-1]}; the days above are marked by the policy alone",
    ]
    chosen = [
        _window_row(view.pair.current, CHOSEN, "→ the dates chosen", middle),
        *(_window_row(window, BASELINE, "compared with", middle) for window in view.pair.baseline),
    ]
    rest = [event for event in events if event not in near or event == policy]
    rows = [*({"head": head} for head in heads), *chosen, *(_event_row(event, middle) for event in rest)]
    return Drawing(
        timeline,
        frame(
            f"The policy began {after} days into the pandemic emergency, {before} days before the stay-at-home order",
            "What happened in Baltimore and Maryland; in bold what the other figures mark",
            "before-after",
            None,
        ),
        {
            "rows": [{"i": i, **row} for i, row in enumerate(rows)],
            "near": [{"i": i, **row} for i, row in enumerate(enlarged, 1)],
            "years": [{"start": local(date(year, 1, 1))} for year in years[1:]],
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
        alt=f"Timeline, with the dates chosen: {pair_text(view.pair)}. "
        + " ".join(f"{say_date(e.date)}: {e.label}." for e in events),
        values={
            "first": local(spring.start),
            "last": local(spring.end),
            "upper": round(len(heads) / len(rows), 4),
            **TIMELINE_KEY,
        },
    )


def _event_row(event: Event, middle: date) -> dict[str, Any]:
    """An event of the timeline; after the ``middle`` its label stands to the left, so that it has room on a phone."""
    return {
        "start": local(event.date),
        "end": local(event.end) if event.end else None,
        "label": f"{_when(event)}  {event.label}",
        "lane": event.lane,
        "tip": event.text,
        "left": event.date > middle,
        "main": event.mark,
    }


def _window_row(window: Window, lane: str, label: str, middle: date) -> dict[str, Any]:
    """A window of the reader's, as a bar that its label stands behind, or before it where there is more room."""
    return {
        "start": local(window.start),
        "end": local(window.end + timedelta(days=1)),
        "label": label,
        "lane": lane,
        "tip": f"{label.removeprefix('→ ')}: {window_text(window)}",
        "left": window.end > middle,
        "main": lane == CHOSEN,
    }


def _span(one: Event, other: Event, *, left: bool) -> dict[str, Any]:
    """The days between two events; ``left``: their number stands before them, not after."""
    return {
        "start": local(one.date),
        "end": local(other.date),
        "label": words.counted((other.date - one.date).days, "days"),
        "tip": f"{one.label} to {other.label.lower()}",
        "left": left,
        "span": True,
    }


def _claim_title(finding: Finding) -> str:
    change = finding.change
    if change is None or finding.measure is None:
        return finding.sentence
    if change.too_few or change.headline is None:
        return f"{finding.measure.title}: too few to say"
    if finding.claimed is None:
        return f"{finding.measure.title} {words.verb(change.headline)}"
    return f"{finding.measure.title} {words.verb(change.headline)}; the claim was {words.drop(finding.claimed)}"


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
    net = "net " if any(m[2] * total < 0 for m in moved) else ""
    if share > 1:  # the rest moved the other way
        return f"{words.capital(parts)} moved {measure.label} most"
    account = "accounts" if len(named) == 1 else "account"
    return f"{words.capital(parts)} {account} for {words.percent(share)} of the {net}{kind} in {measure.label}"


def _adjusted(pair: WindowPair) -> str:
    """That counts are compared per day, where the windows differ in length."""
    return "" if pair.equal("day") else ", adjusted to windows of equal length"


def _difference(finding: Finding) -> float:
    """Events more or fewer than the baseline would have had in as many days."""
    change, pair = finding.change, finding.pair
    if change is None or pair is None:
        return 0.0
    return change.current - change.baseline * pair.current.days / pair.baseline_days


def _when(event: Event) -> str:
    """The day an event began; only its month where it is given as a whole month, for its day is then not known."""
    next_day = event.end + timedelta(days=1) if event.end else event.date
    whole_month = event.date.day == 1 and next_day == (event.date + timedelta(days=31)).replace(day=1)
    return f"{event.date:%b %Y}" if whole_month else short_date(event.date)
