"""A payment provider for measuring: it takes every card at once, in a process of its own, and keeps nothing.

It speaks as much of Stripe's protocol as paying by card needs. Prints its port when it listens, and ends when standard
input does.
"""

import asyncio
import sys
from itertools import count
from typing import cast
from urllib.parse import parse_qs

import orjson
import uvloop

from bench.load.sockets import content_length

_HEAD_END = b"\r\n\r\n"
_OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
_CREATED = 1_700_000_000
# It keeps nothing, so there is nothing to list.
_NONE = {"object": "list", "data": [], "has_more": False}


class Provider(asyncio.Protocol):
    """One connection: each request is answered as soon as it is whole."""

    numbers = count(1)

    def __init__(self) -> None:
        self.received = b""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports write like asyncio's without being of their class.
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self.received += data
        while True:
            head, mark, rest = self.received.partition(_HEAD_END)
            size = content_length(head)
            if not mark or len(rest) < size:
                return
            body, self.received = rest[:size], rest[size:]
            answer = orjson.dumps(_NONE if head.startswith(b"GET") else intent(body, next(self.numbers)))
            assert self.transport is not None
            self.transport.write(_OK % (len(answer), answer))


def intent(form: bytes, number: int) -> dict[str, object]:
    """The intent that a form asks for, paid."""
    given = {name: values[0] for name, values in parse_qs(form.decode()).items()}
    metadata = {
        name.removeprefix("metadata[").removesuffix("]"): value
        for name, value in given.items()
        if name.startswith("metadata[")
    }
    amount = int(given.get("amount", 0))
    return {
        "id": f"pi_{number}",
        "object": "payment_intent",
        "status": "succeeded",
        "amount": amount,
        "amount_received": amount,
        "currency": given.get("currency", "usd"),
        "metadata": metadata,
        "created": _CREATED,
        "client_secret": f"pi_{number}_secret_{number}",
        "latest_charge": None,
        "last_payment_error": None,
    }


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Provider, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.readline)
    server.close()


if __name__ == "__main__":
    uvloop.run(serve())
