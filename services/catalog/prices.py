"""SQL reads of offers and prices. The buy box is the cheapest active offer of a variant, the oldest of equals."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by, distinct_on

from models.catalog import Offer, OfferPrice, Variant
from services.catalog.records import OfferPriceRecord, OfferRecord, PriceRangeRecord
from services.catalog.slices import Position, Slices
from services.reading import Read
from services.unit_of_work import ReadSession

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))
_CURRENCY = sa.bindparam("currency", type_=sa.Text())
_OFFER_COLUMNS = (
    Offer.id,
    Offer.variant_id,
    Offer.seller_id,
    Offer.price_minor,
    Offer.compare_at_minor,
    Offer.currency,
    Offer.most_per_customer,
)
_ACTIVE = (Offer.status == "active", Offer.currency == _CURRENCY)

_OFFERS_BY_ID = Read(sa.select(*_OFFER_COLUMNS).where(Offer.id == sa.any_(_IDS)))
_BUY_BOXES = Read(
    sa.select(*_OFFER_COLUMNS)
    .where(Offer.variant_id == sa.any_(_IDS), *_ACTIVE)
    .ext(distinct_on(Offer.variant_id))
    .order_by(Offer.variant_id, Offer.price_minor, Offer.id)
)
_CHEAPEST = (
    sa.select(Variant.product_id, Offer.price_minor, Offer.compare_at_minor, Offer.currency)
    .join(Variant, Variant.id == Offer.variant_id)
    .where(Variant.product_id == sa.any_(_IDS), Variant.status == "active", *_ACTIVE)
    .ext(distinct_on(Offer.variant_id))
    .order_by(Offer.variant_id, Offer.price_minor, Offer.id)
    .subquery()
)
_PRICE_RANGES = Read(
    sa.select(
        _CHEAPEST.c.product_id,
        sa.func.min(_CHEAPEST.c.price_minor),
        sa.func.max(_CHEAPEST.c.price_minor),
        sa.func.array_agg(aggregate_order_by(_CHEAPEST.c.compare_at_minor, _CHEAPEST.c.price_minor))[1],
        sa.func.min(_CHEAPEST.c.currency),
    ).group_by(_CHEAPEST.c.product_id)
)

_OFFER_SLICES = Slices(*_OFFER_COLUMNS, parent=Offer.variant_id, order=(Offer.price_minor, Offer.id), where=_ACTIVE)
_PRICE_SLICES = Slices(
    OfferPrice.id,
    OfferPrice.offer_id,
    OfferPrice.price_minor,
    OfferPrice.currency,
    OfferPrice.valid_from_at,
    parent=OfferPrice.offer_id,
    order=(OfferPrice.valid_from_at, OfferPrice.id),
    descending=True,
)


async def find_offers(session: ReadSession, ids: Sequence[UUID]) -> Sequence[OfferRecord]:
    return [OfferRecord._make(row) for row in await _OFFERS_BY_ID.rows(session, ids=ids)]


async def find_buy_boxes(
    session: ReadSession, variant_ids: Sequence[UUID], *, currency: str
) -> Mapping[UUID, OfferRecord]:
    """The offer shown for each variant; variants without one are left out."""
    rows = await _BUY_BOXES.rows(session, ids=variant_ids, currency=currency)
    return {row["variant_id"]: OfferRecord._make(row) for row in rows}


async def find_price_ranges(
    session: ReadSession, product_ids: Sequence[UUID], *, currency: str
) -> Mapping[UUID, PriceRangeRecord]:
    """Lowest and highest buy-box price of each product; products that nobody offers are left out."""
    rows = await _PRICE_RANGES.rows(session, ids=product_ids, currency=currency)
    return {row[0]: PriceRangeRecord._make(row) for row in rows}


async def find_offer_pages(
    session: ReadSession, parents: Sequence[UUID], *, first: int, after: Position | None, currency: str
) -> Mapping[UUID, list[OfferRecord]]:
    """Up to `first` active offers of each variant behind `after` (price, id), cheapest first."""
    found: dict[UUID, list[OfferRecord]] = {}
    for row in await _OFFER_SLICES.fetch(session, parents, first, after, currency=currency):
        record = OfferRecord._make(row)
        found.setdefault(record.variant_id, []).append(record)
    return found


async def find_price_history_pages(
    session: ReadSession, parents: Sequence[UUID], *, first: int, after: Position | None
) -> Mapping[UUID, list[OfferPriceRecord]]:
    """Up to `first` past and present prices of each offer behind `after` (time, id), newest first."""
    found: dict[UUID, list[OfferPriceRecord]] = {}
    for row in await _PRICE_SLICES.fetch(session, parents, first, after):
        record = OfferPriceRecord._make(row)
        found.setdefault(record.offer_id, []).append(record)
    return found
