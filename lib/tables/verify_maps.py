"""Checks of the bundled maps: whole, valid, and light enough for a phone."""

import gzip
import json
import re
from collections.abc import Iterator

import numpy as np

from lib.tables.manifest import TableEntry
from lib.tables.schemas import (
    GROUND,
    MAPS,
    MapSchema,
)
from lib.tables.store import Tables

MAP_BYTES = 150_000
"""The outlines together, gzipped, must stay below this: they go over the wire to phones."""

GROUND_BYTES = 60_000
"""The same for what may be drawn below them."""

DECIMALS = 5
"""Coordinates are written to a hundred-thousandth of a degree, about a meter."""


def map_problems(content: bytes, entry: TableEntry, schema: MapSchema) -> Iterator[str]:
    """What is wrong with a map's file, a sentence each."""
    import shapely

    try:
        tree = json.loads(content)
        names = [item["properties"]["name"] for item in tree["features"]]
        ids = [item["id"] for item in tree["features"]]
        properties = {key for item in tree["features"] for key in item["properties"]}
        drawn = [shapely.geometry.shape(item["geometry"]) for item in tree["features"]]
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        yield f"it isn't GeoJSON of named areas ({type(error).__name__}: {error})."
        return
    shapes = np.array(drawn, dtype=object)
    if len(names) != schema.features or entry.rows != schema.features:
        yield f"it has {len(names)} areas and the manifest says {entry.rows}; there should be {schema.features}."
    if ids != names or names != sorted(set(names)) or properties != {"name"}:
        yield "its areas aren't in order of name, once each, with the name as id and only property."
    if any(len(part.split(".")[1]) > DECIMALS for part in re.findall(r"-?\d+\.\d+", content.decode())):
        yield f"it has coordinates of more than {DECIMALS} decimals."
    for name, shape in zip(names, shapes, strict=True):
        kind = "LineString" if schema.lines else "Polygon"
        if shape.geom_type not in (kind, f"Multi{kind}") or shape.is_empty or not shape.is_valid:
            what = "line" if schema.lines else "area"
            yield f"{name} isn't a valid {what} ({shapely.is_valid_reason(shape)})."
            return
    if schema.lines:
        return
    pairs = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    for one, other in pairs.T[pairs[0] < pairs[1]]:
        yield f"{names[one]} and {names[other]} overlap."
    if not pairs.size and not shapely.coverage_is_valid(shapes):
        invalid = shapely.coverage_invalid_edges(shapes)
        name = names[int(np.argmax(~shapely.is_empty(invalid)))]
        yield f"{name} and a neighbor don't share their edge point by point."


def maps_light(tables: Tables) -> list[str]:
    """That maps are too heavy for a phone, a sentence each."""
    problems = []
    outlines = tuple(name for name in MAPS if name not in GROUND)
    for what, names, most in (("outlines", outlines, MAP_BYTES), ("maps of the ground", GROUND, GROUND_BYTES)):
        size = sum(len(gzip.compress(tables.content(name), mtime=0)) for name in names)
        if size >= most:
            problems.append(f"The {what} take {size:,} bytes gzipped, above {most:,}.")
    return problems
