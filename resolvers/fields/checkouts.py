"""Fields of checkouts. What is frozen is shown as it was frozen; payments and the order are as they are now."""

from collections.abc import Awaitable, Sequence
from typing import NamedTuple

from core.ids import encode_global_id
from core.money import Money
from models.checkouts import CheckoutStatus
from resolvers.context import Info
from services.catalog.records import OfferRecord, SellerRecord, VariantRecord
from services.checkout import CheckoutRecord, FrozenLine, Group, Piece
from services.delivery.records import OptionRecord
from services.inventory.records import WarehouseRecord
from services.orders import OrderRecord
from services.payments import AttemptRecord
from services.promotions import Discount, PromotionKind


class ShownGroup(NamedTuple):
    """A group with the lines that its pieces are of."""

    group: Group
    lines: Sequence[FrozenLine]

    @property
    def options(self) -> Sequence[OptionRecord]:
        return self.group.options

    @property
    def chosen(self) -> OptionRecord | None:
        return self.group.chosen


class ShownPiece(NamedTuple):
    """Units of a line in a group."""

    line: FrozenLine
    quantity: int


class ShownDiscount(NamedTuple):
    """A frozen discount, as carts show theirs."""

    name: str
    kind: PromotionKind
    coupon_code: str | None
    amount: Money


def checkout_id(root: CheckoutRecord) -> str:
    return encode_global_id("Checkout", root.id)


def version(root: CheckoutRecord) -> str:
    return str(root.version)


def can_be_extended(root: CheckoutRecord, info: Info) -> bool:
    may = root.status in (CheckoutStatus.OPEN, CheckoutStatus.FAILED, CheckoutStatus.ACTION_REQUIRED)
    return may and root.extensions < info.context.settings.inventory.most_extensions


def line_id(root: FrozenLine) -> str:
    return encode_global_id("CartLine", root.line_id)


def line_variant(root: FrozenLine, info: Info) -> Awaitable[VariantRecord | None]:
    # As it is, also if it is sold no longer: its shopper is buying it.
    return info.context.loaders.variant_by_id.load(root.variant_id)


def line_offer(root: FrozenLine, info: Info) -> Awaitable[OfferRecord | None]:
    return info.context.loaders.offer_by_id.load(root.offer_id)


def groups(root: CheckoutRecord) -> Sequence[ShownGroup]:
    return [ShownGroup(one, root.content.lines) for one in root.content.groups]


def group_id(root: ShownGroup) -> str:
    return encode_global_id("DeliveryGroup", root.group.key)


def group_seller(root: ShownGroup, info: Info) -> Awaitable[SellerRecord | None]:
    return info.context.loaders.seller_by_id.load(root.group.seller_id)


def group_warehouse(root: ShownGroup, info: Info) -> Awaitable[WarehouseRecord | None]:
    return info.context.loaders.warehouse_by_id.load(root.group.warehouse_id)


def group_lines(root: ShownGroup) -> Sequence[ShownPiece]:
    return [_piece(one, root.lines) for one in root.group.pieces]


def _piece(piece: Piece, lines: Sequence[FrozenLine]) -> ShownPiece:
    return ShownPiece(lines[piece.position], piece.quantity)


def discounts(root: CheckoutRecord) -> Sequence[ShownDiscount]:
    return [_shown(one, root) for one in root.content.discounts]


def _shown(discount: Discount, root: CheckoutRecord) -> ShownDiscount:
    """Of free delivery, what delivery would have cost."""
    free = root.content.totals.delivery_discount_minor
    amount = free if discount.is_free_delivery else discount.amount_minor
    return ShownDiscount(discount.name, discount.kind, discount.coupon_code, Money(amount, root.currency))


async def payments(root: CheckoutRecord, info: Info) -> Sequence[AttemptRecord]:
    return () if root.order_id is None else await info.context.loaders.attempts_by_order.load(root.order_id)


async def order(root: CheckoutRecord, info: Info) -> OrderRecord | None:
    """Whoever may see the checkout may see what became of it."""
    return None if root.order_id is None else await info.context.loaders.order_by_id.load(root.order_id)
