"""Before and after as two dots on one scale, with their intervals; one row each."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

ROW = 48
KEY = "○\u00a0before  ●\u00a0after  thin\u00a0lines:\u00a095%\u00a0intervals"


@cache
def levels(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``before``, ``before_low``, ``before_high``, ``after``,
    ``after_low``, ``after_high``; parameter ``form``: the axis format."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    axis = alt.Axis(title=None, tickCount=5, labelExpr="format(datum.value, form)", labelFlush=True)
    x = alt.X("before:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    between = rows.mark_rule(strokeWidth=1, strokeDash=[2, 3], color=theme.muted).encode(x=x, x2="after")
    spread_before = rows.mark_rule(strokeWidth=2, color=theme.baseline, yOffset=3).encode(
        x="before_low:Q", x2="before_high"
    )
    spread_after = rows.mark_rule(strokeWidth=2, color=theme.accent, yOffset=-3).encode(
        x="after_low:Q", x2="after_high"
    )
    before = rows.mark_point(size=95, strokeWidth=2, stroke=theme.baseline, fill=theme.page, opacity=1).encode(x=x)
    after = rows.mark_point(filled=True, size=95, color=theme.accent, opacity=1).encode(x="after:Q")
    label = rows.mark_text(align="left", dy=-18, fontSize=12.5, fontWeight=600, x=0).encode(text="label:N")
    layers = [between, spread_before, spread_after, before, after, label]
    return Template.of(layers, theme, row=ROW, params={"form": ""})
