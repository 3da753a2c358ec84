"""What a cart holds, as its shopper left it; what that costs and whether it can still be had is `pricing`'s."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class CartLine(NamedTuple):
    """Units of one offer. `price_minor` is the unit price that the shopper last saw and agreed to."""

    id: UUID
    variant_id: UUID
    offer_id: UUID
    quantity: int
    price_minor: int
    currency: str
    added_at: datetime
    is_saved: bool = False

    @property
    def slot(self) -> tuple[UUID, bool]:
        """What no two lines of a cart share."""
        return self.offer_id, self.is_saved


class CartCoupon(NamedTuple):
    """A coupon's code in the one form of all its spellings, and when it was applied."""

    code: str
    applied_at: datetime


class Destination(NamedTuple):
    """Where the cart goes to: a postal code as the tables have it."""

    country: str
    postal_code: str


class Restoration(NamedTuple):
    """That the cart was lost and put back, as it was when it had last been saved."""

    saved_at: datetime
    restored_at: datetime


class MergeStatus(StrEnum):
    """What became of a line of a guest's cart."""

    KEPT = "kept"
    SUMMED = "summed"
    CAPPED = "capped"
    DROPPED = "dropped"


class MergedLine(NamedTuple):
    """One line of a merge's report. `wanted` is what both carts had together, `quantity` what the line has now.

    `reason` is a code: why it was capped (QUANTITY_LIMITED, OUT_OF_STOCK) or dropped (OFFER_GONE, CART_FULL).
    """

    variant_id: UUID
    offer_id: UUID
    status: MergeStatus
    wanted: int
    quantity: int
    is_saved: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """A cart's content at one version; None before it exists. Lines are in the order in which they were added.

    `account_id` is its customer's, whose id is also the cart's. `merges` are reports of guests' carts that went into
    it, by their ids, until Postgres has them for good. `merging_into` is set from when a guest's cart is being merged:
    it changes no more. Of one that `has_ended` nothing else is left, so that no late copy takes its place. `is_stale`
    says that this is the saved copy, since the cart itself cannot be reached.
    """

    id: UUID
    version: int | None = None
    account_id: UUID | None = None
    lines: Sequence[CartLine] = ()
    coupons: Sequence[CartCoupon] = ()
    destination: Destination | None = None
    restoration: Restoration | None = None
    merges: Mapping[UUID, Sequence[MergedLine]] = field(default_factory=dict)
    merging_into: UUID | None = None
    has_ended: bool = False
    is_stale: bool = False

    @property
    def active(self) -> Sequence[CartLine]:
        """Lines that are to be bought."""
        return [line for line in self.lines if not line.is_saved]

    @property
    def saved(self) -> Sequence[CartLine]:
        """Lines that are for later."""
        return [line for line in self.lines if line.is_saved]
