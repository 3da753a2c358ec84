"""Root fields of the Query type, one module for each part of the store."""

from resolvers.queries import delivery, nodes, operations, products, search

__all__ = ["delivery", "nodes", "operations", "products", "search"]
