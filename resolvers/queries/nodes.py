"""Objects by global id, of whatever type."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated
from uuid import UUID

import strawberry

from core.ids import decode_global_id
from core.problems import BadInput
from resolvers.context import Info
from resolvers.filters import bounded
from resolvers.queries.accounts import visible_account, visible_address, visible_session
from resolvers.queries.inventory import visible_receipt, visible_warehouse
from resolvers.queries.notifications import visible_notification
from resolvers.queries.orders import visible_order
from resolvers.queries.reservations import visible_reservation
from resolvers.queries.wishlists import visible_wishlist
from resolvers.visibility import visible_offer, visible_product, visible_variant

# Each type that implements Node, and how its rows are loaded for a caller.
NODES: Mapping[str, Callable[[Info, UUID], Awaitable[object | None]]] = {
    "Product": visible_product,
    "Variant": visible_variant,
    "Category": lambda info, key: info.context.loaders.category_by_id.load(key),
    "Brand": lambda info, key: info.context.loaders.brand_by_id.load(key),
    "Seller": lambda info, key: info.context.loaders.seller_by_id.load(key),
    "Offer": visible_offer,
    "Reservation": visible_reservation,
    "Warehouse": visible_warehouse,
    "SupplierReceipt": visible_receipt,
    "Viewer": visible_account,
    "Address": visible_address,
    "Session": visible_session,
    "Order": visible_order,
    "Wishlist": visible_wishlist,
    "Notification": visible_notification,
}


async def node(
    info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Any object's id.")]
) -> object | None:
    kind, key = decode_global_id(id)
    load = NODES.get(kind)
    if load is None:
        raise BadInput("BAD_ID", "There is no type of objects that this id could name.")
    return await load(info, key)


async def nodes(
    info: Info,
    ids: Annotated[list[strawberry.ID], strawberry.argument(description="Up to 100 ids, of any types.")],
) -> Sequence[object | None]:
    return await asyncio.gather(*(node(info, id) for id in bounded("ids", ids)))
