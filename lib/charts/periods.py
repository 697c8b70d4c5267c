"""Changes before, during and after something as three dots with their intervals; one row each, in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt

from lib.charts.key import DIAMOND_ON_LINE, DOT_ON_LINE, Sign, explained
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, rings

ROW = 62
TIMES = ("before", "during", "after")
KEY = explained(before="before", during="during", after="after, each with its margin of error (95% interval)")


@cache
def periods(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``; and for each of ``TIMES`` the change, and its ends under the same name
    with ``_low`` and ``_high``, or none of the three. A group has a row of its own before it, with ``head`` and
    ``when`` alone. Parameters: see ``ends``, and ``KEY``."""
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
    scale = alt.Scale(domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], nice=False)
    marks: list[alt.Chart] = []
    looks = (
        ("before", -3, "circle", theme.page, theme.baseline),
        ("during", 9, "circle", theme.accent, theme.accent),
        ("after", 21, "diamond", theme.page, theme.baseline),
    )
    for time, down, shape, fill, stroke in looks:
        some = rows.transform_filter(f"isValid(datum.{time})")
        interval = some.mark_rule(strokeWidth=2.5, color=stroke, yOffset=down)
        dot = some.mark_point(size=70, strokeWidth=2, opacity=1, yOffset=down, shape=shape, fill=fill, stroke=stroke)
        marks += [
            interval.encode(x=alt.X(f"{time}_low:Q", axis=axis, scale=scale), x2=f"{time}_high"),
            dot.encode(x=alt.X(f"{time}:Q")),
        ]
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    labels = [
        rows.transform_filter("isValid(datum.label)")
        .mark_text(align="left", dy=-18, fontSize=12.5, fontWeight=600, x=0, **ring)
        .encode(text="label:N")
        for ring in rings(theme)
    ]
    groups = rows.transform_filter("isValid(datum.head)")
    head = groups.mark_text(align="left", dy=2, fontSize=13.5, fontWeight=700, x=0).encode(text="head:N")
    when = [
        groups.mark_text(align="left", dy=20, fontSize=11.5, color=theme.muted, x=0, **ring).encode(text="when:N")
        for ring in rings(theme)
    ]
    signs = {
        time: Sign(DIAMOND_ON_LINE if shape == "diamond" else DOT_ON_LINE, fill, stroke)
        for time, _, shape, fill, stroke in looks
    }
    return Template.of(
        [zero, layered(*marks, *labels, head, *when)],
        theme,
        row=ROW,
        params={"lowest": 0, "highest": 0},
        signs=signs,
    )


def ends(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The parameters ``lowest`` and ``highest`` for these rows: all that is drawn, and no change, with a margin."""
    names = [f"{time}{end}" for time in TIMES for end in ("", "_low", "_high")]
    drawn = [row[name] for row in rows for name in names if row.get(name) is not None]
    low, high = min(0.0, *drawn, 0.0), max(0.0, *drawn, 0.0)
    margin = 0.05 * (high - low) or 0.05
    return {"lowest": low - margin, "highest": high + margin}
