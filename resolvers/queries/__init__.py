"""Root fields of the Query type, one module for each part of the store."""

from resolvers.queries import (
    accounts,
    carts,
    checkouts,
    delivery,
    nodes,
    operations,
    orders,
    payments,
    products,
    search,
    wishlists,
)

__all__ = [
    "accounts",
    "carts",
    "checkouts",
    "delivery",
    "nodes",
    "operations",
    "orders",
    "payments",
    "products",
    "search",
    "wishlists",
]
