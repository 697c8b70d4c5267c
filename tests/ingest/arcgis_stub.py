"""A made-up layer of an ArcGIS server: real HTTP on the loopback interface over a list of rows, misbehaving on demand.

with LayerStub(rows, page_size=100) as stub:
    stub.fault("busy", times=2, retry_after="7")
    client.layer(stub.url)
    assert stub.log[0].fault == "busy"
"""

import gzip
import json
import re
import ssl
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from zoneinfo import ZoneInfo

HOST = "127.0.0.1"
OID, TEXT, DATE = "esriFieldTypeOID", "esriFieldTypeString", "esriFieldTypeDate"
EDITED = 1_688_650_000_000
LONGEST_ADDRESS = 2_048
BALTIMORE = ZoneInfo("America/New_York")

Row = dict[str, Any]

FAULTS = {
    "busy": "429 with `retry_after`",
    "broken": "`status`, 500 unless told",
    "error": "200 with an error of `code`, 400 unless told, and `message`",
    "silence": "nothing for `seconds`, 30 unless told, then a whole answer",
    "drip": "a byte every `seconds`, 0.05 unless told",
    "dribble": "a line without end of the `part`: header, continue, size of a chunk or trailer, in the same way",
    "cut": "the connection ends in mid-answer",
    "truncated": "half of the JSON, as if it were all",
    "html": "200 with a web page, or another `text`",
    "damaged": "an answer that can't be unpacked",
    "huge": "an answer of `size` MB, packed",
    "moved": "`status`, 302 unless told, to `to`",
    "answer": "`said` instead of the answer",
    "edit": "`change(answer)` is done to the answer",
    "empty": "a page of no rows that says that more follow",
    "short": "a page of at most `rows` rows, 1 unless told, that says whether more follow",
    "repeat": "a page that starts with rows given before and gives some of its own twice",
    "change": "`change(stub)` is done before the answer: rows come and go",
}
"""What can go wrong, by kind, with the options of `fault`."""

PAGE_FAULTS = frozenset({"empty", "short", "repeat"})

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title><svg onload=alert(1)>",
    '=HYPERLINK("http://example.org")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "'; DROP TABLE calls; --",
    "{{7*7}} ${7*7} %s %n",
    "NARC\u202eSCITO",
    "\u0627\u0644\u0645\u062e\u062f\u0631\u0627\u062a",
    "\U0001f694\U0001f6a8",
    "zero\u200bwidth",
    "line\r\nbreak\ttab",
    "nul\x00 bell\x07",
    "\ufeffmark",
    "x" * 10_000,
)
"""Descriptions that nobody should be hurt by."""


@dataclass(frozen=True)
class Asked:
    """One request as it came: its number from 1, "layer", "count" or "page", and the fault it met."""

    number: int
    method: str
    kind: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    fault: str | None


@dataclass
class Fault:
    kind: str
    at: int
    times: float
    only: str | None
    when: Callable[[Mapping[str, str]], bool]
    how: dict[str, Any] = field(default_factory=dict)


class QueryError(Exception):
    """A question that a layer refuses."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed in mid-question is what some tests are about. Its traceback is no news, and to print
        one reads source in this thread while pytest may read some in its own, which Python 3.11 can't.
        """


