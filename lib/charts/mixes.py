"""One city beside a mix of others: how far each city strayed, and all ways to compare side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

import altair as alt

from lib.charts.events import event_marks, time_axis
from lib.charts.key import DOT, Sign, explained
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, rings

STRAYS_HEIGHT = 330
HEADROOM = 62  # px above the lines in which the labels of events stand
CURVE = 210  # px for the dots of the curve
FIRST_ROW = CURVE + 40  # px from the top to the first row of marks
ROW, GROUP = 25, 7  # px of a row of marks below its label, and between the rows of two choices
Values = tuple[str, tuple[tuple[str, str], ...]]
"""A choice by its name in addresses, and its values, each with what it is called."""
KEY = explained(unusual="at most one in 20 cities strayed as far", usual="more of them did, or too few cities to tell")


@cache
def strays(theme_name: ThemeName) -> Template:
    """Data ``cities``, a row each: ``name``, ``year0`` and ``month0`` (from 0) of the first month, and ``gap``, a list
    of thousandths with null where there is none; ``own``, the same for the city itself; ``events`` as in
    ``event_marks``. Parameters ``lowest`` and ``highest``, the ends of the scale: lines are cut there."""
    theme = THEMES[theme_name]
    y = alt.Y(
        "value:Q",
        axis=alt.Axis(title=None, tickCount=5, labelExpr="datum.value == 0 ? 'level' : format(datum.value, '+.0%')"),
        scale=alt.Scale(
            domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")],
            range=[alt.ExprRef(expr="height"), HEADROOM],
            nice=False,
            zero=False,
        ),
    )

    def lines(name: str) -> alt.Chart:
        made: alt.Chart = (
            alt.Chart(alt.NamedData(name=name))
            .transform_flatten(["gap"])
            .transform_window(i="row_number()", groupby=["name"])
            .transform_calculate(
                date="datetime(datum.year0, datum.month0 + datum.i - 1, 15)",
                # A line is cut where it would run into the labels above.
                value="isValid(datum.gap) && datum.gap / 1000 <= highest ? datum.gap / 1000 : null",
            )
            .encode(x=time_axis(), y=y)
        )
        return made

    def hover(made: alt.Chart) -> alt.Chart:
        """Unseen points, as the tooltip of a line would name its first month only."""
        seen: alt.Chart = (
            made.transform_filter("isValid(datum.value)")
            .mark_point(size=30, opacity=0)
            .encode(
                tooltip=[
                    alt.Tooltip("name:N", title="City"),
                    alt.Tooltip("date:T", title="Month", format="%B %Y"),
                    alt.Tooltip("value:Q", title="Gap", format="+.0%"),
                ]
            )
        )
        return seen

    cities, city = lines("cities"), lines("own")
    others = cities.mark_line(clip=True, color=theme.baseline, strokeWidth=0.8, opacity=0.55).encode(detail="name:N")
    own = city.mark_line(clip=True, color=theme.accent, strokeWidth=2.4)
    zero = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.ink, strokeWidth=1).encode(y=alt.datum(0))
    layers = [event_marks(theme), layered(layered(others, hover(cities)), zero, layered(own, hover(city)))]
    return Template.of(
        layers,
        theme,
        height=STRAYS_HEIGHT,
        params={"lowest": -1, "highest": 1},
        independent=("color", "strokeDash", "y"),
    )


def rows_of(choices: Sequence[int]) -> list[list[int]]:
    """Where the marks of each value stand, px from the top: a list for each choice, by how many values it has."""
    at, found = FIRST_ROW, []
    for number in choices:
        found.append([at + ROW * i for i in range(number)])
        at += ROW * number + GROUP
    return found


@cache
def curve(theme_name: ThemeName, choices: tuple[Values, ...]) -> Template:
    """All ways to compare, for choices by their names in addresses, each with its values and how these are called.

    Data ``ways``, one row: the lists ``gap`` (thousandths, from the lowest), ``unusual`` (0 or 1) and ``code``, a digit
    for the value of each choice, as text; ``labels``: ``text`` and ``y`` of each row of marks; ``ticks``: ``gap`` and
    ``text``; ``chosen``: ``i`` (from 0), ``gap`` and ``text`` of the one that is open. Parameters ``lowest`` and
    ``highest``, the ends of the scale of gaps, ``number`` of the ways, and ``KEY``. A tap picks ``way`` by its code.
    """
    theme = THEMES[theme_name]
    x = alt.X(
        "i:Q",
        axis=None,
        scale=alt.Scale(domain=[alt.ExprRef(expr="-number / 60"), alt.ExprRef(expr="number * 61 / 60")], nice=False),
    )
    gap_y = alt.Y(
        "gap:Q",
        axis=None,
        scale=alt.Scale(
            domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], range=[CURVE, 12], nice=False, zero=False
        ),
    )
    rows = rows_of([len(values) for _, values in choices])
    value = [f"toNumber(substring(datum.code, {place}, {place + 1}))" for place in range(len(choices))]
    names = [
        f"{json.dumps([text for _, text in values])}[{at}]" for (_, values), at in zip(choices, value, strict=True)
    ]
    bottom = rows[-1][-1] + 6
    ways = (
        alt.Chart(alt.NamedData(name="ways"))
        .transform_flatten(["gap", "unusual", "code"])
        .transform_window(n="row_number()")
        .transform_calculate(
            i="datum.n - 1",
            tip="format(datum.gap / 1000, '+.0%') + '. ' + " + " + '; ' + ".join(names),
        )
        .encode(x=x, tooltip=alt.Tooltip("tip:N", title=" "))
    )
    tapped = alt.selection_point(name="way", fields=["code"], on="click", toggle=False)
    color = alt.Color("unusual:N", scale=alt.Scale(domain=[0, 1], range=[theme.baseline, theme.accent]), legend=None)
    dots = ways.mark_point(filled=True, size=26, opacity=1, cursor="pointer").encode(y=gap_y, color=color)
    marks = [
        ways.transform_calculate(y=f"{each}[{at}]")
        .mark_tick(orient="vertical", size=9, thickness=1.1, opacity=0.9, cursor="pointer")
        .encode(y=alt.Y("y:Q", scale=None, axis=None), color=color)
        for at, each in zip(value, rows, strict=True)
    ]
    ticks = alt.Chart(alt.NamedData(name="ticks")).encode(y=gap_y)
    grid = ticks.mark_rule(color=theme.grid)
    gaps = ticks.mark_text(align="left", baseline="bottom", dy=-2, x=0, color=theme.muted, fontSize=11.5).encode(
        text="text:N"
    )
    labels = alt.Chart(alt.NamedData(name="labels")).encode(
        y=alt.Y("y:Q", scale=None, axis=None), text=alt.Text("text:N")
    )
    named = [
        labels.mark_text(align="left", baseline="bottom", dy=-6, x=0, fontSize=11.5, color=theme.ink, **look)
        for look in rings(theme)
    ]
    chosen = alt.Chart(alt.NamedData(name="chosen"))
    line = chosen.mark_rule(y2=bottom, color=theme.caveat, strokeWidth=1.2).encode(x=x, y=gap_y)
    ring = chosen.mark_point(filled=False, size=120, strokeWidth=2, color=theme.caveat, opacity=1).encode(x=x, y=gap_y)
    said = [
        chosen.mark_text(baseline="bottom", dy=-9, fontSize=12, fontWeight=600, color=theme.caveat, **look).encode(
            x=x,
            y=gap_y,
            text="text:N",
        )
        for look in rings(theme)
    ]
    # Of layers on one another, the pick of one is told of a tap on any.
    picked = layered(dots.add_params(tapped), *marks)
    layers = [grid, line, picked, gaps, layered(*named), layered(ring, *said)]
    return Template.of(
        layers,
        theme,
        height=bottom,
        params={"lowest": -1, "highest": 1, "number": 1},
        independent=("y", "color"),
        grows=False,
        signs={"unusual": Sign(DOT, theme.accent, theme.accent), "usual": Sign(DOT, theme.baseline, theme.baseline)},
    )
