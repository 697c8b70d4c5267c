"""Up to four counts over time on one scale, with both windows shaded and the dates of policy and pandemic marked."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import HEADROOM, event_marks, time_axis, under_events
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

HEIGHT = 300
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3])


@cache
def compared(theme_name: ThemeName, several: bool) -> Template:
    """Data ``lines``, one row a line: ``name`` and the list ``value``, one number a bin or null; ``windows`` and
    ``events`` as in ``series``; parameters ``year0``, ``month0`` (from 0), ``day0`` of the first bin and ``stepDays``
    or ``stepMonths`` between bins. With ``several``, a legend names the lines, which differ in color and dash."""
    theme = THEMES[theme_name]
    time, value = time_axis(), under_events("value:Q", format="~s")
    kinds = alt.Scale(domain=["test", "baseline"], range=[theme.accent_band, theme.baseline_band])
    windows = (
        alt.Chart(alt.NamedData(name="windows"))
        .mark_rect(y=HEADROOM - 4, y2=alt.ExprRef(expr="height"))
        .encode(x="start:T", x2="end", color=alt.Color("kind:N", scale=kinds, legend=None))
        .properties(name="windows")  # as in ``series``
    )
    legend = alt.Legend(
        title=None,
        orient="top",
        direction="vertical",
        symbolType="stroke",
        symbolSize=600,
        symbolStrokeWidth=2,
        labelLimit=0,
        labelFontSize=12.5,
        labelColor=theme.ink,
    )
    shown = legend if several else None
    colors = [theme.ink, theme.caveat, theme.accent, theme.baseline]
    color = alt.Color("name:N", sort=None, scale=alt.Scale(range=colors), legend=shown)
    dash = alt.StrokeDash("name:N", sort=None, scale=alt.Scale(range=list(DASHES)), legend=shown)
    rows = (
        alt.Chart(alt.NamedData(name="lines"))
        .transform_flatten(["value"])
        .transform_window(i="row_number()", groupby=["name"])
        .transform_calculate(
            date="datetime(year0, month0 + stepMonths * (datum.i - 1), day0 + stepDays * (datum.i - 1))"
        )
        .encode(x=time, y=value, color=color)
    )
    drawn = rows.mark_line(strokeWidth=1.6).encode(strokeDash=dash)
    hover = rows.transform_filter("isValid(datum.value)").mark_point(size=50, opacity=0)
    hover = hover.encode(
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("date:T", title="From", format="%B %-d, %Y"),
            alt.Tooltip("value:Q", title="Value", format=",.10~r"),
        ]
    )
    layers = [windows, layered(drawn, hover), event_marks(theme)]
    params = dict.fromkeys(("year0", "month0", "day0", "stepDays", "stepMonths"), 0)
    return Template.of(layers, theme, height=HEIGHT, params=params, independent=("color", "strokeDash", "y"))
