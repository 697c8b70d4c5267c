"""Loading crime and arrest records from layers that speak over real HTTP: whole, cut, changed and wrong."""

import math
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analysis.windows import Window, WindowPair
from lib.cli import main
from lib.ingest.build import build
from lib.ingest.download import Progress
from lib.ingest.refresh_police import refresh_police
from lib.ingest.sources import arrests, codebook, crime, police
from lib.ingest.sources.addresses import Source
from lib.ingest.sources.arcgis import Client, LayerError
from lib.ingest.sources.police import FILL_DAYS
from lib.ingest.sources.raw import SourceError
from lib.story import records_in_use
from lib.story.check import check_measure
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.tables.errors import DataError
from lib.tables.folder import bundled_dir, loaded_dir
from lib.tables.manifest import TableEntry
from lib.tables.schemas import LOADABLE
from lib.tables.store import open_loaded, open_tables
from lib.tables.verify import verify
from lib.tables.write import claimed
from tests.conftest_data import ARREST_HEADER, CHARGES, PERSONAL, arrest_rows, contents, crime_rows, write_raw
from tests.conftest_data import silent as nobody
from tests.ingest.arcgis_stub import BALTIMORE, DATE, DETROIT, HOSTILE, OID, TEXT, LayerStub

pytestmark = pytest.mark.slow

Kind = Literal["crime", "arrests"]
Row = dict[str, Any]

FIRST, LAST = date(2020, 11, 1), date(2021, 8, 31)
AREAS = ("CANTON", "DOWNTOWN", "HAMPDEN", "SANDTOWN-WINCHESTER")
HOURS = [5, 4, 3, 2, 1.5, 1.2, 1.3, 2, 3, 3.5, 4, 4, 5, 5, 5, 5, 5.5, 6, 6, 6, 6, 6, 6, 5.5]
"""How records go round the clock: the fewest before dawn."""

