"""The change in many windows as a heat map: the last day along, the length upward.

The changes come from an address of their own, which a browser asks for once, whatever else of the picture moves.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from lib.charts.layers import Layers, layered
from lib.charts.place_rows import CHANGE_LABELS
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName

HEIGHT = 340
# Steps and not a run of colors, so that the share in the title is an area of the picture.
STEPS = (-0.35, -0.2, -0.1, 0, 0.1, 0.2, 0.35)
STRENGTHS = (-1, -0.72, -0.45, -0.2, 0.2, 0.45, 0.72, 1)  # how far from the neutral color, one more than steps
LENGTH_NAMES = {14: "2 weeks", 91: "3 months", 182: "6 months", 365: "1 year", 548: "18 months"}


@cache
def heat(theme_name: ThemeName, cells: str) -> Template:
    """``cells`` is the address of one row a length: ``days``, ``skip`` (columns before its first) and the list
    ``change`` (per mille or null). The selection ``window`` holds ``end``, the last day, and ``days`` of a tapped one.

    Data ``marks``: ``date`` (last day), ``days``, ``label``, ``at`` (where the label stands, in days), ``left``
    (whether it stands to the left), ``mine`` (the reader's own), ``tip``; ``rules``: ``date``, ``days``, ``date2``,
    ``days2``. Parameters ``year0``, ``month0`` (from 0), ``day0`` of the first column and ``step``, days between
    columns and between lengths; how many ``columns``; the ``shortest`` and ``longest`` length.
    """
    theme = THEMES[theme_name]
    x = alt.X(
        "date:T",
        axis=alt.Axis(title="last day of the window", grid=False, tickCount="year", labelFlush=True, format="%Y"),
        scale=alt.Scale(domain=[_day("-step / 2"), _day("step * (columns - 0.5)")], nice=False),
    )
    names = str(LENGTH_NAMES).replace("'", '"')
    y = alt.Y(
        "days:Q",
        axis=alt.Axis(
            title="length of the window", grid=False, values=list(LENGTH_NAMES), labelExpr=f"({names})[datum.value]"
        ),
        scale=alt.Scale(
            domain=[alt.ExprRef(expr="shortest - step / 2"), alt.ExprRef(expr="longest + step / 2")], nice=False
        ),
    )
    rules = alt.Chart(alt.NamedData(name="rules"))
    rule = rules.mark_rule(color=theme.ink, strokeWidth=1.4, strokeDash=[5, 3]).encode(x=x, y=y, x2="date2", y2="days2")
    return Template.of(
        [_cells(theme, cells), rule, _marks(theme)],
        theme,
        height=HEIGHT,
        params=dict.fromkeys(("year0", "month0", "day0", "step", "columns", "shortest", "longest"), 0),
        axis_title=True,
    )


def _cells(theme: Theme, address: str) -> alt.Chart:
    """A rectangle for each window that has a change, a little wider than its place, so that no seams show."""
    color = alt.Color(
        "shown:Q",
        scale=alt.Scale(type="threshold", domain=list(STEPS), range=colors(theme)),
        legend=alt.Legend(
            orient="top",
            title=None,
            # The open ends of the scale have no number.
            labelExpr=f"isFinite(datum.value) ? ({CHANGE_LABELS}) : ''",
            gradientLength=280,
            gradientThickness=9,
        ),
    )
    rows = (
        alt.Chart(alt.UrlData(url=address, format=alt.JsonDataFormat(type="json")), name="windows")
        .transform_flatten(["change"])
        .transform_window(i="row_number()", groupby=["days"])
        .transform_filter("isValid(datum.change)")
        .transform_calculate(
            shown="datum.change / 1000",
            last="datetime(year0, month0, day0 + step * (datum.skip + datum.i - 1))",
            end="timeFormat(datum.last, '%Y-%m-%d')",
            drawn="now()",
            first="datetime(year(datum.last), month(datum.last), date(datum.last) - datum.days + 1)",
            date="datetime(year(datum.last), month(datum.last), date(datum.last) - step / 2)",
            date2="datetime(year(datum.last), month(datum.last), date(datum.last) + step / 2)",
            low="datum.days - step / 2",
            high="datum.days + step / 2",
        )
    )
    drawn = rows.mark_rect(x2Offset=0.8, y2Offset=-0.8, cursor="pointer").encode(
        x="date:T",
        x2="date2",
        y="low:Q",
        y2="high",
        color=color,
        tooltip=[
            alt.Tooltip("first:T", title="From", format="%B %-d, %Y"),
            alt.Tooltip("last:T", title="To", format="%B %-d, %Y"),
            alt.Tooltip("days:Q", title="Days"),
            alt.Tooltip("shown:Q", title="Change", format="+.0%"),
        ],
    )
    # With the moment of drawing a second tap on a window is news, after the reader has been elsewhere in between.
    tapped = alt.selection_point(name="window", fields=["end", "days", "drawn"], on="click", toggle=False)
    tappable: alt.Chart = drawn.add_params(tapped)
    return tappable


def _marks(theme: Theme) -> Layers:
    """The marked windows with their names, these on a halo, since any color can lie below them."""
    marks = alt.Chart().encode(x="date:T")
    point = marks.mark_point(filled=True, size=75, stroke=theme.page, strokeWidth=1.6, opacity=1).encode(
        y="days:Q",
        color=alt.condition("datum.mine", alt.value(theme.caveat), alt.value(theme.ink)),
        shape=alt.condition("datum.mine", alt.value("diamond"), alt.value("circle")),
        tooltip=alt.Tooltip("tip:N", title=" "),
    )
    halo: dict[str, Any] = {"stroke": theme.page, "strokeWidth": 3.5, "strokeJoin": "round"}
    labels = [
        marks.mark_text(
            align=alt.ExprRef(expr="datum.left ? 'right' : 'left'"),
            dx=alt.ExprRef(expr="datum.left ? -9 : 9"),
            fontSize=12,
            fontWeight=600,
            color=theme.ink,
            **ring,
        ).encode(y="at:Q", text="label:N")
        for ring in (halo, {})
    ]
    return layered(point, *labels, shared=alt.Chart(alt.NamedData(name="marks")))


def _day(after: str) -> alt.ExprRef:
    """The moment so many days after the first column, which may be a fraction of a day."""
    return alt.ExprRef(expr=f"+datetime(year0, month0, day0) + 864e5 * ({after})")


def colors(theme: Theme) -> list[str]:
    """A color for each step of change: blue for falls, brown for rises, the stronger the larger."""
    fall, neutral, rise = map(_channels, (theme.fell, theme.neutral, theme.rose))
    found = []
    for strength in STRENGTHS:
        end = fall if strength < 0 else rise
        mixed = (round(n + abs(strength) * (e - n)) for n, e in zip(neutral, end, strict=True))
        found.append("#" + "".join(f"{channel:02x}" for channel in mixed))
    return found


def _channels(color: str) -> tuple[int, ...]:
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))
