"""Tables. Importing this package registers them all on `Base.metadata`."""

from models import catalog, feed, inventory, outbox, reviews, search, sellers
from models.base import Base

__all__ = ["Base", "catalog", "feed", "inventory", "outbox", "reviews", "search", "sellers"]
