"""Tables. Importing this package registers them all on `Base.metadata`."""

from models import (
    accounts,
    carts,
    catalog,
    delivery,
    feed,
    idempotency,
    inventory,
    messaging,
    outbox,
    promotions,
    reservations,
    reviews,
    search,
    sellers,
    taxes,
    wishlists,
)
from models.base import Base

__all__ = [
    "Base",
    "accounts",
    "carts",
    "catalog",
    "delivery",
    "feed",
    "idempotency",
    "inventory",
    "messaging",
    "outbox",
    "promotions",
    "reservations",
    "reviews",
    "search",
    "sellers",
    "taxes",
    "wishlists",
]
