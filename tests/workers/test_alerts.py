"""Real worker processes carry an alert from stock that arrives to a letter, once, though they are killed on the way."""

from collections import Counter
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from core.settings import Settings
from core.work_settings import EventSettings, JobSettings
from services.unit_of_work import Database
from tests.factories.stock import Stocked, save_stock
from tests.factories.wishlists import (
    ask_price,
    put_in_stock,
    save_accounts,
    save_watchers,
    save_wishlist,
    told,
)
from tests.workers.backbone import count, some_prefix, workers
from tests.workers.event_worker import start_worker
from tests.workers.scene import eventually

WATCHERS = 120


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        events=EventSettings(topic_prefix=some_prefix(), partitions=2),
        jobs=JobSettings(takeover_seconds=2, retry_seconds=0.1),
    )


@pytest.fixture
async def stocked(database: Database) -> Stocked:
    return await save_stock(database, {}, {"EAST": 1})


def letters(settings: Settings) -> Counter[str]:
    """How many letters each address got."""
    found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in _files(settings)]
    return Counter(str(message["To"]) for message in found)


def _files(settings: Settings) -> list[Path]:
    return list((settings.data_dir / "mail").glob("*.eml"))


async def test_stock_that_arrives_and_a_price_that_falls_are_told_within_seconds(
    database: Database, settings: Settings, stocked: Stocked
) -> None:
    waiting, saving = await save_accounts(database, 2)
    with workers(settings):
        await eventually(lambda: _is(database, "outbox_event WHERE relayed_at IS NULL", 0), seconds=60)
        await save_wishlist(database, waiting, stocked.variants[0], stock=True)
        await save_wishlist(database, saving, stocked.variants[1], price=True)

        await put_in_stock(database, stocked, 0, 5)
        await ask_price(database, stocked.variants[1], 1500)
        await eventually(lambda: _is(database, "notification WHERE mailed_at IS NOT NULL", 2), seconds=20)

    assert {(one.account_id, one.kind) for one in await told(database)} == {
        (waiting, "back_in_stock"),
        (saving, "price_dropped"),
    }
    assert letters(settings) == {"customer-0@example.com": 1, "customer-1@example.com": 1}


async def test_killed_workers_tell_everybody_once(database: Database, settings: Settings, stocked: Stocked) -> None:
    watchers = await save_watchers(database, stocked.variants[0], WATCHERS, price_minor=1)

    await put_in_stock(database, stocked, 0, 5)
    with workers(settings) as running:
        for reached in (1, WATCHERS // 3):
            await eventually(partial(_has_written, settings, reached), seconds=60)
            running[-1].kill()
            running[-1].wait()
            running.append(start_worker(settings))
        await eventually(lambda: _is(database, "notification WHERE mailed_at IS NOT NULL", WATCHERS), seconds=60)
        await eventually(lambda: _is(database, "pgqueuer WHERE entrypoint = 'notifications.mail'", 0), seconds=60)

    assert sorted(one.account_id for one in await told(database)) == sorted(watchers)
    assert letters(settings) == {f"customer-{number}@example.com": 1 for number in range(WATCHERS)}
    async with database.read() as session:
        assert (await session.scalars(sa.text("SELECT count(*) FROM parked_message"))).one() == 0


async def _is(database: Database, what: str, wanted: int) -> bool:
    return await count(database, what) == wanted


async def _has_written(settings: Settings, least: int) -> bool:
    return len(_files(settings)) >= least
