"""Counts of every day with their seven-day mean, the days that stand out, and spans that lack some of the records."""

from __future__ import annotations

from functools import cache
from typing import Literal

import altair as alt

from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

HEIGHT = 280
HEADROOM = 44  # px above the plot for two rows of labels
ROW = 18
ABSENT = -1  # plain numbers can't be null
DOT = 2.2  # px across, where an axis has years
AXES: dict[str, tuple[object, str]] = {
    "year": ("year", "%Y"),
    "month": ({"interval": "month", "step": 1}, "%B %-d"),
}


@cache
def daily(theme_name: ThemeName, step: Literal["year", "month"]) -> Template:
    """Data ``counts`` (plain numbers, one a day; ``ABSENT`` where there is none); ``days``: days that stand out, with
    ``date``, ``count``, ``tip``, ``quiet`` (hollow) or not; ``spans``: ``start``, ``end``, ``label``; ``marks``:
    ``date``, ``label``, ``row`` (0 or 1, from the top), ``left`` (whether the label stands to the left). Parameters
    ``year0``, ``month0`` (from 0), ``day0`` of the first day. ``step``: what the axis of time is marked by."""
    theme = THEMES[theme_name]
    ticks, form = AXES[step]
    time = alt.X("date:T", axis=alt.Axis(title=None, grid=False, tickCount=ticks, labelFlush=True, format=form))  # type: ignore[arg-type]
    bottom = alt.ExprRef(expr="height")
    axis, scale = alt.Axis(title=None, tickCount=4), alt.Scale(range=[bottom, HEADROOM], zero=True)
    y = alt.Y("count:Q", axis=axis, scale=scale)
    spans = alt.Chart(alt.NamedData(name="spans"))
    shade = spans.mark_rect(y=HEADROOM - 6, y2=bottom, color=theme.baseline_band, opacity=0.7).encode(
        x="start:T", x2="end"
    )
    shade_label = spans.mark_text(align="left", baseline="top", dx=4, y=HEADROOM - 2, fontSize=11.5).encode(
        x="start:T", text="label:N"
    )
    counts = (
        alt.Chart(alt.NamedData(name="counts"))
        .transform_window(i="row_number()")
        .transform_calculate(
            count=f"datum.data == {ABSENT} ? null : datum.data", date="datetime(year0, month0, day0 + datum.i - 1)"
        )
        .transform_window(week="mean(count)", frame=[-3, 3])
        .transform_calculate(mean="isValid(datum.count) ? datum.week : null")
        .encode(x=time)
    )
    if step == "year":
        # Thousands of dots, too small to be pointed at, are one line with a gap after every day: a fifth of the bytes.
        each = (
            counts.transform_calculate(dot="[datum.count, null]")
            .transform_flatten(["dot"])
            .mark_line(strokeCap="round", strokeWidth=DOT, opacity=0.5, color=theme.baseline)
            .encode(y=alt.Y("dot:Q", axis=axis, scale=scale), tooltip=alt.value(None))
        )
    else:
        counted = counts.transform_filter("isValid(datum.count)")
        each = counted.mark_point(filled=True, size=24, opacity=0.5, color=theme.baseline).encode(
            y=y,
            tooltip=[
                alt.Tooltip("date:T", title="Day", format="%B %-d, %Y"),
                alt.Tooltip("count:Q", title="Records", format=","),
            ],
        )
    mean = counts.mark_line(color=theme.ink, strokeWidth=1.3).encode(y=alt.Y("mean:Q"))
    days = alt.Chart(alt.NamedData(name="days")).encode(x="date:T", y=y, tooltip=alt.Tooltip("tip:N", title=" "))
    high = days.transform_filter("!datum.quiet").mark_point(filled=True, size=55, opacity=1, color=theme.caveat)
    low = days.transform_filter("datum.quiet").mark_point(
        size=55, strokeWidth=2, opacity=1, stroke=theme.caveat, fill=theme.page
    )
    marks = (
        alt.Chart(alt.NamedData(name="marks"))
        .transform_calculate(y=f"6 + {ROW} * datum.row")
        .encode(x="date:T", y=alt.Y("y:Q", scale=None, axis=None))
    )
    rule = marks.mark_rule(y2=bottom, color=theme.caveat, strokeDash=[4, 3], strokeWidth=1.4)
    said = [
        marks.transform_filter(f"{'' if left else '!'}datum.left")
        .mark_text(
            align="right" if left else "left",
            baseline="middle",
            dx=-5 if left else 5,
            fontSize=11.5,
            color=theme.caveat,
        )
        .encode(text="label:N")
        for left in (True, False)
    ]
    return Template.of(
        # Layers of one data set stand together, so that it is written into the picture once.
        [layered(shade, shade_label, layered(each, mean), layered(high, low)), layered(rule, *said)],
        theme,
        height=HEIGHT,
        params=dict.fromkeys(("year0", "month0", "day0"), 0),
        independent=("y",),
    )
