"""Maps of places.

Outlines and ground come from addresses of their own and are fetched once; the numbers travel as a few columns in the
order of the map (feature ``properties.i``, from 1) and are joined to them in the browser.
"""

from __future__ import annotations

from functools import cache

import altair as alt

from lib.charts.ground import MAP_HEIGHT, Ground, hatch, land
from lib.charts.layers import layered
from lib.charts.place_card import place_card
from lib.charts.place_rows import CHANGE_WORDS, SHRUNKEN, UNCLEAR, change_tips, joined, named
from lib.charts.template import Template
from lib.charts.theme import NARROW_BELOW, THEMES, Theme, ThemeName
from lib.charts.wedge import shades, toned, wedge

SHARED = {"picked": [], "per": 1}
_PHONE = f"width < {NARROW_BELOW}"
BESIDE = {
    "keyX": f"{_PHONE} ? 86 : 116",
    "keyY": f"{_PHONE} ? mapHeight - 2 : height - 8",
    "keyRadius": f"{_PHONE} ? 58 : 80",
    "legendY": "keyY - 28",
    "cardX": "2",
    "cardY": f"{_PHONE} ? mapHeight + 12 : height - 242",
    "cardWidth": f"{_PHONE} ? width - 4 : min(214, 0.31 * width)",
}
"""Where the key to the colors and the card of the chosen place stand, and how large, in px."""


@cache
def change_map(theme_name: ThemeName, outlines: str, ground: Ground, over: str = "") -> Template:
    """Change of each place and how sure it is: a tone; hatched where no change is clear; a dark edge where it rose.

    Data ``columns``: one row of equally long lists ``x``, ``y`` (events now and before), ``kind`` (-1 fell, 0 no clear
    change, 1 rose, 2 too few to say), ``tone`` (see ``wedge.tones``), ``change``, ``low``, ``high`` (shrunken, per
    mille). ``outlines`` is the address of the map, ``over`` that of larger places outlined over it. Parameters:
    ``picked`` (names), ``per`` (how many baseline windows or days count as one). Data ``card`` and ``bars``: see
    ``place_card``.
    """
    theme = THEMES[theme_name]
    columns = ("x", "y", "kind", "tone", "change", "low", "high")
    at = ground.projection()
    shapes = alt.Chart().properties(projection=at)
    unclear, clear = (
        toned(shapes.transform_filter(some).mark_geoshape(stroke=theme.page, strokeWidth=0.6))
        for some in (UNCLEAR, f"!({UNCLEAR})")
    )
    rose = shapes.transform_filter("datum.kind == 1").mark_geoshape(filled=False, stroke=theme.ink, strokeWidth=1.6)
    hit = tapped(shapes, [*change_tips(), alt.Tooltip("shrunken:N", title="Estimate")])
    hit = hit.transform_calculate(shrunken=SHRUNKEN, **CHANGE_WORDS)
    ground_over = land(theme, ground, at, named=True, over=over)
    drawn = [unclear, hatch(theme, ground, at), clear, rose, ground_over, _picked(shapes, theme), hit]
    return Template.of(
        [
            beside_all(),
            layered(*drawn, shared=joined(columns, outlines)),
            *_backings(theme),
            wedge(theme),
            place_card(theme),
        ],
        theme,
        height=MAP_HEIGHT,
        params=SHARED,
        computed={**_computed(ground), **shades(theme)},
        beside=_beside(ground),
    )


