"""How paying can fail in ways that are expected."""

from dataclasses import dataclass
from typing import ClassVar

from core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CardNeeded(Problem):
    """A tender by card names no card."""

    code: ClassVar[str] = "CARD_NEEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCard(Problem):
    """What is given as a card, or as the page to come back to, cannot be one."""

    code: ClassVar[str] = "BAD_CARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadAmount(Problem):
    """A tender pays nothing, or less."""

    code: ClassVar[str] = "BAD_AMOUNT"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountNeeded(Problem):
    """Store credit, and cards that are kept, are those of an account, and the caller is a guest."""

    code: ClassVar[str] = "ACCOUNT_NEEDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardUnknown(Problem):
    """No gift card has the code, or it was taken out of use."""

    code: ClassVar[str] = "GIFT_CARD_UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardExpired(Problem):
    """The gift card's time is over."""

    code: ClassVar[str] = "GIFT_CARD_EXPIRED"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardCurrency(Problem):
    """The gift card is in another currency."""

    code: ClassVar[str] = "GIFT_CARD_CURRENCY"
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTooLow(Problem):
    """A balance does not suffice; `missing_minor` is by how much."""

    balance_minor: int
    missing_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardTooLow(BalanceTooLow):
    """The gift card has less than the tender takes."""

    code: ClassVar[str] = "GIFT_CARD_TOO_LOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCreditTooLow(BalanceTooLow):
    """The account has less store credit than the tender takes."""

    code: ClassVar[str] = "STORE_CREDIT_TOO_LOW"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTooLarge(Problem):
    """More would go back than was taken."""

    code: ClassVar[str] = "REFUND_TOO_LARGE"
    left_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BadGiftCard(Problem):
    """A gift card with no money, with too much, or that has expired before it is made."""

    code: ClassVar[str] = "BAD_GIFT_CARD"
