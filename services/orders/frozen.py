"""What of an order's frozen content is shown: addresses, and the invoice. Nothing is computed anew.

Of `OrderRecord.content` this reads `shipping_address` and `billing_address` (objects with the names of
`FrozenAddress`; the second may be missing), and in `totals` the list `taxes` (objects with name, rate_ppm,
taxable_minor and amount_minor).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.cart.priced import LineTax
from services.orders.records import OrderLineRecord, OrderRecord


class FrozenAddress(NamedTuple):
    """An address as it was when the order was made, whatever became of it since."""

    recipient: str
    line1: str
    city: str
    postal_code: str
    country: str
    company: str | None = None
    line2: str | None = None
    region: str | None = None
    phone: str | None = None


class Invoice(NamedTuple):
    """What was bought, for the books. It has the order's number; its lines are the order's."""

    order: OrderRecord
    issued_at: datetime
    lines: Sequence[OrderLineRecord]

    @property
    def taxes(self) -> Sequence[LineTax]:
        return taxes(self.order)

    @property
    def billed_to(self) -> FrozenAddress | None:
        """The billing address, which is the shipping address unless another was given."""
        return billing_address(self.order) or shipping_address(self.order)


def taxes(order: OrderRecord) -> Sequence[LineTax]:
    """The taxes by rate."""
    return [
        LineTax(one["name"], one["rate_ppm"], one["taxable_minor"], one["amount_minor"], order.currency)
        for one in order.content.get("totals", {}).get("taxes", ())
    ]


def shipping_address(order: OrderRecord) -> FrozenAddress | None:
    return _address(order.content.get("shipping_address"))


def billing_address(order: OrderRecord) -> FrozenAddress | None:
    return _address(order.content.get("billing_address"))


def invoice(order: OrderRecord, lines: Sequence[OrderLineRecord]) -> Invoice | None:
    """The invoice of an order that was placed, also if it was cancelled since; None of another."""
    return None if order.confirmed_at is None else Invoice(order, order.confirmed_at, lines)


# An object of the JSON, hence Any.
def _address(found: Mapping[str, Any] | None) -> FrozenAddress | None:
    return None if not found else FrozenAddress(**{name: found.get(name) for name in FrozenAddress._fields})  # type: ignore[arg-type]  # as it was written
