"""SQL reads of accounts; each is one statement."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from models.accounts import Account, AccountSession, Address
from services.accounts.records import AccountRecord, AddressRecord, SessionRecord
from services.accounts.tokens import Role
from services.unit_of_work import ReadSession

ACCOUNT_COLUMNS = tuple(getattr(Account, name) for name in AccountRecord._fields)
SESSION_COLUMNS = tuple(getattr(AccountSession, name) for name in SessionRecord._fields)
ADDRESS_COLUMNS = tuple(getattr(Address, name) for name in AddressRecord._fields)
IS_ALIVE = AccountSession.ended_at.is_(None) & (AccountSession.expires_at > sa.func.now())


class Secret(NamedTuple):
    """What an account's password is checked against; None for those that sign in elsewhere."""

    account_id: UUID
    email: str | None
    email_key: str | None
    password_hash: str | None
    password_version: int


# Rows of SQLAlchemy are of any types, hence Any.
def account_of(row: Sequence[Any]) -> AccountRecord:
    """The account in the first columns of a row."""
    found = AccountRecord._make(row[: len(AccountRecord._fields)])
    return found._replace(role=Role(found.role))


async def find_accounts(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, AccountRecord]:
    rows = await session.execute(sa.select(*ACCOUNT_COLUMNS).where(Account.id.in_(ids)))
    return {row.id: account_of(row) for row in rows}


async def find_account_by_email(session: ReadSession, email_key: str) -> AccountRecord | None:
    row = (await session.execute(sa.select(*ACCOUNT_COLUMNS).where(Account.email_key == email_key))).one_or_none()
    return None if row is None else account_of(row)


async def find_secret(
    session: ReadSession, *, email_key: str | None = None, account_id: UUID | None = None
) -> Secret | None:
    """The secret of the account with this e-mail, or with this id."""
    statement = sa.select(Account.id, Account.email, Account.email_key, Account.password_hash, Account.password_version)
    wanted = Account.id == account_id if email_key is None else Account.email_key == email_key
    row = (await session.execute(statement.where(wanted))).one_or_none()
    return None if row is None else Secret._make(row)


async def find_sessions(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, SessionRecord]:
    """Those that go on."""
    rows = await session.execute(sa.select(*SESSION_COLUMNS).where(AccountSession.id.in_(ids), IS_ALIVE))
    return {row.id: SessionRecord._make(row) for row in rows}


async def list_sessions(
    session: ReadSession, *, account_id: UUID, first: int, after: UUID | None
) -> Sequence[SessionRecord]:
    """An account's sessions that go on, the newest first, older than `after`."""
    statement = (
        sa.select(*SESSION_COLUMNS)
        .where(AccountSession.account_id == account_id, IS_ALIVE)
        .order_by(AccountSession.id.desc())
        .limit(first)
    )
    if after is not None:
        statement = statement.where(AccountSession.id < after)
    return [SessionRecord._make(row) for row in await session.execute(statement)]


async def find_addresses(session: ReadSession, ids: Sequence[UUID]) -> Mapping[UUID, AddressRecord]:
    rows = await session.execute(sa.select(*ADDRESS_COLUMNS).where(Address.id.in_(ids)))
    return {row.id: AddressRecord._make(row) for row in rows}


async def find_default_addresses(session: ReadSession, account_ids: Sequence[UUID]) -> Mapping[UUID, AddressRecord]:
    """The default address by account."""
    rows = await session.execute(
        sa.select(*ADDRESS_COLUMNS).where(Address.account_id.in_(account_ids), Address.is_default)
    )
    return {row.account_id: AddressRecord._make(row) for row in rows}


async def list_addresses(
    session: ReadSession, *, account_id: UUID, first: int, after: UUID | None
) -> Sequence[AddressRecord]:
    """An account's addresses, the newest first, older than `after`."""
    statement = (
        sa.select(*ADDRESS_COLUMNS).where(Address.account_id == account_id).order_by(Address.id.desc()).limit(first)
    )
    if after is not None:
        statement = statement.where(Address.id < after)
    return [AddressRecord._make(row) for row in await session.execute(statement)]
