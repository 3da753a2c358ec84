"""Tables. Importing this package registers them all on `Base.metadata`."""

from models import (
    catalog,
    delivery,
    feed,
    idempotency,
    inventory,
    messaging,
    outbox,
    reservations,
    reviews,
    search,
    sellers,
)
from models.base import Base

__all__ = [
    "Base",
    "catalog",
    "delivery",
    "feed",
    "idempotency",
    "inventory",
    "messaging",
    "outbox",
    "reservations",
    "reviews",
    "search",
    "sellers",
]
