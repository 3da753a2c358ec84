"""What a checkout has frozen: values that its page shows and that its order keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from core.money import Money
from models.checkouts import CheckoutStatus
from services.accounts.addresses import AddressDraft
from services.cart.priced import LineTax, Totals
from services.cart.records import Destination
from services.delivery.records import OptionRecord
from services.promotions import Discount

# Groups are named by what makes them, so that they keep their names when they are quoted again.
_GROUPS = UUID("018f3c5e-7d0a-7c1e-9b53-1f7d2a90c4e1")


class FrozenLine(NamedTuple):
    """Units of one offer at the price of the moment. `line_id` is the cart's line."""

    line_id: UUID
    variant_id: UUID
    offer_id: UUID
    seller_id: UUID
    category_id: UUID
    sku: str
    title: str
    quantity: int
    unit_minor: int
    discount_minor: int
    tax: LineTax | None
    currency: str

    @property
    def subtotal_minor(self) -> int:
        return self.unit_minor * self.quantity

    @property
    def total_minor(self) -> int:
        return self.subtotal_minor - self.discount_minor

    @property
    def unit_price(self) -> Money:
        return Money(self.unit_minor, self.currency)

    @property
    def subtotal(self) -> Money:
        return Money(self.subtotal_minor, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class Piece(NamedTuple):
    """Units of the line at a position."""

    position: int
    quantity: int


class Group(NamedTuple):
    """What comes as one parcel: from one warehouse, of one seller. `chosen` is one of `options`, by its code.

    Without options, nothing is known of the place yet, or nothing reaches it.
    """

    warehouse_id: UUID
    seller_id: UUID
    pieces: Sequence[Piece]
    options: Sequence[OptionRecord] = ()
    chosen_code: str | None = None

    @property
    def key(self) -> UUID:
        return uuid5(_GROUPS, f"{self.warehouse_id}:{self.seller_id}")

    @property
    def chosen(self) -> OptionRecord | None:
        return next((one for one in self.options if one.code == self.chosen_code), None)


@dataclass(frozen=True, slots=True)
class Content:
    """All that is frozen. `destination` is the place that groups and taxes were computed for.

    `prices_include_tax` is how the store priced then. Discounts are as `promotions.apply` gave them.
    """

    lines: Sequence[FrozenLine]
    totals: Totals
    prices_include_tax: bool
    groups: Sequence[Group] = ()
    discounts: Sequence[Discount] = ()
    destination: Destination | None = None
    shipping_address: AddressDraft | None = None
    billing_address: AddressDraft | None = None

    @property
    def is_free_delivery(self) -> bool:
        return any(one.is_free_delivery for one in self.discounts)


class CheckoutRecord(NamedTuple):
    """As `models.checkouts.Checkout` explains it."""

    id: UUID
    cart_id: UUID
    cart_version: str
    account_id: UUID | None
    email: str | None
    status: CheckoutStatus
    currency: str
    total_minor: int
    content: Content
    reservation_id: UUID | None
    extensions: int
    order_id: UUID | None
    failure_code: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    check_at: datetime | None
    checks: int

    @property
    def is_live(self) -> bool:
        """Whether it can still become an order."""
        return self.status not in (CheckoutStatus.SUCCEEDED, CheckoutStatus.EXPIRED)

    @property
    def is_paying(self) -> bool:
        """Whether a payment is on its way."""
        return self.status in (CheckoutStatus.PROCESSING, CheckoutStatus.ACTION_REQUIRED)
