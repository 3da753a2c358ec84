"""Orders as those see them who may: their owners, guests who have the key of one, and operators."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import strawberry

from core.ids import decode_id_of, made_at
from core.paging import Page, binding, decode_id, not_a_cursor
from core.problems import BadInput, Rejected
from models.orders import OrderStatus
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.paging import list_page
from resolvers.queries.operations import OperationsRoot
from schema.inputs.orders import OrderFilterInput, OrderSearchInput
from services.accounts import AccountRecord, email_key
from services.accounts.tokens import Role
from services.orders import OrderRecord, find_order_by_number, is_key_of, read_number
from services.orders.listing import OrderFilter, OrderSearch, list_orders, search_orders

AccessKey = Annotated[
    str | None,
    strawberry.argument(description="The key from the letter that confirmed the order: for who has not signed in."),
]


async def order(
    info: Info,
    *,
    id: Annotated[strawberry.ID | None, strawberry.argument(description="The order's id.")] = None,
    number: Annotated[
        str | None, strawberry.argument(description="The order's number, in groups or not, in any case.")
    ] = None,
    access_key: AccessKey = None,
) -> OrderRecord | None:
    if (id is None) == (number is None):
        raise BadInput("BAD_INPUT", "Give either `id` or `number`.")
    if id is not None:
        return await accessible_order(info, decode_id_of("Order", id), access_key)
    known = read_number(number or "")
    if known is None:
        return None
    async with info.context.database.read() as session:
        found = await find_order_by_number(session, known)
    return found if found is not None and may_see(info, found, access_key) else None


async def visible_order(info: Info, key: UUID) -> OrderRecord | None:
    """The order, if it is of the caller's account, or if the caller is an operator."""
    return await accessible_order(info, key, None)


async def accessible_order(info: Info, key: UUID, access_key: str | None) -> OrderRecord | None:
    """The order, if the caller may see it, by the key or without."""
    found = await info.context.loaders.order_by_id.load(key)
    return found if found is not None and may_see(info, found, access_key) else None


def may_see(info: Info, found: OrderRecord, access_key: str | None = None) -> bool:
    if access_key is not None and is_key_of(found.access_key, access_key):
        return True
    caller = info.context.principal
    is_own = found.account_id is not None and found.account_id == caller.account_id
    return is_own or caller.role is Role.OPERATOR


def orders(
    root: AccountRecord,
    info: Info,
    filter: Annotated[
        OrderFilterInput | None, strawberry.argument(description="Which of them; all if not given.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[OrderRecord]]:
    given = filter or OrderFilterInput()
    statuses = sorted({OrderStatus(one) for one in bounded("status", given.status)})
    chosen = OrderFilter(statuses, given.placed_after, given.placed_before)
    return list_page(
        info,
        binding("orders", root.id, statuses, given.placed_after, given.placed_before),
        first=first,
        after=after,
        decode=_decode,
        position=_position,
        read=lambda session, size, start: list_orders(session, root.id, chosen, first=size, after=start),
    )


async def all_orders(
    root: OperationsRoot,
    info: Info,
    filter: Annotated[
        OrderSearchInput | None, strawberry.argument(description="Which of them; all if not given.")
    ] = None,
    first: First = None,
    after: After = None,
) -> Page[OrderRecord]:
    given = filter or OrderSearchInput()
    number = _known(read_number, given.number, "This is no order's number.")
    email = _known(_email_key, given.email, "This is no e-mail address.")
    wanted = OrderSearch(given.status, number, email)
    return await list_page(
        info,
        binding("all orders", *wanted),
        first=first,
        after=after,
        decode=_decode,
        position=_position,
        read=lambda session, size, start: search_orders(session, wanted, first=size, after=start),
    )


def _known(read: Callable[[str], str | None], given: str | None, message: str) -> str | None:
    """What is given, as orders keep it; raises `BadInput` (BAD_FILTER)."""
    if given is None:
        return None
    found = read(given)
    if found is None:
        raise BadInput("BAD_FILTER", message)
    return found


def _email_key(text: str) -> str | None:
    try:
        return email_key(text).key
    except Rejected:
        return None


def _position(row: OrderRecord) -> list[str | int]:
    return [str(row.id)]


def _decode(bound_to: bytes, cursor: str) -> UUID:
    found = decode_id(bound_to, cursor)
    if made_at(found) is None:
        raise not_a_cursor()
    return found
