"""Reserving through real web processes: many clients on one variant, and processes that are killed in the middle."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import httpx
import pytest
import sqlalchemy as sa

from bench.processes import Server, running
from bootstrap.database import make_database
from bootstrap.embedded import EmbeddedServers
from bootstrap.migrations import migrate
from core.clock import utc_now
from core.ids import encode_global_id
from core.production import DEVELOPMENT_SECRET
from core.settings import DatabaseSettings
from services.accounts.tokens import Role, issue_token
from services.inventory.reservations import Granted
from services.unit_of_work import Database
from tests.architecture.source import ROOT
from tests.factories.stock import (
    Units,
    broken_rules,
    claim,
    make_due,
    published,
    reserve_all,
    save_place,
    save_stock,
    units_of,
)
from tests.fixtures.embedded import servers_in
from tests.workers.scene import eventually

CLIENTS = 64
POSTGRES: Sequence[Literal["postgres"]] = ("postgres",)
RESERVE = """
mutation($input: ReserveStockInput!) {
  reserveStock(input: $input) { reservation { id } userErrors { code } }
}
"""
TOKEN = issue_token(
    secret=DEVELOPMENT_SECRET, role=Role.OPERATOR, subject="ann", lifetime=timedelta(hours=1), now=utc_now()
)


class Answered:
    """The reservations of clients that have their answers; `enough` is set when there are 40."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.enough = asyncio.Event()

    def add(self, reservation_id: str) -> None:
        self.ids.append(reservation_id)
        if len(self.ids) == 40:
            self.enough.set()


class Unanswered(Exception):
    """A GraphQL error instead of data; its code."""


class Store(NamedTuple):
    """A database with one variant, and the environment of web processes on it."""

    database: Database
    environment: Mapping[str, str]
    folder: Path
    variant: str

    def web(self, name: str) -> Any:
        """A web process until the block ends."""
        return running("app:create_app", environment=self.environment, log=self.folder / f"{name}.log")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()


@asynccontextmanager
async def opened_store(
    database: Database, address: str, redis_url: str, folder: Path, units: int
) -> AsyncIterator[Store]:
    (variant,), _ = await save_stock(database, {"EAST": units // 2, "WEST": units - units // 2})
    await save_place(database, "10001", ["EAST", "WEST"])
    own = {key: value for key, value in os.environ.items() if not key.startswith("EMPORIUM_")}
    environment = own | {
        "DATABASE_URL": address,
        "REDIS_URL": redis_url,
        "EMPORIUM_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
    }
    yield Store(database, environment, folder, encode_global_id("Variant", variant))


async def reserve(client: httpx.AsyncClient, server: Server, variant: str, key: str) -> Any:
    """The payload of one attempt, JSON, hence Any; raises httpx.HTTPError or Unanswered."""
    given = {"lines": [{"variant": variant, "quantity": 1}], "postalCode": "10001", "idempotencyKey": key}
    response = await client.post(
        server.url("/graphql"),
        json={"query": RESERVE, "variables": {"input": given}},
        headers={"authorization": f"Bearer {TOKEN}"},
    )
    answer = response.json()
    if "errors" in answer:
        raise Unanswered(answer["errors"][0]["extensions"]["code"])
    return answer["data"]["reserveStock"]


def client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=CLIENTS))


async def persist(http: httpx.AsyncClient, servers: list[Server], variant: str, key: str, done: Answered) -> None:
    """Try again, at any of the servers, until there is an answer; give up after a minute."""
    source = random.Random(key)
    async with asyncio.timeout(60):
        while True:
            try:
                payload = await reserve(http, source.choice(servers), variant, key)
            except (httpx.HTTPError, Unanswered) as error:
                if isinstance(error, Unanswered) and error.args != ("UNAVAILABLE",):
                    raise
                await asyncio.sleep(0.02)
            else:
                assert payload["userErrors"] == []
                done.add(payload["reservation"]["id"])
                return


async def holds(database: Database) -> tuple[int, int]:
    """Reservations, and idempotency keys."""
    statement = "SELECT (SELECT count(*) FROM reservation), (SELECT count(*) FROM idempotency_key)"
    async with database.read() as session:
        reservations, keys = (await session.execute(sa.text(statement))).one()
    return reservations, keys


