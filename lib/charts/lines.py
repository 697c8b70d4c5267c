"""Several lines over time, each with its name at its end, and straight fits where there are any."""

from __future__ import annotations

from functools import cache
from typing import Literal

import altair as alt

from lib.charts.events import event_marks, time_axis, under_events
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, rings

HEIGHT = 300
ROLES = ("main", "other", "fit")


@cache
def lines(theme_name: ThemeName) -> Template:
    """Data ``lines``, one row a line: ``name``, ``role`` (main, other, or fit), ``year0``, ``month0`` (from 0) of its
    first point, ``step`` in months, and the list ``value``; ``names``: where a line's name stands, with ``date``,
    ``value``, ``name``, ``role``, ``right`` (it ends there, ``above`` the value or
    else below it); ``events`` as in ``event_marks``."""
    theme = THEMES[theme_name]
    role = alt.Color(
        "role:N",
        scale=alt.Scale(domain=list(ROLES), range=[theme.accent, theme.baseline, theme.ink]),
        legend=None,
    )
    dash = alt.StrokeDash("role:N", scale=alt.Scale(domain=list(ROLES), range=[[1, 0], [1, 0], [6, 3]]), legend=None)
    rows = (
        alt.Chart(alt.NamedData(name="lines"))
        .transform_flatten(["value"])
        .transform_window(i="row_number()", groupby=["name"])
        .transform_calculate(date="datetime(datum.year0, datum.month0 + datum.step * (datum.i - 1), 1)")
        .encode(x=time_axis(), y=under_events("value:Q"), color=role, detail="name:N")
    )
    drawn = rows.mark_line(strokeWidth=2).encode(strokeDash=dash)
    hover = rows.transform_filter("isValid(datum.value)").mark_point(size=50, opacity=0)
    hover = hover.encode(
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("date:T", title="Month", format="%B %Y"),
            alt.Tooltip("value:Q", title="Value", format=",.0f"),
        ]
    )
    named = alt.Chart(alt.NamedData(name="names")).encode(x="date:T", y="value:Q", text="name:N")
    places: tuple[tuple[str, Literal["left", "right"], int], ...] = (
        ("!datum.right", "left", 0),
        ("datum.right && datum.above", "right", -11),
        ("datum.right && !datum.above", "right", 13),
    )
    names = [
        named.transform_filter(where)
        .mark_text(align=side, dy=down, fontSize=12.5, fontWeight=600, **ring)
        .encode(color=alt.value(theme.page) if ring else role)
        for where, side, down in places
        for ring in rings(theme)
    ]
    layers = [event_marks(theme), layered(layered(drawn, hover), layered(*names))]
    return Template.of(layers, theme, height=HEIGHT, independent=("color", "strokeDash", "y"))
