"""A deadline over a whole exchange with a server: time limits of requests hold for each byte that arrives."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection


class Deadline:
    """The open connections of a session that asks one question after the other, which it ends where one takes too long.

    A server that sends a byte a second, in a header, in the size of a chunk or after the body, is never silent: whoever
    reads waits on inside the library. So what the connection stands on is shut down from another thread.
    """

    def __init__(self, session: requests.Session) -> None:
        self._lines: list[tuple[HTTPConnection, socket.socket]] = []
        self._lock = threading.Lock()
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(self))

    @contextmanager
    def of(self, seconds: float) -> Iterator[threading.Event]:
        """Whatever is read within fails after so many seconds; the event then says that this was why."""
        late = threading.Event()
        timer = threading.Timer(seconds, self._end, (late,))
        timer.daemon = True
        timer.start()
        try:
            yield late
        finally:
            timer.cancel()
            self._forget()

    def watch(self, connection: HTTPConnection, line: socket.socket) -> None:
        """A new connection. What is kept is a second handle: TLS takes the first one apart, and closes it."""
        with self._lock:
            self._lines.append((connection, line.dup()))

    def _end(self, late: threading.Event) -> None:
        late.set()
        with self._lock:
            for _, line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def _forget(self) -> None:
        """Close the handles of connections that are closed: a server would else take them for open."""
        with self._lock:
            for connection, line in self._lines:
                if connection.sock is None:
                    line.close()
            self._lines = [(connection, line) for connection, line in self._lines if connection.sock is not None]


class _Watched(HTTPConnection):
    """A connection that its deadline knows of."""

    deadline: ClassVar[Deadline]

    def _new_conn(self) -> socket.socket:
        line = super()._new_conn()
        self.deadline.watch(self, line)
        return line


class _Adapter(HTTPAdapter):
    """Opens connections, through a proxy or not, that a deadline knows of."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        super().__init__()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool that requests would take, with connections of ours."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if not issubclass(pool.ConnectionCls, _Watched):
            pool.ConnectionCls = type("Watched", (_Watched, pool.ConnectionCls), {"deadline": self._deadline})
        return pool
