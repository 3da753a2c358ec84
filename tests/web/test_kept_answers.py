"""Answers to anonymous reads are kept: made once, shown until what they show changes, to nobody who has signed in."""

import asyncio
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from bootstrap.database import make_database
from core.ids import new_id
from core.settings import DatabaseSettings
from services.catalog.commands import set_price
from tests.factories.authentication import sign_in
from tests.factories.web import Site, serving
from tests.fixtures.shop import Shop
from web.caching import Changes, Executed, Policy, ResponseCache
from web.caching.responses import Counts
from workers.main import drain

PRICES = """
    query ($slug: String!) {
        product(slug: $slug) { id title variants(first: 1) { edges { node { buyBox { price { amountMinor } } } } } }
    }
"""


async def test_an_answer_is_made_once(shop: Shop) -> None:
    async with serving(shop) as site:
        first = await site.ask("{ products(first: 3) { edges { node { title } } } }")
        again = await site.ask("{ products(first: 3) { edges { node { title } } } }")

        assert first == again
        assert len(first["data"]["products"]["edges"]) == 3
        assert site.answers.counts == Counts(local=1, made=1)


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


async def test_a_list_that_shows_titles_alone_is_dropped_with_any_of_its_products(own_shop: Shop) -> None:
    titles = "{ products(first: 3) { edges { node { slug title } } } }"
    async with serving(own_shop) as site:
        shown = (await site.ask(titles))["data"]["products"]["edges"]
        _, offer_id = await an_offer(own_shop, slug=shown[-1]["node"]["slug"])
        await change_price(own_shop, offer_id, 4711)
        await site.ask(titles)

        assert site.answers.counts.made == 2


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


async def an_offer(shop: Shop, *, slug: str | None = None) -> tuple[str, UUID]:
    """A product, by its slug, and its first variant's cheapest offer, which is shown; the first if none is named."""
    statement = """
        SELECT p.slug, o.id AS offer FROM product p
        JOIN variant v ON v.product_id = p.id AND NOT EXISTS (
            SELECT FROM variant w WHERE w.product_id = p.id AND (w.position, w.id) < (v.position, v.id))
        JOIN offer o ON o.variant_id = v.id AND o.status = 'active' AND o.currency = 'USD'
        WHERE p.status = 'active' AND v.status = 'active' AND o.price_minor > 100
            AND (p.slug = :slug OR CAST(:slug AS text) IS NULL)
        ORDER BY p.slug, o.price_minor, o.id LIMIT 1
    """
    async with shop.resources.database.read() as session:
        row = (await session.execute(sa.text(statement), {"slug": slug})).one()
    return row.slug, row.offer


async def change_price(shop: Shop, offer_id: UUID, price_minor: int) -> None:
    """Change it, and let workers tell of it."""
    async with shop.resources.database.unit() as unit:
        await set_price(unit, offer_id=offer_id, price_minor=price_minor)
    await drain(shop.resources)


def prices(answer: Any) -> list[int]:  # any JSON
    edges = answer["data"]["product"]["variants"]["edges"]
    return [edge["node"]["buyBox"]["price"]["amountMinor"] for edge in edges]
