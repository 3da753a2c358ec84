"""Fields of orders, of their lines and shipments, and of their invoices."""

from collections.abc import Awaitable, Sequence
from typing import Protocol
from uuid import UUID

import orjson

from core.clock import utc_now
from core.paging import Page
from resolvers.arguments import After, First
from resolvers.context import Info
from resolvers.paging import load_page
from resolvers.visibility import visible_variant
from services.accounts.tokens import Role
from services.cart.priced import LineTax
from services.catalog.records import SellerRecord, VariantRecord
from services.catalog.slices import Position
from services.inventory.records import WarehouseRecord
from services.orders import (
    FrozenAddress,
    FulfillmentLineRecord,
    FulfillmentRecord,
    FulfillmentStatus,
    Invoice,
    OrderAction,
    OrderEventRecord,
    OrderLineRecord,
    OrderRecord,
    Policy,
    Who,
    available_actions,
    frozen,
    fulfillment_actions,
    has_left,
    invoice,
)


class _OfSeller(Protocol):
    @property
    def seller_id(self) -> UUID: ...


async def actions(root: OrderRecord, info: Info) -> Sequence[OrderAction]:
    """Of an operator as one, of everybody else who sees the order as its owner."""
    who = Who.OPERATOR if info.context.principal.role is Role.OPERATOR else Who.OWNER
    shipments = await info.context.loaders.fulfillments_by_order.load(root.id)
    left = has_left(FulfillmentStatus(one.status) for one in shipments)
    policy = Policy.of(info.context.settings.orders)
    return available_actions(root, who, policy, now=utc_now(), has_left=left)


def access_key(root: OrderRecord, info: Info) -> str | None:
    return None if info.context.principal.role is Role.OPERATOR else root.access_key


def totals(root: OrderRecord) -> OrderRecord:
    return root


def taxes(root: OrderRecord) -> Sequence[LineTax]:
    return frozen.taxes(root)


def shipping_address(root: OrderRecord) -> FrozenAddress | None:
    return frozen.shipping_address(root)


def billing_address(root: OrderRecord) -> FrozenAddress | None:
    return frozen.billing_address(root)


def lines(root: OrderRecord, info: Info) -> Awaitable[Sequence[OrderLineRecord]]:
    return info.context.loaders.lines_by_order.load(root.id)


def fulfillments(root: OrderRecord, info: Info) -> Awaitable[Sequence[FulfillmentRecord]]:
    return info.context.loaders.fulfillments_by_order.load(root.id)


def events(
    root: OrderRecord, info: Info, first: First = None, after: After = None
) -> Awaitable[Page[OrderEventRecord]]:
    return load_page(info.context.loaders.events_of_order, root.id, first=first, after=after, position=_place)


async def invoice_of(root: OrderRecord, info: Info) -> Invoice | None:
    return invoice(root, await info.context.loaders.lines_by_order.load(root.id))


async def line_variant(root: OrderLineRecord, info: Info) -> VariantRecord | None:
    return await visible_variant(info, root.variant_id)


def seller(root: _OfSeller, info: Info) -> Awaitable[SellerRecord | None]:
    return info.context.loaders.seller_by_id.load(root.seller_id)


def warehouse(root: FulfillmentRecord, info: Info) -> Awaitable[WarehouseRecord | None]:
    return info.context.loaders.warehouse_by_id.load(root.warehouse_id)


def next_moves(root: FulfillmentRecord, info: Info) -> Sequence[OrderAction]:
    return fulfillment_actions(FulfillmentStatus(root.status))


def contents(root: FulfillmentRecord, info: Info) -> Awaitable[Sequence[FulfillmentLineRecord]]:
    return info.context.loaders.lines_by_fulfillment.load(root.id)


async def shipped_line(root: FulfillmentLineRecord, info: Info) -> OrderLineRecord:
    return (await info.context.loaders.lines_by_order.load(root.order_id))[root.position]


def actor(root: OrderEventRecord, info: Info) -> str | None:
    return root.actor


def details(root: OrderEventRecord, info: Info) -> str:
    return orjson.dumps(root.details).decode()


def _place(row: OrderEventRecord) -> Position:
    return row.sequence, row.order_id
