"""Who is told that a variant costs less, and measured against what."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.profile import profiling
from services.catalog.commands import set_status
from services.catalog.events import PriceChanged, ProductChanged
from services.unit_of_work import Database
from services.wishlists import AlertWish
from services.wishlists.events import AlertRequested
from tests.factories.stock import Stocked, save_stock
from tests.factories.wishlists import (
    Told,
    announced,
    ask,
    ask_price,
    hear,
    save_accounts,
    save_watchers,
    save_wishlist,
    told,
)

ASKED = 1999  # what the variants of `save_stock` cost


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    return await save_stock(database, {"EAST": 1}, {"EAST": 1})


async def reprice(database: Database, stocked: Stocked, *prices: int, place: int = 0) -> None:
    """One price after the other, each with its event heard."""
    for price_minor in prices:
        await ask_price(database, stocked.variants[place], price_minor)
        await hear(database, changed(stocked, place))


def changed(stocked: Stocked, place: int = 0) -> PriceChanged:
    return PriceChanged(new_id(), stocked.variants[place], new_id())


async def drops(database: Database) -> list[tuple[int | None, int | None]]:
    """What was told, as prices before and after."""
    found = await told(database)
    assert {one.kind for one in found} <= {"price_dropped"}
    return [(one.before_minor, one.price_minor) for one in found]


async def let_days_pass(database: Database, days: int) -> None:
    statement = sa.text("UPDATE wishlist_item SET watched_at = watched_at - make_interval(days => :days)")
    async with database.unit() as unit:
        await unit.session.execute(statement.bindparams(sa.bindparam("days", type_=sa.Integer())), {"days": days})


@pytest.fixture
async def list_id(database: Database, stocked: Stocked) -> UUID:
    """A list of the only account, with a price alert for the first variant."""
    (account_id,) = await save_accounts(database)
    return await save_wishlist(database, account_id, stocked.variants[0], price=True)


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([1500], [(ASKED, 1500)]),
        ([2500], []),
        ([1500, 1500], [(ASKED, 1500)]),
        ([1500, 1200], [(ASKED, 1500), (1500, 1200)]),
        ([1500, 1900, 1500], [(ASKED, 1500)]),
        ([1500, 1900, 1499], [(ASKED, 1500), (1500, 1499)]),
        ([2500, 2400, 1998], [(ASKED, 1998)]),
    ],
)
async def test_each_lowest_price_is_told_once(
    database: Database, stocked: Stocked, list_id: UUID, prices: list[int], expected: list[tuple[int, int]]
) -> None:
    await reprice(database, stocked, *prices)

    assert await drops(database) == expected


async def test_hearing_twice_has_effect_once(database: Database, stocked: Stocked, list_id: UUID) -> None:
    await ask_price(database, stocked.variants[0], 1500)
    event = announced(changed(stocked))

    for one in (event, event, changed(stocked), AlertRequested(stocked.variants[0])):
        await hear(database, one)

    assert await drops(database) == [(ASKED, 1500)]


async def test_after_thirty_days_a_higher_price_is_what_drops_are_measured_against(
    database: Database, stocked: Stocked, list_id: UUID
) -> None:
    await reprice(database, stocked, 1500, 1900)
    await let_days_pass(database, 31)
    await reprice(database, stocked, 1800, 1500)

    assert await drops(database) == [(ASKED, 1500), (1800, 1500)]


async def test_asking_anew_measures_against_the_price_of_now(
    database: Database, stocked: Stocked, list_id: UUID
) -> None:
    async with database.read() as session:
        account_id = (await session.execute(sa.text("SELECT account_id FROM wishlist"))).scalar_one()
    await reprice(database, stocked, 1500, 1900)
    on, off = (AlertWish(stocked.variants[0], price_drop=wish) for wish in (True, False))
    await ask(database, account_id, list_id, on)
    await reprice(database, stocked, 1600)
    before = await drops(database)

    await ask(database, account_id, list_id, off)
    await ask(database, account_id, list_id, on)
    await reprice(database, stocked, 1550)

    assert before == [(ASKED, 1500)]
    assert await drops(database) == [(ASKED, 1500), (1600, 1550)]


async def test_the_first_price_of_a_variant_is_no_drop(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    offer = "UPDATE offer SET status = :status WHERE variant_id = :id"
    async with database.unit() as unit:
        await unit.session.execute(sa.text(offer), {"status": "paused", "id": stocked.variants[0]})
    await save_wishlist(database, account_id, stocked.variants[0], price=True)

    await hear(database, changed(stocked))
    await reprice(database, stocked, 1500, 1400)

    assert await drops(database) == [(1500, 1400)]


async def test_two_lists_of_one_account_are_told_of_what_it_heard_last(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    await save_wishlist(database, account_id, stocked.variants[0], name="Early", price=True)
    await ask_price(database, stocked.variants[0], 1700)
    await save_wishlist(database, account_id, stocked.variants[0], name="Late", price=True)

    await reprice(database, stocked, 1500)

    assert await told(database) == [Told(account_id, "price_dropped", stocked.variants[0], 1500, 1700)]


async def test_a_thousand_watchers_cost_as_many_statements_as_one(database: Database, stocked: Stocked) -> None:
    await save_watchers(database, stocked.variants[0], 1, price_minor=ASKED)
    watchers = await save_watchers(database, stocked.variants[1], 1000, price_minor=ASKED)
    for variant_id in stocked.variants:
        await ask_price(database, variant_id, 1500)

    with profiling() as few:
        await hear(database, changed(stocked, 0))
    with profiling() as many:
        await hear(database, changed(stocked, 1))

    assert many.round_trips == few.round_trips > 0
    assert {one.account_id for one in await told(database)} > set(watchers)
    async with database.read() as session:
        jobs = await session.scalars(sa.text("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'notifications.mail'"))
        assert jobs.one() == 1 + 1000 / 20


async def test_a_price_that_fell_while_its_product_was_archived_is_told_when_it_is_back(
    database: Database, stocked: Stocked, list_id: UUID
) -> None:
    async with database.unit() as unit:
        query = sa.text("SELECT product_id FROM variant WHERE id = :id")
        product_id: UUID = (await unit.session.execute(query, {"id": stocked.variants[0]})).scalar_one()
        await set_status(unit, product_id, "archived")
    await reprice(database, stocked, 1500)

    before = await drops(database)
    async with database.unit() as unit:
        await set_status(unit, product_id, "active")
    await hear(database, ProductChanged(product_id))

    assert before == []
    assert await drops(database) == [(ASKED, 1500)]
