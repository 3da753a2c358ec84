"""What mutations of offers answer. `userErrors` is empty when all went well."""

import strawberry

from resolvers.fields import variants as fields
from schema.base import field, resolved_by
from schema.types.errors import UserError
from schema.types.offers import Offer


@strawberry.type(description="The offer as it is now.")
class SetPurchaseLimitPayload:
    offer: Offer | None = resolved_by(fields.changed_offer, description="The offer; null if it was refused.")
    user_errors: list[UserError] = field("Why it was refused.")
