"""Putting variants on a wishlist, and taking them off."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from core.profile import profiling
from services import wishlists
from services.unit_of_work import Database
from services.wishlists import WishlistItemRecord
from services.wishlists.items import MOST_ITEMS
from tests.factories.stock import Stocked, save_stock
from tests.factories.wishlists import CURRENCY, ask_price, save_accounts, save_wishlist


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    return await save_stock(database, *({"EAST": 1} for _ in range(4)))


@pytest.fixture
async def owner(database: Database) -> UUID:
    (account_id,) = await save_accounts(database)
    return account_id


async def items_of(database: Database, list_id: UUID) -> Sequence[WishlistItemRecord]:
    async with database.read() as session:
        return (await wishlists.find_item_pages(session, [list_id], first=1000, after=None)).get(list_id, [])


async def add(database: Database, owner: UUID, list_id: UUID, *variants: UUID) -> None:
    async with database.unit() as unit:
        await wishlists.add_items(unit, account_id=owner, wishlist_id=list_id, variant_ids=variants, currency=CURRENCY)


async def make_variants(database: Database, like: UUID, count: int) -> Sequence[UUID]:
    """More variants of a product."""
    ids = [new_id() for _ in range(count)]
    statement = sa.text(
        """
        INSERT INTO variant (id, product_id, sku, option_values, position)
        SELECT one.id, product_id, 'MORE-' || place, ARRAY[place::text], place
        FROM variant, unnest(:ids) WITH ORDINALITY AS one (id, place) WHERE variant.id = :like
        """
    ).bindparams(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid())))
    async with database.unit() as unit:
        await unit.session.execute(statement, {"ids": ids, "like": like})
    return ids


async def test_an_item_remembers_what_it_cost(database: Database, stocked: Stocked, owner: UUID) -> None:
    first, second = stocked.variants[:2]
    list_id = await save_wishlist(database, owner, first)

    await ask_price(database, first, 1500)
    await add(database, owner, list_id, first, second, second)

    found = {one.variant_id: one.price for one in await items_of(database, list_id)}
    assert found == {first: (1999, CURRENCY), second: (1999, CURRENCY)}


async def test_a_variant_that_nobody_offers_has_no_price(database: Database, stocked: Stocked, owner: UUID) -> None:
    async with database.unit() as unit:
        await unit.session.execute(sa.text("DELETE FROM offer WHERE variant_id = :id"), {"id": stocked.variants[0]})

    list_id = await save_wishlist(database, owner, stocked.variants[0])

    assert [one.price for one in await items_of(database, list_id)] == [None]


async def test_items_leave_and_may_leave_again(database: Database, stocked: Stocked, owner: UUID) -> None:
    list_id = await save_wishlist(database, owner, *stocked.variants)

    for _ in range(2):
        async with database.unit() as unit:
            await wishlists.remove_items(
                unit, account_id=owner, wishlist_id=list_id, variant_ids=[*stocked.variants[1:], new_id()]
            )

    assert [one.variant_id for one in await items_of(database, list_id)] == [stocked.variants[0]]


async def test_all_that_cannot_be_added_is_named_and_nothing_is(
    database: Database, stocked: Stocked, owner: UUID
) -> None:
    list_id = await save_wishlist(database, owner)
    async with database.unit() as unit:
        archive = "UPDATE variant SET status = 'archived' WHERE id = :id"
        await unit.session.execute(sa.text(archive), {"id": stocked.variants[1]})
        draft = "UPDATE product SET status = 'draft' WHERE id = (SELECT product_id FROM variant WHERE id = :id)"
        await unit.session.execute(sa.text(draft), {"id": stocked.variants[2]})

    with pytest.raises(Rejected) as refusal:
        await add(database, owner, list_id, *stocked.variants[:3], new_id())

    assert [(one.code, one.path) for one in refusal.value.problems] == [
        ("NOT_SOLD", ("variants", "1")),
        ("NOT_SOLD", ("variants", "2")),
        ("NOT_FOUND", ("variants", "3")),
    ]
    assert await items_of(database, list_id) == []


async def test_two_at_once_do_not_pass_the_limit_of_items(database: Database, stocked: Stocked, owner: UUID) -> None:
    list_id = await save_wishlist(database, owner)
    variants = await make_variants(database, stocked.variants[0], MOST_ITEMS + 1)
    await add(database, owner, list_id, *variants[: MOST_ITEMS - 1])

    outcomes = await asyncio.gather(
        *(add(database, owner, list_id, one) for one in variants[-2:]), return_exceptions=True
    )
    await add(database, owner, list_id, *variants[:50])

    (refusal,) = [one for one in outcomes if isinstance(one, Rejected)]
    assert refusal.problems[0].code == "TOO_MANY_ITEMS"
    assert len(await items_of(database, list_id)) == MOST_ITEMS


async def test_many_items_cost_as_many_statements_as_one(database: Database, stocked: Stocked, owner: UUID) -> None:
    one, many = [await save_wishlist(database, owner, name=name) for name in ("One", "Many")]
    variants = await make_variants(database, stocked.variants[0], 100)

    with profiling() as few:
        await add(database, owner, one, variants[0])
    with profiling() as more:
        await add(database, owner, many, *variants)

    assert more.round_trips == few.round_trips > 0
