"""Counts over time with both windows shaded and the dates of policy and pandemic marked."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import HEADROOM, event_marks, time_axis, under_events
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, edge, layered

HEIGHT = 290


@cache
def series(theme_name: ThemeName) -> Template:
    """Data: ``counts`` (plain numbers, one a bin), ``windows`` (``start``, ``end``, ``kind``), ``events``
    (``date``, ``label``, ``y`` px, ``lane``); parameters ``year0``, ``month0`` (from 0), ``day0`` of the first
    bin and ``stepDays`` or ``stepMonths`` between bins."""
    theme = THEMES[theme_name]
    time, count = time_axis(), under_events("count:Q")
    kinds = alt.Scale(domain=["test", "baseline"], range=[theme.accent_band, theme.baseline_band])
    windows = (
        alt.Chart(alt.NamedData(name="windows"))
        .mark_rect(y=HEADROOM - 4, y2=alt.ExprRef(expr="height"), **edge(theme.baseline))
        .encode(x="start:T", x2="end", fill=alt.Fill("kind:N", scale=kinds, legend=None))
        .properties(name="windows")  # by which the page finds the bands that readers drag
    )
    counts = (
        alt.Chart(alt.NamedData(name="counts"))
        .transform_window(i="row_number()")
        .transform_calculate(
            count="datum.data",
            date="datetime(year0, month0 + stepMonths * (datum.i - 1), day0 + stepDays * (datum.i - 1))",
        )
    )
    line = counts.mark_line(color=theme.ink, strokeWidth=1.3, interpolate="linear").encode(x=time, y=count)
    hover = counts.mark_point(size=50, opacity=0).encode(
        x=time,
        y=count,
        tooltip=[
            alt.Tooltip("date:T", title="From", format="%B %-d, %Y"),
            alt.Tooltip("count:Q", title="Count", format=","),
        ],
    )
    layers = [windows, layered(line, hover), event_marks(theme)]
    params = dict.fromkeys(("year0", "month0", "day0", "stepDays", "stepMonths"), 0)
    return Template.of(layers, theme, height=HEIGHT, params=params, independent=("color", "y"))
