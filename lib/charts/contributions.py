"""What moved a total: one bar for each part, in events more or fewer."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, rings

ROW = 38


@cache
def contributions(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``difference`` (events more or fewer), ``left`` (whether the label
    stands to the left of zero)."""
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
    # Over the bar, on the side of the line of zero that has more room: so it touches its bar and crosses no line.
    at_zero = rows.encode(x=alt.datum(0), text="label:N")
    labels = [
        at_zero.transform_filter(f"{'' if left else '!'}datum.left").mark_text(
            align="right" if left else "left", dx=-5 if left else 5, dy=-9, fontSize=12.5, fontWeight=600, **ring
        )
        for left in (True, False)
        for ring in rings(theme)
    ]
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    return Template.of([layered(bars, *labels), zero], theme, row=ROW)
