"""Who is told that a variant is back in stock, and how often."""

import asyncio
from itertools import permutations
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from core.profile import profiling
from services import wishlists
from services.catalog.commands import set_status
from services.catalog.events import ProductChanged
from services.inventory.events import StockChanged, WarehouseChanged
from services.messaging.handling import Handled
from services.unit_of_work import Database
from services.wishlists import AlertWish
from services.wishlists.events import AlertRequested
from tests.factories.stock import Stocked, published, save_stock
from tests.factories.wishlists import (
    CURRENCY,
    Told,
    announced,
    ask,
    hear,
    put_in_stock,
    save_accounts,
    save_watchers,
    save_wishlist,
    told,
)

# The same for one variant and for many: with those of the test itself and of the inbox.
MOST_STATEMENTS = 12


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    """Nothing is in stock."""
    return await save_stock(database, {}, {})


def changed(stocked: Stocked, place: int = 0) -> StockChanged:
    return StockChanged(new_id(), stocked.variants[place])


def back(account_id: UUID, stocked: Stocked, place: int = 0) -> Told:
    return Told(account_id, "back_in_stock", stocked.variants[place], None, None)


async def test_whoever_asked_is_told_once(database: Database, stocked: Stocked) -> None:
    asking, silent = await save_accounts(database, 2)
    await save_wishlist(database, asking, stocked.variants[0], stock=True)
    await save_wishlist(database, silent, stocked.variants[0], price=True)
    await put_in_stock(database, stocked, 0, 5)
    event = announced(changed(stocked))

    outcomes = [await hear(database, one) for one in (event, event, changed(stocked), changed(stocked, 1))]

    assert outcomes == [Handled.DONE, Handled.SEEN, Handled.DONE, Handled.DONE]
    assert await told(database) == [back(asking, stocked)]


