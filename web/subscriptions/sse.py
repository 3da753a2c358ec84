"""Subscriptions as Server-Sent Events: the distinct connections mode of graphql-sse.

One request is one operation. Each answer is an event `next`, the end is `complete`; what ends without it is to be
resumed, which browsers do by themselves with the `Last-Event-ID` that each `id:` gave them.
"""

import asyncio
import random
from collections.abc import Coroutine
from datetime import datetime
from functools import lru_cache

import orjson
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from services.live import EventId, LiveEvent
from web.execution import JsonObject
from web.negotiation import EVENT_STREAM, VARY
from web.subscriptions.connections import Connections
from web.subscriptions.deliveries import Delivery, Pump
from web.subscriptions.server import Write, body_write_of
from web.subscriptions.standing import Standing
from web.subscriptions.streams import Stream

_HEARTBEAT = b":\n\n"
_COMPLETE = b"event: complete\ndata: \n\n"
# Clients of a process that stops come back spread over this time.
_RETRY_MILLISECONDS = (500, 3000)
_OVER = b'{"errors":[{"message":"The session is over.","extensions":{"code":"UNAUTHENTICATED"}}]}'


def next_event(answer: bytes) -> bytes:
    """One answer, given as JSON in one line; nothing to resume behind."""
    return b"event: next\ndata: %b\n\n" % answer


def _headers(request_id: str) -> dict[str, str]:
    return {"cache-control": "no-store", "x-accel-buffering": "no", "vary": VARY, "x-request-id": request_id}


def single_answer(answer: JsonObject, request_id: str) -> Response:
    """What has one answer alone: a query or a mutation that was asked for as a stream, or a refusal."""
    body = next_event(orjson.dumps(answer)) + _COMPLETE
    return Response(body, media_type=f"{EVENT_STREAM}; charset=utf-8", headers=_headers(request_id))


class StreamResponse(Response):
    """A subscription, until it ends, its caller's token expires or session ends, its client leaves or cannot keep up,
    or the process stops. Its events are sent by the pump, without a task of their own."""

    media_type = EVENT_STREAM

    def __init__(
        self,
        stream: Stream,
        *,
        standing: Standing,
        connections: Connections,
        heartbeat_seconds: float,
        request_id: str,
        pump: Pump,
    ) -> None:
        super().__init__(headers=_headers(request_id))
        del self.headers["content-length"]
        self._stream = stream
        self._standing = standing
        self._connections = connections
        self._heartbeat_seconds = heartbeat_seconds
        self._pump = pump
        self._write: Write | None = None
        self._beating: asyncio.Task[None] | None = None
        # Nothing follows what was said last.
        self._is_over = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._send, self._write = send, body_write_of(scope)
        # Whether the end of the body is sent, too.
        self._ended: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await send(_body(self._beginning()))
            await self._serve(receive)
        finally:
            self._stream.source.close()
        if self._ended.done() and self._ended.result():
            await send(_body(b"", more=False))

    async def _serve(self, receive: Receive) -> None:
        """Until it ends or the client leaves; leaves no task behind."""
        leaving = asyncio.create_task(_until_gone(receive))
        delivery = StreamDelivery(self._stream, outlet=self, pump=self._pump)
        self._stream.source.when_cut(lambda: self._end(is_told=False))
        if self._stream.source.is_cut:  # while it read what it had missed
            self._end()
        self._connections.add(self)
        self._beat_later()
        try:
            await asyncio.wait((self._ended, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._is_over = True
            self._connections.discard(self)
            self._timer.cancel()
            left = [task for task in (delivery.close(), self._beating, leaving) if task is not None]
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)

    def stop(self) -> None:
        self._end()

    def write(self, *parts: bytes) -> bool:
        if self._write is None or self._is_over or not self._standing.is_known:
            return False
        return self._write(*parts)

    async def send_event(self, delivery: Delivery, event: LiveEvent) -> bool:
        if await self._standing.is_over():
            await self._say_over()
        if self._is_over:
            return False
        answer = await self._stream.answer(event)
        await self._send(_body(b"".join(delivery.message(event, answer))))
        return True

    def start(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        task.add_done_callback(self._check_done)
        return task

    def _check_done(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None and not self._ended.done():
            self._ended.set_exception(error)

    def _end(self, *, is_told: bool = True) -> None:
        self._is_over = True
        if not self._ended.done():
            self._ended.set_result(is_told)

    def _beginning(self) -> bytes:
        retry = random.randint(*_RETRY_MILLISECONDS)
        return f"retry: {retry}\nid: {self._stream.started_after}\n\n".encode()

    def _beat_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(self._heartbeat_seconds, self._beat)

    def _beat(self) -> None:
        """With it the session is asked for; most streams have none, and nothing is waited for."""
        self._beat_later()
        if not self._standing.has_session and self.write(_HEARTBEAT):
            return
        if self._beating is None or self._beating.done():
            self._beating = self.start(self._check())

    async def _check(self) -> None:
        if await self._standing.is_over(anew=True):
            await self._say_over()
        elif not self._is_over:
            await self._send(_body(_HEARTBEAT))

    async def _say_over(self) -> None:
        if not self._is_over:
            self._is_over = True
            await self._send(_body(next_event(_OVER) + _COMPLETE))
            self._end()


class StreamDelivery(Delivery):
    """As events `next` with ids to resume behind."""

    __slots__ = ()

    def message(self, event: LiveEvent, answer: bytes) -> tuple[bytes, ...]:
        return _head(event.position, event.occurred_at), answer, b"\n\n"


# For all who are sent the same.
@lru_cache(64)
def _head(position: int, occurred_at: datetime) -> bytes:
    return f"event: next\nid: {EventId.of(position, occurred_at).encode()}\ndata: ".encode()


def _body(content: bytes, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": content, "more_body": more}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
