"""One WebSocket connection: what the client says, the operations that run for it, and how it ends."""

import asyncio
import uuid
from collections.abc import Coroutine
from typing import Any

import orjson
import structlog
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Send

from resolvers.context import RequestContext
from services.live import LiveEvent
from web.asked import Asked, BadRequest
from web.execution import JsonObject, Prepared
from web.observing import noted
from web.subscriptions.deliveries import Delivery, Outlet, Pump
from web.subscriptions.heartbeat import Heartbeat
from web.subscriptions.protocol import Close, Closing, Said, asked_in, authorization_in, read, too_many_operations
from web.subscriptions.server import Write
from web.subscriptions.serving import Serving
from web.subscriptions.standing import Standing
from web.subscriptions.streams import Stream, open_stream

_CLOSE_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Socket:
    """One accepted connection."""

    __slots__ = (
        "_connection",
        "_deliveries",
        "_ending",
        "_heart",
        "_is_closing",
        "_is_stuck",
        "_operations",
        "_receive",
        "_send",
        "_serving",
        "_task",
        "_write",
        "standing",
    )

    def __init__(
        self, serving: Serving, connection: HTTPConnection, receive: Receive, send: Send, write: Write | None
    ) -> None:
        self._serving = serving
        self._connection = connection
        self._receive = receive
        self._send = send
        self._write = write
        self.standing: Standing | None = None
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._deliveries: dict[str, Delivery] = {}
        self._heart = Heartbeat(self, seconds=serving.settings.heartbeat_seconds)
        self._ending: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()
        self._is_closing = False
        self._is_stuck = False

    async def run(self) -> None:
        """Serve the connection until either side ends it; leaves no task behind but mutations that run."""
        self._serving.connections.add(self)
        self._heart.start()
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
        self.end(Close.RESTART, "Service restart")

    async def _converse(self) -> None:
        try:
            async with asyncio.timeout(self._serving.init_seconds):
                while self.standing is None:
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
        self._heart.heard()
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
        self.standing = await self._serving.admit(self._connection, authorization_in(said.payload))
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
        if said.id in self._operations or said.id in self._deliveries:
            # The reason in a close frame has at most 123 bytes.
            id = said.id.encode()[:80].decode(errors="ignore")
            raise Closing(Close.SUBSCRIBER_EXISTS, f"Subscriber for {id} already exists")
        asked = asked_in(said.payload)
        most = self._serving.settings.most_per_connection
        if len(self._operations) + len(self._deliveries) >= most:
            await self._refuse(said.id, dict(too_many_operations(most)))
            return
        if self.standing is None or await self.standing.is_over(anew=True):
            raise Closing(Close.FORBIDDEN, "Forbidden")
        asker = self.standing.asker
        try:
            asked, prepared, kind = await self._serving.documents.admit(asked, asker)
        except BadRequest as error:
            await self._refuse(said.id, error.as_error())
            return
        context = asker.introduce_without_cookies(self._serving.make_context(asker.principal, uuid.uuid4().hex))
        if kind is not OperationType.SUBSCRIPTION:
            task = self._start(said.id, self._run(said.id, asked, prepared, context))
            if kind is OperationType.MUTATION:
                self._serving.keep(task)
            return
        # The next message is read when this one is listening: what a client asks for after it subscribed is no older
        # than its first event.
        stream = await open_stream(self._serving.executor, asked, prepared, context, shared=self._serving.shared)
        if isinstance(stream, Stream):
            stream.source.when_cut(self._end_slow)
            self._deliveries[said.id] = SocketDelivery(said.id, stream, outlet=self, pump=self._serving.pump)
            if stream.source.is_cut:  # while it read what it had missed
                self._end_slow()
        else:
            await self._say("error", id=said.id, payload=stream["errors"])

    def write(self, *parts: bytes) -> bool:
        if self._write is None or self._is_closing or self.standing is None or not self.standing.is_known:
            return False
        return self._write(*parts)

    async def send_event(self, delivery: Delivery, event: LiveEvent) -> bool:
        if self.standing is None or await self.standing.is_over():
            self.end(Close.FORBIDDEN, "Forbidden")
            return False
        await self._say_text(b"".join(delivery.message(event, await delivery.stream.answer(event))).decode())
        return True

    def start(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        task.add_done_callback(self._check_done)
        return task

    async def _run(self, id: str, asked: Asked, prepared: Prepared, context: RequestContext) -> None:
        answer = await self._serving.executor.run(
            prepared, context, variables=asked.variables, operation_name=asked.operation_name
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
        task = self._operations[id] = self.start(work)
        task.add_done_callback(lambda done: self._done(id, done))
        return task

    def _done(self, id: str, task: "asyncio.Task[None]") -> None:
        if self._operations.get(id) is task:
            del self._operations[id]

    def _check_done(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None and not isinstance(error, OSError):
            log.error("operation_failed", exc_info=error)
            self.end(Close.RESTART, "Internal error")

    def _forget(self, id: str) -> "asyncio.Task[None] | None":
        """End an operation whose answers nobody wants any more; a mutation is finished all the same."""
        delivery = self._deliveries.pop(id, None)
        if delivery is not None:
            return delivery.close()
        task = self._operations.pop(id, None)
        if task is not None and task not in self._serving.mutations:
            task.cancel()
            return task
        return None

    async def _refuse(self, id: str, error: JsonObject) -> None:
        """Say why an operation is not executed."""
        await self._say("error", id=id, payload=noted({"errors": [error]})["errors"])

    async def send_ping(self) -> None:
        await self._say("ping")

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

    def end(self, code: Close, reason: str) -> None:
        """Close the connection from outside of the task that reads it."""
        if self._ending is None and not self._is_closing:
            self._ending = asyncio.create_task(self._finish(code, reason))

    def _end_slow(self) -> None:
        self.end(Close.TOO_SLOW, "Too slow, resume behind the last event")

    async def _finish(self, code: Close, reason: str) -> None:
        for id in (*self._operations, *self._deliveries):
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
        pinging = self._heart.stop()
        changing = [task for task in self._operations.values() if task in self._serving.mutations]
        left = [task for id in (*self._operations, *self._deliveries) if (task := self._forget(id)) is not None]
        left += [task for task in (pinging, self._ending) if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        if changing:
            # A server that stops waits for this task, and so for what its clients have begun to change.
            await asyncio.wait(changing)


class SocketDelivery(Delivery):
    """As messages `next` with the id of their operation."""

    __slots__ = ("_head",)

    def __init__(self, id: str, stream: Stream, *, outlet: Outlet, pump: Pump) -> None:
        # All but this is the same for everybody who shares the answer.
        self._head = b'{"type":"next","id":%b,"payload":' % orjson.dumps(id)
        super().__init__(stream, outlet=outlet, pump=pump)

    def message(self, event: LiveEvent, answer: bytes) -> tuple[bytes, ...]:
        return self._head, answer, b"}"
