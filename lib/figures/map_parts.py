"""Parts of maps that have an address of their own: the outlines of places, and the ground."""

from __future__ import annotations

import json
import math
from functools import cache
from typing import Any, get_args

from lib.charts.ground import HATCH, Ground
from lib.errors import ArgumentError
from lib.figures.url_data import address_of, serves
from lib.story.evidence.places import Layer, earlier_arrests, places
from lib.story.landmarks import LANDMARKS
from lib.story.records import Records
from lib.story.records_in_use import open_records
from lib.tables.schemas import GROUND

HATCH_METERS = 190
"""Between two lines of the hatch; some 6 px of a wide map."""
METERS_A_DEGREE = 111_320


def outlines_address(layer: Layer) -> str:
    """The address of a layer's outlines, which changes with the data, so that browsers may keep them."""
    return address_of("geo", layer)


def ground_of_map() -> Ground:
    """The ground of every map, which shows the whole city."""
    return Ground(address_of("geo", "ground"), *_extent(open_records()))


@cache
def _extent(records: Records) -> tuple[float, float, float, float]:
    import shapely

    west, south, east, north = shapely.bounds(_city(records))
    return float(west), float(south), float(east), float(north)


@serves("geo")
def _parts(name: str) -> Any:
    if name == "ground":
        return ground()
    layers: dict[str, Layer] = {layer: layer for layer in get_args(Layer)}
    if name not in layers:
        raise ArgumentError(f"There is no map called {name[:40]!r}.")
    return outlines(layers[name])


def outlines(layer: Layer) -> dict[str, Any]:
    """A layer's outlines as GeoJSON, with what does not move with the windows.

    Properties of each: ``name``; ``i``, its place from 1 in the order of the numbers joined to it; ``residents`` of
    2010; ``earlier``, arrests for offenses of the policy per 1,000 of them in the year before it (0.1).
    """
    tree: dict[str, Any] = json.loads(open_records().tables.content(layer))
    people, earlier = places(layer).residents.tolist(), earlier_arrests(layer).round(1).tolist()
    for number, (feature, residents, rate) in enumerate(zip(tree["features"], people, earlier, strict=True), 1):
        feature["properties"].update(i=number, residents=residents, earlier=rate)
    return tree


def ground() -> dict[str, Any]:
    """What lies on every map for orientation, as GeoJSON; the properties are those of ``lib.charts.ground.Ground``."""
    records = open_records()
    drawn = [("outline", "city"), *((name, name) for name in GROUND)]
    features = [_feature({"kind": kind}, _content(records, name)[0]["geometry"]) for kind, name in drawn]
    features.append(_feature({"kind": HATCH}, _hatch(records)))
    return {"type": "FeatureCollection", "features": [*features, *_names(records)]}


def _feature(properties: dict[str, Any], geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _content(records: Records, name: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(records.tables.content(name))["features"]
    return features


def _city(records: Records) -> Any:
    import shapely

    return shapely.geometry.shape(_content(records, "city")[0]["geometry"])


def _hatch(records: Records) -> Any:
    """Lines from the southwest to the northeast over the whole city, ``HATCH_METERS`` apart."""
    import shapely

    city = _city(records)
    west, south, east, north = shapely.bounds(city)
    flat = math.cos(math.radians((south + north) / 2))
    step = HATCH_METERS * math.sqrt(2) / METERS_A_DEGREE
    rise = (east - west) * flat
    lines = [
        shapely.LineString([(west, south - rise + n * step), (east, south + n * step)])
        for n in range(math.ceil((north - south + rise) / step))
    ]
    inside = shapely.intersection(shapely.multilinestrings(lines), city)
    return shapely.geometry.mapping(shapely.set_precision(inside, 1e-5))


def _names(records: Records) -> list[dict[str, Any]]:
    """The names, at the point of their neighborhood that is farthest from its edge; those that the map here has."""
    import shapely

    water = shapely.geometry.shape(_content(records, "water")[0]["geometry"])

    shapes = {feature["properties"]["name"]: feature["geometry"] for feature in _content(records, "neighborhoods")}
    found = []
    for mark in LANDMARKS:
        if isinstance(mark.at, str):
            if mark.at not in shapes:
                continue
            circle = shapely.maximum_inscribed_circle(shapely.geometry.shape(shapes[mark.at]))
            lon, lat = shapely.get_coordinates(circle)[0]
        else:
            lon, lat = mark.at
            if not water.covers(shapely.Point(lon, lat)):
                continue
        place = [round(float(lon), 5), round(float(lat), 5)]
        about = {"name": list(mark.lines), "dx": mark.dx, "dy": mark.dy, "narrow": mark.narrow}
        at = {"lon": place[0], "lat": place[1]}
        found.append(_feature({"kind": mark.kind, **about, **at}, {"type": "Point", "coordinates": place}))
    return found
