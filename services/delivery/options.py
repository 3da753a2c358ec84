"""In what ways, at what price and how soon something that is in stock can be brought to a place.

One statement answers for many products or variants. It takes stock where it is now, so it is asked anew each time.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from core.money import Money
from core.recordset import as_recordset
from services.delivery.places import PlaceKey
from services.delivery.records import OptionRecord
from services.unit_of_work import ReadSession

MOST_UNITS = 1_000_000


class Wanted(NamedTuple):
    """So many units of a variant, or of any one variant of a product, at a place."""

    subject_id: UUID
    place: PlaceKey
    quantity: int = 1


class DeliveryRecord(NamedTuple):
    """How something gets to a place: the cheapest way first, the faster of equally dear ones; none if no way.

    `is_known` says whether the postal code exists.
    """

    is_known: bool
    options: Sequence[OptionRecord]

    @property
    def is_deliverable(self) -> bool:
        return bool(self.options)

    @property
    def cheapest(self) -> OptionRecord | None:
        return self.options[0] if self.options else None

    @property
    def fastest(self) -> OptionRecord | None:
        return min(self.options, key=lambda one: (one.max_days, one.min_days, one.price), default=None)


async def find_options_of_variants(
    session: ReadSession, wanted: Sequence[Wanted], *, currency: str
) -> Mapping[Wanted, DeliveryRecord]:
    """How each of these can be delivered. Only variants on sale can, from active warehouses."""
    return await _find(session, _OF_VARIANTS, wanted, currency)


async def find_options_of_products(
    session: ReadSession, wanted: Sequence[Wanted], *, currency: str
) -> Mapping[Wanted, DeliveryRecord]:
    """As for variants: for each method, what is best for any variant of the product."""
    return await _find(session, _OF_PRODUCTS, wanted, currency)


async def _find(
    session: ReadSession, statement: sa.TextClause, wanted: Sequence[Wanted], currency: str
) -> Mapping[Wanted, DeliveryRecord]:
    rows = [
        {"n": number, "subject_id": one.subject_id, "quantity": one.quantity, **one.place._asdict()}
        for number, one in enumerate(wanted)
    ]
    known = [False] * len(wanted)
    options: list[list[OptionRecord]] = [[] for _ in wanted]
    values = {"rows": as_recordset(rows), "currency": currency}
    for row in await session.execute(statement, values):
        known[row.n] = row.is_known
        if row.method_id is not None:
            price = Money(int(row.price_minor), currency)
            options[row.n].append(
                OptionRecord(
                    row.method_id, row.code, row.method, row.carrier, price, row.min_days, row.max_days, row.warehouses
                )
            )
    return {wanted[n]: DeliveryRecord(known[n], options[n]) for n in range(len(wanted))}


# Of each method's lanes, one from where all units can come is taken first, else several in this order until there are
# enough. `earlier` is what the lanes before it can send.
_STATEMENT = """
    WITH asked AS MATERIALIZED (
        SELECT a.n, a.subject_id, a.quantity, p.zone_id
        FROM json_to_recordset(CAST(:rows AS json))
            AS a(n integer, subject_id uuid, quantity bigint, country text, code text)
        LEFT JOIN postal_code p ON p.country = a.country AND p.code = a.code
    ), lane AS (
        SELECT a.n, a.quantity, v.id AS variant_id, l.method_id, l.warehouse_id, l.price_minor, l.min_days, l.max_days,
            i.on_hand - i.reserved AS available,
            COALESCE(sum(i.on_hand - i.reserved) OVER (ordered ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                AS earlier,
            row_number() OVER ordered AS rank
        FROM asked a
        JOIN variant v ON v.{subject} = a.subject_id AND v.status = 'active'
        JOIN inventory_level i ON i.variant_id = v.id AND i.on_hand > i.reserved
        JOIN warehouse w ON w.id = i.warehouse_id AND w.is_active
        JOIN delivery_lane l ON l.zone_id = a.zone_id AND l.warehouse_id = i.warehouse_id AND l.currency = :currency
        WINDOW ordered AS (
            PARTITION BY a.n, v.id, l.method_id
            ORDER BY i.on_hand - i.reserved >= a.quantity DESC, l.price_minor, l.max_days, l.min_days, l.distance_km,
                w.code)
    ), offered AS (
        SELECT n, variant_id, method_id, sum(price_minor) AS price_minor, max(min_days) AS min_days,
            max(max_days) AS max_days, array_agg(warehouse_id ORDER BY rank) AS warehouses
        FROM lane WHERE earlier < quantity
        GROUP BY n, variant_id, method_id, quantity HAVING sum(available) >= quantity
    ), best AS (
        SELECT DISTINCT ON (o.n, o.method_id) o.*, m.code, m.name AS method, c.name AS carrier
        FROM offered o
        JOIN delivery_method m ON m.id = o.method_id AND m.is_active
        JOIN carrier c ON c.id = m.carrier_id AND c.is_active
        ORDER BY o.n, o.method_id, o.price_minor, o.max_days, o.min_days, o.variant_id
    )
    SELECT a.n, a.zone_id IS NOT NULL AS is_known, b.method_id, b.code, b.method, b.carrier, b.price_minor, b.min_days,
        b.max_days, b.warehouses
    FROM asked a LEFT JOIN best b ON b.n = a.n
    ORDER BY a.n, b.price_minor, b.max_days, b.min_days, b.code
"""
_OF_VARIANTS = sa.text(_STATEMENT.format(subject="id"))
_OF_PRODUCTS = sa.text(_STATEMENT.format(subject="product_id"))
