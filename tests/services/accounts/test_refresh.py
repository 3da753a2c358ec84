"""Refresh tokens: each is good once, and one that comes again ends the session."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.accounts import Device, Ended, Opened, log_out, refresh
from services.accounts.problems import SessionEnded
from services.unit_of_work import Database
from tests.factories.accounts import DEVICE, MONTH, end_reasons, save_account, save_session
from tests.factories.stock import published


async def _refresh(database: Database, token: str, device: Device = DEVICE) -> Opened | Ended:
    async with database.unit() as unit:
        return await refresh(unit, token=token, device=device, lifetime=MONTH)


async def _next(database: Database, token: str) -> str:
    refreshed = await _refresh(database, token)
    assert isinstance(refreshed, Opened)
    return refreshed.refresh_token


async def _code(database: Database, token: str) -> str:
    with pytest.raises(Rejected) as refusal:
        await _refresh(database, token)
    return refusal.value.problems[0].code


async def test_a_session_goes_on_with_another_token(database: Database) -> None:
    opened = await save_session(database, await save_account(database), lifetime=timedelta(days=1))

    refreshed = await _refresh(database, opened.refresh_token, Device("192.0.2.9", "Other\x00/2.0" + "x" * 1000))

    assert isinstance(refreshed, Opened)
    assert refreshed.refresh_token != opened.refresh_token
    assert refreshed.account == opened.account
    assert refreshed.session.id == opened.session.id
    assert refreshed.session.expires_at > opened.session.expires_at
    assert refreshed.session.last_used_at > opened.session.last_used_at
    assert refreshed.session.address == "192.0.2.9"
    assert refreshed.session.user_agent is not None
    assert refreshed.session.user_agent.startswith("Other/2.0")
    assert len(refreshed.session.user_agent) == 300


async def test_tokens_follow_each_other(database: Database) -> None:
    token = (await save_session(database, await save_account(database))).refresh_token

    for _ in range(5):
        token = await _next(database, token)

    assert await end_reasons(database) == [None]


async def test_a_token_that_comes_again_ends_the_session_for_all(database: Database) -> None:
    opened = await save_session(database, await save_account(database))
    await save_session(database, opened.account.id)
    newest = await _next(database, await _next(database, opened.refresh_token))

    again = await _refresh(database, opened.refresh_token)

    assert again == Ended(opened.account.id, [opened.session.id])
    assert await end_reasons(database) == ["reused", None]
    with pytest.raises(Rejected) as refusal:
        await _refresh(database, newest)
    (problem,) = refusal.value.problems
    assert isinstance(problem, SessionEnded)
    assert problem.reason == "reused"
    assert await published(database, "accounts.session_ended") == [
        {"account_id": str(opened.account.id), "session_id": str(opened.session.id), "reason": "reused"}
    ]


async def test_of_two_uses_at_once_one_wins_and_the_other_is_a_reuse(
    database: Database, open_database: Callable[[], Database]
) -> None:
    pools = [database, open_database()]
    account_id = await save_account(database)
    for _ in range(5):
        token = (await save_session(database, account_id)).refresh_token

        outcomes = await asyncio.gather(*(_refresh(pool, token) for pool in pools))

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Ended", "Opened"]
    assert await end_reasons(database) == ["reused"] * 5
    assert len(await published(database, "accounts.session_ended")) == 5


async def test_many_uses_at_once_are_one_win_one_reuse_and_refusals(database: Database) -> None:
    token = (await save_session(database, await save_account(database))).refresh_token

    outcomes = await asyncio.gather(*(_refresh(database, token) for _ in range(8)), return_exceptions=True)

    names = sorted(type(outcome).__name__ for outcome in outcomes)
    assert names == ["Ended", "Opened", *["Rejected"] * 6]


@pytest.mark.parametrize("token", ["", "x", "x" * 1_000_000, "\ud800", "\x00"])
async def test_refuses_what_is_no_token(database: Database, token: str) -> None:
    assert await _code(database, token) == "BAD_REFRESH_TOKEN"


async def test_refuses_a_token_whose_session_is_over(database: Database) -> None:
    account_id = await save_account(database)
    ended, expired = await save_session(database, account_id), await save_session(database, account_id)
    async with database.unit() as unit:
        await log_out(unit, account_id=account_id, session_id=ended.session.id)
        over = "UPDATE account_session SET expires_at = now() WHERE id = :id"
        await unit.session.execute(sa.text(over), {"id": expired.session.id})

    reasons = []
    for one in (ended, expired):
        with pytest.raises(Rejected) as refusal:
            await _refresh(database, one.refresh_token)
        (problem,) = refusal.value.problems
        assert isinstance(problem, SessionEnded)
        reasons.append(problem.reason)

    assert reasons == ["logout", None]


async def test_tokens_of_long_ago_are_forgotten(database: Database) -> None:
    opened = await save_session(database, await save_account(database))
    token = await _next(database, opened.refresh_token)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE refresh_token SET used_at = used_at - interval '31 days'"))

    await _next(database, token)

    assert await _code(database, opened.refresh_token) == "BAD_REFRESH_TOKEN"
    async with database.read() as session:
        assert await session.scalar(sa.text("SELECT count(*) FROM refresh_token")) == 2
    assert await end_reasons(database) == [None]
