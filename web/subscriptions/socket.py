"""One WebSocket connection: what the client says, the operations that run for it, and how it ends."""

import asyncio
import time
import uuid
from collections.abc import Coroutine
from typing import Any

import orjson
import structlog
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Send

from resolvers.context import RequestContext
from services.live import TooSlow
from web.asked import Asked, BadRequest, as_asked
from web.execution import JsonObject, as_error, operation_type
from web.subscriptions.protocol import TOO_MANY_OPERATIONS, Close, Closing, Said, authorization_in, read
from web.subscriptions.serving import Serving
from web.subscriptions.standing import Standing
from web.subscriptions.streams import Stream, open_stream

_CLOSE_SECONDS = 2.0
# So many heartbeats without a word from the client, and it is taken to be gone.
_SILENT_BEATS = 3

log = structlog.get_logger(__name__)


class Socket:
    """One accepted connection."""

    __slots__ = (
        "_beat",
        "_connection",
        "_ending",
        "_heard_at",
        "_is_closing",
        "_is_stuck",
        "_operations",
        "_ping",
        "_receive",
        "_send",
        "_serving",
        "_standing",
        "_task",
    )

    def __init__(self, serving: Serving, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        self._serving = serving
        self._connection = connection
        self._receive = receive
        self._send = send
        self._standing: Standing | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._heard_at = time.monotonic()
        self._beat: asyncio.TimerHandle | None = None
        self._ping: asyncio.Task[None] | None = None
        self._ending: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()
        self._is_closing = False
        self._is_stuck = False

    async def run(self) -> None:
        """Serve the connection until either side ends it; leaves no task behind but mutations that run."""
        self._serving.connections.add(self)
        self._schedule()
        try:
            await self._converse()
        except Closing as closing:
            await self._close(closing.code, closing.reason)
        except OSError:
            log.debug("websocket_lost")
        except asyncio.CancelledError:
            # By `_finish`, when the client could not be told; anybody else's is passed on.
            if not self._is_stuck or self._task is None:
                raise
            self._task.uncancel()
        finally:
            self._serving.connections.discard(self)
            await self._clear()

    def stop(self) -> None:
        self._end(Close.RESTART, "Service restart")

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(self._serving.init_seconds):
                while self._standing is None:
                    said = await self._next()
                    if said is None:
                        return
                    await self._begin(said)
        except TimeoutError as error:
            raise Closing(Close.INIT_TIMEOUT, "Connection initialisation timeout") from error
        while (said := await self._next()) is not None:
            await self._answer(said)

    async def _next(self) -> Said | None:
        """The next message; None when the connection has ended."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            return None
        self._heard_at = time.monotonic()
        text = message.get("text")
        if len(text or message.get("bytes") or "") > self._serving.largest_message:
            raise Closing(Close.TOO_BIG, "Message too big")
        return read(text)

    async def _begin(self, said: Said) -> None:
        if said.type in ("ping", "pong"):
            await self._answer(said)
            return
        if said.type != "connection_init":
            raise Closing(Close.UNAUTHORIZED, "Unauthorized")
        self._standing = await self._serving.admit(self._connection, authorization_in(said.payload))
        await self._say("connection_ack")

    async def _answer(self, said: Said) -> None:
        if said.type == "connection_init":
            raise Closing(Close.TOO_MANY_INITS, "Too many initialisation requests")
        if said.type == "ping":
            await self._say("pong", payload=said.payload)
        elif said.type == "complete":
            self._forget(said.id)
        elif said.type == "subscribe":
            await self._subscribe(said)

    async def _subscribe(self, said: Said) -> None:
        if said.id in self._operations:
            # The reason in a close frame has at most 123 bytes.
            id = said.id.encode()[:80].decode(errors="ignore")
            raise Closing(Close.SUBSCRIBER_EXISTS, f"Subscriber for {id} already exists")
        try:
            asked = as_asked(said.payload)
        except BadRequest as error:
            raise Closing(Close.BAD_REQUEST, error.message) from error
        if len(self._operations) >= self._serving.settings.most_per_connection:
            await self._say("error", id=said.id, payload=[TOO_MANY_OPERATIONS])
            return
        if self._standing is None or await self._standing.is_over(anew=True):
            raise Closing(Close.FORBIDDEN, "Forbidden")
        asker = self._standing.asker
        context = asker.introduce_without_cookies(self._serving.make_context(asker.principal, uuid.uuid4().hex))
        prepared = await self._serving.executor.prepare_aside(asked.query)
        kind = operation_type(prepared, asked.operation_name)
        if (refused := asker.refusal(kind)) is not None:
            await self._say("error", id=said.id, payload=[as_error(refused.code, refused.message)])
            return
        if kind is not OperationType.SUBSCRIPTION:
            task = self._start(said.id, self._run(said.id, asked, context))
            if kind is OperationType.MUTATION:
                self._serving.keep(task)
            return
        # The next message is read when this one is listening: what a client asks for after it subscribed is no older
        # than its first event.
        stream = await open_stream(
            self._serving.executor,
            asked.query,
            context,
            variables=asked.variables,
            operation_name=asked.operation_name,
            shared=self._serving.shared,
        )
        if isinstance(stream, Stream):
            stream.source.when_cut(self._end_slow)
            task = self._start(said.id, self._stream(said.id, stream))
            # A task that is cancelled before it starts runs no `finally` of its own.
            task.add_done_callback(lambda _: stream.source.close())
        else:
            await self._say("error", id=said.id, payload=stream["errors"])

    async def _stream(self, id: str, stream: Stream) -> None:
        quoted = orjson.dumps(id).decode()
        try:
            async for event in stream.source:
                if self._standing is None or await self._standing.is_over():
                    self._end(Close.FORBIDDEN, "Forbidden")
                    return
                await self._say_text(f'{{"type":"next","id":{quoted},"payload":{await stream.answer(event)}}}')
        except TooSlow:
            self._end_slow()

    async def _run(self, id: str, asked: Asked, context: RequestContext) -> None:
        executor = self._serving.executor
        answer = await executor.run(
            executor.prepare(asked.query), context, variables=asked.variables, operation_name=asked.operation_name
        )
        if self._operations.get(id) is not asyncio.current_task():
            return
        if "data" in answer:
            await self._say("next", id=id, payload=answer)
            # From here on the client may use the id again.
            del self._operations[id]
            await self._say("complete", id=id)
        else:
            del self._operations[id]
            await self._say("error", id=id, payload=answer["errors"])

    def _start(self, id: str, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._operations[id] = task
        task.add_done_callback(lambda done: self._done(id, done))
        return task

    def _done(self, id: str, task: "asyncio.Task[None]") -> None:
        if self._operations.get(id) is task:
            del self._operations[id]
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, OSError):
            log.error("operation_failed", exc_info=error)
            self._end(Close.RESTART, "Internal error")

    def _forget(self, id: str) -> "asyncio.Task[None] | None":
        """End an operation whose answers nobody wants any more; a mutation is finished all the same."""
        task = self._operations.pop(id, None)
        if task is not None and task not in self._serving.mutations:
            task.cancel()
            return task
        return None

    def _schedule(self) -> None:
        seconds = self._serving.settings.heartbeat_seconds
        if self._standing is not None:
            seconds = self._standing.seconds_left(seconds)
        self._beat = asyncio.get_running_loop().call_later(seconds, self._on_beat)

    def _on_beat(self) -> None:
        silence = time.monotonic() - self._heard_at
        if self._standing is not None and self._standing.is_expired:
            self._end(Close.FORBIDDEN, "Forbidden")
        elif silence > _SILENT_BEATS * self._serving.settings.heartbeat_seconds:
            self._end(Close.NO_PONG, "No pong")
        elif self._ping is not None and not self._ping.done():
            self._end(Close.TOO_SLOW, "Too slow")
        else:
            self._ping = asyncio.create_task(self._check())
            # To a connection that is gone it fails, which the task that reads sees by itself.
            self._ping.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._schedule()

    async def _check(self) -> None:
        await self._say("ping")
        if self._standing is not None and await self._standing.is_over(anew=True):
            self._end(Close.FORBIDDEN, "Forbidden")

    # `payload` is any JSON, hence Any.
    async def _say(self, type: str, *, id: str | None = None, payload: Any = None) -> None:
        """Send a message, unless the connection is being closed; raises `OSError` when it is gone."""
        message: JsonObject = {"type": type}
        if id is not None:
            message["id"] = id
        if payload is not None:
            message["payload"] = payload
        await self._say_text(orjson.dumps(message).decode())

    async def _say_text(self, text: str) -> None:
        if not self._is_closing:
            await self._send({"type": "websocket.send", "text": text})

    def _end(self, code: Close, reason: str) -> None:
        """Close the connection from outside of the task that reads it."""
        if self._ending is None and not self._is_closing:
            self._ending = asyncio.create_task(self._finish(code, reason))

    def _end_slow(self) -> None:
        self._end(Close.TOO_SLOW, "Too slow, resume behind the last event")

    async def _finish(self, code: Close, reason: str) -> None:
        for id in tuple(self._operations):
            self._forget(id)
        if not await self._close(code, reason) and self._task is not None:
            self._is_stuck = True
            self._task.cancel()

    async def _close(self, code: Close, reason: str) -> bool:
        """Send the close frame; False if the client does not take it."""
        self._is_closing = True
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._send({"type": "websocket.close", "code": int(code), "reason": reason})
        except (OSError, TimeoutError):
            return False
        return True

    async def _clear(self) -> None:
        self._is_closing = True
        if self._beat is not None:
            self._beat.cancel()
        changing = [task for task in self._operations.values() if task in self._serving.mutations]
        left = [task for id in tuple(self._operations) if (task := self._forget(id)) is not None]
        left += [task for task in (self._ping, self._ending) if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if changing:
            # A server that stops waits for this task, and so for what its clients have begun to change.
            await asyncio.wait(changing)
