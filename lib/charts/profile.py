"""Counts by day with the step that fits best, and the days on which a step fits about as well."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import altair as alt

from lib.charts.events import EVENT_ROW, event_marks
from lib.charts.key import BAR, DOT, THICK_LINE, Sign, explained
from lib.charts.layers import Layers, layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName, edge

TOP = 5 * EVENT_ROW + 14  # px for the labels of five events
COUNTS = 220
KEY = explained(
    count="one day’s count", step="the step that fits best", days="days on which a step fits about as well (95%)"
)


@cache
def profile(theme_name: ThemeName) -> Template:
    """Data: one row ``counts`` with the lists ``count`` and ``fitted``, a number a day; one row ``tried`` with the list
    ``behind``, a number for each day tried; ``events`` as in ``event_marks``.

    Parameters ``year0``, ``month0`` (from 0), ``day0`` of the first count; ``skip``, days from there to the first day
    tried; ``bound``, up to which a day is in the set; and ``KEY``.
    """
    theme = THEMES[theme_name]
    time = alt.X(
        "date:T",
        axis=alt.Axis(title=None, grid=False, tickCount={"interval": "month", "step": 1}, format="%B"),
        # Room at the left for the labels of the first events on a phone.
        scale=alt.Scale(domainMin=alt.ExprRef(expr="+datetime(year0, month0, day0 - 21)")),
    )
    return Template.of(
        [_as_well(theme, time), event_marks(theme), _counts(theme, time)],
        theme,
        height=TOP + COUNTS,
        params=dict.fromkeys(("year0", "month0", "day0", "skip", "bound"), 0),
        independent=("color", "strokeDash", "y"),
        grows=False,
        signs={
            "count": Sign(DOT, theme.baseline, theme.baseline),
            "step": Sign(THICK_LINE, theme.ink, theme.ink),
            "days": Sign(BAR, theme.accent_band, theme.accent),
        },
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


def _counts(theme: Theme, time: alt.X) -> Layers:
    """Dots for counts, a line for the fitted step, on one scale from zero."""
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


def _as_well(theme: Theme, time: alt.X) -> Layers:
    """The days in the set, as a band; pointed at, each says how far it falls behind the best."""
    days = (
        _daily("tried", ("behind",), "skip")
        .transform_filter("datum.behind <= bound")
        .transform_calculate(next="timeOffset('day', datum.date, 1)")
        .mark_rect(y=TOP - 6, y2=TOP + COUNTS, fill=theme.accent_band, **edge(theme.accent_band))
        .encode(
            x=time,
            x2="next:T",
            tooltip=[
                alt.Tooltip("date:T", title="Day", format="%B %-d, %Y"),
                alt.Tooltip("behind:Q", title="Behind the best day by", format=".1f"),
            ],
        )
    )
    return layered(days)
