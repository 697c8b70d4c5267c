"""What happened when: one row for each event, all on one axis of time."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

ROW = 20
KEY = "●\u00a0the\u00a0State’s\u00a0Attorney’s\u00a0policy  ■\u00a0the\u00a0pandemic  ◆\u00a0other\u00a0changes"


@cache
def timeline(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``start``, ``end`` (null where it is one day), ``label``, ``lane``, ``tip``,
    ``left`` (whether the label stands to the left of its mark)."""
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    lanes = ["policy", "pandemic", "other"]
    color = alt.Color(
        "lane:N",
        scale=alt.Scale(domain=lanes, range=[theme.accent, theme.caveat, theme.baseline]),
        legend=None,
    )
    shape = alt.Shape("lane:N", scale=alt.Scale(domain=lanes, range=["circle", "square", "diamond"]), legend=None)
    time = alt.X("start:T", axis=alt.Axis(title=None, format="%Y", tickCount="year", labelFlush=True))
    lasting = rows.mark_rule(strokeWidth=6).encode(x=time, x2="end", color=color)
    marks = rows.mark_point(filled=True, size=75, opacity=1).encode(x=time, color=color, shape=shape)
    left = rows.transform_filter("datum.left").mark_text(align="right", dx=-9).encode(x=time, text="label:N")
    right = (
        rows.transform_filter("!datum.left")
        .transform_calculate(last="datum.end || datum.start")  # past the bar of what lasted
        .mark_text(align="left", dx=9)
        .encode(x="last:T", text="label:N")
    )
    return Template.of([lasting, marks, left, right], theme, row=ROW)
