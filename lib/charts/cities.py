"""One city among others: all their changes as a strip of dots, their paths over time, and a table of changes."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.events import event_marks, time_axis, under_events
from lib.charts.heat import STEPS, colors
from lib.charts.layers import layered
from lib.charts.template import Template
from lib.charts.theme import THEMES, ThemeName, edge, rings

OWN_Y, MID_Y, BASE_Y = 34, 82, 226  # px: the city's own dot, the median and its band, the foot of the strip
STRIP = 112  # px for the dots above the foot
LANES, LANE = 5, 17  # rows of names below the strip, and px of each
STRIP_HEIGHT = BASE_Y + 12 + LANES * LANE
PATHS_HEIGHT = 300
TABLE_ROW = 66


@cache
def strip(theme_name: ThemeName) -> Template:
    """Data ``cities``, one row: the lists ``thousandths`` (changes), ``pile`` (dots below it) and ``name``; ``own``:
    ``x``, ``label``, ``tip``; ``middle``: ``low``, ``median``, ``high``, ``label``; ``names``: ``x``, ``y``, ``text``,
    ``left`` (whether it stands to the left of its line). Parameters ``lowest``, ``highest``,
    and ``step``: px between the dots of a pile."""
    theme = THEMES[theme_name]
    axis = alt.Axis(
        title=None,
        tickCount=5,
        labelExpr="datum.value == 0 ? 'no change' : format(datum.value, '+.0%')",
        labelFlush=True,
    )
    x = alt.X(
        "x:Q",
        axis=axis,
        scale=alt.Scale(domain=[alt.ExprRef(expr="lowest"), alt.ExprRef(expr="highest")], nice=False, zero=False),
    )
    at = alt.Y("y:Q", scale=None, axis=None)
    # From below the labels of the city and the median to the foot of the strip, so that it runs through no word.
    zero = (
        alt.Chart(alt.NamedData(name="zero"))
        .mark_rule(y=MID_Y - 9, y2=BASE_Y + 6, color=theme.muted)
        .encode(x=alt.datum(0))
    )
    dots = (
        alt.Chart(alt.NamedData(name="cities"))
        .transform_flatten(["thousandths", "pile", "name"])
        .transform_calculate(
            x="datum.thousandths / 1000",
            y=f"{BASE_Y - 5} - step * datum.pile",
            tip="datum.name + ': ' + format(datum.thousandths / 1000, '+.0%')",
        )
        .mark_point(filled=True, size=36, opacity=0.85, color=theme.baseline)
        .encode(x=x, y=at, tooltip=alt.Tooltip("tip:N", title=" "))
    )
    middle = alt.Chart(alt.NamedData(name="middle"))
    band = middle.mark_bar(y=MID_Y, height=13, color=theme.baseline_band, **edge(theme.baseline)).encode(
        x=alt.X("low:Q"), x2="high"
    )
    median = middle.mark_tick(y=MID_Y, thickness=3, size=17, orient="vertical", color=theme.ink).encode(x="median:Q")
    middle_label = middle.mark_text(align="left", x=0, y=MID_Y - 18, fontSize=12.5, fontWeight=600).encode(
        text="label:N"
    )
    own = alt.Chart(alt.NamedData(name="own"))
    line = own.mark_rule(y=MID_Y + 14, y2=BASE_Y + 5, strokeWidth=1.4, strokeDash=[4, 3], color=theme.accent).encode(
        x=x
    )
    dot = own.mark_point(y=OWN_Y, filled=True, size=110, opacity=1, color=theme.accent).encode(
        x=x, tooltip=alt.Tooltip("tip:N", title=" ")
    )
    own_label = own.mark_text(align="left", x=0, y=OWN_Y - 18, fontSize=12.5, fontWeight=600, color=theme.accent)
    names = alt.Chart(alt.NamedData(name="names"))
    leader = names.mark_rule(y2=BASE_Y, strokeWidth=0.8, color=theme.muted).encode(x=x, y=at)
    said = [
        names.transform_filter(f"{'' if left else '!'}datum.left")
        .mark_text(align="right" if left else "left", dx=-4 if left else 4, fontSize=11, color=theme.muted, **ring)
        .encode(x=x, y=at, text="text:N")
        for left in (True, False)
        for ring in rings(theme)
    ]
    # Layers of one data set stand together, so that it is written into the picture once.
    layers = [
        layered(
            layered(band, median, middle_label),
            layered(leader, *said),
            dots,
            layered(line, dot, own_label.encode(text="label:N")),
        ),
        zero,
    ]
    return Template.of(layers, theme, height=STRIP_HEIGHT, params={"lowest": 0, "highest": 0, "step": 0})


@cache
def paths(theme_name: ThemeName, other: str = "Median city") -> Template:
    """Data ``paths``, one row: ``year0``, ``month0`` (from 0) of the first month, ``day``, on which each month's values
    stand, and the lists ``own``, ``median``, ``low``, ``high``; ``names``: ``date`` and ``value`` of a label's right
    end, ``name``, ``role`` (own, median or band), ``above`` (or else below that value); ``events`` as in
    ``event_marks``. ``other`` names the line beside the city's own."""
    theme = THEMES[theme_name]
    every = (
        alt.Chart(alt.NamedData(name="paths"))
        .transform_flatten(["own", "median", "low", "high"])
        .transform_window(i="row_number()")
        .transform_calculate(date="datetime(datum.year0, datum.month0 + datum.i - 1, datum.day)")
        .encode(x=time_axis())
    )
    role = alt.Color(
        "role:N",
        scale=alt.Scale(domain=["own", "median", "band"], range=[theme.accent, theme.ink, theme.muted]),
        legend=None,
    )
    # The zero would stand on the first year, on a phone.
    y = under_events("low:Q", labelExpr="datum.value ? format(datum.value, ',') : ''")
    band = every.mark_area(color=theme.baseline_band, **edge(theme.baseline)).encode(y=y, y2="high")
    median = every.mark_line(color=theme.ink, strokeWidth=1.6, strokeDash=[6, 3]).encode(y="median:Q")
    own = every.mark_line(color=theme.accent, strokeWidth=2).encode(y="own:Q")
    hover = every.transform_filter("isValid(datum.own) && isValid(datum.median)").mark_point(size=50, opacity=0)
    hover = hover.encode(
        y="own:Q",
        tooltip=[
            alt.Tooltip("date:T", title="Month", format="%B %Y"),
            alt.Tooltip("own:Q", title="Baltimore", format=",.0f"),
            alt.Tooltip("median:Q", title=other, format=",.0f"),
        ],
    )
    named = alt.Chart(alt.NamedData(name="names")).encode(x="date:T", y="value:Q", text="name:N")
    names = [
        named.transform_filter(f"{side}datum.above")
        .mark_text(align="right", baseline="middle", dy=down, fontSize=12.5, fontWeight=600, **ring)
        .encode(color=alt.value(theme.page) if ring else role)
        for side, down in (("", -12), ("!", 12))
        for ring in rings(theme)
    ]
    layers = [event_marks(theme), layered(layered(band, median, own, hover), layered(*names))]
    return Template.of(layers, theme, height=PATHS_HEIGHT, independent=("color", "strokeDash", "y"))


