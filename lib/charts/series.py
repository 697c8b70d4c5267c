"""Counts over time with both windows shaded and the dates of policy and pandemic marked."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import HEADROOM, event_marks, time_axis, under_events
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, edge

HEIGHT = 290


@cache
def series(theme_name: ThemeName) -> Template:
    """Data: ``counts`` (plain numbers, one a bin), ``windows`` (``start``, ``end``, ``kind``, ``mean`` of a bin),
    ``events`` (``date``, ``label``, ``y`` px, ``lane``); parameters ``year0``, ``month0`` (from 0), ``day0`` of the
    first bin, ``stepDays`` or ``stepMonths`` between bins, and ``tested`` and ``baseline``: words for the windows."""
    theme = THEMES[theme_name]
    time, count = time_axis(), under_events("count:Q")
    kinds = alt.Scale(domain=["test", "baseline"], range=[theme.accent_band, theme.baseline_band])
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="vertical",
        symbolType="square",
        symbolSize=220,
        symbolStrokeColor=theme.baseline,
        labelExpr="datum.value == 'test' ? tested : baseline",
        labelLimit=alt.ExprRef(expr="width - 24"),
        labelFontSize=12.5,
        rowPadding=3,
    )
    windows = (
        alt.Chart(alt.NamedData(name="windows"))
        .mark_rect(y=HEADROOM - 4, y2=alt.ExprRef(expr="height"), **edge(theme.baseline))
        .encode(x="start:T", x2="end", fill=alt.Fill("kind:N", scale=kinds, legend=legend))
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
    mean = (
        alt.Chart(alt.NamedData(name="windows"))
        .transform_filter("isValid(datum.mean)")
        .mark_rule(strokeWidth=3)
        .encode(
            x="start:T",
            x2="end",
            y=under_events("mean:Q"),
            color=alt.condition("datum.kind == 'test'", alt.value(theme.accent), alt.value(theme.baseline)),
        )
    )
    layers = [windows, layered(layered(line, hover), mean), event_marks(theme)]
    params: dict[str, int | str] = dict.fromkeys(("year0", "month0", "day0", "stepDays", "stepMonths"), 0)
    params |= {"tested": "", "baseline": ""}
    return Template.of(layers, theme, height=HEIGHT, params=params, independent=("color", "y"))