class LayerStub:
    """One layer on a free port while in its context; `.url` ends in /FeatureServer/0, `.log` is what was asked.

    ``rows`` are dicts of attributes with an object id; a change to ``.rows`` must keep them in order of id. ``fields``
    are type by name, worked out from the first values unless given; tests may change ``.fields`` to differ from rows.
    ``tls`` is a file with a certificate and its key.
    """

    def __init__(
        self,
        rows: Iterable[Mapping[str, Any]],
        *,
        fields: Mapping[str, str] | None = None,
        id_field: str = "OBJECTID",
        page_size: int = 1000,
        name: str = "911_CallsForService_Stub",
        pagination: bool = True,
        tls: Path | None = None,
    ) -> None:
        self.id_field = id_field
        self.rows = sorted((dict(row) for row in rows), key=self._id)
        self.fields = dict(fields or field_types(self.rows, id_field))
        self.page_size = page_size
        self.name = name
        self.pagination = pagination
        self.last_edit: int | None = EDITED
        self.log: list[Asked] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server((HOST, 0), _handler(self))
        self._server.daemon_threads = True
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://{HOST}:{self._server.server_port}{self.path}"

    @property
    def path(self) -> str:
        return f"/arcgis/rest/services/{quote(self.name)}/FeatureServer/0"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def fault(
        self,
        kind: str,
        *,
        at: int | None = None,
        times: float = 1,
        only: str | None = None,
        when: Callable[[Mapping[str, str]], bool] = lambda _: True,
        **how: Any,
    ) -> None:
        """Let `times` requests fail (math.inf: all) from number `at` on, or from the next one.

        ``only`` "layer", "count" or "page" spares the others, and so does ``when`` by the question. Each request meets
        one fault at most: of those that wait for it, the one that was asked for first.
        """
        if kind not in FAULTS:
            raise ValueError(f"{kind} is none of {', '.join(FAULTS)}")
        only = "page" if kind in PAGE_FAULTS else only
        with self._lock:
            self._faults.append(Fault(kind, at or len(self.log) + 1, times, only, when, how))

    def asked(self, kind: str) -> list[Asked]:
        """The requests of one kind."""
        return [asked for asked in self.log if asked.kind == kind]

    def rename(self, old: str, new: str) -> None:
        """The field `old` is called `new` from now on, as when a layer is published anew."""
        self.fields = {new if name == old else name: kind for name, kind in self.fields.items()}
        self.rows = [{new if name == old else name: value for name, value in row.items()} for row in self.rows]

    def drop(self, name: str) -> None:
        """The field is there no longer."""
        del self.fields[name]
        self.rows = [{other: value for other, value in row.items() if other != name} for row in self.rows]

    def retype(self, name: str, kind: str, convert: Callable[[Any], Any]) -> None:
        """The field has another type from now on."""
        self.fields[name] = kind
        self.rows = [{**row, name: convert(row[name])} for row in self.rows]

    def _id(self, row: Mapping[str, Any]) -> int:
        number: int = row[self.id_field]
        return number

    def _met(self, method: str, kind: str, params: Mapping[str, str], headers: Mapping[str, str]) -> Fault | None:
        """Writes a request down and takes the fault that it meets."""
        with self._lock:
            number = len(self.log) + 1
            waiting = (
                f for f in self._faults if f.at <= number and f.times > 0 and f.only in (None, kind) and f.when(params)
            )
            fault = next(waiting, None)
            if fault:
                fault.times -= 1
            self.log.append(Asked(number, method, kind, params, headers, fault.kind if fault else None))
        return fault

    def describe(self) -> Row:
        """What ?f=json of the layer says."""
        return {
            "currentVersion": 11.4,
            "id": 0,
            "name": self.name,
            "type": "Table",
            "editingInfo": {"lastEditDate": self.last_edit, "dataLastEditDate": self.last_edit},
            "objectIdField": self.id_field,
            "fields": [{"name": name, "type": kind, "alias": name} for name, kind in self.fields.items()],
            "maxRecordCount": self.page_size,
            "advancedQueryCapabilities": {"supportsPagination": self.pagination, "supportsOrderBy": True},
            "capabilities": "Query",
        }

    def query(self, params: Mapping[str, str], limit: int | None = None, repeat: bool = False) -> Row:
        """What /query says. Raises QueryError for a question that a layer would refuse, or that isn't known here."""
        over = re.fullmatch(rf"1=1|{self.id_field} IS NOT NULL|{self.id_field} > (-?\d+)", params["where"], re.I)
        if not over:
            raise QueryError(f"'where' parameter is invalid: {params['where']}")
        start = bisect_right(self.rows, int(over[1]), key=self._id) if over[1] else 0
        if params.get("returnCountOnly") == "true":
            return {"count": len(self.rows) - start}
        if params.get("orderByFields", self.id_field).removesuffix(" ASC") != self.id_field:
            raise QueryError("rows are only given in order of object id")
        if not self.pagination and ("resultRecordCount" in params):
            raise QueryError("Pagination is not supported.")
        names = self._names(params.get("outFields", self.id_field))
        most = min(int(params.get("resultRecordCount", self.page_size)), self.page_size)
        most = min(most, limit) if limit else most
        found = self.rows[start : start + most]
        more = len(self.rows) - start > most
        if repeat:
            found = self.rows[max(start - 2, 0) : start] + [row for row in found for _ in range(2)]
        features = [{"attributes": {name: row[name] for name in names if name in row}} for row in found]
        page: Row = {"objectIdFieldName": self.id_field, "globalIdFieldName": "", "features": features}
        page["fields"] = [{"name": name, "type": self.fields[name], "alias": name} for name in names]
        # A real server leaves the flag out where nothing follows.
        return {**page, "exceededTransferLimit": True} if more else page

    def _names(self, listed: str) -> list[str]:
        """The layer's spelling of the fields in a list; "*" is all."""
        if listed == "*":
            return list(self.fields)
        spelled = {name.lower(): name for name in self.fields}
        names = [name.strip() for name in listed.split(",")]
        unknown = [name for name in names if name.lower() not in spelled]
        if unknown:
            raise QueryError(f"'Invalid field: {unknown[0]}' parameter is invalid")
        return [spelled[name.lower()] for name in names]


