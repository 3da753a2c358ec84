"""Orders are in partitions by the month in which they were made, and whoever has an id reads one of them."""

from datetime import UTC, datetime
from uuid import UUID

import sqlalchemy as sa

from core.ids import made_at, new_id
from models.orders import Order
from services import orders
from services.orders import make_partitions
from services.orders.partitions import month_of, name_of
from services.orders.queries import BY_KEY, ORDER_COLUMNS, is_order
from services.unit_of_work import Database
from tests.factories.orders import save_goods, save_order


async def _partition_of(database: Database, order_id: UUID) -> str:
    statement = sa.text("SELECT tableoid::regclass::text FROM orders WHERE id = :id")
    async with database.read() as session:
        return str(await session.scalar(statement, {"id": order_id}))


async def _make(database: Database, months_ahead: int = 3) -> list[str]:
    async with database.unit() as unit:
        return await make_partitions(unit, months_ahead=months_ahead)


async def test_makes_the_months_that_are_missing_once(database: Database) -> None:
    now = datetime.now(UTC)

    first = await _make(database)
    again = await _make(database)
    further = await _make(database, 5)

    assert first == [name_of(month_of(now, distance)) for distance in range(4)]
    assert again == []
    assert further == [name_of(month_of(now, distance)) for distance in (4, 5)]


def test_months_are_counted_over_the_end_of_a_year() -> None:
    november = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)

    months = [month_of(november, distance) for distance in range(3)]

    assert months == [
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]
    assert name_of(months[0]) == "orders_y2026m11"


async def test_an_order_goes_where_its_id_says(database: Database) -> None:
    await _make(database)

    order = await save_order(database, await save_goods(database))

    assert order.placed_at == made_at(order.id)
    assert await _partition_of(database, order.id) == name_of(order.placed_at)


async def test_orders_of_a_month_without_a_partition_are_moved_when_it_gets_one(database: Database) -> None:
    order = await save_order(database, await save_goods(database))
    before = await _partition_of(database, order.id)

    await _make(database)

    assert before == "orders_default"
    assert await _partition_of(database, order.id) == name_of(order.placed_at)
    async with database.read() as session:
        assert await orders.find_order(session, order.id) == order


async def test_looking_for_an_order_reads_one_partition(database: Database) -> None:
    await _make(database)
    order = await save_order(database, await save_goods(database))
    statement = sa.select(*ORDER_COLUMNS).where(is_order(order.id))

    plan = await _explain(database, statement, {})

    assert _scanned(plan) == {name_of(order.placed_at)}


async def test_looking_for_many_orders_reads_the_partitions_of_each(database: Database) -> None:
    await _make(database)
    goods = await save_goods(database)
    ids = [(await save_order(database, goods)).id for _ in range(3)]
    times = [made_at(id) for id in ids]

    plan = await _explain(database, BY_KEY, {"ids": ids, "times": times}, analyze=True)

    assert _scanned(plan) == {name_of(at) for at in times if at is not None}


async def test_what_is_no_id_of_an_order_is_not_found(database: Database) -> None:
    await save_order(database, await save_goods(database))
    forged = [UUID(int=0), UUID("00000000-0000-4000-8000-000000000000"), UUID("ffffffff-ffff-7fff-bfff-ffffffffffff")]

    async with database.read() as session:
        found = await orders.find_orders(session, [*forged, new_id()])
    async with database.unit() as unit:
        locked = [await unit.session.scalar(sa.select(Order.number).where(is_order(id))) for id in forged]

    assert found == {}
    assert locked == [None] * len(forged)


async def _explain(
    database: Database, statement: sa.Select[tuple[object, ...]], values: dict[str, object], *, analyze: bool = False
) -> str:
    text = statement.compile(dialect=database.engine.dialect)
    async with database.read() as session:
        options = "(ANALYZE, COSTS OFF)" if analyze else "(COSTS OFF)"
        given = text.construct_params(values)
        rows = await session.exec_driver_sql(
            f"EXPLAIN {options} {text}", tuple(given[name] for name in text.positiontup or ())
        )
        return "\n".join(row[0] for row in rows)


def _scanned(plan: str) -> set[str]:
    """The tables of orders that the plan has read: those that were pruned as it ran say so."""
    found = set()
    for line in plan.splitlines():
        if " on orders_" in line and "never executed" not in line:
            found.add(line.split(" on ")[1].split()[0])
    return found
