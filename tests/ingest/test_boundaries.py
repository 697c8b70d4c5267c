"""Outlines: lighter, on the grid, and neighbors still share their edges."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.ingest.sources import boundaries
from lib.ingest.sources.raw import SourceError
from tests.conftest_data import geojson_text, grid, write_text
from tests.examples import examples

quick = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(raw: Path, names, shapes) -> boundaries.Boundaries:
    write_text(raw, boundaries.FILES["city"], geojson_text(names, shapes))
    return boundaries.read(raw, "city")


def wavy(cells, seed: int):
    """The same cells with many more points along their edges, and gaps and overlaps of about a meter."""
    random = np.random.default_rng(seed)
    waved = []
    for cell in shapely.segmentize(np.array(cells), 0.002):
        ring = shapely.get_coordinates(cell)[:-1]
        waved.append(shapely.Polygon(np.round(ring + random.normal(0, 5e-6, ring.shape), 6)))
    return waved


@quick
@given(
    columns=st.integers(1, 6),
    count=st.integers(1, 30),
    seed=st.integers(0, 99),
    meters=st.sampled_from([12, 25, 60]),
)
def test_areas_stay_a_coverage(tmp_path: Path, columns, count, seed, meters):
    cells = wavy(grid(columns, count, 0.2, seed), seed)
    names = [f"{n:02}" for n in range(count)]
    full = read(tmp_path, names, cells)
    light = boundaries.simplified(full, meters)
    assert light.names == tuple(names)
    assert shapely.is_valid(light.shapes).all()
    assert shapely.coverage_is_valid(light.shapes)
    assert light.points <= full.points
    change = shapely.area(light.shapes) / shapely.area(full.shapes) - 1
    assert np.abs(change).max() < 0.03
    # No gap is left between neighbors: the whole has no more holes than it had cells missing.
    whole = shapely.union_all(light.shapes)
    assert sum(len(part.interiors) for part in shapely.get_parts(whole)) == 0

    tree = json.loads(boundaries.geojson(light))
    again = np.array([shapely.geometry.shape(item["geometry"]) for item in tree["features"]])
    assert shapely.coverage_is_valid(again)
    assert shapely.equals_exact(again, light.shapes, 1e-9).all()
    assert [(item["id"], item["properties"]) for item in tree["features"]] == [(n, {"name": n}) for n in names]
    points = shapely.get_coordinates(again)
    assert (points == np.round(points, boundaries.DECIMALS)).all()


def test_rings_run_the_way_vega_draws(tmp_path: Path):
    light = boundaries.simplified(read(tmp_path, ["a"], grid(1, 1)), 5)
    assert not shapely.is_ccw(shapely.get_exterior_ring(light.shapes[0]))


def test_a_hole_between_areas_stays_one(tmp_path: Path):
    cells = grid(3, 9)
    light = boundaries.simplified(read(tmp_path, [str(n) for n in range(8)], cells[:4] + cells[5:]), 5)
    whole = shapely.union_all(light.shapes)
    assert len(whole.interiors) == 1


def test_an_area_within_another_is_refused(tmp_path: Path):
    big = grid(1, 1)[0]
    full = read(tmp_path, ["big", "small"], [big, big.centroid.buffer(0.01, 2)])
    with pytest.raises(SourceError, match="small is too small to draw or lies within another"):
        boundaries.simplified(full, 5)


SQUARE = shapely.box(-76.6, 39.2, -76.5, 39.3)
BOW = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"features": [\n{]}', "can.t be read as a map .*line 2"),
        ('{"type": "FeatureCollection"}', "isn't a map|can't be read as a map"),
        ("[]", "can't be read as a map"),
        ('{"features": []}', "isn't a map|can't be read as a map"),
        (geojson_text(["a", "a"], [SQUARE, SQUARE]), "names one twice"),
        (geojson_text(["a"], [shapely.Point(0, 0)]), "a isn't a valid area"),
        (geojson_text(["a"], [BOW]), "a isn't a valid area"),
        (geojson_text(["a"], [SQUARE]).replace("name", "nom"), "no property called name"),
        (
            geojson_text(["a"], [SQUARE]).replace("-76.6", '"x"'),
            "isn't a map|can't be read as a map|isn't a valid area",
        ),
    ],
)
def test_a_wrong_map_is_refused(tmp_path: Path, text, why):
    write_text(tmp_path, boundaries.FILES["city"], text)
    with pytest.raises(SourceError, match=why):
        boundaries.read(tmp_path, "city")
