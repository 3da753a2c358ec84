"""Loaders of accounts, their sessions and addresses. Whose they are is for the resolvers to check."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from loaders.batch import OptionalBatch
from services.accounts import AccountRecord, AddressRecord, SessionRecord
from services.accounts.queries import find_accounts, find_addresses, find_default_addresses, find_sessions
from services.unit_of_work import ReadSession


class AccountById(OptionalBatch[UUID, AccountRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, AccountRecord]:
        return await find_accounts(session, keys)


class SessionById(OptionalBatch[UUID, SessionRecord]):
    """Sessions that go on."""

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, SessionRecord]:
        return await find_sessions(session, keys)


class AddressById(OptionalBatch[UUID, AddressRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, AddressRecord]:
        return await find_addresses(session, keys)


class DefaultAddressByAccount(OptionalBatch[UUID, AddressRecord]):
    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, AddressRecord]:
        return await find_default_addresses(session, keys)
