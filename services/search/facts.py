"""Reads from the base tables what a listing says of a product: three statements, however many products."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ports.facets import can_be_chosen
from ports.search import PAIR
from services.search.documents import features_text
from services.search.records import Listing

AttributeValue = str | float | bool


class _Attribute(NamedTuple):
    label: str
    type: str
    unit: str | None
    filterable: bool


class _Product(NamedTuple):
    id: UUID
    title: str
    description: str
    attributes: str
    brand_id: UUID | None
    brand: str | None
    ancestor_ids: Sequence[UUID]
    units_sold: int
    released_at: datetime
    rating_hundredths: int
    rating_count: int
    price_minor: int | None
    seller_ids: Sequence[UUID] | None
    warehouse_ids: Sequence[UUID]


async def read_facts(
    connection: AsyncConnection, product_ids: Sequence[UUID], *, version: int, currency: str
) -> Sequence[Listing]:
    """The listings of those products that are active, in no particular order."""
    values = {"ids": product_ids, "currency": currency}
    products = [_Product(*row) for row in await connection.execute(_PRODUCTS, values)]
    if not products:
        return []
    attributes = {product.id: orjson.loads(product.attributes) for product in products}
    known = await _read_attributes(connection, {code for values in attributes.values() for code in values})
    names = await _read_names(connection, {category for product in products for category in product.ancestor_ids})
    return [
        _as_listing(product, attributes[product.id], known=known, names=names, version=version) for product in products
    ]


def _as_listing(
    product: _Product,
    attributes: Mapping[str, AttributeValue],
    *,
    known: Mapping[str, _Attribute],
    names: Mapping[UUID, str],
    version: int,
) -> Listing:
    pairs: list[str] = []
    numbers: dict[str, float] = {}
    said: list[tuple[str, AttributeValue]] = []
    for code, value in attributes.items():
        attribute = known.get(code) or _Attribute(code.replace("_", " "), "text", None, False)
        said.append((attribute.label, _with_unit(value, attribute.unit)))
        if not attribute.filterable:
            continue
        if isinstance(value, bool):
            pairs.append(f"{code}{PAIR}{'true' if value else 'false'}")
        elif attribute.type == "number":
            if not isinstance(value, str):
                numbers[code] = float(value)
        elif can_be_chosen(str(value)):
            pairs.append(f"{code}{PAIR}{value}")
    return Listing(
        product_id=product.id,
        version=version,
        title=product.title,
        brand=product.brand,
        description=product.description,
        features=features_text(said),
        category_ids=product.ancestor_ids,
        category_names=[names.get(category, "") for category in product.ancestor_ids],
        brand_id=product.brand_id,
        seller_ids=product.seller_ids or [],
        warehouse_ids=product.warehouse_ids,
        price_minor=product.price_minor,
        rating_hundredths=product.rating_hundredths,
        rating_count=product.rating_count,
        in_stock=bool(product.warehouse_ids),
        units_sold=product.units_sold,
        released_at=product.released_at,
        pairs=pairs,
        numbers=numbers,
    )


def _with_unit(value: AttributeValue, unit: str | None) -> AttributeValue:
    if unit is None or isinstance(value, bool | str):
        return value
    return f"{value:g} {unit}"


async def _read_attributes(connection: AsyncConnection, codes: set[str]) -> dict[str, _Attribute]:
    statement = sa.text("SELECT code, label, type, unit, filterable FROM attribute WHERE code = ANY(:codes)")
    rows = await connection.execute(statement, {"codes": sorted(codes)})
    return {code: _Attribute(*rest) for code, *rest in rows}


async def _read_names(connection: AsyncConnection, category_ids: set[UUID]) -> dict[UUID, str]:
    statement = sa.text("SELECT id, name FROM category WHERE id = ANY(:ids)")
    rows = await connection.execute(statement, {"ids": list(category_ids)})
    return {row.id: row.name for row in rows}


# Joined from the wanted ids outwards, so that fresh tables without statistics are not scanned whole.
_PRODUCTS = sa.text(
    """
    SELECT p.id, p.title, p.description, p.attributes::text, p.brand_id, b.name, c.ancestor_ids, p.units_sold,
           coalesce(p.released_at, p.created_at), coalesce(r.average_hundredths, 0), coalesce(r.count, 0),
           sold.price_minor, sold.seller_ids, ARRAY(
               SELECT DISTINCT l.warehouse_id
               FROM variant v JOIN inventory_level l ON l.variant_id = v.id AND l.on_hand > l.reserved
               JOIN warehouse w ON w.id = l.warehouse_id AND w.is_active
               WHERE v.product_id = p.id AND v.status = 'active'
           )
    FROM unnest(CAST(:ids AS uuid[])) AS wanted (id)
    JOIN product p ON p.id = wanted.id AND p.status = 'active'
    JOIN category c ON c.id = p.category_id
    LEFT JOIN brand b ON b.id = p.brand_id
    LEFT JOIN rating_summary r ON r.product_id = p.id
    CROSS JOIN LATERAL (
        SELECT min(o.price_minor) FILTER (WHERE o.currency = CAST(:currency AS text)) AS price_minor,
               array_agg(DISTINCT o.seller_id) FILTER (WHERE o.seller_id IS NOT NULL) AS seller_ids
        FROM variant v LEFT JOIN offer o ON o.variant_id = v.id AND o.status = 'active'
        WHERE v.product_id = p.id AND v.status = 'active'
    ) sold
    """
)
