"""The benchmarks at their smallest size: each measure works, and its figures are numbers. How large is not asked."""

import math
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from bench import load, memory, pages, reruns, routes, soak
from bench.__main__ import CALLS, CHAPTER, COVID, FLOOR, LONG, PARTS, Bench, figure, measure
from bench.chromium import find_chromium
from bench.server import Server
from bench.site import Site


@pytest.fixture(scope="module")
def floor() -> Iterator[Server]:
    with Server(FLOOR) as server:
        yield server


def all_positive(*numbers: float) -> bool:
    return all(math.isfinite(number) and number > 0 for number in numbers)


def test_a_line_holds_both_numbers_and_their_ratio():
    assert figure("wait", 10, 40, "ms") == {"name": "wait", "ours": 10, "floor": 40, "ratio": 0.25, "unit": "ms"}


def test_only_the_parts_are_run_whose_figures_are_asked_for(monkeypatch):
    ran = []

    def named(name):
        def part(_):
            ran.append(name)
            yield from (figure(f"{name}_cpu", 1, 1, "ms"), figure(f"{name}_bytes", 1, 1, "bytes"))

        part.__name__ = name
        return part

    monkeypatch.setattr("bench.__main__.PARTS", tuple(map(named, ("rerun", "map_rerun", "load_rerun"))))
    with ExitStack() as stack:
        assert [found["name"] for found in measure(Bench(stack), "map_rerun_b")] == ["map_rerun_bytes"]
        assert ran == ["map_rerun"]
        assert len(list(measure(Bench(stack)))) == 6


def test_the_names_of_parts_tell_them_apart():
    names = [part.__name__ for part in (*PARTS, *LONG)]
    assert not [(a, b) for a in names for b in names if a != b and a.startswith(b)]


@pytest.mark.slow
def test_the_chapter_on_covid_is_measured_beside_the_floor(app_server, floor, monkeypatch):
    monkeypatch.setattr(reruns, "WARM_UP", 1)
    pair = [(app_server, COVID, reruns.move_window), (floor, "", reruns.move_factor)]
    for found in reruns.measure(pair, 2):
        assert all_positive(found.cpu, found.median, found.p95, found.bytes)


def test_the_chapter_on_calls_is_moved_by_its_years(app_server, monkeypatch):
    monkeypatch.setattr(reruns, "WARM_UP", 1)
    (found,) = reruns.measure([(app_server, CALLS, reruns.move_years)], 3)
    assert all_positive(found.cpu, found.median, found.p95, found.bytes)


def test_the_chapter_on_covid_is_moved_by_the_cities_of_the_mix(app_server, monkeypatch):
    monkeypatch.setattr(reruns, "WARM_UP", 1)
    (found,) = reruns.measure([(app_server, COVID, reruns.move_donors)], 3)
    assert all_positive(found.cpu, found.median, found.p95, found.bytes)


def test_many_readers_are_answered(app_server):
    site = Site((app_server,), (app_server.port,))
    # In a thread of its own: a browser's test before this one may have left an event loop running here.
    with ThreadPoolExecutor(1) as elsewhere:
        asked = elsewhere.submit(load.many_readers, site, CHAPTER, readers=3, seconds=2, think=0.5)
        found = asked.result(120)
    assert found.errors == []
    assert found.answered == 1
    assert all_positive(found.cpu, found.median, found.p95)


@pytest.mark.slow
def test_idle_readers_cost_memory(floor, monkeypatch):
    monkeypatch.setattr(memory, "BEFORE", 1)
    assert math.isfinite(memory.per_reader(floor, "", readers=20))


@pytest.mark.slow
def test_memory_is_told_while_readers_come_and_go(app_server):
    with ThreadPoolExecutor(1) as elsewhere:
        found = elsewhere.submit(soak.soak, app_server, minutes=0.05, readers=1).result(180)
    assert found.errors == []
    assert found.runs > 0
    assert len(found.minutes) == 1
    assert all_positive(found.start, *found.minutes)


@pytest.mark.slow
def test_routes_draw_keep_and_answer_that_nothing_changed(app_server):
    rates = routes.rates(app_server, "svg", drawn=2, kept=8)
    shortest, bare = routes.health_rate(app_server, 8), routes.bare_rate("svg", 2)
    assert all_positive(rates.drawn, rates.kept, rates.unchanged, shortest, bare)


@pytest.mark.browser
def test_a_page_is_timed_and_weighed_in_chromium(floor, app_server, monkeypatch):
    monkeypatch.setattr(pages, "SLOW_4G", {**pages.SLOW_4G, "latency": 1, "downloadThroughput": 1e8})
    monkeypatch.setattr(pages, "SLOWER", 1)
    # In a thread of its own: another test may hold Playwright open in this one.
    with ThreadPoolExecutor(1) as thread:
        if not thread.submit(find_chromium).result() and os.environ.get("CI") != "true":
            pytest.skip("NO CHROMIUM: install one, run `make test`, or set CHROMIUM=/path/to/chromium")
        (opening,) = thread.submit(pages.openings, [floor.url], 1).result()
        phone = thread.submit(pages.on_phone, f"{app_server.url}/{CHAPTER}", 1).result()
        (weight,) = thread.submit(pages.weights, [floor.url]).result()
    assert 0 < opening.paint <= opening.chart <= opening.interactive
    assert 0 < phone.answer < phone.usable
    # The second time the scripts come from the cache; the websocket's messages don't.
    assert weight.first > 1_000_000 > weight.second > 1000
