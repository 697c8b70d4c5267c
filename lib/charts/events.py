"""The dates of policy and pandemic over a chart of time, each label on a row of its own."""

from __future__ import annotations

import altair as alt

from lib.charts.layers import Layers, layered
from lib.charts.theme import Theme

EVENT_ROW = 15
HEADROOM = 74  # px above the plot in which the labels stand


def event_marks(theme: Theme) -> Layers:
    """Lines and labels of the data set ``events``: ``date``, ``label``, ``y`` px, ``lane``.

    Give the chart independent color and y scales.
    """
    marks = alt.Chart(alt.NamedData(name="events"))
    lanes = ["policy", "pandemic"]
    color = alt.Color("lane:N", scale=alt.Scale(domain=lanes, range=[theme.accent, theme.caveat]), legend=None)
    dash = alt.StrokeDash("lane:N", scale=alt.Scale(domain=lanes, range=[[1, 0], [4, 3]]), legend=None)
    at = alt.Y("y:Q", scale=None, axis=None)
    rules = marks.mark_rule(y2=alt.ExprRef(expr="height"), strokeWidth=1.4).encode(
        x="date:T", y=at, color=color, strokeDash=dash
    )
    labels = marks.mark_text(align="right", baseline="middle", dx=-5, fontSize=11.5).encode(
        x="date:T", y=at, text="label:N", color=color
    )
    return layered(rules, labels)


def time_axis() -> alt.X:
    """The axis of time, in years."""
    return alt.X("date:T", axis=alt.Axis(title=None, grid=False, tickCount="year", labelFlush=True, format="%Y"))


def under_events(field: str, **axis: object) -> alt.Y:
    """A quantity from zero up, below the headroom of the labels."""
    return alt.Y(
        field,
        axis=alt.Axis(title=None, tickCount=4, **axis),  # type: ignore[arg-type]
        scale=alt.Scale(range=[alt.ExprRef(expr="height"), HEADROOM], zero=True),
    )
