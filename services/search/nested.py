"""SQL reads of the product lists that hang below many parents at once: one statement for all of them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.paging import binding
from ports.search import Filter, SortKey
from services.reading import Row, fetch
from services.search.cards import Cards, Parts, cards_statement, read_cards
from services.search.listing_filters import Parameters, conditions
from services.search.records import KEY_COLUMNS
from services.unit_of_work import ReadSession


class Scope(StrEnum):
    """What a list of products hangs below; ALL is the whole store, whose only parent is the zero id."""

    ALL = "all"
    CATEGORY = "category"
    BRAND = "brand"
    SELLER = "seller"


_BELOW = {
    Scope.ALL: "true",
    Scope.CATEGORY: "category_ids @> ARRAY[{parent}]",
    Scope.BRAND: "brand_id = {parent}",
    Scope.SELLER: "seller_ids @> ARRAY[{parent}]",
}
_UNFILTERED = Filter()


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


class Listed(NamedTuple):
    """Products' places in a list: their sort keys by their ids, in order; and their cards, if those were asked for."""

    sort_keys: Mapping[UUID, int]
    cards: Cards | None = None


class Wanted(NamedTuple):
    """What the cards of a list are to show; prices in a currency (ISO 4217)."""

    parts: Parts
    currency: str


async def list_below(
    session: ReadSession, scope: Scope, parents: Sequence[UUID], piece: ListingSlice, wanted: Wanted | None = None
) -> Mapping[UUID, Listed]:
    """The slice of each parent's products; parents without any are left out. In one statement, also with cards."""
    parameters = Parameters()
    # Of one parent by itself Postgres knows how much of the store it holds, and reads a large one in the order of the
    # list instead of sorting it. With a filter that none of its products may pass, that would be a gamble.
    is_plain = len(parents) == 1 and piece.filter == _UNFILTERED
    parent = parameters.add(parents[0], "uuid") if is_plain else "parent.id"
    where = f"{_BELOW[scope].format(parent=parent)} AND {conditions(None, piece.filter, parameters)}"
    key = KEY_COLUMNS[piece.sort]
    if piece.after_key is not None:
        where += f" AND {key} < {parameters.add(piece.after_key, 'bigint')}"
    # A page of the whole store is planned once. Were its size a parameter, Postgres would expect a tenth of the store
    # and plan anew each time, which takes longer than the page.
    limit = str(int(piece.limit)) if is_plain and scope is Scope.ALL else parameters.add(piece.limit, "int")
    columns = f"{parent} AS id, product_id, {key} AS key, version"
    page = f"SELECT {columns} FROM listing WHERE {where} ORDER BY {key} DESC LIMIT {limit}"
    statement = page
    if not is_plain:
        statement = f"""
            SELECT page.id, page.product_id, page.key, page.version
            FROM unnest({parameters.add(list(parents), "uuid[]")}) AS parent (id) CROSS JOIN LATERAL ({page}) AS page
            ORDER BY page.key DESC
        """
    if wanted is not None:
        statement = cards_statement(statement, wanted.parts, parameters, currency=wanted.currency)
    rows = await fetch(session, statement, parameters.values)
    return {parent: _listed(some, wanted) for parent, some in _by_parent(rows, parents).items()}


def _by_parent(rows: Sequence[Row], parents: Sequence[UUID]) -> Mapping[UUID, Sequence[Row]]:
    if len(parents) == 1:
        return {parents[0]: rows} if rows else {}
    found: dict[UUID, list[Row]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found


def _listed(rows: Sequence[Row], wanted: Wanted | None) -> Listed:
    return Listed({row[1]: row[2] for row in rows}, None if wanted is None else read_cards(rows, wanted.parts))


async def count_below(
    session: ReadSession, scope: Scope, parents: Sequence[UUID], piece: ListingSlice
) -> Mapping[UUID, int]:
    """How many products of each parent satisfy the slice's filter."""
    parameters = Parameters()
    where = f"{_BELOW[scope].format(parent='parent.id')} AND {conditions(None, piece.filter, parameters)}"
    statement = f"""
        SELECT parent.id, (SELECT count(*) FROM listing WHERE {where}) AS products
        FROM unnest({parameters.add(list(parents), "uuid[]")}) AS parent (id)
    """
    rows = await fetch(session, statement, parameters.values)
    return {row[0]: row[1] for row in rows}
