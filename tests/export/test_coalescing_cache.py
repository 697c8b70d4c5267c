import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.errors import ArgumentError
from lib.export.coalescing_cache import KEY, BusyError, Shelf


def test_what_many_ask_for_is_made_once():
    shelf, gate = Shelf(100 + 9 * KEY, 10, 1), threading.Event()

    def make() -> bytes:
        gate.wait(10)
        return b"file"

    with ThreadPoolExecutor(50) as readers:
        asked = [readers.submit(lambda: shelf.ask("a", make).result(10)) for _ in range(200)]
        gate.set()
        assert {each.result() for each in asked} == {b"file"}
    assert shelf.made == 1


def test_too_many_different_files_at_once_are_refused_and_later_ones_are_made():
    shelf, gate = Shelf(100 + 9 * KEY, 3, 1), threading.Event()
    waiting = [shelf.ask(key, lambda: b"x" if gate.wait(10) else b"") for key in range(3)]
    with pytest.raises(BusyError):
        shelf.ask("more", lambda: b"y")
    assert shelf.ask(1, lambda: b"never") is waiting[1]
    gate.set()
    assert [each.result(10) for each in waiting] == [b"x"] * 3
    assert shelf.ask("more", lambda: b"y").result(10) == b"y"


def test_what_is_kept_stays_within_its_bytes_and_the_oldest_goes_first():
    shelf = Shelf(10 + 2 * KEY, 10, 1)
    for key in "abc":
        shelf.ask(key, lambda: b"1234").result(10)
    shelf.ask("big", lambda: b"x" * (11 + KEY)).result(10)
    made = shelf.made
    assert shelf.ask("c", lambda: b"new").result(10) == b"1234"
    assert shelf.made == made
    assert shelf.ask("a", lambda: b"new").result(10) == b"new"


def test_many_small_files_do_not_take_more_than_they_may():
    shelf = Shelf(10 * KEY, 10, 1)
    for key in range(100):
        shelf.ask(key, lambda: b"").result(10)
    made = shelf.made
    for key in range(100):
        shelf.ask(key, lambda: b"").result(10)
    assert shelf.made - made >= 90


def test_an_error_is_told_and_not_kept():
    shelf = Shelf(10 + KEY, 1, 1)

    def fail() -> bytes:
        raise ArgumentError("no")

    for _ in range(3):
        with pytest.raises(ArgumentError):
            shelf.ask("a", fail).result(10)
    assert shelf.ask("a", lambda: b"yes").result(10) == b"yes"


def test_one_who_stops_waiting_takes_nothing_from_the_others():
    shelf, gate = Shelf(100 + 9 * KEY, 10, 1), threading.Event()

    async def readers() -> bytes:
        shelf.ask("first", lambda: b"x" if gate.wait(10) else b"")
        impatient, patient = (asyncio.wrap_future(shelf.ask("a", lambda: b"file")) for _ in range(2))
        impatient.cancel()
        await asyncio.sleep(0)
        gate.set()
        return await patient

    # In a thread of its own: a browser's test before this one may have left an event loop running here.
    with ThreadPoolExecutor(1) as elsewhere:
        assert elsewhere.submit(asyncio.run, readers()).result(30) == b"file"
    assert shelf.ask("a", lambda: b"again").result(10) == b"file"
