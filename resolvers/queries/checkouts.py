"""Checkouts by their ids."""

from typing import Annotated

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.queries.carts import shopper_of
from services.checkout import CheckoutRecord, may_use


async def checkout(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The checkout's id.")]
) -> CheckoutRecord | None:
    found = await info.context.loaders.checkout_by_id.load(decode_id_of("Checkout", id))
    return found if found is not None and may_use(found, shopper_of(info)) else None
