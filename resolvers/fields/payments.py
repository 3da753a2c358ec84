"""Fields of payments, refunds, balances and comparisons."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from core.paging import page_size
from resolvers.arguments import First
from resolvers.context import Info
from resolvers.mutation import Outcome
from services.orders import OrderRecord
from services.payments import AttemptRecord, GiftCardRecord, IssuedGiftCard, PaymentReconciliationRecord, RefundRecord


class _OfOrder(Protocol):
    @property
    def order_id(self) -> UUID: ...


class _AtProvider(Protocol):
    @property
    def provider_reference(self) -> str | None: ...


class Finding(NamedTuple):
    """Something that a comparison has found, as `PaymentReconciliationRecord` describes it."""

    kind: str
    order_id: UUID | None
    reference: str | None
    ours: str
    theirs: str


def attempts(root: OrderRecord, info: Info) -> Awaitable[Sequence[AttemptRecord]]:
    return info.context.loaders.attempts_by_order.load(root.id)


def refunds(root: OrderRecord, info: Info) -> Awaitable[Sequence[RefundRecord]]:
    return info.context.loaders.refunds_by_order.load(root.id)


def order(root: _OfOrder, info: Info) -> Awaitable[OrderRecord | None]:
    return info.context.loaders.order_by_id.load(root.order_id)


def provider(root: AttemptRecord, info: Info) -> str | None:
    return root.provider


def provider_reference(root: _AtProvider, info: Info) -> str | None:
    return root.provider_reference


def check_at(root: AttemptRecord, info: Info) -> datetime | None:
    return root.check_at


def reason(root: RefundRecord, info: Info) -> str:
    return root.reason


def error(root: RefundRecord, info: Info) -> str | None:
    return root.error


def issued(root: Outcome[IssuedGiftCard]) -> GiftCardRecord | None:
    return None if root.result is None else root.result.card


def code(root: Outcome[IssuedGiftCard]) -> str | None:
    return None if root.result is None else root.result.code


def finding_count(root: PaymentReconciliationRecord) -> int:
    return len(root.findings)


def findings(root: PaymentReconciliationRecord, info: Info, first: First = None) -> Sequence[Finding]:
    return [_finding(one) for one in root.findings[: page_size(first)]]


# A JSON object as `PaymentReconciliationRecord` describes it, hence Any.
def _finding(given: dict[str, Any]) -> Finding:
    order_id = None if given["order"] is None else UUID(given["order"])
    return Finding(given["kind"], order_id, given["reference"], given["ours"], given["theirs"])


def found_order(root: Finding, info: Info) -> Awaitable[OrderRecord | None] | None:
    return None if root.order_id is None else info.context.loaders.order_by_id.load(root.order_id)
