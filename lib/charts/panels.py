"""Counts that can't share a scale, in panels one over another with one axis below; and where they can't be compared."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, layered

TOP = 20  # px above the first panel, for the words at a break
PANEL = 116
HEAD = 54  # px of a panel for its name and the numbers over its bars
HEAD_LINE = 20  # px of that for its name
GAP = 14
KINDS = ("exact", "read off a figure", "estimate")


def panel_top(panel: int) -> int:
    """Where a panel begins, in px from the top of the plot."""
    return TOP + panel * PANEL


@cache
def panels(theme_name: ThemeName, number: int) -> Template:
    """``number`` panels, one over another.

    Data ``bars0``, ``bars1`` and so on, one a panel: ``start`` and ``end`` on the axis, ``value``, ``kind`` (see
    ``KINDS``: exact is filled, the others are hollow, an estimate dashed), ``tested`` (whether in the color of what is
    under test), ``text`` and ``how`` (written over the bar, or empty), ``tip``. ``heads``: ``text``, ``at`` on the
    axis, ``y`` in px. ``breaks``: ``at``, ``y``, ``y2``, ``text``, ``left`` (whether the words stand to the left).
    Parameters: ``first`` and ``last`` of the axis, its ``ticks`` and their ``names``.
    """
    theme = THEMES[theme_name]
    scale = alt.Scale(domain=[alt.ExprRef(expr="first"), alt.ExprRef(expr="last")], nice=False, zero=False)
    axis = alt.Axis(
        title=None,
        grid=False,
        values=alt.ExprRef(expr="ticks"),
        labelExpr="names[indexof(ticks, datum.value)]",
        labelOverlap=False,
    )

    def along(field: str) -> alt.X:
        return alt.X(f"{field}:Q", axis=axis, scale=scale)

    layers = [_panel(theme_name, panel, along("start"), along("middle")) for panel in range(number)]
    at_px = alt.Y("y:Q", scale=None, axis=None)
    heads = (
        alt.Chart(alt.NamedData(name="heads"))
        .mark_text(align="left", baseline="top", fontSize=12.5, fontWeight=600)
        .encode(x=along("at"), y=at_px, text="text:N")
    )
    breaks = alt.Chart(alt.NamedData(name="breaks")).encode(x=along("at"), y=at_px)
    rule = breaks.mark_rule(color=theme.caveat, strokeDash=[4, 3], strokeWidth=1.4).encode(y2="y2")
    said = [
        breaks.transform_filter(f"{'' if left else '!'}datum.left")
        .mark_text(align="right" if left else "left", dx=-5 if left else 5, dy=5, fontSize=11.5, color=theme.caveat)
        .encode(text="text:N")
        for left in (True, False)
    ]
    open_values = {"first": 0, "last": 1, "ticks": [0], "names": [""]}
    return Template.of(
        [*layers, layered(heads, rule, *said)],
        theme,
        height=panel_top(number) - GAP,
        params=open_values,
        independent=("y",),
        grows=False,
    )


def _panel(theme_name: ThemeName, panel: int, start: alt.X, middle: alt.X) -> alt.LayerChart:
    """The bars of one panel, on a scale of its own from zero, with their numbers."""
    theme = THEMES[theme_name]
    top = panel_top(panel)
    bars = (
        alt.Chart(alt.NamedData(name=f"bars{panel}"))
        .transform_calculate(middle="(datum.start + datum.end) / 2")
        .encode(
            y=alt.Y(
                "value:Q",
                axis=None,
                scale=alt.Scale(range=[top + PANEL - GAP, top + HEAD], zero=True, nice=False),
            ),
            tooltip=alt.Tooltip("tip:N", title=" "),
        )
    )
    color = alt.condition("datum.tested", alt.value(theme.accent), alt.value(theme.baseline))
    # Dashes are no channel of rectangles: every bar has both outlines, one of them unseen.
    outlines = [
        bars.mark_rect(xOffset=2, x2Offset=-2, strokeWidth=1.6, strokeDash=dash)
        .encode(x=start, x2="end", y2=alt.datum(0), fill=color, stroke=color)
        .encode(
            fillOpacity=alt.condition("datum.kind == 'exact'", alt.value(1), alt.value(0)),
            strokeOpacity=alt.condition(drawn, alt.value(1), alt.value(0)),
        )
        for dash, drawn in (([1, 0], "datum.kind != 'estimate'"), ([4, 3], "datum.kind == 'estimate'"))
    ]
    text = bars.mark_text(dy=-26, fontSize=12, fontWeight=600).encode(x=middle, text="text:N")
    how = bars.mark_text(dy=-9, fontSize=10.5, color=theme.muted).encode(x=middle, text="how:N")
    return layered(*outlines, text, how)
