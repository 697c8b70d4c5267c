"""Layers of public ArcGIS servers: what one says of itself, how many rows it has, its rows, its groups.

Nothing is believed that can be checked. A failure that may pass (a busy server, a cut connection, half an answer) is
asked about again, with growing waits, a bounded number of times; every other one, and the last, raises LayerError.
"""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import urllib3

from lib.sources.raw import SourceError

T = TypeVar("T")
Answer = dict[str, Any]
Group = tuple[tuple[Any, ...], int]

USER_AGENT = "baltimore-claims"
PATIENCE = 300  # seconds of waiting between the tries of one question, however long a server asks to be left alone
MOST_BYTES = 64 * 2**20  # of one answer, unpacked
MOST_ROWS = 10_000  # asked for at once, and so what a cut connection can cost
LONGEST_QUERY = 1_800  # characters: servers refuse addresses over about 2,000, so longer questions are posted
MOVES = 3  # addresses that one question may be sent on to
GROUP_ROWS = "rows_in_group"
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
    statistics: bool
    pagination: bool
    last_edit: int | None


@dataclass(frozen=True)
class Page:
    """Rows in order of id, each given once: the object id and the fields asked for, as the server has them.

    ``last_id`` is the greatest id, None on an empty page; ``more`` is False only where the server said that it is all.
    """

    rows: list[Answer]
    last_id: int | None
    more: bool


class _PassingError(Exception):
    """A failure that may pass, and the seconds that the server asked to be left alone."""

    def __init__(self, why: str, wait: float = 0) -> None:
        self.wait = wait
        super().__init__(why)


class Client:
    """Asks one question after the other; ``requests`` and ``bytes`` (of bodies, as received) count what that took.

    A try fails where nothing arrives for ``timeout`` seconds, or not all in twice that; ``sleep`` waits between tries.
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

    def layer(self, url: str) -> Layer:
        """The layer at an address such as https://host/.../FeatureServer/0. Raises LayerError, as all of these do."""
        url = _address(url)
        return self._ask(url, {}, partial(_layer, url))

    def count(self, layer: Layer, where: str = "1=1") -> int:
        """How many rows the server says there are."""
        url = f"{layer.url}/query"
        return self._ask(url, {"where": where, "returnCountOnly": "true"}, lambda said: _whole(url, said, "count"))

    def pages(
        self, layer: Layer, fields: Sequence[str], where: str = "1=1", after: int | None = None
    ) -> Iterator[Page]:
        """The rows whose object id is over ``after``, in order of id; the last page, and no other, has ``more`` False.

        Pages go by id, not by number: rows that come or go meanwhile shift no other, and any ``last_id`` is a place to
        go on from. A layer that gives rows out of order or without a field is refused, for rows could be lost unseen.
        """
        url = f"{layer.url}/query"
        names = list(dict.fromkeys((layer.id_field, *fields)))
        question = {"outFields": ",".join(names), "orderByFields": layer.id_field, "returnGeometry": "false"}
        if layer.pagination:
            question["resultRecordCount"] = str(layer.page_size)
        more = True
        while more:
            question["where"] = where if after is None else f"({where}) AND {layer.id_field} > {after}"
            page = self._ask(url, question, partial(_page, url, names, after))
            yield page
            after, more = page.last_id, page.more

    def grouped(self, layer: Layer, by: Sequence[str], where: str = "1=1") -> list[Group]:
        """How many rows there are of each combination of the fields ``by``, counted by the server, in its order."""
        url = f"{layer.url}/query"
        if not layer.statistics:
            raise LayerError(url, "the layer counts no groups")
        statistic = {"statisticType": "count", "onStatisticField": layer.id_field, "outStatisticFieldName": GROUP_ROWS}
        question = {"where": where, "outStatistics": json.dumps([statistic]), "orderByFields": ",".join(by)}
        question["groupByFieldsForStatistics"] = ",".join(by)
        groups: dict[tuple[Any, ...], int] = {}
        more = True
        while more:
            found, more = self._ask(url, question, partial(_groups, url, by))
            for key, rows in found:
                if key in groups:
                    raise LayerError(url, f"it gave the group {_quoted(key)} twice", again=True)
                groups[key] = rows
            question["resultOffset"] = str(len(groups))
        return list(groups.items())

    def _ask(self, url: str, question: Mapping[str, str], read: Callable[[Answer], T]) -> T:
        waited, attempt = 0.0, 1
        while True:
            try:
                return read(self._answer(url, {"f": "json", **question}))
            except _PassingError as failure:
                wait = max(failure.wait, 2.0 ** (attempt - 1))
                if attempt == self._attempts:
                    raise LayerError(url, f"{failure}, after {attempt} tries", again=True) from failure
                if waited + wait > PATIENCE:
                    raise LayerError(url, f"{failure}, and wants {wait:.0f} seconds of rest", again=True) from failure
            self._sleep(wait)
            waited, attempt = waited + wait, attempt + 1

    def _answer(self, url: str, question: Mapping[str, str]) -> Answer:
        try:
            with self._send(url, question) as response:
                wait, status = _wait_asked(response.headers.get("Retry-After", "")), response.status_code
                if status != 200:
                    raise _failure(url, status, f"it answered with status {status}", wait)
                answer = json.loads(self._body(url, response))
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema) as error:
            raise LayerError(url, "it isn't a web address") from error
        except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
            raise _PassingError(f"nothing came for {self._timeout:g} seconds") from error
        except urllib3.exceptions.DecodeError as error:
            raise _PassingError("its answer can't be unpacked") from error
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _PassingError("the connection can't be made or was cut") from error
        except (ValueError, RecursionError) as error:
            raise _PassingError("its answer isn't JSON, or not all of it came") from error
        if not isinstance(answer, dict):
            raise LayerError(url, "its answer is of another kind than a layer gives")
        if "error" in answer:
            said = answer["error"] if isinstance(answer["error"], dict) else {"message": answer["error"]}
            why = f"it answered with the error {_quoted(said.get('code'), said.get('message'), said.get('details'))}"
            raise _failure(url, said.get("code"), why, wait)
        return answer

    def _send(self, url: str, question: Mapping[str, str]) -> requests.Response:
        ask = partial(self._session.get, params=question)
        if len(urlencode(question)) > LONGEST_QUERY:
            ask = partial(self._session.post, data=question)
        asked = url
        for _ in range(MOVES + 1):
            self.requests += 1
            # Moves are followed here: requests would read a body of any size, and forget what was posted.
            response = ask(asked, timeout=self._timeout, stream=True, allow_redirects=False)
            if not response.is_redirect:
                return response
            response.close()
            asked = _address(response.headers["Location"], asked)
        raise LayerError(url, f"it is moved on and on, at last to {_quoted(asked)}")

    def _body(self, url: str, response: requests.Response) -> bytearray:
        until = time.monotonic() + 2 * self._timeout
        body = bytearray()
        try:
            while chunk := response.raw.read1(2**16, decode_content=True):
                body += chunk
                if len(body) > MOST_BYTES:
                    raise LayerError(url, f"its answer is larger than {MOST_BYTES // 2**20} MB")
                if time.monotonic() > until:
                    raise _PassingError(f"its answer hadn't all come after {2 * self._timeout:g} seconds")
        finally:
            self.bytes += response.raw.tell()
        return body


