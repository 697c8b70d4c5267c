"""Days with the days around them that can't be told apart, one row each, under the dates that matter."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import EVENT_ROW, event_marks
from lib.charts.key import DOT, THICK_LINE, Sign, explained
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

ROW = 38
TOP = 5 * EVENT_ROW + 14  # px above the first row for the labels of five events
KEY = explained(day="the day that fits best", others="days that fit about as well (95%)")


@cache
def days(theme_name: ThemeName, number: int) -> Template:
    """``number`` rows. Data ``rows``: ``i`` (order), ``label``, ``tip``, and the date ``day`` or none; ``spans``, runs
    of days around it: ``i``, ``tip``, and the dates ``low`` and ``high``; ``events`` as in ``event_marks``. Parameters
    ``first`` and ``last``, the ends of the axis, and ``KEY``."""
    theme = THEMES[theme_name]
    scale = alt.Scale(domain=[alt.ExprRef(expr="toDate(first)"), alt.ExprRef(expr="toDate(last)")], nice=False)
    axis = alt.Axis(title=None, grid=False, tickCount={"interval": "month", "step": 1}, format="%B %-d")
    rows, spans = (
        alt.Chart(alt.NamedData(name=name))
        .transform_calculate(y=f"{TOP} + {ROW} * datum.i + 26", head=f"{TOP} + {ROW} * datum.i + 8")
        .encode(tooltip=alt.Tooltip("tip:N", title=" "))
        for name in ("rows", "spans")
    )
    at = alt.Y("y:Q", scale=None, axis=None)
    some = rows.transform_filter("isValid(datum.day)")
    # With round ends a run of one day is seen, too.
    bar = spans.mark_rule(strokeWidth=9, strokeCap="round", color=theme.baseline, opacity=0.8).encode(
        x=alt.X("low:T", axis=axis, scale=scale), x2="high", y=at
    )
    dot = some.mark_point(filled=True, size=85, opacity=1, color=theme.ink).encode(x=alt.X("day:T"), y=at)
    label = rows.mark_text(align="left", baseline="middle", fontSize=12.5, fontWeight=600, x=0).encode(
        y=alt.Y("head:Q", scale=None, axis=None), text="label:N"
    )
    # The label's own background, so that no line of an event runs through a letter.
    halo = label.mark_text(
        align="left", baseline="middle", fontSize=12.5, fontWeight=600, x=0, stroke=theme.page, strokeWidth=5
    )
    layers = [event_marks(theme), bar, layered(dot, halo, label)]
    return Template.of(
        layers,
        theme,
        height=TOP + number * ROW,
        params={"first": "", "last": ""},
        independent=("color", "strokeDash"),
        grows=False,
        signs={
            "day": Sign(DOT, theme.ink, theme.ink),
            "others": Sign(THICK_LINE, theme.baseline, theme.baseline),
        },
    )
