"""What readers may send: short messages, and files only where a page asks for one."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lib.web.operator import is_operator
from lib.web.responses import said

UPLOADS = "/_stcore/upload_file"
MOST_MESSAGE = 2**18
"""Bytes of a message: a lever that moves sends some thousand, most of them names of what the browser still holds."""
TOO_BIG = 1009  # the websocket protocol's own code


class Bounds:
    """ASGI middleware that hangs up on who sends more, and takes files only of the operator.

    Streamlit would keep a file in memory for whoever has a session, though no page shows readers an uploader.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything else through."""
        if scope["type"] == "websocket":
            await self.app(scope, _bounded(receive, send), send)
        elif scope["type"] == "http" and UPLOADS in scope["path"] and not _from_operator(scope):
            await said("Nobody hands in files here.", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _bounded(receive: Receive, send: Send) -> Receive:
    async def bounded() -> Message:
        message = await receive()
        content = message.get("bytes") or message.get("text") or ""
        if message["type"] != "websocket.receive" or len(content) <= MOST_MESSAGE:
            return message
        await send({"type": "websocket.close", "code": TOO_BIG})
        return {"type": "websocket.disconnect", "code": TOO_BIG}

    return bounded


def _from_operator(scope: Scope) -> bool:
    peer = scope["client"][0] if scope.get("client") else ""
    return is_operator(peer, Headers(scope=scope).items())