@cache
def amount_map(theme_name: ThemeName, outlines: str, ground: Ground, over: str = "") -> Template:
    """An amount in each place.

    Data ``columns`` with the list ``amount``; ``card`` and ``bars``: see ``place_card``. Parameters:
    ``picked``; ``top``, the amount
    from which on all have the last color.
    """
    theme = THEMES[theme_name]
    at = ground.projection()
    scale = alt.Scale(range=[theme.least, theme.most], domain=[0, alt.ExprRef(expr="top")], clamp=True)
    shapes = alt.Chart().properties(projection=at)
    drawn = shapes.mark_geoshape(strokeWidth=0.6, stroke=theme.page).encode(
        color=alt.Color("amount:Q", scale=scale, legend=amount_legend())
    )
    hit = tapped(shapes, [alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title="Amount")]).transform_calculate(
        said="isValid(datum.amount) ? format(datum.amount, ',.10~f') : 'left blank'"
    )
    layers = [drawn, land(theme, ground, at, named=True, over=over), _picked(shapes, theme), hit]
    return Template.of(
        [beside_all(), layered(*layers, shared=joined(("amount",), outlines)), *_backings(theme), place_card(theme)],
        theme,
        height=MAP_HEIGHT,
        params={**SHARED, "top": 1},
        computed=_computed(ground),
        beside=_beside(ground),
    )


def _computed(ground: Ground) -> dict[str, str]:
    return {"height": ground.height(), **ground.params(), **BESIDE}


def _beside(ground: Ground) -> dict[str, str]:
    """The map at the right edge as high as the picture; key and card at the foot of the words."""
    return {
        "mapHeight": "height",
        "mapLeft": f"width - height / {ground.tall:.4f}",
        "keyX": "112",
        "keyRadius": "80",
        "legendY": "keyY - 20",
        "cardX": "212",
        "cardY": "keyY - 104",
        "cardWidth": "150",
    }


def _picked(shapes: alt.Chart, theme: Theme) -> alt.Chart:
    outlined: alt.Chart = named(shapes).mark_geoshape(fillOpacity=0, stroke=theme.ink, strokeWidth=2.5)
    return outlined.properties(name="chosen")


def _backings(theme: Theme) -> tuple[alt.Chart, alt.Chart]:
    """What parts the key and the card from a map that is zoomed, and reaches below them (zoom.css); else unseen."""
    key = _backing("zero", theme, ("0", "keyY - keyRadius - 26", "keyX + keyRadius + 46", "keyY + 8"))
    return key, _backing("card", theme, ("0", "cardY - 6", "cardX + cardWidth + 2", "cardY + 124"))


def _backing(data: str, theme: Theme, corners: tuple[str, str, str, str]) -> alt.Chart:
    x, y, x2, y2 = (alt.ExprRef(expr=expr) for expr in corners)
    made: alt.Chart = (
        alt.Chart(alt.NamedData(name=data), name=f"backing_{data}")
        .mark_rect(opacity=0, color=theme.page, x=x, y=y, x2=x2, y2=y2)
        .encode(tooltip=alt.value(None))  # see ``beside_all``
    )
    return made


def tapped(shapes: alt.Chart, tips: list[alt.Tooltip]) -> alt.Chart:
    """What is pointed at and tapped: the ground that covers places must not be in the way."""
    tap = alt.selection_point(name="place", fields=["name", "drawn"], on="click", toggle=False)
    # With the moment of drawing a second tap on a place is news, after the reader has been elsewhere in between.
    made: alt.Chart = (
        shapes.transform_calculate(drawn="now()")
        .mark_geoshape(opacity=0, cursor="pointer")
        .encode(tooltip=tips)
        .add_params(tap)
    )
    return made


def beside_all() -> alt.Chart:
    """What is tapped where no place is: else a tap there would be news only after one on a place."""
    made: alt.Chart = (
        alt.Chart(alt.NamedData(name="zero"))
        .transform_calculate(name="''", drawn="now()")
        .mark_rect(opacity=0, x=0, y=0, x2=alt.ExprRef(expr="width"), y2=alt.ExprRef(expr="height"))
        .encode(tooltip=alt.value(None))  # Vega-Lite lets only marks that are asked for something answer
    )
    return made


def amount_legend() -> alt.Legend:
    """A small legend of amounts at the parameter ``legendY``, in the corner that is not the city."""
    return alt.Legend(
        orient="none",
        direction="horizontal",
        legendX=8,
        legendY=alt.ExprRef(expr="legendY"),
        title=None,
        labelExpr="format(datum.value, ',.0f')",
        gradientLength=120,
        gradientThickness=9,
    )
