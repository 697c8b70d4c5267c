"""Changes as dots with their interval, the claim beside them and the ordinary swing behind; one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt

from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, edge, layered

ROW = 46
DRAWN = ("est", "low", "high", "claim", "swing_low", "swing_high")
KEY = "●\u00a0measured, with its 95%\u00a0interval  ◊\u00a0claimed  ▬\u00a0the\u00a0same comparison in earlier years"


@cache
def ranges(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``main`` (the row under test) and the changes ``est``,
    ``low``, ``high``, ``claim``, ``swing_low``, ``swing_high`` as fractions or null. Parameters:
    see ``ends``. A row with ``uncounted`` is hollow and its line dashed: no record counts it."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    axis = alt.Axis(
        title=None,
        tickCount=5,
        labelExpr="datum.value == 0 ? 'no change' : format(datum.value, '+.0%')",
        labelFlush=True,
    )
    color = alt.condition("datum.main", alt.value(theme.accent), alt.value(theme.baseline))
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    swing = rows.mark_bar(height=13, color=theme.baseline_band, **edge(theme.baseline)).encode(
        x=alt.X(
            "swing_low:Q",
            axis=axis,
            scale=alt.Scale(domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], nice=False),
        ),
        x2="swing_high",
    )
    interval = rows.mark_rule(strokeWidth=3).encode(
        x="low:Q",
        x2="high",
        color=color,
        strokeDash=alt.condition("datum.uncounted", alt.value([4, 4]), alt.value([1, 0])),
    )
    estimate = rows.mark_point(filled=True, size=95, opacity=1).encode(x="est:Q", color=color)
    hollow = (
        rows.transform_filter("datum.uncounted")
        .mark_point(filled=True, size=36, opacity=1, color=theme.page)
        .encode(x="est:Q")
    )
    claim = rows.mark_point(
        shape="diamond", size=130, strokeWidth=2, stroke=theme.ink, fill=theme.page, fillOpacity=0.6
    ).encode(x="claim:Q")
    text: dict[str, Any] = {"align": "left", "dy": -17, "fontSize": 12.5, "fontWeight": 600, "x": 0}
    halo = rows.mark_text(**text, stroke=theme.page, strokeWidth=4, strokeJoin="round").encode(text="label:N")
    label = rows.mark_text(**text).encode(text="label:N")
    layers = [swing, zero, layered(interval, estimate, hollow, claim, halo, label)]
    return Template.of(layers, theme, row=ROW, params={"lowest": 0, "highest": 0})


def ends(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The parameters ``lowest`` and ``highest`` for these rows: all that is drawn, and no change, with a margin."""
    drawn = [row[name] for row in rows for name in DRAWN if row.get(name) is not None]
    low, high = min(0.0, *drawn, 0.0), max(0.0, *drawn, 0.0)
    margin = 0.05 * (high - low) or 0.05
    return {"lowest": low - margin, "highest": high + margin}
