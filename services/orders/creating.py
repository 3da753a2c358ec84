"""Making orders. One checkout makes one order, however often it is asked to."""

from core.ids import new_id
from models.orders import OrderStatus
from services.orders.changing import Reason, record
from services.orders.drafts import OrderDraft
from services.orders.queries import find_order_of_checkout
from services.orders.records import OrderRecord
from services.orders.writing import add_order, take_number
from services.unit_of_work import UnitOfWork

CREATED_BY = "checkout.completed"


async def create(unit: UnitOfWork, draft: OrderDraft) -> OrderRecord:
    """The order of the checkout, CREATED now or before. Its id says when it was made, and so in which partition it is.

    Raises `Rejected` (BAD_EMAIL).
    """
    order_id = new_id()
    number = await take_number(unit, order_id=order_id, checkout_id=draft.checkout_id)
    if number is None:
        before = await find_order_of_checkout(unit.session, draft.checkout_id)
        if before is None:
            raise AssertionError("A number without its order.")
        return before
    order = await add_order(unit, draft, order_id=order_id, number=number)
    await record(unit, order, before=OrderStatus.CREATED, reason=Reason(CREATED_BY))
    return order
