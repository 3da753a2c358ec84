"""Signing in: unknown and known accounts take the same way, and nothing is held while a password is hashed."""

import asyncio
from typing import Literal

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from core.problems import Rejected
from core.profile import profiling
from services.accounts import Opened, change_password, email_key, prove_by_email, sign_in
from services.accounts.passwords import Passwords
from services.accounts.signing_in import Proof
from services.unit_of_work import Database
from tests.factories.accounts import (
    CHEAP,
    DEVICE,
    MONTH,
    PASSWORD,
    cheap_hash,
    cheap_passwords,
    make_hash_old,
    save_account,
)


class _Counting(PasswordHasher):
    """Counts what is done, and how many connections were out of the pool meanwhile."""

    def __init__(self, database: Database) -> None:
        super().__init__(time_cost=3, memory_cost=CHEAP.password_memory_kib, parallelism=1)
        self.database = database
        self.verified: list[str] = []
        self.held: list[int] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.verified.append(str(hash).rpartition("$")[0].rpartition("$")[0])
        self.held.append(self.database.engine.pool.checkedout())  # type: ignore[attr-defined]  # of the pool in use
        return super().verify(hash, password)


async def _prove(database: Database, email: str, password: str, passwords: Passwords | None = None) -> Proof:
    passwords = passwords or cheap_passwords()
    return await prove_by_email(database, passwords, email=email_key(email), password=password)


async def _sign_in(database: Database, proof: Proof) -> Opened:
    async with database.unit() as unit:
        return await sign_in(unit, proof, device=DEVICE, lifetime=MONTH)


async def test_signs_in_by_any_spelling_of_the_address(database: Database) -> None:
    account_id = await save_account(database, "jos\u00e9@example.com")

    opened = [
        await _sign_in(database, await _prove(database, email, PASSWORD))
        for email in ("JOS\u00c9@example.com", "jose\u0301@EXAMPLE.com")
    ]

    assert [one.account.id for one in opened] == [account_id] * 2
    assert opened[0].session.id != opened[1].session.id
    assert opened[0].refresh_token != opened[1].refresh_token


@pytest.mark.parametrize(("email", "password"), [("ann@example.com", "wrong one"), ("bob@example.com", PASSWORD)])
async def test_does_not_tell_what_was_wrong(database: Database, email: str, password: str) -> None:
    await save_account(database)

    with pytest.raises(Rejected) as refusal:
        await _prove(database, email, password)

    (problem,) = refusal.value.problems
    assert (problem.code, problem.path) == ("BAD_CREDENTIALS", ())
    assert problem.message == "The e-mail address or the password is wrong."


async def test_an_unknown_account_costs_as_much_as_a_wrong_password(database: Database) -> None:
    await save_account(database)
    async with database.unit() as unit:
        outside = (
            "INSERT INTO account (id, email, email_key, issuer, subject) VALUES (gen_random_uuid(), :e, :e, 'i', 's')"
        )
        await unit.session.execute(sa.text(outside), {"e": "outside@example.com"})
    costs = []
    for email in ("ann@example.com", "bob@example.com", "outside@example.com"):
        hasher = _Counting(database)
        with profiling() as profile, pytest.raises(Rejected):
            await _prove(database, email, "wrong one", Passwords(hasher, at_once=1))
        costs.append((profile.statements, hasher.verified))

    statements, verified = costs[0]
    assert len(statements) == len(verified) == 1
    assert verified[0].startswith("$argon2id$v=19$m=64,t=3,p=1")
    assert costs == [costs[0]] * 3


async def test_no_connection_is_held_while_a_password_is_hashed(database: Database) -> None:
    await save_account(database)
    hasher = _Counting(database)

    await _prove(database, "ann@example.com", PASSWORD, Passwords(hasher, at_once=1))

    assert hasher.held == [0]


async def test_a_hash_of_old_parameters_is_replaced(database: Database) -> None:
    await save_account(database)
    await make_hash_old(database)

    await _sign_in(database, await _prove(database, "ann@example.com", PASSWORD))

    async with database.read() as session:
        kept = await session.scalar(sa.text("SELECT password_hash FROM account"))
    assert kept.startswith("$argon2id$v=19$m=64,t=3,p=1$")
    assert (await _prove(database, "ann@example.com", PASSWORD)).better_hash is None


async def test_all_who_sign_in_at_once_may_have_found_a_hash_of_old_parameters(database: Database) -> None:
    account_id = await save_account(database)
    await make_hash_old(database)
    proofs = [await _prove(database, "ann@example.com", PASSWORD) for _ in range(3)]

    opened = await asyncio.gather(*(_sign_in(database, proof) for proof in proofs))

    assert all(proof.better_hash for proof in proofs)
    assert [one.account.id for one in opened] == [account_id] * 3


async def test_a_password_that_was_changed_meanwhile_does_not_let_in(database: Database) -> None:
    await save_account(database)
    proof = await _prove(database, "ann@example.com", PASSWORD)
    async with database.unit() as unit:
        await change_password(unit, proof, new_hash=cheap_hash("another password"), keep=None)

    for stale in (proof, proof._replace(better_hash=cheap_hash())):
        with pytest.raises(Rejected) as refusal:
            await _sign_in(database, stale)
        assert refusal.value.problems[0].code == "BAD_CREDENTIALS"


async def test_a_sign_in_and_a_change_of_password_at_once_leave_no_session_of_the_old_one(database: Database) -> None:
    await save_account(database)
    proof = await _prove(database, "ann@example.com", PASSWORD)

    async def change() -> None:
        async with database.unit() as unit:
            await change_password(unit, proof, new_hash=cheap_hash("another password"), keep=None)

    await asyncio.gather(
        *(_sign_in(database, proof) for _ in range(3)), change(), *(_sign_in(database, proof) for _ in range(3)),
        return_exceptions=True,
    )  # fmt: skip

    async with database.read() as session:
        going_on = await session.scalar(sa.text("SELECT count(*) FROM account_session WHERE ended_at IS NULL"))
    assert going_on == 0
