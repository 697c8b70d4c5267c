"""A reader without a browser: speaks Streamlit's protocol over its websocket and counts bytes and time.

Does what Streamlit's own frontend does on the wire: asks for a page by its path, sends the state of every
widget that was set, keeps bound widgets in the query string, and offers the hashes of the messages it still
holds, so that the server may answer with a reference instead of sending them again.
"""

import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from bench.server import HOST

# Longest wait for one run of a page, in seconds.
PATIENCE = 60.0

# Kind of widget -> field of WidgetState that carries its value, field of the widget by which it is set.
WIRE = {
    "slider": ("double_array_value", "value"),
    "date_input": ("string_array_value", "value"),
    "number_input": ("double_value", "value"),
    "checkbox": ("bool_value", "value"),
    "text_input": ("string_value", "value"),
    "selectbox": ("string_value", "raw_value"),
    "radio": ("string_value", "raw_value"),
    "multiselect": ("string_array_value", "raw_values"),
    "button_group": ("string_array_value", "raw_values"),
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Widget:
    """A widget as the page last sent it, and where it stands, if the script or the reader moved it.

    ``proto`` is Streamlit's own message, e.g. Slider.
    """

    kind: str
    proto: Any
    fragment: str
    state: WidgetState | None = None


@dataclass(frozen=True)
class Run:
    """One run of a page: bytes each way, seconds from the request to the last message, and what came.

    ``received`` is what came over the wire where a ``Session`` heard it, packed if it was, and else the messages' own
    length, as is ``sent``. ``deltas`` hold the messages in order, references replaced by what they refer to.
    """

    received: int
    sent: int
    wall: float
    deltas: tuple[ForwardMsg, ...]

    @property
    def errors(self) -> list[str]:
        """Exceptions that the page showed."""
        elements = [message.delta.new_element for message in self.deltas]
        return [f"{e.exception.type}: {e.exception.message}" for e in elements if e.HasField("exception")]


@dataclass
class _Held:
    """A message kept for later reference, and the run in which it was last used."""

    message: ForwardMsg
    run: int


class Reader:
    """What a browser keeps between the runs of a page, and what it says, whatever carries it.

    ``ask`` makes the message that asks for a run; ``hear`` is given every answer, and returns the run once it is over.
    """

    def __init__(self, path: str = "", query: Mapping[str, list[str]] | None = None) -> None:
        self.path = path
        self.query = dict(query or {})
        self.widgets: dict[str, Widget] = {}
        self.states: dict[str, WidgetState] = {}
        self._held: dict[str, _Held] = {}
        self._runs = self._max_age = 0
        self._page = self._fragment = ""
        self._deltas: list[ForwardMsg] = []
        self._received = self._sent = 0
        self._begun = 0.0

    def ask(self, values: Mapping[str, Any]) -> bytes:
        """Set widgets (by label or by key) and ask for a run; it is timed from here.

        Values are what the widget returns to a script: numbers, strings, dates, tuples or lists of them.
        KeyError for a widget that the page does not have.
        """
        fragments = set()
        for name, value in values.items():
            widget = self.widgets[name]
            fragments.add(widget.fragment)
            self._set(widget, encode(widget.kind, widget.proto.id, value))
        self._fragment = fragments.pop() if len(fragments) == 1 else ""
        request = BackMsg(
            rerun_script=ClientState(
                query_string=urlencode(self.query, doseq=True),
                page_script_hash=self._page,
                page_name="" if self._page else self.path,
                fragment_id=self._fragment,
                cached_message_hashes=list(self._held),
            )
        )
        request.rerun_script.widget_states.widgets.extend(self.states.values())
        payload = request.SerializeToString()
        self._deltas, self._received, self._sent = [], 0, len(payload)
        self._begun = time.perf_counter()
        return payload

    def hear(self, answer: str | bytes) -> Run | None:
        """Take one message of the server's."""
        self._received += len(answer)
        message = ForwardMsg.FromString(answer if isinstance(answer, bytes) else answer.encode())
        kind = message.WhichOneof("type")
        if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return self._end()
        if kind in ("delta", "ref_hash"):
            self._deltas.append(self._resolve(message))
        elif kind == "new_session":
            self._page = message.new_session.page_script_hash
            self._max_age = message.new_session.config.max_cached_message_age
        elif kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = parse_qs(message.page_info_changed.query_string, keep_blank_values=True)
        return None

    @property
    def rest(self) -> dict[str, Any]:
        """What a browser sets by itself once the opening stands, to have the rest of the page."""
        return {"rest": True} if "rest" in self.widgets else {}

    @property
    def patience(self) -> float:
        """Seconds that the run may still take."""
        return max(self._begun + PATIENCE - time.perf_counter(), 0)

    def _end(self) -> Run:
        wall = time.perf_counter() - self._begun
        for delta in self._deltas:
            self._notice(delta)
        self._forget_old(self._fragment)
        return Run(self._received, self._sent, wall, tuple(self._deltas))

    def _resolve(self, message: ForwardMsg) -> ForwardMsg:
        if message.HasField("ref_hash"):
            held = self._held[message.ref_hash]
            held.run = self._runs
            resolved = ForwardMsg()
            resolved.CopyFrom(held.message)
            resolved.metadata.CopyFrom(message.metadata)
            return resolved
        if message.metadata.cacheable:
            self._held[message.hash] = _Held(message, self._runs)
        return message

    def _forget_old(self, fragment: str) -> None:
        """Drop what was not used for longer than the server allows; a fragment's run ages only its own."""
        self._runs += 1
        for name, held in list(self._held.items()):
            concerned = not fragment or held.message.delta.fragment_id == fragment
            if concerned and self._runs - held.run > self._max_age:
                del self._held[name]

    def _notice(self, message: ForwardMsg) -> None:
        """Remember a widget under its label and its key, and take over a value that the script gave it."""
        element = message.delta.new_element
        kind = element.WhichOneof("type") or ""
        if kind not in WIRE:
            return
        proto = getattr(element, kind)
        if proto.set_value:
            name, source = WIRE[kind]
            self._set(Widget(kind, proto, ""), _state(proto.id, name, getattr(proto, source)))
        widget = Widget(kind, proto, message.delta.fragment_id, self.states.get(proto.id))
        self.widgets[proto.label] = widget
        key = proto.id.split("-", 2)[-1]
        if key != "None":
            self.widgets[key] = widget

    def _set(self, widget: Widget, state: WidgetState) -> None:
        self.states[state.id] = state
        if not (key := widget.proto.query_param_key):
            return
        value = getattr(state, WIRE[widget.kind][0])
        shown = value.data if hasattr(value, "data") else value
        # Like the frontend: a value equal to the default is not in the URL. (The default of a choice is an
        # index and so never equal: such a value stays in the URL, which no page minds.)
        if shown == widget.proto.default:
            self.query.pop(key, None)
        else:
            parts = list(shown) if hasattr(value, "data") else [shown]
            self.query[key] = [_in_url(widget, part) for part in parts]


class _Line(socket.socket):
    """A connection that counts the bytes that came over it, packed as they are."""

    received = 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What came."""
        data = super().recv(size, flags)
        self.received += len(data)
        return data


class Session(Reader):
    """A reader with a connection. ``Session.connect(port, path)`` opens a page; ``first`` is its first run."""

    first: Run
    line: _Line | None = None

    def __init__(self, connection: ClientConnection, path: str, query: Mapping[str, list[str]]) -> None:
        super().__init__(path, query)
        self._opened = ExitStack()
        self.connection = self._opened.enter_context(connection)

    @classmethod
    def connect(cls, port: int, path: str = "", query: str = "") -> Self:
        """Open the page with that ``url_path`` ("" is the default page) and wait until it has run once.

        TimeoutError where a run takes over PATIENCE seconds; OSError where nobody listens.
        """
        session = cls.connected(port, path, query)
        try:
            session.open()
        except BaseException:
            session.close()
            raise
        return session

    @classmethod
    def connected(cls, port: int, path: str = "", query: str = "") -> Self:
        """The same, before it has asked for anything."""
        line = _Line()
        line.connect((HOST, port))
        connection = connect(
            address(port),
            sock=line,
            subprotocols=[Subprotocol("streamlit")],
            compression="deflate",  # as browsers do; a server that does not will not
            max_size=None,
            proxy=None,
            open_timeout=PATIENCE,
        )
        session = cls(connection, path, parse_qs(query, keep_blank_values=True))
        session.line = line
        return session

    def open(self) -> None:
        """Wait until the page has run, and its rest."""
        self.first = self.rerun({})
        if self.rest:
            self.first = self.rerun(self.rest)

    def rerun(self, values: Mapping[str, Any]) -> Run:
        """Set widgets, as ``ask`` does, and wait until the page has run."""
        self.connection.send(self.ask(values))
        while not (run := self.hear(self.connection.recv(timeout=self.patience))):
            pass
        if not self.line:
            return run
        came, self.line.received = self.line.received, 0
        return replace(run, received=came)

    def close(self) -> None:
        """End the connection."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def address(port: int) -> str:
    """Where a server's websocket is."""
    return f"ws://{HOST}:{port}/_stcore/stream"


def encode(kind: str, widget_id: str, value: Any) -> WidgetState:
    """A widget's value as it goes over the wire: dates as microseconds (slider) or ISO text (date input)."""
    name = WIRE[kind][0]
    many = name.endswith("array_value")
    parts = list(value) if isinstance(value, (tuple, list)) else [value]
    if kind == "slider":
        parts = [to_micros(part) if isinstance(part, date) else float(part) for part in parts]
    elif kind == "date_input":
        parts = [part.isoformat() for part in parts]
    return _state(widget_id, name, parts if many else value)


def _state(widget_id: str, name: str, value: Any) -> WidgetState:
    state = WidgetState(id=widget_id)
    if name.endswith("array_value"):
        getattr(state, name).data.extend(value)
    else:
        setattr(state, name, value)
    return state


def _in_url(widget: Widget, part: Any) -> str:
    if widget.kind == "slider":
        if widget.proto.data_type == Slider.DATE:
            return to_day(part).isoformat()
        return str(int(part)) if part == int(part) else str(part)
    return str(part).lower() if isinstance(part, bool) else str(part)


def to_micros(day: date) -> float:
    """Microseconds from 1970 to the start of the day, as Streamlit's sliders count."""
    return float((datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // _MICROSECOND)


def to_day(micros: float) -> date:
    """The day in which that microsecond since 1970 lies."""
    return (_EPOCH + timedelta(microseconds=micros)).date()
