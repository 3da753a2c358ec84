"""What a cart costs, and what stands in the way of buying it: values that pages show."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.money import Money
from services.cart.records import Cart, CartLine
from services.delivery.records import OptionRecord
from services.promotions import CouponRefusal, Discount


class LineProblemCode(StrEnum):
    """What a shopper must know of a line."""

    PRICE_ROSE = "PRICE_ROSE"
    PRICE_FELL = "PRICE_FELL"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    QUANTITY_LIMITED = "QUANTITY_LIMITED"
    NOT_DELIVERABLE = "NOT_DELIVERABLE"
    OFFER_GONE = "OFFER_GONE"


class LineProblem(NamedTuple):
    """One problem of one line. Prices belong to PRICE_ROSE and PRICE_FELL, `most` (units that can be had) to
    OUT_OF_STOCK and QUANTITY_LIMITED, `alternative_id` (another offer of the variant) to OFFER_GONE.

    All but PRICE_FELL keep the cart from being bought, unless the line is saved for later.
    """

    code: LineProblemCode
    message: str
    before: Money | None = None
    now: Money | None = None
    most: int | None = None
    alternative_id: UUID | None = None
    is_for_later: bool = False

    @property
    def is_blocking(self) -> bool:
        return self.code is not LineProblemCode.PRICE_FELL and not self.is_for_later


class LineTax(NamedTuple):
    """The rate of a line or of delivery, parts per million, and the tax."""

    name: str
    rate_ppm: int
    taxable_minor: int
    amount_minor: int
    currency: str

    @property
    def taxable(self) -> Money:
        return Money(self.taxable_minor, self.currency)

    @property
    def amount(self) -> Money:
        return Money(self.amount_minor, self.currency)


class PricedCartLine(NamedTuple):
    """A line at present prices. Of what cannot be bought at all, nothing is counted: its `unit_minor` is None.

    `subtotal_minor` is quantity times price, `total_minor` what is left after discounts, without tax that is added.
    """

    line: CartLine
    unit_minor: int | None
    subtotal_minor: int
    discount_minor: int
    tax: LineTax | None
    problems: Sequence[LineProblem]

    @property
    def total_minor(self) -> int:
        return self.subtotal_minor - self.discount_minor

    @property
    def accepted_price(self) -> Money:
        return self._money(self.line.price_minor)

    @property
    def unit_price(self) -> Money | None:
        return None if self.unit_minor is None else self._money(self.unit_minor)

    @property
    def subtotal(self) -> Money:
        return self._money(self.subtotal_minor)

    @property
    def discount(self) -> Money:
        return self._money(self.discount_minor)

    @property
    def total(self) -> Money:
        return self._money(self.total_minor)

    def _money(self, amount_minor: int) -> Money:
        # What can be bought is in the store's currency, and so is what was agreed to.
        return Money(amount_minor, self.line.currency)


class Parcel(NamedTuple):
    """Lines that come by the same method from the same warehouses, and what that costs."""

    option: OptionRecord
    line_ids: Sequence[UUID]


class DeliveryEstimate(NamedTuple):
    """The cheapest way to each line, paid once for all that come the same way. `is_known`: the postal code exists."""

    is_known: bool
    parcels: Sequence[Parcel]
    unreachable: frozenset[UUID]
    currency: str

    @property
    def price_minor(self) -> int:
        return sum(parcel.option.price.amount_minor for parcel in self.parcels)

    @property
    def price(self) -> Money:
        return Money(self.price_minor, self.currency)


class Totals(NamedTuple):
    """The parts of the total: lines - discounts + delivery - what is taken off it + tax that is added = total.

    `delivery_minor` is None while nobody knows where the cart goes. `included_tax_minor` is tax within the prices.
    """

    lines_minor: int
    discount_minor: int
    delivery_minor: int | None
    delivery_discount_minor: int
    added_tax_minor: int
    included_tax_minor: int
    taxes: Sequence[LineTax]
    currency: str

    @property
    def total_minor(self) -> int:
        delivery = (self.delivery_minor or 0) - self.delivery_discount_minor
        return self.lines_minor - self.discount_minor + delivery + self.added_tax_minor

    @property
    def lines(self) -> Money:
        return Money(self.lines_minor, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_minor, self.currency)

    @property
    def delivery(self) -> Money | None:
        return None if self.delivery_minor is None else Money(self.delivery_minor, self.currency)

    @property
    def delivery_discount(self) -> Money:
        return Money(self.delivery_discount_minor, self.currency)

    @property
    def added_tax(self) -> Money:
        return Money(self.added_tax_minor, self.currency)

    @property
    def included_tax(self) -> Money:
        return Money(self.included_tax_minor, self.currency)

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)


class PricedCart(NamedTuple):
    """A cart at one moment's prices. `refusals` say of coupons why they take nothing off."""

    cart: Cart
    currency: str
    lines: Sequence[PricedCartLine]
    saved: Sequence[PricedCartLine]
    discounts: Sequence[Discount]
    refusals: Mapping[str, CouponRefusal]
    delivery: DeliveryEstimate | None
    totals: Totals

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way of buying it."""
        return bool(self.lines) and not any(one.is_blocking for line in self.lines for one in line.problems)
