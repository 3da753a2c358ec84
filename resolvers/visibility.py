"""Who may see what: products that are not on sale are for operators only."""

from uuid import UUID

from resolvers.context import Info
from services.accounts.tokens import Role
from services.catalog.records import OfferRecord, ProductRecord, VariantRecord


async def visible_product(info: Info, key: UUID) -> ProductRecord | None:
    """The product, or None if the caller may not see it."""
    found = await info.context.loaders.product_by_id.load(key)
    if found is None or found.status == "active" or info.context.principal.role is Role.OPERATOR:
        return found
    return None


async def visible_variant(info: Info, key: UUID) -> VariantRecord | None:
    """The variant, or None if the caller may not see it or its product."""
    found = await info.context.loaders.variant_by_id.load(key)
    if found is None or await visible_product(info, found.product_id) is None:
        return None
    return found


async def visible_offer(info: Info, key: UUID) -> OfferRecord | None:
    """The offer, or None if the caller may not see it or what it sells."""
    found = await info.context.loaders.offer_by_id.load(key)
    if found is None or await visible_variant(info, found.variant_id) is None:
        return None
    return found
