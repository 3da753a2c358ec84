"""What checkout says of an order that is to be made."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID


class OrderLineDraft(NamedTuple):
    """Units of one offer. `total_minor` is `unit_minor * quantity - discount_minor`; `tax_minor` is on top of it, or
    within it where prices include tax."""

    variant_id: UUID
    offer_id: UUID
    seller_id: UUID
    sku: str
    title: str
    quantity: int
    unit_minor: int
    discount_minor: int = 0
    tax_minor: int = 0

    @property
    def total_minor(self) -> int:
        return self.unit_minor * self.quantity - self.discount_minor


class OrderDraft(NamedTuple):
    """An order as checkout froze it. Its total is lines (units at their prices) - discount + delivery + added tax; what
    promotions take off delivery is off `delivery_minor` already.

    `content` is JSON of more that was agreed to, hence Any; what of it orders show is in `services.orders.frozen`.
    """

    checkout_id: UUID
    account_id: UUID | None
    email: str
    reservation_id: UUID | None
    currency: str
    lines: Sequence[OrderLineDraft]
    discount_minor: int
    delivery_minor: int
    added_tax_minor: int
    included_tax_minor: int
    total_minor: int
    content: Mapping[str, Any]


class FulfillmentDraft(NamedTuple):
    """A shipment to be: units of lines, by position, from one warehouse, of one seller, by one method."""

    warehouse_id: UUID
    seller_id: UUID
    method: str
    carrier: str
    units: Mapping[int, int]