@cache
def change_table(theme_name: ThemeName) -> Template:
    """Data ``rows``: ``i`` (order), ``label``; ``cells``: ``i``, ``column``, ``own``, ``other`` (texts), ``tip``, and
    the changes that color them, ``own_change`` and ``other_change``."""
    theme = THEMES[theme_name]
    scale = alt.Scale(type="threshold", domain=list(STEPS), range=colors(theme))
    cells = alt.Chart(alt.NamedData(name="cells")).encode(
        x=alt.X(
            "column:N",
            sort=None,
            axis=alt.Axis(title=None, orient="top", labelAngle=0, labelOverlap=False, labelLimit=0),
            scale=alt.Scale(type="band", paddingInner=0.06, paddingOuter=0),
        ),
        y=alt.Y("i:O", axis=None),
        tooltip=alt.Tooltip("tip:N", title=" "),
    )
    drawn = []
    for name, down, height, size, bold in (("own", 1, 23, 14, True), ("other", 22, 17, 11.5, False)):
        box = cells.mark_rect(height=height, yOffset=down, fillOpacity=0.5, stroke=None)  # faint enough for ink
        drawn.append(box.encode(color=alt.Color(f"{name}_change:Q", scale=scale, legend=None)))
        text = cells.mark_text(dy=down + 1, fontSize=size, fontWeight="bold" if bold else "normal", color=theme.ink)
        drawn.append(text.encode(text=f"{name}:N"))
    rows = alt.Chart(alt.NamedData(name="rows")).encode(y=alt.Y("i:O", axis=None))
    label = rows.mark_text(align="left", dy=-20, fontSize=12.5, fontWeight=600, x=0).encode(text="label:N")
    return Template.of([layered(*drawn), layered(label)], theme, row=TABLE_ROW)
