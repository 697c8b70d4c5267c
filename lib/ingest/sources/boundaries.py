"""City boundaries, made light without tearing neighbors apart."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lib.ingest.sources import geo_files
from lib.ingest.sources.raw import RawFile, SourceError

FILES = {
    "neighborhoods": "geo/neighborhoods.geojson.gz",
    "districts": "geo/police_districts.geojson.gz",
    "areas": "geo/csas.geojson.gz",
    "city": "geo/baltimore_city.geojson.gz",
}

DECIMALS = 5
GRID = 10.0**-DECIMALS
FINE_GRID = 1e-6
"""The grid the inputs themselves are on, in degrees."""

METERS_A_DEGREE = 111_320
SLIVER_METERS = 6.0
"""A gap narrower than this between areas is a drawing error, not a place."""

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Boundaries:
    """Named areas in WGS 84 degrees, in the order of their names; ``shapes`` are shapely geometries."""

    names: tuple[str, ...]
    shapes: Shapes
    file: RawFile

    @property
    def points(self) -> int:
        """How many points draw the areas."""
        return int(shapely.get_num_coordinates(self.shapes).sum())


def read(raw: Path, kind: str) -> Boundaries:
    """The areas of one kind of FILES, in any format of ``geo_files``. Raises SourceError for what isn't named areas."""
    source, frame = geo_files.read(raw, FILES[kind])
    if "name" not in frame.columns:
        raise SourceError(f"{source.file}: its areas have no property called name.")
    frame = frame.assign(name=frame["name"].fillna("").astype(str).str.strip()).sort_values("name")
    if frame.empty or frame["name"].duplicated().any():
        raise SourceError(f"{source.file} has no areas or names one twice.")
    sound = frame.geom_type.isin(["Polygon", "MultiPolygon"]) & ~frame.is_empty & frame.is_valid
    if not sound.all():
        name = frame.loc[~sound, "name"].iloc[0]
        raise SourceError(f"{source.file}: {name or 'an area'} isn't a valid area.")
    return Boundaries(tuple(frame["name"]), np.array(frame.geometry, dtype=object), source)


def simplified(boundaries: Boundaries, meters: float) -> Boundaries:
    """The same areas with fewer points, on a grid of 5 decimals; neighbors share their edges point by point.

    ``meters`` is roughly the size of detail given up. Raises SourceError if an area vanishes.
    """
    tiles = _tiled(boundaries, boundaries.shapes, FINE_GRID)
    flat = math.cos(math.radians(float(shapely.bounds(tiles)[:, 1].mean())))
    even = shapely.transform(tiles, lambda points: points * [flat, 1.0])
    light = shapely.coverage_simplify(even, meters / METERS_A_DEGREE)
    tiles = _tiled(boundaries, shapely.transform(light, lambda points: points / [flat, 1.0]), GRID)
    # Vega draws a ring that runs the other way as everything but the area.
    tiles = shapely.orient_polygons(tiles, exterior_cw=True)
    if not (shapely.is_valid(tiles).all() and shapely.coverage_is_valid(tiles)):
        raise SourceError(f"{boundaries.file.file}: its areas can't be simplified without tearing.")
    return Boundaries(boundaries.names, tiles, boundaries.file)


def belongs(parts: Boundaries, wholes: Boundaries) -> tuple[str, ...]:
    """For each of ``parts`` the one of ``wholes`` that most of it lies in, in the order of the parts.

    Raises SourceError for a part that lies in none.
    """
    home = []
    for name, shape in zip(parts.names, parts.shapes, strict=True):
        shared = shapely.area(shapely.intersection(shape, wholes.shapes))
        if not shared.any():
            raise SourceError(f"{wholes.file.file}: none of its areas holds the neighborhood {name}.")
        home.append(wholes.names[int(shared.argmax())])
    return tuple(home)


def agreement(parts: Boundaries, homes: Sequence[str], wholes: Boundaries) -> dict[str, float]:
    """How well the parts that belong to each of ``wholes``, dissolved, cover just that one: 1 where both are the same.

    ``homes`` says for each of the parts which it belongs to; one that none belongs to has 0.
    """
    small = gpd.GeoDataFrame({"whole": list(homes)}, geometry=list(parts.shapes), crs=geo_files.DEGREES)
    plane = geo_files.plane(small.geometry)
    dissolved = small.to_crs(plane).dissolve("whole").geometry.reindex(list(wholes.names))
    given = gpd.GeoSeries(list(wholes.shapes), index=list(wholes.names), crs=geo_files.DEGREES).to_crs(plane)
    shared, either = given.intersection(dissolved).area, given.union(dissolved).area
    return {str(name): float(part) for name, part in (shared / either).fillna(0.0).items()}


def geojson(boundaries: Boundaries) -> str:
    """The areas as compact GeoJSON: ``id`` and the only property ``name`` are the area's name."""
    features = [
        {"type": "Feature", "id": name, "properties": {"name": name}, "geometry": rounded(shape)}
        for name, shape in zip(boundaries.names, boundaries.shapes, strict=True)
    ]
    tree = {"type": "FeatureCollection", "features": features}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"))


def _tiled(boundaries: Boundaries, shapes: Shapes, grid: float) -> Shapes:
    """``shapes`` with every crossing and touching made a shared point of ``grid``, and no overlap.

    All edges are laid over each other and the faces between them handed out: a face to the first area
    it lies in, a thin face in none (a gap between two areas) to the area it borders longest. Raises
    SourceError, naming the area by ``boundaries``, if one gets no face.
    """
    lines = shapely.union_all(shapely.boundary(shapes), grid_size=grid)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    face, area = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    owner = np.full(len(faces), len(shapes))
    np.minimum.at(owner, face, area)
    free = owner == len(shapes)
    thin = shapely.is_empty(shapely.buffer(faces, -SLIVER_METERS / 2 / METERS_A_DEGREE))
    owned = np.flatnonzero(~free)
    tree = shapely.STRtree(faces[owned])
    for gap in np.flatnonzero(free & thin):
        near = owned[tree.query(faces[gap], predicate="touches")]
        edge = shapely.boundary(faces[gap])
        shared = shapely.length(shapely.intersection(edge, shapely.boundary(faces[near])))
        if shared.any():
            owner[gap] = owner[near[int(shared.argmax())]]
    for number, name in enumerate(boundaries.names):
        if not (owner == number).any():
            raise SourceError(f"{boundaries.file.file}: {name} is too small to draw or lies within another.")
    return np.array([shapely.coverage_union_all(faces[owner == number]) for number in range(len(shapes))], dtype=object)


def rounded(shape: shapely.Geometry) -> object:
    """The GeoJSON geometry with coordinates of DECIMALS decimals."""
    tree = shapely.geometry.mapping(shape)

    def walk(value: object) -> object:
        if isinstance(value, float):
            return round(value, DECIMALS)
        return [walk(item) for item in value] if isinstance(value, (list, tuple)) else value

    return {"type": tree["type"], "coordinates": walk(tree["coordinates"])}
