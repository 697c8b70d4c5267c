"""Maps and scatters of places.

The outlines come from an address of their own and are fetched once; the numbers travel as a few columns in the order
of the map (feature ``properties.i``, from 1) and are joined to them in the browser.
"""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.template import Template
from lib.charts.theme import THEMES, Theme, ThemeName, edge, layered

MAP_HEIGHT = 430
SCATTER_HEIGHT = 330
REACH = 0.6  # ends of the diverging scale: changes beyond it are drawn in its last color
SHARED = {"picked": "", "per": 1}
CHANGE_LABELS = "datum.value == 0 ? 'no change' : format(datum.value, '+.0%')"
FEW, ROSE = "datum.kind == 0", "datum.kind > 0"
SHAPES = {"fell": "triangle-down", "too few to say": "circle", "rose": "triangle-up"}


@cache
def change_map(theme_name: ThemeName, outlines: str) -> Template:
    """Change of each place: color for fell and rose, a dark outline for rose, a dashed one for too few to say.

    Data ``columns``: one row of equally long lists ``x``, ``y`` (events now and before), ``kind`` (-1 fell, 0 too few
    to say, 1 rose), ``change``, ``low``, ``high`` (shrunken, per mille). ``outlines`` is the address of the map.
    Parameters: ``picked`` (a name or ""), ``per`` (how many baseline windows or days count as one).
    """
    theme = THEMES[theme_name]
    columns = ("x", "y", "kind", "change", "low", "high")
    range_ = [theme.fell, theme.neutral, theme.rose]
    scale = alt.Scale(domain=[-REACH, 0, REACH], range=range_, clamp=True, interpolate="rgb")
    fill = alt.condition(
        FEW, alt.value(theme.page), alt.Color("shown:Q", scale=scale, legend=_legend([-REACH, 0, REACH]))
    )
    shapes = _geoshapes()
    edges = (
        alt.when(FEW)
        .then(alt.value(theme.muted))
        .when(ROSE)
        .then(alt.value(theme.ink))
        .otherwise(alt.value(theme.page))
    )
    drawn = (
        shapes.mark_geoshape()
        .encode(
            color=fill,
            stroke=edges,
            strokeWidth=alt.condition(ROSE, alt.value(1.6), alt.value(0.7)),
            strokeDash=alt.condition(FEW, alt.value([2, 2]), alt.value([1, 0])),
            tooltip=[*_change_tips(), alt.Tooltip("shrunken:N", title="Estimate")],
        )
        .add_params(_click())
    )
    places = _places([drawn, _picked(shapes, theme)], columns, outlines)
    places = places.transform_calculate(shown="datum.change / 1000", shrunken=SHRUNKEN, **_CHANGE_WORDS)
    return Template.of([places], theme, height=MAP_HEIGHT, params=SHARED)


