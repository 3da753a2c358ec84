"""The engine for more than one machine: OpenSearch 2 or 3."""

from adapters.search.opensearch.index import OpenSearchIndex

__all__ = ["OpenSearchIndex"]
