"""Whether a session goes on: remembered by the cache, decided by Postgres."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis

from bootstrap.cache import open_cache
from core.profile import profiling
from ports.cache import Cache, Versioned
from services.accounts import Ended, revoke_session, session_is_alive, shut_out
from services.unit_of_work import Database
from tests.factories.accounts import save_account, save_session

ACCESS = timedelta(minutes=10)
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    opened = open_cache(redis_url)
    yield opened
    await opened.close()


async def _end(database: Database, account_id: UUID, session_id: UUID) -> Ended:
    async with database.unit() as unit:
        return await revoke_session(unit, account_id=account_id, session_id=session_id)


async def test_is_asked_of_postgres_once_and_remembered(database: Database, cache: Cache) -> None:
    session_id = (await save_session(database, await save_account(database))).session.id

    costs = []
    for _ in range(3):
        with profiling() as profile:
            assert await session_is_alive(database, cache, session_id)
        costs.append(profile.sql)

    assert costs == [1, 0, 0]


async def test_what_has_ended_is_refused_at_once(database: Database, cache: Cache) -> None:
    account_id = await save_account(database)
    session_id = (await save_session(database, account_id)).session.id
    assert await session_is_alive(database, cache, session_id)

    ended = await _end(database, account_id, session_id)
    await shut_out(cache, ended.session_ids, access=ACCESS)

    with profiling() as profile:
        assert not await session_is_alive(database, cache, session_id)
    assert profile.sql == 0


async def test_a_slow_reader_cannot_bring_it_back(database: Database, cache: Cache) -> None:
    account_id = await save_account(database)
    session_id = (await save_session(database, account_id)).session.id
    ended = await _end(database, account_id, session_id)
    await shut_out(cache, ended.session_ids, access=ACCESS)

    # As one would that has read Postgres before the end, and comes to remember it after.
    await cache.put_many({f"session:{session_id}": Versioned(0, b"1")}, seconds=30)

    assert not await session_is_alive(database, cache, session_id)


async def test_an_emptied_cache_brings_nothing_back(database: Database, cache: Cache, redis_url: str) -> None:
    account_id = await save_account(database)
    session_id = (await save_session(database, account_id)).session.id
    await shut_out(cache, (await _end(database, account_id, session_id)).session_ids, access=ACCESS)

    async with Redis.from_url(redis_url) as client:
        await client.flushdb()

    assert not await session_is_alive(database, cache, session_id)
    with profiling() as profile:
        assert not await session_is_alive(database, cache, session_id)
    assert profile.sql == 0


async def test_postgres_decides_while_the_cache_is_down(database: Database) -> None:
    account_id = await save_account(database)
    session_id = (await save_session(database, account_id)).session.id
    cache = open_cache(NOWHERE)

    before = await session_is_alive(database, cache, session_id)
    ended = await _end(database, account_id, session_id)
    await shut_out(cache, ended.session_ids, access=ACCESS)
    after = await session_is_alive(database, cache, session_id)
    await cache.close()

    assert (before, after) == (True, False)


async def test_what_is_over_or_unknown_does_not_go_on(database: Database, cache: Cache) -> None:
    session_id = (await save_session(database, await save_account(database))).session.id
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE account_session SET expires_at = now()"))

    assert not await session_is_alive(database, cache, session_id)
    assert not await session_is_alive(database, cache, uuid4())


async def test_nothing_that_ended_is_nothing_to_tell(cache: Cache) -> None:
    with profiling() as profile:
        await shut_out(cache, [], access=ACCESS)

    assert profile.cache == 0
