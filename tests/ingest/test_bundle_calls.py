"""Loaded 911 calls made bundled ones: a copy that never loaded anything counts the claims from them."""

import json
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lib.chapters.chapters import BY_SLUG
from lib.cli import main
from lib.ingest.bundle_calls import MOST_BYTES, RARE, bundle_calls
from lib.ingest.call_tables import COUNTED
from lib.ingest.import_calls import Changes, import_calls
from lib.ingest.sources.call_store import REST_TEXT
from lib.story import finding_words
from lib.story.check import check, check_named
from lib.story.load import load_story
from lib.story.records_in_use import health, open_records
from lib.tables.errors import DataError
from lib.tables.folder import LOADED, MANIFEST, bundled_dir, loaded_dir, shipped_dir
from lib.tables.schemas import CALL_GROUPS, CALL_ORIGINS, CALL_PLACES, SCHEMAS
from lib.tables.store import TABLES, open_shipped, parquet_of
from tests.ingest.test_import_calls import call, days_of, silent, write
from tests.web.story_app import open_story, texts

pytestmark = pytest.mark.slow

CLAIM = "calls-drugs"
CHAPTER = BY_SLUG["calls-911"]


@pytest.fixture(autouse=True)
def data(data_without_calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, as a clone has it before calls are bundled."""
    folder = tmp_path / "data"
    shutil.copytree(data_without_calls, folder)
    monkeypatch.setenv("DATA_DIR", str(folder))
    return folder


def load(folder: Path) -> None:
    """Three whole years of made-up calls about drugs, most of a fourth, and a few others."""
    others = [call(date(2019, 5, 1), 500 + n, description="DISORDERLY") for n in range(RARE)]
    rare = [call(date(2019, 5, 2), 600, description="NARCOTICS SOMEBODY SAW")]
    spans = ((2018, 365, 4), (2019, 365, 4), (2020, 366, 3), (2021, 200, 3))
    drugs = [row for year, days, each in spans for row in days_of(date(year, 1, 1), days, each)]
    import_calls([write(folder, "calls.csv", [*drugs, *others, *rare])], silent)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def findings() -> list[dict[str, object]]:
    """Every named window of the claim, without the version of the data."""
    found = [finding.as_dict() for finding in check_named(load_story().claims[CLAIM])]
    return [{key: value for key, value in each.items() if key != "data_version"} for each in found]


def test_a_fresh_clone_verifies_and_counts_the_claim_from_the_bundled_calls(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    load(tmp_path)
    counted = findings()
    assert any(finding["change"] for finding in counted)
    assert main(["bundle", "calls"]) == 0
    assert "911 calls of 2018-01-01 to 2021-07-19" in capsys.readouterr().out
    clone = tmp_path / "clone"
    shutil.copytree(data, clone, ignore=shutil.ignore_patterns(LOADED))
    monkeypatch.setenv("DATA_DIR", str(clone))
    assert main(["verify"]) == 0
    assert str(clone / "calls") in capsys.readouterr().out
    assert findings() == counted
    assert health().problems == ()
    assert not open_records().loaded_here("calls")
    assert not list(clone.rglob(COUNTED))
    page = open_story(CHAPTER)
    assert not page.exception
    said = "\n".join(texts(page.main))
    assert finding_words.short(check(load_story().claims[CLAIM], CHAPTER.usual.pair)) in said
    assert "not loaded" not in said


def test_bundling_again_changes_nothing(data: Path, tmp_path: Path):
    load(tmp_path)
    manifest = bundle_calls()
    once = files(data)
    assert bundle_calls() == manifest
    assert files(data) == once


def test_the_manifest_says_when_from_where_and_on_what_terms(tmp_path: Path):
    load(tmp_path)
    bundle_calls()
    for entry in json.loads((shipped_dir("calls") / MANIFEST).read_text())["tables"].values():
        assert entry["retrieved"] == date.today().isoformat()
        assert entry["inputs"][0]["file"] == "calls.csv"
        assert "City of Baltimore" in entry["terms"]
        assert entry["address"].startswith("https://data.baltimorecity.gov")


def test_the_words_of_rare_descriptions_are_not_bundled_and_their_calls_are(tmp_path: Path):
    load(tmp_path)
    before = open_records().frame("calls", "calls_description_daily")
    assert "NARCOTICS SOMEBODY SAW" in before["description"].cat.categories
    bundle_calls()
    shipped = open_shipped("calls")
    assert shipped is not None
    after = shipped.frame("calls_description_daily")
    assert set(after["description"].cat.categories) == {"NARCOTICS OUTSIDE", "DISORDERLY", REST_TEXT}
    assert after["count"].sum() == before["count"].sum()
    assert shipped.frame("calls_uncaught")["rows"].min() >= RARE or shipped.frame("calls_uncaught").empty
    assert "fewer than 10 calls" in " ".join(shipped.entry("calls_description_daily").notes)


def test_calls_loaded_later_win_and_the_bundled_years_stay(tmp_path: Path):
    load(tmp_path)
    bundle_calls()
    shutil.rmtree(loaded_dir("calls"))
    told: list[Changes] = []

    def agree(changes: Changes) -> bool:
        told.append(changes)
        return True

    more = [*days_of(date(2022, 1, 1), 31, 2), *days_of(date(2020, 1, 1), 5, 9)]
    import_calls([write(tmp_path, "more.csv", more)], silent, agree)
    assert [(year.year, year.added, year.left) for year in told[0].years] == [(2020, 0, 45), (2022, 62, 0)]
    records = open_records()
    assert records.loaded_here("calls")
    years = records.frame("calls", "calls_years")
    assert dict(zip(years["year"], years["counted"], strict=True))[2018] == 4 * 365
    assert sorted(years["year"]) == [2018, 2019, 2020, 2021, 2022]


def test_bundled_calls_stand_in_for_loaded_ones_that_are_damaged(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    load(tmp_path)
    bundle_calls()
    counted = findings()
    for path in (loaded_dir("calls") / TABLES).glob("calls_city_daily-*"):
        path.write_bytes(b"x")
    # This process has the good ones in memory; it has nothing of the same files in another place.
    shutil.copytree(data, tmp_path / "other")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "other"))
    assert findings() == counted
    assert "calls_city_daily" in health().problems[0]
    assert main(["verify"]) == 1
    with pytest.raises(DataError, match="With --replace"):
        import_calls([write(tmp_path, "more.csv", days_of(date(2021, 1, 1), 9))], silent)


def test_nothing_loaded_is_refused_in_a_sentence(data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["bundle", "calls"]) == 2
    assert capsys.readouterr().err == (
        "python -m lib: No 911 calls are loaded here; load them with `python -m lib refresh calls`, then bundle them.\n"
    )
    assert not (data / "calls").exists()
    assert main(["bundle", "calls", "--summary"]) == 2
    assert "No 911 calls are bundled" in capsys.readouterr().err


def test_calls_that_do_not_verify_are_refused_and_the_bundled_ones_stay(tmp_path: Path):
    load(tmp_path)
    bundle_calls()
    before = files(shipped_dir("calls"))
    for path in (loaded_dir("calls") / TABLES).glob("calls_area_daily-*"):
        path.write_bytes(b"x")
    with pytest.raises(DataError, match=r"don't verify, so they are not bundled: calls_area_daily"):
        bundle_calls()
    assert files(shipped_dir("calls")) == before


def test_too_large_calls_are_refused_and_the_bundled_ones_stay(data: Path, tmp_path: Path):
    load(tmp_path)
    bundle_calls()
    before = files(data / "calls")
    size = sum(len(content) for content in files(data).values()) - sum(map(len, files(data / LOADED).values()))
    load(tmp_path)
    with pytest.raises(DataError, match=r"2018 to 2021 the bundled tables would take \d\.\d MB, and the limit is"):
        bundle_calls(size - 100_000)
    assert files(data / "calls") == before
    bundle_calls(size + 1)


def test_the_summary_sets_each_year_beside_the_alliances_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    # Of 2018 the made-up file holds every day, of 2021 half the year.
    load(tmp_path)
    bundle_calls()
    yearly = open_records().frame("calls-yearly", "calls_area_yearly")
    theirs = yearly[(yearly["year"] == 2018) & (yearly["group"] == "narcotics")]["count"].sum()
    capsys.readouterr()
    assert main(["bundle", "calls", "--summary"]) == 0
    said = capsys.readouterr().out
    head, line, *rows = (row for row in said.splitlines() if row.startswith("|"))
    assert head.startswith("| Year | All calls | 911 calls about drugs | The alliance’s count | Difference |")
    assert set(line) <= set("|-: ")
    assert rows[0].startswith(f"| 2018 | 1,460 | 1,460 | {theirs:,} | −{1 - 1460 / theirs:.1%} |")
    assert rows[3].startswith("| 2021 | 600 | – | – | – |")
    assert "- calls.csv" in said
    assert "Terms: Public records of the City of Baltimore" in said


def test_five_years_at_the_citys_volume_stay_below_the_limit():
    """1.3 million calls a year, spread over kinds and neighborhoods more thinly than real ones: the worst to pack.

    The days of a table come one after another, so five years take five times one.
    """
    random = np.random.default_rng(1)
    kinds = np.outer(random.dirichlet(np.full(len(CALL_GROUPS), 2)), random.dirichlet(np.full(len(CALL_ORIGINS), 2)))
    homes = np.append(random.dirichlet(np.full(278, 1.0)) * 0.95, 0.05)
    counts = random.poisson(np.outer(kinds, homes) * 1_300_000 / 365, size=(365, kinds.size, homes.size))
    day, kind, home = np.nonzero(counts)
    days = pd.date_range("2020-01-01", periods=365).to_numpy()
    groups, origins = np.divmod(kind, len(CALL_ORIGINS))
    frame = pd.DataFrame({
        "date": days[day],
        "group": np.array(CALL_GROUPS)[groups],
        "origin": np.array(CALL_ORIGINS)[origins],
        "area": np.array([*(f"Neighborhood {n:03}" for n in range(278)), ""])[home],
        "place": np.array(CALL_PLACES)[(home == 278).astype(int)],
        "count": counts[day, kind, home],
    })  # fmt: skip
    texts = random.poisson(random.dirichlet(np.full(400, 0.3)) * 1_300_000 / 365, size=(365, 400))
    day, text = np.nonzero(texts)
    said = pd.DataFrame({"date": days[day], "description": [f"TEXT {n}" for n in text], "count": texts[day, text]})
    size = len(parquet_of(frame, SCHEMAS["calls_area_daily"]))
    size += len(parquet_of(said, SCHEMAS["calls_description_daily"]))
    others = sum(path.stat().st_size for path in (bundled_dir() / TABLES).iterdir())
    assert frame["count"].sum() > 1_250_000
    assert 5 * size + others < MOST_BYTES
