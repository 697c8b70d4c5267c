"""Each check of verify is shown to fail when what it checks is broken."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lib.tables import verify_maps
from lib.tables.folder import MANIFEST, bundled_dir
from lib.tables.schemas import ARREST_CODE_BOOK, SCHEMAS
from lib.tables.store import open_tables, parquet_of
from lib.tables.verify import verify
from tests.conftest_data import NAMES

NAMES_IN_ORDER = sorted(NAMES)

Change = Callable[[Any], Any]


def edit_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / MANIFEST
    tree = json.loads(path.read_text())
    change(tree["tables"])
    path.write_text(json.dumps(tree))


def forge(folder: Path, name: str, content: bytes, rows: int | None = None) -> None:
    """Replaces a table and makes the manifest vouch for it, so that only deeper checks can object."""
    sha256 = hashlib.sha256(content).hexdigest()
    entry = open_tables(folder).entry(name)
    file = f"tables/{name}-{sha256[:8]}{Path(entry.file).suffix}"
    (folder / entry.file).unlink()
    (folder / file).write_bytes(content)
    fresh = {"file": file, "sha256": sha256, "rows": entry.rows if rows is None else rows}
    edit_manifest(folder, lambda tables: tables[name].update(fresh))


def forge_frame(folder: Path, name: str, change: Change) -> None:
    frame = change(open_tables(folder).frame(name).copy())
    forge(folder, name, parquet_of(frame, SCHEMAS[name]), len(frame))


def forge_map(folder: Path, name: str, change: Change) -> None:
    tree = json.loads(open_tables(folder).path(name).read_text())
    tree = change(tree) or tree
    forge(folder, name, json.dumps(tree, separators=(",", ":")).encode(), len(tree["features"]))


def set_at(row: int, column: str, value: Any) -> Change:
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        if frame[column].dtype == "category":
            frame[column] = frame[column].astype(str)
        frame.loc[frame.index[row], column] = value
        return frame

    return change


def test_a_fresh_build_has_no_problems(folder: Path):
    assert verify(folder) == []


def test_no_tables_at_all_is_a_problem(tmp_path: Path):
    assert [("no tables" in problem) for problem in verify(tmp_path)] == [True]


@pytest.mark.slow
def test_a_single_flipped_bit_is_found_in_every_file(folder: Path):
    for name, entry in open_tables(folder).manifest.tables.items():
        path = folder / entry.file
        right = path.read_bytes()
        wrong = bytearray(right)
        wrong[len(wrong) // 2] ^= 1
        path.write_bytes(bytes(wrong))
        assert any(problem.startswith(f"{name}: ") and "was changed" in problem for problem in verify(folder))
        path.write_bytes(right)
        path.unlink()
        assert any(problem.startswith(f"{name}: ") and "is missing" in problem for problem in verify(folder))
        path.write_bytes(right)
    assert verify(folder) == []


def entry_of(name: str, **values: object) -> Callable[[Path], None]:
    return lambda folder: edit_manifest(folder, lambda tables: tables[name].update(values))


def frame_of(name: str, change: Change) -> Callable[[Path], None]:
    return lambda folder: forge_frame(folder, name, change)


def map_of(name: str, change: Change) -> Callable[[Path], None]:
    return lambda folder: forge_map(folder, name, change)


def out_of_order(folder: Path) -> None:
    """Parquet whose rows aren't in the order of the key."""
    path = open_tables(folder).path("crime_city_daily")
    table = pq.read_table(path)
    indices = np.arange(len(table))
    indices[[5, 6]] = [6, 5]
    sink = pa.BufferOutputStream()
    pq.write_table(table.take(pa.array(indices)), sink)
    forge(folder, "crime_city_daily", sink.getvalue().to_pybytes())


def other_columns(folder: Path) -> None:
    table = pq.read_table(open_tables(folder).path("covid_daily")).rename_columns(["date", "cases", "new_deaths"])
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    forge(folder, "covid_daily", sink.getvalue().to_pybytes())


def renamed_file(folder: Path) -> None:
    entry = open_tables(folder).entry("city")
    (folder / entry.file).rename(folder / "tables" / "city.geojson")
    edit_manifest(folder, lambda tables: tables["city"].update(file="tables/city.geojson"))