CALL_FIELDS = {
    "OBJECTID": OID,
    "recordId": "esriFieldTypeInteger",
    "callKey": TEXT,
    "callDateTime": DATE,
    "priority": TEXT,
    "district": TEXT,
    "description": TEXT,
    "callNumber": TEXT,
    "incidentLocation": TEXT,
    "location": TEXT,
    "Neighborhood": TEXT,
    "PoliceDistrict": TEXT,
}
"""Most of the fields of a real layer of calls."""

DETROIT = ("Airport Sub", "Bagley", "Barton-McFarland", "Brightmoor", "Cornerstone Village", "Greektown", "Islandview")
"""Neighborhoods of another city, for a layer that looks right and is not."""


def made_calls(
    count: int,
    year: int = 2020,
    *,
    seed: int = 1,
    utc: bool = False,
    neighborhoods: Sequence[str] = ("Canton", "Downtown", "Hampden", "Sandtown-Winchester"),
    descriptions: Sequence[str] = ("NARCOTICS", "COMMON ASSAULT", "911/NO  VOICE", "DISORDERLY", "Traffic Stop"),
) -> Iterator[Row]:
    """Made-up calls of one year under CALL_FIELDS, ids from 1 with gaps, in order of time; some have no neighborhood.

    A call number carries the local day; the time is local time labeled UTC, as 2019 and 2020 have it, or with ``utc``
    true UTC, as 2021 has it.
    """
    random = Random(seed)
    begun = datetime(year, 1, 1)
    seconds = (datetime(year + 1, 1, 1) - begun).total_seconds() / max(count, 1)
    number = serial = 0
    day = begun.date()
    for call in range(count):
        number += 1 if random.random() < 0.98 else random.randint(2, 50)
        local = begun + timedelta(seconds=int((call + random.random()) * seconds))
        serial = serial + 1 if local.date() == day else 1
        day = local.date()
        stored = local.replace(tzinfo=BALTIMORE if utc else UTC)
        place = random.choice(neighborhoods) if random.random() < 0.95 else None
        address = f"{random.randint(1, 40)}00 BLK MAIN ST"
        yield {
            "OBJECTID": number,
            "recordId": 1_000_000 + call,
            "callKey": f"K{call:015}",
            "callDateTime": int(stored.timestamp() * 1000),
            "priority": random.choice(("Non-Emergency", "Low", "Medium", "High")),
            "district": "CD",
            "description": random.choice(descriptions),
            "callNumber": f"P{local:%y%j}{serial:04}",
            "incidentLocation": address,
            "location": f"{address} BALTIMORE MD",
            "Neighborhood": place,
            "PoliceDistrict": "Central",
        }


def field_types(rows: Sequence[Mapping[str, Any]], id_field: str) -> dict[str, str]:
    """Types by name, from the first value of each field; a whole number under a name like callDateTime is a date."""
    types: dict[str, str] = {id_field: OID}
    for row in rows:
        for name, value in row.items():
            if name in types or value is None:
                continue
            number = "esriFieldTypeInteger" if isinstance(value, int) else "esriFieldTypeDouble"
            dated = name.lower().endswith(("date", "datetime"))
            types[name] = TEXT if isinstance(value, str) else DATE if dated else number
    return {name: types.get(name, TEXT) for row in rows[:1] for name in row} | types


