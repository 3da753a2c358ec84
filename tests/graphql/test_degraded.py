"""What shoppers see while a part is down."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from bootstrap.cache import open_cache
from bootstrap.search import open_search_index
from core.settings import Settings
from ports.search import IndexedDocument, SearchIndex, SearchRequest, SearchResponse
from services.search import PostgresListing, ProductSearch
from tests.fixtures.shop import Shop

NOBODY = "127.0.0.1:9"
SEARCH = """
query($query: String!, $filter: ProductFilter) {
  search(query: $query, filter: $filter, first: 5) {
    degraded totalCount edges { node { title } } facets { key } priceHistogram { count }
  }
}
"""


@pytest.fixture
async def unreachable_index() -> AsyncIterator[SearchIndex]:
    index = open_search_index(Settings(opensearch_url=f"http://{NOBODY}"))
    yield index
    await index.close()


@pytest.fixture
async def degraded_shop(shop: Shop, unreachable_index: SearchIndex) -> Shop:
    search = ProductSearch(
        database=shop.resources.database,
        index=unreachable_index,
        fallback=PostgresListing(shop.resources.database),
        settings=shop.resources.settings,
    )
    return Shop(shop.resources, search, shop.ids)


async def test_search_answers_from_postgres_and_says_so(degraded_shop: Shop) -> None:
    answer = await degraded_shop.run(SEARCH, {"query": "harbour radios", "filter": {"inStock": True}})

    assert answer.errors == []
    assert answer.data["search"]["degraded"] is True
    assert answer.data["search"]["totalCount"] > 0
    assert answer.data["search"]["edges"][0]["node"]["title"].startswith("Harbour radios")


async def test_a_down_engine_is_not_asked_again_at_once(degraded_shop: Shop) -> None:
    await degraded_shop.run(SEARCH, {"query": "tents"})

    answer = await degraded_shop.run(SEARCH, {"query": "tents"})

    assert answer.data["search"]["degraded"] is True
    assert answer.profile.search == 0


class Interrupted:
    """An engine that is away until `is_back`, and then the shop's own."""

    def __init__(self, away: SearchIndex, back: SearchIndex) -> None:
        self.away, self.back, self.is_back = away, back, False

    async def search(self, request: SearchRequest) -> SearchResponse:
        return await (self.back if self.is_back else self.away).search(request)

    async def search_many(self, requests: Sequence[SearchRequest]) -> Sequence[SearchResponse]:
        return await (self.back if self.is_back else self.away).search_many(requests)

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None: ...

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None: ...

    async def indexed_count(self) -> int:
        return 0

    async def is_outdated(self) -> bool:
        return False

    async def close(self) -> None: ...


async def test_search_recovers_by_itself(shop: Shop, unreachable_index: SearchIndex) -> None:
    settings = shop.resources.settings
    impatient = settings.model_copy(update={"search": settings.search.model_copy(update={"retry_seconds": 0.0})})
    engine = Interrupted(unreachable_index, shop.resources.index)
    search = ProductSearch(
        database=shop.resources.database,
        index=engine,
        fallback=PostgresListing(shop.resources.database),
        settings=impatient,
    )
    recovering = Shop(shop.resources, search, shop.ids)
    before = await recovering.run(SEARCH, {"query": "tents"})

    engine.is_back = True
    after = await recovering.run(SEARCH, {"query": "tents"})

    assert (before.data["search"]["degraded"], after.data["search"]["degraded"]) == (True, False)


async def test_browsing_goes_on_without_the_engine(degraded_shop: Shop) -> None:
    answer = await degraded_shop.run('{ category(slug: "tents") { products(first: 3) { edges { node { title } } } } }')

    assert answer.errors == []
    assert len(answer.data["category"]["products"]["edges"]) == 3


async def test_products_come_from_postgres_without_the_cache(shop: Shop) -> None:
    cache = open_cache(f"redis://{NOBODY}")
    resources = replace(shop.resources, cache=cache)

    answer = await Shop(resources, shop.search, shop.ids).run("{ products(first: 3) { edges { node { title } } } }")

    assert answer.errors == []
    assert len(answer.data["products"]["edges"]) == 3
    await cache.close()
