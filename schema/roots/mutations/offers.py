"""Mutations of offers."""

import strawberry

from resolvers.mutations import offers
from schema.base import resolved_by
from schema.types.offer_payloads import SetPurchaseLimitPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of offers.")
class OfferMutations:
    set_purchase_limit: SetPurchaseLimitPayload = resolved_by(
        offers.set_purchase_limit,
        description="Bound how many units of an offer one customer may have at a time. "
        "Codes: BAD_PURCHASE_LIMIT, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
