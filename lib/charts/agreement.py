"""How far one count of the same thing lies from another: a dot a month, a tick for all months, one row each."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

ROW = 46


@cache
def agreement(theme_name: ThemeName) -> Template:
    """Data ``rows``: ``i`` (order), ``label``, ``whole`` (all months together, a fraction), ``tip``; ``months``, one
    row of lists a row of the picture: ``i``, ``thousandths``, ``month`` (its name). Parameters ``lowest`` and
    ``highest`` of the axis as ``ranges.ends`` gives them."""
    theme = THEMES[theme_name]
    axis = alt.Axis(
        title=None, tickCount=5, labelExpr="datum.value == 0 ? 'same' : format(datum.value, '+.0%')", labelFlush=True
    )
    x = alt.X(
        "x:Q",
        axis=axis,
        scale=alt.Scale(domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], nice=False),
    )
    row = alt.Y("i:O", axis=None)
    dots = (
        alt.Chart(alt.NamedData(name="months"))
        .transform_flatten(["thousandths", "month"])
        .transform_calculate(
            x="datum.thousandths / 1000", tip="datum.month + ': ' + format(datum.thousandths / 1000, '+.1%')"
        )
        .mark_point(filled=True, size=34, opacity=0.5, color=theme.baseline, yOffset=6)
        .encode(x=x, y=row, tooltip=alt.Tooltip("tip:N", title=" "))
    )
    rows = alt.Chart(alt.NamedData(name="rows")).encode(y=row, tooltip=alt.Tooltip("tip:N", title=" "))
    whole = rows.mark_tick(thickness=3, size=20, orient="vertical", color=theme.accent, yOffset=6).encode(x="whole:Q")
    # The line at zero runs below the labels.
    halo: dict[str, Any] = {"stroke": theme.page, "strokeWidth": 4, "strokeJoin": "round"}
    labels = [
        rows.mark_text(align="left", dy=-13, fontSize=12.5, fontWeight=600, color=theme.ink, x=0, **ring).encode(
            text="label:N"
        )
        for ring in (halo, {})
    ]
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    return Template.of([zero, layered(dots, whole, *labels)], theme, row=ROW, params={"lowest": 0, "highest": 0})
