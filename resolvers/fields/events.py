"""What events show that they do not carry."""

from resolvers.context import Info
from resolvers.visibility import visible_variant
from services.catalog.records import VariantRecord
from services.live import LiveEvent


async def variant(root: LiveEvent, info: Info) -> VariantRecord | None:
    return await visible_variant(info, root.variant_id)
