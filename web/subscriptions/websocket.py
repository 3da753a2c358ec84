"""GraphQL over WebSockets, by graphql-transport-ws: any number of operations of every kind on one socket."""

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from web.subscriptions.protocol import SUBPROTOCOL, Close
from web.subscriptions.server import write_of
from web.subscriptions.serving import Serving
from web.subscriptions.socket import Socket

_RETRY_SECONDS = "1"


class WebSocketEndpoint:
    """The ASGI application behind a WebSocket route."""

    def __init__(self, serving: Serving) -> None:
        self.serving = serving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.serving.connections.are_refused:
            # A proxy can try another process for the client, who has not been told anything yet.
            refusal = Response(status_code=503, headers={"retry-after": _RETRY_SECONDS})
            await WebSocket(scope, receive, send).send_denial_response(refusal)
            return
        await receive()
        if SUBPROTOCOL not in scope["subprotocols"]:
            reason = "Subprotocol not acceptable"
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": int(Close.BAD_SUBPROTOCOL), "reason": reason})
            return
        await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        await Socket(self.serving, HTTPConnection(scope), receive, send, write_of(scope)).run()
