"""Rows of new orders and of their shipments."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.ids import made_at, new_id
from models.orders import Fulfillment, FulfillmentLine, Order, OrderLine, OrderNumber
from services.accounts import email_key
from services.orders.drafts import FulfillmentDraft, OrderDraft
from services.orders.numbers import new_access_key, new_number
from services.orders.queries import ORDER_COLUMNS
from services.orders.records import OrderRecord
from services.unit_of_work import UnitOfWork

# Numbers that are taken are one in millions of millions; so many in a row are a fault of something else.
_MOST_NUMBERS = 10


async def take_number(unit: UnitOfWork, *, order_id: UUID, checkout_id: UUID) -> str | None:
    """A number that no other order has; None if the checkout has made an order already. Waits for another unit that
    is just making that order."""
    for _ in range(_MOST_NUMBERS):
        values = {"number": new_number(), "order_id": order_id, "checkout_id": checkout_id}
        number: str | None = await unit.session.scalar(_TAKE_NUMBER, values)
        if number is not None:
            return number
        if await unit.session.scalar(_NUMBER_OF, {"checkout": checkout_id}) is not None:
            return None
    raise AssertionError("No number for an order was free.")


async def add_order(unit: UnitOfWork, draft: OrderDraft, *, order_id: UUID, number: str) -> OrderRecord:
    """The row of the order and those of its lines."""
    email = email_key(draft.email)
    copied = draft._asdict()
    del copied["lines"]
    values = {
        **copied,
        "id": order_id,
        "placed_at": made_at(order_id),
        "number": number,
        "email": email.spelling,
        "email_key": email.key,
        "access_key": new_access_key(),
        "lines_minor": sum(line.unit_minor * line.quantity for line in draft.lines),
        "content": dict(draft.content),
    }
    order = OrderRecord._make((await unit.session.execute(_INSERT, values)).one())
    rows = [
        {
            **line._asdict(),
            "order_id": order_id,
            "position": position,
            "currency": draft.currency,
            "total_minor": line.total_minor,
        }
        for position, line in enumerate(draft.lines)
    ]
    await unit.session.execute(_INSERT_LINES, rows)
    return order


async def add_shipments(unit: UnitOfWork, order_id: UUID, drafts: Sequence[FulfillmentDraft]) -> None:
    """Shipments that count from one, with what is in them."""
    if not drafts:
        return
    keys = [new_id() for _ in drafts]
    rows = [
        {
            "id": key,
            "order_id": order_id,
            "number": number,
            "warehouse_id": draft.warehouse_id,
            "seller_id": draft.seller_id,
            "method": draft.method,
            "carrier": draft.carrier,
        }
        for number, (key, draft) in enumerate(zip(keys, drafts, strict=True), start=1)
    ]
    lines = [
        {"fulfillment_id": key, "position": position, "quantity": quantity}
        for key, draft in zip(keys, drafts, strict=True)
        for position, quantity in draft.units.items()
    ]
    await unit.session.execute(_INSERT_SHIPMENTS, rows)
    await unit.session.execute(_INSERT_SHIPMENT_LINES, lines)


_TAKE_NUMBER = insert(OrderNumber).on_conflict_do_nothing().returning(OrderNumber.number)
_NUMBER_OF = sa.select(OrderNumber.number).where(OrderNumber.checkout_id == sa.bindparam("checkout"))
_INSERT = sa.insert(Order).returning(*ORDER_COLUMNS)
_INSERT_LINES = sa.insert(OrderLine)
_INSERT_SHIPMENTS, _INSERT_SHIPMENT_LINES = sa.insert(Fulfillment), sa.insert(FulfillmentLine)
