"""Plain rows of orders as reads return them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.money import Money
from models.orders import FulfillmentStatus, OrderStatus


class OrderRecord(NamedTuple):
    """`status` is one of `models.orders.OrderStatus`; amounts are frozen. `content` is any JSON, hence Any: see
    `services.orders.frozen`. `confirmed_at` is when it became PLACED; None if it never did."""

    id: UUID
    placed_at: datetime
    number: str
    checkout_id: UUID
    account_id: UUID | None
    email: str
    access_key: str
    status: str
    reservation_id: UUID | None
    currency: str
    lines_minor: int
    discount_minor: int
    delivery_minor: int
    added_tax_minor: int
    included_tax_minor: int
    total_minor: int
    content: Mapping[str, Any]
    version: int
    confirmed_at: datetime | None
    updated_at: datetime

    @property
    def state(self) -> OrderStatus:
        return OrderStatus(self.status)

    @property
    def lines_total(self) -> Money:
        return self._money(self.lines_minor)

    @property
    def discount(self) -> Money:
        return self._money(self.discount_minor)

    @property
    def delivery(self) -> Money:
        return self._money(self.delivery_minor)

    @property
    def added_tax(self) -> Money:
        return self._money(self.added_tax_minor)

    @property
    def included_tax(self) -> Money:
        return self._money(self.included_tax_minor)

    @property
    def total(self) -> Money:
        return self._money(self.total_minor)

    def _money(self, amount_minor: int) -> Money:
        return Money(amount_minor, self.currency)


class OrderLineRecord(NamedTuple):
    """Units of one offer at frozen amounts."""

    order_id: UUID
    position: int
    variant_id: UUID
    offer_id: UUID
    seller_id: UUID
    sku: str
    title: str
    quantity: int
    currency: str
    unit_minor: int
    discount_minor: int
    total_minor: int
    tax_minor: int
    cancelled: int
    returned: int

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_minor, self.currency)


class OrderEventRecord(NamedTuple):
    """One thing that happened. `details` is a JSON object that depends on the cause, hence Any."""

    sequence: int
    order_id: UUID
    before: str
    after: str
    cause: str
    actor: str | None
    details: Mapping[str, Any]
    occurred_at: datetime

    @property
    def state_before(self) -> OrderStatus:
        return OrderStatus(self.before)

    @property
    def state_after(self) -> OrderStatus:
        return OrderStatus(self.after)


class FulfillmentRecord(NamedTuple):
    """One shipment. `status` is one of `models.orders.FulfillmentStatus`."""

    id: UUID
    order_id: UUID
    number: int
    warehouse_id: UUID
    seller_id: UUID
    method: str
    carrier: str
    status: str
    tracking_number: str | None
    created_at: datetime
    updated_at: datetime

    @property
    def state(self) -> FulfillmentStatus:
        return FulfillmentStatus(self.status)


class FulfillmentLineRecord(NamedTuple):
    """Units of an order's line in a shipment."""

    fulfillment_id: UUID
    order_id: UUID
    position: int
    quantity: int
