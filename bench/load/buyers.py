"""Buyers that never pause, in one process: each fills a cart, checks out and pays, again and again.

Called with a number of clients, seconds, lines of an order, a file with ids of variants, and URLs of web processes.
Prints `RESULT` and one line of JSON.
"""

import asyncio
import random
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import orjson
import uvloop

from bench.load.sockets import content_length
from bench.statistics import percentile

_HEAD_END = b"\r\n\r\n"
_ERRORS = "userErrors { code message }"
_CHECKOUT = f"checkout {{ id status order {{ number }} }} {_ERRORS}"
_ADDRESS = {
    "recipient": "Ann Lee",
    "line1": "1 Main Street",
    "city": "New York",
    "postalCode": "10001",
    "country": "US",
}
_CARD = "pm_card_visa"
_PAUSE_SECONDS = 0.05


class Connection:
    """One buyer's connection to a web process. `costs` adds up what its operations have cost there; `repeats` counts
    those that were told to come again, and did."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.address = "10.0.0.1"
        self.costs = {"roundTrips": 0, "sql": 0, "cache": 0}
        self.repeats = 0

    # Inputs and payloads are any JSON, hence Any.
    async def mutate(self, name: str, selection: str, given: Mapping[str, Any]) -> Any:
        """The payload; raises RuntimeError where anything was refused."""
        capital = name[0].upper() + name[1:]
        document = f"mutation($input: {capital}Input!) {{ {name}(input: $input) {{ {selection} }} }}"
        body = orjson.dumps({"query": document, "variables": {"input": given}})
        while _is_unavailable(answer := orjson.loads(await self._post(body))):
            self.repeats += 1
            await asyncio.sleep(_PAUSE_SECONDS)
        if "errors" in answer or answer["data"][name]["userErrors"]:
            raise RuntimeError(str(answer)[:500])
        for part in self.costs:
            self.costs[part] += answer.get("extensions", {}).get("profile", {}).get(part, 0)
        return answer["data"][name]

    async def _post(self, body: bytes) -> bytes:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"POST {self._path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
        forwarded = f"X-Forwarded-For: {self.address}\r\n"
        writer.write(f"{head}{forwarded}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        answered = await reader.readuntil(_HEAD_END)
        return await reader.readexactly(content_length(answered))


def _is_unavailable(answer: Any) -> bool:
    """Whether nothing has happened, or nobody knows, and the same may be sent again with its key."""
    return any(error["extensions"]["code"] == "UNAVAILABLE" for error in answer.get("errors", ()))


async def buy(connection: Connection, variants: Sequence[str]) -> tuple[float, float]:
    """Seconds from the cart to the placed order, and those of the completion alone. Each buyer comes from somewhere
    else, as far as the web process knows: it slows an address that begins many carts."""
    connection.address = f"10.{'.'.join(str(random.randrange(256)) for _ in range(3))}"
    lines = [{"variant": variant, "quantity": 1} for variant in variants]
    added = await connection.mutate("addCartLines", f"cart {{ id }} {_ERRORS}", {"lines": lines})
    begun = time.perf_counter()
    given = {
        "cart": added["cart"]["id"],
        "email": "ann@example.com",
        "shippingAddress": _ADDRESS,
        "idempotencyKey": uuid4().hex,
    }
    checkout = (await connection.mutate("createCheckout", _CHECKOUT, given))["checkout"]["id"]
    ready = time.perf_counter()
    tenders = [{"method": "CARD", "card": _CARD}]
    given = {"checkout": checkout, "tenders": tenders, "idempotencyKey": uuid4().hex}
    completed = (await connection.mutate("completeCheckout", _CHECKOUT, given))["checkout"]
    if completed["status"] != "SUCCEEDED":
        raise RuntimeError(str(completed))
    done = time.perf_counter()
    return done - begun, done - ready


async def run(
    urls: Sequence[str], variants: Sequence[str], *, clients: int, seconds: float, lines: int
) -> dict[str, object]:
    """One window; what `bench.cases.checkout` reads."""
    begun = time.perf_counter()
    connections = [Connection(urls[number % len(urls)]) for number in range(clients)]

    async def shop(connection: Connection) -> list[tuple[float, float]]:
        source = random.Random()
        taken = [await buy(connection, source.sample(variants, lines))]
        while time.perf_counter() - begun < seconds:
            taken.append(await buy(connection, source.sample(variants, lines)))
        return taken

    taken = [times for one in await asyncio.gather(*map(shop, connections)) for times in one]
    elapsed = time.perf_counter() - begun
    whole, completion = ([times[part] * 1000 for times in taken] for part in (0, 1))
    costs = {part: sum(one.costs[part] for one in connections) / len(taken) for part in connections[0].costs}
    return {
        "orders": len(taken),
        "seconds": elapsed,
        "p50_ms": percentile(whole, 50),
        "p99_ms": percentile(whole, 99),
        "completion_p99_ms": percentile(completion, 99),
        "round_trips": costs["roundTrips"],
        "statements": costs["sql"],
        "repeats": sum(one.repeats for one in connections),
    }


def main() -> None:
    clients, seconds, lines, file, *urls = sys.argv[1:]
    variants = Path(file).read_text().split()
    figures = uvloop.run(run(urls, variants, clients=int(clients), seconds=float(seconds), lines=int(lines)))
    sys.stdout.write(f"RESULT {orjson.dumps(figures).decode()}\n")


if __name__ == "__main__":
    main()
