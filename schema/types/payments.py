"""Payments in the graph: what was paid with what, and what went back."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.fields import paging
from resolvers.fields import payments as fields
from schema.base import field, id_of, resolved_by
from schema.inputs.payment_kinds import PaymentMethod, PaymentStatus, RefundStatus
from schema.scalars import BigInt
from schema.types.errors import ERROR_TYPES, UserError, error_of
from schema.types.money import Money
from schema.types.paging import PageInfo
from services.accounts.tokens import Role
from services.payments.problems import GiftCardTooLow, StoreCreditTooLow

if TYPE_CHECKING:
    from schema.types.orders import Order

_OrderOf = Annotated["Order", strawberry.lazy("schema.types.orders")]


@strawberry.type(description="One part of paying an order: an order can have several, and a refused one is one, too.")
class PaymentAttempt:
    id: strawberry.ID = id_of("PaymentAttempt")
    method: PaymentMethod = field("With what.")
    status: PaymentStatus = field("Where it is.")
    amount: Money = field("How much.")
    refunded: Money = field("What of it went back, or is on its way.")
    failure_code: str | None = field(
        "Why it was refused: the provider's word, such as insufficient_funds, or AMOUNT_MISMATCH; null if it was not."
    )
    failure_message: str | None = field("Why it was refused, for people.")
    created_at: datetime = field("When it was begun.")
    order: _OrderOf | None = resolved_by(fields.order, description="What is paid. Null if that is gone.")
    provider: str | None = resolved_by(
        fields.provider, description="Who charges the card; null for what no card pays.", requires=Role.OPERATOR
    )
    provider_reference: str | None = resolved_by(
        fields.provider_reference,
        description="The provider's name for it; null before it has answered.",
        requires=Role.OPERATOR,
    )
    check_at: datetime | None = resolved_by(
        fields.check_at, description="When the provider is asked again; null if it is not.", requires=Role.OPERATOR
    )


@strawberry.type(description="Money of one payment that goes back.")
class Refund:
    id: strawberry.ID = id_of("Refund")
    status: RefundStatus = field("Where it is.")
    amount: Money = field("How much.")
    created_at: datetime = field("When it was decided.")
    order: _OrderOf | None = resolved_by(fields.order, description="Whose money it is. Null if that is gone.")
    reason: str = resolved_by(fields.reason, description="What for, as the store calls it.", requires=Role.OPERATOR)
    error: str | None = resolved_by(
        fields.error, description="Why the provider will not give it back; null if it does.", requires=Role.OPERATOR
    )
    provider_reference: str | None = resolved_by(
        fields.provider_reference,
        description="The provider's name for it; null before it has answered.",
        requires=Role.OPERATOR,
    )


@strawberry.type(description="A card that the payment provider keeps for an account.")
class SavedCard:
    reference: str = field("Names the card as `card` of a tender.")
    brand: str = field("The brand, such as visa.")
    last_digits: str = field("The last four digits of its number.")
    expires_on: str = field("Its last month, such as 2034-12.")


@strawberry.type(description="Money on a code. Who has the code has the money.")
class GiftCard:
    last_signs: str = field("The last four signs of its code.")
    balance: Money = field("What is on it.")
    expires_at: datetime | None = field("When its time is over; null if it never is.")
    is_active: bool = field("Whether it can be used at all.")


@strawberry.type(description="The gift card that was made.")
class IssueGiftCardPayload:
    gift_card: GiftCard | None = resolved_by(fields.issued, description="The card; null if it was refused.")
    code: str | None = resolved_by(
        fields.code,
        description="Its code, shown this once: nobody keeps it. Null if it was refused, and where the same key asks "
        "again.",
    )
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="The account's store credit.")
class GrantStoreCreditPayload:
    balance: Money | None = field("What it has now; null if it was refused.", attribute="result")
    user_errors: list[UserError] = field("Why it was refused.")


@strawberry.type(description="A gift card, or an account's store credit, has less than a tender takes.")
class BalanceError(UserError):
    balance_minor: BigInt = field("What is there, in minor units.")
    missing_minor: BigInt = field("By how much that is too little, in minor units.")
    currency: str = field("The currency of both, ISO 4217.")
    is_type_of = error_of(GiftCardTooLow, StoreCreditTooLow)


@strawberry.type(description="A payment in a list.")
class PaymentAttemptEdge:
    node: PaymentAttempt = field("The payment.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of payments, newest first.")
class PaymentAttemptConnection:
    edges: list[PaymentAttemptEdge] = field("The payments of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


@strawberry.type(description="A refund in a list.")
class RefundEdge:
    node: Refund = field("The refund.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of refunds, newest first.")
class RefundConnection:
    edges: list[RefundEdge] = field("The refunds of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")


ERROR_TYPES += [BalanceError]
