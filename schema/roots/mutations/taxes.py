"""Mutations of tax rates and classes."""

import strawberry

from resolvers.mutations import taxes
from schema.base import resolved_by
from schema.types.taxes import DeleteTaxRatePayload, SaveTaxRatePayload, SetCategoryTaxClassPayload
from services.accounts.tokens import Role


@strawberry.type(description="What can be changed of taxes.")
class TaxMutations:
    save_tax_rate: SaveTaxRatePayload = resolved_by(
        taxes.save_tax_rate,
        description="Make or change a tax rate; carts count by it from their next look on. Codes: BAD_COUNTRY, "
        "BAD_POSTAL_CODE, BAD_TAX_CLASS, BAD_NAME, BAD_TAX_RATE, TAX_RATE_TAKEN, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
    delete_tax_rate: DeleteTaxRatePayload = resolved_by(
        taxes.delete_tax_rate, description="Remove a tax rate. Codes: NOT_FOUND.", requires=Role.OPERATOR
    )
    set_category_tax_class: SetCategoryTaxClassPayload = resolved_by(
        taxes.set_category_tax_class,
        description="Put a category, and all below it that have no other class, into a tax class. "
        "Codes: BAD_TAX_CLASS, NOT_FOUND.",
        requires=Role.OPERATOR,
    )
