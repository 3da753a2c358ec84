"""Notifications by mail: one letter each, whatever the mail server and the worker do meanwhile."""

from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.money import Money
from core.problems import Unavailable
from core.settings import MailSettings, Settings
from models.wishlists import NotificationKind
from services.notifications import News, mail_job, notify
from services.unit_of_work import Database
from tests.factories.mail import Postbox
from tests.factories.stock import Stocked, save_stock
from tests.factories.wishlists import save_accounts

SETTINGS = Settings(mail=MailSettings(link_base="https://shop.example/"))


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    return await save_stock(database, {})


def back(stocked: Stocked) -> News:
    return News(NotificationKind.BACK_IN_STOCK, stocked.variants[0], new_id())


async def tell(database: Database, news: News, *accounts: UUID, before: int | None = None) -> Sequence[UUID]:
    async with database.unit() as unit:
        return await notify(unit, {news: dict.fromkeys(accounts, before)})


async def run(database: Database, postbox: Postbox, ids: Sequence[UUID]) -> None:
    """The job, as a worker runs it."""
    async with database.unit() as unit:
        await mail_job(postbox, SETTINGS).run(unit, {"notifications": [str(one) for one in ids]})


async def waiting(database: Database) -> list[list[str]]:
    """The notifications of each job that waits."""
    statement = "SELECT payload FROM pgqueuer WHERE entrypoint = 'notifications.mail' ORDER BY id"
    async with database.read() as session:
        texts = await session.scalars(sa.text(f"SELECT convert_from(payload, 'UTF8')::json FROM ({statement}) AS job"))
        return [payload["notifications"] for payload in texts]


async def mailed(database: Database) -> set[UUID]:
    async with database.read() as session:
        return set(await session.scalars(sa.text("SELECT id FROM notification WHERE mailed_at IS NOT NULL")))


async def test_a_letter_says_what_the_notification_says(database: Database, stocked: Stocked) -> None:
    (account_id,) = await save_accounts(database)
    drop = News(NotificationKind.PRICE_DROPPED, stocked.variants[0], new_id(), Money(1500, "USD"))
    ids = [*await tell(database, back(stocked), account_id), *await tell(database, drop, account_id, before=1999)]
    postbox = Postbox()

    for one in ids:
        await run(database, postbox, [one])

    first, second = postbox.letters
    assert (first.to, first.subject) == ("customer-0@example.com", "Back in stock: Steel kettle P-S-0")
    assert first.text.startswith("Steel kettle P-S-0 can be bought again.\n\nhttps://shop.example/products/")
    assert second.subject == "Price drop: Steel kettle P-S-0"
    assert "costs $15.00 now, and was $19.99" in second.text
    assert [letter.key for letter in postbox.letters] == [f"notification:{one}" for one in ids]


async def test_nothing_is_mailed_twice(database: Database, stocked: Stocked) -> None:
    ids = await tell(database, back(stocked), *await save_accounts(database, 3))
    postbox = Postbox()

    for _ in range(2):
        await run(database, postbox, ids)

    assert len(postbox.letters) == 3
    assert await mailed(database) == set(ids)


async def test_only_verified_addresses_are_written_to(database: Database, stocked: Stocked) -> None:
    (known,), (unknown,) = await save_accounts(database), await save_accounts(database, verified=False)
    async with database.unit() as unit:
        outside = "INSERT INTO account (id, issuer, subject) VALUES (:id, 'elsewhere', 'ann')"
        await unit.session.execute(sa.text(outside), {"id": (nameless := new_id())})
    ids = await tell(database, back(stocked), known, unknown, nameless)
    postbox = Postbox()

    await run(database, postbox, ids)

    assert [letter.to for letter in postbox.letters] == ["customer-0@example.com"]


async def test_one_address_that_does_not_exist_keeps_nobody_waiting(database: Database, stocked: Stocked) -> None:
    ids = await tell(database, back(stocked), *await save_accounts(database, 3))
    postbox = Postbox(refused={"customer-1@example.com"})

    await run(database, postbox, ids)

    assert [letter.to for letter in postbox.letters] == ["customer-0@example.com", "customer-2@example.com"]
    assert await mailed(database) == set(ids)


async def test_a_server_that_fails_in_the_middle_gets_the_rest_later(database: Database, stocked: Stocked) -> None:
    ids = await tell(database, back(stocked), *await save_accounts(database, 5))
    postbox = Postbox(room=2)

    await run(database, postbox, ids)
    _told, *jobs = await waiting(database)
    postbox.room = None
    for job in jobs:
        await run(database, postbox, list(map(UUID, job)))

    assert [len(job) for job in jobs] == [1, 2]
    assert sorted(letter.to for letter in postbox.letters) == [f"customer-{n}@example.com" for n in range(5)]
    assert await mailed(database) == set(ids)


@pytest.mark.parametrize("place", range(3))
async def test_a_mailbox_that_is_always_busy_keeps_nobody_else_waiting(
    database: Database, stocked: Stocked, place: int
) -> None:
    ids = await tell(database, back(stocked), *await save_accounts(database, 3))
    postbox = Postbox(busy={f"customer-{place}@example.com"})

    await run(database, postbox, ids)
    _told, alone, *behind = await waiting(database)
    for job in behind:
        await run(database, postbox, list(map(UUID, job)))
    with pytest.raises(Unavailable):
        await run(database, postbox, list(map(UUID, alone)))

    assert alone == [str(ids[place])]
    assert await mailed(database) == set(ids) - {ids[place]}


async def test_one_letter_that_cannot_go_fails_its_job_so_that_it_comes_again(
    database: Database, stocked: Stocked
) -> None:
    ids = await tell(database, back(stocked), *await save_accounts(database))
    await_room = Postbox(room=0)

    with pytest.raises(Unavailable):
        await run(database, await_room, ids)

    assert await mailed(database) == set()
    assert len(await waiting(database)) == 1


async def test_the_same_event_tells_an_account_once(database: Database, stocked: Stocked) -> None:
    first, second = await save_accounts(database, 2)
    news = back(stocked)

    told = [await tell(database, news, first), await tell(database, news, first, second), await tell(database, news)]

    assert [len(ids) for ids in told] == [1, 1, 0]
    assert len(await waiting(database)) == 2


async def test_twenty_letters_are_one_job(database: Database, stocked: Stocked) -> None:
    ids = await tell(database, back(stocked), *await save_accounts(database, 45))

    assert [len(one) for one in await waiting(database)] == [20, 20, 5]
    assert {key for one in await waiting(database) for key in one} == {str(one) for one in ids}
