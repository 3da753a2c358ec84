"""The front of an application: POSTs that came before are answered as soon as their bytes are there, before anything
else looks at them. All others pass as they came."""

import asyncio
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.caching.keeping import Keeper
from web.caching.recall import LONGEST_BODY
from web.negotiation import VARY
from web.request_ids import request_id_in

# Bodies come with their heads. Whoever is slower is waited for, and refused, behind.
_SECONDS = 0.5
_PATH = "/graphql"


class Reception:
    """What the front needs of an application that has started."""

    keeper: Keeper | None = None


class Front:
    """ASGI middleware. It passes all on while there is no keeper."""

    def __init__(self, app: ASGIApp, *, reception: Reception) -> None:
        self._app = app
        self._reception = reception

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        keeper = self._reception.keeper
        if keeper is None or scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != _PATH:
            await self._app(scope, receive, send)
            return
        messages = await _received(receive)
        body = _whole(messages)
        found = None if body is None else await keeper.recall(scope["headers"], body)
        if found is None:
            await self._app(scope, _again(messages, receive), send)
            return
        answered, media_type = found
        headers = [
            (b"content-type", f"{media_type}; charset=utf-8".encode()),
            (b"content-length", str(len(answered.body)).encode()),
            (b"vary", VARY.encode()),
            (b"x-request-id", request_id_in(scope["headers"]).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answered.body})


async def _received(receive: Receive) -> Sequence[Message]:
    """The messages of a body that comes at once, as far as one goes that could have been noted."""
    messages: list[Message] = []
    size = 0
    try:
        async with asyncio.timeout(_SECONDS):
            while size <= LONGEST_BODY:
                message = await receive()
                messages.append(message)
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    break
    except TimeoutError:
        pass
    return messages


def _whole(messages: Sequence[Message]) -> bytes | None:
    """The body, if it has come to its end."""
    if not messages or messages[-1]["type"] != "http.request" or messages[-1].get("more_body", False):
        return None
    return messages[0].get("body", b"") if len(messages) == 1 else b"".join(one.get("body", b"") for one in messages)


def _again(messages: Sequence[Message], receive: Receive) -> Receive:
    """What was received, and then what comes."""
    waiting = iter(messages)

    async def receive_again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return receive_again
