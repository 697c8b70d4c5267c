"""Reading layers: over real HTTP, from a server that does everything wrong that a server can do."""

import gzip
import json
import math
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.ingest.sources import arcgis
from lib.ingest.sources.arcgis import Client, Layer, LayerError, Page
from lib.ingest.sources.raw import SourceError
from tests.examples import examples
from tests.ingest.arcgis_stub import EDITED, HOSTILE, LayerStub, made_calls

ROOT = Path(__file__).resolve().parents[2]
REAL_RAW = Path(os.environ.get("RAW_DIR") or ROOT.parent / "shared" / "raw")
FIELDS = ("description", "Neighborhood")

PASSING = ("busy", "broken", "cut", "truncated", "html", "damaged")
ATTEMPTS = 6


class Waits(list[float]):
    """Stands in for time.sleep: writes down how long it would have been."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def made_rows(ids: Any) -> list[dict[str, Any]]:
    places = (None, "Canton", "Hampden")
    return [{"OBJECTID": n, "description": f"WORD {n % 4}", "Neighborhood": places[n % 3], "spare": n} for n in ids]


def client(waits: Waits | None = None, **options: Any) -> Client:
    return Client(**{"timeout": 5, "attempts": ATTEMPTS, "sleep": Waits() if waits is None else waits, **options})


def ids(pages: list[Page]) -> list[int]:
    return [row["OBJECTID"] for page in pages for row in page.rows]


def read(stub: LayerStub, asker: Client | None = None, **options: Any) -> list[Page]:
    asker = asker or client()
    return list(asker.pages(asker.layer(stub.url), FIELDS, **options))


def test_a_layer_says_what_it_is():
    with LayerStub(made_rows([1]), page_size=70, name="911 calls & more") as stub:
        layer = client().layer(stub.url)
    assert layer == Layer(
        url=stub.url,
        name="911 calls & more",
        id_field="OBJECTID",
        fields=stub.fields,
        page_size=70,
        pagination=True,
        last_edit=EDITED,
    )
    assert layer.fields["description"] == "esriFieldTypeString"


@pytest.mark.parametrize("dress", ["{}/", "  {} ", "{}?f=pjson", "{}/?f=json&token=#top"])
def test_an_address_may_be_pasted_as_browsers_show_it(dress):
    with LayerStub(made_rows([1])) as stub:
        assert client().layer(dress.format(stub.url)).url == stub.url


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"advancedQueryCapabilities": None}, {"pagination": False}),
        ({"editingInfo": None}, {"last_edit": None}),
        ({"editingInfo": {"lastEditDate": 5}}, {"last_edit": 5}),
        ({"editingInfo": {"lastEditDate": 5, "dataLastEditDate": 4}}, {"last_edit": 4}),
        ({"editingInfo": {"lastEditDate": "monday"}}, {"last_edit": None}),
        ({"objectIdField": None}, {"id_field": "OBJECTID"}),
        ({"objectIdField": "spare"}, {"id_field": "spare"}),
        ({"maxRecordCount": 10**9}, {"page_size": arcgis.MOST_ROWS}),
    ],
)
def test_a_layer_that_says_less_or_other_things(change, expected):
    with LayerStub(made_rows([1])) as stub:
        stub.fault("edit", change=lambda said: said.update(change))
        layer = client().layer(stub.url)
    assert {name: getattr(layer, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"fields": None}, "isn't a layer"),
        ({"fields": ["description"]}, "makes no sense"),
        ({"fields": [{"name": "description"}]}, "makes no sense"),
        ({"advancedQueryCapabilities": 5}, "makes no sense"),
        ({"fields": [], "objectIdField": None}, "names no object id"),
        ({"objectIdField": "elsewhere"}, "names no object id"),
        ({"objectIdField": ["OBJECTID"]}, "names no object id"),
        ({"maxRecordCount": 0}, "gives '0' for maxRecordCount"),
        ({"maxRecordCount": "many"}, "gives 'many' for maxRecordCount"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused_at_once(change, why):
    waits = Waits()
    with LayerStub(made_rows([1])) as stub:
        stub.fault("edit", change=lambda said: said.update(change))
        with pytest.raises(LayerError, match=why):
            client(waits).layer(stub.url)
    assert waits == []


def test_the_address_of_a_service_is_not_that_of_a_layer():
    with (
        LayerStub(made_rows([1])) as stub,
        pytest.raises(LayerError, match=r"FeatureServer can't be read: it isn't a layer, whose address ends in a num"),
    ):
        client().layer(stub.url.removesuffix("/0"))


@pytest.mark.parametrize(
    "url", ["", "calls", "file:///etc/passwd", "ftp://example.org/0", "//example.org/0", "http:///0", "http://[x/0"]
)
def test_only_web_addresses_are_asked(url):
    asker = client()
    with pytest.raises(LayerError, match="isn't a web address"):
        asker.layer(url)
    assert asker.requests == 0


def test_rows_are_counted():
    with LayerStub(made_rows(range(1, 101))) as stub:
        asker = client()
        layer = asker.layer(stub.url)
        assert asker.count(layer) == 100


def test_pages_run_to_the_end():
    with LayerStub(made_rows(range(10, 260)), page_size=100) as stub:
        pages = read(stub)
        assert [len(page.rows) for page in pages] == [100, 100, 50]
        assert [page.last_id for page in pages] == [109, 209, 259]
        assert pages[0].rows[0] == {"OBJECTID": 10, "description": "WORD 2", "Neighborhood": "Canton"}
        wheres = [asked.params["where"] for asked in stub.asked("page")]
        assert wheres == ["1=1", "OBJECTID > 109", "OBJECTID > 209", "OBJECTID > 259"]
        assert {asked.params["resultRecordCount"] for asked in stub.asked("page")} == {"100"}


def test_a_layer_without_rows_has_no_page():
    with LayerStub([], fields={"OBJECTID": "esriFieldTypeOID", "description": "x", "Neighborhood": "x"}) as stub:
        assert read(stub) == []


def test_a_layer_that_cannot_be_told_how_many_rows_to_give():
    with LayerStub(made_rows(range(25)), page_size=10, pagination=False) as stub:
        assert ids(read(stub)) == list(range(25))
        assert not any("resultRecordCount" in asked.params for asked in stub.log)


def test_answers_are_asked_for_packed_and_what_came_is_counted():
    with LayerStub(made_rows(range(1000))) as stub:
        asker = client()
        pages = read(stub, asker)
        assert asker.requests == len(stub.log) == 3
        assert 0 < asker.bytes < len(json.dumps(pages[0].rows)) / 4
        assert all(asked.headers["User-Agent"] == "baltimore-claims" for asked in stub.log)


# Faults that pass


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("only", ["layer", "count", "page"])
def test_a_fault_that_passes_costs_a_wait_and_nothing_else(kind, only):
    waits = Waits()
    with LayerStub(made_rows(range(30)), page_size=20) as stub:
        stub.fault(kind, only=only, times=2)
        asker = client(waits)
        layer = asker.layer(stub.url)
        assert asker.count(layer) == 30
        assert ids(list(asker.pages(layer, FIELDS))) == list(range(30))
        assert [asked.fault for asked in stub.asked(only)][:3] == [kind, kind, None]
        assert len(stub.log) == asker.requests == 7
    assert waits == [1, 2]


@pytest.mark.parametrize(
    ("kind", "how", "why"),
    [
        ("busy", {}, "it answered with status 429"),
        ("broken", {"status": 503}, "it answered with status 503"),
        (
            "error",
            {"code": 500, "message": "Unable to\ncomplete"},
            "it answered with the error '500 Unable to complete'",
        ),
        ("error", {"code": 429, "message": "Too many requests"}, "the error '429 Too many requests'"),
        ("cut", {}, "the connection can't be made or was cut"),
        ("truncated", {}, "isn't JSON, or not all of it came"),
        ("html", {}, "isn't JSON, or not all of it came"),
        ("damaged", {}, "can't be unpacked"),
        ("empty", {}, "it says that more follows, and gives none"),
    ],
)
def test_a_fault_that_stays_is_an_error_in_the_end(kind, how, why):
    waits = Waits()
    with LayerStub(made_rows(range(30)), page_size=20) as stub:
        stub.fault(kind, only="page", at=3, times=math.inf, **how)
        asker = client(waits)
        pages = asker.pages(asker.layer(stub.url), FIELDS)
        assert len(next(pages).rows) == 20
        with pytest.raises(LayerError, match=f"{re.escape(why)}, after 6 tries; trying again later may help") as caught:
            next(pages)
        assert str(caught.value).startswith(f"{stub.url}/query can't be read: ")
        assert str(caught.value).count(".") == stub.url.count(".") + 1, "one sentence"
        assert caught.value.again
        assert len(stub.asked("page")) == 1 + ATTEMPTS
    assert waits == [1, 2, 4, 8, 16]


def test_layer_errors_are_source_errors():
    assert issubclass(LayerError, SourceError)


def test_nobody_there_is_an_error_in_the_end():
    with LayerStub([]) as stub:
        pass
    with pytest.raises(LayerError, match="the connection can't be made or was cut, after 2 tries") as caught:
        client(attempts=2).layer(stub.url)
    assert caught.value.again


def test_a_server_that_says_nothing_is_not_waited_for_forever():
    with LayerStub(made_rows(range(3))) as stub:
        stub.fault("silence", times=2)
        assert client(timeout=0.1).layer(stub.url).name == stub.name
        stub.fault("silence", times=2)
        with pytest.raises(LayerError, match=r"nothing came for 0\.1 seconds, after 2 tries"):
            client(timeout=0.1, attempts=2).layer(stub.url)


def test_an_answer_that_drips_is_not_waited_for_forever():
    with LayerStub(made_rows(range(30))) as stub:
        stub.fault("drip", times=math.inf)
        with pytest.raises(LayerError, match=r"hadn't all come after 0\.4 seconds, after 2 tries"):
            client(timeout=0.2, attempts=2).layer(stub.url)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", [7, 7]),
        ("0", [1, 2]),
        ("soon", [1, 2]),
        ("", [1, 2]),
        ("9" * 5000, [1, 2]),
        ("Thu, Jan 01, 1970 00:00:00 GMT", [1, 2]),
    ],
)
def test_a_busy_server_is_left_alone_as_long_as_it_asks(asked, waited):
    waits = Waits()
    with LayerStub(made_rows([1])) as stub:
        stub.fault("busy", times=2, retry_after=asked)
        client(waits).layer(stub.url)
    assert waits == waited


def test_a_server_that_asks_to_be_left_alone_for_an_hour_is_left_alone():
    waits = Waits()
    with LayerStub(made_rows([1])) as stub:
        stub.fault("busy", times=math.inf, retry_after="3600")
        with pytest.raises(LayerError, match="status 429, and wants 3600 seconds of rest; trying again later may help"):
            client(waits).layer(stub.url)
        assert len(stub.log) == 1
    assert waits == []


@settings(max_examples=examples(25))
@given(asked=st.integers(0, 10_000), attempts=st.integers(1, 40))
def test_no_question_is_waited_for_longer_than_the_patience(asked, attempts):
    waits = Waits()
    with LayerStub(made_rows([1])) as stub:
        stub.fault("busy", times=math.inf, retry_after=str(asked))
        with pytest.raises(LayerError):
            client(waits, attempts=attempts).layer(stub.url)
        assert len(stub.log) <= attempts
    assert sum(waits) <= arcgis.PATIENCE


# Faults that stay


@pytest.mark.parametrize(
    ("kind", "how", "why"),
    [
        ("error", {}, "it answered with the error '400 Cannot perform query. Invalid query parameters.'"),
        ("error", {"code": 499, "message": "Token Required"}, "it answered with the error '499 Token Required'"),
        ("broken", {"status": 403}, "it answered with status 403"),
        ("broken", {"status": 404}, "it answered with status 404"),
        ("answer", {"said": []}, "its answer is of another kind"),
        ("answer", {"said": None}, "its answer is of another kind"),
        ("answer", {"said": {"error": "no"}}, "it answered with the error 'no'"),
        ("answer", {"said": {"error": None}}, "its answer holds no rows"),
        ("answer", {"said": {}}, "its answer holds no rows"),
        ("answer", {"said": {"features": {}}}, "its answer holds no rows"),
        ("answer", {"said": {"features": [5]}}, "its answer holds a row without fields"),
        ("answer", {"said": {"features": [{"attributes": None}]}}, "its answer holds a row without fields"),
        ("answer", {"said": {"features": [{"attributes": {}}]}}, "lacks the field OBJECTID"),
    ],
)
def test_a_wrong_answer_is_an_error_at_once(kind, how, why):
    waits = Waits()
    with LayerStub(made_rows(range(30)), page_size=20) as stub:
        stub.fault(kind, only="page", **how)
        with pytest.raises(LayerError, match=re.escape(why)) as caught:
            read(stub, client(waits))
        assert str(caught.value).endswith("; trying again will not help.")
        assert not caught.value.again
    assert waits == []


@pytest.mark.parametrize("count", [None, "12", -1, 1.5, True])
def test_a_count_that_is_no_count_is_refused(count):
    with LayerStub(made_rows([1])) as stub:
        stub.fault("answer", only="count", times=math.inf, said={"count": count})
        asker = client()
        with pytest.raises(LayerError, match="for count, which must be a whole number"):
            asker.count(asker.layer(stub.url))


@pytest.mark.parametrize("number", [None, "12", 1.5, True, [1]])
def test_a_row_without_a_number_of_its_own_is_refused(number):
    with LayerStub(made_rows(range(9))) as stub:
        stub.fault("edit", only="page", change=lambda said: said["features"][4]["attributes"].update(OBJECTID=number))
        with pytest.raises(LayerError, match="OBJECTID"):
            read(stub)


def test_a_field_that_goes_missing_is_named():
    with LayerStub(made_rows(range(9))) as stub:
        stub.fault("edit", only="page", change=lambda said: said["features"][4]["attributes"].pop("description"))
        with pytest.raises(LayerError, match="a row of its answer lacks the field description"):
            read(stub)
        stub.rename("description", "kind_of_call")
        with pytest.raises(LayerError, match="Invalid field: description"):
            read(stub)


def test_rows_out_of_order_are_refused_because_some_could_be_lost():
    with LayerStub(made_rows(range(9)), page_size=5) as stub:
        stub.fault("edit", only="page", change=lambda said: said["features"].reverse())
        with pytest.raises(LayerError, match="aren't in order of OBJECTID"):
            read(stub)


def test_an_answer_of_any_size_is_not_read_to_its_end():
    with LayerStub(made_rows([1])) as stub:
        stub.fault("huge", size=66)
        asker = client()
        with pytest.raises(LayerError, match="its answer is larger than 64 MB"):
            asker.layer(stub.url)
    assert asker.bytes < 2**20


def test_an_answer_nested_beyond_measure_is_not_understood():
    with LayerStub(made_rows([1])) as stub:
        stub.fault("html", text="[" * 1_000_000)
        assert client().layer(stub.url).name == stub.name
        deep: Any = []
        for _ in range(500):
            deep = [deep]
        stub.fault("edit", only="page", change=lambda said: said["features"][0]["attributes"].update(description=deep))
        with pytest.raises(LayerError, match="lacks the field description"):
            read(stub)


def test_a_servers_words_are_made_fit_for_one_line():
    with LayerStub(made_rows([1])) as stub:
        stub.fault("error", message="\x1b[31m<b>no</b>\r\n\u202eon " + "x" * 10_000)
        with pytest.raises(LayerError) as caught:
            client().layer(stub.url)
    said = str(caught.value)
    assert said.isprintable()
    assert len(said) < 600


# Moves


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("whole", [False, True])
def test_a_layer_moved_on_its_own_server_is_followed_with_the_whole_question(status, whole):
    with LayerStub(made_rows(range(20))) as stub:
        stub.fault("moved", status=status, to=f"{stub.url if whole else stub.path}?where=lost")
        assert client().layer(stub.url.replace("Stub", "before")).name == stub.name
        stub.fault("moved", status=status, to=f"{stub.url}/query?where=lost")
        assert len(ids(read(stub))) == 20


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost:{port}{path}",
        "https://127.0.0.1:{port}{path}",
        "http://127.0.0.1:1{path}",
        "//169.254.169.254/latest/meta-data",
    ],
)
def test_no_move_leads_to_another_server_or_scheme(to):
    waits = Waits()
    with LayerStub(made_rows([1])) as stub:
        moved = to.format(port=stub.url.split(":")[2].partition("/")[0], path=stub.path)
        stub.fault("moved", to=moved)
        with pytest.raises(LayerError, match=r"it sends on to another server, '.*'; if that is right") as caught:
            client(waits).layer(stub.url)
        assert not caught.value.again
        assert len(stub.log) == 1
    assert waits == []


def test_a_name_and_password_in_an_address_are_not_kept():
    with LayerStub(made_rows([1])) as stub:
        with pytest.raises(LayerError, match="carries a name") as caught:
            client().layer(stub.url.replace("//", "//user:secret@"))
        assert "secret" not in str(caught.value)
        stub.fault("moved", to=stub.url.replace("//", "//user:secret@"))
        with pytest.raises(LayerError, match="carries a name"):
            client().layer(stub.url)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.org/0", "gopher://x", "javascript:alert(1)"])
def test_no_move_leads_away_from_the_web(to):
    with LayerStub(made_rows([1])) as stub:
        stub.fault("moved", to=to)
        with pytest.raises(LayerError, match=rf"{re.escape(to)}' can't be read: it isn't a web address"):
            client().layer(stub.url)


def test_a_circle_of_moves_ends():
    with LayerStub(made_rows([1])) as stub:
        stub.fault("moved", times=math.inf, to=stub.path)
        with pytest.raises(LayerError, match="moved on and on"):
            client().layer(stub.url)
        assert len(stub.log) == 1 + arcgis.MOVES


# No row lost, none given twice


def test_short_and_repeating_pages_lose_and_double_nothing():
    with LayerStub(made_rows(range(1, 41)), page_size=10) as stub:
        stub.fault("short", times=3)
        stub.fault("repeat", times=math.inf)
        pages = read(stub)
        assert [len(page.rows) for page in pages[:3]] == [1, 1, 1]
        assert ids(pages) == list(range(1, 41))


def test_an_empty_page_that_says_more_is_asked_for_again():
    waits = Waits()
    with LayerStub(made_rows(range(1, 41)), page_size=10) as stub:
        stub.fault("empty", at=4, times=3)
        assert ids(read(stub, client(waits))) == list(range(1, 41))
        again = [asked.params["where"] for asked in stub.log if asked.fault == "empty"]
        assert again == ["OBJECTID > 20"] * 3
    assert waits == [1, 2, 4]


def test_a_page_of_nothing_but_old_rows_is_no_page():
    with LayerStub(made_rows(range(1, 41)), page_size=10) as stub:
        old = stub.query({"where": "1=1", "outFields": "*"})
        stub.fault("answer", at=3, only="page", times=math.inf, said=old)
        with pytest.raises(LayerError, match="more follows, and gives none, after 6 tries"):
            read(stub)


def test_rows_that_come_and_go_shift_no_other():
    with LayerStub(made_rows(range(1, 41)), page_size=10) as stub:

        def change(stub: LayerStub) -> None:
            stub.rows = [row for row in stub.rows if row["OBJECTID"] not in (3, 25)] + made_rows([99])

        stub.fault("change", at=3, change=change)
        asker = client()
        layer = asker.layer(stub.url)
        assert ids(list(asker.pages(layer, FIELDS))) == [n for n in range(1, 41) if n != 25] + [99]
        assert asker.count(layer) == 39


def test_hostile_text_comes_as_it_is():
    rows = [{"OBJECTID": n, "description": text, "Neighborhood": None} for n, text in enumerate(HOSTILE)]
    with LayerStub(rows, page_size=3) as stub:
        pages = read(stub)
        assert tuple(row["description"] for page in pages for row in page.rows) == HOSTILE


def plan(faults: list[str | None]) -> list[str | None]:
    """Faults by request, healed where a question would have met too many of them in a row.

    An empty page makes the client ask how many there are before it asks for the page again: that the count comes ends
    no row of faults.
    """
    run, last, healed = 0, None, []
    for kind in faults:
        if kind in (*PASSING, "empty", "error 503"):
            run += 1
        elif last != "empty":
            run = 0
        last = None if run >= ATTEMPTS else kind
        healed.append(last)
        run = 0 if run >= ATTEMPTS else run
    return healed


@settings(max_examples=examples(150))
@given(
    numbers=st.sets(st.integers(0, 300), max_size=60),
    page_size=st.integers(1, 9),
    faults=st.lists(st.none() | st.sampled_from((*PASSING, "empty", "short", "repeat", "error 503")), max_size=40).map(
        plan
    ),
    stops=st.lists(st.integers(1, 5), max_size=6),
)
def test_whatever_happens_no_row_is_lost_or_given_twice(numbers, page_size, faults, stops):
    """Several loaders, each going on where the last one stopped after some pages."""
    fields = {
        "OBJECTID": "esriFieldTypeOID",
        "description": "esriFieldTypeString",
        "Neighborhood": "esriFieldTypeString",
    }
    given_rows: list[dict[str, Any]] = []
    after: int | None = None
    whole = False
    with LayerStub(made_rows(numbers), fields=fields, page_size=page_size) as stub:
        layer = client().layer(stub.url)
        for number, kind in enumerate(faults, start=2):
            if kind == "error 503":
                stub.fault("error", at=number, code=503)
            elif kind:
                stub.fault(kind, at=number)
        for stop in [*stops, math.inf]:
            for taken, page in enumerate(client().pages(layer, FIELDS, after=after), start=1):
                given_rows += page.rows
                after = page.last_id
                if taken >= stop:
                    break
            else:
                whole = True
                break
    assert whole
    expected = [{name: row[name] for name in ("OBJECTID", *FIELDS)} for row in made_rows(sorted(numbers))]
    assert given_rows == expected


def test_a_year_of_made_up_calls_reconciles():
    with LayerStub(made_calls(3_000), page_size=700) as stub:
        asker = client()
        layer = asker.layer(stub.url)
        found = ids(list(asker.pages(layer, ["callNumber"])))
        assert len(set(found)) == asker.count(layer) == 3_000


@pytest.mark.skipif(not REAL_RAW.is_dir(), reason="the input files aren't here")
@pytest.mark.parametrize(("year", "id_field"), [(2018, "OBJECTID"), (2020, "OBJECTID"), (2021, "ESRI_OID")])
def test_recorded_pages_are_read_as_they_were_answered(year, id_field):
    said = json.loads(gzip.decompress((REAL_RAW / f"calls911/first_page_{year}.json.gz").read_bytes()))
    assert said["objectIdFieldName"] == id_field
    rows = [feature["attributes"] for feature in said["features"]]
    fields = {field["name"]: field["type"] for field in said["fields"]}
    with LayerStub(rows, fields=fields, id_field=id_field, page_size=700) as stub:
        asker = client()
        layer = asker.layer(stub.url)
        names = ["callDateTime", "description", "callNumber", "Neighborhood"]
        found = [row for page in asker.pages(layer, names) for row in page.rows]
        assert layer.id_field == id_field
        assert len(found) == asker.count(layer) == 2_000
        assert found[0] == {name: stub.rows[0][name] for name in (id_field, *names)}


# What servers say and do that isn't so


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("exceededTransferLimit", None),
        lambda said: said.update(exceededTransferLimit=False),
        lambda said: said.update(exceededTransferLimit=True),
    ],
    ids=["never", "false", "always"],
)
def test_rows_are_read_to_the_end_whatever_the_server_says_of_more(change):
    waits = Waits()
    with LayerStub(made_rows(range(25)), page_size=10) as stub:
        stub.fault("edit", only="page", times=math.inf, change=change)
        stub.fault("short", times=2)
        assert ids(read(stub, client(waits))) == list(range(25))
    assert waits == []


@pytest.mark.parametrize("kind", ["layer", "count", "page"])
def test_an_error_of_null_is_none(kind):
    with LayerStub(made_rows(range(9))) as stub:
        stub.fault("edit", only=kind, change=lambda said: said.update(error=None))
        asker = client()
        layer = asker.layer(stub.url)
        assert asker.count(layer) == len(ids(list(asker.pages(layer, FIELDS)))) == 9


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("broken", {"status": 500}),
        ("broken", {"status": 504}),
        ("broken", {"status": 413}),
        ("error", {"code": 504}),
        ("cut", {}),
        ("huge", {"size": 65}),
    ],
)
def test_pages_too_big_for_the_server_are_asked_for_in_smaller_ones(kind, how):
    with LayerStub(made_rows(range(100)), page_size=80) as stub:
        heavy = lambda question: int(question.get("resultRecordCount", 0)) > 30  # noqa: E731
        stub.fault(kind, only="page", times=math.inf, when=heavy, **how)
        assert ids(read(stub)) == list(range(100))
        assert {asked.params["resultRecordCount"] for asked in stub.asked("page") if not asked.fault} == {"20"}


def test_a_busy_server_is_not_taken_for_one_with_too_big_pages():
    with LayerStub(made_rows(range(100)), page_size=80) as stub:
        stub.fault("busy", only="page", times=5)
        assert ids(read(stub)) == list(range(100))
        assert {asked.params["resultRecordCount"] for asked in stub.asked("page")} == {"80"}


@pytest.mark.parametrize(
    ("kind", "how", "waited"),
    [
        ("broken", {"status": 403}, []),
        ("error", {"code": 400}, []),
        ("html", {"text": "<html>The requested URL was rejected.</html>"}, [1, 2, 4, 8, 16]),
        ("cut", {}, [1, 2, 4, 8, 16]),
    ],
)
def test_a_firewall_that_refuses_what_is_always_true_is_asked_otherwise(kind, how, waited):
    waits = Waits()
    with LayerStub(made_rows(range(30)), page_size=20) as stub:
        stub.fault(kind, times=math.inf, when=lambda question: "1=1" in question.get("where", ""), **how)
        asker = client(waits)
        layer = asker.layer(stub.url)
        assert asker.count(layer) == 30
        assert len(ids(list(asker.pages(layer, FIELDS)))) == 30
        assert asker.count(layer) == 30
    assert waits == waited


@pytest.mark.parametrize("part", ["header", "continue", "size", "trailer"])
@pytest.mark.parametrize("only", ["layer", "page"])
def test_an_answer_that_is_never_silent_and_never_ends_is_left(part, only):
    with LayerStub(made_rows(range(30))) as stub:
        asker = client(timeout=0.2, attempts=2)
        layer = asker.layer(stub.url) if only == "page" else None
        stub.fault("dribble", only=only, times=math.inf, part=part)
        with pytest.raises(LayerError, match=r"hadn't all come after 0\.4 seconds, after 2 tries") as caught:
            next(asker.pages(layer, FIELDS)) if layer else asker.layer(stub.url)
        assert caught.value.again


def test_a_dribbled_answer_of_a_connection_in_use_is_left_and_the_next_question_answered():
    with LayerStub(made_rows(range(30)), page_size=10) as stub:
        asker = client(timeout=0.2)
        layer = asker.layer(stub.url)
        stub.fault("dribble", only="page", at=3, part="header")
        assert ids(list(asker.pages(layer, FIELDS))) == list(range(30))


def test_an_untrusted_certificate_is_said_at_once(certificate):
    waits = Waits()
    with LayerStub(made_rows([1]), tls=certificate) as stub:
        with pytest.raises(LayerError, match=r"its certificate can't be trusted \(self.signed certificate\)") as caught:
            client(waits).layer(stub.url)
        assert not caught.value.again
    assert waits == []


def test_over_tls_too_an_answer_that_never_ends_is_left(certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with LayerStub(made_rows(range(3)), tls=certificate) as stub:
        asker = client(timeout=0.5, attempts=1)
        assert asker.layer(stub.url).name == stub.name
        stub.fault("dribble", times=math.inf, part="header")
        with pytest.raises(LayerError, match="hadn't all come after 1 seconds, after 1 try"):
            asker.layer(stub.url)


def test_names_are_shown_as_text_and_not_at_any_length():
    name = "calls\x1b]0;owned\x07\r\n\u202e" + "x" * 10_000
    with LayerStub([{"OBJECTID": 1, name: "a"}]) as stub:
        stub.fault("edit", change=lambda said: said.update(name=name))
        layer = client().layer(stub.url)
    for text in (layer.name, *layer.fields):
        assert text.isprintable()
        assert len(text) <= 100
    assert layer.name.startswith("calls ]0;owned x")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody vouches for, with its key, in one file."""
    folder = tmp_path_factory.mktemp("tls")
    made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=stub"]
    subprocess.run(
        ["openssl", "req", *made, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key", "-out", "own"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text((folder / "own").read_text() + (folder / "key").read_text())
    return both
