"""Counts that can't share a scale, in panels one over another with one axis below; and where they can't be compared."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.layers import Layers, layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName

TOP = 20  # px above the first panel, for the words at a break
PANEL = 116
HEAD = 54  # px of a panel for its name and the numbers over its bars
HEAD_LINE = 20  # px of that for its name
GAP = 14
KINDS = ("exact", "read off a figure", "estimate")


def panel_top(panel: int, height: int = PANEL) -> int:
    """Where a panel begins, in px from the top of the plot."""
    return TOP + panel * height


@cache
def panels(theme_name: ThemeName, number: int, height: int = PANEL) -> Template:
    """``number`` panels, one over another, each of this height in px.

    Data ``bars0``, ``bars1`` and so on, one a panel: ``start`` and ``end`` on the axis, ``value``, ``kind`` (see
    ``KINDS``: exact is filled, the others are hollow, an estimate dashed), ``tested`` (whether in the color of what is
    under test), ``text`` and ``how`` (written over the bar, or empty), ``tip``. ``heads``: ``text``, ``start`` on the
    axis, ``y`` in px. ``breaks``: ``start``, ``y``, ``y2``, ``text``, ``left`` (whether the words stand to the left).
    Parameters: ``first`` and ``last`` of the axis, its ``ticks`` and their ``names``.
    """
    theme = THEMES[theme_name]
    bare = alt.Chart()

    def at_px(name: str, *marks: alt.Chart) -> Layers:
        shared = alt.Chart(alt.NamedData(name=name)).encode(y=alt.Y("y:Q", scale=None, axis=None))
        return layered(*marks, shared=shared)

    heads = at_px(
        "heads", bare.mark_text(align="left", baseline="top", fontSize=12.5, fontWeight=600).encode(text="text:N")
    )
    breaks = at_px(
        "breaks",
        bare.mark_rule(color=theme.caveat, strokeDash=[4, 3], strokeWidth=1.4).encode(y2="y2"),
        *(
            bare.transform_filter(f"{'' if left else '!'}datum.left")
            .mark_text(align="right" if left else "left", dx=-5 if left else 5, dy=5, fontSize=11.5, color=theme.caveat)
            .encode(text="text:N")
            for left in (True, False)
        ),
    )
    along = alt.X(
        "start:Q",
        axis=alt.Axis(
            title=None,
            grid=False,
            values=alt.ExprRef(expr="ticks"),
            labelExpr="names[indexof(ticks, datum.value)]",
            labelOverlap=False,
        ),
        scale=alt.Scale(domain=[alt.ExprRef(expr="first"), alt.ExprRef(expr="last")], nice=False, zero=False),
    )
    bars = [_panel(theme, panel, height) for panel in range(number)]
    open_values = {"first": 0, "last": 1, "ticks": [0], "names": [""]}
    return Template.of(
        [layered(*bars, layered(heads, breaks), shared=bare.encode(x=along), independent=("y",))],
        theme,
        height=panel_top(number, height) - GAP,
        params=open_values,
        grows=False,
    )


def _panel(theme: Theme, panel: int, height: int) -> Layers:
    """The bars of one panel, on a scale of its own from zero, with their numbers."""
    top = panel_top(panel, height)
    bare = alt.Chart()
    color = alt.condition("datum.tested", alt.value(theme.accent), alt.value(theme.baseline))
    # Dashes are no channel of rectangles: every bar has both outlines, one of them unseen.
    outlines = [
        bare.mark_rect(xOffset=2, x2Offset=-2, strokeWidth=1.6, strokeDash=dash).encode(
            strokeOpacity=alt.condition(drawn, alt.value(1), alt.value(0))
        )
        for dash, drawn in (([1, 0], "datum.kind != 'estimate'"), ([4, 3], "datum.kind == 'estimate'"))
    ]
    shared = bare.encode(
        x2="end",
        y2=alt.datum(0),
        fill=color,
        stroke=color,
        fillOpacity=alt.condition("datum.kind == 'exact'", alt.value(1), alt.value(0)),
    )
    text = bare.mark_text(dy=-26, fontSize=12, fontWeight=600).encode(text="text:N")
    how = bare.mark_text(dy=-9, fontSize=10.5, color=theme.muted).encode(text="how:N")
    amid = bare.transform_calculate(start="(datum.start + datum.end) / 2")
    rows = alt.Chart(alt.NamedData(name=f"bars{panel}")).encode(
        y=alt.Y("value:Q", axis=None, scale=alt.Scale(range=[top + height - GAP, top + HEAD], zero=True, nice=False)),
        tooltip=alt.Tooltip("tip:N", title=" "),
    )
    return layered(layered(*outlines, shared=shared), layered(text, how, shared=amid), shared=rows)
