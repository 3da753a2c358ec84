"""Mutations of gift cards and store credit."""

import strawberry

from resolvers.mutations import payments
from schema.base import resolved_by
from schema.types.payments import GrantStoreCreditPayload, IssueGiftCardPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of gift cards and store credit.")
class PaymentMutations:
    issue_gift_card: IssueGiftCardPayload = resolved_by(
        payments.issue_gift_card,
        description="Make a gift card. Its code is shown once. Codes: BAD_GIFT_CARD, BAD_IDEMPOTENCY_KEY, "
        "IDEMPOTENCY_KEY_REUSED.",
        requires=Role.OPERATOR,
    )
    grant_store_credit: GrantStoreCreditPayload = resolved_by(
        payments.grant_store_credit,
        description="Give an account store credit. Codes: BAD_AMOUNT, BAD_EMAIL, NOT_FOUND, BAD_IDEMPOTENCY_KEY, "
        "IDEMPOTENCY_KEY_REUSED.",
        requires=Role.OPERATOR,
    )
