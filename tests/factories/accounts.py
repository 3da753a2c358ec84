"""Accounts for tests, with passwords whose hashes are cheap to make."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher

from core.settings import AuthSettings
from models.accounts import Account, AccountSession
from services.accounts import AddressDraft, Device, NewAccount, Opened, create_account, email_key, save_address
from services.accounts.opening import open_session
from services.accounts.passwords import Passwords
from services.accounts.queries import find_accounts
from services.accounts.tokens import Role
from services.unit_of_work import Database

PASSWORD = "correct horse battery"
CHEAP = AuthSettings(password_memory_kib=64)
DEVICE = Device("192.0.2.1", "Test/1.0")
MONTH = timedelta(days=30)
_MANY = 22


def cheap_hash(password: str = PASSWORD) -> str:
    """As a process with the settings `CHEAP` makes it."""
    return PasswordHasher(time_cost=3, memory_cost=CHEAP.password_memory_kib, parallelism=1).hash(password)


def cheap_passwords() -> Passwords:
    return Passwords.from_settings(CHEAP)


async def save_account(
    database: Database,
    email: str = "ann@example.com",
    *,
    password: str = PASSWORD,
    role: Role = Role.CUSTOMER,
    seller_id: UUID | None = None,
    is_verified: bool = False,
) -> UUID:
    """An account that can sign in with `password`; its id."""
    async with database.unit() as unit:
        new = NewAccount(email_key(email), cheap_hash(password), role=role, seller_id=seller_id)
        account = await create_account(unit, new)
        if is_verified:
            verified = sa.update(Account).where(Account.id == account.id).values(email_verified_at=sa.func.now())
            await unit.session.execute(verified)
    return account.id


async def make_hash_old(database: Database) -> None:
    """Let all accounts have `PASSWORD` in a hash of parameters that no process uses any more."""
    old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    async with database.unit() as unit:
        await unit.session.execute(sa.update(Account).values(password_hash=old))


async def save_session(database: Database, account_id: UUID, *, lifetime: timedelta = MONTH) -> Opened:
    """A session that has just begun."""
    async with database.unit() as unit:
        accounts = await find_accounts(unit.session, [account_id])
        return await open_session(unit, account=accounts[account_id], device=DEVICE, lifetime=lifetime)


def address_draft(**changes: str | None) -> AddressDraft:
    lines = {"recipient": "Ann Lee", "line1": "1 Main Street", "city": "Springfield", "postal_code": "12345"}
    return AddressDraft(**{**lines, "country": "US", **changes})  # type: ignore[arg-type]  # tests change any line


async def save_some_address(
    database: Database, account_id: UUID, *, is_default: bool = False, **changes: str | None
) -> UUID:
    """An address of the account; its id."""
    draft = address_draft(**changes)
    async with database.unit() as unit:
        saved = await save_address(unit, account_id=account_id, id=None, draft=draft, is_default=is_default)
    return saved.id


async def save_busy_account(database: Database) -> UUID:
    """An account that has many of everything."""
    account_id = await save_account(database, "busy@example.com", is_verified=True)
    for number in range(_MANY):
        await save_session(database, account_id)
        await save_some_address(database, account_id, line1=f"{number} Main Street")
    return account_id


async def end_reasons(database: Database) -> list[str | None]:
    """Why each session has ended, in the order in which they began; None for those that go on."""
    async with database.read() as session:
        return list(await session.scalars(sa.select(AccountSession.end_reason).order_by(AccountSession.id)))