CRIME_FIELDS = {
    "RowID": OID,
    "CCNumber": TEXT,
    "CrimeDateTime": DATE,
    "CrimeCode": TEXT,
    "Description": TEXT,
    "Location": TEXT,
    "Neighborhood": TEXT,
    "Total_Incidents": "esriFieldTypeInteger",
}
ARREST_FIELDS = {
    "RowID": OID,
    "ArrestNumber": TEXT,
    "Age": "esriFieldTypeDouble",
    "Gender": TEXT,
    "Race": TEXT,
    "ArrestDateTime": DATE,
    "ArrestLocation": TEXT,
    "IncidentOffence": TEXT,
    "ChargeDescription": TEXT,
    "Neighborhood": TEXT,
}
PERSON, ADDRESS, AGE = PERSONAL


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own: the tables that come with the project are read, and not touched."""
    (tmp_path / "loaded").mkdir()
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


def stored(moment: datetime, utc: bool = False) -> int:
    """A time in Baltimore as a layer has it: labeled as universal, or as what it is."""
    return int(moment.replace(tzinfo=BALTIMORE if utc else UTC).timestamp() * 1000)


def moments(first: date, last: date, a_day: int, random: Random) -> Iterator[datetime]:
    for day in range((last - first).days + 1):
        for _ in range(a_day):
            (hour,) = random.choices(range(24), HOURS)
            begun = datetime.combine(first + timedelta(days=day), datetime.min.time())
            yield begun + timedelta(hours=hour, seconds=random.randint(1, 3599))


def crimes(first: date = FIRST, last: date = LAST, *, seed: int = 1, a_day: int = 4, utc: bool = False) -> list[Row]:
    """Made-up victims, some on every day; ``day`` is their day in Baltimore, which no layer has."""
    random = Random(seed)
    return [
        {
            "RowID": number,
            "CCNumber": PERSON,
            "CrimeDateTime": stored(moment, utc),
            "CrimeCode": "4E",
            "Description": random.choice(list(crime.OFFENSE_IDS)),
            "Location": f"{random.randint(1, 40)}00 {ADDRESS}",
            "Neighborhood": random.choice([*AREAS, None]),
            "Total_Incidents": 1,
            "day": moment.date(),
        }
        for number, moment in enumerate(moments(first, last, a_day, random), 1)
    ]


def taken(first: date = FIRST, last: date = LAST, *, seed: int = 1, a_day: int = 4, utc: bool = False) -> list[Row]:
    """Made-up arrests, some on every day; ``day`` is their day in Baltimore, which no layer has."""
    random = Random(seed)
    return [
        {
            "RowID": number,
            "ArrestNumber": f"{PERSON}{number}",
            "Age": int(AGE),
            "Gender": "M",
            "Race": random.choice(list(arrests.RACES)) or None,
            "ArrestDateTime": stored(moment, utc),
            "ArrestLocation": ADDRESS,
            "IncidentOffence": random.choice(["87NARCOTICS", "Unknown Offense"]),
            "ChargeDescription": random.choice(CHARGES),
            "Neighborhood": random.choice([*(name.title() for name in AREAS), None]),
            "day": moment.date(),
        }
        for number, moment in enumerate(moments(first, last, a_day, random), 1)
    ]


MADE: dict[Kind, Callable[..., list[Row]]] = {"crime": crimes, "arrests": taken}
BOTH = pytest.mark.parametrize("kind", ["crime", "arrests"])


def served(rows: Sequence[Row], page_size: int = 500) -> LayerStub:
    fields = CRIME_FIELDS if "CCNumber" in rows[0] else ARREST_FIELDS
    return LayerStub(
        [{name: value for name, value in row.items() if name != "day"} for row in rows],
        fields=fields,
        id_field="RowID",
        page_size=page_size,
    )


def load(kind: Kind, stub: LayerStub, say: Callable[[Progress], None] = lambda _: None) -> None:
    refresh_police(kind, [Source((stub.url,))], say, Client(timeout=5, sleep=lambda _: None))


def frame(kind: Kind, table: str) -> pd.DataFrame:
    return open_records().frame(kind, table)


def entry(kind: Kind) -> TableEntry:
    """What the manifest says of the loaded counts by neighborhood."""
    tables = open_loaded(kind)
    assert tables is not None
    return tables.entry(f"{kind}_area_daily")


def noted(kind: Kind, words: str) -> str:
    """The one note with these words."""
    (note,) = [note for note in entry(kind).notes if words in note]
    return note


def dropped(kind: Kind) -> dict[str, int]:
    return {item.what: item.rows for item in entry(kind).dropped}


def counted(counts: pd.DataFrame) -> Counter[tuple[object, ...]]:
    """A table of counts as a counter by its keys, days as text."""
    return Counter({(str(day.date()), *map(str, rest)): n for day, *rest, n in counts.itertuples(index=False)})


def assert_sound(kind: Kind) -> None:
    assert verify(loaded_dir(kind), LOADABLE[kind]) == []


def mapped(row: Row) -> str:
    return {name.upper(): name for name in open_records().area_names()}[row["Neighborhood"].upper()]


def placed(row: Row) -> tuple[str, str]:
    return (mapped(row), "recorded") if row["Neighborhood"] else ("", "none")


@pytest.mark.parametrize("utc", [False, True], ids=["local-clock", "universal-clock"])
def test_crimes_are_loaded_by_baltimores_days_and_counted_by_offense_and_place(utc: bool) -> None:
    rows = crimes(utc=utc)
    before = open_records().version
    by_place = Counter((str(row["day"]), crime.OFFENSE_IDS[row["Description"]], *placed(row)) for row in rows)
    with served(rows) as stub:
        load("crime", stub)
    assert_sound("crime")
    assert open_records().version != before
    assert counted(frame("crime", "crime_city_daily")) == Counter(
        (str(row["day"]), crime.OFFENSE_IDS[row["Description"]]) for row in rows
    )
    assert counted(frame("crime", "crime_area_daily")) == by_place
    assert ("universal time and turned" in noted("crime", "Dates are read as")) == utc


@pytest.mark.parametrize("utc", [False, True], ids=["local-clock", "universal-clock"])
def test_arrests_are_loaded_by_baltimores_days_and_counted_by_group_race_and_place(utc: bool) -> None:
    rows = taken(utc=utc)
    groups = codebook.read().classify(
        [row["ChargeDescription"] for row in rows], [row["IncidentOffence"] for row in rows]
    )
    with served(rows) as stub:
        load("arrests", stub)
    assert_sound("arrests")
    both = list(zip(rows, groups, strict=True))
    assert counted(frame("arrests", "arrests_city_daily")) == Counter(
        (str(row["day"]), group, arrests.RACES[row["Race"] or ""]) for row, group in both
    )
    assert counted(frame("arrests", "arrests_area_daily")) == Counter(
        (str(row["day"]), group, *placed(row)) for row, group in both
    )
    assert ("universal time and turned" in noted("arrests", "Dates are read as")) == utc


def test_measures_and_claims_count_what_was_loaded() -> None:
    rows = crimes()
    with served(rows) as stub:
        load("crime", stub)
    window = Window(date(2021, 3, 1), date(2021, 5, 31))
    pair = WindowPair(window, (Window(date(2020, 12, 1), date(2021, 2, 28)),))
    arsons = [row for row in rows if row["Description"] == "ARSON" and window.start <= row["day"] <= window.end]
    measure = load_story().measures["arson"]
    assert open_records().line(measure).count(window) == len(arsons)
    assert open_records().line(measure, "Canton").count(window) == sum(
        row["Neighborhood"] == "CANTON" for row in arsons
    )
    finding = check_measure(measure, pair)
    assert finding.change is not None
    assert (finding.change.current, finding.data_version) == (len(arsons), open_records().version)


@BOTH
def test_the_bundled_tables_are_not_touched(kind: Kind, folder: Path) -> None:
    before = contents(bundled_dir())
    with served(MADE[kind]()) as stub:
        load(kind, stub)
    assert contents(bundled_dir()) == before
    assert {path.name for path in folder.iterdir()} == {"loaded"}
    assert {path.name for path in loaded_dir(kind).iterdir()} == {"manifest.json", "tables", "staging"}
    assert not list((loaded_dir(kind) / "staging").iterdir())


@BOTH
def test_the_last_weeks_are_still_filling(kind: Kind) -> None:
    with served(MADE[kind]()) as stub:
        load(kind, stub)
    through = LAST - timedelta(days=FILL_DAYS)
    assert (entry(kind).complete_through, entry(kind).last) == (through, LAST)
    assert f"last {FILL_DAYS} days" in noted(kind, str(through))


@BOTH
def test_one_record_long_after_all_others_makes_no_day_complete(kind: Kind) -> None:
    rows = [*MADE[kind](), *MADE[kind](LAST + timedelta(days=90), LAST + timedelta(days=90), a_day=1)]
    rows[-1]["RowID"] = len(rows)
    with served(rows) as stub:
        load(kind, stub)
    assert entry(kind).complete_through == LAST - timedelta(days=FILL_DAYS)


@BOTH
def test_records_of_a_few_days_are_refused(kind: Kind) -> None:
    with served(MADE[kind](last=FIRST + timedelta(days=9))) as stub, pytest.raises(SourceError, match="too few days"):
        load(kind, stub)
    assert not (loaded_dir(kind) / "manifest.json").exists()


def test_crimes_from_the_change_of_counting_on_are_never_joined_to_those_before() -> None:
    rows = crimes(date(2021, 10, 1), date(2022, 3, 31))
    for row in rows:
        if row["day"] >= date(2022, 1, 1):
            row["Description"] = "AN OFFENSE OF ANOTHER BOOK"
    with served(rows) as stub:
        load("crime", stub)
    assert (entry("crime").last, entry("crime").complete_through) == (date(2021, 12, 31), date(2021, 12, 31))
    (what,) = dropped("crime")
    assert "2022-01-01" in what
    assert dropped("crime")[what] == sum(row["day"] >= date(2022, 1, 1) for row in rows)
    assert_sound("crime")


@pytest.mark.parametrize(("first", "last"), [("2022-02-01", "2022-06-30"), ("2012-01-01", "2012-06-30")])
def test_a_layer_of_other_years_only_is_refused(first: str, last: str) -> None:
    rows = crimes(date.fromisoformat(first), date.fromisoformat(last))
    with served(rows) as stub, pytest.raises(SourceError, match="no record from 2014-01-01 on"):
        load("crime", stub)


@BOTH
def test_records_without_a_day_or_of_years_before_are_left_out_and_counted(kind: Kind) -> None:
    rows = MADE[kind]()
    at = "CrimeDateTime" if kind == "crime" else "ArrestDateTime"
    for row, moment in zip(rows, [None, None, stored(datetime(2013, 12, 31, 12))], strict=False):
        row[at] = moment
    with served(rows) as stub:
        load(kind, stub)
    assert sorted(dropped(kind).values()) == [1, 2]
    assert int(frame(kind, f"{kind}_city_daily")["count"].sum()) == len(rows) - 3


def test_an_offense_that_is_not_known_stops_the_load_by_its_name() -> None:
    rows = crimes()
    with served(rows) as stub:
        load("crime", stub)
        version = open_records().version
        for row in stub.rows[100:103]:
            row["Description"] = "JAYWALKING"
        with pytest.raises(SourceError, match=r"'JAYWALKING' \(3 rows\)"):
            load("crime", stub)
    assert open_records().version == version
    assert_sound("crime")


def test_an_offense_is_known_in_any_letter_case_and_none_is_left_out() -> None:
    rows = crimes()
    for row in rows:
        row["Description"] = f"  {row['Description'].lower()} "
    rows[7]["Description"] = None
    with served(rows) as stub:
        load("crime", stub)
        assert dropped("crime") == {"records without an offense": 1}
        assert int(frame("crime", "crime_city_daily")["count"].sum()) == len(rows) - 1
        for row in stub.rows:
            row["Description"] = None
        with pytest.raises(SourceError, match="names no offense"):
            load("crime", stub)


@BOTH
def test_unknown_neighborhoods_are_named_and_count_as_without_a_place(kind: Kind) -> None:
    rows = MADE[kind]()
    for row in rows[:5]:
        row["Neighborhood"] = "Atlantis"
    rows[5]["Neighborhood"] = "Butcher'S Hill"
    with served(rows) as stub:
        load(kind, stub)
    assert "'Atlantis' (5 rows)" in noted(kind, "not on the map")
    assert "Butcher'S Hill to Butcher's Hill" in noted(kind, "mended")
    areas = frame(kind, f"{kind}_area_daily").groupby(["area", "place"], observed=True)["count"].sum()
    assert areas["", "none"] == sum(row["Neighborhood"] in (None, "Atlantis") for row in rows)
    assert areas["Butcher's Hill", "recorded"] == 1
    assert_sound(kind)


def test_unknown_race_codes_are_named_and_count_as_unknown() -> None:
    rows = taken()
    for row in rows[:4]:
        row["Race"] = "Z"
    with served(rows) as stub:
        load("arrests", stub)
    assert "'Z' (4 rows)" in noted("arrests", "Race codes that are not known")
    races = frame("arrests", "arrests_city_daily").groupby("race", observed=True)["count"].sum()
    assert races["unknown"] == sum(row["Race"] in (None, "U", "Z") for row in rows)


def test_an_arrest_that_is_there_twice_is_counted_once() -> None:
    rows = taken()
    again = [{**row, "RowID": len(rows) + number} for number, row in enumerate(rows[:50], 1)]
    others = [{**row, "RowID": 2 * len(rows) + n, "ArrestNumber": f"another {n}"} for n, row in enumerate(rows[:30])]
    with served([*rows, *again, *others]) as stub:
        load("arrests", stub)
    assert int(frame("arrests", "arrests_city_daily")["count"].sum()) == len(rows) + len(others)
    assert list(dropped("arrests").values()) == [50]


def test_the_layer_and_the_file_of_the_same_records_give_the_same_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    build(write_raw(tmp_path / "raw"), data, nobody)
    monkeypatch.setenv("DATA_DIR", str(data))
    rows = [dict(zip(ARREST_HEADER, map(str, row), strict=True)) for row in arrest_rows()]
    held = [
        row | {"RowID": number, "ArrestDateTime": stored(datetime.fromisoformat(row["ArrestDate"]))}
        for number, row in enumerate(rows, 1)
    ]
    victims = [
        {
            "RowID": number,
            "CCNumber": "",
            "CrimeDateTime": stored(datetime.fromisoformat(str(day))) if day else None,
            "Description": offense,
            "Location": block,
            "Neighborhood": area,
        }
        for number, day, _, offense, block, _, area, *_ in crime_rows()
    ]
    with served([{name: row[name] for name in ARREST_FIELDS} for row in held]) as stub:
        load("arrests", stub)
    with served(victims) as stub:
        load("crime", stub)
    for kind in ("arrests", "crime"):
        loaded = open_loaded(kind)
        assert loaded is not None
        # In the file some places of crimes are imputed; in the layer they are as recorded.
        for name in set(LOADABLE[kind]) - {"crime_area_daily"}:
            assert loaded.frame(name).equals(open_tables(data).frame(name)), name


@BOTH
@pytest.mark.parametrize("spoil", ["rename", "drop", "retype"])
def test_a_field_that_is_not_as_expected_is_named_before_any_row_is_asked_for(kind: Kind, spoil: str) -> None:
    field = "Description" if kind == "crime" else "ChargeDescription"
    with served(MADE[kind]()) as stub:
        if spoil == "rename":
            stub.rename(field, f"{field}s")
            said = f"no field {field}; the nearest is {field}s"
        elif spoil == "drop":
            stub.drop(field)
            said = f"no field {field};"
        else:
            stub.retype(field, "esriFieldTypeInteger", len)
            said = rf"{field} \(esriFieldTypeInteger\)"
        with pytest.raises(SourceError, match=said):
            load(kind, stub)
        assert stub.asked("page") == []


@BOTH
def test_field_names_are_known_in_any_letter_case_and_others_do_no_harm(kind: Kind) -> None:
    rows = [{name.upper() if name not in ("RowID", "day") else name: row[name] for name in row} for row in MADE[kind]()]
    fields = CRIME_FIELDS if kind == "crime" else ARREST_FIELDS
    plain = [{name: value for name, value in row.items() if name != "day"} | {"More": "x"} for row in rows]
    upper = {name if name == "RowID" else name.upper(): type_ for name, type_ in fields.items()} | {"More": TEXT}
    with LayerStub(plain, fields=upper, id_field="RowID", page_size=500) as stub:
        load(kind, stub)
        asked = set(stub.asked("page")[0].params["outFields"].split(","))
    assert int(frame(kind, f"{kind}_city_daily")["count"].sum()) == len(rows)
    assert not asked & {"CCNUMBER", "CRIMECODE", "TOTAL_INCIDENTS", "More"}


@BOTH
def test_another_citys_layer_is_refused_by_its_content(kind: Kind) -> None:
    rows = MADE[kind]()
    for number, row in enumerate(rows):
        row["Neighborhood"] = DETROIT[number % len(DETROIT)]
    with served(rows) as stub:
        with pytest.raises(SourceError, match="Baltimore"):
            load(kind, stub)
        assert len(stub.asked("page")) == 1
        for row in stub.rows:
            row["Neighborhood"] = None
        with pytest.raises(SourceError, match="another city"):
            load(kind, stub)
    assert not (loaded_dir(kind) / "manifest.json").exists()


@BOTH
def test_a_cut_costs_no_page_that_had_come(kind: Kind) -> None:
    rows = MADE[kind]()
    told: list[Progress] = []
    with served(rows, page_size=100) as stub:
        stub.fault("broken", at=8, times=math.inf, only="page")
        with pytest.raises(LayerError, match="later may help"):
            load(kind, stub)
        stub._faults.clear()
        before = len(stub.asked("page"))
        load(kind, stub, told.append)
        again = len(stub.asked("page")) - before
    assert again <= math.ceil((len(rows) - 500) / 100) + 1  # the last one is empty
    assert told[0].rows >= 500
    assert (told[-1].rows, told[-1].total) == (len(rows), len(rows))
    assert int(frame(kind, f"{kind}_city_daily")["count"].sum()) == len(rows)


@BOTH
def test_what_is_kept_meanwhile_and_in_the_end_names_nobody_and_no_address(kind: Kind) -> None:
    def kept() -> str:
        pages = [*loaded_dir(kind).rglob("*.parquet")]
        return "".join(pd.read_parquet(page).to_csv() for page in pages)

    with served(MADE[kind](), page_size=100) as stub:
        stub.fault("broken", at=8, times=math.inf, only="page")
        with pytest.raises(LayerError):
            load(kind, stub)
        cut = kept()
        stub._faults.clear()
        load(kind, stub)
    assert cut
    for text in PERSONAL:
        assert text not in cut + kept()


@BOTH
@pytest.mark.parametrize("fault", ["broken", "error", "cut", "truncated", "empty"])
def test_a_fault_that_stays_leaves_the_old_tables(kind: Kind, fault: str) -> None:
    with served(MADE[kind]()) as stub:
        load(kind, stub)
        version = open_records().version
        stub.last_edit = 1_700_000_000_000
        stub.fault(fault, at=len(stub.log) + 4, times=math.inf, only="page")
        with pytest.raises(SourceError):
            load(kind, stub)
    assert open_records().version == version
    assert_sound(kind)


@BOTH
def test_rows_that_come_and_go_meanwhile_replace_nothing(kind: Kind) -> None:
    rows = MADE[kind]()
    with served(rows, page_size=100) as stub:
        stub.fault("change", at=6, change=lambda layer: layer.rows.pop(0))
        with pytest.raises(SourceError, match="Run the command again"):
            load(kind, stub)
        assert not (loaded_dir(kind) / "manifest.json").exists()
        load(kind, stub)
    assert int(frame(kind, f"{kind}_city_daily")["count"].sum()) == len(rows) - 1


@BOTH
def test_far_fewer_records_take_the_place_of_more_only_when_that_is_meant(kind: Kind) -> None:
    rows = MADE[kind]()
    with served(rows) as stub:
        load(kind, stub)
        del stub.rows[len(rows) // 2 :]
        stub.last_edit = 1_700_000_000_000
        with pytest.raises(SourceError, match=r"in the place of .*; nothing was replaced.* --replace"):
            load(kind, stub)
        assert int(frame(kind, f"{kind}_city_daily")["count"].sum()) == len(rows)
        refresh_police(kind, [Source((stub.url,))], lambda _: None, Client(timeout=5), replace=True)
    assert int(frame(kind, f"{kind}_city_daily")["count"].sum()) == len(rows) // 2
    assert_sound(kind)


@BOTH
@pytest.mark.parametrize("type_of", ["DateOnly", "TimestampOffset"])
def test_newer_types_of_dates_are_read(kind: Kind, type_of: str) -> None:
    rows = MADE[kind]()
    (name,) = [name for name in police.WANTED[kind].at if name in rows[0]]

    def written(at: int) -> str:
        moment = datetime.fromtimestamp(at / 1000, UTC)
        return f"{moment:%Y-%m-%d}" if type_of == "DateOnly" else moment.isoformat(timespec="milliseconds")

    with served(rows) as stub:
        load(kind, stub)
        before = frame(kind, f"{kind}_city_daily")
        stub.retype(name, f"esriFieldType{type_of}", written)
        stub.last_edit = 1_700_000_000_000
        load(kind, stub)
    pd.testing.assert_frame_equal(frame(kind, f"{kind}_city_daily"), before)


def test_hostile_charges_are_counted_cut_short_and_without_what_is_unseen() -> None:
    rows = taken()
    for number, row in enumerate(rows):
        row["ChargeDescription"] = row["IncidentOffence"] = HOSTILE[number % len(HOSTILE)]
        row["Neighborhood"] = HOSTILE[number % len(HOSTILE)] if number % 3 == 0 else "Canton"
    with served(rows) as stub:
        load("arrests", stub)
    assert int(frame("arrests", "arrests_city_daily")["count"].sum()) == len(rows)
    texts = [*frame("arrests", "arrest_charges_uncaught")["text"].astype(str), *entry("arrests").notes]
    assert not any(unseen in text for text in texts for unseen in ("\u202e", "\x00", "\u200b", "\ufeff"))
    assert max(map(len, texts)) < 5_000
    assert_sound("arrests")


def test_two_loads_at_once_the_second_says_so() -> None:
    with claimed(loaded_dir("crime")), served(crimes()) as stub, pytest.raises(DataError, match="Another command"):
        load("crime", stub)


@BOTH
def test_no_layer_or_two_are_refused(kind: Kind) -> None:
    for layers in ([], [Source(("http://127.0.0.1:9/0",)), Source(("http://127.0.0.1:9/1",))]):
        with pytest.raises(DataError, match=f"come from one layer, and {len(layers)} were named"):
            refresh_police(kind, layers, lambda _: None)


@BOTH
def test_a_layer_without_rows_is_refused(kind: Kind) -> None:
    with served(MADE[kind]()) as stub:
        stub.rows = []
        with pytest.raises(SourceError, match="no rows"):
            load(kind, stub)


@BOTH
def test_the_command_says_what_was_loaded_and_what_was_left_out(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    rows = MADE[kind]()
    rows[0]["CrimeDateTime" if kind == "crime" else "ArrestDateTime"] = None
    with served(rows) as stub:
        assert main(["refresh", kind, "--layer", stub.url]) == 0
    said = capsys.readouterr()
    assert f"The layer has {len(rows):,} rows" in said.out
    assert "Left out: 1 records without a date" in said.out
    assert said.out.endswith(
        f"are loaded from {FIRST} to {LAST}, complete through {LAST - timedelta(days=FILL_DAYS)}.\n"
    )


@BOTH
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("--years", "2018"), "are for 911 calls"),
        (("--layer", "http://127.0.0.1:9/0", "--year", "2018"), "are for 911 calls"),
        (("--layer", "http://127.0.0.1:9/0", "--layer", "http://127.0.0.1:9/1"), "Give one --layer"),
    ],
)
def test_what_is_for_calls_only_is_refused(
    kind: Kind, typed: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["refresh", kind, *typed]) == 2
    assert said in capsys.readouterr().err


@given(seed=st.integers(0, 10_000), utc=st.booleans(), winter=st.booleans())
def test_the_clock_is_found_from_the_times_of_day(seed: int, utc: bool, winter: bool) -> None:
    first = date(2020, 12, 1) if winter else date(2020, 6, 1)
    local = list(moments(first, first + timedelta(days=59), 10, Random(seed)))
    at = np.array([stored(moment, utc) for moment in local])
    clock = police.find_clock(at)
    assert clock.zone == ("utc" if utc else "local")
    assert [day.date() for day in pd.DatetimeIndex(police.days_of(at, clock.zone))] == [m.date() for m in local]


@pytest.mark.parametrize("utc", [False, True], ids=["local", "universal"])
def test_the_clock_of_records_with_a_day_only_is_the_one_that_puts_them_on_midnight(utc: bool) -> None:
    days = [datetime(2020, 1, 1) + timedelta(days=n) for n in range(366)]
    at = np.array([stored(day, utc) for day in days])
    clock = police.find_clock(at)
    assert clock.zone == ("utc" if utc else "local")
    assert "100% of them fall on midnight" in clock.why
    assert (police.days_of(at, clock.zone) == np.array(days, dtype="M8[us]")).all()


def test_a_few_times_of_day_tell_nothing() -> None:
    at = np.array([stored(moment, utc=True) for moment in moments(FIRST, FIRST + timedelta(days=20), 5, Random(1))])
    clock = police.find_clock(at)
    assert (clock.zone, "too few to tell" in clock.why) == ("local", True)


@BOTH
def test_loaded_tables_that_do_not_verify_are_left_aside(kind: Kind) -> None:
    bundled = open_records().version
    with served(MADE[kind]()) as stub:
        load(kind, stub)
        loaded = open_records().version
        assert loaded != bundled
        shutil.rmtree(loaded_dir(kind) / "tables")
        manifest = loaded_dir(kind) / "manifest.json"
        manifest.write_bytes(manifest.read_bytes())  # a new stamp: the records are opened anew
        assert open_records().version == loaded, "those read before stay in use"
        records_in_use._states.clear()  # as a new process finds them
        assert open_records().version == bundled
        assert kind in open_records().unusable
        load(kind, stub)
    assert open_records().version != bundled
    assert_sound(kind)