async def test_of_a_thousand_units_two_web_processes_reserve_a_thousand(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with (
        opened_store(database, database_url, redis_url, tmp_path, 1000) as store,
        store.web("a") as a,
        store.web("b") as b,
        client() as http,
    ):

        async def shop(number: int) -> tuple[int, list[str]]:
            held = 0
            while True:
                payload = await reserve(http, (a, b)[number % 2], store.variant, f"{number}-{held}")
                if payload["reservation"] is None:
                    return held, [error["code"] for error in payload["userErrors"]]
                held += 1

        outcomes = await asyncio.gather(*map(shop, range(CLIENTS)))

        assert sum(held for held, _ in outcomes) == 1000
        assert all(codes == ["OUT_OF_STOCK"] for _, codes in outcomes)
        assert await holds(database) == (1000, 1000)
        assert "deadlock" not in store.log("a") + store.log("b")
    assert await broken_rules(database) == []


async def test_a_web_process_killed_in_the_middle_loses_and_doubles_no_reservation(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with (
        opened_store(database, database_url, redis_url, tmp_path, 500) as store,
        client() as http,
        AsyncExitStack() as stack,
    ):
        servers = [await stack.enter_async_context(store.web(name)) for name in ("a", "b")]
        done = Answered()
        waiting = [
            asyncio.create_task(persist(http, servers, store.variant, f"key-{number}", done)) for number in range(200)
        ]
        await done.enough.wait()
        servers[0].process.kill()
        await asyncio.gather(*waiting)

        assert len({*done.ids}) == 200
        assert await holds(database) == (200, 200)
    assert sum(level.reserved for level in (await units_of(database, await _variant(database))).values()) == 200
    assert await broken_rules(database) == []


@pytest.fixture
async def private(tmp_path: Path) -> AsyncIterator[tuple[Database, str]]:
    """A Postgres of this test's own, whose commits are durable and which is started again when it dies."""
    servers = EmbeddedServers(tmp_path / "servers", fast=False)
    addresses = await asyncio.to_thread(servers.open, POSTGRES)
    assert addresses.postgres is not None
    database = make_database(addresses.postgres, DatabaseSettings(pool_size=2))
    await migrate(database)
    yield database, addresses.postgres
    await database.dispose()
    await asyncio.to_thread(servers.close, stop="always")


async def test_postgres_killed_in_the_middle_loses_and_doubles_no_reservation(
    private: tuple[Database, str], redis_url: str, tmp_path: Path
) -> None:
    database, address = private
    async with (
        opened_store(database, address, redis_url, tmp_path, 500) as store,
        store.web("a") as server,
        client() as http,
    ):
        done = Answered()
        waiting = [
            asyncio.create_task(persist(http, [server], store.variant, f"key-{number}", done)) for number in range(200)
        ]
        await done.enough.wait()
        (postgres,) = servers_in(tmp_path / "servers")
        postgres.kill()
        await asyncio.gather(*waiting)

        assert len({*done.ids}) == 200
        assert await holds(database) == (200, 200)
    assert await units_of(database, await _variant(database)) == {"EAST": Units(250, 200), "WEST": Units(250, 0)}
    assert await broken_rules(database) == []


async def test_a_worker_killed_while_it_ends_holds_leaves_the_rest_to_the_next(
    database: Database, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with opened_store(database, database_url, redis_url, tmp_path, 1000) as store:
        variant = await _variant(database)
        outcomes = await reserve_all(database, *(claim((variant, 1)) for _ in range(900)))
        await make_due(database, *(one.reservation.id for one in outcomes if isinstance(one, Granted)))
        command = [sys.executable, "-c", "from cli.worker import worker; worker()"]
        with (tmp_path / "workers.log").open("wb") as log, ExitStack() as stack:
            first, second = (stack.enter_context(_process(command, store.environment, log)) for _ in range(2))
            await eventually(lambda: _has_ended(database, 1), 60)
            first.kill()
            await eventually(lambda: _has_ended(database, 900), 60)

            assert second.poll() is None
    events = await published(database, "inventory.reservation_expired")
    assert len({event["reservation_id"] for event in events}) == len(events) == 900
    assert await units_of(database, variant) == {"EAST": Units(500, 0), "WEST": Units(500, 0)}
    assert await broken_rules(database) == []


@contextmanager
def _process(
    command: Sequence[str], environment: Mapping[str, str], log: BinaryIO
) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(command, env=dict(environment), stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def _has_ended(database: Database, least: int) -> bool:
    async with database.read() as session:
        return (
            int(await session.scalar(sa.text("SELECT count(*) FROM reservation WHERE ended_at IS NOT NULL")) or 0)
            >= least
        )


async def _variant(database: Database) -> Any:
    async with database.read() as session:
        return (await session.execute(sa.text("SELECT id FROM variant"))).scalar_one()
