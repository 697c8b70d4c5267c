"""What happened when: a row for each event, all on one axis of time; above them the days that matter most, enlarged."""

from __future__ import annotations

from functools import cache
from typing import Literal

import altair as alt

from lib.charts.key import DIAMOND, DOT, SQUARE, Sign, explained
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName

ROW = 20
LANES = ("policy", "pandemic", "other")
CHOSEN, BASELINE = "chosen", "baseline"
"""Lanes of the reader's own windows: bars without a sign, as their labels say what they are."""
KEY = explained(policy="the State’s Attorney’s policy", pandemic="the pandemic", other="other changes")


@cache
def timeline(theme_name: ThemeName) -> Template:
    """Rows: ``i`` (order), ``start``, ``end`` (null where it is one day), ``label``, ``lane``, ``tip``, ``left``
    (whether the label stands to the left of its mark), ``main`` (in bold); one with ``head`` has a heading, or room for
    a row of ``near``, alone. Lanes are ``LANES``, ``CHOSEN`` and ``BASELINE``. ``near``: such rows on the enlarged
    axis, whose ends are the parameters ``first`` and ``last``, and rows with ``span``, the time between two events.
    ``years``: ``start`` of each, as lines below ``upper``, the enlarged part of the height. And the parameters of
    ``KEY``."""
    theme = THEMES[theme_name]
    y, tip = alt.Y("i:O", axis=None), alt.Tooltip("tip:N", title=" ")
    rows, near = (alt.Chart(alt.NamedData(name=name)) for name in ("rows", "near"))
    colors = (theme.accent, theme.caveat, theme.baseline)
    shades = {**dict(zip(LANES, colors, strict=True)), CHOSEN: theme.accent_band, BASELINE: theme.baseline_band}
    color = alt.Color("lane:N", scale=alt.Scale(domain=list(shades), range=list(shades.values())), legend=None)
    shape = alt.Shape("lane:N", scale=alt.Scale(domain=list(LANES), range=["circle", "square", "diamond"]), legend=None)

    def events(of: alt.Chart, time: alt.X) -> list[alt.Chart]:
        made = [
            of.mark_rule(strokeWidth=6).encode(x=time, x2="end", color=color),
            of.transform_filter(alt.FieldOneOfPredicate("lane", list(LANES)))
            .mark_point(filled=True, size=75, opacity=1)
            .encode(x=time, color=color, shape=shape),
        ]
        looks: tuple[tuple[bool, Literal["bold", "normal"]], ...] = ((True, "bold"), (False, "normal"))
        for main, weight in looks:
            some = of.transform_filter(f"{'' if main else '!'}datum.main")
            made.append(
                some.transform_filter("datum.left")
                .mark_text(align="right", dx=-9, fontWeight=weight)
                .encode(x=time, text="label:N")
            )
            made.append(
                some.transform_filter("!datum.left")
                .transform_calculate(last="datum.end || datum.start")  # past the bar of what lasted
                .mark_text(align="left", dx=9, fontWeight=weight)
                .encode(x="last:T", text="label:N")
            )
        return made

    days = alt.X(
        "start:T",
        axis=alt.Axis(title=None, orient="top", grid=False, format="%b %-d", tickCount={"interval": "week", "step": 1}),
        scale=alt.Scale(domain=[alt.ExprRef(expr="toDate(first)"), alt.ExprRef(expr="toDate(last)")], nice=False),
    )
    spans = near.transform_filter("datum.span").encode(y=y, tooltip=tip)
    between = spans.mark_rule(strokeWidth=1.4, color=theme.muted).encode(x=days, x2="end")
    tips = [
        spans.mark_tick(orient="vertical", size=9, thickness=1.4, color=theme.muted).encode(x=f"{end}:T")
        for end in ("start", "end")
    ]
    lasted = [
        spans.transform_filter(f"{'' if left else '!'}datum.left")
        .mark_text(align="right" if left else "left", dx=-7 if left else 7, fontWeight=700)
        .encode(x="start:T" if left else "end:T", text="label:N")
        for left in (True, False)
    ]
    years = alt.X("start:T", axis=alt.Axis(title=None, grid=False, format="%Y", tickCount="year", labelFlush=True))
    grid = (
        alt.Chart(alt.NamedData(name="years"))
        .mark_rule(y=alt.ExprRef(expr="height * upper"), y2=alt.ExprRef(expr="height"), color=theme.grid)
        .encode(x=years)
    )
    heads = (
        rows.transform_filter("isValid(datum.head)")
        .mark_text(align="left", x=0, fontSize=12.5, color=theme.muted)
        .encode(y=y, text="head:N")
    )
    signs = {
        lane: Sign(path, shade, shade) for lane, path, shade in zip(LANES, (DOT, SQUARE, DIAMOND), colors, strict=True)
    }
    all_events = layered(*events(rows.transform_filter("isValid(datum.lane)").encode(y=y, tooltip=tip), years), heads)
    enlarged = events(near.transform_filter("isValid(datum.lane)").encode(y=y, tooltip=tip), days)
    return Template.of(
        # Layers of one data set stand together, so that it is written into the picture once.
        [layered(grid, all_events), layered(*enlarged, between, *tips, *lasted)],
        theme,
        row=ROW,
        params={"first": "2000-01-01T00:00:00", "last": "2000-02-01T00:00:00", "upper": 0},
        independent=("x", "shape", "fill", "stroke"),
        signs=signs,
    )
