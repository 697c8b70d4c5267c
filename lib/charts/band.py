"""Counts by week against what was to be expected of them: a line, a dashed line and a band; and the same in rows."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import HEADROOM, event_marks, time_axis, under_events
from lib.charts.key import BAR, DASHES, DOT, THICK_LINE, TRIANGLE, UPRIGHT, Sign, explained
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, edge

HEIGHT = 300
LEARNED_AT = 69  # px from the top, in a row of its own below those of the events
ROW = 48
KEY = explained(
    counted="counted",
    expected="expected",
    likely="where 95% of weeks were expected",
    tested="the weeks tested",
)
ROWS_KEY = explained(
    counted="counted",
    outside="counted, outside the interval",
    expected="expected",
    likely="its 95% interval",
)

EXPECTED = (
    "(isValid(datum.expected) ? format(datum.expected, ',.0f') : 'not said') + (isValid(datum.low) ? ' (band: '"
    " + format(datum.low, ',.0f') + ' to ' + format(datum.high, ',.0f') + ')' : ' (one of the weeks learned from)')"
)


@cache
def band(theme_name: ThemeName) -> Template:
    """Data ``weeks``, one row of lists with a number a week: ``counted``, ``expected``, ``low``, ``high`` (null where
    there is none); ``tested`` (``start``, ``end``): the weeks under test; ``learned`` (``date``, ``label``): where
    the training ends; ``events`` as in ``event_marks``. Parameters ``year0``, ``month0`` (from 0), ``day0`` of the
    first week, and ``KEY``."""
    theme = THEMES[theme_name]
    time = time_axis()
    tested = (
        alt.Chart(alt.NamedData(name="tested"))
        .mark_rect(y=HEADROOM - 4, y2=alt.ExprRef(expr="height"), color=theme.baseline_band, **edge(theme.baseline))
        .encode(x="start:T", x2="end")
    )
    weeks = (
        alt.Chart(alt.NamedData(name="weeks"))
        .transform_flatten(["counted", "expected", "low", "high"])
        .transform_window(i="row_number()")
        .transform_calculate(date="datetime(year0, month0, day0 + 7 * (datum.i - 1))")
        .encode(x=time)
    )
    likely = (
        weeks.transform_filter("datum.low != null")
        .mark_area(color=theme.accent_band, fillOpacity=0.75, **edge(theme.accent))
        .encode(y=under_events("low:Q"), y2="high:Q")
    )
    expected = weeks.mark_line(color=theme.accent, strokeWidth=2, strokeDash=[5, 3]).encode(y="expected:Q")
    counted = weeks.mark_line(color=theme.ink, strokeWidth=1.3).encode(y="counted:Q")
    hover = (
        weeks.transform_filter("isValid(datum.counted)")
        .transform_calculate(said=EXPECTED)
        .mark_point(size=50, opacity=0)
        .encode(
            y="counted:Q",
            tooltip=[
                alt.Tooltip("date:T", title="Week from", format="%B %-d, %Y"),
                alt.Tooltip("counted:Q", title="Counted", format=","),
                alt.Tooltip("said:N", title="Expected"),
            ],
        )
    )
    learned = alt.Chart(alt.NamedData(name="learned")).encode(x="date:T")
    end = [
        learned.mark_rule(
            y=LEARNED_AT - 6, y2=alt.ExprRef(expr="height"), color=theme.muted, strokeDash=[1, 3], strokeWidth=1.4
        ),
        learned.mark_text(
            align="right", baseline="middle", dx=-5, y=LEARNED_AT, fontSize=11.5, color=theme.muted
        ).encode(text="label:N"),
    ]
    return Template.of(
        [tested, layered(likely, expected, counted, hover), layered(*end), event_marks(theme)],
        theme,
        height=HEIGHT,
        params=dict.fromkeys(("year0", "month0", "day0"), 0),
        independent=("color", "strokeDash", "y"),
        signs={
            "counted": Sign(THICK_LINE, theme.ink, "transparent"),
            "expected": Sign(DASHES, theme.accent, "transparent"),
            "likely": Sign(BAR, theme.accent_band, theme.accent),
            "tested": Sign(BAR, theme.baseline_band, theme.baseline),
        },
    )


@cache
def held_out(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``low``, ``high`` and ``expected`` of what was expected, ``counted``,
    ``inside`` (whether it lies in the interval). Parameters: ``ROWS_KEY``."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    axis = alt.Axis(title=None, tickCount=4, format=",.0f", labelFlush=True)
    x = alt.X("low:Q", axis=axis, scale=alt.Scale(zero=True, nice=True))
    color = alt.condition("datum.inside", alt.value(theme.ink), alt.value(theme.caveat))
    shape = alt.condition("datum.inside", alt.value("circle"), alt.value("triangle-up"))
    layers = [
        rows.mark_bar(height=13, color=theme.accent_band, **edge(theme.accent)).encode(x=x, x2="high"),
        rows.mark_tick(thickness=2, size=17, color=theme.accent).encode(x="expected:Q"),
        rows.mark_point(filled=True, size=95, opacity=1).encode(x="counted:Q", color=color, shape=shape),
        rows.mark_text(align="left", dy=-18, fontSize=12.5, fontWeight=600, x=0).encode(text="label:N"),
    ]
    signs = {
        "counted": Sign(DOT, theme.ink, theme.ink),
        "outside": Sign(TRIANGLE, theme.caveat, theme.caveat),
        "expected": Sign(UPRIGHT, theme.accent, theme.accent),
        "likely": Sign(BAR, theme.accent_band, theme.accent),
    }
    return Template.of(layers, theme, row=ROW, signs=signs)
