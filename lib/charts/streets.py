"""Panels over one axis: series by week that can't share a scale, and correlations by lag with their intervals."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import HEADROOM
from lib.charts.key import DIAMOND_ON_LINE, DOT_ON_LINE, Sign, explained
from lib.charts.layers import Layers, layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName

PANEL = 132
HEAD = 36  # px of a panel for two lines of words
HEAD_LINE = 15
GAP = 12
PANELS = 3
TIP = (
    "(datum.first ? 'Crimes of opportunity, ' : 'Others, ') + datum.lag + ' weeks later: '"
    " + format(datum.value, '+.2f') + ' (95% interval ' + format(datum.low, '+.2f') + ' to '"
    " + format(datum.high, '+.2f') + '), ' + datum.weeks + ' weeks'"
)
PAST_LINES = 0.12  # of the width: where words stand clear of the lines of March 2020
APART = 0.11  # of a week of lag between the two groups


def head_at(panel: int, line: int, top: int) -> int:
    """Where a line of a panel's heading stands, in px from the top of the plot."""
    return top + panel * PANEL + 9 + line * HEAD_LINE


def _scale(panel: int, top: int, **domain: object) -> alt.Scale:
    """The scale of a panel, on its own stretch of the plot."""
    bottom = top + (panel + 1) * PANEL - GAP
    return alt.Scale(range=[bottom, top + panel * PANEL + HEAD], nice=False, **domain)  # type: ignore[arg-type]


def _heads(theme: Theme, at: str) -> Layers:
    """The words over each panel, from data ``heads``: ``text``, ``y`` in px, ``bold``; ``at`` is where they begin."""
    return layered(
        alt.Chart(alt.NamedData(name="heads"))
        .mark_text(align="left", baseline="middle", fontSize=12, x=alt.ExprRef(expr=at))
        .encode(
            y=alt.Y("y:Q", scale=None, axis=None),
            text="text:N",
            color=alt.condition("datum.bold", alt.value(theme.ink), alt.value(theme.muted)),
        )
    )


def _events(theme: Theme) -> Layers:
    """Dated lines, most of them near the left edge: their labels stand to the right."""
    marks = alt.Chart(alt.NamedData(name="events"))
    color = alt.condition("datum.lane == 'policy'", alt.value(theme.accent), alt.value(theme.caveat))
    at = alt.Y("y:Q", scale=None, axis=None)
    rules = [
        marks.transform_filter(f"datum.lane {'==' if policy else '!='} 'policy'")
        .mark_rule(y2=alt.ExprRef(expr="height"), strokeWidth=1.4, strokeDash=[1, 0] if policy else [4, 3])
        .encode(x="date:T", y=at, color=color)
        for policy in (True, False)
    ]
    labels = [
        marks.transform_filter(f"{'' if left else '!'}datum.left")
        .mark_text(align="right" if left else "left", baseline="middle", dx=-5 if left else 5, fontSize=11.5)
        .encode(x="date:T", y=at, text="label:N", color=color)
        for left in (True, False)
    ]
    return layered(*rules, *labels)


LAGS_KEY = explained(first="crimes of opportunity", others="other crimes, each with its 95% interval")


