"""Answers to one question under several assumptions: dots with their interval, one row each, beside a published one."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.key import DIAMOND, DOT_ON_LINE, Sign
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, rings

ROW = 42


@cache
def averted(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``main`` (whether in the color of what is under test) and the numbers
    ``est``, ``low``, ``high``, ``claim`` (what was published), each left out where it is not known. Parameters
    ``lowest`` and ``highest`` of the axis, its number format ``form``, and those of ``explained`` for the key:
    ``count``, ``other`` (of rows that are not main) and ``claim``."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    color = alt.condition("datum.main", alt.value(theme.accent), alt.value(theme.baseline))
    interval = rows.mark_rule(strokeWidth=3).encode(
        x=alt.X(
            "low:Q",
            axis=alt.Axis(title=None, tickCount=5, labelExpr="format(datum.value, form)", labelFlush=True),
            scale=alt.Scale(domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], nice=False),
        ),
        x2="high",
        color=color,
    )
    estimate = rows.mark_point(filled=True, size=95, opacity=1).encode(x="est:Q", color=color)
    published, published_edge = (
        rows.mark_point(shape="diamond", size=170, strokeWidth=width, stroke=stroke, fill=None, opacity=1).encode(
            x="claim:Q"
        )
        for width, stroke in ((2, theme.ink), (4.5, theme.page))
    )
    # The line at zero runs below the labels.
    labels = [
        rows.mark_text(align="left", dy=-16, fontSize=12.5, fontWeight=600, color=theme.ink, x=0, **ring).encode(
            text="label:N"
        )
        for ring in rings(theme)
    ]
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    layers = [zero, layered(interval, estimate, published_edge, published, *labels)]
    signs = {
        "count": Sign(DOT_ON_LINE, theme.accent, theme.accent),
        "other": Sign(DOT_ON_LINE, theme.baseline, theme.baseline),
        "claim": Sign(DIAMOND, "transparent", theme.ink),
    }
    return Template.of(layers, theme, row=ROW, params={"lowest": 0, "highest": 0, "form": ""}, signs=signs)
