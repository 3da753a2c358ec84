"""Rebuilding an index: complete, resumable, and without losing what changes meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from adapters.search.tantivy import TantivyIndex
from bootstrap.cache import open_cache
from core.settings import Settings
from models.search import IndexState
from ports.cache import Cache
from ports.search import Filter, IndexedDocument, SearchIndex
from services.catalog.commands import set_price, set_status
from services.search.reindex import find_request, recount_terms, request_rebuild
from services.unit_of_work import Database
from tests.factories.resources import make_resources
from tests.factories.worker import find, ids, offer_of, save_shop
from workers.main import drain, run_worker
from workers.parts import Worker, index_consumer
from workers.reindexing import project_everything, rebuild_index


class Interrupted(Exception):
    """Somebody pulled the plug."""


class Meddled(TantivyIndex):
    """An engine that lets something happen after each batch that a rebuild has filled in."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.filled = 0
        self.fails_after: int | None = None

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None:
        await super().rebuild(self._meddled(batches), generation=generation)

    async def _meddled(
        self, batches: AsyncIterator[Sequence[IndexedDocument]]
    ) -> AsyncIterator[Sequence[IndexedDocument]]:
        async for batch in batches:
            if self.fails_after == 0:
                raise Interrupted
            if self.fails_after is not None:
                self.fails_after -= 1
            self.filled += len(batch)
            yield batch


class Older(TantivyIndex):
    """An engine whose index is of an older release until it is rebuilt."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.rebuilds = 0

    async def is_outdated(self) -> bool:
        return not self.rebuilds

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None:
        await super().rebuild(batches, generation=generation)
        self.rebuilds += 1


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    opened = open_cache(redis_url)
    yield opened
    await opened.close()


@pytest.fixture
async def meddled(tmp_path: Path) -> AsyncIterator[Meddled]:
    index = Meddled(tmp_path / "search")
    yield index
    await index.close()


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.search.reindex._BATCH", 10)


async def kettles(index: SearchIndex) -> set[UUID]:
    return set(ids(await find(index, "kettle")))


async def test_fills_a_new_index_from_listings(
    database: Database, index: SearchIndex, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, index)
    products = await save_shop(database, products=25)
    await drain(resources)
    shown: list[tuple[int, int]] = []

    count = await rebuild_index(resources, progress=lambda done, total: shown.append((done, total)))

    assert count == 25
    assert await kettles(index) == set(products)
    assert shown == [(10, 25), (20, 25), (25, 25)]
    assert await find_request(database, name=index_consumer(resources.settings)) is None


async def test_goes_on_where_it_was_interrupted(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, meddled)
    products = await save_shop(database, products=45)
    await drain(resources)
    meddled.fails_after = 2
    with pytest.raises(Interrupted):
        await rebuild_index(resources)
    before, meddled.fails_after = meddled.filled, None

    await rebuild_index(resources)

    assert before == 20
    assert meddled.filled == 45
    assert await kettles(meddled) == set(products)


async def test_changes_of_the_meantime_are_in_the_new_index(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, meddled)
    products = await save_shop(database, products=30)
    await drain(resources)
    meddled.fails_after = 2
    with pytest.raises(Interrupted):
        await rebuild_index(resources)
    # Both are among those that the interrupted rebuild has filled in already.
    offer_id = await offer_of(database, products[0])
    async with database.unit() as unit:
        await set_price(unit, offer_id=offer_id, price_minor=4_321)
        await set_status(unit, products[1], "archived")
    await drain(resources)
    meddled.fails_after = None

    await rebuild_index(resources)

    assert ids(await find(meddled, chosen=Filter(price_minimum=4_321, price_maximum=4_321))) == [products[0]]
    assert await kettles(meddled) == set(products) - {products[1]}


async def test_running_worker_does_what_is_asked_of_it(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, meddled)
    products = await save_shop(database, products=25)
    await drain(resources)
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(resources, stop))
    await asyncio.sleep(0.3)

    count = await rebuild_index(resources)
    stop.set()
    await worker

    assert count == 25
    assert meddled.filled == 25
    assert await kettles(meddled) == set(products)


async def test_worker_finishes_an_interrupted_rebuild(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, meddled)
    await save_shop(database, products=25)
    await drain(resources)
    name = index_consumer(resources.settings)
    await request_rebuild(database, name=name, generation="asked")
    meddled.fails_after = 1
    with pytest.raises(Interrupted):
        await Worker(resources).rebuilder.step()
    meddled.fails_after = None

    await Worker(resources).rebuilder.step()

    assert meddled.filled == 25
    assert await find_request(database, name=name) is None


async def test_index_that_was_lost_is_filled_again(database: Database, cache: Cache, tmp_path: Path) -> None:
    products = await save_shop(database, products=12)
    first, second = TantivyIndex(tmp_path / "first"), TantivyIndex(tmp_path / "second")
    await drain(make_resources(Settings(data_dir=tmp_path), database, cache, first))

    await Worker(make_resources(Settings(data_dir=tmp_path), database, cache, second)).rebuilder.step()

    found = await kettles(second)
    await first.close()
    await second.close()
    assert found == set(products)


async def test_full_projects_what_changed_without_an_event(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, meddled)
    products = await save_shop(database, products=3)
    await drain(resources)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE product SET title = 'Copper teapot'"))

    await project_everything(resources)
    await rebuild_index(resources)

    assert set(ids(await find(meddled, "teapot"))) == set(products)


async def test_recounting_repairs_the_vocabulary(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    await save_shop(database, products=3)
    await drain(make_resources(Settings(data_dir=tmp_path), database, cache, meddled))
    async with database.read() as session:
        right = (await session.execute(sa.text("SELECT term, documents FROM search_term ORDER BY term"))).all()
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE search_term SET documents = 99 WHERE term = 'kettle'"))
        await unit.session.execute(sa.text("DELETE FROM search_term WHERE term = 'steel'"))
        await unit.session.execute(sa.text("INSERT INTO search_term VALUES ('ghost', 4), ('o''dd', 0)"))

    await recount_terms(database)

    async with database.read() as session:
        assert (await session.execute(sa.text("SELECT term, documents FROM search_term ORDER BY term"))).all() == right


async def test_worker_rebuilds_an_index_of_an_older_release_once(
    database: Database, cache: Cache, tmp_path: Path
) -> None:
    products = await save_shop(database, products=12)
    index = Older(tmp_path / "index")
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, index)
    await drain(resources)

    rebuilder = Worker(resources).rebuilder
    for _ in range(3):
        await rebuilder.step()

    assert (index.rebuilds, await kettles(index)) == (1, set(products))
    await index.close()


async def test_rebuild_begun_by_an_older_release_starts_afresh(
    database: Database, meddled: Meddled, cache: Cache, tmp_path: Path
) -> None:
    resources = make_resources(Settings(data_dir=tmp_path), database, cache, meddled)
    products = await save_shop(database, products=12)
    await drain(resources)
    name = index_consumer(resources.settings)
    last = max(products)
    async with database.unit() as unit:
        # What it leaves: all products done, and no layout.
        await unit.session.execute(
            sa.insert(IndexState).values(name=name, generation="begun", last_product_id=last, started_version=10**6)
        )

    await Worker(resources).rebuilder.step()

    assert meddled.filled == 12
    assert await kettles(meddled) == set(products)
