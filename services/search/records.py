"""Rows of `listing` as values, and the two orders in which they are read: by product, and by version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from ports.search import SortKey


class Listing(NamedTuple):
    """What the shop shows and finds of one active product; the facts of `models.search.ListingRow`.

    `category_ids` and `category_names` run from the root to the product's own category. `pairs` are code + PAIR +
    value. `price_minor` is the lowest active offer in the store's currency, None without one. `warehouse_ids` are the
    active warehouses that have units to sell.
    """

    product_id: UUID
    version: int
    title: str
    brand: str | None
    description: str
    features: str
    category_ids: Sequence[UUID]
    category_names: Sequence[str]
    brand_id: UUID | None
    seller_ids: Sequence[UUID]
    warehouse_ids: Sequence[UUID]
    price_minor: int | None
    rating_hundredths: int
    rating_count: int
    in_stock: bool
    units_sold: int
    released_at: datetime
    pairs: Sequence[str]
    numbers: dict[str, float]


class Changes(NamedTuple):
    """All listings changed and products delisted after some version, up to and with `version`."""

    version: int
    listings: Sequence[Listing]
    deleted: Sequence[UUID]


COLUMNS = ", ".join(f"{name}::text AS numbers" if name == "numbers" else name for name in Listing._fields)
KEY_COLUMNS = {
    SortKey.PRICE_ASCENDING: "price_ascending_key",
    SortKey.PRICE_DESCENDING: "price_descending_key",
    SortKey.RATING: "rating_key",
    SortKey.NEWEST: "newest_key",
    SortKey.BEST_SELLING: "best_selling_key",
}


def as_listing(row: Sequence[Any]) -> Listing:  # a row of COLUMNS, whose types differ by position
    return Listing._make((*row[:-1], orjson.loads(row[-1])))


async def list_after_product(connection: AsyncConnection, after: UUID | None, *, limit: int) -> Sequence[Listing]:
    """The next `limit` listings in the order of their products' ids."""
    statement = sa.text(f"SELECT {COLUMNS} FROM listing WHERE product_id > :after ORDER BY product_id LIMIT :limit")
    rows = await connection.execute(statement, {"after": after or UUID(int=0), "limit": limit})
    return [as_listing(row) for row in rows]


_VERSIONS = sa.text(
    """
    (SELECT version, product_id FROM listing WHERE version > :after ORDER BY version LIMIT :limit)
    UNION ALL
    (SELECT version, product_id FROM listing_tombstone WHERE version > :after ORDER BY version LIMIT :limit)
    ORDER BY version LIMIT :limit
    """
)


async def list_versions(connection: AsyncConnection, after: int, *, limit: int) -> dict[UUID, int]:
    """The products that changed or were delisted next after a version, with theirs; whole versions, about `limit`."""
    rows = (await connection.execute(_VERSIONS, {"after": after, "limit": limit})).all()
    if len(rows) == limit and rows[0].version != rows[-1].version:
        # The last version may be cut off in the middle: leave all of it for the next call.
        rows = [row for row in rows if row.version != rows[-1].version]
    return {row.product_id: row.version for row in rows}


async def list_after_version(connection: AsyncConnection, after: int, *, limit: int) -> Changes | None:
    """The next changes by version, None if there are none; about `limit`, and always all of a version.

    A row that changes between the statements here is simply not in this answer: its new version is higher.
    """
    versions = await list_versions(connection, after, limit=limit)
    if not versions:
        return None
    last = max(versions.values())
    bounds = {"after": after, "last": last}
    listings = await connection.execute(
        sa.text(f"SELECT {COLUMNS} FROM listing WHERE version > :after AND version <= :last"),
        bounds,
    )
    deleted = await connection.execute(
        sa.text("SELECT product_id FROM listing_tombstone WHERE version > :after AND version <= :last"), bounds
    )
    return Changes(last, [as_listing(row) for row in listings], [row.product_id for row in deleted])


async def latest_version(connection: AsyncConnection) -> int:
    """The highest version that any listing or tombstone has; 0 in an empty store."""
    statement = sa.text(
        """
        SELECT greatest(coalesce((SELECT max(version) FROM listing), 0),
                        coalesce((SELECT max(version) FROM listing_tombstone), 0))
        """
    )
    return int((await connection.execute(statement)).scalar_one())


async def read_cursor(connection: AsyncConnection, consumer: str) -> int:
    statement = sa.text("SELECT version FROM listing_consumer WHERE name = :name")
    return int(await connection.scalar(statement, {"name": consumer}) or 0)


async def move_cursor(connection: AsyncConnection, consumer: str, *, expected: int, version: int) -> bool:
    """Record that `consumer` has applied all up to `version`; False if its cursor was not at `expected`."""
    statement = sa.text(
        """
        INSERT INTO listing_consumer AS c (name, version) VALUES (:name, :version)
        ON CONFLICT (name) DO UPDATE SET version = :version, changed_at = now() WHERE c.version = :expected
        RETURNING 1
        """
    )
    values = {"name": consumer, "version": version, "expected": expected}
    return await connection.scalar(statement, values) is not None


async def rewind_cursor(connection: AsyncConnection, consumer: str, *, version: int) -> None:
    """Let `consumer` apply everything above `version` once more."""
    statement = sa.text("UPDATE listing_consumer SET version = :version WHERE name = :name AND version > :version")
    await connection.execute(statement, {"name": consumer, "version": version})
