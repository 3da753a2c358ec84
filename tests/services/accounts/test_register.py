"""Accounts are made once for each address, however it is written."""

import asyncio
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.accounts import NewAccount, Opened, check_registration, create_account, email_key, register
from services.accounts.tokens import Role
from services.unit_of_work import Database
from tests.factories.accounts import DEVICE, MONTH, cheap_hash, save_account


async def _register(database: Database, email: str) -> Opened:
    async with database.unit() as unit:
        return await register(unit, NewAccount(email_key(email), cheap_hash(), " Ann "), device=DEVICE, lifetime=MONTH)


async def _count(database: Database, table: str) -> int:
    async with database.read() as session:
        return int(await session.scalar(sa.text(f"SELECT count(*) FROM {table}")) or 0)


async def test_makes_an_account_with_a_session_and_has_a_letter_sent(database: Database) -> None:
    opened = await _register(database, "Ann@Example.com")

    account, session = opened.account, opened.session
    assert (account.email, account.name, account.role) == ("Ann@example.com", "Ann", Role.CUSTOMER)
    assert not account.is_email_verified
    assert session.account_id == account.id
    assert (session.address, session.user_agent) == (DEVICE.address, DEVICE.user_agent)
    assert session.expires_at - session.created_at == MONTH
    async with database.read() as reading:
        (job,) = (
            await reading.execute(sa.text("SELECT entrypoint, convert_from(payload, 'UTF8') FROM pgqueuer"))
        ).all()
    assert job[0] == "accounts.mail"
    assert str(account.id) in job[1]


async def test_keeps_neither_the_password_nor_the_token(database: Database) -> None:
    opened = await _register(database, "ann@example.com")

    async with database.read() as session:
        password_hash = await session.scalar(sa.text("SELECT password_hash FROM account"))
        token_hash = await session.scalar(sa.text("SELECT token_hash FROM refresh_token"))
    assert password_hash.startswith("$argon2id$")
    assert len(token_hash) == 32
    assert opened.refresh_token.encode() not in token_hash
    assert len(opened.refresh_token) == 43


@pytest.mark.parametrize("other", ["ann@EXAMPLE.com", "ＡＮＮ＠ＥＸＡＭＰＬＥ．ＣＯＭ", "ANN@example.com"])
async def test_refuses_an_address_that_is_taken_in_another_spelling(database: Database, other: str) -> None:
    await _register(database, "Ann@Example.com")

    with pytest.raises(Rejected) as refusal:
        await _register(database, other)

    assert [(one.code, one.path) for one in refusal.value.problems] == [("EMAIL_TAKEN", ("email",))]
    assert await _count(database, "account_session") == 1


async def test_of_many_at_once_one_gets_the_address(database: Database, open_database: Callable[[], Database]) -> None:
    pools = [database, open_database()]
    spellings = ["ann@example.com", "Ann@example.com", "ANN@EXAMPLE.COM"]

    outcomes = await asyncio.gather(
        *(_register(pools[n % 2], spellings[n % 3]) for n in range(9)), return_exceptions=True
    )

    assert sum(isinstance(outcome, Opened) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Opened | Rejected) for outcome in outcomes)
    assert await _count(database, "account") == 1
    assert await _count(database, "account_session") == 1


async def test_refuses_a_seller_that_does_not_exist(database: Database) -> None:
    account_id = await save_account(database)

    new = NewAccount(email_key("bob@example.com"), cheap_hash(), role=Role.SELLER, seller_id=account_id)
    async with database.unit() as unit:
        with pytest.raises(Rejected) as refusal:
            await create_account(unit, new)

    assert [problem.code for problem in refusal.value.problems] == ["NOT_FOUND"]


def test_tells_all_that_is_wrong_with_a_registration_together() -> None:
    with pytest.raises(Rejected) as refusal:
        check_registration(email="ann", password="short", name="\x00")

    assert [(one.code, one.path) for one in refusal.value.problems] == [
        ("BAD_EMAIL", ("email",)),
        ("BAD_NAME", ("name",)),
        ("WEAK_PASSWORD", ("password",)),
    ]
