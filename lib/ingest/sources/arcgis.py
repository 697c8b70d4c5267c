"""Layers of public ArcGIS servers: what one says of itself, how many rows it has, its rows.

Nothing is believed that can be checked. A failure that may pass (a busy server, a cut connection, half an answer) is
asked about again, with growing waits, a bounded number of times; every other one, and the last, raises LayerError.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from lib.ingest.sources.deadline import Deadline
from lib.ingest.sources.fields import shown
from lib.ingest.sources.raw import SourceError

T = TypeVar("T")
Answer = dict[str, Any]

USER_AGENT = "baltimore-claims"
PATIENCE = 300  # seconds of waiting between the tries of one question, however long a server asks to be left alone
MOST_BYTES = 64 * 2**20  # of one answer, unpacked
MOST_ROWS = 10_000  # asked for at once, and so what a cut connection can cost
MOVES = 3  # addresses that one question may be sent on to
EVERY = "1=1"
"""What every row is asked for by; some firewalls take it for an attack, and then get it told otherwise."""
HICCUPS = 3  # failures of one page, after which it may be too big for the server
NAME = 100  # letters of a name of somebody else's
EDITED = ("dataLastEditDate", "lastEditDate")


class LayerError(SourceError):
    """A layer can't be read: which address, why, and (``again``) whether trying again later can help."""

    def __init__(self, url: str, why: str, *, again: bool = False) -> None:
        self.again = again
        hope = "trying again later may help" if again else "trying again will not help"
        super().__init__(f"{url} can't be read: {why}; {hope}.")


@dataclass(frozen=True)
class Layer:
    """What a layer says of itself: ``fields`` is type (esriFieldType...) by name, ``last_edit`` epoch milliseconds."""

    url: str
    name: str
    id_field: str
    fields: Mapping[str, str]
    page_size: int
    pagination: bool
    last_edit: int | None


@dataclass(frozen=True)
class Page:
    """Rows in order of id, each given once: the object id and the fields asked for, as the server has them.

    ``last_id`` is the greatest id.
    """

    rows: list[Answer]
    last_id: int


class _PassingError(Exception):
    """A failure that may pass, the seconds that the server asked to be left alone, and whether ``fewer`` rows at once
    may help."""

    def __init__(self, why: str, wait: float = 0, *, fewer: bool = True) -> None:
        self.wait, self.fewer = wait, fewer
        super().__init__(why)


class _LargeError(_PassingError):
    """An answer that is too large: to be asked for in smaller parts, or not at all."""


