"""What events show that they do not carry."""

from uuid import UUID

from resolvers.context import Info
from resolvers.visibility import visible_variant
from services.catalog.records import VariantRecord
from services.checkout import CheckoutRecord
from services.live import LiveEvent
from services.orders import OrderRecord


async def variant(root: LiveEvent, info: Info) -> VariantRecord | None:
    return await visible_variant(info, root.variant_id)


async def order(root: LiveEvent, info: Info) -> OrderRecord | None:
    """Without a further check: whose orders these are was checked when the subscription began, and never changes."""
    return await info.context.loaders.order_by_id.load(root.order_id)


async def checkout(root: LiveEvent, info: Info) -> CheckoutRecord | None:
    """As of orders, without a further check."""
    return await info.context.loaders.checkout_by_id.load(UUID(root.key))
