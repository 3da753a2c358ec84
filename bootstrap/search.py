"""From settings to the search engine."""

from adapters.search.opensearch import OpenSearchIndex
from adapters.search.tantivy import TantivyIndex
from core.settings import Settings
from ports.search import SearchIndex


def open_search_index(settings: Settings) -> SearchIndex:
    """OpenSearch where its address is set, tantivy in the data folder otherwise.

    Nothing connects and nothing is opened yet: what is wrong shows with the first call, as `Unavailable("search")`.
    """
    if settings.opensearch_url is not None:
        return OpenSearchIndex(
            settings.opensearch_url.get_secret_value(),
            settings.search.index_name,
            settings.search.timeout_seconds,
            number_of_shards=settings.search.shards,
            replicas=settings.search.replicas,
        )
    return TantivyIndex(settings.data_dir / "search")
