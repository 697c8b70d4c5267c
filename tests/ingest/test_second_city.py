"""A second city's maps, made up, in GeoPackages in a plane of their own, go the way of Baltimore's to the page."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from lib.charts.ground import Ground
from lib.ingest.build import build
from lib.ingest.sources import boundaries, ground
from lib.tables.schemas import GROUND
from tests.conftest_data import NAMES, as_a_second_city, grid, write_raw

PLANE = "EPSG:32633"
OTHER_PLANES = ("EPSG:32633", "EPSG:3035")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    """The input files, the tables made of them, and what the build said."""
    folder = tmp_path_factory.mktemp("second")
    raw, said = write_raw(folder / "raw"), list[str]()
    as_a_second_city(raw, PLANE)
    build(raw, folder / "data", said.append)
    return raw, folder / "data" / "tables", said


def drawn(tables: Path, name: str) -> gpd.GeoDataFrame:
    (file,) = tables.glob(f"{name}-*.geojson")
    tree = json.loads(file.read_text(encoding="utf-8"))
    return gpd.GeoDataFrame.from_features(tree["features"], crs="EPSG:4326").to_crs(PLANE)


def test_neighborhoods_come_out_where_they_were_and_still_share_their_edges(built: tuple[Path, Path, list[str]]):
    raw, tables, _ = built
    given = gpd.read_file(raw / "geo/neighborhoods.gpkg").sort_values("name", ignore_index=True)
    made = drawn(tables, "neighborhoods")
    assert list(made["name"]) == list(given["name"]) == sorted(NAMES)
    shared = made.geometry.intersection(given.geometry).area / given.geometry.area
    assert shared.min() > 0.97
    assert shapely.coverage_is_valid(made.to_crs("EPSG:4326").geometry.set_precision(1e-5).to_numpy())


def test_water_parks_and_roads_are_cut_at_that_city(built: tuple[Path, Path, list[str]]):
    raw, tables, _ = built
    city = drawn(tables, "city").geometry.iloc[0]
    for name in GROUND:
        (shape,) = drawn(tables, name).geometry
        assert city.buffer(30).covers(shape), name
    (park,), (given,) = drawn(tables, "parks").geometry, gpd.read_file(raw / "geo/parks.gpkg").geometry
    assert park.area == pytest.approx(given.intersection(city).area, rel=0.02)


def test_areas_are_held_against_their_neighborhoods_dissolved(built: tuple[Path, Path, list[str]], tmp_path: Path):
    raw, _, said = built
    assert [line for line in said if "districts, made of neighborhoods" in line]
    small = boundaries.read(raw, "neighborhoods")
    wholes = boundaries.read(raw, "districts")
    match = boundaries.agreement(small, boundaries.belongs(small, wholes), wholes)
    assert set(match) == set(wholes.names)
    assert 0.6 < min(match.values()) < max(match.values()) < 1

    homes = [f"part {number % 3}" for number in range(len(small.names))]
    frame = gpd.GeoDataFrame({"name": homes}, geometry=list(small.shapes), crs="EPSG:4326")
    (tmp_path / "geo").mkdir()
    frame.dissolve("name").reset_index().to_crs(PLANE).to_file(tmp_path / "geo/csas.gpkg")
    exact = boundaries.read(tmp_path, "areas")
    assert boundaries.agreement(small, homes, exact) == pytest.approx(dict.fromkeys(exact.names, 1.0), abs=1e-4)
    assert boundaries.agreement(small, ["part 0"] * len(homes), exact)["part 1"] == 0


def test_the_map_shows_that_city_in_its_own_shape(built: tuple[Path, Path, list[str]]):
    _, tables, _ = built
    flat = drawn(tables, "city")
    west, south, east, north = flat.to_crs("EPSG:4326").total_bounds
    shown = Ground("ground", west, south, east, north)
    left, bottom, right, top = flat.to_crs(flat.estimate_utm_crs()).total_bounds
    assert shown.tall == pytest.approx((top - bottom) / (right - left), rel=0.02)
    made = shown.projection().to_dict()
    assert made["center"] == [pytest.approx((west + east) / 2, abs=1e-5), pytest.approx((south + north) / 2, abs=0.01)]


def test_names_stand_inside_their_places_whatever_the_plane(tmp_path: Path):
    for crs in OTHER_PLANES:
        (tmp_path / crs[5:] / "geo").mkdir(parents=True)
        frame = gpd.GeoDataFrame({"name": NAMES[:6]}, geometry=grid(3, 6, 0.2), crs="EPSG:4326")
        moved = frame.set_geometry(frame.geometry.translate(91.7, 10.0))
        moved.to_crs(crs).to_file(tmp_path / crs[5:] / "geo/neighborhoods.gpkg")
    one, other = (boundaries.read(tmp_path / crs[5:], "neighborhoods") for crs in OTHER_PLANES)
    assert shapely.equals_exact(one.shapes, other.shapes, 1e-7, normalize=True).all()
    points = [shapely.get_coordinates(shapely.maximum_inscribed_circle(shape))[0] for shape in one.shapes]
    assert shapely.contains(one.shapes, shapely.points(points)).all()


def test_a_city_far_from_maryland_is_measured_in_its_own_zone(built: tuple[Path, Path, list[str]]):
    raw, _, _ = built
    city = boundaries.read(raw, "city")
    pond = ground.read(raw, "water", city)
    (feature,) = json.loads(pond.geojson)["features"]
    shape = gpd.GeoSeries([shapely.geometry.shape(feature["geometry"])], crs="EPSG:4326").to_crs(PLANE)
    given = gpd.read_file(raw / "geo/water.gpkg").geometry
    assert shape.area.iloc[0] == pytest.approx(given.area.iloc[0], rel=0.02)
