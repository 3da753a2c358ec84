"""Root fields of the Query type, one module for each part of the store."""

from resolvers.queries import accounts, carts, delivery, nodes, operations, products, search, wishlists

__all__ = ["accounts", "carts", "delivery", "nodes", "operations", "products", "search", "wishlists"]