async def test_each_return_is_told(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    await save_wishlist(database, account_id, stocked.variants[0], stock=True)

    for units in (5, 3, 0, 2):
        await put_in_stock(database, stocked, 0, units)
        await hear(database, changed(stocked))

    assert await told(database) == [back(account_id, stocked)] * 2


async def test_what_was_in_stock_when_it_was_asked_for_is_no_news(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    await put_in_stock(database, stocked, 0, 5)
    await save_wishlist(database, account_id, stocked.variants[0], stock=True)

    await hear(database, AlertRequested(stocked.variants[0]))
    await put_in_stock(database, stocked, 0, 6)
    await hear(database, changed(stocked))

    assert await told(database) == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(("levels", "times"), [((5, 0, 7), 1), ((0, 5, 0), 0)])
async def test_the_order_of_events_does_not_matter(
    database: Database, stocked: Stocked, order: tuple[int, ...], levels: tuple[int, ...], times: int
) -> None:
    (account_id,) = await save_accounts(database)
    await save_wishlist(database, account_id, stocked.variants[0], stock=True)
    events = [announced(changed(stocked)) for _ in levels]
    for units in levels:
        await put_in_stock(database, stocked, 0, units)

    for place in order:
        await hear(database, events[place])

    assert await told(database) == [back(account_id, stocked)] * times


async def test_stock_that_comes_in_while_somebody_asks_is_told(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    list_id = await save_wishlist(database, account_id, stocked.variants[0])

    async with database.unit() as unit:
        wish = AlertWish(stocked.variants[0], back_in_stock=True)
        await wishlists.save_alerts(unit, account_id=account_id, wishlist_id=list_id, wishes=[wish], currency=CURRENCY)
        await put_in_stock(database, stocked, 0, 5)
        await hear(database, changed(stocked))
    before = await told(database)
    await hear(database, AlertRequested(stocked.variants[0]))

    assert before == []
    assert await told(database) == [back(account_id, stocked)]
    assert await published(database, AlertRequested.type) == [{"variant_id": str(stocked.variants[0])}]


async def test_two_lists_of_one_account_are_one_notification(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    for name in ("One", "Two"):
        await save_wishlist(database, account_id, stocked.variants[0], name=name, stock=True)
    await put_in_stock(database, stocked, 0, 5)

    await hear(database, changed(stocked))

    assert await told(database) == [back(account_id, stocked)]


async def test_nobody_is_told_of_what_is_off_or_archived(database: Database, stocked: Stocked) -> None:
    gone, other = stocked.variants
    (account_id,) = await save_accounts(database)
    list_id = await save_wishlist(database, account_id, gone, other, stock=True)
    await ask(database, account_id, list_id, AlertWish(other, back_in_stock=False, price_drop=True))
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE variant SET status = 'archived' WHERE id = :id"), {"id": gone})
    for place in (0, 1):
        await put_in_stock(database, stocked, place, 5)

        await hear(database, changed(stocked, place))

    assert await told(database) == []


async def set_product_status(database: Database, stocked: Stocked, status: str) -> ProductChanged:
    """Change the product of the first variant; the event that says so."""
    async with database.unit() as unit:
        query = sa.text("SELECT product_id FROM variant WHERE id = :id")
        product_id: UUID = (await unit.session.execute(query, {"id": stocked.variants[0]})).scalar_one()
        await set_status(unit, product_id, status)
    return ProductChanged(product_id)


async def open_warehouse(database: Database, stocked: Stocked, *, is_active: bool) -> WarehouseChanged:
    """Open or close EAST; the event that says so."""
    async with database.unit() as unit:
        statement = sa.text("UPDATE warehouse SET is_active = :active WHERE code = 'EAST'")
        await unit.session.execute(statement, {"active": is_active})
    return WarehouseChanged(stocked.warehouses["EAST"])


async def test_what_sells_out_while_it_is_archived_is_told_when_it_is_back(
    database: Database, stocked: Stocked
) -> None:
    (account_id,) = await save_accounts(database)
    await put_in_stock(database, stocked, 0, 5)
    await save_wishlist(database, account_id, stocked.variants[0], stock=True)

    archived = await set_product_status(database, stocked, "archived")
    await put_in_stock(database, stocked, 0, 0)
    for event in (archived, changed(stocked)):
        await hear(database, event)
    await hear(database, await set_product_status(database, stocked, "active"))
    before = await told(database)
    await put_in_stock(database, stocked, 0, 5)
    await hear(database, changed(stocked))

    assert before == []
    assert await told(database) == [back(account_id, stocked)]


async def test_a_product_that_is_on_sale_again_is_told(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    await save_wishlist(database, account_id, stocked.variants[0], stock=True)
    await put_in_stock(database, stocked, 0, 5)
    await hear(database, await set_product_status(database, stocked, "archived"))
    await hear(database, changed(stocked))

    before = await told(database)
    await hear(database, await set_product_status(database, stocked, "active"))

    assert before == []
    assert await told(database) == [back(account_id, stocked)]


async def test_a_warehouse_that_opens_brings_its_stock_back(database: Database, stocked: Stocked) -> None:
    watchers = await save_accounts(database, 2)
    for account_id in watchers:
        await save_wishlist(database, account_id, *stocked.variants, stock=True)
    for place in (0, 1):
        await put_in_stock(database, stocked, place, 5)
    await hear(database, await open_warehouse(database, stocked, is_active=False))

    before = await told(database)
    with profiling() as profile:
        await hear(database, await open_warehouse(database, stocked, is_active=True))

    assert before == []
    assert sorted(await told(database)) == sorted(
        back(account_id, stocked, place) for account_id in watchers for place in (0, 1)
    )
    assert len(profile.statements) <= MOST_STATEMENTS


async def test_many_events_at_once_tell_each_watcher_once(database: Database, stocked: Stocked) -> None:
    watchers = await save_watchers(database, stocked.variants[0], 300, price_minor=1)
    await put_in_stock(database, stocked, 0, 5)

    await asyncio.gather(*(hear(database, changed(stocked)) for _ in range(6)))

    assert sorted(one.account_id for one in await told(database)) == sorted(watchers)


async def test_an_alert_needs_an_item(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    list_id = await save_wishlist(database, account_id, stocked.variants[0])

    with pytest.raises(Rejected) as refusal:
        await ask(database, account_id, list_id, *(AlertWish(one, back_in_stock=True) for one in stocked.variants))

    assert [(one.code, one.path) for one in refusal.value.problems] == [("NOT_FOUND", ("items", "1", "variant"))]
    assert await published(database, AlertRequested.type) == []
