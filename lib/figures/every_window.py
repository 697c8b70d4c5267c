"""The figure of every window at once."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, get_args

import numpy as np

from lib.analysis.every_window import BASELINES, BaselineName, Bounds, Sample, baseline_name, pair_against
from lib.analysis.windows import Window, WindowError
from lib.charts.heat import HEIGHT, heat
from lib.errors import ArgumentError
from lib.figures.common import change_text, frame, local, measure_of, pair_text
from lib.figures.registry import Drawing, Table, figure
from lib.figures.url_data import address_of, serves
from lib.story.check import check_measure
from lib.story.evidence.every_window import Within, bounds_of, windows_at_once
from lib.story.load import load_story
from lib.story.model import Measure
from lib.story.sentences import every_window_words as window_words
from lib.story.view import View

YOURS = "Your dates"
LABEL_LINE = 16  # px that the label of a marked window needs


@figure("every-window", "measure", "pair", "within")
def every_window(view: View, _: str | None) -> Drawing:
    """The change in every window, with the named ones and the reader's own marked.

    Against the reader's baseline where it is one, two or three years back or the mean of three, else a year back.
    """
    measure, baseline = measure_of(view), baseline_name(view.pair) or "1"
    bounds = bounds_of(view.within)
    shares, sample = windows_at_once(measure, baseline, bounds)
    marks = _marks(measure, baseline, view.pair.current, bounds, sample)
    said, named = window_words.sentence(shares, view.within), [(mark["label"], mark["tip"]) for mark in marks]
    address = cells_address(measure, baseline, view.within)
    return Drawing(
        partial(heat, cells=address),
        frame(
            window_words.title(shares, view.within),
            f"{measure.title}, every first day and every length from {shares.shortest} to {shares.longest} days, "
            f"compared with {window_words.AGAINST[baseline]}. {window_words.KEY}",
            "covid-both" if view.within == "clean-baseline" else "baseline-pandemic",
            measure.records,
        ),
        {"marks": marks, "rules": _rules(sample)},
        lambda: Table(
            ("start", "end", "days", "change"),
            tuple(
                (window.start.isoformat(), window.end.isoformat(), window.days, round(change, 6))
                for window, change in sample.windows()
            ),
        ),
        alt=f"Heat map of change by last day and length of the window. {said} Marked: "
        f"{'; '.join(f'{label}, {tip}' for label, tip in named) or 'nothing'}.",
        values={
            "year0": sample.first.year,
            "month0": sample.first.month - 1,
            "day0": sample.first.day,
            "step": sample.step,
            "columns": sample.change.shape[1],
            "shortest": sample.lengths[0],
            "longest": sample.lengths[-1],
        },
        sentence=said,
    )


def cells_address(measure: Measure, baseline: BaselineName, within: Within) -> str:
    """The address of the changes that are drawn, which changes with the data, so that browsers may keep them."""
    return address_of("windows", f"{measure.id}.{baseline}.{within}")


@serves("windows")
def _cells(name: str) -> list[dict[str, Any]]:
    known: dict[str, tuple[Measure, BaselineName, Within]] = {
        f"{measure.id}.{baseline}.{within}": (measure, baseline, within)
        for measure in load_story().measures.values()
        for baseline in BASELINES
        for within in get_args(Within)
    }
    if name not in known:
        raise ArgumentError(f"There are no windows called {name[:60]!r}.")
    return cells(*known[name])


def cells(measure: Measure, baseline: BaselineName, within: Within) -> list[dict[str, Any]]:
    """What stands at ``cells_address``: a row for each length, its changes per mille from the first column with one.

    Raises WindowError, NotLoadedError.
    """
    _, sample = windows_at_once(measure, baseline, bounds_of(within))
    rows = []
    for days, changes in zip(sample.lengths, sample.change, strict=True):
        known = ~np.isnan(changes)
        if known.any():
            skip = int(np.argmax(known))
            values = [None if np.isnan(change) else round(1000 * change) for change in changes[skip:].tolist()]
            rows.append({"days": days, "skip": skip, "change": values})
    return rows


def _marks(
    measure: Measure, baseline: BaselineName, mine: Window, bounds: Bounds, sample: Sample
) -> list[dict[str, Any]]:
    """The windows named in claims on the measure with this baseline, and the reader's own, where they can be drawn."""
    named = {
        window.pair: window.label
        for claim in load_story().claims.values()
        if claim.measure == measure.id
        for window in claim.windows
        if baseline_name(window.pair) == baseline
    }
    own = pair_against(mine, baseline)
    found = {own: named.get(own, YOURS), **named}
    drawn = [pair for pair in found if bounds.hold(pair) and _drawn(pair.current.days, sample)]
    middle = sample.first + (sample.last - sample.first) / 2
    apart = LABEL_LINE * (sample.lengths[-1] - sample.lengths[0] + sample.step) / HEIGHT
    marks: list[dict[str, Any]] = []
    at = -apart
    for pair in sorted(drawn, key=lambda each: each.current.days):
        try:
            finding = check_measure(measure, pair)
        except WindowError:  # a known gap, or past the records
            continue
        at = max(pair.current.days, at + apart)
        marks.append(
            {
                "date": local(pair.current.end),
                "days": pair.current.days,
                "label": found[pair],
                "at": round(at, 1),
                "left": pair.current.end > middle,
                "mine": pair == own,
                "tip": f"{change_text(finding)}: {pair_text(pair)}",
            }
        )
    return sorted(marks, key=lambda mark: mark["mine"])  # the last is drawn on top


def _drawn(days: int, sample: Sample) -> bool:
    """Whether windows of this length are drawn."""
    return sample.lengths[0] <= days <= sample.lengths[-1] + sample.step / 2


def _rules(sample: Sample) -> list[dict[str, Any]]:
    """Where windows end with the beginning of the policy, and where they begin with it."""
    policy = load_story().event("charges-dropped").date
    if not sample.first < policy < sample.last:
        return []
    shortest, longest = sample.lengths[0], sample.lengths[-1]
    highest = min(longest, (sample.last - policy).days + 1)
    lines = [((policy, shortest), (policy, longest))]
    if highest > shortest:
        lines.append(
            ((policy + timedelta(days=shortest - 1), shortest), (policy + timedelta(days=highest - 1), highest))
        )
    return [
        {"date": local(low), "days": days, "date2": local(high), "days2": days2} for (low, days), (high, days2) in lines
    ]
