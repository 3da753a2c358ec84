"""What people see of their own accounts. Nobody sees another's."""

from collections.abc import Awaitable
from uuid import UUID

from core.paging import Page, binding, decode_id
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from services.accounts import AccountRecord, AddressRecord, SessionRecord
from services.accounts.queries import list_addresses, list_sessions


async def viewer(info: Info) -> AccountRecord | None:
    key = info.context.principal.account_id
    return None if key is None else await info.context.loaders.account_by_id.load(key)


async def visible_account(info: Info, key: UUID) -> AccountRecord | None:
    """The account, if it is the caller's own."""
    return await viewer(info) if key == info.context.principal.account_id else None


async def visible_address(info: Info, key: UUID) -> AddressRecord | None:
    """The address, if it is of the caller's account."""
    found = await info.context.loaders.address_by_id.load(key)
    return found if found is not None and found.account_id == info.context.principal.account_id else None


async def visible_session(info: Info, key: UUID) -> SessionRecord | None:
    """The session, if it is of the caller's account and goes on."""
    found = await info.context.loaders.session_by_id.load(key)
    return found if found is not None and found.account_id == info.context.principal.account_id else None


def default_address(root: AccountRecord, info: Info) -> Awaitable[AddressRecord | None]:
    return info.context.loaders.default_address_by_account.load(root.id)


def addresses(
    root: AccountRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[AddressRecord]]:
    return list_page(
        info,
        binding("addresses", root.id),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: list_addresses(session, account_id=root.id, first=size, after=start),
    )


def sessions(
    root: AccountRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[SessionRecord]]:
    return list_page(
        info,
        binding("sessions", root.id),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: list_sessions(session, account_id=root.id, first=size, after=start),
    )


def is_current(root: SessionRecord, info: Info) -> bool:
    return root.id == info.context.principal.session_id
