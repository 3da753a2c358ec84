"""A guest's checkout with more of everything than pages show, for walks through the schema."""

from uuid import UUID

import sqlalchemy as sa

from core.ids import encode_global_id, new_id
from core.money import Money
from models.checkouts import Checkout
from models.promotions import PromotionKind
from services.accounts import AddressDraft
from services.cart.priced import LineTax
from services.cart.pricing import Pricing, sum_up
from services.cart.records import Destination
from services.checkout.content import encode
from services.checkout.records import Content, FrozenLine, Group, Piece
from services.delivery.records import OptionRecord
from services.promotions import Discount
from services.unit_of_work import Database
from tests.factories.orders import BUSY_NUMBER

BUSY_CHECKOUT = UUID("5f0e1d2c3b4a49588776655443322110")
BUSY_CHECKOUT_ID = encode_global_id("Checkout", BUSY_CHECKOUT)
_MANY = 22
_ADDRESS = AddressDraft("Ann Lee", "1 Main Street", "New York", "10001", "US")


async def save_busy_checkout(database: Database) -> None:
    """One that has ended, so that it holds nothing; it has the order with the well-known number."""
    async with database.unit() as unit:
        offers = (await unit.session.execute(_OFFERS, {"many": _MANY})).all()
        warehouses = (await unit.session.scalars(sa.text("SELECT id FROM warehouse ORDER BY code"))).all()
        found = sa.text("SELECT order_id FROM order_number WHERE number = :number")
        order_id = await unit.session.scalar(found, {"number": BUSY_NUMBER})
        lines = [
            FrozenLine(
                new_id(), row.variant_id, row.id, row.seller_id, row.category_id, row.sku, row.title, 2, 1000, 100,
                LineTax("Sales tax", 80_000, 1900, 152, "USD"), "USD",
            )
            for row in offers
        ]  # fmt: skip
        values = {
            "id": BUSY_CHECKOUT,
            "cart_id": new_id(),
            "cart_version": "1",
            "email": "guest@example.org",
            "status": "expired",
            "currency": "USD",
            "total_minor": 1,
            "content": encode(_content(lines, list(warehouses))),
            "order_id": order_id,
            "expires_at": sa.func.now(),
        }
        await unit.session.execute(sa.insert(Checkout).values(**values))


def _content(lines: list[FrozenLine], warehouses: list[UUID]) -> Content:
    options = [
        OptionRecord(new_id(), f"way-{number}", "Way", "Parcel Post", Money(399, "USD"), 1, 2, warehouses[:1])
        for number in range(_MANY)
    ]
    groups = [
        Group(warehouses[position % len(warehouses)], line.seller_id, [Piece(position, 2)], options, "way-0")
        for position, line in enumerate(lines)
    ]
    gifts = [
        Discount(new_id(), "A gift", PromotionKind.AMOUNT, None, 100, {line.line_id: 100}, False) for line in lines
    ]
    pricing = Pricing("USD", prices_include_tax=False, most_units_per_line=999)
    return Content(
        lines=lines,
        totals=sum_up(lines, delivery_minor=399, is_free=False, taxes=None, pricing=pricing),
        prices_include_tax=False,
        groups=groups,
        discounts=gifts,
        destination=Destination("US", "10001"),
        shipping_address=_ADDRESS,
        billing_address=_ADDRESS,
    )


_OFFERS = sa.text(
    """
    SELECT o.id, o.variant_id, o.seller_id, p.category_id, v.sku, p.title FROM offer o
    JOIN variant v ON v.id = o.variant_id JOIN product p ON p.id = v.product_id ORDER BY v.sku, o.id LIMIT :many
    """
)
