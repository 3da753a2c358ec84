"""Values of promotions: rows as reads return them, and what applying them to lines gives."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from models.promotions import PromotionKind


class CouponReason(StrEnum):
    """Why a coupon takes nothing off. As a problem of a mutation, its code has COUPON_ before it."""

    UNKNOWN = "UNKNOWN"
    NOT_ACTIVE = "NOT_ACTIVE"
    NOT_STARTED = "NOT_STARTED"
    EXPIRED = "EXPIRED"
    USED_UP = "USED_UP"
    ALREADY_USED = "ALREADY_USED"
    NEEDS_SIGN_IN = "NEEDS_SIGN_IN"
    MINIMUM_NOT_REACHED = "MINIMUM_NOT_REACHED"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_COMBINABLE = "NOT_COMBINABLE"


class PricedLine(NamedTuple):
    """Units that somebody wants, at least one. `key` is the caller's id of it; categories go from root to leaf."""

    key: UUID
    product_id: UUID
    brand_id: UUID | None
    category_ids: Sequence[UUID]
    quantity: int
    unit_minor: int

    @property
    def subtotal_minor(self) -> int:
        return self.quantity * self.unit_minor


class PromotionRecord(NamedTuple):
    """As `models.promotions.Promotion` explains it."""

    id: UUID
    name: str
    kind: PromotionKind
    basis_points: int | None
    amount_minor: int | None
    currency: str
    buy_quantity: int | None
    get_quantity: int | None
    minimum_minor: int
    category_ids: Sequence[UUID]
    brand_ids: Sequence[UUID]
    product_ids: Sequence[UUID]
    needs_coupon: bool
    is_combinable: bool
    priority: int
    starts_at: datetime | None
    ends_at: datetime | None
    is_active: bool
    most_uses: int | None
    uses: int
    budget_minor: int | None
    spent_minor: int
    most_uses_per_customer: int | None


class CouponRecord(NamedTuple):
    """`code` is as printed."""

    id: UUID
    promotion_id: UUID
    code: str
    is_active: bool
    most_uses: int | None
    uses: int


class OfferedPromotion(NamedTuple):
    """A promotion that needs no coupon, and how often the customer's orders have used it."""

    promotion: PromotionRecord
    customer_uses: int = 0


class OfferedCoupon(NamedTuple):
    """A code as it is in the cart, and what it opens; no coupon and no promotion if it opens nothing.

    `is_held`: a use is kept for this cart. What others hold are running holds of other carts: of this coupon, and of
    all coupons of its promotion.
    """

    code: str
    coupon: CouponRecord | None = None
    promotion: PromotionRecord | None = None
    customer_uses: int = 0
    is_held: bool = False
    coupon_held_by_others: int = 0
    promotion_held_by_others: int = 0


class Offered(NamedTuple):
    """What there is for a cart at a moment of the database's clock, whether or not it applies."""

    automatic: Sequence[OfferedPromotion]
    coupons: Sequence[OfferedCoupon]
    now: datetime
    currency: str


class Discount(NamedTuple):
    """What one promotion takes off: `by_line` comes to `amount_minor`, and names only lines that get something.

    Free delivery takes nothing off lines: whoever knows the price of delivery takes that off.
    """

    promotion_id: UUID
    name: str
    kind: PromotionKind
    coupon_code: str | None
    amount_minor: int
    by_line: Mapping[UUID, int]
    is_free_delivery: bool


class CouponRefusal(NamedTuple):
    """Why a code of the cart takes nothing off. `missing_minor`: how much more in scope would reach the minimum."""

    code: str
    reason: CouponReason
    message: str
    missing_minor: int | None = None


class Applied(NamedTuple):
    """Discounts in the order in which they were taken off, and each code of the cart that gave none."""

    discounts: Sequence[Discount]
    refusals: Sequence[CouponRefusal]
