"""Reading layers from a server that others wrote: what holds against our own stand-in holds against Koop."""

from collections.abc import Iterator

import pytest

from lib.ingest.sources.arcgis import Client
from tests.ingest.arcgis_stub import CALL_FIELDS, HOSTILE, LayerStub, made_calls
from tests.ingest.koop import Koop, koop_fixture  # noqa: F401

pytestmark = pytest.mark.slow
PAGE = 250
NAMES = ("callDateTime", "description", "callNumber", "Neighborhood")
WORDS = ("NARCOTICS", "COMMON ASSAULT", "911/NO  VOICE", "O'BRIEN", *HOSTILE)
ROWS = list(made_calls(3_210, descriptions=WORDS))


@pytest.fixture(scope="module")
def server(koop: type[Koop]) -> Iterator[Koop]:
    with koop(ROWS, CALL_FIELDS, page_size=PAGE) as running:
        yield running


def test_the_layer_says_what_it_is(server: Koop):
    layer = Client().layer(server.url)
    assert layer.id_field == "OBJECTID"
    assert layer.page_size == PAGE
    assert layer.fields == CALL_FIELDS
    assert layer.pagination


def test_pages_run_to_the_end_and_reconcile_with_the_count(server: Koop):
    client = Client()
    layer = client.layer(server.url)
    pages = list(client.pages(layer, NAMES))
    assert [len(page.rows) for page in pages] == [PAGE] * 12 + [210]
    assert client.count(layer) == len(ROWS)
    assert [row for page in pages for row in page.rows] == [{n: row[n] for n in ("OBJECTID", *NAMES)} for row in ROWS]
    assert client.requests == 1 + 14 + 1
    assert 0 < client.bytes < 500_000


@pytest.mark.parametrize("stopped", [0, 1, 7, 12])
def test_a_cut_load_goes_on_where_it_stopped(server: Koop, stopped: int):
    client = Client()
    layer = client.layer(server.url)
    pages = client.pages(layer, NAMES)
    before = [next(pages) for _ in range(stopped)]
    later = Client()
    rest = list(later.pages(layer, NAMES, after=before[-1].last_id if before else None))
    ids = [row["OBJECTID"] for page in (*before, *rest) for row in page.rows]
    assert ids == [row["OBJECTID"] for row in ROWS]
    assert later.requests == 14 - stopped, "nothing is asked for twice"


def test_our_stand_in_answers_as_koop_does(server: Koop):
    client = Client()
    theirs = client.layer(server.url)
    with LayerStub(ROWS, fields=CALL_FIELDS, page_size=PAGE) as stub:
        ours = client.layer(stub.url)
        assert ours.fields == theirs.fields
        assert client.count(ours) == client.count(theirs)
        assert list(client.pages(ours, NAMES, after=900)) == list(client.pages(theirs, NAMES, after=900))
