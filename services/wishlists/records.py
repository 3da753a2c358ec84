"""Plain rows of wishlists as reads return them."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.money import Money


class WishlistRecord(NamedTuple):
    """`share_key` is None while the list is private."""

    id: UUID
    account_id: UUID
    name: str
    share_key: str | None
    created_at: datetime


class WishlistItemRecord(NamedTuple):
    """A variant on a list. `price_minor` is what it cost when it was put there; None if nobody offered it then."""

    wishlist_id: UUID
    variant_id: UUID
    added_at: datetime
    price_minor: int | None
    currency: str
    alerts_stock: bool
    alerts_price: bool

    @property
    def price(self) -> Money | None:
        return None if self.price_minor is None else Money(self.price_minor, self.currency)
