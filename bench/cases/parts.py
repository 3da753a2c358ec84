"""What several cases open alike."""

from bootstrap.resources import Resources
from services.search import PostgresListing, ProductSearch


def make_search(resources: Resources) -> ProductSearch:
    """The search service as the store's own web process makes it."""
    return ProductSearch(
        database=resources.database,
        index=resources.index,
        fallback=PostgresListing(resources.database),
        settings=resources.settings,
    )
