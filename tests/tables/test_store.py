"""Opening the tables, and the manifest and Parquet they are kept in."""

import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.tables.errors import DataError
from lib.tables.folder import MANIFEST, bundled_dir, data_dir, story_text
from lib.tables.manifest import FORMAT, Dropped, Gap, Input, Manifest, TableEntry, data_version, dump, parse
from lib.tables.schemas import BUNDLED, MAPS, OFFENSES, PLACES, SCHEMAS
from lib.tables.store import frame_of, open_tables, parquet_of
from tests.examples import examples

quick = settings(max_examples=examples(40), deadline=None)


def test_frames_have_the_schemas_columns_and_dtypes(built: Path):
    tables = open_tables(built)
    pandas_kind = {"day": "datetime64[us]", "category": "category"}
    for name, schema in ((name, SCHEMAS[name]) for name in BUNDLED if name in SCHEMAS):
        frame = tables.frame(name)
        assert frame.columns.tolist() == [column.name for column in schema.columns]
        assert [str(dtype) for dtype in frame.dtypes] == [pandas_kind.get(c.kind, c.kind) for c in schema.columns]
        assert len(frame) == tables.entry(name).rows
        assert not frame.duplicated(list(schema.keys)).any()
        assert tables.frame(name) is frame
    for name in MAPS:
        assert len(json.loads(tables.path(name).read_text())["features"]) == tables.entry(name).rows
    crime = tables.frame("crime_area_daily")
    assert tuple(crime["offense"].cat.categories) == OFFENSES
    assert tuple(crime["place"].cat.categories) == PLACES
    assert crime["area"].cat.categories[0] == ""


def test_the_version_is_the_manifests_hash(built: Path):
    assert open_tables(built).version == data_version((built / MANIFEST).read_bytes())


def test_a_folder_without_tables_says_how_to_build_them(tmp_path: Path):
    with pytest.raises(DataError, match=r"no tables in .*python -m lib build --raw DIR"):
        open_tables(tmp_path)


def test_a_missing_file_is_named(folder: Path):
    tables = open_tables(folder)
    path = tables.path("crime_city_daily")
    path.unlink()
    with pytest.raises(DataError, match=f"{path.name} of the table crime_city_daily is missing.*python -m lib verify"):
        tables.frame("crime_city_daily")


def test_a_changed_file_is_named(folder: Path):
    path = open_tables(folder).path("population")
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(DataError, match=f"{path.name} isn't the one its manifest names"):
        open_tables(folder).frame("population")


@pytest.mark.parametrize("name", ["neighborhoods", "nonsense"])
def test_only_tables_have_frames(built: Path, name):
    with pytest.raises(DataError, match=f"no table '{name}' with rows"):
        open_tables(built).frame(name)


def test_an_unknown_entry_is_refused(built: Path):
    with pytest.raises(DataError, match="no table 'nonsense' in"):
        open_tables(built).entry("nonsense")


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-40],
        lambda text: text.replace('"format": 1', '"format": 2'),
        lambda text: text.replace('"sha256": "', '"sha": "', 1),
        lambda text: text.replace('"missing": true', '"missing": "yes"'),
        lambda text: text.replace('"rows": ', '"rows": -', 1),
        lambda text: text.replace("2014-01-01", "2014-01-32"),
        lambda text: text.replace('"source"', '"sauce"', 1),
        lambda text: text.replace('"terms": "', '"extra": 1, "terms": "', 1),
        lambda _: "[]",
        lambda _: "\udcff",  # the byte ff, which begins no letter
    ],
)
def test_a_damaged_manifest_is_named(folder: Path, damage):
    path = folder / MANIFEST
    text = path.read_text()
    path.write_text(damage(text), encoding="utf-8", errors="surrogateescape")
    assert path.read_bytes() != text.encode()
    with pytest.raises(DataError, match=r"manifest\.json (is damaged|has format 2)"):
        open_tables(folder)


def test_a_manifest_without_a_table_is_refused(folder: Path):
    tree = json.loads((folder / MANIFEST).read_text())
    del tree["tables"]["population"]
    (folder / MANIFEST).write_text(json.dumps(tree))
    with pytest.raises(DataError, match="no table 'population'"):
        open_tables(folder)


