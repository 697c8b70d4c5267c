"""What a map says of the chosen place, beside the map: its name, its numbers, and its counts over time."""

from __future__ import annotations

import altair as alt

from lib.charts.layers import Layers, layered
from lib.charts.place_rows import period_bars
from lib.charts.theme import Theme

BARS_TOP, BARS_HEIGHT, LINE = 68, 36, 15
"""Where the bars begin below the top of the card, how high they may be, and the height of a line, in px."""


def place_card(theme: Theme) -> Layers:
    """The card, its corner at the parameters ``cardX`` and ``cardY``, ``cardWidth`` wide, all in px.

    Data ``card``: no row, or one with ``name``, ``lines`` and ``first`` and ``last``, the ends of the counts in words.
    Data ``bars``: a row for each count: ``i`` from 0, ``of`` how many, ``up`` from 0 to 1, ``kind`` (test, baseline or
    other).
    """
    card = alt.Chart(alt.NamedData(name="card"))

    def text(
        shown: str, down: int, size: float | alt.ExprRef, color: str = theme.muted, *, last: bool = False
    ) -> alt.Chart:
        made: alt.Chart = card.mark_text(
            align="right" if last else "left",
            baseline="top",
            fontSize=size,
            fontWeight=600 if shown == "name" else "normal",
            color=color,
            lineHeight=LINE,
            limit=alt.ExprRef(expr="cardWidth"),
            x=alt.ExprRef(expr="cardX + cardWidth" if last else "cardX"),
            y=alt.ExprRef(expr=f"cardY + {down}"),
        ).encode(text=f"{shown}:N")
        return made

    placed = alt.Chart(alt.NamedData(name="bars")).transform_calculate(
        left="cardX + cardWidth * datum.i / datum.of",
        right="cardX + cardWidth * (datum.i + 0.8) / datum.of",
        top=f"cardY + {BARS_TOP + BARS_HEIGHT} - {BARS_HEIGHT} * datum.up",
        bottom=f"cardY + {BARS_TOP + BARS_HEIGHT + 1}",
    )
    bars = period_bars(placed, theme, "kind")
    below = BARS_TOP + BARS_HEIGHT + 4
    return layered(
        text("name", 0, alt.ExprRef(expr="clamp(1.8 * cardWidth / length(datum.name), 11, 15)"), theme.ink),
        text("lines", 19, 12, theme.ink),
        bars,
        text("first", below, 11),
        text("last", below, 11, last=True),
    )
