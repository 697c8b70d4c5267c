"""What lies below a map, for orientation: water, parks, major roads; cut at the city's outline and made light."""

import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import shapely

from lib.ingest.sources import geo_files
from lib.ingest.sources.boundaries import GRID, Boundaries, rounded
from lib.ingest.sources.raw import RawFile, SourceError

FILES = {
    "water": "geo/water.geojson.gz",
    "parks": "geo/parks.geojson.gz",
    "major_roads": "geo/major_roads.geojson.gz",
}

DETAIL_METERS = {"water": 15.0, "parks": 15.0, "major_roads": 15.0}

LEAST_SQUARE_METERS = 2_000
"""Smaller pieces of water and parks are less than a pixel of a phone."""


@dataclass(frozen=True)
class Ground:
    """One kind of FILES as the text of a GeoJSON collection with a single feature, named after the kind.

    ``features`` were read, of which ``mended`` crossed themselves; ``small`` pieces were left out.
    """

    geojson: str
    points: int
    features: int
    mended: int
    small: int
    file: RawFile


def read(raw: Path, kind: str, city: Boundaries) -> Ground:
    """One kind of FILES inside the outline of ``city``. Raises SourceError, also where nothing of it lies inside."""
    source, frame = geo_files.read(raw, FILES[kind])
    lines = kind == "major_roads"
    if not frame.geom_type.isin(_kinds(lines)).all():
        raise SourceError(f"{source.file}: it has something other than {'lines' if lines else 'areas'}.")
    there = gpd.GeoSeries(city.shapes, crs=geo_files.DEGREES)
    plane = geo_files.plane(there)
    outline, flat = there.to_crs(plane), frame.geometry.to_crs(plane)
    mended = int((~flat.is_valid).sum())
    parts = flat.make_valid().clip(outline.union_all()).explode(ignore_index=True)
    parts = parts[parts.geom_type.isin(_kinds(lines))]
    if lines:
        parts, small = parts[parts.length > 0], 0
        whole = shapely.line_merge(shapely.multilinestrings(parts.simplify(DETAIL_METERS[kind]).to_numpy()))
    else:
        pieces = gpd.GeoSeries([parts.union_all()], crs=plane).explode(ignore_index=True)
        large = pieces[pieces.area >= LEAST_SQUARE_METERS]
        small = len(pieces) - len(large)
        whole = large.simplify(DETAIL_METERS[kind]).make_valid().union_all()
    degrees = gpd.GeoSeries([whole], crs=plane).to_crs(geo_files.DEGREES).iloc[0]
    # Vega draws a ring that runs the other way as everything but the area.
    drawn = shapely.orient_polygons(shapely.set_precision(degrees, GRID), exterior_cw=True)
    if drawn.is_empty or drawn.geom_type not in _kinds(lines):
        raise SourceError(f"{source.file}: nothing that can be drawn lies inside the city.")
    feature = {"type": "Feature", "id": kind, "properties": {"name": kind}, "geometry": rounded(drawn)}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, separators=(",", ":"))
    return Ground(text, int(shapely.get_num_coordinates(drawn)), len(frame), mended, small, source)


def _kinds(lines: bool) -> tuple[str, str]:
    return ("LineString", "MultiLineString") if lines else ("Polygon", "MultiPolygon")
