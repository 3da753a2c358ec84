"""Shipments move one step at a time, each step once, and their order follows."""

import asyncio

import pytest

from core.ids import new_id
from core.problems import Rejected
from models.orders import FulfillmentStatus, OrderStatus
from services import orders
from services.orders import Moved
from services.unit_of_work import Database
from tests.factories.orders import (
    broken_histories,
    history,
    move,
    save_goods,
    save_placed,
    ship,
    shipments_of,
)
from tests.factories.payments import attempts_of, begin, by_cash

F = FulfillmentStatus


async def _move(database: Database, key: object, to: FulfillmentStatus, tracking: str | None = None) -> Moved:
    async with database.unit() as unit:
        return await orders.move_fulfillment(unit, key, to=to, actor="tester", tracking_number=tracking)  # type: ignore[arg-type]  # an id


async def test_an_order_of_two_shipments_follows_the_slower_one(database: Database) -> None:
    made = await save_placed(database, await save_goods(database), shipments=2)

    statuses = [
        (await ship(database, made.id, upto="packed")).status,
        (await ship(database, made.id, upto="delivered")).status,
        *[(await ship(database, made.id, upto=upto, number=2)).status for upto in ("packed", "shipped")],
        (await ship(database, made.id, upto="delivered", number=2)).status,
    ]

    assert statuses == ["processing", "processing", "processing", "shipped", "delivered"]
    assert [after for before, after, _ in await history(database, made.id) if before != after] == [
        "placed",
        "processing",
        "shipped",
        "out_for_delivery",
        "delivered",
    ]
    assert await broken_histories(database) == []


async def test_a_repeat_changes_nothing(database: Database) -> None:
    made = await save_placed(database, await save_goods(database))
    (shipment,) = await shipments_of(database, made.id)
    await _move(database, shipment.id, F.PACKED)
    first = await _move(database, shipment.id, F.SHIPPED, "1Z 999-AA1")

    again = await _move(database, shipment.id, F.SHIPPED, "1Z 999-AA1")
    without = await _move(database, shipment.id, F.SHIPPED)

    assert first.fulfillment.tracking_number == "1Z 999-AA1"
    assert again == without == first


async def test_many_at_once_move_it_once(database: Database) -> None:
    made = await save_placed(database, await save_goods(database))
    (shipment,) = await shipments_of(database, made.id)

    moved = await asyncio.gather(*(_move(database, shipment.id, F.PACKED) for _ in range(5)))

    assert {one.order.version for one in moved} == {3}
    assert await broken_histories(database) == []


@pytest.mark.parametrize("to", [F.SHIPPED, F.OUT_FOR_DELIVERY, F.DELIVERED, F.CANCELLED])
async def test_a_shipment_goes_its_next_step_alone(database: Database, to: FulfillmentStatus) -> None:
    made = await save_placed(database, await save_goods(database))
    (shipment,) = await shipments_of(database, made.id)

    with pytest.raises(Rejected) as refused:
        await _move(database, shipment.id, to)

    assert [(problem.code, problem.path) for problem in refused.value.problems] == [("ILLEGAL_MOVE", ("fulfillment",))]


async def test_another_tracking_number_for_what_has_left_is_refused(database: Database) -> None:
    made = await save_placed(database, await save_goods(database))
    await ship(database, made.id, upto="shipped")
    (shipment,) = await shipments_of(database, made.id)

    with pytest.raises(Rejected) as refused:
        await _move(database, shipment.id, F.SHIPPED, "other")

    assert refused.value.problems[0].code == "ILLEGAL_MOVE"


@pytest.mark.parametrize(
    ("to", "tracking"), [(F.PACKED, "1Z"), (F.SHIPPED, ""), (F.SHIPPED, "a" * 65), (F.SHIPPED, "é")]
)
async def test_bad_tracking_numbers_are_refused(database: Database, to: FulfillmentStatus, tracking: str) -> None:
    with pytest.raises(Rejected) as refused:
        await _move(database, new_id(), to, tracking)

    assert refused.value.problems[0].code == "BAD_TRACKING_NUMBER"


async def test_nothing_of_a_cancelled_order_moves(database: Database) -> None:
    made = await save_placed(database, await save_goods(database))
    await move(database, made.id, OrderStatus.CANCELLED)
    (shipment,) = await shipments_of(database, made.id)

    with pytest.raises(Rejected) as refused:
        await _move(database, shipment.id, F.PACKED)

    assert [(problem.code, problem.path) for problem in refused.value.problems] == [("ILLEGAL_MOVE", ("order",))]


async def test_shipments_that_do_not_exist_are_not_found(database: Database) -> None:
    with pytest.raises(Rejected) as refused:
        await _move(database, new_id(), F.PACKED)

    assert refused.value.problems[0].code == "NOT_FOUND"


async def test_cash_that_was_promised_is_paid_when_all_is_delivered(database: Database) -> None:
    made = await save_placed(database, await save_goods(database), shipments=2)
    await begin(database, by_cash(), order_id=made.id)

    await ship(database, made.id, upto="delivered")
    (before,) = await attempts_of(database, made.id)
    await ship(database, made.id, upto="delivered", number=2)
    (after,) = await attempts_of(database, made.id)

    assert (before.status, after.status) == ("promised", "succeeded")
