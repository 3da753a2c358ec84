"""A new password, by the present one."""

import asyncio
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.problems import Rejected
from services.accounts import Ended, change_password, email_key, prepare_change, prove_by_email, sign_in
from services.accounts.passwords import Passwords
from services.unit_of_work import Database
from tests.factories.accounts import (
    DEVICE,
    MONTH,
    PASSWORD,
    cheap_passwords,
    end_reasons,
    make_hash_old,
    save_account,
    save_session,
)

NEW = "another password"


@pytest.fixture
def passwords() -> Passwords:
    return cheap_passwords()


async def _change(
    database: Database, passwords: Passwords, account_id: UUID, *, present: str, new: str, keep: UUID | None = None
) -> Ended:
    proof, new_hash = await prepare_change(database, passwords, account_id=account_id, present=present, new=new)
    async with database.unit() as unit:
        return await change_password(unit, proof, new_hash=new_hash, keep=keep)


async def _sign_in(database: Database, passwords: Passwords) -> None:
    proof = await prove_by_email(database, passwords, email=email_key("ann@example.com"), password=PASSWORD)
    async with database.unit() as unit:
        await sign_in(unit, proof, device=DEVICE, lifetime=MONTH)


async def test_ends_all_sessions_but_the_one_that_asks(database: Database, passwords: Passwords) -> None:
    account_id = await save_account(database)
    sessions = [await save_session(database, account_id) for _ in range(3)]

    ended = await _change(database, passwords, account_id, present=PASSWORD, new=NEW, keep=sessions[1].session.id)

    assert ended.session_ids == [sessions[0].session.id, sessions[2].session.id]
    assert await end_reasons(database) == ["password_changed", None, "password_changed"]
    await prove_by_email(database, passwords, email=email_key("ann@example.com"), password=NEW)
    with pytest.raises(Rejected):
        await prove_by_email(database, passwords, email=email_key("ann@example.com"), password=PASSWORD)


@pytest.mark.parametrize(
    ("present", "new", "problems"),
    [
        ("wrong one", NEW, [("WRONG_PASSWORD", ("currentPassword",))]),
        (PASSWORD, "short", [("WEAK_PASSWORD", ("newPassword",))]),
        (PASSWORD, "ann@example.com", [("WEAK_PASSWORD", ("newPassword",))]),
        ("wrong one", "short", [("WRONG_PASSWORD", ("currentPassword",)), ("WEAK_PASSWORD", ("newPassword",))]),
    ],
)
async def test_refuses_with_all_reasons(
    database: Database, passwords: Passwords, present: str, new: str, problems: list[tuple[str, tuple[str, ...]]]
) -> None:
    account_id = await save_account(database)
    await save_session(database, account_id)

    with pytest.raises(Rejected) as refusal:
        await _change(database, passwords, account_id, present=present, new=new)

    assert [(one.code, one.path) for one in refusal.value.problems] == problems
    assert await end_reasons(database) == [None]


async def test_of_two_at_once_one_wins(database: Database, passwords: Passwords) -> None:
    account_id = await save_account(database)
    prepared = [
        await prepare_change(database, passwords, account_id=account_id, present=PASSWORD, new=f"{NEW} {number}")
        for number in range(4)
    ]

    async def change(number: int) -> Ended:
        proof, new_hash = prepared[number]
        async with database.unit() as unit:
            return await change_password(unit, proof, new_hash=new_hash, keep=None)

    outcomes = await asyncio.gather(*map(change, range(4)), return_exceptions=True)

    (winner,) = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, Ended)]
    assert all(isinstance(outcome, Ended | Rejected) for outcome in outcomes)
    await prove_by_email(database, passwords, email=email_key("ann@example.com"), password=f"{NEW} {winner}")


async def test_a_better_hash_of_the_same_password_is_no_change(database: Database, passwords: Passwords) -> None:
    account_id = await save_account(database)
    await make_hash_old(database)
    proof, new_hash = await prepare_change(database, passwords, account_id=account_id, present=PASSWORD, new=NEW)
    await _sign_in(database, passwords)

    async with database.unit() as unit:
        await change_password(unit, proof, new_hash=new_hash, keep=None)

    await prove_by_email(database, passwords, email=email_key("ann@example.com"), password=NEW)


async def test_an_account_of_an_outside_issuer_has_none_to_change(database: Database, passwords: Passwords) -> None:
    account_id = await save_account(database)
    async with database.unit() as unit:
        await unit.session.execute(sa.text("UPDATE account SET issuer = 'i', subject = 's', password_hash = NULL"))

    with pytest.raises(Rejected) as refusal:
        await _change(database, passwords, account_id, present=PASSWORD, new=NEW)

    assert [one.code for one in refusal.value.problems] == ["NO_PASSWORD"]
