"""A map's ground: how it lies on the picture, and water, parks, roads and names over what is shown of places.

The ground comes from one address of its own, which a browser asks for once, whatever moves on the map.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt

from lib.charts.layers import Layers, layered
from lib.charts.theme import NARROW_BELOW, Theme

MAP_HEIGHT, LEAST_HEIGHT = 860, 620  # px of a wide map in a picture, and at least on a screen
MOST_ASIDE = 188  # px to the left of a map at most, where it is lower than its picture is wide
ROOM = 570  # px of height from which on a map has room for all names
DOCK = 128  # px below a map as wide as a phone, for the card of the chosen place
HATCH = "hatch"
LAND = ("parks", "major_roads", "water", "outline")
NAMES = ("place", "park", "river")
"""Kinds of names on the map."""
_NARROW = f"width < {NARROW_BELOW}"
_TURN = 180 / math.pi


@dataclass(frozen=True)
class Ground:
    """``address`` of features with the property ``kind``: ``HATCH`` (lines), ``LAND``, and points with a ``name``, of
    ``NAMES``, their place in degrees (``lon``, ``lat``), px to shift it by (``dx``, ``dy``), and whether a map lower
    than ``ROOM`` has room for it (``narrow``). ``west`` to ``north``, in degrees, is what the map shows.
    """

    address: str
    west: float
    south: float
    east: float
    north: float

    @property
    def tall(self) -> float:
        """Height of the map over its width."""
        return (_mercator(self.north) - _mercator(self.south)) * _TURN / (self.east - self.west)

    def height(self) -> str:
        """The height in px of a picture with one map, which is as wide as the picture, but no higher than a screen.

        An expression of the width, of the parameter ``picked``, and of the screen's height where there is one.
        """
        whole = f"width * {self.tall:.4f}"
        screen = f"max(windowSize()[1] || MAX_VALUE, {LEAST_HEIGHT})"
        return f"{_NARROW} ? {whole} + (length(picked) ? {DOCK} : 8) : min({whole}, {screen})"

    def params(self) -> dict[str, str]:
        """What ``projection`` goes by, as expressions: a map as large as the picture has room for."""
        room = f"height - ({_NARROW} && length(picked) ? {DOCK} : 8)"
        return {
            "mapHeight": f"min({_NARROW} ? {room} : height, width * {self.tall:.4f})",
            "mapLeft": f"{_NARROW} ? (width - mapHeight / {self.tall:.4f}) / 2 : "
            f"min(width - mapHeight / {self.tall:.4f}, {MOST_ASIDE})",
        }

    def projection(
        self, left: str = "mapLeft", top: str = "0", height: str = "mapHeight", panel: int = 0
    ) -> alt.Projection:
        """The map ``height`` px high with its corner at ``left`` and ``top``; all are expressions.

        Maps of one picture have each a number as their ``panel``.
        """
        middle = (_mercator(self.south) + _mercator(self.north)) / 2
        lat = math.degrees(2 * math.atan(math.exp(middle)) - math.pi / 2)
        per_px = _mercator(self.north) - _mercator(self.south)
        return alt.Projection(
            type="mercator",
            precision=0.7 + panel / 1000,  # px; Vega-Lite takes projections that differ only in place for one
            center=[round((self.west + self.east) / 2, 6), round(lat, 6)],
            scale=alt.ExprRef(expr=f"({height}) / {per_px:.8f}"),
            translate=alt.ExprRef(expr=f"[{left} + ({height}) / {2 * self.tall:.4f}, {top} + ({height}) / 2]"),
        )


def _mercator(lat: float) -> float:
    """Northing of a latitude in degrees on a globe of radius 1."""
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))


def hatch(theme: Theme, ground: Ground, projection: alt.Projection) -> Layers:
    """Lines over the whole city; what is drawn after them covers them."""
    lines = _of(HATCH).mark_geoshape(filled=False, stroke=theme.page, strokeWidth=1.1).properties(projection=projection)
    return _grounded([lines], ground)


def land(theme: Theme, ground: Ground, projection: alt.Projection, *, named: bool, over: str = "") -> Layers:
    """Parks, main roads, water and the city's outline, ``named`` with a dozen names for orientation.

    ``over`` is the address of larger places, whose edges are drawn; empty for none.
    """
    looks: Mapping[str, Mapping[str, Any]] = {
        "parks": {"fill": theme.park, "fillOpacity": 0.8},
        "major_roads": {"filled": False, "stroke": theme.page, "strokeWidth": 1, "strokeOpacity": 0.75},
        "water": {"fill": theme.water, "stroke": theme.shore, "strokeWidth": 0.7},
        "outline": {"filled": False, "stroke": theme.muted, "strokeWidth": 0.9},
    }
    drawn = [_of(kind).mark_geoshape(**look) for kind, look in looks.items()]
    if named:
        drawn[-1] = drawn[-1].properties(name="city")  # by which zoom.js knows where the map is
    texts = _names(theme) if named else []
    lines = _edges(theme, over) if over else []
    return _grounded([each.properties(projection=projection) for each in (*drawn, *lines, *texts)], ground)


def water(theme: Theme, ground: Ground, projection: alt.Projection) -> Layers:
    """Water alone, for a map too small for more."""
    return _grounded([_of("water").mark_geoshape(fill=theme.water).properties(projection=projection)], ground)


def _edges(theme: Theme, outlines: str) -> list[alt.Chart]:
    """The edges of places: a dark line in a pale one, as dark alone is the edge of a place where something rose."""
    shapes = alt.UrlData(url=outlines, format=alt.JsonDataFormat(type="json", property="features"))
    return [
        alt.Chart(shapes).mark_geoshape(filled=False, stroke=color, strokeWidth=wide, strokeJoin="round")
        for color, wide in ((theme.page, 4.5), (theme.ink, 1.2))
    ]


def _names(theme: Theme) -> list[alt.Chart]:
    """The names of places and parks on a halo, as any color can lie below them."""
    halo: dict[str, Any] = {"strokeWidth": 2.6, "strokeJoin": "round", "strokeOpacity": 0.85}
    looks: Mapping[str, Mapping[str, Any]] = {
        "river": {"color": theme.shore_name, "fontSize": 12},
        "park": {"color": theme.park_name, "fontSize": 11.5},
        "place": {"color": theme.ink, "fontSize": 11.5, "fontWeight": 600},
    }
    behind = {"river": theme.water, "park": theme.page, "place": theme.page}
    rings = [(kind, {**look, **halo, "stroke": behind[kind]}) for kind, look in looks.items()]
    return [
        _of(kind)
        .properties(name=f"names{number}")
        .transform_filter(f"mapHeight < {ROOM} ? datum.properties.narrow : true")
        .mark_text(
            **look,
            dx=alt.ExprRef(expr="datum.properties.dx"),
            dy=alt.ExprRef(expr="datum.properties.dy"),
            lineHeight=13,
        )
        .encode(longitude="properties.lon:Q", latitude="properties.lat:Q", text="properties.name:N")
        for number, (kind, look) in enumerate((*rings, *looks.items()))
    ]


def _of(kind: str) -> alt.Chart:
    only: alt.Chart = alt.Chart().transform_filter(f"datum.properties.kind == '{kind}'")
    return only


def _grounded(charts: list[alt.Chart], ground: Ground) -> Layers:
    """These charts over the features of the ground."""
    features = alt.UrlData(url=ground.address, format=alt.JsonDataFormat(type="json", property="features"))
    return layered(*charts, shared=alt.Chart(features))
