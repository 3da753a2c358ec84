"""Mutations of offers."""

from typing import Annotated
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.mutation import Outcome, commit
from schema.inputs.offers import SetPurchaseLimitInput
from services.catalog import commands


async def set_purchase_limit(
    info: Info, input: Annotated[SetPurchaseLimitInput, strawberry.argument(description="The limit.")]
) -> Outcome[UUID]:
    return await commit(
        info,
        commands.set_purchase_limit,
        offer_id=decode_id_of("Offer", input.offer),
        most_per_customer=input.most_per_customer,
    )
