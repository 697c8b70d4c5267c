"""What maps ask for at addresses of their own: the ground inside the city, and names that can be read."""

import math
from typing import Any

import pytest
import shapely

from lib.charts.ground import HATCH, LAND, NAMES
from lib.errors import ArgumentError
from lib.figures import map_parts
from lib.figures.url_data import part
from lib.story.landmarks import LANDMARKS
from lib.story.records_in_use import open_records


def features(*kinds: str) -> list[dict[str, Any]]:
    made = part("geo", "ground", open_records().version)
    return [feature for feature in made["features"] if feature["properties"]["kind"] in kinds]


def test_the_ground_lies_inside_the_city_and_the_map_shows_all_of_it() -> None:
    (city,) = (shapely.geometry.shape(feature["geometry"]) for feature in features("outline"))
    inside = city.buffer(0.001)
    for kind in (*LAND, HATCH):
        (feature,) = features(kind)
        shape = shapely.geometry.shape(feature["geometry"])
        assert inside.covers(shape), kind
        assert not shape.is_empty
    shown = map_parts.ground_of_map()
    assert shapely.box(shown.west, shown.south, shown.east, shown.north).covers(city)


def test_the_hatch_runs_over_the_whole_city_at_one_distance() -> None:
    (feature,) = features(HATCH)
    (city,) = (shapely.geometry.shape(each["geometry"]) for each in features("outline"))
    flat = math.cos(math.radians(city.centroid.y))
    even = [
        shapely.transform(shape, lambda points: points * [flat, 1.0])
        for shape in (shapely.geometry.shape(feature["geometry"]), city)
    ]
    length = even[0].length * map_parts.METERS_A_DEGREE
    area = even[1].area * map_parts.METERS_A_DEGREE**2
    assert area / length == pytest.approx(map_parts.HATCH_METERS, rel=0.03)


def test_each_name_stands_in_its_own_neighborhood() -> None:
    shapes = {
        feature["properties"]["name"]: shapely.geometry.shape(feature["geometry"])
        for feature in part("geo", "neighborhoods", open_records().version)["features"]
    }
    water = shapely.geometry.shape(features("water")[0]["geometry"])
    named = [feature for kind in NAMES for feature in features(kind) if feature["geometry"]["type"] == "Point"]
    assert len(named) == len(LANDMARKS) >= 12
    for mark in LANDMARKS:
        (found,) = (feature for feature in named if feature["properties"]["name"] == list(mark.lines))
        point = shapely.geometry.shape(found["geometry"])
        assert (shapes[mark.at] if isinstance(mark.at, str) else water).covers(point), mark.lines


def test_there_is_no_map_of_another_name() -> None:
    with pytest.raises(ArgumentError, match="no map called"):
        part("geo", "moon", open_records().version)