def gap(**values: object) -> list[dict[str, object]]:
    whole = {
        "start": "2015-01-01",
        "end": "2015-12-31",
        "categories": ["arson"],
        "what": "x",
        "missing": True,
    }
    return [{**whole, **values}]


def both_gaps(folder: Path) -> None:
    for name in ("crime_city_daily", "crime_area_daily"):
        entry_of(name, gaps=gap())(folder)


def geometry(number: int, change: Callable[[Any], Any]) -> Change:
    def edit(tree: dict[str, Any]) -> None:
        item = tree["features"][number]["geometry"]
        item["coordinates"] = change(item["coordinates"])

    return edit


def moved(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    return [[[round(x + 0.001, 5), y] for x, y in ring] for ring in rings]


def extra_point(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    """One more point in the middle of the longest edge, a hair off: neighbors no longer share it."""
    (a, b), *_ = sorted(zip(rings[0], rings[0][1:], strict=False), key=lambda ab: -abs(ab[0][0] - ab[1][0]))
    middle = [round((a[0] + b[0]) / 2, 5), round((a[1] + b[1]) / 2, 5)]
    return [[*rings[0][: rings[0].index(a) + 1], middle, *rings[0][rings[0].index(a) + 1 :]]]


def bow_tie(rings: list[list[list[float]]]) -> list[list[list[float]]]:
    a, b, c, d = rings[0][:4]
    return [[a, c, b, d, a]]


def drop_area(tree: dict[str, Any]) -> None:
    tree["features"].pop()


def rename_area(tree: dict[str, Any]) -> None:
    tree["features"][-1].update(id="Zz", properties={"name": "Zz"})


def swap_areas(tree: dict[str, Any]) -> None:
    tree["features"].reverse()


def without_area(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[~((frame["census_year"] == 2010) & (frame["area"] == "Place 100"))]


def half_day(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(date=frame["date"] + pd.Timedelta(hours=5))


def misplaced(frame: pd.DataFrame) -> Any:
    return set_at(int(np.argmax(frame["place"] == "none")), "place", "imputed")(frame)


def without_an_areas_records(folder: Path) -> None:
    """Both crime tables lose the records of one neighborhood, so that they still add up."""
    forge_frame(folder, "crime_area_daily", lambda frame: frame[frame["area"] != "Place 100"])
    areas = open_tables(folder).frame("crime_area_daily")
    city = areas.groupby(["date", "offense"], observed=True)["count"].sum().reset_index()
    forge_frame(folder, "crime_city_daily", lambda _: city)


def first_of(column: str, value: str, other: str, to: object) -> Change:
    """Sets ``other`` to ``to`` in the first row whose ``column`` is ``value``."""
    return lambda frame: set_at(int(np.argmax(frame[column] == value)), other, to)(frame)


def rules_of_another_book(folder: Path) -> None:
    (folder / "story").mkdir()
    book = (bundled_dir() / "story" / ARREST_CODE_BOOK).read_text()
    (folder / "story" / ARREST_CODE_BOOK).write_text(book.replace("OPEN CO", "OPEN C", 1))


def no_book(folder: Path) -> None:
    (folder / "story").mkdir()
    (folder / "story" / ARREST_CODE_BOOK).write_text("[[rule]]\ngroup = 1")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        (
            frame_of("arrests_city_daily", set_at(9, "count", 99)),
            "arrests_area_daily: its .* add up to .*, arrests_city_daily has",
        ),
        (frame_of("arrests_city_daily", lambda f: f.drop(index=9)), "arrests_area_daily: its .* add up to"),
        (frame_of("arrests_area_daily", lambda f: f.drop(index=9)), "arrests_area_daily: its .* add up to"),
        (
            frame_of("arrests_area_daily", first_of("place", "none", "place", "recorded")),
            "arrests_area_daily: on .* the area '' has the place 'recorded'",
        ),
        (
            frame_of("arrests_area_daily", first_of("area", "Place 100", "area", "Atlantis")),
            "arrests_area_daily: it has an area the map lacks, Atlantis",
        ),
        (
            frame_of("arrests_city_daily", set_at(0, "date", pd.Timestamp("2013-12-31"))),
            "arrests_city_daily: .* beyond 2014-01-01",
        ),
        (entry_of("arrests_area_daily", gaps=[]), "arrests_area_daily: complete_through or gaps differ"),
        (
            entry_of("arrests_city_daily", gaps=gap(start="2019-08-01", end="2019-08-31", categories=["theft"])),
            "arrests_city_daily: the manifest calls theft of .* missing, but there are",
        ),
        (
            frame_of("arrest_charge_rules", first_of("group", "trespass", "rows", 7)),
            "arrest_charge_rules: its rules caught 7 arrests as trespass, arrests_city_daily has",
        ),
        (
            frame_of("arrest_charge_rules", first_of("group", "other", "rows", 70_000)),
            "arrest_charge_rules: its rules caught 70,0.. arrests as other",
        ),
        (
            frame_of("arrest_charge_rules", first_of("group", "trespass", "pattern", "x")),
            "arrest_charge_rules: the code book arrest_charges.toml was changed",
        ),
        (rules_of_another_book, "arrest_charge_rules: the code book arrest_charges.toml was changed"),
        (no_book, "arrest_charge_rules: the code book arrest_charges.toml can't be read"),
        (frame_of("arrest_charges_uncaught", set_at(0, "rows", -1)), "arrest_charges_uncaught: rows holds -1"),
        (entry_of("population", rows=7), "population: it has 4995 rows, the manifest says 7"),
        (entry_of("population", source=" "), "population: the manifest doesn't say its source"),
        (entry_of("population", terms=""), "population: the manifest doesn't say its terms"),
        (entry_of("population", inputs=[]), "population: the manifest doesn't say which inputs"),
        (
            entry_of("population", inputs=[{"file": "/x", "sha256": "0", "bytes": 1}]),
            "population: the manifest describes its input /x badly",
        ),
        (
            entry_of("covid_daily", first="2020-01-01"),
            "covid_daily: its days run .* the manifest says 2020-01-01",
        ),
        (
            entry_of("covid_daily", complete_through="2030-01-01"),
            "covid_daily: complete_through is 2030-01-01",
        ),
        (entry_of("covid_daily", complete_through=None), "covid_daily: complete_through is None"),
        (entry_of("covid_daily", gaps=gap()), "covid_daily: the manifest has a gap .* outside its days"),
        (
            entry_of("covid_daily", gaps=gap(start="2020-03-10", end="2020-03-12", categories=["new_cases"])),
            "covid_daily: the manifest calls new_cases .* missing, but there are 3 values",
        ),
        (entry_of("crime_area_daily", gaps=[]), "crime_area_daily: complete_through or gaps differ"),
        (
            both_gaps,
            "crime_city_daily: the manifest calls arson of 2015-01-01 to 2015-12-31 missing, but there are",
        ),
        (
            lambda folder: edit_manifest(folder, lambda t: t.update(extra={**t["city"], "name": "extra"})),
            "extra: .*know",
        ),
        (renamed_file, "city: its file is called tables/city.geojson"),
        (out_of_order, "crime_city_daily: row 6 repeats the key of the row before it or is out of order"),
        (other_columns, "covid_daily: .*its columns are"),
        (
            frame_of("calls_area_yearly", lambda f: f[f["area"] != "areas 03"]),
            "calls_area_yearly: its areas and the community areas of the map differ, as in areas 03",
        ),
        (
            frame_of("calls_area_yearly", lambda f: f.drop(index=f.index[(f["year"] == 2018)][0])),
            "calls_area_yearly: .* of 2018 are not given for every area",
        ),
        (
            frame_of("calls_area_yearly", lambda f: f[(f["year"] != 2020)]),
            "calls_area_yearly: there are no narcotics of 2020, and the manifest doesn't say so",
        ),
        (
            frame_of("calls_area_yearly", set_at(3, "residents", 7)),
            "calls_area_yearly: an area has two numbers of residents in one year",
        ),
        (
            entry_of("calls_area_yearly", first="2019-01-01"),
            "calls_area_yearly: its days run 2018-01-01 to 2021-12-31, the manifest says 2019-01-01",
        ),
        (
            entry_of("calls_area_yearly", gaps=gap(start="2018-01-01", end="2018-12-31", categories=["narcotics"])),
            "calls_area_yearly: the manifest calls narcotics of .* missing, but there are 56 values",
        ),
        (frame_of("peers_monthly", lambda f: f.iloc[:0]), "peers_monthly: it has no rows"),
        (
            frame_of("peers_monthly", lambda f: pd.concat([f, f[-1:]])),
            "peers_monthly: row 24 repeats the key",
        ),
        (frame_of("peers_monthly", set_at(3, "rape", -1)), "peers_monthly: rape holds -1, beyond 0"),
        (
            frame_of("crime_city_daily", set_at(3, "count", 1_001)),
            "crime_city_daily: count holds 1001, beyond 1000",
        ),
        (frame_of("stringency_daily", set_at(3, "stringency", 101.0)), "stringency holds 101.0, beyond 100"),
        (frame_of("mobility_daily", set_at(3, "parks", -np.inf)), "mobility_daily: parks holds -inf"),
        (frame_of("covid_daily", half_day), "covid_daily: date holds a time of day"),
        (
            frame_of("covid_daily", set_at(0, "date", pd.Timestamp("2010-01-01"))),
            "covid_daily: .* beyond 2020-01-01",
        ),
        (
            frame_of("crime_city_daily", set_at(9, "count", 99)),
            "crime_area_daily: its .* crime_city_daily has 99",
        ),
        (frame_of("crime_city_daily", lambda f: f.drop(index=9)), "add up to .*, crime_city_daily has 0"),
        (
            frame_of("crime_area_daily", lambda f: f.drop(index=9)),
            "crime_area_daily: its .* records of .* add up",
        ),
        (
            frame_of("crime_area_daily", misplaced),
            "crime_area_daily: on .* the area '' has the place 'imputed'",
        ),
        (without_an_areas_records, "crime_area_daily: its areas and the map's differ, such as in Place 100"),
        (
            frame_of("population", without_area),
            "population: its areas and the map's differ, such as in Place 100",
        ),
        (frame_of("population", lambda f: f.drop(index=f.index[50])), "population: .* lacks a group"),
        (frame_of("population", set_at(0, "residents", 9_999)), "population: the groups of .* don't add up"),
        (
            frame_of("neighborhood_membership", set_at(100, "neighborhood", "Atlantis")),
            "neighborhood_membership: .*Atlantis|neighborhood_membership: row .* out of order",
        ),
        (
            frame_of("neighborhood_membership", lambda f: f.drop(index=100)),
            f"neighborhood_membership: neighborhood and the map's names differ, as in {NAMES_IN_ORDER[100]}",
        ),
        (
            frame_of("neighborhood_membership", set_at(277, "neighborhood", "Zz")),
            "neighborhood_membership: neighborhood and the map's names differ, as in ",
        ),
        (
            frame_of("neighborhood_membership", set_at(100, "area", "Elsewhere")),
            "neighborhood_membership: area and the map's names differ, as in Elsewhere",
        ),
        (
            frame_of("neighborhood_membership", set_at(100, "district", "areas 01")),
            "neighborhood_membership: district and the map's names differ, as in areas 01",
        ),
        (
            frame_of("neighborhood_membership", lambda f: pd.concat([f, f[-1:]])),
            "neighborhood_membership: row 278 repeats the key",
        ),
        (map_of("neighborhoods", drop_area), "neighborhoods: it has 277 areas .* there should be 278"),
        (
            map_of("neighborhoods", rename_area),
            "crime_area_daily: its areas and the map's differ, such as in ",
        ),
        (map_of("neighborhoods", swap_areas), "neighborhoods: its areas aren't in order of name"),
        (map_of("districts", lambda _: {"features": [{}]}), "districts: it isn't GeoJSON of named areas"),
        (map_of("districts", geometry(4, moved)), "districts: .* overlap"),
        (map_of("districts", geometry(4, extra_point)), "districts: .* share their edge point by point"),
        (map_of("districts", geometry(4, bow_tie)), "districts: districts 04 isn't a valid area"),
        (
            map_of("city", geometry(0, lambda rings: [[[x + 1e-6, y] for x, y in ring] for ring in rings])),
            "city: it has coordinates of more than 5 decimals",
        ),
    ],
)
def test_what_was_tampered_with_is_found(folder: Path, tamper, problem):
    tamper(folder)
    found = verify(folder)
    assert found, "nothing was found"
    assert any(re.search(problem, sentence) for sentence in found), found


def test_heavy_maps_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(verify_maps, "MAP_BYTES", 1_000)
    assert ["gzipped, above 1,000" in problem for problem in verify(folder)] == [True]
