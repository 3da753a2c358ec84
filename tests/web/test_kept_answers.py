"""Answers to anonymous reads are kept: made once, shown until what they show changes, to nobody who has signed in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from httpx import AsyncClient as Client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bootstrap.database import make_database
from core.ids import new_id
from core.settings import DatabaseSettings
from resolvers.context import RequestContext
from schema.caching import cache_hints
from schema.schema import build_schema
from services.accounts.tokens import Principal
from services.catalog.commands import set_price
from tests.factories.authentication import authenticating, sign_in
from tests.fixtures.shop import Shop
from web.caching import Changes, Executed, Front, Keeper, Policy, Reception, ResponseCache
from web.caching.responses import Counts
from web.execution import Executor
from web.graphql import GraphQLEndpoint
from workers.main import drain

PRICES = """
    query ($slug: String!) {
        product(slug: $slug) { id title variants(first: 1) { edges { node { buyBox { price { amountMinor } } } } } }
    }
"""
SCHEMA = build_schema()._schema


class Site(NamedTuple):
    """A web process on a shop: its client, and what it keeps."""

    client: Client
    answers: ResponseCache

    # Any JSON, hence Any.
    async def ask(self, document: str, **given: Any) -> Any:
        response = await self.client.post("/graphql", json={"query": document, **given})
        assert response.status_code == 200, response.text
        return response.json()


@asynccontextmanager
async def serving(shop: Shop, *, most: int = 100, salt: str = "", every_seconds: float = 0.0) -> AsyncIterator[Site]:
    """A web process that learns of changes at each request, or so often."""
    parts = shop.resources

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(parts.database, parts.cache, shop.search, parts.settings, principal, request_id)

    executor = Executor(SCHEMA, introspection=False, profile=False)
    changes = Changes(parts.database, every_seconds=every_seconds)
    answers = ResponseCache(changes, parts.cache, most=most, salt=salt or str(new_id()))
    reception = Reception()
    reception.keeper = Keeper(executor, answers, cache_hints(SCHEMA))
    endpoint = GraphQLEndpoint(
        executor,
        make_context=make_context,
        authenticator=authenticating(parts.database, parts.cache),
        largest_body=10_000,
        keeper=reception.keeper,
    )

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    routes = [Route("/graphql", graphql, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(Front, reception=reception)])
    async with Client(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield Site(client, answers)


async def test_an_answer_is_made_once(shop: Shop) -> None:
    async with serving(shop) as site:
        first = await site.ask("{ products(first: 3) { edges { node { title } } } }")
        again = await site.ask("{ products(first: 3) { edges { node { title } } } }")

        assert first == again
        assert len(first["data"]["products"]["edges"]) == 3
        assert site.answers.counts == Counts(local=1, made=1)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/json", "content-encoding": "gzip"}, 415),
        ({"content-type": "application/json", "authorization": "Bearer nobody"}, 401),
        ({"content-type": "application/json", "accept": "text/html"}, 406),
    ],
)
async def test_the_same_bytes_in_another_request_are_looked_at(
    shop: Shop, headers: dict[str, str], status: int
) -> None:
    body = b'{"query": "{ products(first: 3) { edges { node { title } } } }"}'
    async with serving(shop) as site:
        for _ in range(2):
            await site.client.post("/graphql", content=body, headers={"content-type": "application/json"})

        answer = await site.client.post("/graphql", content=body, headers=headers)

        assert answer.status_code == status
        assert site.answers.counts == Counts(local=1, made=1)


async def test_a_body_in_pieces_is_one_request(shop: Shop) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"query": "{ products(first: 3)', b" { edges { node { title } } }", b' }"}'):
            yield piece

    async with serving(shop) as site:
        headers = {"content-type": "application/json"}
        first = await site.client.post("/graphql", content=pieces(), headers=headers)
        again = await site.client.post("/graphql", content=pieces(), headers=headers)

        assert (again.status_code, again.content) == (200, first.content)
        assert site.answers.counts == Counts(local=1, made=1)


async def test_variables_as_deep_as_they_may_be_have_a_key(shop: Shop) -> None:
    def body(levels: int) -> bytes:
        return b'{"query": "{ categories { slug } }", "variables": {"x": ' + b"[" * levels + b"]" * levels + b"}}"

    async with serving(shop) as site:
        headers = {"content-type": "application/json"}
        statuses = [
            (await site.client.post("/graphql", content=body(levels), headers=headers)).status_code
            for levels in range(248, 256)
        ]

        assert set(statuses) == {200, 400}


async def test_what_is_not_kept_is_kept_by_no_cache_on_the_way(shop: Shop) -> None:
    async with serving(shop) as site:
        answer = await site.client.get("/graphql", params={"query": "{ viewer { id } }"})
        kept = await site.client.get("/graphql", params={"query": "{ products(first: 1) { edges { cursor } } }"})

        assert answer.headers["cache-control"] == "no-store"
        assert kept.headers["cache-control"].startswith("public")
        assert "x-request-id" not in kept.headers


async def test_other_variables_are_another_answer_and_their_order_is_not(shop: Shop) -> None:
    document = "query ($first: Int, $after: String) { products(first: $first, after: $after) { edges { cursor } } }"
    async with serving(shop) as site:
        await site.ask(document, variables={"first": 1, "after": None})
        await site.ask(document, variables={"after": None, "first": 1})
        two = await site.ask(document, variables={"first": 2})

        assert len(two["data"]["products"]["edges"]) == 2
        assert site.answers.counts == Counts(local=1, made=2)


async def test_what_is_driven_out_is_made_anew(shop: Shop) -> None:
    async with serving(shop, most=2) as site:
        for first in (1, 2, 3, 1):
            await site.ask("query ($n: Int) { products(first: $n) { edges { cursor } } }", variables={"n": first})

        assert site.answers.counts == Counts(made=4)


async def test_many_at_once_are_one_execution(shop: Shop) -> None:
    async with serving(shop) as site:
        answers = await asyncio.gather(*(site.ask("{ categories { name } }") for _ in range(20)))

        assert all(answer == answers[0] for answer in answers)
        assert site.answers.counts.made == 1


async def test_a_change_of_what_is_shown_drops_the_answer(own_shop: Shop) -> None:
    slug, offer_id = await an_offer(own_shop)
    async with serving(own_shop) as site:
        before = prices(await site.ask(PRICES, variables={"slug": slug}))
        await change_price(own_shop, offer_id, before[0] - 7)
        after = prices(await site.ask(PRICES, variables={"slug": slug}))

        assert after[0] == before[0] - 7


async def test_what_others_show_is_kept_when_something_else_changes(own_shop: Shop) -> None:
    slug, offer_id = await an_offer(own_shop)
    async with serving(own_shop) as site:
        before = prices(await site.ask(PRICES, variables={"slug": slug}))
        await site.ask("{ categories { name } }")
        await change_price(own_shop, offer_id, before[0] - 7)
        await site.ask("{ categories { name } }")

        assert site.answers.counts.local == 1


async def test_who_has_signed_in_is_asked_for_anew(shop: Shop) -> None:
    signed_in = await sign_in(shop.resources.database)
    headers = {"authorization": f"Bearer {signed_in.access_token}"}
    async with serving(shop) as site:
        response = await site.client.post("/graphql", json={"query": "{ categories { name } }"}, headers=headers)

        assert response.headers["cache-control"] == "no-store"
        assert site.answers.counts == Counts()


async def test_the_same_bytes_with_a_token_are_asked_for_anew(shop: Shop) -> None:
    signed_in = await sign_in(shop.resources.database)
    headers = {"authorization": f"Bearer {signed_in.access_token}"}
    async with serving(shop) as site:
        await site.ask("{ categories { name } }")
        again = await site.ask("{ categories { name } }")
        response = await site.client.post("/graphql", json={"query": "{ categories { name } }"}, headers=headers)

        assert response.json() == again
        assert response.headers["cache-control"] == "no-store"
        assert site.answers.counts == Counts(local=1, made=1)


async def test_other_media_types_are_answered_as_they_are_asked_for(shop: Shop) -> None:
    wanted = ["application/json", "application/graphql-response+json"]
    async with serving(shop) as site:
        given = [
            (await site.client.post("/graphql", json={"query": "{ categories { name } }"}, headers={"accept": one}))
            for one in wanted * 2
        ]

        assert [one.headers["content-type"] for one in given] == [f"{one}; charset=utf-8" for one in wanted * 2]
        assert site.answers.counts == Counts(local=3, made=1)


async def test_past_its_time_an_answer_is_shown_while_a_new_one_is_made(shop: Shop) -> None:
    changes, numbers = Changes(shop.resources.database, every_seconds=0.0), count()
    answers = ResponseCache(changes, shop.resources.cache, most=10, salt=str(new_id()))

    async def get() -> bytes:
        return (await answers.get("a", Policy(1), execute)).body

    async def execute() -> Executed:
        return Executed(str(next(numbers)).encode(), is_good=True, has_data=True, tags=frozenset())

    first = await get()
    await asyncio.sleep(1.2)
    shown = await get()
    await asyncio.sleep(0.2)
    after = await get()

    assert (first, shown, after) == (b"0", b"0", b"1")
    assert answers.counts == Counts(local=1, stale=1, made=2)


async def test_without_postgres_nothing_kept_is_shown_for_long(shop: Shop) -> None:
    clock = Changes(shop.resources.database, every_seconds=0.0)
    known = await clock.catch_up()
    away = Changes(make_database("postgresql://nobody@127.0.0.1:1/none", DatabaseSettings(pool_size=1)))

    assert (known, await away.catch_up()) == (True, False)


async def test_an_answer_with_errors_is_not_kept(shop: Shop) -> None:
    document = '{ products(first: 1, after: "nonsense") { edges { cursor } } }'
    async with serving(shop) as site:
        answers = [await site.client.post("/graphql", json={"query": document}) for _ in range(2)]

        assert [one.json()["errors"][0]["extensions"]["code"] for one in answers] == ["BAD_CURSOR"] * 2
        assert site.answers.counts == Counts(made=2)


async def test_other_processes_take_it_from_the_shared_cache_and_drop_it_too(own_shop: Shop) -> None:
    slug, offer_id = await an_offer(own_shop)
    async with serving(own_shop, salt="same") as one, serving(own_shop, salt="same") as other:
        before = prices(await one.ask(PRICES, variables={"slug": slug}))
        # What nobody asks for again is not shared.
        await one.ask(PRICES, variables={"slug": slug})
        await asyncio.sleep(0.1)
        taken = prices(await other.ask(PRICES, variables={"slug": slug}))
        await change_price(own_shop, offer_id, before[0] - 7)
        after = [prices(await site.ask(PRICES, variables={"slug": slug})) for site in (other, one)]

        assert taken == before
        assert [found[0] for found in after] == [before[0] - 7] * 2
        assert other.answers.counts.shared == 1


async def test_caches_on_the_way_may_keep_it_and_ask_whether_it_is_the_same(shop: Shop) -> None:
    async with serving(shop) as site:
        query = {"query": "{ products(first: 1) { edges { node { title } } } }"}
        first = await site.client.get("/graphql", params=query)
        same = await site.client.get("/graphql", params=query, headers={"if-none-match": first.headers["etag"]})

        assert first.headers["cache-control"] == "public, max-age=30, stale-while-revalidate=30"
        assert first.headers["vary"] == "accept, authorization, cookie"
        assert first.headers["surrogate-key"].startswith("product:")
        assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("most", [1, 100])
async def test_no_reader_sees_an_older_price_after_a_newer_one(own_shop: Shop, most: int) -> None:
    slug, offer_id = await an_offer(own_shop)
    done = asyncio.Event()

    async def read(site: Site, number: int) -> list[int]:
        seen = []
        while not done.is_set():
            seen.append(prices(await site.ask(PRICES, variables={"slug": slug}))[0])
            # Something else, so that what was just kept is driven out where there is room for one.
            await site.ask("query ($n: Int) { products(first: $n) { edges { cursor } } }", variables={"n": number + 1})
        return seen

    async with (
        serving(own_shop, salt="same", most=most, every_seconds=0.02) as one,
        serving(own_shop, salt="same", most=most, every_seconds=0.02) as other,
    ):
        start = prices(await one.ask(PRICES, variables={"slug": slug}))[0]
        readers = [asyncio.create_task(read(site, number)) for site in (one, other) for number in range(3)]
        for step in range(1, 13):
            await change_price(own_shop, offer_id, start - step)
        done.set()
        seen = await asyncio.gather(*readers)
        last = prices(await one.ask(PRICES, variables={"slug": slug}))[0]

    assert last == start - 12
    assert all(one == sorted(one, reverse=True) for one in seen)
    assert any(len(set(one)) > 3 for one in seen), "readers saw prices change"


async def an_offer(shop: Shop) -> tuple[str, UUID]:
    """A product, by its slug, and its first variant's cheapest offer, which is shown."""
    statement = """
        SELECT p.slug, o.id AS offer FROM product p
        JOIN variant v ON v.product_id = p.id AND NOT EXISTS (
            SELECT FROM variant w WHERE w.product_id = p.id AND (w.position, w.id) < (v.position, v.id))
        JOIN offer o ON o.variant_id = v.id AND o.status = 'active' AND o.currency = 'USD'
        WHERE p.status = 'active' AND v.status = 'active' AND o.price_minor > 100
        ORDER BY p.slug, o.price_minor, o.id LIMIT 1
    """
    async with shop.resources.database.read() as session:
        row = (await session.execute(sa.text(statement))).one()
    return row.slug, row.offer


async def change_price(shop: Shop, offer_id: UUID, price_minor: int) -> None:
    """Change it, and let workers tell of it."""
    async with shop.resources.database.unit() as unit:
        await set_price(unit, offer_id=offer_id, price_minor=price_minor)
    await drain(shop.resources)


def prices(answer: Any) -> list[int]:  # any JSON
    edges = answer["data"]["product"]["variants"]["edges"]
    return [edge["node"]["buyBox"]["price"]["amountMinor"] for edge in edges]
