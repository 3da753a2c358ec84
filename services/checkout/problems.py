"""How buying can fail in ways that are expected. What was held or charged is given back with each of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from core.money import Money
from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutNotFound(Problem):
    """There is no such checkout, or it is another shopper's."""

    code: ClassVar[str] = "CHECKOUT_NOT_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutExpired(Problem):
    """Its time is over, and its units can be had by others. `expired_at` is when."""

    code: ClassVar[str] = "CHECKOUT_EXPIRED"
    expired_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutNotOpen(Problem):
    """It is being paid, is paid, or waits for another card, so this cannot be done to it; `status` is where it is."""

    code: ClassVar[str] = "CHECKOUT_NOT_OPEN"
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutInProgress(Problem):
    """Another checkout of the cart is being paid: go on with it, or cancel its order."""

    code: ClassVar[str] = "CHECKOUT_IN_PROGRESS"
    checkout_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleCheckout(Problem):
    """The checkout has changed since the version that the caller has seen; `version` is the present one."""

    code: ClassVar[str] = "STALE_CHECKOUT"
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CartEmpty(Problem):
    """Nothing in the cart is to be bought."""

    code: ClassVar[str] = "CART_EMPTY"


@dataclass(frozen=True, slots=True, kw_only=True)
class CartChanged(Problem):
    """The cart holds something else than when the checkout was made."""

    code: ClassVar[str] = "CART_CHANGED"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceNotAccepted(Problem):
    """A line costs more than the shopper agreed to: `acceptPriceChanges` agrees."""

    code: ClassVar[str] = "PRICE_NOT_ACCEPTED"
    line_id: UUID
    before: Money
    now: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferGone(Problem):
    """The seller offers a line's goods no more."""

    code: ClassVar[str] = "OFFER_GONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressNeeded(Problem):
    """Nothing can be sent without an address."""

    code: ClassVar[str] = "ADDRESS_NEEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailNeeded(Problem):
    """Nobody can be told about the order without an e-mail address."""

    code: ClassVar[str] = "EMAIL_NEEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryChoiceGone(Problem):
    """The delivery group, or the option in it, is not there, or no longer."""

    code: ClassVar[str] = "DELIVERY_CHOICE_GONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TendersDoNotSum(Problem):
    """Amounts do not come to what is to be paid; `total` is that, `given` what the tenders come to."""

    code: ClassVar[str] = "TENDERS_DO_NOT_SUM"
    total: Money
    given: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BadTender(Problem):
    """A tender lacks what its method needs, is not allowed together with the others, or is of no amount."""

    code: ClassVar[str] = "BAD_TENDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadReason(Problem):
    """A reason is text of at most 500 characters."""

    code: ClassVar[str] = "BAD_REASON"
