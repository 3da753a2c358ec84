"""Plain rows of notifications as reads return them, and what is to be told."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from core.money import Money
from models.wishlists import NotificationKind


class News(NamedTuple):
    """Something that happened to a variant. `event_id` is the event that says so, `price` what it costs now."""

    kind: NotificationKind
    variant_id: UUID
    event_id: UUID
    price: Money | None = None


class NotificationRecord(NamedTuple):
    """What an account was told. `before_minor` is what the variant cost when the account last heard of its price."""

    id: UUID
    account_id: UUID
    kind: NotificationKind
    variant_id: UUID
    price_minor: int | None
    before_minor: int | None
    currency: str | None
    created_at: datetime
    read_at: datetime | None

    @property
    def price(self) -> Money | None:
        return _money(self.price_minor, self.currency)

    @property
    def price_before(self) -> Money | None:
        return _money(self.before_minor, self.currency)


def _money(amount_minor: int | None, currency: str | None) -> Money | None:
    return None if amount_minor is None or currency is None else Money(amount_minor, currency)
