"""What the relay makes of events: once, in order, by one worker, and around those that cannot be handled."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from core.settings import Settings
from models.feed import FeedFailure
from models.outbox import OutboxEvent
from ports.cache import Cache
from services.catalog.commands import set_status
from services.catalog.events import CategoryChanged, ProductChanged
from services.imports.commands import save_products
from services.search.records import list_after_product
from services.unit_of_work import Database
from tests.factories.catalog import product_draft
from tests.factories.resources import make_resources
from tests.factories.worker import find, ids, save_shop
from tests.workers.scene import SwitchedIndex, eventually, priced, reprice, waiting, working
from workers.leadership import RELAY_LOCK, try_to_lead
from workers.main import drain


async def test_drain_indexes_all_and_leaves_nothing_waiting(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    products = await save_shop(database, products=25)

    await drain(make_resources(Settings(data_dir=tmp_path), database, cache, switched))

    assert set(ids(await find(switched, "kettle"))) == set(products)
    assert await waiting(database) == 0


async def test_many_events_of_one_product_are_one_write(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
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
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    products = await save_shop(database, products=3)
    await drain(resources)
    async with database.unit() as unit:
        await set_status(unit, products[0], "archived")

    await drain(resources)

    assert set(ids(await find(switched, "kettle"))) == set(products[1:])


async def test_event_that_cannot_be_handled_is_skipped_and_listed(
    database: Database, switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
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
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    await save_shop(database, products=5)
    async with database.unit() as unit:
        radio = product_draft("R", title="Radio", category_path=("Electronics", "Radios"))
        await save_products(unit, [radio])
    await drain(resources)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE category SET name = 'Household' WHERE name = 'Home'"))
        home = (await unit.session.execute(sa.text("SELECT id FROM category WHERE name = 'Household'"))).scalar_one()
        unit.publish(CategoryChanged(home))

    await drain(resources)

    async with database.read() as session:
        roots = {listing.category_names[0] for listing in await list_after_product(session, None, limit=10)}
        left = (await session.execute(sa.text("SELECT count(*) FROM category_fan_out"))).scalar_one()
    assert roots == {"Household", "Electronics"}
    assert left == 0


async def test_whoever_follows_the_worker_waits_for_changed_categories(
    database: Database, open_database: Callable[[], Database], switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    await save_shop(database, products=1)
    await drain(resources)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("INSERT INTO category_fan_out (category_id) SELECT id FROM category"))
    heard: list[int] = []

    async with try_to_lead(open_database()) as leadership:
        following = asyncio.create_task(drain(resources, progress=heard.append))
        await eventually(lambda: _said(bool(heard) or following.done()))
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)

    assert leadership is not None
    assert heard
    assert heard[0] > 0
    assert following.cancelled()


async def _said(what: bool) -> bool:
    return what


async def test_only_one_worker_leads_and_the_other_takes_over(
    database: Database, open_database: Callable[[], Database], switched: SwitchedIndex, cache: Cache, tmp_path: Path
) -> None:
    first = make_resources(Settings(data_dir=tmp_path), database, cache, switched)
    second = make_resources(Settings(data_dir=tmp_path), open_database(), cache, switched)
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