class Client:
    """Asks one question after the other; ``requests`` and ``bytes`` (of bodies, as received) count what that took.

    A try fails where nothing arrives for ``timeout`` seconds, or not all in twice that, however the server spreads it;
    ``sleep`` waits between tries.
    """

    def __init__(
        self, *, timeout: float = 60, attempts: int = 6, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self.requests = 0
        self.bytes = 0
        self._timeout = timeout
        self._attempts = attempts
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._deadline = Deadline(self._session)
        self._every: dict[str, str] = {}

    def layer(self, url: str) -> Layer:
        """The layer at an address such as https://host/.../FeatureServer/0. Raises LayerError, as all of these do."""
        url = _address(url)
        return self._ask(url, {}, partial(_layer, url))

    def count(self, layer: Layer) -> int:
        """How many rows the server says there are."""
        try:
            return self._count(layer, self._every.get(layer.url, EVERY))
        except LayerError as refused:
            every = f"{layer.id_field} IS NOT NULL"
            try:
                rows = self._count(layer, every, attempts=1)
            except LayerError:
                raise refused from None
            self._every[layer.url] = every
            return rows

    def pages(self, layer: Layer, fields: Sequence[str], after: int | None = None) -> Iterator[Page]:
        """The rows whose object id is over ``after``, in order of id, until the server has no more.

        Pages go by id, not by number: rows that come or go meanwhile shift no other, and any ``last_id`` is a place to
        go on from. What the server says of more rows to follow is not believed, either way: the end is where it gives
        none. A layer that gives rows out of order or without a field is refused, for rows could be lost unseen.
        """
        url = f"{layer.url}/query"
        names = list(dict.fromkeys((layer.id_field, *fields)))
        question = {"outFields": ",".join(names), "orderByFields": layer.id_field, "returnGeometry": "false"}
        if layer.pagination:
            question["resultRecordCount"] = str(layer.page_size)
        while True:
            question["where"] = self._every.get(layer.url, EVERY) if after is None else _over(layer, after)
            page = self._ask(url, question, partial(self._page, layer, names, after), question)
            if page is None:
                return
            yield page
            after = page.last_id

    def _page(self, layer: Layer, names: Sequence[str], after: int | None, said: Answer) -> Page | None:
        page = _page(f"{layer.url}/query", names, after, said)
        doubt = page is None and bool(said.get("exceededTransferLimit"))
        if doubt and (self.count(layer) if after is None else self._count(layer, _over(layer, after))):
            raise _PassingError("it says that more follows, and gives none", fewer=False)
        return page

    def _count(self, layer: Layer, where: str, attempts: int | None = None) -> int:
        url = f"{layer.url}/query"
        question = {"where": where, "returnCountOnly": "true"}
        return self._ask(url, question, lambda said: _whole(url, said, "count"), attempts=attempts)

    def _ask(
        self,
        url: str,
        question: Mapping[str, str],
        read: Callable[[Answer], T],
        rows: MutableMapping[str, str] | None = None,
        attempts: int | None = None,
    ) -> T:
        """What ``read`` makes of the answer; ``rows`` is the question, where it may come to ask for fewer of them."""
        attempts = attempts or self._attempts
        waited, attempt = 0.0, 1
        while True:
            try:
                return read(self._answer(url, {"f": "json", **question}))
            except _PassingError as failure:
                wait = max(failure.wait, 2.0 ** (attempt - 1))
                large = isinstance(failure, _LargeError)
                fewer = rows is not None and failure.fewer and (large or attempt >= HICCUPS) and _ask_for_fewer(rows)
                if large and not fewer:
                    raise LayerError(url, str(failure)) from failure
                if attempt == attempts:
                    raise LayerError(url, f"{failure}, after {_tries(attempt)}", again=True) from failure
                if waited + wait > PATIENCE:
                    raise LayerError(url, f"{failure}, and wants {wait:.0f} seconds of rest", again=True) from failure
            self._sleep(wait)
            waited, attempt = waited + wait, attempt + 1

    def _answer(self, url: str, question: Mapping[str, str]) -> Answer:
        limit = 2 * self._timeout
        try:
            with self._deadline.of(limit) as late, self._send(url, question) as response:
                wait, status = _wait_asked(response.headers.get("Retry-After", "")), response.status_code
                if status != 200:
                    raise _failure(url, status, f"it answered with status {status}", wait)
                answer = json.loads(self._body(response))
                if late.is_set():  # it ended, and not of itself
                    raise TimeoutError
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise LayerError(url, "it isn't a web address") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, RecursionError) as error:
            if late.is_set():
                raise _PassingError(f"its answer hadn't all come after {limit:g} seconds") from error
            if untrusted := _untrusted(error):
                raise LayerError(url, f"its certificate can't be trusted ({untrusted})") from error
            raise _PassingError(self._reason(error)) from error
        if not isinstance(answer, dict):
            raise LayerError(url, "its answer is of another kind than a layer gives")
        if answer.get("error"):
            said = answer["error"] if isinstance(answer["error"], dict) else {"message": answer["error"]}
            why = f"it answered with the error {_quoted(said.get('code'), said.get('message'), said.get('details'))}"
            raise _failure(url, said.get("code"), why, wait)
        return answer

    def _reason(self, error: Exception) -> str:
        if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
            return f"nothing came for {self._timeout:g} seconds"
        if isinstance(error, urllib3.exceptions.DecodeError):
            return "its answer can't be unpacked"
        if isinstance(error, requests.RequestException | urllib3.exceptions.HTTPError | OSError):
            return "the connection can't be made or was cut"
        return "its answer isn't JSON, or not all of it came"

    def _send(self, url: str, question: Mapping[str, str]) -> requests.Response:
        asked = url
        for _ in range(MOVES + 1):
            self.requests += 1
            # Moves are followed here: requests would read a body of any size, and go to any server.
            response = self._session.get(
                asked, params=question, timeout=self._timeout, stream=True, allow_redirects=False
            )
            if not response.is_redirect:
                return response
            response.close()
            moved = _address(response.headers["Location"], asked)
            if _server(moved) != _server(url):
                raise LayerError(url, f"it sends on to another server, {_quoted(moved)}; if that is right, ask there")
            asked = moved
        raise LayerError(url, f"it is moved on and on, at last to {_quoted(asked)}")

    def _body(self, response: requests.Response) -> bytearray:
        body = bytearray()
        try:
            while chunk := response.raw.read1(2**16, decode_content=True):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _LargeError(f"its answer is larger than {MOST_BYTES // 2**20} MB")
        finally:
            self.bytes += response.raw.tell()
        return body


