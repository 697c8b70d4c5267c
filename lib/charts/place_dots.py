"""Scatters of places, one dot each; their numbers are joined to outlines as those of maps are."""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.layers import layered
from lib.charts.place_rows import CHANGE_LABELS, CHANGE_WORDS, UNCLEAR, change_tips, joined, named
from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName, edge

SCATTER_HEIGHT = 330
SHARED = {"picked": [], "per": 1}
SHAPES = {"fell": "triangle-down", "no clear change": "circle", "too few to say": "circle", "rose": "triangle-up"}


@cache
def funnel(theme_name: ThemeName, outlines: str) -> Template:
    """Raw change against the number of events: small places swing.

    Data ``columns``: the lists ``x``, ``y`` and ``kind`` of ``change_map``. Data ``limits``: rows ``events``, ``low``,
    ``high``: where 95% of places would lie had all changed alike, as fractions. Parameters ``picked``, ``per``,
    ``city`` (the city's change).
    """
    theme = THEMES[theme_name]
    x = alt.X(
        "events:Q", scale=alt.Scale(type="log"), axis=alt.Axis(title="events in both windows (log scale)", grid=False)
    )
    y = alt.Y(
        "raw:Q",
        scale=alt.Scale(domain=[-1, 2], clamp=True),
        axis=alt.Axis(title=None, tickCount=6, labelExpr=CHANGE_LABELS),
    )
    limits = alt.Chart(alt.NamedData(name="limits"))
    band = limits.mark_area(color=theme.baseline_band, clip=True, **edge(theme.baseline)).encode(
        x="events:Q", y="low:Q", y2="high"
    )
    drawn = (
        alt.Chart()
        .mark_point(filled=True, opacity=0.85)
        .encode(
            x=x,
            y=y,
            color=alt.condition(UNCLEAR, alt.value(theme.baseline), alt.value(theme.accent)),
            shape=alt.Shape("class:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None),
            size=alt.condition(UNCLEAR, alt.value(26), alt.value(48)),
            tooltip=change_tips(),
        )
    )
    places = (
        joined(("x", "y", "kind"), outlines)
        .transform_calculate(
            events="datum.x + datum.y", raw="datum.y > 0 ? datum.x / datum.y * per - 1 : null", **CHANGE_WORDS
        )
        .transform_filter("datum.events > 0")
    )
    points = layered(drawn, *_ringed(theme, "events:Q", "raw:Q"), shared=places)
    city = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.caveat, strokeDash=[5, 3])
    line = city.encode(y=alt.datum(alt.ExprRef(expr="city"), type="quantitative"))
    layers = [band, line, points]
    return Template.of(layers, theme, height=SCATTER_HEIGHT, params={**SHARED, "city": 0}, axis_title=True)


@cache
def slope(theme_name: ThemeName, outlines: str) -> Template:
    """Change against earlier enforcement, one dot a place, its area the number of residents.

    Data ``columns``: the list ``change`` (per mille); data ``fit``: rows ``dose``, ``line``, ``low``, ``high`` as
    fractions. Residents and earlier arrests per 1,000 of them come with the outlines. Parameters: ``picked``;
    ``fewest`` residents and the ``top`` of earlier arrests of a place that is drawn.
    """
    theme = THEMES[theme_name]
    x = alt.X(
        "dose:Q",
        axis=alt.Axis(title="earlier arrests per 1,000 residents", grid=False),
    )
    y = alt.Y(
        "shown:Q",
        axis=alt.Axis(title=None, tickCount=6, labelExpr=CHANGE_LABELS),
    )
    fit = alt.Chart()
    band = fit.mark_area(color=theme.accent_band, fillOpacity=0.6, **edge(theme.accent)).encode(
        x="dose:Q", y="low:Q", y2="high"
    )
    line = fit.mark_line(color=theme.accent, strokeWidth=2).encode(x="dose:Q", y="line:Q")
    fitted = layered(band, line, shared=alt.Chart(alt.NamedData(name="fit")))
    drawn = (
        alt.Chart()
        .mark_point(filled=True, fillOpacity=0.6, opacity=1, color=theme.baseline, **edge(theme.baseline))
        .encode(
            x=x,
            y=y,
            size=alt.Size("people:Q", legend=None, scale=alt.Scale(range=[6, 160])),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("dose:Q", title="Arrests per 1,000", format=".1f"),
                alt.Tooltip("shown:Q", title="Change (shrunken)", format="+.0%"),
                alt.Tooltip("people:Q", title="Residents", format=","),
            ],
        )
    )
    places = (
        joined(("change",), outlines)
        .transform_calculate(
            shown="datum.change / 1000", dose="datum.properties.earlier", people="datum.properties.residents"
        )
        .transform_filter("datum.people >= fewest && datum.dose <= top")
    )
    layers = [fitted, layered(drawn, *_ringed(theme, "dose:Q", "shown:Q"), shared=places)]
    return Template.of(
        layers, theme, height=SCATTER_HEIGHT, params={"picked": [], "top": 0, "fewest": 0}, axis_title=True
    )


def _ringed(theme: Theme, x: str, y: str) -> list[alt.Chart]:
    """Rings around the chosen places, and the name of one that was chosen alone."""
    chosen = named(alt.Chart()).encode(x=x, y=y)
    alone = chosen.transform_filter("length(picked) == 1")
    return [
        chosen.mark_point(size=140, stroke=theme.ink, strokeWidth=2),
        *(
            alone.mark_text(align="left", dx=10, dy=-8, fontWeight=600, **ring).encode(text="name:N")
            for ring in ({"stroke": theme.page, "strokeWidth": 3}, {"color": theme.ink})
        ),
    ]
