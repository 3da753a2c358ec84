"""What operators say of gift cards and store credit."""

from datetime import datetime

import strawberry

from schema.scalars import BigInt


@strawberry.input(description="A gift card to make, in the store's currency.")
class IssueGiftCardInput:
    amount_minor: BigInt = strawberry.field(description="What is on it, in minor units: 1 to 10,000,000.")
    expires_at: datetime | None = strawberry.field(
        default=None, description="When its time is over; it never is if not given."
    )
    idempotency_key: str = strawberry.field(
        description="1 to 200 characters of the caller's choice: the same key and input make no second card."
    )


@strawberry.input(description="Store credit to give, in the store's currency.")
class GrantStoreCreditInput:
    email: str = strawberry.field(description="The e-mail address of the account.")
    amount_minor: BigInt = strawberry.field(description="How much, in minor units: 1 to 10,000,000.")
    idempotency_key: str = strawberry.field(
        description="1 to 200 characters of the caller's choice: the same key and input give it once."
    )
