"""Making orders: one for each checkout, with a number and a key of its own."""

import asyncio
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.problems import Rejected
from services import orders
from services.orders.numbers import read_number
from services.unit_of_work import Database
from tests.factories.orders import ADDRESS, broken_histories, history, order_draft, save_goods, save_order


async def test_an_order_keeps_what_was_agreed_to(database: Database) -> None:
    goods = await save_goods(database)

    made = await save_order(database, goods)

    async with database.read() as session:
        lines = (await orders.find_lines(session, [made.id]))[made.id]
        found = await orders.find_order_by_number(session, made.number)
    assert found == made
    assert read_number(made.number) == made.number
    assert (made.status, made.version, made.confirmed_at) == ("created", 1, None)
    assert (made.email, made.lines_minor, made.total_minor) == ("Ann@example.com", 4900, 4711)
    assert made.content["shipping_address"] == ADDRESS
    assert [(one.position, one.title, one.quantity, one.total_minor) for one in lines] == [
        (0, "A boot", 2, 3000),
        (1, "A lace", 1, 900),
    ]
    assert await history(database, made.id) == [("created", "created", "checkout.completed")]
    assert await broken_histories(database) == []


async def test_a_checkout_makes_one_order(database: Database) -> None:
    goods, checkout_id = await save_goods(database), uuid4()

    first = await save_order(database, goods, checkout_id=checkout_id)
    again = await save_order(database, goods, checkout_id=checkout_id, total_minor=1)

    assert again == first


async def test_two_at_once_make_one_order(database: Database) -> None:
    goods, checkout_id = await save_goods(database), uuid4()

    made = await asyncio.gather(*(save_order(database, goods, checkout_id=checkout_id) for _ in range(6)))

    assert len({one.id for one in made}) == 1
    assert await broken_histories(database) == []


async def test_what_is_not_committed_leaves_its_checkout_free(database: Database) -> None:
    goods, checkout_id = await save_goods(database), uuid4()
    lost = []

    async def make_and_fail() -> None:
        async with database.unit() as unit:
            lost.append(await orders.create(unit, order_draft(goods, checkout_id=checkout_id)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await make_and_fail()

    made = await save_order(database, goods, checkout_id=checkout_id)

    assert made.checkout_id == checkout_id
    assert made.id != lost[0].id


async def test_amounts_that_do_not_sum_up_are_refused(database: Database) -> None:
    goods = await save_goods(database)

    with pytest.raises(IntegrityError, match="ck_orders_sum"):
        await save_order(database, goods, total_minor=4712)


async def test_an_address_that_is_none_is_refused(database: Database) -> None:
    goods = await save_goods(database)

    with pytest.raises(Rejected) as refused:
        await save_order(database, goods, email="nobody")

    assert [problem.code for problem in refused.value.problems] == ["BAD_EMAIL"]
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM order_number")) == 0
