"""What an account was told, the newest first, and what of it has been read."""

from collections.abc import Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.ids import new_id
from core.problems import Rejected
from core.settings import Settings
from models.wishlists import NotificationKind
from services import notifications
from services.notifications import News
from services.unit_of_work import Database
from tests.factories.stock import save_stock
from tests.factories.wishlists import save_accounts
from workers.sweeping import Sweeper


async def tell(database: Database, account_id: UUID, count: int) -> Sequence[UUID]:
    """The ids of so many notifications, the newest first."""
    (variant_id,) = (await save_stock(database, {})).variants
    ids: list[UUID] = []
    for _ in range(count):
        async with database.unit() as unit:
            news = News(NotificationKind.BACK_IN_STOCK, variant_id, new_id())
            ids += await notifications.notify(unit, {news: {account_id: None}})
    return ids[::-1]


async def page(database: Database, account_id: UUID, *, first: int = 100, after: UUID | None = None) -> list[UUID]:
    async with database.read() as session:
        rows = await notifications.list_notifications(session, account_id=account_id, first=first, after=after)
    return [row.id for row in rows]


async def read(database: Database, account_id: UUID, ids: Sequence[UUID] | None) -> int:
    async with database.unit() as unit:
        return await notifications.mark_read(unit, account_id=account_id, ids=ids)


async def test_pages_run_from_the_newest_to_the_oldest(database: Database) -> None:
    mine, other = await save_accounts(database, 2)
    ids = await tell(database, mine, 5)

    pages = [await page(database, mine, first=3), await page(database, mine, first=3, after=ids[2])]

    assert pages == [ids[:3], ids[3:]]
    assert await page(database, other) == []


async def test_what_is_read_is_counted_no_longer(database: Database) -> None:
    mine, other = await save_accounts(database, 2)
    ids = await tell(database, mine, 4)

    left = [await read(database, mine, ids[:1]), await read(database, mine, ids[:2]), await read(database, mine, None)]

    assert left == [3, 2, 0]
    async with database.read() as session:
        assert await notifications.count_unread(session, [mine, other]) == {}


async def test_notifications_of_others_do_not_exist(database: Database) -> None:
    mine, other = await save_accounts(database, 2)
    ids = await tell(database, mine, 2)

    with pytest.raises(Rejected) as refusal:
        await read(database, other, [ids[0], new_id()])
    await read(database, other, None)

    assert [(one.code, one.path) for one in refusal.value.problems] == [
        ("NOT_FOUND", ("notifications", "0")),
        ("NOT_FOUND", ("notifications", "1")),
    ]
    async with database.read() as session:
        assert await notifications.count_unread(session, [mine]) == {mine: 2}


async def test_what_was_told_more_than_a_year_ago_is_swept(database: Database) -> None:
    (mine,) = await save_accounts(database)
    kept, gone = await tell(database, mine, 2)
    for id, days in ((kept, 364), (gone, 366)):
        age = sa.text("UPDATE notification SET created_at = now() - make_interval(days => :days) WHERE id = :id")
        async with database.unit() as unit:
            await unit.session.execute(age, {"id": id, "days": days})

    await Sweeper(database, Settings()).step()

    assert await page(database, mine) == [kept]