text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
days = st.dates(date(2014, 1, 1), date(2024, 1, 1))
inputs = st.lists(st.builds(Input, text, text, st.integers(0, 10**9)), max_size=2).map(tuple)
entries = st.builds(
    TableEntry,
    name=st.just("x"),
    file=text,
    sha256=text,
    rows=st.integers(0, 10**9),
    first=st.none() | days,
    last=st.none() | days,
    complete_through=st.none() | days,
    source=text,
    address=text,
    terms=text,
    retrieved=st.none() | text,
    gaps=st.lists(
        st.builds(Gap, days, days, st.lists(text, max_size=2).map(tuple), text, st.booleans()), max_size=2
    ).map(tuple),
    dropped=st.lists(st.builds(Dropped, text, text, st.integers(0, 10**6)), max_size=2).map(tuple),
    notes=st.lists(text, max_size=2).map(tuple),
    inputs=inputs,
)


@quick
@given(entry=entries, checked=inputs)
def test_a_manifest_reads_back_as_written(entry, checked):
    manifest = Manifest(FORMAT, {"x": entry}, checked)
    assert parse(dump(manifest), "here") == manifest


rows = st.dictionaries(
    st.tuples(days, st.sampled_from(OFFENSES), text, st.sampled_from(PLACES)),
    st.integers(1, 1000),
    min_size=1,
)


@quick
@given(rows=rows, seed=st.integers(0, 99))
def test_a_table_reads_back_as_written_whatever_the_order(rows, seed):
    schema = SCHEMAS["crime_area_daily"]
    lines = [(pd.Timestamp(day), *keys, count) for (day, *keys), count in rows.items()]
    frame = pd.DataFrame(lines, columns=[column.name for column in schema.columns])
    content = parquet_of(frame, schema)
    assert parquet_of(frame.sample(frac=1, random_state=seed), schema) == content
    back = frame_of(content, schema, Path("here"))
    assert {(d.date(), o, a, p): n for d, o, a, p, n in back.itertuples(index=False)} == rows


@quick
@given(values=st.lists(st.none() | st.integers(0, 9), min_size=1, max_size=9))
def test_nulls_read_back_as_written(values):
    schema = SCHEMAS["covid_daily"]
    column = pd.array(values, dtype="Int32")
    days = pd.date_range("2020-01-01", periods=len(values))
    frame = pd.DataFrame({"date": days, "new_cases": column, "new_deaths": column})
    back = frame_of(parquet_of(frame, schema), schema, Path("here"))
    assert back["new_deaths"].astype(object).where(back["new_deaths"].notna(), None).to_list() == values


def test_a_value_outside_the_vocabulary_is_refused():
    frame = pd.DataFrame({"date": [pd.Timestamp("2014-01-01")], "offense": ["jaywalking"], "count": [1]})
    with pytest.raises(DataError, match="crime_city_daily has 'jaywalking' in its column offense"):
        parquet_of(frame, SCHEMAS["crime_city_daily"])
    with pytest.raises(DataError, match="crime_city_daily lacks the column count"):
        parquet_of(frame.drop(columns="count"), SCHEMAS["crime_city_daily"])


def test_tables_of_another_schema_are_refused():
    frame = pd.DataFrame({"date": [pd.Timestamp("2020-01-01")], "stringency": [1.0]})
    content = parquet_of(frame, SCHEMAS["stringency_daily"])
    with pytest.raises(DataError, match="crime_city_daily in here is damaged"):
        frame_of(content, SCHEMAS["crime_city_daily"], Path("here"))
    with pytest.raises(DataError, match="not readable as Parquet"):
        frame_of(content[:-5], SCHEMAS["stringency_daily"], Path("here"))


def test_the_data_folder_is_asked_for_each_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert data_dir() == tmp_path
    monkeypatch.setenv("DATA_DIR", "")
    assert data_dir() == bundled_dir()
    monkeypatch.delenv("DATA_DIR")
    assert data_dir() == bundled_dir()


def test_story_files_come_from_the_data_folder_else_the_bundled_one(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert story_text("timeline.toml")[0] == bundled_dir() / "story" / "timeline.toml"
    own = tmp_path / "story" / "timeline.toml"
    own.parent.mkdir()
    own.write_text("own = true")
    assert story_text("timeline.toml") == (own, "own = true")
    own.write_bytes(b"\xff")
    with pytest.raises(DataError, match="isn't UTF-8"):
        story_text("timeline.toml")
    with pytest.raises(DataError, match=r"nothing\.toml can't be read"):
        story_text("nothing.toml")
