"""The load generator for machines without wrk: bare sockets on uvloop, in a process of its own.

It costs more CPU than wrk, so rates of fast cases come out lower; CPU per request of the server is not affected.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import orjson
import uvloop

from bench.statistics import percentile

_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Client(asyncio.Protocol):
    """One connection: sends the next request as soon as the last one is answered."""

    def __init__(self, requests: Sequence[bytes], *, first: int, done: "asyncio.Future[None]") -> None:
        self.requests = requests
        self.turn = first
        self.done = done
        self.received = b""
        self.sent_at = 0.0
        self.milliseconds: list[float] = []
        self.failures = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports write like asyncio's without being of their class.
        self.transport = cast("asyncio.Transport", transport)
        self.send()

    def send(self) -> None:
        if self.transport is None or self.done.done():
            return
        self.turn = (self.turn + 1) % len(self.requests)
        self.sent_at = time.perf_counter()
        self.transport.write(self.requests[self.turn])

    def data_received(self, data: bytes) -> None:
        self.received += data
        head, mark, body = self.received.partition(_HEAD_END)
        if not mark or len(body) < content_length(head):
            return
        if not self.done.done():
            self.milliseconds.append((time.perf_counter() - self.sent_at) * 1000)
            self.failures += status(head) >= 400
        self.received = b""
        self.send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.failures += 1


def content_length(head: bytes) -> int:
    """The length that the response's head announces, 0 if none."""
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line.removeprefix(_LENGTH))
    return 0


def status(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


def as_requests(url: str, bodies: Sequence[bytes]) -> list[bytes]:
    """Whole HTTP/1.1 requests, ready to be written."""
    parts = urlsplit(url)
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
    return [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]


async def run(url: str, bodies: Sequence[bytes], *, clients: int, seconds: float) -> dict[str, float]:
    """One window; the figures of `bench.load.Load` by name."""
    loop = asyncio.get_running_loop()
    parts = urlsplit(url)
    requests = as_requests(url, bodies)
    done: asyncio.Future[None] = loop.create_future()
    started = time.perf_counter()
    opened = [
        await loop.create_connection(
            lambda turn=turn: Client(requests, first=turn, done=done),  # type: ignore[misc]
            parts.hostname or "127.0.0.1",
            parts.port or 80,
        )
        for turn in range(clients)
    ]
    await asyncio.sleep(seconds)
    done.set_result(None)
    elapsed = time.perf_counter() - started
    for transport, _ in opened:
        transport.abort()
    taken = [value for _, client in opened for value in client.milliseconds]
    return {
        "requests": len(taken),
        "seconds": elapsed,
        "p50_ms": percentile(taken, 50) if taken else 0.0,
        "p99_ms": percentile(taken, 99) if taken else 0.0,
        "failures": sum(client.failures for _, client in opened),
    }


def main() -> None:
    url, file, clients, seconds = sys.argv[1:]
    bodies = Path(file).read_bytes().splitlines()
    figures = uvloop.run(run(url, bodies, clients=int(clients), seconds=float(seconds)))
    sys.stdout.write(f"RESULT {orjson.dumps(figures).decode()}\n")


if __name__ == "__main__":
    main()
