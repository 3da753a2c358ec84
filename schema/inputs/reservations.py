"""What operators say of reservations."""

import strawberry

_KEY = (
    "A text of the caller's choice, up to 200 characters: the same key with the same input happens once, and a repeat "
    "within 48 hours is answered with the same reservation."
)


@strawberry.input(description="Units of one variant.")
class ReservationLineInput:
    variant: strawberry.ID = strawberry.field(description="The variant. Lines of the same one are added up.")
    quantity: int = strawberry.field(description="How many, 1 to 1,000,000.")


@strawberry.input(description="What to hold, and for which place.")
class ReserveStockInput:
    lines: list[ReservationLineInput] = strawberry.field(description="One to 100 lines.")
    postal_code: str = strawberry.field(
        description="Where it goes: the nearest warehouses that deliver there serve it, several if one has too few."
    )
    country: str | None = strawberry.field(
        default=None, description="The country of the postal code, ISO 3166; the store's own if not given."
    )
    reference: str | None = strawberry.field(
        default=None, description="The caller's own name for it, up to 200 characters."
    )
    allow_partial: bool = strawberry.field(
        default=False, description="Hold what there is if there is too little; otherwise all or nothing."
    )
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A reservation whose units leave the warehouses.")
class ConfirmReservationInput:
    reservation: strawberry.ID = strawberry.field(description="The reservation.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A reservation whose units others may have.")
class ReleaseReservationInput:
    reservation: strawberry.ID = strawberry.field(description="The reservation.")
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input(description="A reservation to hold for longer.")
class ExtendReservationInput:
    reservation: strawberry.ID = strawberry.field(description="The reservation.")
    idempotency_key: str = strawberry.field(description=_KEY)
