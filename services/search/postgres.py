"""Lists and searches on `listing` in plain Postgres: what browsing uses always, and search while its engine is down.

It answers like a `ports.search.SearchIndex`, except for scores: a clause is worth its rarest words, thrice that in the
title.
"""

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa

from ports.search import LARGEST_OFFSET, Hit, SearchRequest, SearchResponse, SortKey, TextQuery
from services.reading import Row, fetch
from services.search.documents import pack_stored
from services.search.listing_facets import as_facets, facets_statement
from services.search.listing_filters import Parameters, conditions, score
from services.search.records import KEY_COLUMNS, Listing
from services.unit_of_work import Database, ReadSession

_FOR_RANKING = "title, category_ids, brand_id, units_sold, rating_hundredths, rating_count, in_stock"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PostgresListing:
    """Searches in one statement for the hits and one for the total; facets and text cost one more each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def search(self, request: SearchRequest) -> SearchResponse:
        """Raises `Unavailable("postgres")`. `stored` comes with hits by relevance only: sorts are not ranked again."""
        async with self._database.read() as session:
            hits = await _find(session, request)
            total = await _count(session, request, hits) if request.count_total else 0
            facets = {}
            if request.facets:
                parameters = Parameters()
                rows = await fetch(session, facets_statement(request, parameters), parameters.values)
                facets = as_facets(request, [(facet, value, documents) for facet, value, documents in rows])
        return SearchResponse(hits=hits, total=total, facets=facets)


async def _find(session: ReadSession, request: SearchRequest) -> Sequence[Hit]:
    offset = 0 if request.sort else request.offset
    limit = request.limit if request.sort else min(request.limit, LARGEST_OFFSET - offset)
    if limit <= 0:
        return []
    parameters = Parameters()
    where = conditions(request.text, request.filter, parameters)
    key = KEY_COLUMNS[request.sort or SortKey.BEST_SELLING]
    if request.after_key is not None:
        where += f" AND {key} < {parameters.add(request.after_key, 'bigint')}"
    if request.sort is not None:
        statement = (
            f"SELECT product_id, {key} FROM listing WHERE {where} ORDER BY {key} DESC "
            f"LIMIT {parameters.add(limit, 'int')}"
        )
        rows = await fetch(session, statement, parameters.values)
        return [Hit(product_id, 0.0, value, b"") for product_id, value in rows]
    worth, order = "0::float8", f"{key} DESC"
    if request.text is not None:
        worth = score(request.text, await _rarities(session, request.text), parameters)
        order = f"score DESC, {order}"
    statement = (
        f"SELECT product_id, {key} AS key, {worth} AS score, {_FOR_RANKING} FROM listing WHERE {where} "
        f"ORDER BY {order} LIMIT {parameters.add(limit, 'int')} OFFSET {parameters.add(offset, 'int')}"
    )
    found = await fetch(session, statement, parameters.values)
    return [Hit(row["product_id"], row["score"], row["key"], _stored(row)) for row in found]


async def _count(session: ReadSession, request: SearchRequest, hits: Sequence[Hit]) -> int:
    first_page = request.after_key is None and (request.sort is not None or request.offset == 0)
    if first_page and request.limit > 0 and len(hits) < request.limit:
        return len(hits)
    parameters = Parameters()
    statement = f"SELECT count(*) FROM listing WHERE {conditions(request.text, request.filter, parameters)}"
    ((total,),) = await fetch(session, statement, parameters.values)
    return int(total)


async def _rarities(session: ReadSession, text: TextQuery) -> dict[str, float]:
    """How much each word of the query tells: the logarithm of how few products have it, as in BM25."""
    words = {token for clause in text.clauses for one in clause.alternatives for token in one.tokens}
    statement = sa.text(
        """
        SELECT term, documents, (SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = 'listing'::regclass) AS total
        FROM search_term WHERE term = ANY(:words)
        """
    )
    rows = await session.execute(statement, {"words": sorted(words)})
    found = {row.term: _rarity(row.documents, max(row.total, row.documents)) for row in rows}
    # A word that nothing counted is as rare as can be; it matters only beside others.
    return {word: found.get(word, 1.0) for word in words}


def _rarity(documents: int, total: float) -> float:
    return math.log1p((total - documents + 0.5) / (documents + 0.5))


def _stored(row: Row) -> bytes:
    return pack_stored(
        Listing(
            product_id=row["product_id"],
            version=0,
            title=row["title"],
            brand=None,
            description="",
            features="",
            category_ids=row["category_ids"],
            category_names=(),
            brand_id=row["brand_id"],
            seller_ids=(),
            warehouse_ids=(),
            price_minor=None,
            rating_hundredths=row["rating_hundredths"],
            rating_count=row["rating_count"],
            in_stock=row["in_stock"],
            units_sold=row["units_sold"],
            released_at=_EPOCH,
            pairs=(),
            numbers={},
        )
    )
