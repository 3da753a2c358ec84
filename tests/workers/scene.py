"""An engine that can fail, a worker for the length of a block, and what tests ask of both."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from adapters.search.tantivy import TantivyIndex
from bootstrap.resources import Resources
from core.problems import Unavailable
from models.outbox import OutboxEvent
from ports.search import Filter, IndexedDocument, SearchIndex
from services.catalog.commands import set_price
from services.unit_of_work import Database
from tests.factories.worker import find, ids, offer_of
from workers.main import run_worker


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


@asynccontextmanager
async def working(resources: Resources) -> AsyncIterator[None]:
    stop = asyncio.Event()
    worker = asyncio.create_task(run_worker(resources, stop))
    try:
        yield
    finally:
        stop.set()
        await worker


async def eventually(holds: Callable[[], Awaitable[bool]], seconds: float = 20.0) -> float:
    """Seconds until `holds` was true; fails after `seconds`, which are many: other tests share the machine."""
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
