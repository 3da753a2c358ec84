"""What an order keeps of what it sells: names and numbers as they are at this moment."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from models.catalog import Offer, Product, Variant
from services.unit_of_work import ReadSession


class SoldRecord(NamedTuple):
    """Whose an offer is, and what people call what it sells."""

    offer_id: UUID
    seller_id: UUID
    sku: str
    title: str


async def find_sold(session: ReadSession, offer_ids: Sequence[UUID]) -> Mapping[UUID, SoldRecord]:
    """The present names of what offers sell, by offer."""
    rows = await session.execute(_SOLD, {"ids": list(offer_ids)})
    return {row.id: SoldRecord._make(row) for row in rows}


_SOLD = (
    sa.select(Offer.id, Offer.seller_id, Variant.sku, Product.title)
    .join(Variant, Variant.id == Offer.variant_id)
    .join(Product, Product.id == Variant.product_id)
    .where(Offer.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))))
)
