"""What is sold out leaves search, and what has come in is back, each within five seconds, by a real worker process."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from adapters.search.tantivy import TantivyIndex
from models.catalog import Variant
from services.inventory.movements import Adjustment, AdjustmentReason, Mover, ReceiptDraft, Units, adjust, receive
from services.outbox import count_waiting
from tests.factories.stock import claim, reserve_all
from tests.fixtures.processes import running_worker
from tests.fixtures.shop import Shop

BOUND_SECONDS = 5.0
SKUS = ("T-001S", "T-001L")
PAGE = """
{ search(query: "meadow tents 001", filter: {inStock: true}) { edges { node { slug } } }
  product(slug: "meadow-tents-001") { availability { inStock status } } }
"""
SHOWN, GONE = (True, "IN_STOCK"), (False, "OUT_OF_STOCK")


@pytest.fixture
async def worker(own_shop: Shop, redis_url: str, tmp_path: Path) -> AsyncIterator[None]:
    """A worker process on the shop's servers and index."""
    # From here on this process only reads the index: one process writes it.
    await own_shop.resources.index.close()
    reader = TantivyIndex(tmp_path / "search")
    own_shop.resources = replace(own_shop.resources, index=reader)
    own_shop.search_anew()
    async with running_worker(database_url=own_shop.database_url, redis_url=redis_url, folder=tmp_path):
        yield
    await reader.close()


async def seen(shop: Shop) -> tuple[bool, str]:
    """Whether search for what is in stock finds the product, and what its page says."""
    answer: Any = await shop.run(PAGE)
    assert answer.errors == []
    found = [edge["node"]["slug"] for edge in answer.data["search"]["edges"]]
    return "meadow-tents-001" in found, answer.data["product"]["availability"]["status"]


async def seconds_until(shop: Shop, wanted: tuple[bool, str], *, patience: float = BOUND_SECONDS) -> float:
    """How long it takes until the product is seen as `wanted`."""
    begun = time.monotonic()
    while (now := await seen(shop)) != wanted:
        assert time.monotonic() - begun < patience, f"{now} after {patience} s, not {wanted}"
        await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def relayed(shop: Shop) -> None:
    """Return when no event waits."""
    async with asyncio.timeout(60), shop.resources.database.read() as session:
        while await count_waiting(session):  # noqa: ASYNC110 - nobody tells of it
            await asyncio.sleep(0.05)


async def receive_units(shop: Shop, reference: str, quantity: int) -> None:
    draft = ReceiptDraft("acme", reference, "WEST", [Units(sku, quantity) for sku in SKUS])
    async with shop.resources.database.unit() as unit:
        await receive(unit, draft, by=Mover("tester"))


@pytest.mark.usefixtures("worker")
async def test_adjusted_away_it_leaves_search_and_received_it_is_back(own_shop: Shop) -> None:
    await receive_units(own_shop, "R-0", 1)
    # The worker has started when it has relayed that; its start is not what is bounded here.
    await relayed(own_shop)

    for warehouse in ("EAST", "WEST"):
        async with own_shop.resources.database.unit() as unit:
            lines = [Adjustment(sku, count=0) for sku in SKUS]
            await adjust(
                unit,
                warehouse=warehouse,
                reason=AdjustmentReason.LOST,
                lines=lines,
                by=Mover("tester"),
                low_stock_units=5,
            )
    gone = await seconds_until(own_shop, GONE)
    await receive_units(own_shop, "R-1", 10)
    back = await seconds_until(own_shop, SHOWN)

    assert max(gone, back) < BOUND_SECONDS


@pytest.mark.usefixtures("worker")
async def test_reserved_to_the_last_unit_it_leaves_search(own_shop: Shop) -> None:
    database = own_shop.resources.database
    async with database.read() as session:
        variants = (await session.scalars(sa.select(Variant.id).where(Variant.sku.in_(SKUS)))).all()

    await reserve_all(database, *(claim((variant_id, 4)) for variant_id in variants))
    # From a standing start: the worker may still be starting.
    await seconds_until(own_shop, GONE, patience=60)
    await receive_units(own_shop, "R-1", 10)
    back = await seconds_until(own_shop, SHOWN)

    assert back < BOUND_SECONDS
