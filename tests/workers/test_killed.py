"""A real worker process is killed again and again in the middle of changes; what it leaves is put right by the next."""

import asyncio
import json
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from adapters.search.opensearch import OpenSearchIndex
from bootstrap.cache import open_cache
from bootstrap.search import open_search_index
from core.search_settings import SearchSettings
from core.settings import Settings
from ports.search import Filter, SearchIndex, SearchRequest
from services.catalog.commands import set_price, set_status
from services.inventory.commands import set_level
from services.search.facts import read_facts
from services.search.records import list_after_product
from services.unit_of_work import Database
from tests.factories.resources import make_resources
from tests.factories.worker import offer_of, save_shop
from workers.main import drain

PRODUCTS = 40
CHANGES = 200
KILLS = 4


class Seen(NamedTuple):
    """What a shopper would see of a product in a list."""

    price_minor: int | None
    in_stock: bool


@pytest.fixture(params=["tantivy", "opensearch"])
def settings(request: pytest.FixtureRequest, database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    opensearch = None
    if request.param == "opensearch":
        opensearch = SecretStr(request.getfixturevalue("opensearch_url"))
    return Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        opensearch_url=opensearch,
        search=SearchSettings(index_name=f"killed-{tmp_path.name.lower().replace('_', '-')[-40:]}", timeout_seconds=20),
    )


@pytest.fixture
async def index(settings: Settings) -> AsyncIterator[SearchIndex]:
    """The index as another process reads it; the worker's process alone writes until the end."""
    opened = open_search_index(settings)
    yield opened
    await opened.close()


def start_worker(settings: Settings) -> subprocess.Popen[bytes]:
    environment = dict(os.environ) | {
        "DATABASE_URL": _secret(settings.database_url),
        "REDIS_URL": _secret(settings.redis_url),
        "EMPORIUM_DATA_DIR": str(settings.data_dir),
        "EMPORIUM_SEARCH": json.dumps(settings.search.model_dump()),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    environment.pop("OPENSEARCH_URL", None)
    if settings.opensearch_url is not None:
        environment["OPENSEARCH_URL"] = _secret(settings.opensearch_url)
    command = [sys.executable, "-c", "from cli.worker import worker; worker()"]
    with (settings.data_dir / "worker.log").open("ab") as log:
        return subprocess.Popen(command, env=environment, stderr=log, stdout=log)


def _secret(value: SecretStr | None) -> str:
    assert value is not None
    return value.get_secret_value()


async def change(database: Database, source: random.Random, products: list[UUID]) -> None:
    """One change of some product: its price, its stock or whether it is sold at all."""
    product_id = source.choice(products)
    kind = source.randrange(3)
    offer_id = await offer_of(database, product_id)
    async with database.unit() as unit:
        if kind == 0:
            await set_price(unit, offer_id=offer_id, price_minor=source.randrange(1, 100_000))
        elif kind == 1:
            statement = sa.text(
                "SELECT v.id, w.id FROM variant v, warehouse w WHERE product_id = :id AND code = 'EAST'"
            )
            variant_id, warehouse_id = (await unit.session.execute(statement, {"id": product_id})).one()
            on_hand = source.randrange(2)
            await set_level(unit, variant_id=variant_id, warehouse_id=warehouse_id, on_hand=on_hand)
        else:
            await set_status(unit, product_id, source.choice(["active", "archived"]))


async def in_base_tables(database: Database, products: list[UUID]) -> Mapping[UUID, Seen]:
    async with database.read() as session:
        facts = await read_facts(session, products, version=0, currency="USD")
    return {one.product_id: Seen(one.price_minor, one.in_stock) for one in facts}


async def in_listing(database: Database) -> Mapping[UUID, Seen]:
    async with database.read() as session:
        listings = await list_after_product(session, None, limit=1000)
    return {one.product_id: Seen(one.price_minor, one.in_stock) for one in listings}


async def in_index(index: SearchIndex, shown: Mapping[UUID, Seen]) -> Mapping[UUID, Seen]:
    """What the index has: which products, and those of each price and availability that `shown` has."""
    found: dict[UUID, Seen] = {}
    everything = await index.search(SearchRequest(text=None, filter=Filter(), limit=1000))
    for price, in_stock in {*shown.values()}:
        chosen = Filter(price_minimum=price, price_maximum=price, in_stock=in_stock)
        for hit in (await index.search(SearchRequest(text=None, filter=chosen, limit=1000))).hits:
            found[hit.id] = Seen(price, in_stock)
    assert {hit.id for hit in everything.hits} == found.keys()
    return found


async def _keep_changing(
    database: Database, source: random.Random, products: list[UUID], killed: asyncio.Event
) -> None:
    """At least 200 changes, and no end before the last worker is killed."""
    done = 0
    while done < CHANGES or not killed.is_set():
        await change(database, source, products)
        done += 1
        await asyncio.sleep(source.random() * 0.03)


async def _until_it_relays(database: Database, worker: subprocess.Popen[bytes]) -> None:
    """Return when the worker is in the midst of things: it has relayed something since this was called."""
    before = await _relayed(database)
    while await _relayed(database) == before:
        assert worker.poll() is None, "the worker's own log says why it ended"
        await asyncio.sleep(0.02)


async def _relayed(database: Database) -> int:
    async with database.read() as session:
        statement = sa.text("SELECT count(*) FROM outbox_event WHERE relayed_at IS NOT NULL")
        return int((await session.execute(statement)).scalar_one())


async def test_killed_worker_leaves_everything_right(
    database: Database, settings: Settings, index: SearchIndex
) -> None:
    source = random.Random(5)
    products = await save_shop(database, products=PRODUCTS)
    killed = asyncio.Event()
    changing = asyncio.create_task(_keep_changing(database, source, products, killed))
    try:
        for _ in range(KILLS):
            worker = start_worker(settings)
            try:
                await _until_it_relays(database, worker)
                await asyncio.sleep(source.random() * 0.2)
            finally:
                worker.kill()
                worker.wait()
    finally:
        killed.set()
        await changing

    cache = open_cache(_secret(settings.redis_url))
    await drain(make_resources(settings, database, cache, index))
    await cache.close()

    shown = await in_base_tables(database, products)
    assert 0 < len(shown) < PRODUCTS
    assert await in_listing(database) == shown
    assert await in_index(index, shown) == shown
    if isinstance(index, OpenSearchIndex):
        await index._client.indices.delete(index=f"{settings.search.index_name}-*", params={"expand_wildcards": "all"})


async def test_worker_stops_by_itself_when_it_is_told_to(database: Database, settings: Settings) -> None:
    await save_shop(database, products=5)
    worker = start_worker(settings)
    try:
        while True:
            async with database.read() as session:
                waiting = "SELECT count(*) FROM outbox_event WHERE relayed_at IS NULL"
                if not (await session.execute(sa.text(waiting))).scalar_one():
                    break
            assert worker.poll() is None
            await asyncio.sleep(0.05)

        worker.terminate()

        assert await asyncio.to_thread(worker.wait, 20.0) == 0
    finally:
        worker.kill()
        worker.wait()
