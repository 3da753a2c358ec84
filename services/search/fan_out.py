"""Changes of what many products share: a category, or a warehouse that was opened or closed. These wait in queues while
their products are projected page by page, between the events of the moment."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from services.search.projection import LARGEST_BATCH, Projected, draw_version, project
from services.unit_of_work import UnitOfWork


class _Queue(NamedTuple):
    """The statements of one kind of owner. `products` is a page of products in order, and of each whether it has to be
    listed again."""

    add: sa.TextClause
    next: sa.TextClause
    products: sa.TextClause
    move: sa.TextClause
    remove: sa.TextClause


async def queue_fan_out(unit: UnitOfWork, *, category_ids: Sequence[UUID], warehouse_ids: Sequence[UUID]) -> None:
    """Have all products of these projected; one that waits already starts from its first product."""
    for queue, ids in ((_CATEGORIES, category_ids), (_WAREHOUSES, warehouse_ids)):
        if ids:
            await unit.session.execute(queue.add, {"ids": list(ids)})


async def continue_fan_out(unit: UnitOfWork, *, currency: str, limit: int = LARGEST_BATCH) -> Projected | None:
    """Project what has to be of the next page of products of a changed category or warehouse; None if none waits.

    How far it came is committed with the page. An owner that changes meanwhile starts from its first product.
    """
    for queue in (_WAREHOUSES, _CATEGORIES):
        # Usually none waits, and this is asked several times a second: neither a lock is taken nor a version used up.
        if (await unit.session.execute(queue.next)).first() is not None:
            return await _continue(unit, queue, currency=currency, limit=limit)
    return None


async def _continue(unit: UnitOfWork, queue: _Queue, *, currency: str, limit: int) -> Projected | None:
    version = await draw_version(unit)
    waiting = (await unit.session.execute(queue.next)).first()
    if waiting is None:
        return None
    owner, last = waiting
    values = {"owner": owner, "after": last or UUID(int=0), "limit": limit}
    page = (await unit.session.execute(queue.products, values)).all()
    if len(page) < limit:
        await unit.session.execute(queue.remove, {"owner": owner})
    else:
        await unit.session.execute(queue.move, {"owner": owner, "last": page[-1][0]})
    products = [product_id for product_id, is_concerned in page if is_concerned]
    return await project(unit, products, version=version, currency=currency)


async def count_waiting(connection: AsyncConnection) -> int:
    """Changed categories and warehouses whose products are not all projected yet."""
    statement = "SELECT (SELECT count(*) FROM category_fan_out) + (SELECT count(*) FROM warehouse_fan_out)"
    return int((await connection.execute(sa.text(statement))).scalar_one())


def _queue(owner: str, products: str) -> _Queue:
    table, key = f"{owner}_fan_out", f"{owner}_id"
    return _Queue(
        add=sa.text(
            f"INSERT INTO {table} ({key}) SELECT id FROM {owner} WHERE id = ANY(CAST(:ids AS uuid[])) "
            f"ON CONFLICT ({key}) DO UPDATE SET last_product_id = NULL"
        ),
        next=sa.text(f"SELECT {key}, last_product_id FROM {table} ORDER BY {key} LIMIT 1"),
        products=sa.text(products),
        move=sa.text(f"UPDATE {table} SET last_product_id = :last WHERE {key} = :owner"),
        remove=sa.text(f"DELETE FROM {table} WHERE {key} = :owner"),
    )


_CATEGORIES = _queue(
    "category",
    """
    SELECT p.id, true FROM product p JOIN category c ON c.id = p.category_id
    WHERE c.ancestor_ids @> ARRAY[CAST(:owner AS uuid)] AND p.id > :after
    ORDER BY p.id LIMIT :limit
    """,
)
# Only what is listed otherwise than the warehouse now is: one that was renamed concerns no product at all. All listings
# are walked, since a page of a few hundred takes the same few milliseconds however many there are, or concerned.
_WAREHOUSES = _queue(
    "warehouse",
    """
    SELECT l.product_id, w.is_active <> (l.warehouse_ids @> ARRAY[w.id]) AND (NOT w.is_active OR EXISTS (
        SELECT FROM variant v JOIN inventory_level i ON i.variant_id = v.id
        WHERE v.product_id = l.product_id AND v.status = 'active'
          AND i.warehouse_id = w.id AND i.on_hand > i.reserved
    ))
    FROM (SELECT product_id, warehouse_ids FROM listing WHERE product_id > :after ORDER BY product_id LIMIT :limit) l
    CROSS JOIN warehouse w WHERE w.id = CAST(:owner AS uuid)
    ORDER BY l.product_id
    """,
)
