"""Finished files: what many ask for at once is made once, and what is kept never grows too big."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context

from lib.errors import StoryError

File = bytes
KEY = 4000
"""Bytes that a key, and what keeps it, take beside the file: of a small file it is the most."""


class BusyError(StoryError):
    """Too many different files are being made; asking again in a moment helps."""

    def __init__(self) -> None:
        super().__init__("Many figures are being drawn at this moment. Try again in a few seconds.")


class Shelf:
    """Files by a key that says all there is to say about them. Safe to share between threads.

    At most ``most_bytes`` are kept, keys and all, the least recently asked for go first; at most ``most_waiting`` files
    are made or wait to be made at a time; ``hands`` are made side by side.
    """

    def __init__(self, most_bytes: int, most_waiting: int, hands: int) -> None:
        self._most_bytes, self._most_waiting = most_bytes, most_waiting
        self._files: OrderedDict[Hashable, File] = OrderedDict()
        self._bytes = 0
        self._making: dict[Hashable, Future[File]] = {}
        self._lock = threading.Lock()
        self._hands = ThreadPoolExecutor(hands, thread_name_prefix="shelf")
        self.made = 0

    def ask(self, key: Hashable, make: Callable[[], File]) -> Future[File]:
        """The file, ready or in the making; its result raises what ``make`` raises. Raises BusyError."""
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                done: Future[File] = Future()
                done.set_result(self._files[key])
                return done
            if key in self._making:
                return self._making[key]
            if len(self._making) >= self._most_waiting:
                raise BusyError
            future: Future[File] = Future()
            # Others may wait for it too: whoever stops waiting must not cancel it.
            future.set_running_or_notify_cancel()
            self._making[key] = future
            # What is held for whoever asked, the records, is held for the making too.
            self._hands.submit(copy_context().run, self._make, key, make, future)
            return future

    def _make(self, key: Hashable, make: Callable[[], File], future: Future[File]) -> None:
        try:
            file = make()
        except BaseException as error:
            with self._lock:
                del self._making[key]
            future.set_exception(error)
            return
        with self._lock:
            self.made += 1
            del self._making[key]
            self._keep(key, file)
        future.set_result(file)

    def _keep(self, key: Hashable, file: File) -> None:
        if len(file) + KEY <= self._most_bytes:
            self._files[key] = file
            self._bytes += len(file) + KEY
        while self._bytes > self._most_bytes:
            _, old = self._files.popitem(last=False)
            self._bytes -= len(old) + KEY
