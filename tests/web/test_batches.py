"""Several operations in one POST."""

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from core.ids import new_id
from core.limit_settings import LimitSettings
from resolvers.context import RequestContext
from resolvers.cookies import Caller, RequestCookies
from services.accounts.tokens import Principal, Role
from tests.factories.authentication import sign_in
from tests.factories.execution import make_executor
from tests.factories.locking import locked_products, until_waiting
from tests.factories.web import NEW, persisted, serving
from tests.fixtures.shop import Shop
from web.authentication import Asker
from web.batches import Batches
from web.documents import Documents

NAME = "{ __typename }"
PAGE = "query ($first: Int) { products(first: $first) { edges { node { title } } } }"
CREATE = "mutation ($name: String!) { createWishlist(input: {name: $name}) { wishlist { name } userErrors { code } } }"
TENT = '{ product(slug: "trail-tent") { title } }'
LISTS = "{ viewer { wishlists(first: 10) { edges { node { name } } } } }"


def codes(answers: Any) -> list[str]:  # any JSON
    return [answer["errors"][0]["extensions"]["code"] if "errors" in answer else "" for answer in answers]


def code_of(response: httpx.Response) -> str:
    code: str = response.json()["errors"][0]["extensions"]["code"]
    return code


async def test_answers_come_in_the_order_of_their_operations(shop: Shop) -> None:
    async with serving(shop) as site:
        batch = [{"query": PAGE, "variables": {"first": first}} for first in (3, 1, 2)]
        response = await site.post([*batch, {"query": NAME}], headers={"accept": NEW})

    assert response.status_code == 200
    assert response.headers["content-type"].startswith(NEW)
    *pages, name = response.json()
    assert [len(page["data"]["products"]["edges"]) for page in pages] == [3, 1, 2]
    assert name == {"data": {"__typename": "Query"}}


async def test_what_is_wrong_with_one_is_told_in_its_place(shop: Shop) -> None:
    async with serving(shop) as site:
        response = await site.post(
            [
                {"query": "{"},
                {"qeury": NAME},
                {"query": NAME},
                persisted("{ __typename } # not sent"),
                {"query": "subscription { viewerOrders { eventId } }"},
                {"query": "query A { __typename } query B { __typename }"},
            ]
        )

    assert response.status_code == 200
    assert codes(response.json()) == [
        "GRAPHQL_PARSE_FAILED",
        "BAD_REQUEST",
        "",
        "PERSISTED_QUERY_NOT_FOUND",
        "NOT_ACCEPTABLE",
        "UNKNOWN_OPERATION",
    ]


async def test_mutations_follow_each_other_and_are_seen_by_what_comes_after(shop: Shop) -> None:
    customer = await sign_in(shop.resources.database)
    names = [f"List {number}" for number in range(4)]
    async with serving(shop) as site:
        response = await site.post(
            [*({"query": CREATE, "variables": {"name": name}} for name in names), {"query": LISTS}],
            headers=customer.bearer,
        )

    *made, listed = response.json()
    assert [one["data"]["createWishlist"]["wishlist"]["name"] for one in made] == names
    found = {edge["node"]["name"] for edge in listed["data"]["viewer"]["wishlists"]["edges"]}
    assert found >= set(names)
    assert response.headers["cache-control"] == "no-store"


async def test_too_many_are_refused_before_any_is_looked_at(shop: Shop) -> None:
    async with serving(shop, largest_batch=3) as site:
        response = await site.post([{"query": "{"}] * 4)

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"] == {"code": "BATCH_TOO_LARGE", "operations": 4, "limit": 3}


async def test_together_they_cost_no_more_than_one_may(shop: Shop) -> None:
    async with serving(shop, limits=LimitSettings(cost=500)) as site:
        alone = await site.post({"query": PAGE, "variables": {"first": 100}})
        together = await site.post([{"query": PAGE, "variables": {"first": 100}}] * 3)

    assert len(alone.json()["data"]["products"]["edges"]) > 50
    assert (together.status_code, code_of(together)) == (400, "TOO_COSTLY")


async def answered_for_a_customer(shop: Shop, made: list[RequestContext], *, seconds: float) -> Any:  # any JSON
    """The answers to four queries of a product, each of which has its context in `made` when it begins."""
    executor, somebody = make_executor(seconds=seconds), Principal(Role.CUSTOMER, str(new_id()))
    asker = Asker(somebody, Caller(), RequestCookies(), is_foreign=False, has_credentials=True)

    def make_context() -> RequestContext:
        made.append(shop.context())
        return made[-1]

    batches = Batches(executor, Documents(executor), None, largest=4)
    entries = await batches.read([{"query": TENT}] * 4, asker)
    return orjson.loads(await batches.answer(entries, asker, make_context, "test"))


async def test_two_run_at_a_time_and_all_are_answered(own_shop: Shop) -> None:
    made: list[RequestContext] = []
    async with locked_products(own_shop) as unit:
        running = asyncio.create_task(answered_for_a_customer(own_shop, made, seconds=60.0))
        await until_waiting(unit, 2)
        at_once = len(made)

    assert await running == [{"data": {"product": None}}] * 4
    assert (at_once, len(made)) == (2, 4)


async def test_none_begins_when_the_time_of_one_is_over(own_shop: Shop) -> None:
    made: list[RequestContext] = []
    async with locked_products(own_shop):
        answers = await answered_for_a_customer(own_shop, made, seconds=1.0)

    assert codes(answers) == ["TIMEOUT"] * 4
    assert len(made) == 2


@pytest.mark.parametrize(
    ("body", "largest", "code"),
    [
        ([], 10, "BAD_REQUEST"),
        ([1], 10, "BAD_REQUEST"),
        ([{"query": NAME}, [{"query": NAME}]], 10, "BAD_REQUEST"),
        ([{"query": NAME}], 1, "BAD_REQUEST"),
        ([{"query": NAME}] * 2, 1, "BATCH_TOO_LARGE"),
    ],
)
async def test_what_is_no_batch_is_refused_as_a_whole(shop: Shop, body: Any, largest: int, code: str) -> None:
    async with serving(shop, largest_batch=largest) as site:
        response = await site.post(body)

    assert (response.status_code, code_of(response)) == (400, code)


async def test_a_batch_is_no_stream(shop: Shop) -> None:
    async with serving(shop) as site:
        response = await site.post([{"query": NAME}], headers={"accept": "text/event-stream"})

    assert (response.status_code, code_of(response)) == (406, "NOT_ACCEPTABLE")


async def test_kept_answers_are_shown_in_batches_too(shop: Shop) -> None:
    async with serving(shop) as site:
        first = await site.post({"query": PAGE, "variables": {"first": 2}})
        batch = await site.post([{"query": PAGE, "variables": {"first": 2}}] * 2)

    assert batch.json() == [first.json()] * 2
    assert (site.answers.counts.made, site.answers.counts.local) == (1, 2)
