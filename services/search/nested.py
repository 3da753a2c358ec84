"""SQL reads of the product lists that hang below many parents at once: one statement for all of them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from core.paging import binding
from models.search import ListingRow
from ports.search import Filter, SortKey
from services.search.conditions import SORT_COLUMNS, Condition, conditions
from services.unit_of_work import ReadSession

_IDS = sa.bindparam("ids", type_=sa.ARRAY(sa.Uuid()))


class Scope(StrEnum):
    """What a list of products hangs below; ALL is the whole store, whose only parent is the zero id."""

    ALL = "all"
    CATEGORY = "category"
    BRAND = "brand"
    SELLER = "seller"


class ListingSlice:
    """Up to `limit` products that satisfy a filter, in an order, behind a sort key. Equal by value."""

    __slots__ = ("after_key", "digest", "filter", "limit", "sort")

    def __init__(self, wanted: Filter, sort: SortKey, limit: int, after_key: int | None) -> None:
        self.filter = wanted
        self.sort = sort
        self.limit = limit
        self.after_key = after_key
        self.digest = binding(repr(wanted), sort.value, limit, after_key)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ListingSlice) and self.digest == other.digest


class ListRow(NamedTuple):
    product_id: UUID
    sort_key: int


async def list_below(
    session: ReadSession, scope: Scope, parents: Sequence[UUID], piece: ListingSlice
) -> Mapping[UUID, list[ListRow]]:
    """The slice of each parent's products; parents without any are left out."""
    parent = sa.func.unnest(_IDS).table_valued(sa.column("id", sa.Uuid()), name="parent")
    key = SORT_COLUMNS[piece.sort]
    inner = (
        sa.select(ListingRow.product_id, key.label("sort_key"))
        .where(*_below(scope, parent.c.id), *conditions(piece.filter))
        .order_by(key.desc())
        .limit(piece.limit)
    )
    if piece.after_key is not None:
        inner = inner.where(key < piece.after_key)
    page = inner.lateral("page")
    statement = (
        sa.select(parent.c.id, page.c.product_id, page.c.sort_key)
        .select_from(parent.join(page, sa.true()))
        .order_by(page.c.sort_key.desc())
    )
    found: dict[UUID, list[ListRow]] = {}
    for parent_id, product_id, sort_key in await session.execute(statement, {"ids": parents}):
        found.setdefault(parent_id, []).append(ListRow(product_id, sort_key))
    return found


async def count_below(
    session: ReadSession, scope: Scope, parents: Sequence[UUID], piece: ListingSlice
) -> Mapping[UUID, int]:
    """How many products of each parent satisfy the slice's filter."""
    parent = sa.func.unnest(_IDS).table_valued(sa.column("id", sa.Uuid()), name="parent")
    inner = (
        sa.select(sa.func.count().label("products"))
        .select_from(ListingRow)
        .where(*_below(scope, parent.c.id), *conditions(piece.filter))
        .lateral("counted")
    )
    statement = sa.select(parent.c.id, inner.c.products).select_from(parent.join(inner, sa.true()))
    return {parent_id: count for parent_id, count in await session.execute(statement, {"ids": parents})}


def _below(scope: Scope, parent: sa.ColumnElement[UUID]) -> list[Condition]:
    match scope:
        case Scope.ALL:
            return []
        case Scope.CATEGORY:
            return [ListingRow.category_ids.contains(array([parent]))]
        case Scope.BRAND:
            return [ListingRow.brand_id == parent]
        case Scope.SELLER:
            return [ListingRow.seller_ids.contains(array([parent]))]
