"""The rows of charts of places: their numbers, joined in the browser to what an address has of each place."""

from __future__ import annotations

import altair as alt

from lib.charts.theme import Theme

CHANGE_LABELS = "datum.value == 0 ? 'no change' : format(datum.value, '+.0%')"
UNCLEAR = "datum.kind == 0 || datum.kind == 2"
CHANGE_WORDS = {
    "class": "datum.kind == 2 ? 'too few to say' : "
    "datum.kind == 0 ? 'no clear change' : datum.kind < 0 ? 'fell' : 'rose'",
    "counts": "format(datum.x, ',') + ' now, ' + format(datum.y, ',') + ' before'",
    "rawText": "datum.y > 0 ? format(datum.x / datum.y * per - 1, '+.0%') : 'none before'",
}
SHRUNKEN = (
    "format(datum.change / 1000, '+.0%') + ' (' + format(datum.low / 1000, '+.0%') + ' to '"
    " + format(datum.high / 1000, '+.0%') + ')'"
)


def change_tips() -> list[alt.Tooltip]:
    """What a pointer is told of a place's change; after ``CHANGE_WORDS``."""
    return [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("class:N", title="Verdict"),
        alt.Tooltip("counts:N", title="Events"),
        alt.Tooltip("rawText:N", title="Raw change"),
    ]


def joined(columns: tuple[str, ...], outlines: str) -> alt.Chart:
    """One row a place, with its numbers, its outline and its name: what the layers of a chart of places share."""
    shapes = alt.UrlData(url=outlines, format=alt.JsonDataFormat(type="json", property="features"))
    made: alt.Chart = (
        alt.Chart(alt.NamedData(name="columns"))
        .transform_flatten(list(columns))
        .transform_window(i="row_number()")
        .transform_lookup(
            lookup="i",
            from_=alt.LookupData(data=shapes, key="properties.i", fields=["type", "geometry", "properties"]),
        )
        .transform_calculate(name="datum.properties.name")
    )
    return made


def period_bars(placed: alt.Chart, theme: Theme, kind: str) -> alt.Chart:
    """Bars over time, the color of each by the window it lies in, which the field ``kind`` names.

    Their ends are the fields ``left``, ``right``, ``top`` and ``bottom``, in px.
    """
    made: alt.Chart = placed.mark_rect().encode(
        x=alt.X("left:Q", scale=None, axis=None),
        x2="right",
        y=alt.Y("top:Q", scale=None, axis=None),
        y2="bottom",
        color=alt.when(f"datum.{kind} == 'test'")
        .then(alt.value(theme.accent))
        .when(f"datum.{kind} == 'baseline'")
        .then(alt.value(theme.baseline))
        .otherwise(alt.value(theme.baseline_band)),
    )
    return made


def named(chart: alt.Chart) -> alt.Chart:
    """Only the places in the list that is the parameter ``picked``."""
    only: alt.Chart = chart.transform_filter("indexof(picked, datum.name) >= 0")
    return only
