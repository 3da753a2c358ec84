"""Writes offers and their history of prices."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from core.recordset import as_recordset
from services.catalog.events import PriceChanged
from services.catalog.names import KnownNames
from services.catalog.saving.batch import Entry
from services.unit_of_work import UnitOfWork

# Each change of a price leaves a row of history, in the same statement. `history_id` is made here for its order.
_SAVE = sa.text(
    """
    WITH d AS MATERIALIZED (
        SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS d(
            id uuid, history_id uuid, variant_id uuid, seller_id uuid, price_minor bigint, compare_at_minor bigint,
            currency text)
    ), saved AS (
        INSERT INTO offer AS o (id, variant_id, seller_id, price_minor, compare_at_minor, currency)
        SELECT id, variant_id, seller_id, price_minor, compare_at_minor, currency FROM d
        ON CONFLICT (variant_id, seller_id) DO UPDATE SET
            price_minor = excluded.price_minor, compare_at_minor = excluded.compare_at_minor,
            currency = excluded.currency, status = 'active', updated_at = now()
        WHERE (o.price_minor, o.compare_at_minor, o.currency, o.status)
            IS DISTINCT FROM (excluded.price_minor, excluded.compare_at_minor, excluded.currency, 'active')
        RETURNING id, variant_id, seller_id, price_minor, compare_at_minor, currency
    ), history AS (
        INSERT INTO offer_price (id, offer_id, price_minor, compare_at_minor, currency, valid_from_at)
        SELECT d.history_id, saved.id, saved.price_minor, saved.compare_at_minor, saved.currency, clock_timestamp()
        FROM saved JOIN d ON d.variant_id = saved.variant_id AND d.seller_id = saved.seller_id
    )
    SELECT id, variant_id FROM saved
    """
)
_PAUSE = sa.text(
    """
    UPDATE offer SET status = 'paused', updated_at = now()
    FROM unnest(CAST(:variants AS uuid[])) AS asked(variant_id)
    WHERE offer.variant_id = asked.variant_id AND offer.status = 'active'
        AND NOT EXISTS (
            SELECT FROM json_to_recordset(CAST(:rows AS json)) AS d(variant_id uuid, seller_id uuid)
            WHERE d.variant_id = offer.variant_id AND d.seller_id = offer.seller_id)
    RETURNING offer.id, offer.variant_id
    """
)


async def save_offers(unit: UnitOfWork, entries: Sequence[Entry], names: KnownNames) -> list[PriceChanged]:
    """Write the offers that differ and pause those that a draft no longer has; returns the events of both.

    A variant whose draft has no offer at all keeps what it has: its source says nothing about prices. New products
    have no events here, since their own event says it all.
    """
    rows = [row for entry in entries for row in _rows(entry, names)]
    if not rows:
        return []
    old = [entry for entry in entries if not entry.is_new]
    products = {key: entry.product_id for entry in old for key in entry.variant_ids}
    changed = list(await unit.session.execute(_SAVE, {"rows": as_recordset(rows)}))
    priced = list({row["variant_id"] for row in rows} & products.keys())
    if priced:
        keys = [{"variant_id": row["variant_id"], "seller_id": row["seller_id"]} for row in rows]
        changed += await unit.session.execute(_PAUSE, {"variants": priced, "rows": as_recordset(keys)})
    return [
        PriceChanged(products[variant_id], variant_id, offer_id)
        for offer_id, variant_id in changed
        if variant_id in products
    ]


def _rows(entry: Entry, names: KnownNames) -> list[dict[str, UUID | int | str | None]]:
    return [
        {
            "id": new_id(),
            "history_id": new_id(),
            "variant_id": variant_id,
            "seller_id": names.sellers[offer.seller],
            "price_minor": offer.price_minor,
            "compare_at_minor": offer.compare_at_minor,
            "currency": offer.currency,
        }
        for variant_id, variant in zip(entry.variant_ids, entry.draft.variants, strict=True)
        for offer in variant.offers
    ]
