"""How changing a cart can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CartNotFound(Problem):
    """There is no such cart, or it is another shopper's."""

    code: ClassVar[str] = "CART_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartEnded(Problem):
    """The guest's cart has gone into a customer's, and changes no more."""

    code: ClassVar[str] = "CART_ENDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleCart(Problem):
    """The cart has changed since the version that the caller has seen; `version` is the present one."""

    code: ClassVar[str] = "STALE_CART"
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineNotFound(Problem):
    """The cart has no such line."""

    code: ClassVar[str] = "LINE_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTwice(Problem):
    """The input names a line more than once."""

    code: ClassVar[str] = "NAMED_TWICE"


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingNamed(Problem):
    """The input names no line."""

    code: ClassVar[str] = "NOTHING_NAMED"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartFull(Problem):
    """The cart would have more lines than the store allows; `limit` is how many it does."""

    code: ClassVar[str] = "CART_FULL"
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityLimited(Problem):
    """More units are wanted than one customer may have, or one line may hold; `limit` is how many may be."""

    code: ClassVar[str] = "QUANTITY_LIMITED"
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyCoupons(Problem):
    """The cart has as many coupons as the store allows."""

    code: ClassVar[str] = "TOO_MANY_COUPONS"
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponNotApplied(Problem):
    """The cart does not have this coupon."""

    code: ClassVar[str] = "COUPON_NOT_APPLIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAGuestCart(Problem):
    """What is to be merged is a customer's cart, not a guest's."""

    code: ClassVar[str] = "NOT_A_GUEST_CART"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeWaits(Problem):
    """Carts cannot be reached. Nothing has happened that a repeat would not finish."""

    code: ClassVar[str] = "UNAVAILABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChanged(Problem):
    """A price is no longer the one that the shopper has seen; `amount_minor` is the present one."""

    code: ClassVar[str] = "PRICE_CHANGED"
    amount_minor: int