def _layer(url: str, said: Answer) -> Layer:
    fields = said.get("fields")
    if not isinstance(fields, list):
        raise LayerError(url, "it isn't a layer, whose address ends in a number")
    try:
        types = {shown(str(field["name"]), NAME): shown(str(field["type"]), NAME) for field in fields}
        able = {**said, **(said.get("advancedQueryCapabilities") or {})}
        edits = {**(said.get("editingInfo") or {})}
    except (KeyError, TypeError) as error:
        raise LayerError(url, "its description of itself makes no sense") from error
    object_ids = [said.get("objectIdField"), *(name for name, kind in types.items() if kind == "esriFieldTypeOID")]
    id_field = next((str(name) for name in object_ids if name), "")
    if id_field not in types or not id_field.isprintable():
        raise LayerError(url, "it names no object id, by which rows are told apart")
    return Layer(
        url,
        name=shown(str(said.get("name", "")), NAME),
        id_field=id_field,
        fields=types,
        page_size=min(_whole(url, said, "maxRecordCount", least=1), MOST_ROWS),
        pagination=bool(able.get("supportsPagination")),
        last_edit=next((edits[name] for name in EDITED if isinstance(edits.get(name), int)), None),
    )


def _page(url: str, names: Sequence[str], after: int | None, said: Answer) -> Page | None:
    """The rows of an answer that were not given before, if any; the first of ``names`` is the object id."""
    rows: dict[int, Answer] = {}
    for row in _rows(url, names, said):
        number = _whole(url, row, names[0])
        if after is None or number > after:
            rows.setdefault(number, row)
    if list(rows) != sorted(rows):
        raise LayerError(url, f"its rows aren't in order of {names[0]}")
    return Page(list(rows.values()), max(rows)) if rows else None


def _rows(url: str, names: Sequence[str], said: Answer) -> Iterator[Answer]:
    """The rows of an answer with the fields of these names and no others, in whatever letter case it has them."""
    if not isinstance(said.get("features"), list):
        raise LayerError(url, "its answer holds no rows")
    keys = [(name, name.lower()) for name in names]
    for feature in said["features"]:
        given = feature.get("attributes") if isinstance(feature, dict) else None
        if not isinstance(given, dict):
            raise LayerError(url, "its answer holds a row without fields")
        lower = {name.lower(): value for name, value in given.items()}
        row = {name: lower.get(key, []) for name, key in keys}
        for name, value in row.items():
            if isinstance(value, list | dict):
                raise LayerError(url, f"a row of its answer lacks the field {name}")
        yield row


def _over(layer: Layer, after: int) -> str:
    """The rows whose object id is over this."""
    return f"{layer.id_field} > {after}"


def _ask_for_fewer(question: MutableMapping[str, str]) -> bool:
    """Ask for a quarter of the rows; whether that can be."""
    rows = int(question.get("resultRecordCount", "1"))
    if rows > 1:
        question["resultRecordCount"] = str(max(1, rows // 4))
    return rows > 1


def _tries(number: int) -> str:
    return "1 try" if number == 1 else f"{number} tries"


def _untrusted(error: BaseException | None) -> str:
    """Why a certificate can't be trusted, where that is what went wrong, else nothing."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return shown(error.verify_message, NAME) or "it doesn't verify"
        error = error.__cause__ or error.__context__
    return ""


def _server(address: str) -> tuple[str, str, int]:
    """Who is asked at an address: scheme, host and port."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or {"http": 80, "https": 443}[parts.scheme]


def _whole(url: str, said: Answer, name: str, least: int = 0) -> int:
    number = said.get(name)
    if type(number) is not int or number < least:
        raise LayerError(url, f"it gives {_quoted(number)} for {name}, which must be a whole number")
    return number


def _address(url: str, base: str = "") -> str:
    """A web address, maybe relative to another, without its question, spaces and last slash."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        known = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        known = False
    if not known:
        raise LayerError(_quoted(url), "it isn't a web address (http or https)")
    if "@" in parts.netloc:
        raise LayerError(parts.hostname or "", "its address carries a name, which would be kept with the records")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _failure(url: str, status: object, why: str, wait: float) -> Exception:
    """The error for a status: a busy or broken server may recover, a wrong question stays wrong."""
    passing = isinstance(status, int) and (status in (408, 429) or status >= 500)
    if isinstance(status, int) and status == 413:
        return _LargeError(why)
    return _PassingError(why, wait, fewer=status not in (408, 429, 503)) if passing else LayerError(url, why)


def _wait_asked(retry_after: str) -> float:
    """The seconds that a Retry-After header asks for, as a number or a date; 0 without one that makes sense."""
    try:
        return float(urllib3.Retry().parse_retry_after(retry_after))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return 0


def _quoted(*words: object) -> str:
    """Somebody else's words, made fit for one line of a message."""
    return repr(shown(" ".join(str(word) for word in words if word not in (None, [], "")), 300))
