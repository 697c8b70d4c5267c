"""Maps as they come: GeoJSON, GeoPackage or Shapefile, in any system of coordinates; read with geopandas."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj import CRS

from lib.ingest.sources.raw import RawFile, SourceError, read_bytes

DEGREES = "EPSG:4326"

METERS = "EPSG:26985"
"""Maryland's own plane, in meters; for a city elsewhere the zone of UTM that it lies in."""

SUFFIXES = (".geojson.gz", ".geojson", ".gpkg", ".zip")
"""How the name of a map may end: GeoJSON, packed or not; a GeoPackage; the files of a Shapefile in one ZIP."""


def read(raw: Path, file: str) -> tuple[RawFile, gpd.GeoDataFrame]:
    """The features of ``raw/file``, or of the file of its name that ends in another of SUFFIXES, in WGS 84 degrees.

    Raises SourceError for a file that isn't there, is there twice, can't be read, or doesn't say its coordinates.
    """
    stem = file.removesuffix(".gz").rpartition(".")[0]
    there = [stem + suffix for suffix in SUFFIXES if (raw / (stem + suffix)).exists()]
    if len(there) > 1:
        raise SourceError(f"There are both {there[0]} and {there[1]} in {raw}; keep one.")
    source, content = read_bytes(raw, there[0] if there else file)
    try:
        # What isn't packed is read where it lies: the reader goes by the ending of a name.
        frame = gpd.read_file(content if source.file.endswith(".gz") else raw / source.file)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        shapely.errors.ShapelyError,
        ValueError,
    ) as error:
        raise SourceError(f"{source.file} can't be read as a map ({error}).") from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty or frame.geometry.isna().any():
        raise SourceError(f"{source.file} isn't a map: it has no features, or one without a shape.")
    if frame.crs is None:
        raise SourceError(f"{source.file} doesn't say which system its coordinates are of.")
    if "name" not in frame.columns:  # a Shapefile's columns are often in capitals
        frame = frame.rename(columns={"NAME": "name", "Name": "name"})
    frame = frame.set_geometry(frame.geometry.force_2d())
    # Degrees that are those already aren't passed through a projection, so that not a digit moves.
    if frame.crs.to_epsg() != 4326 and frame.crs.to_authority() != ("OGC", "CRS84"):
        frame = frame.to_crs(DEGREES)
    bounds = frame.bounds.to_numpy()
    if not (np.isfinite(bounds).all() and (np.abs(bounds) <= [180.0, 90.0, 180.0, 90.0]).all()):
        raise SourceError(f"{source.file} has points that aren't on Earth.")
    return source, frame


def plane(city: gpd.GeoSeries) -> CRS:
    """A plane in meters in which the city, given in degrees, has its shape."""
    usual = CRS(METERS)
    around = usual.area_of_use
    if around and shapely.box(*around.bounds).contains(shapely.box(*city.total_bounds)):
        return usual
    zone: CRS = city.estimate_utm_crs()  # takes some time, as all zones are looked through
    return zone