def _handler(stub: LayerStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 30

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

        def do_GET(self) -> None:
            params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
            path = unquote(urlsplit(self.path).path)
            kind = _kind(path, params)
            fault = stub._met(self.command, kind, params, dict(self.headers))
            try:
                self._answer(path, kind, params, fault)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _answer(self, path: str, kind: str, params: Mapping[str, str], fault: Fault | None) -> None:
            what, how = (fault.kind, fault.how) if fault else ("", {})
            if len(self.path) > LONGEST_ADDRESS:
                return self._send(b"", 414)
            if what == "change":
                how["change"](stub)
            if what == "busy":
                return self._send(b"{}", 429, {"Retry-After": str(how.get("retry_after", "1"))})
            if what == "broken":
                return self._send(b"<h1>Server Error</h1>", how.get("status", 500))
            if what == "html":
                return self._send(how.get("text", "<!doctype html><title>Sign in</title>").encode())
            if what == "moved":
                return self._send(b"", how.get("status", 302), {"Location": how["to"]})
            if what == "damaged":
                return self._send(gzip.compress(b"{}")[:10] + b"no pack" * 9, 200, {"Content-Encoding": "gzip"})
            if what == "dribble":
                return self._dribble(how["part"], how.get("seconds", 0.05))
            if what == "huge":
                packed = gzip.compress(b" " * (how.get("size", 65) * 2**20), 1)
                return self._send(packed, 200, {"Content-Encoding": "gzip"})
            said = self._said(path, kind, params, what, how)
            if what == "edit":
                how["change"](said)
            body = json.dumps(said).encode()
            if what == "truncated":
                body = body[: len(body) // 2]
            if what == "silence":
                stub._closing.wait(how.get("seconds", 30))
            headers = {}
            if "gzip" in self.headers.get("Accept-Encoding", "") and what not in ("cut", "drip"):
                headers["Content-Encoding"] = "gzip"
                body = gzip.compress(body, 1)
            return self._send(body, 200, headers, what, how.get("seconds", 0.05))

        def _said(self, path: str, kind: str, params: Mapping[str, str], what: str, how: Mapping[str, Any]) -> Any:
            if what == "answer":
                return how["said"]
            if what == "error":
                message = how.get("message", "Cannot perform query. Invalid query parameters.")
                return _error(how.get("code", 400), message)
            if what == "empty":
                return {"objectIdFieldName": stub.id_field, "features": [], "exceededTransferLimit": True}
            if path == stub.path.removesuffix("/0"):
                return {"serviceDescription": "", "layers": [{"id": 0, "name": stub.name}]}
            try:
                if kind == "layer" and unquote(stub.path) == path:
                    return stub.describe()
                if path == unquote(f"{stub.path}/query"):
                    return stub.query(params, how.get("rows", 1) if what == "short" else None, what == "repeat")
                raise QueryError("Invalid URL")
            except (QueryError, TypeError) as error:
                return _error(400, "Cannot perform query. Invalid query parameters.", str(error))

        def _dribble(self, part: str, seconds: float) -> None:
            """Writes up to a part of an answer, and then bytes of that for as long as the stub stands."""
            begun, again = {
                "header": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
                "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
                "size": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
                "trailer": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: y\r\n"),
            }[part]
            self.wfile.write(begun)
            while not stub._closing.wait(seconds):
                self.wfile.write(again)
            self.close_connection = True

        def _send(
            self,
            body: bytes,
            status: int = 200,
            headers: Mapping[str, str] | None = None,
            how: str = "",
            seconds: float = 0,
        ) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if how == "cut":
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            elif how == "drip":
                for byte in body:
                    if stub._closing.wait(seconds):
                        break
                    self.wfile.write(bytes([byte]))
            else:
                self.wfile.write(body)

    return Handler


def _kind(path: str, params: Mapping[str, str]) -> str:
    if not path.endswith("/query"):
        return "layer"
    return "count" if "returnCountOnly" in params else "page"


def _error(code: int, message: str, *details: str) -> Row:
    return {"error": {"code": code, "message": message, "details": list(details)}}
