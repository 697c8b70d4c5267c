"""Changes as dots with their interval, the claim beside them and earlier years behind; one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt

from lib.charts.key import ARROW, BAR, DIAMOND, DOT, DOT_ON_LINE, Sign, explained
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName, edge, rings

ROW = 46
SECOND_LINE = 16  # px by which a row is higher whose label has a second line
DRAWN = ("est", "low", "high", "claim", "swing_low", "swing_high")
COUNTED = "our count and its margin of error (95% interval)"
CLAIMED = "the claim"
SIGNS = ("count", "other", "uncounted", "claim", "earlier", "chosen")
EARLIER = "range in earlier years"


@cache
def ranges(theme_name: ThemeName, two_lines: bool = False) -> Template:
    """Rows: ``i`` (order), ``label``, ``tip``, ``main`` (the row under test) and the changes ``est``,
    ``low``, ``high``, ``claim``, ``swing_low``, ``swing_high`` as fractions or null; ``value``: a text at the dot;
    with ``two_lines``, ``when``: what stands in small type below the label. A row with ``uncounted`` is hollow and its
    line dashed: no record counts it. Parameters: see ``scale_and_key``."""
    theme = THEMES[theme_name]
    down = SECOND_LINE / 2 if two_lines else 0  # px from the middle of a row to its marks
    rows = alt.Chart(alt.NamedData(name="rows")).encode(
        y=alt.Y("i:O", axis=None), tooltip=alt.Tooltip("tip:N", title=" ")
    )
    axis = alt.Axis(
        title=None,
        tickCount=5,
        labelExpr="datum.value == 0 ? 'no change' : format(datum.value, '+.0%')",
        labelFlush=True,
        labelSeparation=8,
    )
    color = alt.condition("datum.main", alt.value(theme.accent), alt.value(theme.baseline))
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.muted).encode(x=alt.datum(0))
    swing = rows.mark_bar(height=13, yOffset=down, color=theme.baseline_band, **edge(theme.baseline)).encode(
        x=alt.X(
            "swing_low:Q",
            axis=axis,
            scale=alt.Scale(domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], nice=False),
        ),
        x2="swing_high",
    )
    # From what was counted to what was claimed, where these lie apart.
    gap = (
        rows.transform_filter("isValid(datum.est) && isValid(datum.claim)")
        .mark_rule(strokeWidth=1.2, strokeDash=[2, 3], color=theme.ink, yOffset=down)
        .encode(x="est:Q", x2="claim")
    )
    interval = rows.mark_rule(strokeWidth=3, yOffset=down).encode(
        x="low:Q",
        x2="high",
        color=color,
        strokeDash=alt.condition("datum.uncounted", alt.value([4, 4]), alt.value([1, 0])),
    )
    estimate = rows.mark_point(filled=True, size=95, opacity=1, yOffset=down).encode(x="est:Q", color=color)
    hollow = (
        rows.transform_filter("datum.uncounted")
        .mark_point(filled=True, size=36, opacity=1, color=theme.page, yOffset=down)
        .encode(x="est:Q")
    )
    # Seen through, so that it hides no dot; with an edge of the page's color, to be told from the lines it lies on.
    claim, claim_edge = (
        rows.mark_point(
            shape="diamond", size=170, strokeWidth=width, stroke=stroke, fill=None, opacity=1, yOffset=down
        ).encode(x="claim:Q")
        for width, stroke in ((2, theme.ink), (4.5, theme.page))
    )
    value = (
        rows.transform_filter("isValid(datum.value)")
        .transform_calculate(left="datum.est > (lowest + highest) / 2")
        .encode(x="est:Q", text="value:N")
    )
    values = [
        value.transform_filter(f"{'' if left else '!'}datum.left").mark_text(
            align="right" if left else "left", dx=-9 if left else 9, dy=down, fontSize=12.5, **ring
        )
        for left in (True, False)
        for ring in rings(theme)
    ]
    text: dict[str, Any] = {"align": "left", "dy": -17 - down, "fontSize": 12.5, "fontWeight": 600, "x": 0}
    labels = [rows.mark_text(**text, **ring).encode(text="label:N") for ring in rings(theme)]
    if two_lines:
        text |= {"dy": -17 + down, "fontSize": 12, "fontWeight": "normal", "color": theme.muted}
        labels += [rows.mark_text(**text, **ring).encode(text="when:N") for ring in rings(theme)]
    layers = [swing, zero, layered(gap, interval, estimate, hollow, claim_edge, claim, *values, *labels)]
    return Template.of(
        layers,
        theme,
        row=ROW + (SECOND_LINE if two_lines else 0),
        params={"lowest": 0, "highest": 0},
        grows=not two_lines,  # lower rows would set the second line on the marks
        signs=_signs(theme),
    )


def _signs(theme: Theme) -> dict[str, Sign]:
    return {
        "count": Sign(DOT_ON_LINE, theme.accent, theme.accent),
        "other": Sign(DOT_ON_LINE, theme.baseline, theme.baseline),
        "uncounted": Sign(DOT, theme.page, theme.baseline),
        "claim": Sign(DIAMOND, "transparent", theme.ink),
        "earlier": Sign(BAR, theme.baseline_band, theme.baseline),
        "chosen": Sign(ARROW, "transparent", theme.ink),
    }


def scale_and_key(rows: Sequence[Mapping[str, Any]], **said: str) -> dict[str, Any]:
    """The parameters for these rows: the ends of the scale, and a key of what is drawn.

    ``said`` has other words for a sign than the usual ones; the signs ``other``, ``uncounted`` and ``chosen`` stand in
    the key only with words from there.
    """
    counted = [row for row in rows if "est" in row and not row.get("uncounted")]
    own = "count" if any(row["main"] for row in counted) or not counted else "other"
    usual = {
        own: COUNTED if any("low" in row for row in counted) else "",
        "claim": CLAIMED if any(row.get("claim") is not None for row in rows) else "",
        "earlier": EARLIER if any("swing_low" in row for row in rows) else "",
    }
    words = {name: text for name in SIGNS if (text := said.get(name, usual.get(name, "")))}
    # A key without signs has no size: where nothing can be drawn, it says what would be.
    return {**ends(rows), **explained(**(words or {"count": COUNTED}))}


def ends(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """The parameters ``lowest`` and ``highest`` for these rows: all that is drawn, and no change, with a margin."""
    drawn = [row[name] for row in rows for name in DRAWN if row.get(name) is not None]
    low, high = min(0.0, *drawn, 0.0), max(0.0, *drawn, 0.0)
    margin = 0.05 * (high - low) or 0.05
    return {"lowest": low - margin, "highest": high + margin}
