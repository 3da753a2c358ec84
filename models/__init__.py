"""Tables. Importing this package registers them all on `Base.metadata`."""

from models import catalog, inventory, outbox, reviews, search, sellers
from models.base import Base

__all__ = ["Base", "catalog", "inventory", "outbox", "reviews", "search", "sellers"]
