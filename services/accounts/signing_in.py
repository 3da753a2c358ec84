"""Signing in by e-mail and password.

The password is proven first, without a connection; what follows in a transaction holds only if the account has that
same password then, in whichever hash. An unknown address takes the same way as a wrong password: one statement and one
verification.
"""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.problems import Rejected
from models.accounts import Account
from services.accounts.emails import EmailKey
from services.accounts.opening import open_session
from services.accounts.passwords import Passwords
from services.accounts.problems import BadCredentials, NoPassword, WrongPassword
from services.accounts.queries import ACCOUNT_COLUMNS, account_of, find_secret
from services.accounts.records import AccountRecord, Device, Opened
from services.unit_of_work import Database, UnitOfWork


class Proof(NamedTuple):
    """Somebody has shown to know this version of a password, by this hash. `better_hash` is one to keep instead."""

    account_id: UUID
    email: str | None
    password_version: int
    password_hash: str
    better_hash: str | None = None


async def prove_by_email(database: Database, passwords: Passwords, *, email: EmailKey, password: str) -> Proof:
    """Raises `Rejected` (BAD_CREDENTIALS)."""
    async with database.read() as session:
        secret = await find_secret(session, email_key=email.key)
    verdict = await passwords.verify(password, None if secret is None else secret.password_hash)
    if secret is None or secret.password_hash is None or not verdict.is_right:
        raise Rejected(_bad_credentials())
    return Proof(secret.account_id, secret.email, secret.password_version, secret.password_hash, verdict.better_hash)


async def prove_again(database: Database, passwords: Passwords, *, account_id: UUID, password: str) -> Proof:
    """For who has signed in already; raises `Rejected`: WRONG_PASSWORD, NO_PASSWORD."""
    async with database.read() as session:
        secret = await find_secret(session, account_id=account_id)
    if secret is None or secret.password_hash is None:
        raise Rejected(NoPassword(message="This account signs in elsewhere and has no password."))
    verdict = await passwords.verify(password, secret.password_hash)
    if not verdict.is_right:
        raise Rejected(wrong_password())
    return Proof(secret.account_id, secret.email, secret.password_version, secret.password_hash, verdict.better_hash)


async def sign_in(unit: UnitOfWork, proof: Proof, *, device: Device, lifetime: timedelta) -> Opened:
    """Begin a session; raises `Rejected` (BAD_CREDENTIALS) if the password has been changed since the proof."""
    account = await _lock(unit, proof)
    if account is None:
        raise Rejected(_bad_credentials())
    return await open_session(unit, account=account, device=device, lifetime=lifetime)


async def _lock(unit: UnitOfWork, proof: Proof) -> AccountRecord | None:
    """The account, kept from changing its password until this unit ends; None if it has another one by now."""
    if proof.better_hash is not None:
        # Others may do the same at once, and one is enough. Before the lock, which several hold.
        same_hash = (Account.id == proof.account_id) & (Account.password_hash == proof.password_hash)
        await unit.session.execute(sa.update(Account).where(same_hash).values(password_hash=proof.better_hash))
    proven = (Account.id == proof.account_id) & (Account.password_version == proof.password_version)
    found = await unit.session.execute(sa.select(*ACCOUNT_COLUMNS).where(proven).with_for_update(read=True))
    row = found.one_or_none()
    return None if row is None else account_of(row)


def wrong_password() -> WrongPassword:
    return WrongPassword(message="This is not the present password.", path=("currentPassword",))


def _bad_credentials() -> BadCredentials:
    return BadCredentials(message="The e-mail address or the password is wrong.")
