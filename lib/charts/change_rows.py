"""Places one below the other, each with its change in words and its counts over time as small bars."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.place_rows import period_bars
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

PICKED = "indexof(picked, datum.name) >= 0"
ROW, NAME, BARS = 58, 22, 25
"""Heights in px of a row, of its name and of its highest bar."""


@cache
def change_rows(theme_name: ThemeName) -> Template:
    """Data ``rows``: ``i`` (order), ``name``, ``change`` and ``counts`` (texts), ``kind`` (-1 fell, 1 rose), the list
    ``up``, a bar for each count, from 0 to 1. Parameters: ``kinds``, for each count the window it lies in (test,
    baseline or other); ``first`` and ``last``, the ends of the counts in words; ``picked`` (names).
    """
    theme = THEMES[theme_name]
    rows = alt.Chart(alt.NamedData(name="rows"))
    left = "width * 0.6"

    def text(shown: str, down: int, size: float) -> alt.Chart:
        name = shown == "name"
        words = "(datum.kind < 0 ? '▼ ' : '▲ ') + datum.name" if name else f"datum.{shown}"
        made: alt.Chart = (
            rows.transform_calculate(line=f"{ROW} * datum.i + {down}", shown=words)
            .mark_text(
                align="left",
                baseline="middle",
                x=0,
                fontSize=size,
                fontWeight=600 if name else "normal",
                limit=alt.ExprRef(expr="width" if name else f"{left} - 8"),
            )
            .encode(
                y=alt.Y("line:Q", scale=None, axis=None),
                text="shown:N",
                color=alt.condition(PICKED, alt.value(theme.accent), alt.value(theme.ink if name else theme.muted)),
            )
        )
        return made

    placed = (
        rows.transform_flatten(["up"])
        .transform_window(bar="row_number()", groupby=["i"])
        .transform_calculate(
            window="kinds[datum.bar - 1]",
            left=f"{left} + width * 0.4 * (datum.bar - 1) / length(kinds)",
            right=f"{left} + width * 0.4 * (datum.bar - 0.2) / length(kinds)",
            top=f"{ROW} * datum.i + {NAME + BARS} - {BARS} * datum.up",
            bottom=f"{ROW} * datum.i + {NAME + BARS + 1}",
        )
    )
    bars = period_bars(placed, theme, "window")

    def end(text: str, at: str, *, right: bool) -> alt.Chart:
        made: alt.Chart = alt.Chart(alt.NamedData(name="zero")).mark_text(
            align="right" if right else "left",
            baseline="top",
            fontSize=11,
            color=theme.muted,
            x=alt.ExprRef(expr=at),
            y=alt.ExprRef(expr="height"),
            text=alt.ExprRef(expr=text),
        )
        return made

    texts = [text("name", 13, 12.5), text("change", 29, 11.5), text("counts", 45, 11.5)]
    ends = [end("first", left, right=False), end("last", "width", right=True)]
    params = {"kinds": [""], "first": "", "last": "", "picked": []}
    return Template.of([*texts, bars, *ends], theme, row=ROW, params=params)