def _layer(url: str, said: Answer) -> Layer:
    fields = said.get("fields")
    if not isinstance(fields, list):
        raise LayerError(url, "it isn't a layer, whose address ends in a number")
    try:
        types = {str(field["name"]): str(field["type"]) for field in fields}
        able = {**said, **(said.get("advancedQueryCapabilities") or {})}
        edits = {**(said.get("editingInfo") or {})}
    except (KeyError, TypeError) as error:
        raise LayerError(url, "its description of itself makes no sense") from error
    object_ids = [said.get("objectIdField"), *(name for name, kind in types.items() if kind == "esriFieldTypeOID")]
    id_field = next((str(name) for name in object_ids if name), "")
    if id_field not in types:
        raise LayerError(url, "it names no object id, by which rows are told apart")
    return Layer(
        url,
        name=str(said.get("name", "")),
        id_field=id_field,
        fields=types,
        page_size=min(_whole(url, said, "maxRecordCount", least=1), MOST_ROWS),
        statistics=bool(able.get("supportsStatistics")),
        pagination=bool(able.get("supportsPagination")),
        last_edit=next((edits[name] for name in EDITED if isinstance(edits.get(name), int)), None),
    )


def _page(url: str, names: Sequence[str], after: int | None, said: Answer) -> Page:
    """The rows of an answer that were not given before; the first of ``names`` is the object id."""
    rows: dict[int, Answer] = {}
    for row in _rows(url, names, said):
        number = _whole(url, row, names[0])
        if after is None or number > after:
            rows.setdefault(number, row)
    more = _more(said, rows)
    if list(rows) != sorted(rows):
        raise LayerError(url, f"its rows aren't in order of {names[0]}")
    return Page(list(rows.values()), max(rows, default=None), more)


def _groups(url: str, by: Sequence[str], said: Answer) -> tuple[list[Group], bool]:
    """The groups of an answer with their rows, and whether more follow."""
    rows = list(_rows(url, (*by, GROUP_ROWS), said))
    return [(tuple(row[name] for name in by), _whole(url, row, GROUP_ROWS)) for row in rows], _more(said, rows)


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


def _more(said: Answer, rows: Collection[object]) -> bool:
    """Whether an answer says that others follow it."""
    more = bool(said.get("exceededTransferLimit"))
    if more and not rows:
        raise _PassingError("it says that more follows, and gives none")
    return more


def _whole(url: str, said: Answer, name: str, least: int = 0) -> int:
    number = said.get(name)
    if type(number) is not int or number < least:
        raise LayerError(url, f"it gives {_quoted(number)} for {name}, which must be a whole number")
    return number


def _address(url: str, base: str = "") -> str:
    """A web address, maybe relative to another, without its question, spaces and last slash."""
    try:
        parts = urlsplit(urljoin(base, url.strip()))
        known = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        known = False
    if not known:
        raise LayerError(_quoted(url), "it isn't a web address (http or https)")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _failure(url: str, status: object, why: str, wait: float) -> Exception:
    """The error for a status: a busy or broken server may recover, a wrong question stays wrong."""
    passing = isinstance(status, int) and (status in (408, 429) or status >= 500)
    return _PassingError(why, wait) if passing else LayerError(url, why)


def _wait_asked(retry_after: str) -> float:
    """The seconds that a Retry-After header asks for, as a number or a date; 0 without one that makes sense."""
    try:
        return float(urllib3.Retry().parse_retry_after(retry_after))
    except (urllib3.exceptions.InvalidHeader, ValueError, OverflowError):
        return 0


def _quoted(*words: object) -> str:
    """Somebody else's words, made fit for one line of a message."""
    text = " ".join(str(word) for word in words if word not in (None, [], ""))
    return repr(" ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:300])
