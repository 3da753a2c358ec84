"""Orders for tests, made as checkout makes them, and the rules that their histories keep."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa

from models.orders import OrderStatus
from services import orders
from services.orders import FulfillmentDraft, FulfillmentStatus, OrderDraft, OrderLineDraft, OrderRecord
from services.orders.states import MOVES, is_end
from services.unit_of_work import Database
from tests.factories.stock import Stocked, save_stock

CURRENCY = "USD"
ADDRESS = {
    "recipient": "Ann Lee",
    "company": None,
    "line1": "1 Main Street",
    "line2": None,
    "city": "Springfield",
    "region": None,
    "postal_code": "12345",
    "country": "US",
    "phone": None,
}
TAXES = [{"name": "Sales tax", "rate_ppm": 80_000, "taxable_minor": 3900, "amount_minor": 312, "currency": CURRENCY}]
FORWARD = ("packed", "shipped", "out_for_delivery", "delivered")
BUSY_NUMBER = "BUSYBUYER2"
BUSY_ACCESS = "the-key-of-a-busy-account"
_MANY = 22


class Goods(NamedTuple):
    """Something to order: its offers, whose they are, and where it is."""

    variant_ids: Sequence[UUID]
    offer_ids: Sequence[UUID]
    seller_id: UUID
    warehouse_ids: Sequence[UUID]


async def save_goods(database: Database) -> Goods:
    """Two variants in three warehouses."""
    stocked = await save_stock(database, {"EAST": 9}, {"WEST": 9})
    return await find_goods(database, stocked)


async def find_goods(database: Database, stocked: Stocked | None = None) -> Goods:
    """What the store has: of `stocked`, or just of its first variants."""
    statement = sa.text(
        """
        SELECT DISTINCT ON (v.sku) v.id, o.id AS offer_id, o.seller_id
        FROM variant v JOIN offer o ON o.variant_id = v.id ORDER BY v.sku, o.id LIMIT 2
        """
    )
    async with database.read() as session:
        rows = (await session.execute(statement)).all()
        places = (await session.scalars(sa.text("SELECT id FROM warehouse ORDER BY code"))).all()
    warehouses = list(places) if stocked is None else list(stocked.warehouses.values())
    return Goods([row.id for row in rows], [row.offer_id for row in rows], rows[0].seller_id, warehouses)


def order_draft(goods: Goods, **changes: Any) -> OrderDraft:  # tests change any part by name
    """Three units in two lines for $47.11: 49.00 less 10.00, 5.00 for delivery and 3.12 of tax, less a cent."""
    lines = [
        OrderLineDraft(goods.variant_ids[0], goods.offer_ids[0], goods.seller_id, "S-0", "A boot", 2, 2000, 1000, 240),
        OrderLineDraft(goods.variant_ids[-1], goods.offer_ids[-1], goods.seller_id, "S-1", "A lace", 1, 900, 0, 72),
    ]
    draft = OrderDraft(
        checkout_id=uuid4(),
        account_id=None,
        email="Ann@Example.com",
        reservation_id=None,
        currency=CURRENCY,
        lines=lines,
        discount_minor=1000,
        delivery_minor=499,
        added_tax_minor=312,
        included_tax_minor=0,
        total_minor=4711,
        content={"totals": {"taxes": TAXES}, "shipping_address": ADDRESS, "billing_address": None},
    )
    return draft._replace(**changes)


async def save_order(database: Database, goods: Goods, **changes: Any) -> OrderRecord:
    """An order that has just been made."""
    async with database.unit() as unit:
        return await orders.create(unit, order_draft(goods, **changes))


async def save_placed(database: Database, goods: Goods, *, shipments: int = 1, **changes: Any) -> OrderRecord:
    """An order that is paid, with shipments that wait to be packed."""
    async with database.unit() as unit:
        made = await orders.create(unit, order_draft(goods, **changes))
        drafts = [
            FulfillmentDraft(goods.warehouse_ids[number], goods.seller_id, "Standard", "Ground", {number % 2: 1})
            for number in range(shipments)
        ]
        return await orders.place(unit, made, drafts, cause="payment.succeeded")


async def move(database: Database, order_id: UUID, to: OrderStatus, *, cause: str = "test") -> OrderRecord:
    async with database.unit() as unit:
        order = await orders.lock(unit, order_id)
        if to is OrderStatus.PLACED:
            return await orders.place(unit, order, (), cause=cause)
        return await orders.move(unit, order, to=to, cause=cause, actor="tester")


async def shipments_of(database: Database, order_id: UUID) -> Sequence[orders.FulfillmentRecord]:
    async with database.read() as session:
        return (await orders.find_fulfillments(session, [order_id])).get(order_id, [])


async def ship(database: Database, order_id: UUID, *, upto: str = "delivered", number: int = 1) -> OrderRecord:
    """The order when its shipment of this number has come so far, step by step from where it is."""
    found = (await shipments_of(database, order_id))[number - 1]
    done = FORWARD.index(found.status) + 1 if found.status in FORWARD else 0
    for status in FORWARD[done : FORWARD.index(upto) + 1]:
        async with database.unit() as unit:
            moved = await orders.move_fulfillment(
                unit, found.id, to=FulfillmentStatus(status), actor="tester", tracking_number=None
            )
    return moved.order


async def history(database: Database, order_id: UUID) -> Sequence[tuple[str, str, str]]:
    """Before, after and cause of all that happened to an order."""
    async with database.read() as session:
        events = (await orders.find_events(session, [order_id])).get(order_id, [])
    return [(one.before, one.after, one.cause) for one in events]


async def broken_histories(database: Database, *only: UUID) -> Sequence[str]:
    """What is wrong with these orders, all of the store if none is named: nothing if each has a chain of legal moves
    that ends where it is, as many versions as events, and an event in the outbox for each."""
    async with database.read() as session:
        ids = only or (await session.scalars(sa.text("SELECT id FROM orders"))).all()
        found, events = await orders.find_orders(session, ids), await orders.find_events(session, ids)
        told = sa.text(
            "SELECT key, count(*) AS times, max((payload ->> 'version')::int) AS version FROM outbox_event "
            "WHERE type = 'orders.order_changed' GROUP BY key"
        )
        outbox = {UUID(row.key): (row.times, row.version) for row in await session.execute(told)}
    wrong = []
    for order in found.values():
        wrong += [f"{order.number}: {what}" for what in _wrong(order, events[order.id], outbox.get(order.id))]
    return wrong


def _wrong(
    order: OrderRecord, events: Sequence[orders.OrderEventRecord], told: tuple[int, int] | None
) -> Sequence[str]:
    legal = {(move.before.value, move.after.value) for move in MOVES}
    moves = [one for one in events if one.before != one.after]
    checks: Mapping[str, bool] = {
        "does not begin as created": events[0].before == "created",
        "is no chain": all(last.after == next.before for last, next in pairwise(events)),
        "has an illegal move": all((one.before, one.after) in legal for one in moves),
        "goes on after an end": not any(is_end(OrderStatus(one.before)) for one in moves),
        "is not where it ends": events[-1].after == order.status,
        "has other versions than events": order.version == len(events),
        "was told otherwise": told == (len(events), order.version),
    }
    return [what for what, is_right in checks.items() if not is_right]


async def save_busy_orders(database: Database, account_id: UUID) -> None:
    """Give an account many orders, each delivered in two shipments; the last is found by `BUSY_NUMBER` and its key."""
    goods = await find_goods(database)
    for _ in range(_MANY):
        made = await save_placed(database, goods, shipments=2, account_id=account_id)
        for number in (1, 2):
            await ship(database, made.id, number=number)
    values = {"number": BUSY_NUMBER, "key": BUSY_ACCESS, "id": made.id, "at": made.placed_at}
    rename = "UPDATE orders SET number = :number, access_key = :key WHERE id = :id AND placed_at = :at"
    async with database.unit() as unit:
        await unit.session.execute(sa.text(rename), values)
        await unit.session.execute(sa.text("UPDATE order_number SET number = :number WHERE order_id = :id"), values)
