"""Which requests are answered from what is kept, and what caches on the way are told."""

from collections.abc import AsyncIterator

import pytest

from tests.factories.authentication import sign_in
from tests.factories.web import serving
from tests.fixtures.shop import Shop
from web.caching.responses import Counts


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


async def test_caches_on_the_way_may_keep_it_and_ask_whether_it_is_the_same(shop: Shop) -> None:
    async with serving(shop) as site:
        query = {"query": "{ products(first: 1) { edges { node { title } } } }"}
        first = await site.client.get("/graphql", params=query)
        same = await site.client.get("/graphql", params=query, headers={"if-none-match": first.headers["etag"]})

        assert first.headers["cache-control"] == "public, max-age=30, stale-while-revalidate=30"
        assert first.headers["vary"] == "accept, authorization, cookie"
        assert first.headers["surrogate-key"].startswith("product:")
        assert (same.status_code, same.content) == (304, b"")
