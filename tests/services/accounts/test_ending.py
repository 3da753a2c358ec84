"""Sessions are ended by their owner alone, once, and are swept long after."""

import asyncio
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.accounts import (
    Ended,
    delete_old_sessions,
    log_out,
    log_out_by_token,
    refresh,
    revoke_other_sessions,
    revoke_session,
)
from services.unit_of_work import Database
from tests.factories.accounts import DEVICE, MONTH, end_reasons, save_account, save_session
from tests.factories.stock import published


async def _revoke(database: Database, account_id: UUID, session_id: UUID) -> Ended:
    async with database.unit() as unit:
        return await revoke_session(unit, account_id=account_id, session_id=session_id)


async def test_ends_one_session_and_says_so(database: Database) -> None:
    account_id = await save_account(database)
    first, _ = await save_session(database, account_id), await save_session(database, account_id)

    ended = await _revoke(database, account_id, first.session.id)

    assert ended == Ended(account_id, [first.session.id])
    assert await end_reasons(database) == ["revoked", None]
    (event,) = await published(database, "accounts.session_ended")
    assert event["reason"] == "revoked"


async def test_refuses_to_end_what_is_over_or_another_s(database: Database) -> None:
    mine, other = await save_account(database), await save_account(database, "bob@example.com")
    session_id = (await save_session(database, other)).session.id

    for account_id, key in ((mine, session_id), (mine, uuid4())):
        with pytest.raises(Rejected) as refusal:
            await _revoke(database, account_id, key)
        assert [(one.code, one.path) for one in refusal.value.problems] == [("NOT_FOUND", ("session",))]
    await _revoke(database, other, session_id)
    with pytest.raises(Rejected):
        await _revoke(database, other, session_id)

    assert await end_reasons(database) == ["revoked"]


async def test_of_many_at_once_one_ends_it(database: Database) -> None:
    account_id = await save_account(database)
    session_id = (await save_session(database, account_id)).session.id

    outcomes = await asyncio.gather(
        *(_revoke(database, account_id, session_id) for _ in range(6)), return_exceptions=True
    )

    assert sum(isinstance(outcome, Ended) for outcome in outcomes) == 1
    assert len(await published(database, "accounts.session_ended")) == 1


async def test_ends_all_others_of_the_account(database: Database) -> None:
    account_id, other = await save_account(database), await save_account(database, "bob@example.com")
    sessions = [await save_session(database, account_id) for _ in range(3)]
    await save_session(database, other)

    async with database.unit() as unit:
        ended = await revoke_other_sessions(unit, account_id=account_id, keep=sessions[1].session.id)

    assert ended.session_ids == [sessions[0].session.id, sessions[2].session.id]
    assert await end_reasons(database) == ["revoked", None, "revoked", None]


async def test_ends_none_where_the_one_to_keep_is_over_or_another_s(database: Database) -> None:
    mine, other = await save_account(database), await save_account(database, "bob@example.com")
    over = (await save_session(database, mine)).session.id
    await save_session(database, mine)
    anothers = (await save_session(database, other)).session.id
    await _revoke(database, mine, over)

    for keep in (over, anothers, uuid4()):
        async with database.unit() as unit:
            with pytest.raises(Rejected) as refusal:
                await revoke_other_sessions(unit, account_id=mine, keep=keep)
        assert [(one.code, one.path) for one in refusal.value.problems] == [("NOT_FOUND", ("keep",))]

    assert await end_reasons(database) == ["revoked", None, None]


async def test_logs_out_by_any_token_of_the_session(database: Database) -> None:
    account_id = await save_account(database)
    used, fresh = await save_session(database, account_id), await save_session(database, account_id)
    async with database.unit() as unit:
        await refresh(unit, token=used.refresh_token, device=DEVICE, lifetime=MONTH)

    for one in (used, fresh):
        async with database.unit() as unit:
            await log_out_by_token(unit, token=one.refresh_token)

    assert await end_reasons(database) == ["logout", "logout"]
    async with database.unit() as unit:
        again = await log_out(unit, account_id=account_id, session_id=used.session.id)
        with pytest.raises(Rejected) as refusal:
            await log_out_by_token(unit, token="unknown")
    assert again.session_ids == []
    assert refusal.value.problems[0].code == "BAD_REFRESH_TOKEN"


async def test_a_refresh_and_an_end_at_once_leave_no_session(database: Database) -> None:
    account_id = await save_account(database)
    for _ in range(5):
        opened = await save_session(database, account_id)

        async def go_on(token: str) -> None:
            async with database.unit() as unit:
                await refresh(unit, token=token, device=DEVICE, lifetime=MONTH)

        await asyncio.gather(
            go_on(opened.refresh_token), _revoke(database, account_id, opened.session.id), return_exceptions=True
        )

    assert await end_reasons(database) == ["revoked"] * 5


async def test_sessions_are_swept_with_their_tokens_long_after_their_time(database: Database) -> None:
    account_id = await save_account(database)
    for days in (31, 29, -1):
        opened = await save_session(database, account_id)
        async with database.unit() as unit:
            statement = "UPDATE account_session SET expires_at = now() - make_interval(days => :days) WHERE id = :id"
            await unit.session.execute(sa.text(statement), {"days": days, "id": opened.session.id})

    async with database.unit() as unit:
        deleted = [await delete_old_sessions(unit, limit=10), await delete_old_sessions(unit, limit=10)]

    assert deleted == [1, 0]
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM refresh_token")) == 2
