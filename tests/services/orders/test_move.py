"""Moving orders: legal moves alone, each with its cause, its version and its event."""

import asyncio
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from models.orders import OrderStatus
from services import orders
from services.unit_of_work import Database
from tests.factories.orders import (
    broken_histories,
    history,
    move,
    save_goods,
    save_order,
    save_placed,
    ship,
    shipments_of,
)
from tests.factories.stock import published


async def _code(change: object) -> str:
    with pytest.raises(Rejected) as refused:
        await change  # type: ignore[misc]  # any coroutine
    return refused.value.problems[0].code


async def test_a_placed_order_is_confirmed_and_told(database: Database) -> None:
    made = await save_order(database, await save_goods(database), account_id=(account := uuid4()))

    placed = await move(database, made.id, OrderStatus.PLACED, cause="payment.succeeded")

    assert (placed.status, placed.version) == ("placed", 2)
    assert placed.confirmed_at is not None
    assert await published(database, "orders.order_changed") == [
        {
            "order_id": str(made.id),
            "account_id": str(account),
            "before": before,
            "status": status,
            "cause": cause,
            "version": version,
        }
        for before, status, cause, version in (
            ("created", "created", "checkout.completed", 1),
            ("created", "placed", "payment.succeeded", 2),
        )
    ]
    async with database.read() as session:
        jobs = (await session.scalars(sa.text("SELECT entrypoint FROM pgqueuer"))).all()
    assert jobs == ["orders.mail"]


async def test_an_illegal_move_changes_nothing(database: Database) -> None:
    made = await save_order(database, await save_goods(database))

    code = await _code(move(database, made.id, OrderStatus.SHIPPED))

    assert code == "ILLEGAL_MOVE"
    assert len(await history(database, made.id)) == 1


async def test_an_end_is_the_end(database: Database) -> None:
    made = await save_order(database, await save_goods(database))
    await move(database, made.id, OrderStatus.CANCELLED)
    await move(database, made.id, OrderStatus.REFUNDED)

    codes = {await _code(move(database, made.id, status)) for status in OrderStatus}

    assert codes == {"ILLEGAL_MOVE"}


async def test_an_expired_order_can_be_reinstated(database: Database) -> None:
    made = await save_order(database, await save_goods(database))

    await move(database, made.id, OrderStatus.EXPIRED)
    placed = await move(database, made.id, OrderStatus.PLACED, cause="payment.late")

    assert placed.confirmed_at is not None
    assert await broken_histories(database) == []


async def test_two_moves_at_once_are_one(database: Database) -> None:
    made = await save_order(database, await save_goods(database))

    outcomes = await asyncio.gather(
        *(move(database, made.id, OrderStatus.PLACED) for _ in range(4)), return_exceptions=True
    )

    assert sum(isinstance(one, Rejected) for one in outcomes) == 3
    assert len(await history(database, made.id)) == 2


async def test_cancelling_cancels_what_has_not_left(database: Database) -> None:
    goods = await save_goods(database)
    made = await save_placed(database, goods, shipments=2)
    await ship(database, made.id, upto="packed")

    await move(database, made.id, OrderStatus.CANCELLED)

    assert [one.status for one in await shipments_of(database, made.id)] == ["cancelled", "cancelled"]
    assert await broken_histories(database) == []


async def test_what_is_on_its_way_is_not_cancelled(database: Database) -> None:
    made = await save_placed(database, await save_goods(database), shipments=2)
    await ship(database, made.id, upto="shipped")

    code = await _code(move(database, made.id, OrderStatus.CANCELLED))

    assert code == "ILLEGAL_MOVE"
    assert [one.status for one in await shipments_of(database, made.id)] == ["shipped", "pending"]


async def test_a_note_is_history_and_a_version(database: Database) -> None:
    made = await save_order(database, await save_goods(database))

    async with database.unit() as unit:
        order = await orders.lock(unit, made.id)
        noted = await orders.note(unit, order, cause="payment.failed", actor=None, details={"code": "card_declined"})

    assert (noted.status, noted.version) == ("created", 2)
    async with database.read() as session:
        events = (await orders.find_events(session, [made.id]))[made.id]
    assert (events[-1].cause, events[-1].details) == ("payment.failed", {"code": "card_declined"})
    assert await broken_histories(database) == []


@pytest.mark.parametrize("order_id", [new_id(), uuid4()])
async def test_orders_that_do_not_exist_are_not_found(database: Database, order_id: object) -> None:
    code = await _code(move(database, order_id, OrderStatus.PLACED))  # type: ignore[arg-type]  # an id

    assert code == "NOT_FOUND"
