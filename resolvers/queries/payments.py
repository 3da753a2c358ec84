"""What people see of their balances and saved cards, and operators of all payments."""

from collections.abc import Awaitable, Sequence
from typing import Annotated

import strawberry

from core.money import Money
from core.paging import Page, binding, decode_id
from core.problems import BadInput, Rejected
from models.payments import PaymentStatus, RefundStatus
from ports.payments import SavedCard
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import list_page
from resolvers.queries.operations import OperationsRoot
from services import payments
from services.accounts import AccountRecord
from services.payments import AttemptRecord, GiftCardRecord, PaymentReconciliationRecord, RefundRecord, listing
from services.payments.gift_cards import LOOK_UP


async def store_credit(root: AccountRecord, info: Info) -> Sequence[Money]:
    async with info.context.database.read() as session:
        return list((await payments.find_store_credit(session, root.id)).values())


async def saved_cards(root: AccountRecord, info: Info) -> Sequence[SavedCard]:
    provider = info.context.payment_provider()
    customer = await payments.find_customer(info.context.database, provider.name, root.id)
    return [] if customer is None else await provider.saved_cards(customer)


async def gift_card(
    info: Info, code: Annotated[str, strawberry.argument(description="Its code, in any spelling.")]
) -> GiftCardRecord | None:
    try:
        await info.context.doorkeeper().attempt(LOOK_UP)
    except Rejected as refusal:
        (problem,) = refusal.problems
        raise BadInput(problem.code, problem.message) from refusal
    async with info.context.database.read() as session:
        return await payments.find_gift_card(session, code)


def attempts(
    root: OperationsRoot,
    info: Info,
    status: Annotated[PaymentStatus | None, strawberry.argument(description="Only those that are here.")] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[AttemptRecord]]:
    return list_page(
        info,
        binding("payments", status),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: listing.list_attempts(session, first=size, before=start, status=status),
    )


def refunds(
    root: OperationsRoot,
    info: Info,
    status: Annotated[RefundStatus | None, strawberry.argument(description="Only those that are here.")] = None,
    first: First = None,
    after: After = None,
) -> Awaitable[Page[RefundRecord]]:
    return list_page(
        info,
        binding("refunds", status),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: listing.list_refunds(session, first=size, before=start, status=status),
    )


def reconciliations(
    root: OperationsRoot, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[PaymentReconciliationRecord]]:
    return list_page(
        info,
        binding("payment reconciliations"),
        first=first,
        after=after,
        decode=decode_id,
        position=lambda row: [str(row.id)],
        read=lambda session, size, start: listing.list_reconciliations(session, first=size, before=start),
    )
