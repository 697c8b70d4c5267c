"""What a reader may send, and who is taken for the operator."""

from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from lib.web.operator import is_operator
from lib.web.shell.message_bounds import MOST_MESSAGE, TOO_BIG, Bounds

UPLOAD = "/_stcore/upload_file/session/file"
HERE = {"Host": "localhost:8501"}


async def take(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def echo(socket: WebSocket) -> None:
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(str(len(await socket.receive_bytes())))


APP = Starlette(
    routes=[
        Route("/{base}/_stcore/upload_file/{session}/{file}", take, methods=["PUT"]),
        Route(UPLOAD, take, methods=["PUT"]),
        WebSocketRoute("/stream", echo),
    ],
    middleware=[Middleware(Bounds)],
)


def client(peer: str) -> TestClient:
    return TestClient(APP, client=(peer, 50000))


@pytest.mark.parametrize("path", [UPLOAD, f"/base{UPLOAD}", "/_stcore/upload%5Ffile/session/file"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_nobody_hands_in_a_file(path: str, method: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ALLOW_REFRESH", raising=False)
    answer = client("127.0.0.1").request(method, path, content=b"x" * 1000, headers=HERE)
    assert answer.status_code == 404


def test_the_operator_hands_in_a_file(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOW_REFRESH", "1")
    assert client("127.0.0.1").put(UPLOAD, content=b"x" * 1000, headers=HERE).text == "1000"
    assert client("203.0.113.9").put(UPLOAD, content=b"x", headers=HERE).status_code == 404


def test_who_sends_too_long_a_message_is_hung_up_on():
    with client("203.0.113.9").websocket_connect("/stream") as socket:
        socket.send_bytes(b"x" * MOST_MESSAGE)
        assert socket.receive_text() == str(MOST_MESSAGE)
        socket.send_bytes(b"x" * (MOST_MESSAGE + 1))
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
    assert ended.value.code == TOO_BIG


@pytest.mark.parametrize("peer", [None, "127.0.0.1", "::1", "::ffff:127.0.0.1", "127.8.9.1"])
@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "[::1]", "localhost"])
def test_the_operator_is_told_by_any_address_of_this_machine(
    peer: str | None, host: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("ALLOW_REFRESH", "1")
    assert is_operator(peer, {"Host": host}.items())
    for unset in ("", "0", "false", "No"):
        monkeypatch.setenv("ALLOW_REFRESH", unset)
        assert not is_operator(peer, {"Host": host}.items())
    monkeypatch.delenv("ALLOW_REFRESH")
    assert not is_operator(peer, {"Host": host}.items())


@pytest.mark.parametrize("peer", ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::1", "testclient", ""])
def test_nobody_elsewhere_is_the_operator(peer: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOW_REFRESH", "1")
    assert not is_operator(peer, HERE.items())


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "Forwarded", "Via", "X-Real-IP"]
)
def test_nobody_behind_a_proxy_on_this_machine_is_the_operator(header: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOW_REFRESH", "1")
    assert not is_operator("::1", {**HERE, header: "127.0.0.1"}.items())


@pytest.mark.parametrize("host", ["story.example", "localhost.example:80", "", "127.0.0.1.example"])
def test_a_name_of_another_machine_is_not_the_operators(host: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ALLOW_REFRESH", "1")
    assert not is_operator("127.0.0.1", {"Host": host}.items())
