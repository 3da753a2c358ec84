"""GraphQL over WebSockets, by graphql-transport-ws: any number of operations of every kind on one socket."""

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from web.subscriptions.protocol import SUBPROTOCOL, Close
from web.subscriptions.server import write_of
from web.subscriptions.serving import Serving
from web.subscriptions.socket import Socket


class WebSocketEndpoint:
    """The ASGI application behind a WebSocket route."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        if SUBPROTOCOL not in scope["subprotocols"]:
            reason = "Subprotocol not acceptable"
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": int(Close.BAD_SUBPROTOCOL), "reason": reason})
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        await Socket(self.serving, HTTPConnection(scope), receive, send, write_of(scope)).run()