@cache
def amount_map(theme_name: ThemeName, outlines: str) -> Template:
    """An amount in each place. Data ``columns`` with the list ``amount``; parameter ``picked``."""
    theme = THEMES[theme_name]
    scale = alt.Scale(range=[theme.least, theme.most], zero=True)
    shapes = _geoshapes()
    drawn = (
        shapes.mark_geoshape(strokeWidth=0.7, stroke=theme.page)
        .encode(
            color=alt.Color("amount:Q", scale=scale, legend=_legend(None)),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title="Amount")],
        )
        .add_params(_click())
    )
    places = _places([drawn, _picked(shapes, theme)], ("amount",), outlines)
    places = places.transform_calculate(said="isValid(datum.amount) ? format(datum.amount, ',.10~f') : 'left blank'")
    return Template.of([places], theme, height=MAP_HEIGHT, params=SHARED)


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
        axis=alt.Axis(
            title=None, tickCount=6, labelExpr="datum.value == 0 ? 'no change' : format(datum.value, '+.0%')"
        ),
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
            color=alt.condition(FEW, alt.value(theme.baseline), alt.value(theme.accent)),
            shape=alt.Shape("class:N", scale=alt.Scale(domain=list(SHAPES), range=list(SHAPES.values())), legend=None),
            size=alt.condition(FEW, alt.value(26), alt.value(48)),
            tooltip=_change_tips(),
        )
    )
    ring = _named().mark_point(size=120, stroke=theme.ink, strokeWidth=2).encode(x="events:Q", y="raw:Q")
    points = _places([drawn, ring], ("x", "y", "kind"), outlines).transform_calculate(
        events="datum.x + datum.y", raw="datum.y > 0 ? datum.x / datum.y * per - 1 : null", **_CHANGE_WORDS
    )
    city = alt.Chart(alt.NamedData(name="zero")).mark_rule(color=theme.caveat, strokeDash=[5, 3])
    line = city.encode(y=alt.datum(alt.ExprRef(expr="city"), type="quantitative"))
    layers = [band, line, points.transform_filter("datum.events > 0")]
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
        axis=alt.Axis(
            title=None, tickCount=6, labelExpr="datum.value == 0 ? 'no change' : format(datum.value, '+.0%')"
        ),
    )
    fit = alt.Chart()
    band = fit.mark_area(color=theme.accent_band, fillOpacity=0.6, **edge(theme.accent)).encode(
        x="dose:Q", y="low:Q", y2="high"
    )
    line = fit.mark_line(color=theme.accent, strokeWidth=2).encode(x="dose:Q", y="line:Q")
    fitted = layered(band, line)
    fitted.data = alt.NamedData(name="fit")
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
    ring = _named().mark_point(size=160, stroke=theme.ink, strokeWidth=2).encode(x="dose:Q", y="shown:Q")
    points = _places([drawn, ring], ("change",), outlines).transform_calculate(
        shown="datum.change / 1000", dose="datum.properties.earlier", people="datum.properties.residents"
    )
    layers = [fitted, points.transform_filter("datum.people >= fewest && datum.dose <= top")]
    return Template.of(
        layers, theme, height=SCATTER_HEIGHT, params={"picked": "", "top": 0, "fewest": 0}, axis_title=True
    )


_CHANGE_WORDS = {
    "class": f"{FEW} ? 'too few to say' : datum.kind < 0 ? 'fell' : 'rose'",
    "counts": "format(datum.x, ',') + ' now, ' + format(datum.y, ',') + ' before'",
    "rawText": "datum.y > 0 ? format(datum.x / datum.y * per - 1, '+.0%') : 'none before'",
}
SHRUNKEN = (
    "format(datum.change / 1000, '+.0%') + ' (' + format(datum.low / 1000, '+.0%') + ' to '"
    " + format(datum.high / 1000, '+.0%') + ')'"
)


def _change_tips() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("class:N", title="Verdict"),
        alt.Tooltip("counts:N", title="Events"),
        alt.Tooltip("rawText:N", title="Raw change"),
    ]


def _places(charts: list[alt.Chart], columns: tuple[str, ...], outlines: str) -> alt.LayerChart:
    """These charts over one row a place: its numbers, its outline and its name; the numbers travel once."""
    shapes = alt.UrlData(url=outlines, format=alt.JsonDataFormat(type="json", property="features"))
    group = layered(*charts)
    group.data = alt.NamedData(name="columns")
    joined: alt.LayerChart = (
        group.transform_flatten(list(columns))
        .transform_window(i="row_number()")
        .transform_lookup(
            lookup="i",
            from_=alt.LookupData(data=shapes, key="properties.i", fields=["type", "geometry", "properties"]),
        )
        .transform_calculate(name="datum.properties.name")
    )
    return joined


def _geoshapes() -> alt.Chart:
    return alt.Chart().properties(projection=alt.Projection(type="mercator"))


def _named() -> alt.Chart:
    """The place under the parameter ``picked``."""
    only: alt.Chart = alt.Chart().transform_filter("datum.name == picked")
    return only


def _picked(shapes: alt.Chart, theme: Theme) -> alt.Chart:
    only: alt.Chart = shapes.transform_filter("datum.name == picked")
    outlined: alt.Chart = only.mark_geoshape(fillOpacity=0, stroke=theme.ink, strokeWidth=2.5)
    return outlined


def _click() -> alt.Parameter:
    return alt.selection_point(name="place", fields=["name"], on="click", toggle=False)


def _legend(values: list[float] | None) -> alt.Legend:
    """A small legend in the corner that is not the city; of changes where it has values, else of amounts."""
    form = CHANGE_LABELS if values else "format(datum.value, ',.0f')"
    legend = alt.Legend(orient="bottom-left", title=None, labelExpr=form, gradientLength=120, gradientThickness=9)
    if values:
        legend["values"] = values
    return legend
