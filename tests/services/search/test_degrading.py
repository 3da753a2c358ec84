"""Search while the engine is away, and after."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from core.problems import BadInput, Unavailable
from core.settings import Settings
from ports.search import Filter, IndexedDocument, OutdatedIndex, SearchRequest, SearchResponse, SortKey
from services.delivery import PlaceRecord
from services.search import PostgresListing, ProductSearch, Want
from services.unit_of_work import Database
from tests.factories.search import WAREHOUSES
from tests.services.search.test_listing_search import PRODUCTS, list_products
from tests.services.search.test_word_lists import Clock


@dataclass
class Switch:
    """An engine that can be switched off, and answers with nothing while it is on."""

    is_on: bool = True
    knows_warehouses: bool = True
    asked: list[SearchRequest] = field(default_factory=list)

    async def search(self, request: SearchRequest) -> SearchResponse:
        return (await self.search_many([request]))[0]

    async def search_many(self, requests: Sequence[SearchRequest]) -> Sequence[SearchResponse]:
        self.asked.extend(requests)
        if not self.is_on:
            raise Unavailable("search")
        if not self.knows_warehouses and any(one.filter.warehouse_ids is not None for one in requests):
            raise OutdatedIndex
        return [SearchResponse(hits=[], total=0) for _ in requests]

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None: ...

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None: ...

    async def indexed_count(self) -> int:
        return 0

    async def is_outdated(self) -> bool:
        return not self.knows_warehouses

    async def close(self) -> None: ...


@pytest.fixture
async def listed(database: Database) -> Database:
    await list_products(database, PRODUCTS)
    return database


def _search(database: Database, engine: Switch, clock: Clock) -> ProductSearch:
    return ProductSearch(database, engine, PostgresListing(database), Settings(), seconds=clock)


async def test_answers_from_postgres_and_says_so(listed: Database) -> None:
    search = _search(listed, Switch(is_on=False), Clock())

    page = await search.search(query="red shoes", filter=Filter(), sort=None, first=10, after=None)

    assert page.degraded
    assert page.edges
    assert page.total >= len(page.edges)
    assert page.facets


@pytest.mark.parametrize("sort", [None, SortKey.PRICE_ASCENDING])
async def test_pages_meet_while_degraded(listed: Database, sort: SortKey | None) -> None:
    search = _search(listed, Switch(is_on=False), Clock())
    seen: list[UUID] = []
    after = None
    while True:
        page = await search.search(
            query="shoe", filter=Filter(), sort=sort, first=40, after=after, want=Want(facets=False)
        )
        seen += [edge.product_id for edge in page.edges]
        if not page.has_next_page:
            break
        after = page.edges[-1].encode()

    assert len(seen) == len(set(seen)) == page.total


async def test_leaves_a_dead_engine_alone_for_a_while_then_recovers(listed: Database) -> None:
    engine, clock = Switch(is_on=False), Clock()
    search = _search(listed, engine, clock)

    async def ask() -> bool:
        page = await search.search(
            query="shoe", filter=Filter(), sort=None, first=5, after=None, want=Want(facets=False)
        )
        return page.degraded

    first = await ask()
    engine.is_on = True
    second, asked_meanwhile = await ask(), len(engine.asked)
    clock.now += Settings().search.retry_seconds + 0.1
    third = await ask()

    assert (first, second, third) == (True, True, False)
    assert asked_meanwhile == 1


async def test_an_index_of_an_older_release_is_asked_for_all_but_warehouses(listed: Database) -> None:
    engine = Switch(knows_warehouses=False)
    search = _search(listed, engine, Clock())
    near = Filter(warehouse_ids=WAREHOUSES[:2])

    by_place = await search.search(query="shoe", filter=near, sort=None, first=5, after=None)
    plain = await search.search(query="shoe", filter=Filter(), sort=None, first=5, after=None)

    assert (by_place.degraded, plain.degraded) == (True, False)
    assert 0 < by_place.total < len(PRODUCTS)


@pytest.mark.parametrize("engine", [Switch(is_on=False), Switch(knows_warehouses=False)])
async def test_counts_what_can_be_delivered_to_a_place_without_the_engine(listed: Database, engine: Switch) -> None:
    search = _search(listed, engine, Clock())
    place = PlaceRecord("US", "10001", UUID(int=1), [WAREHOUSES[1], WAREHOUSES[0]])

    page = await search.search(query="", filter=Filter(), sort=None, first=5, after=None, want=Want(deliver_to=place))

    (facet,) = [one for one in page.facets or () if one.key == "deliverable"]
    deliverable = [one for one in PRODUCTS if not set(WAREHOUSES[:2]).isdisjoint(one.warehouse_ids)]
    assert [(value.label, value.count, value.selected) for value in facet.values] == [
        ("Deliverable to 10001", len(deliverable), False)
    ]


async def test_suggests_while_degraded(listed: Database) -> None:
    search = _search(listed, Switch(is_on=False), Clock())

    found = await search.suggest(prefix="sho", first=5)

    assert len(found.product_ids) <= 5


async def test_refuses_a_cursor_that_is_not_ours(listed: Database) -> None:
    search = _search(listed, Switch(), Clock())

    with pytest.raises(BadInput) as refusal:
        await search.search(query="", filter=Filter(), sort=None, first=5, after="nonsense")

    assert refusal.value.code == "BAD_CURSOR"
