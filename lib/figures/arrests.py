"""The figures of the chapter on drug arrests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from lib.analysis.counts import RunningSum, whole_bins
from lib.analysis.trend import Trend, straight_line
from lib.analysis.windows import Window
from lib.charts.lines import lines
from lib.charts.ranges import ranges, scale_and_key
from lib.figures.common import (
    FINDING_COLUMNS,
    finding_row,
    frame,
    local,
    marked_events,
    pair_text,
    range_row,
)
from lib.figures.registry import Drawing, Table, figure
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences import arrest_words as said
from lib.story.view import View

FROM = date(2017, 1, 1)
READINGS = ("drug-arrests", "drug-possession-arrests", "covered-arrests", "other-arrests", "all-arrests")
NESTED = "Possession is part of drug arrests and of the policy’s offenses; all arrests hold every row"
BASE_LINE = "2019 = 100"
LABELLED = 12  # months at the end of a line over which its name stands
MONTH = 365.25 / 12


@figure("arrest-readings", "pair")
def arrest_readings(view: View, _: str | None) -> Drawing:
    """The same windows for several readings of "drug arrests", and for arrests that the policy did not cover."""
    measures = [load_story().measures[name] for name in READINGS]
    found = [(measure.title, check_measure(measure, view.pair)) for measure in measures]
    rows = [
        range_row(i, label, finding, main=measure.id != "other-arrests")
        for i, (measure, (label, finding)) in enumerate(zip(measures, found, strict=True))
    ]
    return Drawing(
        ranges,
        frame(
            said.compared([f for _, f in found if f.measure and f.measure.id in ("drug-arrests", "other-arrests")]),
            f"Percent change in the number of arrests in Baltimore, {pair_text(view.pair)}. {NESTED}",
            "own-definition",
            "arrests",
        ),
        {"rows": rows},
        lambda: Table(FINDING_COLUMNS, tuple(finding_row(label, finding) for label, finding in found)),
        alt="Dots on a scale of percent change. " + " ".join(f.sentence for _, f in found),
        values=scale_and_key(rows, other="arrests that the policy did not cover"),
    )


@figure("arrest-level")
def arrest_level(view: View, _: str | None) -> Drawing:  # noqa: ARG001 - every builder has this shape
    """Drug arrests by month with a straight line before and after the policy: level and slope."""
    measure = load_story().measures["drug-arrests"]
    months, values = _monthly(open_records().line(measure))
    policy = load_story().event("charges-dropped").date
    before = [i for i, month in enumerate(months) if month.end < policy]
    after = [i for i, month in enumerate(months) if month.start > policy]
    fits = [(part, straight_line(values[part])) for part in (before, after)]
    rows = [_line("Drug arrests", "main", months[0], values)]
    for name, (part, trend) in zip(("before", "after"), fits, strict=True):
        if trend:
            rows.append(_line(name, "fit", months[part[0]], (trend.first, trend.last), step=part[-1] - part[0]))
    sentence = said.level_sentence(fits[0][1], fits[1][1])
    return Drawing(
        lines,
        frame(
            said.level_title(fits[0][1], FROM.year),
            f"Drug arrests by month (months of equal length), {months[0].start.year} to "
            f"{months[-1].end.year}, with a straight line through the months before and after March 18, 2020. "
            "From October 2019 on, police seldom wrote “narcotics” as the offense, so we count the charge.",
            "own-definition",
            "arrests",
        ),
        {"lines": rows, "names": [_label(months, values, "Drug arrests", "main")], "events": marked_events()},
        lambda: Table(
            ("month", "arrests", "arrests_per_month_of_equal_length", "line_before", "line_after"),
            tuple(
                (
                    m.start.isoformat(),
                    open_records().line(measure).count(m),
                    round(float(v), 2),
                    _on_line(i, *fits[0]),
                    _on_line(i, *fits[1]),
                )
                for i, (m, v) in enumerate(zip(months, values, strict=True))
            ),
        ),
        alt=f"Line of drug arrests by month. {sentence}",
    )


@figure("covered-and-other")
def covered_and_other(view: View, _: str | None) -> Drawing:  # noqa: ARG001
    """Arrests that the policy covered against those it did not, as an index: the mean month of 2019 is 100."""
    series = []
    for name, role in (("covered-arrests", "main"), ("other-arrests", "other")):
        measure = load_story().measures[name]
        line = open_records().line(measure)
        months, values = _monthly(line)
        year = Window(date(2019, 1, 1), date(2019, 12, 31))
        base = line.count(year) / year.days * MONTH
        series.append((measure, role, months, values / base * 100))
    rows = [_line(measure.title, role, months[0], values) for measure, role, months, values in series]
    every = series[0][2]
    rows.append(_line(BASE_LINE, "fit", every[0], (100, 100), step=len(every) - 1))
    april = [next(v for m, v in zip(ms, vs, strict=True) if m.start == date(2020, 4, 1)) for _, _, ms, vs in series]
    return Drawing(
        lines,
        frame(
            f"In April 2020, arrests for offenses the policy covers were at {april[0]:.0f}% of their 2019 level, "
            f"all others at {april[1]:.0f}%",
            "Arrests in Baltimore by month, in percent of the average month of 2019",
            "covid-both",
            "arrests",
        ),
        {
            "lines": rows,
            "names": [
                *(_end_label(ms, vs, said.group(x.id), role) for x, role, ms, vs in series),
                {"date": local(every[0].start), "value": 90, "name": BASE_LINE, "role": "fit"},
            ],
            "events": marked_events(),
        },
        lambda: Table(
            ("month", "covered_index", "other_index"),
            tuple(
                (m.start.isoformat(), round(float(a), 2), round(float(b), 2))
                for m, a, b in zip(series[0][2], series[0][3], series[1][3], strict=True)
            ),
        ),
        alt="Two lines by month, 100 is the average month of 2019. "
        f"April 2020: offenses the policy covers {april[0]:.0f}, other offenses {april[1]:.0f}. "
        f"Last month: {series[0][3][-1]:.0f} and {series[1][3][-1]:.0f}.",
    )


def _monthly(line: RunningSum) -> tuple[tuple[Window, ...], np.ndarray]:
    """Whole months from 2017 on, and events in each as if all months were equally long."""
    months = whole_bins(Window(max(FROM, line.first), line.last), "month")
    counts = np.array(line.count_each(months), dtype=np.float64)
    return months, counts / np.array([m.days for m in months]) * MONTH


def _line(name: str, role: str, first: Window, values: Sequence[float] | np.ndarray, step: int = 1) -> dict[str, Any]:
    rounded = [round(float(value), 1) for value in values]
    start = first.start
    return {"name": name, "role": role, "year0": start.year, "month0": start.month - 1, "step": step, "value": rounded}


def _label(months: Sequence[Window], values: np.ndarray, name: str, role: str) -> dict[str, Any]:
    """A line's name at its start: above what it does there, or below for the lower line."""
    start = values[:18]
    at = start.max() * 1.08 if role == "main" else start.min() * 0.85
    return {"date": local(months[0].start), "value": round(float(at), 1), "name": name, "role": role}


def _end_label(months: Sequence[Window], values: np.ndarray, name: str, role: str) -> dict[str, Any]:
    """A line's name at its end, where lines no longer cross: above the line, of the upper line below it."""
    above = role == "main"
    value = (np.max if above else np.min)(values[-LABELLED:])
    return {
        "date": local(months[-1].start),
        "value": round(float(value), 1),
        "name": name,
        "role": role,
        "right": True,
        "above": above,
    }


def _on_line(i: int, part: Sequence[int], trend: Trend | None) -> float | None:
    if trend is None or i not in part:
        return None
    return round(trend.first + trend.slope.value * (i - part[0]), 2)
