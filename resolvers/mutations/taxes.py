"""Mutations of tax rates and classes."""

from typing import Annotated
from uuid import UUID

import strawberry

from core.ids import decode_id_of
from resolvers.context import Info
from resolvers.mutation import Outcome, commit, delete
from schema.inputs.taxes import DeleteTaxRateInput, SaveTaxRateInput, SetCategoryTaxClassInput
from services import taxes
from services.taxes import TaxRateDraft, TaxRateRecord


async def save_tax_rate(
    info: Info, input: Annotated[SaveTaxRateInput, strawberry.argument(description="The rate.")]
) -> Outcome[TaxRateRecord]:
    return await commit(
        info,
        taxes.save_tax_rate,
        id=None if input.id is None else decode_id_of("TaxRate", input.id),
        draft=TaxRateDraft(
            country=info.context.settings.delivery.country if input.country is None else input.country,
            postal_prefix=input.postal_prefix,
            tax_class=input.tax_class,
            name=input.name,
            rate_ppm=input.rate_ppm,
            applies_to_delivery=input.applies_to_delivery,
        ),
    )


async def delete_tax_rate(
    info: Info, input: Annotated[DeleteTaxRateInput, strawberry.argument(description="The rate.")]
) -> Outcome[str]:
    return await delete(info, taxes.delete_tax_rate, kind="TaxRate", id=input.id)


async def set_category_tax_class(
    info: Info, input: Annotated[SetCategoryTaxClassInput, strawberry.argument(description="The category.")]
) -> Outcome[UUID]:
    return await commit(
        info,
        taxes.set_tax_class,
        category_id=decode_id_of("Category", input.category),
        tax_class=input.tax_class,
    )
