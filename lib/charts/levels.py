"""Before and after as two dots with their intervals; one row each."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import altair as alt

from lib.charts.key import DOT_ON_LINE, Sign, explained
from lib.charts.layers import Layers, layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, rings

ROW = 52
BEFORE_DOWN, AFTER_DOWN = 1, 13  # px from the middle of a row: no interval lies on another
KEY = explained(before="before", after="after, each with its margin of error (95% interval)")
TIMES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]


@cache
def levels(theme_name: ThemeName, scale: Literal["linear", "log"] = "linear", parts: Literal[1, 2] = 1) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``before``, ``before_low``, ``before_high``, ``after``,
    ``after_low``, ``after_high``; ``level`` in place of these: an upright line that all rows are compared with, its
    label beside it, to the left of it with ``left``. Of two ``parts`` each has its own scale, the rows with ``upper``
    one at the top. Parameters: ``form``, the axis format, and those of ``KEY``."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    shown: dict[str, Any] = {"values": TIMES} if scale == "log" else {"tickCount": 5}

    def dots(of: alt.Chart, axis: alt.Axis) -> Layers:
        x = alt.X(
            "before:Q", axis=axis, scale=alt.Scale(type=scale, nice=scale == "linear", padding=8 * (scale == "log"))
        )
        level = of.transform_filter("isValid(datum.level)").encode(x="level:Q")
        line = level.mark_rule(strokeWidth=1.6, color=theme.ink).encode(
            y=alt.value(0), y2=alt.value(alt.ExprRef("height"))
        )
        spreads, points = [], []
        for name, down, color, fill in (
            ("before", BEFORE_DOWN, theme.baseline, theme.page),
            ("after", AFTER_DOWN, theme.accent, theme.accent),
        ):
            some = of.transform_filter(f"isValid(datum.{name})")
            spreads.append(
                some.mark_rule(strokeWidth=2.5, color=color, yOffset=down).encode(x=f"{name}_low:Q", x2=f"{name}_high")
            )
            points.append(
                some.mark_point(
                    size=85, strokeWidth=2, stroke=color, fill=fill, opacity=1, shape="circle", yOffset=down
                ).encode(x=x if name == "before" else "after:Q")
            )
        names = [
            level.transform_filter(f"{'' if left else '!'}datum.left")
            .mark_text(align="right" if left else "left", dx=-6 if left else 6, fontSize=12.5, fontWeight=600)
            .encode(text="label:N")
            for left in (True, False)
        ]
        return layered(line, *spreads, *points, *names)

    bottom: dict[str, Any] = {"title": None, "labelExpr": "format(datum.value, form)", "labelFlush": True, **shown}
    if parts == 1:
        drawn = [dots(rows, alt.Axis(**bottom))]
    else:
        upper = dots(rows.transform_filter("datum.upper"), alt.Axis(**bottom, orient="top", grid=False))
        lower = dots(rows.transform_filter("!datum.upper"), alt.Axis(**bottom, grid=False))
        drawn = [upper, lower]
        between = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.rule)
        middle = alt.value(alt.ExprRef(expr="height / 2"))
        drawn.append(between.encode(x=alt.value(0), x2=alt.value(alt.ExprRef(expr="width")), y=middle))
    named = rows.transform_filter("!isValid(datum.level)").encode(text="label:N")
    labels = [
        named.mark_text(align="left", dy=-17, fontSize=12.5, fontWeight=600, x=0, **ring) for ring in rings(theme)
    ]
    signs = {
        "before": Sign(DOT_ON_LINE, theme.page, theme.baseline),
        "after": Sign(DOT_ON_LINE, theme.accent, theme.accent),
    }
    return Template.of(
        [*drawn, layered(*labels)],
        theme,
        row=ROW,
        params={"form": ""},
        independent=("x",) if parts == 2 else (),
        signs=signs,
    )
