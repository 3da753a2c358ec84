"""Payments: attempts to pay, refunds, gift cards, store credit, and what the provider tells.

The first phase of paying (`begin`) is part of the transaction that makes the order; `pay_card`, `ask` and `stop` are
calls to the provider outside of any; `record` writes down what they say; `give_back` undoes what was taken.
"""

from services.payments.beginning import begin
from services.payments.cards import ask, find_customer, open_customer, pay_card, stop
from services.payments.gift_cards import find_gift_card, find_gift_cards, issue
from services.payments.giving_back import give_back
from services.payments.notices import delete_old_notices, hear, work_notices
from services.payments.queries import count_unsettled, find_attempts, find_refunds, lock_attempts, may_be_charged
from services.payments.reconciliation import compare_all, keep, reconcile_job
from services.payments.recording import abandon, claim_due, collect_cash, make_due, record
from services.payments.records import (
    AttemptRecord,
    GiftCardRecord,
    IssuedGiftCard,
    NoticeRecord,
    PaymentReconciliationRecord,
    RefundRecord,
    Tender,
    UnsettledCounts,
)
from services.payments.refunding import work_refunds
from services.payments.states import AMOUNT_MISMATCH
from services.payments.store_credit import find_store_credit, grant
from services.payments.tenders import refuse_bad

__all__ = [
    "AMOUNT_MISMATCH",
    "AttemptRecord",
    "GiftCardRecord",
    "IssuedGiftCard",
    "NoticeRecord",
    "PaymentReconciliationRecord",
    "RefundRecord",
    "Tender",
    "UnsettledCounts",
    "abandon",
    "ask",
    "begin",
    "claim_due",
    "collect_cash",
    "compare_all",
    "count_unsettled",
    "delete_old_notices",
    "find_attempts",
    "find_customer",
    "find_gift_card",
    "find_gift_cards",
    "find_refunds",
    "find_store_credit",
    "give_back",
    "grant",
    "hear",
    "issue",
    "keep",
    "lock_attempts",
    "make_due",
    "may_be_charged",
    "open_customer",
    "pay_card",
    "reconcile_job",
    "record",
    "refuse_bad",
    "stop",
    "work_notices",
    "work_refunds",
]
