"""What moved a total: one bar for each part, in events more or fewer."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, layered

ROW = 38


@cache
def contributions(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``difference`` (events more or fewer)."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    color = alt.condition("datum.difference < 0", alt.value(theme.accent), alt.value(theme.caveat))
    axis = alt.Axis(
        title=None, tickCount=5, labelExpr="datum.value == 0 ? '0' : format(datum.value, '+,d')", labelFlush=True
    )
    bars = rows.mark_bar(height=11, yOffset=6).encode(
        x=alt.X("difference:Q", axis=axis, scale=alt.Scale(nice=False, padding=6)), color=color
    )
    label = rows.mark_text(align="left", dy=-9, fontSize=12.5, fontWeight=600, x=0).encode(text="label:N")
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    return Template.of([layered(bars, label), zero], theme, row=ROW)
