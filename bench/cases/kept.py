"""Kept answers: a page of a list that is answered from memory, from Redis, and by execution, beside a constant one."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import httpx
import orjson
import sqlalchemy as sa

from bench.cases.checkout import process_environment
from bench.cases.constant import ANSWER
from bench.dataset import Say
from bench.load import generate
from bench.processes import Server, running
from bench.store import empty_store, fill
from bootstrap.resources import open_resources
from core.settings import Settings
from workers.main import drain

CLIENTS = 16
PRODUCTS = 240
_SIZE = 24
CONSTANT, MEMORY, SHARED, EXECUTED = "constant answer", "kept in the process", "kept in Redis", "executed"
# More operations than the process keeps, so that each is driven out before it is asked for again.
_MANY, _FEW = 8, 4
_DOCUMENT = """
    query Page($first: Int) {
        products(first: $first) {
            edges { node { id slug title priceRange { min { amountMinor currency } } availability { inStock } } }
        }
    }
"""


class Pace(NamedTuple):
    """One way to answer, by round: answers a second, and milliseconds of its processor for each."""

    name: str
    rates: Sequence[float]
    cpu_ms: Sequence[float]


async def measure_kept(folder: Path, say: Say, *, seconds: float, rounds: int) -> Sequence[Pace]:
    """Windows of `seconds` that take turns; raises AssertionError if the ways answer differently."""
    async with empty_store(folder) as (settings, database), AsyncExitStack() as stack:
        await fill(database, {f"sku-{number}": 100 for number in range(PRODUCTS)})
        async with open_resources(settings, application="bench") as resources:
            await drain(resources)
        async with database.read() as session:
            assert (await session.execute(sa.text("SELECT count(*) FROM listing"))).scalar_one() == PRODUCTS
        ways = await _start(stack, folder, settings)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for turn in range(rounds + 1):
            for name, (server, bodies) in ways.items():
                if name == SHARED:
                    await _share(ways[MEMORY][0], bodies)
                before = server.cpu_seconds()
                load = await generate(server.url("/graphql"), bodies, clients=CLIENTS, seconds=seconds if turn else 1.0)
                assert not load.failures, f"{load.failures} requests failed"
                if turn:  # the first turn warms up
                    cost = 1000 * (server.cpu_seconds() - before) / load.requests
                    found[name].append((load.requests_per_second, cost))
                    say(f"{name}: {load.requests_per_second:,.0f}/s, {cost:.2f} CPU ms")
    return [Pace(name, [rate for rate, _ in one], [cost for _, cost in one]) for name, one in found.items()]


async def _start(stack: AsyncExitStack, folder: Path, settings: Settings) -> Mapping[str, tuple[Server, list[bytes]]]:
    async def start(name: str, kept: int) -> Server:
        environment = process_environment(settings) | {
            "EMPORIUM_WEB__KEPT_ANSWERS": str(kept),
            # As in production, where no answer says what it has cost.
            "EMPORIUM_MODE": "production",
            "EMPORIUM_LIMITS__RATES": "false",
            "EMPORIUM_LIMITS__OPERATIONS_AT_ONCE": "0",
            "EMPORIUM_ALLOW_EMBEDDED": "true",
            "EMPORIUM_AUTH__SECRET": "a-secret-for-measuring-of-32-characters",
            "STRIPE_WEBHOOK_SECRET": "whsec_measuring",
            "STRIPE_API_URL": "https://127.0.0.1:1",
        }
        return await stack.enter_async_context(
            running("app:create_app", environment=environment, log=folder / f"{name}.log")
        )

    many = [_body(_SIZE + number) for number in range(_MANY)]
    ways = {
        EXECUTED: (await start("executed", 0), many[:1]),
        SHARED: (await start("shared", _FEW), many),
        MEMORY: (await start("memory", 100), many[:1]),
    }
    answers = [await _answer(server, many[0]) for server, _bodies in ways.values()]
    assert all(answer == answers[0] for answer in answers), "all ways answer alike"
    file = folder / "answer.json"
    file.write_bytes(answers[0])
    environment = process_environment(settings) | {ANSWER: str(file)}
    server = await stack.enter_async_context(
        running("bench.cases.constant:create_app", environment=environment, log=folder / "constant.log")
    )
    return {CONSTANT: (server, many[:1]), **ways}


async def _share(server: Server, bodies: Sequence[bytes]) -> None:
    """Have a process with room for all put these answers into Redis, as it does when they are asked for again."""
    for _ in range(4):
        for body in bodies:
            await _answer(server, body)
        await asyncio.sleep(0.2)


def _body(first: int) -> bytes:
    return orjson.dumps({"query": _DOCUMENT, "variables": {"first": first}})


async def _answer(server: Server, body: bytes) -> bytes:
    async with httpx.AsyncClient() as client:
        response = await client.post(server.url("/graphql"), content=body, headers={"content-type": "application/json"})
    assert len(response.json()["data"]["products"]["edges"]) >= _SIZE, response.text[:500]
    return response.content
