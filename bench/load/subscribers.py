"""Many subscribers in one process: bare sockets on uvloop that speak just enough graphql-transport-ws, or SSE.

Told on standard input to end. Prints READY when all listen, and then, for each number of units that all have heard of,
`HEARD {"quantity": …, "times": […]}` with the moments (of the machine's monotonic clock) at which each did.
"""

import asyncio
import base64
import os
import re
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import cast
from urllib.parse import urlsplit

import orjson
import uvloop

_QUERY = "subscription($v: [ID!]!) { stockChanged(variants: $v) { eventId availability { quantity } } }"
_QUANTITY = re.compile(rb'"quantity":(\d+)')
_TEXT, _PING, _PONG = 0x1, 0x9, 0xA
_AT_ONCE = 50
_LONG, _TOO_LONG = 126, 127


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame; masked, as it must be, with zeros."""
    size = len(payload)
    head = bytes([0x80 | opcode, 0x80 | size]) if size < _LONG else bytes([0x80 | opcode, 0xFE]) + size.to_bytes(2)
    return head + bytes(4) + payload


class Subscriber(asyncio.Protocol):
    """One connection with one subscription."""

    def __init__(self, url: str, variant: str, *, on_quantity: Callable[[int], None]) -> None:
        self.parts = urlsplit(url)
        self.variant = variant
        self.on_quantity = on_quantity
        self.listening: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports write like asyncio's without being of their class.
        self.transport = cast("asyncio.Transport", transport)
        self.greet()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.listening.done():
            self.listening.set_exception(exc or ConnectionError("closed before it listened"))

    def write(self, data: bytes) -> None:
        if self.transport is not None:
            self.transport.write(data)

    def operation(self) -> dict[str, object]:
        return {"query": _QUERY, "variables": {"v": [self.variant]}}

    def is_listening(self) -> None:
        if not self.listening.done():
            self.listening.set_result(None)

    def greet(self) -> None:
        raise NotImplementedError


class SocketSubscriber(Subscriber):
    """Over a WebSocket."""

    upgraded = False

    def greet(self) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        head = f"GET {self.parts.path} HTTP/1.1\r\nHost: {self.parts.netloc}\r\nUpgrade: websocket\r\n"
        head += f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
        self.write(f"{head}Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode())

    def say(self, message: dict[str, object]) -> None:
        self.write(frame(_TEXT, orjson.dumps(message)))

    def data_received(self, data: bytes) -> None:
        self.received += data
        if not self.upgraded:
            _, mark, self.received = self.received.partition(b"\r\n\r\n")
            if not mark:
                return
            self.upgraded = True
            self.say({"type": "connection_init"})
        while (found := self._next()) is not None:
            opcode, payload = found
            if opcode == _PING:
                self.write(frame(_PONG, payload))
            elif opcode == _TEXT:
                self.hear(payload)

    def _next(self) -> tuple[int, bytes] | None:
        if len(self.received) < 2:
            return None
        size, begin = self.received[1], 2
        if size == _LONG:
            size, begin = int.from_bytes(self.received[2:4]), 4
        elif size == _TOO_LONG:
            size, begin = int.from_bytes(self.received[2:10]), 10
        if len(self.received) < begin + size:
            return None
        payload, opcode = self.received[begin : begin + size], self.received[0] & 0xF
        self.received = self.received[begin + size :]
        return opcode, payload

    def hear(self, payload: bytes) -> None:
        quantity = _QUANTITY.search(payload)
        if quantity is not None:
            self.on_quantity(int(quantity[1]))
        elif b'"connection_ack"' in payload:
            self.say({"id": "1", "type": "subscribe", "payload": self.operation()})
            self.say({"type": "ping"})
        elif b'"ping"' in payload:
            self.say({"type": "pong"})
        elif b'"pong"' in payload:
            self.is_listening()


class StreamSubscriber(Subscriber):
    """Over Server-Sent Events."""

    def greet(self) -> None:
        body = orjson.dumps(self.operation())
        head = f"POST {self.parts.path} HTTP/1.1\r\nHost: {self.parts.netloc}\r\nAccept: text/event-stream\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.write(head.encode() + body)

    def data_received(self, data: bytes) -> None:
        *lines, self.received = (self.received + data).split(b"\n")
        for line in lines:
            if line.startswith(b"id: "):
                self.is_listening()
            elif line.startswith(b"data: ") and (quantity := _QUANTITY.search(line)) is not None:
                self.on_quantity(int(quantity[1]))


KINDS = {"ws": SocketSubscriber, "sse": StreamSubscriber}


async def run(url: str, kind: str, variants: Sequence[str], *, count: int) -> None:
    """Subscribe `count` times, to the variants in turn, until standard input says something."""
    loop = asyncio.get_running_loop()
    heard: dict[int, list[float]] = defaultdict(list)

    def on_quantity(quantity: int) -> None:
        times = heard[quantity]
        times.append(time.monotonic())
        if len(times) == count:
            sys.stdout.write(f"HEARD {orjson.dumps({'quantity': quantity, 'times': heard.pop(quantity)}).decode()}\n")
            sys.stdout.flush()

    opened = await open_all(url, kind, variants, count=count, on_quantity=on_quantity)
    sys.stdout.write("READY\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.readline)
    for transport in opened:
        transport.abort()


async def open_all(
    url: str, kind: str, variants: Sequence[str], *, count: int, on_quantity: Callable[[int], None]
) -> list[asyncio.Transport]:
    """So many connections with one subscription each, to the variants in turn; all of them listen."""
    loop, parts = asyncio.get_running_loop(), urlsplit(url)
    limit = asyncio.Semaphore(_AT_ONCE)

    async def subscribe(number: int) -> asyncio.Transport:
        async with limit:
            transport, subscriber = await loop.create_connection(
                lambda: KINDS[kind](url, variants[number % len(variants)], on_quantity=on_quantity),
                parts.hostname or "127.0.0.1",
                parts.port or 80,
            )
            await subscriber.listening
            return transport

    return await asyncio.gather(*(subscribe(number) for number in range(count)))


def raise_limit() -> None:
    """Let this process, and those that it starts, open as many sockets as the machine allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main() -> None:
    url, kind, count, *variants = sys.argv[1:]
    raise_limit()
    uvloop.run(run(url, kind, variants, count=int(count)))


if __name__ == "__main__":
    main()
