"""The figures of how empty the streets were."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

from lib.analysis.seasonal import NoForecast
from lib.analysis.windows import say_date, say_window
from lib.charts import streets as charts
from lib.charts.events import HEADROOM
from lib.errors import ArgumentError
from lib.figures.common import event_row, frame
from lib.figures.registry import Cell, Drawing, Table, figure
from lib.story.evidence.mobility import AFTER, GROUPS, SPANS, Streets, as_policy, correlations, streets, stretches
from lib.story.load import load_story
from lib.story.sentences import mobility_words as said
from lib.story.sentences.expected_words import TREND
from lib.story.view import View

SOURCES = "Also: Google mobility (Opportunity Insights), Oxford stringency index."


@figure("streets", "trend", "since")
def empty_streets(view: View, _: str | None) -> Drawing:
    """Time away from home, orders, and how far both groups of crime strayed from what was expected, week by week."""
    found = _streets(view)
    first, last = found.weeks[0], found.weeks[-1]
    both = stretches(found, view.trend, view.since)
    told = said.streets_sentence(both, view.trend)
    one, other = found.departures
    return Drawing(
        charts.stack,
        frame(
            said.streets_title(both[1]),
            f"By week, {say_date(first.start)} to {say_date(last.end)}; forecast with {TREND[view.trend]}, from weeks "
            f"since {view.since}. {SOURCES}",
            "streets-limits",
            "crime",
        ),
        {
            "weeks": [
                {
                    "away": [_cell(x, 3) for x in found.away],
                    "orders": [_cell(x, 1) for x in found.stringency],
                    "one": [_cell(math.expm1(x), 3) for x in one],
                    "other": [_cell(math.expm1(x), 3) for x in other],
                }
            ],
            "heads": _heads(said.HEADS, HEADROOM),
            "events": _events(last.end),
        },
        lambda: Table(
            ("start", "end", "away_from_home", "shops", "stringency", *(f"{g.id}_change" for g in GROUPS)),
            tuple(
                (
                    week.start.isoformat(),
                    week.end.isoformat(),
                    _cell(found.away[i], 4),
                    _cell(found.shops[i], 4),
                    _cell(found.stringency[i], 2),
                    *(_cell(math.expm1(departed[i]), 4) for departed in found.departures),
                )
                for i, week in enumerate(found.weeks)
            ),
        ),
        alt=f"Three panels of lines by week, {say_window(type(first)(first.start, last.end))}: time away from home, "
        f"strictness of orders, and crime compared with the forecast in two groups. {told}",
        values={"year0": first.start.year, "month0": first.start.month - 1, "day0": first.start.day},
        sentence=told,
    )


@figure("streets-lag", "trend", "since")
def streets_lag(view: View, _: str | None) -> Drawing:
    """Correlation of time away from home with crime against what was expected, at every lag, in three ways."""
    found = _streets(view)
    every = correlations(found)
    told = said.lag_sentence(every, as_policy(found))
    points: dict[str, list[dict[str, Any]]] = {f"points{panel}": [] for panel in range(len(SPANS))}
    for each in every:
        if each.value is not None:
            points[f"points{SPANS.index(each.span)}"].append(
                {
                    "lag": each.lag,
                    "first": each.group == GROUPS[0],
                    "value": round(each.value.value, 3),
                    "low": round(each.value.low, 3),
                    "high": round(each.value.high, 3),
                    "weeks": each.weeks,
                }
            )
    return Drawing(
        charts.lags,
        frame(
            said.lag_title(every),
            "Correlation, −1 to 1, of time away from home with crime compared with the forecast",
            "streets-limits",
            "crime",
        ),
        {**points, "heads": _heads(said.lag_heads(every), 0)},
        lambda: Table(
            ("span", "group", "lag_weeks", "weeks", "worth_weeks", "correlation", "low", "high"),
            tuple(
                (
                    each.span, each.group.label, each.lag, each.weeks, round(each.worth, 1),
                    *(_ends(each.value.value, each.value.low, each.value.high) if each.value else (None,) * 3),
                )
                for each in every
            ),
        ),
        alt=f"Dots with intervals by lag, in three panels. {told}",
        values=charts.LAGS_KEY,
        sentence=told,
    )  # fmt: skip


def _streets(view: View) -> Streets:
    found = streets(view.trend, view.since)
    if isinstance(found, NoForecast):
        raise ArgumentError(f"We can’t make a forecast. {found.why}")
    return found


def _events(last: date) -> list[dict[str, Any]]:
    """The events that every chart of time shows, the earliest on top: labels to the right cross no later line."""
    events = [event for event in load_story().events if event.mark and event.date <= last]
    return [{**event_row(i, event), "left": event.date > AFTER} for i, event in enumerate(events)]


def _heads(heads: Any, top: int) -> list[dict[str, Any]]:
    return [
        {"text": text, "y": charts.head_at(panel, line, top), "bold": line == 0}
        for panel, lines in enumerate(heads)
        for line, text in enumerate(lines)
    ]


def _cell(value: float, digits: int) -> float | None:
    return None if math.isnan(value) else round(float(value), digits)


def _ends(*values: float) -> tuple[Cell, ...]:
    return tuple(round(value, 4) for value in values)
