"""Subscriptions as Server-Sent Events: the distinct connections mode of graphql-sse.

One request is one operation. Each answer is an event `next`, the end is `complete`; what ends without it is to be
resumed, which browsers do by themselves with the `Last-Event-ID` that each `id:` gave them.
"""

import asyncio
import random
from contextlib import suppress

import orjson
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from services.live import LiveEvent, TooSlow
from web.execution import JsonObject
from web.negotiation import EVENT_STREAM, VARY
from web.subscriptions.connections import Connections
from web.subscriptions.standing import Standing
from web.subscriptions.streams import Stream

_HEARTBEAT = b":\n\n"
_COMPLETE = b"event: complete\ndata: \n\n"
# Clients of a process that stops come back spread over this time.
_RETRY_MILLISECONDS = (500, 3000)
_OVER = b'{"errors":[{"message":"The session is over.","extensions":{"code":"UNAUTHENTICATED"}}]}'


def next_event(answer: bytes, *, event_id: str | None = None) -> bytes:
    """One answer, given as JSON in one line."""
    head = b"event: next\n" if event_id is None else f"event: next\nid: {event_id}\n".encode()
    return b"%bdata: %b\n\n" % (head, answer)


def _headers(request_id: str) -> dict[str, str]:
    return {"cache-control": "no-store", "x-accel-buffering": "no", "vary": VARY, "x-request-id": request_id}


def single_answer(answer: JsonObject, request_id: str) -> Response:
    """What has one answer alone: a query or a mutation that was asked for as a stream, or a refusal."""
    body = next_event(orjson.dumps(answer)) + _COMPLETE
    return Response(body, media_type=f"{EVENT_STREAM}; charset=utf-8", headers=_headers(request_id))


class StreamResponse(Response):
    """A subscription, until it ends, its caller's token expires or session ends, its client leaves or cannot keep up,
    or the process stops."""

    media_type = EVENT_STREAM

    def __init__(
        self,
        stream: Stream,
        *,
        standing: Standing,
        connections: Connections,
        heartbeat_seconds: float,
        request_id: str,
    ) -> None:
        super().__init__(headers=_headers(request_id))
        del self.headers["content-length"]
        self._stream = stream
        self._standing = standing
        self._connections = connections
        self._heartbeat_seconds = heartbeat_seconds
        self._sending: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        self._sending = asyncio.create_task(self._send_all(send))
        leaving = asyncio.create_task(_until_gone(receive))
        self._stream.source.when_cut(self._abort)
        self._connections.add(self)
        try:
            await asyncio.wait((self._sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._connections.discard(self)
            self._stream.source.close()
            for task in (self._sending, leaving):
                task.cancel()
            await asyncio.gather(self._sending, leaving, return_exceptions=True)
        if not self._sending.cancelled() and (error := self._sending.exception()) is not None:
            raise error

    def stop(self) -> None:
        self._stream.source.close()

    def _abort(self) -> None:
        if self._sending is not None:
            self._sending.cancel()

    async def _send_all(self, send: Send) -> None:
        retry = random.randint(*_RETRY_MILLISECONDS)
        await send(_body(f"retry: {retry}\nid: {self._stream.started_after}\n\n".encode()))
        with suppress(TooSlow):
            await self._send_events(send)
        await send(_body(b"", more=False))

    async def _send_events(self, send: Send) -> None:
        source, clock = self._stream.source, asyncio.get_running_loop().time
        # Events do not put a heartbeat off: with it the session is asked for.
        beat_at = clock() + self._heartbeat_seconds
        while True:
            try:
                async with asyncio.timeout_at(beat_at):
                    event: LiveEvent | None = await anext(source)
            except TimeoutError:
                event = None
                beat_at = clock() + self._heartbeat_seconds
            except StopAsyncIteration:
                return
            if await self._standing.is_over(anew=event is None):
                await send(_body(next_event(_OVER) + _COMPLETE))
                return
            if event is None:
                await send(_body(_HEARTBEAT))
            else:
                answer = await self._stream.answer(event)
                await send(_body(next_event(answer, event_id=event.event_id)))


def _body(content: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
