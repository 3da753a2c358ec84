"""What the store knows of the offers in a cart: one statement for all lines, those to be added included."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.recordset import as_recordset
from services.unit_of_work import ReadSession


class Wish(NamedTuple):
    """A variant, of one seller's offer or of whoever has the buy box."""

    variant_id: UUID
    offer_id: UUID | None = None


class OfferFacts(NamedTuple):
    """The present state of an offer and of what it sells. `is_sold` says that it can be bought at all.

    `category_ids` runs from the root to the product's own. `available` are units over all active warehouses, shared by
    all offers of the variant. `buy_box_id` is the offer that the store would show, None if there is none.
    """

    offer_id: UUID
    variant_id: UUID
    product_id: UUID
    brand_id: UUID | None
    category_ids: Sequence[UUID]
    price_minor: int
    currency: str
    is_sold: bool
    most_per_customer: int | None
    available: int
    buy_box_id: UUID | None


class Facts(NamedTuple):
    """`by_offer` has all offers that exist; `variants` says of each variant that exists whether it is sold."""

    by_offer: Mapping[UUID, OfferFacts]
    buy_boxes: Mapping[UUID, UUID | None]
    variants: Mapping[UUID, bool]

    def of(self, wish: Wish) -> OfferFacts | None:
        """The offer that a wish means: of this variant, and there."""
        offer_id = self.buy_boxes.get(wish.variant_id) if wish.offer_id is None else wish.offer_id
        found = None if offer_id is None else self.by_offer.get(offer_id)
        return found if found is not None and found.variant_id == wish.variant_id else None


async def find_facts(session: ReadSession, wishes: Sequence[Wish], *, currency: str) -> Facts:
    """What is known of all wishes' variants, and of their offers and buy boxes."""
    if not wishes:
        return Facts({}, {}, {})
    rows = [{"variant_id": variant_id, "offer_id": offer_id} for variant_id, offer_id in dict.fromkeys(wishes)]
    by_offer: dict[UUID, OfferFacts] = {}
    buy_boxes: dict[UUID, UUID | None] = {}
    variants: dict[UUID, bool] = {}
    for row in await session.execute(_FACTS, {"rows": as_recordset(rows), "currency": currency}):
        buy_boxes[row.variant_id] = row.buy_box_id
        variants[row.variant_id] = row.is_sold
        if row.offer_id is not None:
            by_offer[row.offer_id] = OfferFacts(
                row.offer_id,
                row.variant_id,
                row.product_id,
                row.brand_id,
                row.ancestor_ids,
                row.price_minor,
                row.currency,
                row.is_sold and row.is_offered,
                row.most_per_customer,
                int(row.available),
                row.buy_box_id,
            )
    return Facts(by_offer, buy_boxes, variants)


# The offers that are wanted, and of each variant the one that has the buy box: the cheapest, the oldest of equals.
_FACTS = sa.text(
    """
    WITH wanted AS MATERIALIZED (
        SELECT DISTINCT variant_id, offer_id
        FROM json_to_recordset(CAST(:rows AS json)) AS a(variant_id uuid, offer_id uuid)
    ), known AS MATERIALIZED (
        SELECT v.id AS variant_id, v.product_id, p.brand_id, c.ancestor_ids,
            v.status = 'active' AND p.status = 'active' AS is_sold,
            (SELECT o.id FROM offer o
             WHERE o.variant_id = v.id AND o.status = 'active' AND o.currency = :currency
             ORDER BY o.price_minor, o.id LIMIT 1) AS buy_box_id,
            COALESCE((
                SELECT sum(l.on_hand - l.reserved) FROM inventory_level l
                JOIN warehouse w ON w.id = l.warehouse_id AND w.is_active WHERE l.variant_id = v.id), 0) AS available
        FROM (SELECT DISTINCT variant_id FROM wanted) AS d
        JOIN variant v ON v.id = d.variant_id JOIN product p ON p.id = v.product_id
        JOIN category c ON c.id = p.category_id
    )
    SELECT k.*, o.id AS offer_id, o.price_minor, o.currency, o.most_per_customer,
        o.status = 'active' AND o.currency = :currency AS is_offered
    FROM known k LEFT JOIN offer o ON o.variant_id = k.variant_id AND (
        o.id = k.buy_box_id
        OR o.id IN (SELECT offer_id FROM wanted w WHERE w.variant_id = k.variant_id AND w.offer_id IS NOT NULL))
    """
)