@cache
def stack(theme_name: ThemeName) -> Template:
    """Data ``weeks``, one row of lists with a number or null a week: ``away`` (a fraction), ``orders`` (0 to 100),
    ``one`` and ``other`` (fractions); ``heads``; ``events``: ``date``, ``label``, ``y`` in px, ``lane`` (policy or
    pandemic), ``left`` (whether the label stands to the left). Parameters ``year0``, ``month0`` (from 0), ``day0`` of
    the first week."""
    theme = THEMES[theme_name]
    time = alt.X(
        "date:T",
        axis=alt.Axis(
            title=None,
            grid=False,
            tickCount=alt.TimeIntervalStep(interval="month", step=3),
            labelFlush=True,
            labelOverlap=True,
            format="%b %Y",
        ),
    )
    weeks = (
        alt.Chart(alt.NamedData(name="weeks"))
        .transform_flatten(["away", "orders", "one", "other"])
        .transform_window(i="row_number()")
        .transform_calculate(date="datetime(year0, month0, day0 + 7 * (datum.i - 1))")
        .encode(x=time)
    )
    percent = "datum.value == 0 ? '0' : format(datum.value, '+.0%')"

    def line(
        field: str, panel: int, color: str, dash: list[int], label: str, lowest: float, highest: float, name: str
    ) -> Layers:
        axis = alt.Axis(title=None, orient="left", grid=True, tickCount=3, labelExpr=label)
        scale = _scale(panel, HEADROOM, domain=[lowest, highest], clamp=True)
        y = alt.Y(f"{field}:Q", axis=axis, scale=scale)
        drawn = weeks.mark_line(color=color, strokeWidth=2, strokeDash=dash).encode(y=y)
        # A line has one tooltip for all its weeks.
        hover = weeks.transform_filter(f"isValid(datum.{field})").mark_point(size=50, opacity=0)
        hover = hover.encode(
            y=y,
            tooltip=[
                alt.Tooltip("date:T", title="Week from", format="%B %-d, %Y"),
                alt.Tooltip(f"{field}:Q", title=name, format=".0f" if field == "orders" else "+.0%"),
            ],
        )
        return layered(drawn, hover)

    pair = layered(
        line("one", 2, theme.accent, [1, 0], percent, -0.6, 0.3, "Crimes of opportunity"),
        line("other", 2, theme.baseline, [5, 3], percent, -0.6, 0.3, "All others"),
    )
    layers = [
        line("away", 0, theme.ink, [1, 0], percent, -0.25, 0.05, "Time away from home"),
        line("orders", 1, theme.ink, [1, 0], "format(datum.value, '.0f')", 0, 100, "Orders"),
        pair,
        _heads(theme, f"{PAST_LINES} * width"),
        _events(theme),
    ]
    return Template.of(
        layers,
        theme,
        height=HEADROOM + PANELS * PANEL - GAP,
        params=dict.fromkeys(("year0", "month0", "day0"), 0),
        independent=("color", "strokeDash", "y"),
    )


@cache
def lags(theme_name: ThemeName) -> Template:
    """Data ``points0`` to ``points2``, one a panel: ``lag``, ``value``, ``low``, ``high``, ``weeks`` and ``first``
    (which of the two groups); ``heads``. Parameters: ``LAGS_KEY``."""
    theme = THEMES[theme_name]
    axis = alt.Axis(
        title="Weeks by which crime follows time away from home",
        grid=False,
        values=list(range(7)),
        format="d",
        labelFlush=False,
        labelOverlap=False,
    )
    layers = []
    for panel in range(PANELS):
        points = (
            alt.Chart(alt.NamedData(name=f"points{panel}"))
            .transform_calculate(at=f"datum.lag + (datum.first ? -{APART} : {APART})", tip=TIP)
            .encode(
                x=alt.X("at:Q", axis=axis, scale=alt.Scale(domain=[-0.5, 6.5], nice=False, zero=False)),
                tooltip=alt.Tooltip("tip:N", title=" "),
            )
        )
        y_axis = alt.Axis(
            title=None,
            orient="left",
            grid=True,
            values=[-1, -0.5, 0, 0.5, 1],
            gridColor=alt.condition("datum.value == 0", alt.value(theme.muted), alt.value(theme.grid)),
            labelExpr="datum.value == 0 ? '0' : format(datum.value, '+.1f')",
        )
        scale = _scale(panel, 0, domain=[-1, 1])
        color = alt.condition("datum.first", alt.value(theme.accent), alt.value(theme.baseline))
        fill = alt.condition("datum.first", alt.value(theme.accent), alt.value(theme.page))
        shape = alt.condition("datum.first", alt.value("circle"), alt.value("diamond"))
        layers.append(
            layered(
                points.mark_rule(strokeWidth=2).encode(
                    y=alt.Y("low:Q", axis=y_axis, scale=scale), y2="high:Q", color=color
                ),
                points.mark_point(size=60, strokeWidth=1.8, opacity=1).encode(
                    y=alt.Y("value:Q", scale=scale, axis=y_axis), stroke=color, fill=fill, shape=shape
                ),
            )
        )
    return Template.of(
        [*layers, _heads(theme, "0")],
        theme,
        height=PANELS * PANEL - GAP,
        independent=("y", "shape", "fill", "stroke"),
        axis_title=True,
        signs={
            "first": Sign(DOT_ON_LINE, theme.accent, theme.accent),
            "others": Sign(DIAMOND_ON_LINE, theme.page, theme.baseline),
        },
    )
