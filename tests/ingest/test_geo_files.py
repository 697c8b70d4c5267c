"""Maps in any format and any system of coordinates become the same degrees; made-up shapes."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from lib.ingest.sources import boundaries, geo_files, ground
from lib.ingest.sources.raw import SourceError
from tests.conftest_data import geojson_text, grid, write_text

NAMES = [f"Place {number}" for number in range(6)]
PROJECTED = ("EPSG:2248", "EPSG:26985", "EPSG:3857")  # Maryland's plane in feet and in meters, and the web's


def cells(crs: str | None) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"name": NAMES}, geometry=grid(3, 6, 0.2), crs="EPSG:4326")
    return frame.to_crs(crs) if crs else frame.set_crs(None, allow_override=True)


@pytest.mark.parametrize("crs", PROJECTED)
@pytest.mark.parametrize("suffix", [".gpkg", ".zip"])
def test_a_projected_file_gives_the_areas_of_the_geojson(tmp_path: Path, crs: str, suffix: str):
    write_text(tmp_path / "a", boundaries.FILES["areas"], geojson_text(NAMES, grid(3, 6, 0.2)))
    (tmp_path / "b/geo").mkdir(parents=True)
    path = tmp_path / f"b/geo/csas{suffix}"
    # A Shapefile's own names of columns are often in capitals.
    frame = cells(crs) if suffix == ".gpkg" else cells(crs).rename(columns={"name": "NAME"})
    frame.to_file(path if suffix == ".gpkg" else path.with_suffix(".shz"))
    if suffix == ".zip":
        path.with_suffix(".shz").rename(path)
    plain, projected = (boundaries.read(tmp_path / folder, "areas") for folder in "ab")
    assert projected.names == plain.names == tuple(NAMES)
    # A ten-millionth of a degree is a centimeter.
    assert shapely.equals_exact(projected.shapes, plain.shapes, 1e-7, normalize=True).all()
    assert projected.file.file == f"geo/csas{suffix}"
    light = [boundaries.simplified(each, 20.0) for each in (plain, projected)]
    assert boundaries.geojson(light[0]) == boundaries.geojson(light[1])


def test_degrees_are_taken_digit_by_digit(tmp_path: Path):
    shapes = grid(3, 6, 0.2)
    write_text(tmp_path, boundaries.FILES["areas"], geojson_text(NAMES, shapes))
    assert shapely.equals_exact(boundaries.read(tmp_path, "areas").shapes, np.array(shapes), 0).all()


def test_what_is_not_a_map_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "geo").mkdir()
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        cells(None).to_file(tmp_path / "geo/csas.gpkg")
    with pytest.raises(SourceError, match=r"geo/csas.gpkg doesn't say which system its coordinates are of\."):
        boundaries.read(tmp_path, "areas")
    write_text(tmp_path, "geo/csas.geojson", geojson_text(NAMES, grid(3, 6)))
    with pytest.raises(SourceError, match=r"both geo/csas.geojson and geo/csas.gpkg"):
        boundaries.read(tmp_path, "areas")
    (tmp_path / "geo/csas.gpkg").unlink()
    for text, why in (
        ("no map", "can't be read as a map"),
        (geojson_text(NAMES, grid(3, 6)).replace('"name"', '"title"'), "no property called name"),
        (geojson_text(NAMES, [*grid(3, 5), shapely.Point(-76.6, 39.3)]), "Place 5 isn't a valid area"),
        (geojson_text(NAMES, grid(3, 6)).replace("-76.", "-276."), "aren't on Earth"),
    ):
        write_text(tmp_path, "geo/csas.geojson", text)
        with pytest.raises(SourceError, match=why):
            boundaries.read(tmp_path, "areas")
    (tmp_path / "geo/csas.geojson").unlink()
    with pytest.raises(SourceError, match=r"The input file geo/csas\.geojson\.gz isn't in"):
        geo_files.read(tmp_path, boundaries.FILES["areas"])


def city_of(raw: Path) -> boundaries.Boundaries:
    write_text(raw, boundaries.FILES["city"], geojson_text(["city"], grid(1, 1)))
    return boundaries.read(raw, "city")


def test_the_ground_is_cut_at_the_city_mended_and_made_light(tmp_path: Path):
    city = city_of(tmp_path)
    bow = shapely.Polygon([(-76.6, 39.3), (-76.58, 39.32), (-76.58, 39.3), (-76.6, 39.32)])
    pond, drop = shapely.box(-76.75, 39.25, -76.65, 39.3), shapely.box(-76.65, 39.35, -76.6499, 39.3501)
    shapes = [bow, shapely.segmentize(pond, 0.0005), drop]
    write_text(tmp_path, ground.FILES["water"], geojson_text(["bow", "pond", "drop"], shapes))
    made = ground.read(tmp_path, "water", city)
    assert (made.features, made.mended, made.small) == (3, 1, 1)
    (feature,) = json.loads(made.geojson)["features"]
    assert (feature["id"], feature["properties"]) == ("water", {"name": "water"})
    shape = shapely.geometry.shape(feature["geometry"])
    assert shape.is_valid
    # The half of the pond that lies inside, and the two triangles of the bow.
    expected = 0.05 * 0.05 + 0.02 * 0.02 / 2
    assert shape.area == pytest.approx(expected, rel=0.01)
    assert city.shapes[0].buffer(1e-4).covers(shape)
    assert made.points < 20 < shapely.get_num_coordinates(shapes[1])


def test_roads_in_a_geopackage_in_feet_stay_lines(tmp_path: Path):
    city = city_of(tmp_path)
    road = shapely.LineString([(-76.8, 39.3), (-76.6, 39.3), (-76.4, 39.3)])
    gpd.GeoDataFrame({"class": ["freeway"]}, geometry=[road], crs="EPSG:4326").to_crs("EPSG:2248").to_file(
        tmp_path / "geo/major_roads.gpkg"
    )
    made = ground.read(tmp_path, "major_roads", city)
    shape = shapely.geometry.shape(json.loads(made.geojson)["features"][0]["geometry"])
    assert shape.length == pytest.approx(0.2, rel=0.001)
    write_text(tmp_path, ground.FILES["parks"], geojson_text(["a road"], [road]))
    with pytest.raises(SourceError, match="something other than areas"):
        ground.read(tmp_path, "parks", city)
    write_text(tmp_path, ground.FILES["parks"], geojson_text(["far off"], [shapely.box(-86.7, 39.2, -86.6, 39.3)]))
    with pytest.raises(SourceError, match="nothing that can be drawn lies inside the city"):
        ground.read(tmp_path, "parks", city)
