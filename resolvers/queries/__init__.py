"""Root fields of the Query type, one module for each part of the store."""

from resolvers.queries import nodes, operations, products, search

__all__ = ["nodes", "operations", "products", "search"]
