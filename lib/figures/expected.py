"""The figures of what was to be expected."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from lib.analysis.seasonal import NoForecast
from lib.analysis.windows import say_date, say_window
from lib.charts import band
from lib.errors import ArgumentError
from lib.figures.common import frame, local, marked_events, measure_of, short_date
from lib.figures.registry import Drawing, Table, figure
from lib.story.evidence.expected import Expectation, check, departure, expectation
from lib.story.sentences import expected_words as said
from lib.story.view import View

DRAWN_FROM = date(2018, 1, 1)


@figure("expected", "measure", "pair", "trend", "since")
def expected(view: View, _: str | None) -> Drawing:
    """The measure by week since 2018 and what was to be expected of it, with the reader's window under test."""
    measure = measure_of(view)
    found = departure(measure, view.pair.current, view.trend, view.since)
    known = expectation(measure, view.trend, view.since)
    if isinstance(found, NoForecast) or isinstance(known, NoForecast):
        why = found.why if isinstance(found, NoForecast) else ""
        raise ArgumentError(f"We can’t make a forecast of {measure.label}. {why}")
    rows = _rows(known)
    drawn = [row for row in rows if row[0] >= DRAWN_FROM.isoformat()]
    first = date.fromisoformat(drawn[0][0])
    told = said.sentence(found)
    return Drawing(
        band.band,
        frame(
            said.title(found),
            f"{measure.unit.capitalize()} a week in Baltimore; tested: {say_window(found.window)}. "
            f"{said.trained(found)}",
            "expected-limits",
            measure.records,
        ),
        {
            "weeks": [
                {
                    "counted": [row[2] for row in drawn],
                    "expected": [round(row[3], 1) for row in drawn],
                    "low": [row[4] for row in drawn],
                    "high": [row[5] for row in drawn],
                }
            ],
            "tested": [{"start": local(found.window.start), "end": local(found.window.end + timedelta(days=1))}],
            "learned": [
                {
                    "date": local(found.learned.end),
                    "label": f"{short_date(found.learned.end)}  Learned up to here",
                }
            ],
            "events": marked_events(),
        },
        lambda: Table(("start", "end", "counted", "expected", "low", "high"), tuple(rows)),
        alt=f"Line of {measure.label} by week from {say_date(first)} to {say_date(known.weeks[-1].end)}, with what was "
        f"to be expected after {say_date(found.learned.end)} and its band. {told}",
        values={"year0": first.year, "month0": first.month - 1, "day0": first.day, **band.KEY},
        sentence=told,
    )


def _rows(known: Expectation) -> list[tuple[str, str, int, float, int | None, int | None]]:
    """Every week: first and last day, counted, expected (in the training: fitted), and the band after the training."""
    ahead = known.forecast
    weeks, counts = [*known.trained, *known.weeks], [*known.trained_counts, *known.counts]
    middle = np.round(np.concatenate([ahead.fitted, ahead.expected]), 2).tolist()
    nothing: list[int | None] = [None] * len(known.trained)
    low, high = ([*nothing, *np.round(ends).astype(int).tolist()] for ends in (ahead.low, ahead.high))
    return [
        (week.start.isoformat(), week.end.isoformat(), count, mid, below, above)
        for week, count, mid, below, above in zip(weeks, counts, middle, low, high, strict=True)
    ]


@figure("expected-check", "measure", "trend", "since")
def expected_check(view: View, _: str | None) -> Drawing:
    """The same model learned from the weeks before 2017, 2018 and 2019, against what these years brought."""
    measure = measure_of(view)
    found = check(measure, view.trend, view.since)
    if not found.years:
        raise ArgumentError(f"The forecast can’t be tested on earlier years. {found.left_out[0][1]}")
    told = said.check_sentence(found)
    return Drawing(
        band.held_out,
        frame(
            said.check_title(found),
            f"{measure.unit.capitalize()} in Baltimore in 52 weeks, forecast from the weeks before only, "
            f"{said.TREND[view.trend]}",
            "expected-limits",
            measure.records,
        ),
        {
            "rows": [
                {
                    "i": i,
                    "label": said.year_label(year),
                    "tip": said.year_sentence(year),
                    "low": round(year.expected.low),
                    "high": round(year.expected.high),
                    "expected": round(year.expected.value),
                    "counted": year.observed,
                    "inside": year.inside,
                }
                for i, year in enumerate(found.years)
            ]
        },
        lambda: Table(
            (
                "year", "learned_start", "learned_end", "start", "end", "counted", "expected", "low", "high", "inside",
                "weeks", "weeks_inside",
            ),
            tuple(
                (
                    year.year, year.learned.start.isoformat(), year.learned.end.isoformat(),
                    year.window.start.isoformat(), year.window.end.isoformat(), year.observed,
                    round(year.expected.value, 1), year.expected.low, year.expected.high, str(year.inside).lower(),
                    year.window.days // 7, year.weeks_inside,
                )
                for year in found.years
            ),
        ),
        alt=f"Dots of what was counted on bars of what was expected, one row a year. {told}",
        values=band.ROWS_KEY,
        sentence=told,
    )  # fmt: skip
