"""Counts by day with the step that fits best, and below them how far every other day falls behind."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import altair as alt

from lib.charts.events import EVENT_ROW, event_marks
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName, layered

TOP = 5 * EVENT_ROW + 26  # px for the labels of five events and the name of the upper panel
COUNTS = 150
GAP = 44
HEAD = 8  # px from the name of the lower panel to its highest value
BEHIND = 120
DEEPEST = 4  # times the bound, beyond which a day is out in any case and drawn at the edge


@cache
def profile(theme_name: ThemeName) -> Template:
    """Data: one row ``counts`` with the lists ``count`` and ``fitted``, a number a day; one row ``tried`` with the list
    ``behind``, a number for each day tried; ``events`` as in ``event_marks``.

    Parameters ``year0``, ``month0`` (from 0), ``day0`` of the first count; ``skip``, days from there to the first day
    tried; ``bound``, up to which a day is in the set.
    """
    theme = THEMES[theme_name]
    time = alt.X(
        "date:T",
        axis=alt.Axis(title=None, grid=False, tickCount={"interval": "month", "step": 1}, format="%B"),
        # Room at the left for the labels of the first events on a phone.
        scale=alt.Scale(domainMin=alt.ExprRef(expr="+datetime(year0, month0, day0 - 21)")),
    )
    return Template.of(
        [event_marks(theme), _counts(theme, time), _behind(theme, time), *_heads(theme)],
        theme,
        height=TOP + COUNTS + GAP + BEHIND,
        params=dict.fromkeys(("year0", "month0", "day0", "skip", "bound"), 0),
        independent=("color", "strokeDash", "y"),
        grows=False,
    )


def _daily(name: str, fields: Sequence[str], skip: str = "0") -> alt.Chart:
    """Lists of a data set as days and values."""
    made: alt.Chart = (
        alt.Chart(alt.NamedData(name=name))
        .transform_flatten(list(fields))
        .transform_window(i="row_number()")
        .transform_calculate(date=f"datetime(year0, month0, day0 + {skip} + datum.i - 1)")
    )
    return made


def _counts(theme: Theme, time: alt.X) -> alt.LayerChart:
    """The upper panel: dots for counts, a line for the fitted step, on one scale from zero."""
    axis, scale = alt.Axis(title=None, tickCount=3), alt.Scale(range=[TOP + COUNTS, TOP], zero=True)
    days = _daily("counts", ("count", "fitted")).encode(x=time)
    dots = days.mark_point(filled=True, size=16, opacity=0.85, color=theme.baseline).encode(
        y=alt.Y("count:Q", axis=axis, scale=scale),
        tooltip=[alt.Tooltip("date:T", title="Day", format="%B %-d, %Y"), alt.Tooltip("count:Q", title="Count")],
    )
    line = days.mark_line(color=theme.ink, strokeWidth=1.6, interpolate="step").encode(
        y=alt.Y("fitted:Q", axis=axis, scale=scale)
    )
    return layered(dots, line)


def _behind(theme: Theme, time: alt.X) -> alt.LayerChart:
    """The lower panel: days in the set filled, the others hollow, and the bound between them."""
    top = TOP + COUNTS + GAP
    scale = alt.Scale(
        range=[top + BEHIND, top + HEAD], domain=[0, alt.ExprRef(expr=f"{DEEPEST} * bound")], nice=False, zero=True
    )
    rows = (
        _daily("tried", ("behind",), "skip")
        .transform_calculate(shown=f"min(datum.behind, {DEEPEST} * bound)", inside="datum.behind <= bound")
        .encode(
            x=time,
            y=alt.Y("shown:Q", axis=None, scale=scale),
        )
    )
    line = rows.mark_line(color=theme.muted, strokeWidth=1)
    days = rows.encode(
        tooltip=[
            alt.Tooltip("date:T", title="Day", format="%B %-d, %Y"),
            alt.Tooltip("behind:Q", title="Behind the best day by", format=".1f"),
        ]
    )
    outside = days.transform_filter("!datum.inside").mark_point(
        size=18, strokeWidth=1, stroke=theme.baseline, fill=theme.page, opacity=1
    )
    inside = days.transform_filter("datum.inside").mark_point(filled=True, size=52, color=theme.ink, opacity=1)
    bound = (
        alt.Chart(alt.NamedData(name="zero"))
        .transform_calculate(shown="bound")
        .mark_rule(color=theme.ink, strokeDash=[2, 3])
        .encode(y=alt.Y("shown:Q", axis=None, scale=scale))
    )
    return layered(line, outside, inside, bound)


def _heads(theme: Theme) -> list[alt.Chart]:
    """The names of both panels, at their left, each on a ground that no line of an event runs through."""
    names = (
        (TOP - 6, "Daily counts, and the best step"),
        (TOP + COUNTS + GAP - 4, "How badly a step on each day fits"),
    )
    return [
        alt.Chart(alt.NamedData(name="zero")).mark_text(
            align="left",
            baseline="bottom",
            fontSize=12,
            fontWeight=600,
            x=0,
            y=y,
            text=text,
            stroke=theme.page,
            strokeWidth=width,
        )
        for y, text in names
        for width in (5, 0)
    ]
