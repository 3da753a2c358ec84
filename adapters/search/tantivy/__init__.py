"""The embedded engine: tantivy, in process, persisted on disk."""

from adapters.search.tantivy.index import TantivyIndex

__all__ = ["TantivyIndex"]
