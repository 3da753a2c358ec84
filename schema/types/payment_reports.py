"""Comparisons of payments with the provider and with orders, as operators see them."""

from datetime import datetime

import strawberry

from resolvers.fields import paging
from resolvers.fields import payments as fields
from schema.base import field, id_of, resolved_by
from schema.types.orders import Order
from schema.types.paging import PageInfo


@strawberry.type(description="Something that is not as it should be.")
class PaymentFinding:
    kind: str = field(
        "What: STATUS_DIFFERS, AMOUNT_DIFFERS, REFUNDS_DIFFER, INTENT_MISSING, ATTEMPT_MISSING, ORDER_MISSING, "
        "PAID_WITHOUT_ORDER, ORDER_UNPAID or BALANCE_DIFFERS."
    )
    order: Order | None = resolved_by(fields.found_order, description="The order that it concerns, if it concerns one.")
    reference: str | None = field("The provider's name for the payment, or the name of the balance.")
    ours: str = field("What the store knows.")
    theirs: str = field("What it should be by the provider, by the order or by the entries.")


@strawberry.type(description="A comparison of payments with the provider, with orders, and of balances with entries.")
class PaymentReconciliation:
    id: strawberry.ID = id_of("PaymentReconciliation")
    started_at: datetime = field("When it began.")
    finished_at: datetime = field("When it ended.")
    attempts_checked: int = field("How many payments there were.")
    finding_count: int = resolved_by(
        fields.finding_count, description="How much was not as it should be; 1,000 stands for more too."
    )
    findings: list[PaymentFinding] = resolved_by(fields.findings, description="The first of it.")


@strawberry.type(description="A comparison in a list.")
class PaymentReconciliationEdge:
    node: PaymentReconciliation = field("The comparison.")
    cursor: str = field("Its place in the list.")


@strawberry.type(description="A page of comparisons, newest first.")
class PaymentReconciliationConnection:
    edges: list[PaymentReconciliationEdge] = field("The comparisons of this page.")
    page_info: PageInfo = resolved_by(paging.page_info, description="Where the page stands in the list.")
