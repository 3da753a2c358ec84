"""The demo's orders move on by themselves, and those of other shops do not."""

import asyncio
from datetime import timedelta

import sqlalchemy as sa
from pydantic import SecretStr

from core.settings import Mode, Settings
from core.shop_settings import DemoSettings
from models.orders import OrderStatus
from services import orders
from services.orders.playing import list_due
from services.orders.writing import add_shipments
from services.unit_of_work import Database
from tests.factories.orders import broken_histories, move, save_goods, save_order, save_placed, shipments_of
from workers.playing import move_shipments

FAST = DemoSettings(play_orders=True, step_seconds=0.001)
SLOW = DemoSettings(play_orders=True, step_seconds=60.0)


async def _status(database: Database, order: orders.OrderRecord) -> str:
    async with database.read() as session:
        found = await orders.find_order(session, order.id)
    assert found is not None
    return found.status


async def test_an_order_is_delivered_step_by_step(database: Database) -> None:
    order = await save_placed(database, await save_goods(database), shipments=2)

    statuses = []
    for _ in range(5):
        await move_shipments(database, FAST)
        statuses.append(await _status(database, order))
        await asyncio.sleep(0.002)

    assert statuses == ["processing", "shipped", "out_for_delivery", "delivered", "delivered"]
    assert all((one.tracking_number or "").startswith("DEMO") for one in await shipments_of(database, order.id))
    assert await broken_histories(database) == []


async def test_a_shipment_waits_for_its_time(database: Database) -> None:
    order = await save_placed(database, await save_goods(database))

    await move_shipments(database, SLOW)
    waiting = await _status(database, order)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE fulfillment SET updated_at = now() - interval '61 seconds'"))
    await move_shipments(database, SLOW)

    assert waiting == "placed"
    assert await _status(database, order) == "processing"


async def test_two_players_take_each_step_once(database: Database) -> None:
    order = await save_placed(database, await save_goods(database))

    await asyncio.gather(*(move_shipments(database, FAST) for _ in range(4)))

    (shipment,) = await shipments_of(database, order.id)
    assert shipment.status in ("packed", "shipped")
    assert await broken_histories(database) == []


async def test_orders_that_are_not_under_way_stay(database: Database) -> None:
    goods = await save_goods(database)
    cancelled = await save_placed(database, goods)
    await move(database, cancelled.id, OrderStatus.CANCELLED)
    unpaid = await save_order(database, goods)
    async with database.unit() as unit:
        draft = orders.FulfillmentDraft(goods.warehouse_ids[0], goods.seller_id, "Standard", "Ground", {0: 1})
        await add_shipments(unit, unpaid.id, [draft])
    placed = await save_placed(database, goods)

    await move_shipments(database, FAST)

    assert [await _status(database, one) for one in (cancelled, unpaid, placed)] == [
        "cancelled",
        "created",
        "processing",
    ]
    async with database.read() as session:
        assert len(await list_due(session, step=timedelta(), limit=10)) == 2


def test_nobody_plays_unless_it_is_asked_for() -> None:
    assert not Settings().demo.play_orders


def test_production_refuses_to_play() -> None:
    settings = Settings(mode=Mode.PRODUCTION, database_url=SecretStr("postgresql://db"), demo=FAST)

    assert any("PLAY_ORDERS" in reason for reason in settings.refusals())
