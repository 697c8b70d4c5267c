"""Every window at once on its page: the restriction of windows, a tap on one of them, and the cells' own address."""

import gzip
import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import requests
import streamlit as st
from hypothesis import given, settings
from hypothesis import strategies as hs
from streamlit.testing.v1 import AppTest

from bench.server import Server
from lib.analysis.every_window import pair_against
from lib.analysis.windows import Window, WindowPair
from lib.figures.every_window import cells_address
from lib.figures.registry import drawing
from lib.story.evidence.every_window import bounds_of, windows_at_once
from lib.story.load import load_story
from lib.story.records_in_use import open_records
from lib.story.sentences.every_window_words import share
from lib.story.view import View
from lib.web.pages import dates as levers
from lib.web.pages.layout import REST
from tests.examples import examples
from tests.web.story_app import CRIME, check_crime_page, open_story, texts, view_of

USUAL = CRIME.usual
VIOLENT = load_story().measures["violent"]


@pytest.fixture
def at() -> AppTest:
    return open_story(CRIME)


def test_the_picture_stands_open_with_the_share_of_windows_in_a_sentence(at: AppTest):
    check_crime_page(at, USUAL)
    assert [toggle.key for toggle in at.toggle if toggle.value] == [REST]
    shares, _ = windows_at_once(VIOLENT, "1")
    sentence = drawing("every-window", USUAL).sentence
    assert sentence.startswith(f"Of {shares.windows:,} windows")
    assert f"{share(shares.down_20)} a fall of at least 20%" in sentence
    assert sentence in texts(at.main)


@pytest.mark.parametrize("within", ["before-announcement", "clean-baseline", "all"])
def test_restricting_the_windows_moves_the_sentence_the_shares_and_the_address(at: AppTest, within: Any):
    at.button_group(key="lever_within").set_value(within).run()
    view = replace(USUAL, within=within)
    check_crime_page(at, view)
    shares, _ = windows_at_once(VIOLENT, "1", bounds_of(within))
    assert any(
        text.startswith(f"Of {shares.windows:,} windows") and share(shares.down_20) in text for text in texts(at.main)
    )
    assert view_of(at).within == within


def test_a_link_with_a_restriction_and_another_baseline_opens_there():
    at = open_story(CRIME, {"within": "clean-baseline", "measure": "property"})
    check_crime_page(at, replace(USUAL, within="clean-baseline", measure="property"))
    assert any("whose baseline ends before the emergency of March 5, 2020" in text for text in texts(at.main))


def tap(view: View, picked: Any, monkeypatch: pytest.MonkeyPatch) -> View:
    """The view after a tap that the browser reports like this."""
    state: dict[str, Any] = {"view": view, "window_map": {"selection": picked}}
    monkeypatch.setattr(st, "session_state", state)
    levers.pick_on_windows()
    moves = state.pop("view_moves", [])
    for move in moves:
        view = move.change(view)
    return view


@pytest.mark.parametrize("name", ["1", "2", "3", "mean3"])
def test_a_tap_puts_that_window_under_test_and_keeps_the_kind_of_baseline(name: Any, monkeypatch: pytest.MonkeyPatch):
    view = replace(USUAL, pair=pair_against(USUAL.pair.current, name))
    tapped = Window(date(2020, 2, 29), date(2020, 12, 31))
    moved = tap(view, {"window": [{"end": "2020-12-31", "days": tapped.days, "drawn": 1}]}, monkeypatch)
    assert moved == replace(view, pair=pair_against(tapped, name))


def test_a_tap_keeps_a_mean_of_two_years_and_dates_of_ones_own(monkeypatch: pytest.MonkeyPatch):
    tapped = Window(date(2020, 6, 1), date(2020, 6, 30))
    picked = {"window": [{"end": "2020-06-30", "days": 30}]}
    current = USUAL.pair.current
    two = replace(USUAL, pair=WindowPair(current, (current.shifted(-1), current.shifted(-2))))
    assert tap(two, picked, monkeypatch).pair == WindowPair(tapped, (tapped.shifted(-1), tapped.shifted(-2)))
    own = (Window(date(2018, 5, 1), date(2018, 8, 1)),)
    free = replace(USUAL, pair=WindowPair(current, own))
    assert tap(free, picked, monkeypatch).pair == WindowPair(tapped, own)


JSON = hs.recursive(
    hs.none() | hs.integers() | hs.floats() | hs.text(max_size=12),
    lambda inner: (
        hs.lists(inner, max_size=2) | hs.dictionaries(hs.sampled_from(["end", "days", "x"]), inner, max_size=3)
    ),
    max_leaves=4,
)


@given(JSON)
@settings(max_examples=examples(60))
def test_what_is_no_window_moves_nothing(reported: Any):
    with pytest.MonkeyPatch.context() as patch:
        picked = reported if isinstance(reported, list) else [reported]
        assert tap(USUAL, {"window": picked}, patch) == USUAL
        assert tap(USUAL, {}, patch) == USUAL


def address(within: Any, baseline: Any = "1") -> str:
    return cells_address(VIOLENT, baseline, within)


@pytest.mark.parametrize("within", ["all", "before-announcement", "clean-baseline"])
def test_the_cells_stand_at_an_address_of_their_own_packed_and_for_good(
    app_server: Server, http: requests.Session, within: str
):
    answer = http.get(f"{app_server.url}/{address(within)}", stream=True)
    packed = answer.raw.read(decode_content=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert len(packed) < 15_000
    rows = json.loads(gzip.decompress(packed))
    drawn = sum(change is not None for row in rows for change in row["change"])
    assert drawn == len(drawing("every-window", replace(USUAL, within=within)).table().rows)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "path",
    [
        "windows/violent.1.all-00000000.json",
        "windows/treason.1.all-{version}.json",
        "windows/violent.4.all-{version}.json",
        "windows/violent.1.sometimes-{version}.json",
        "windows/calls-drugs-yearly.1.all-{version}.json",
        "geo/streets-{version}.json",
        "geo/neighborhoods-00000000.json",
    ],
)
def test_what_is_not_there_is_a_404_with_a_sentence(app_server: Server, http: requests.Session, path: str):
    answer = http.get(f"{app_server.url}/{path.format(version=open_records().version)}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.strip().endswith(".")
    assert "Traceback" not in answer.text
    assert "cache-control" not in answer.headers or "immutable" not in answer.headers["cache-control"]
