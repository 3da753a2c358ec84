"""Flattens products into `listing`: what lists are answered from, indexes are filled from and search falls back to.

Versions (docs/decisions/0005). A projection takes one advisory lock, then draws its version, then reads the base
tables; so versions grow in the order of commits, and a higher version was always computed from newer facts.

Filling a cache with a product. Read `listing.version` of the product in the same statement as its rows, or in an
earlier one, never in a later one; put the value with that version. If a change commits after the version was read, its
projection gets a higher version and its invalidation refuses the put, however late that comes. A product without a
listing has version 0, which every invalidation refuses.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, cast
from uuid import UUID

import orjson
import sqlalchemy as sa

from ports.search import IndexedDocument
from services.search.documents import to_document
from services.search.facts import read_facts
from services.search.records import KEY_COLUMNS, Listing, latest_version
from services.search.words import search_words, word_vector
from services.unit_of_work import UnitOfWork

LARGEST_BATCH = 500
_SLICE = 50
# One number among advisory locks: "emporium projection". Held to the end of the transaction.
PROJECTION_LOCK = 0x656D70_0001


class Projected(NamedTuple):
    """One projection. Nothing has a version between `previous` and `version`, so a consumer at `previous` may apply
    this and be at `version`. `new_words` is how many words the vocabulary did not have before."""

    version: int
    previous: int
    documents: Sequence[IndexedDocument]
    deleted: Sequence[UUID]
    new_words: int = 0


class _Driver(Protocol):
    """What is used of asyncpg's connection: binary values, and one message for many rows."""

    async def executemany(self, command: str, args: Sequence[Sequence[Any]]) -> None: ...


def product_key(product_id: UUID) -> str:
    """The key of a product in the cache, where values have the version of its listing."""
    return f"product:{product_id}"


async def draw_version(unit: UnitOfWork) -> int:
    """Wait for the projection lock and draw the next version; it is above the sequence of every event in sight."""
    await unit.session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": PROJECTION_LOCK})
    statement = sa.text("SELECT nextval(pg_get_serial_sequence('outbox_event', 'sequence'))")
    return int((await unit.session.execute(statement)).scalar_one())


async def project(unit: UnitOfWork, product_ids: Sequence[UUID], *, version: int, currency: str) -> Projected:
    """Compute the listings of at most 500 products afresh, in a number of statements that does not depend on them.

    `version` comes from `draw_version` in the same unit. Products that are not active lose their listing and are
    reported as deleted, also if they had none. `currency` is the store's (ISO 4217).
    """
    if len(product_ids) > LARGEST_BATCH:
        raise ValueError(f"at most {LARGEST_BATCH} products are projected at once, not {len(product_ids)}")
    connection = unit.session
    previous = await latest_version(connection)
    listings = await read_facts(connection, product_ids, version=version, currency=currency)
    terms = _TermChange(await _read_terms(unit, product_ids))
    raw = await connection.get_raw_connection()
    documents = await _write(cast(_Driver, raw.driver_connection), listings, terms)
    active = {document.id for document in documents}
    deleted = [product_id for product_id in dict.fromkeys(product_ids) if product_id not in active]
    new_words = await terms.write(unit)
    await unit.session.execute(_TOMBSTONES, {"deleted": deleted, "active": list(active), "version": version})
    return Projected(version, previous, documents, deleted, new_words)


async def _write(driver: _Driver, listings: Sequence[Listing], terms: "_TermChange") -> list[IndexedDocument]:
    """Analyse and upsert listings in slices: Postgres writes one while the next is being analysed."""
    documents: list[IndexedDocument] = []
    sent: asyncio.Task[None] | None = None
    try:
        for start in range(0, len(listings), _SLICE):
            rows = []
            for listing in listings[start : start + _SLICE]:
                document = to_document(listing)
                words = search_words(document)
                terms.replace(listing.product_id, words)
                rows.append(_values(listing, document, word_vector(document, words)))
                documents.append(document)
            if sent is not None:
                await sent
            sent = asyncio.create_task(driver.executemany(_UPSERT, rows))
            await asyncio.sleep(0)  # lets the slice go out before the next one keeps this thread busy
    finally:
        # Also after an error: the connection can do nothing else before it has its answer.
        if sent is not None:
            await sent
    return documents


def _values(listing: Listing, document: IndexedDocument, vector: str) -> tuple[object, ...]:
    *fields, numbers = listing
    keys = (document.sort_keys[key] for key in KEY_COLUMNS)
    return (*fields, orjson.dumps(numbers).decode(), vector, *keys)


async def _read_terms(unit: UnitOfWork, product_ids: Sequence[UUID]) -> dict[UUID, set[str]]:
    statement = sa.text("SELECT product_id, tsvector_to_array(words) FROM listing WHERE product_id = ANY(:ids)")
    rows = await unit.session.execute(statement, {"ids": product_ids})
    return {product_id: set(terms) for product_id, terms in rows}


class _TermChange:
    """Keeps `search_term` exact: counts the words that products gained, and takes off those that they lost."""

    def __init__(self, before: Mapping[UUID, set[str]]) -> None:
        self._before = dict(before)
        self._change: Counter[str] = Counter()

    def replace(self, product_id: UUID, words: set[str]) -> None:
        old = self._before.pop(product_id, None) or set()
        self._change.update(words - old)
        self._change.subtract(old - words)

    async def write(self, unit: UnitOfWork) -> int:
        """Call once, after all listed products were replaced: what is left has been delisted. Returns how many words
        are new."""
        for product_id in list(self._before):
            self.replace(product_id, set())
        terms = sorted(term for term, documents in self._change.items() if documents)
        if not terms:
            return 0
        values = {"terms": terms, "documents": [self._change[term] for term in terms]}
        return int((await unit.session.execute(_TERMS, values)).scalar_one())


_FIELDS = (*Listing._fields, "words", *KEY_COLUMNS.values())
_CASTS = {"numbers": "::text::jsonb", "words": "::text::tsvector"}
_UPSERT = f"""
    INSERT INTO listing ({", ".join(_FIELDS)})
    VALUES ({", ".join(f"${number}{_CASTS.get(name, '')}" for number, name in enumerate(_FIELDS, 1))})
    ON CONFLICT (product_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _FIELDS if name != "product_id")}
    WHERE listing.version <= excluded.version
"""
_TERMS = sa.text(
    """
    WITH counted AS (
        INSERT INTO search_term AS t (term, documents)
        SELECT term, documents
        FROM unnest(CAST(:terms AS text[]), CAST(:documents AS bigint[])) AS change (term, documents)
        ON CONFLICT (term) DO UPDATE SET documents = greatest(t.documents + excluded.documents, 0)
        RETURNING t.xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new) FROM counted
    """
)
_TOMBSTONES = sa.text(
    """
    WITH delisted AS (
        DELETE FROM listing WHERE product_id = ANY(CAST(:deleted AS uuid[]))
    ), listed AS (
        DELETE FROM listing_tombstone WHERE product_id = ANY(CAST(:active AS uuid[]))
    )
    INSERT INTO listing_tombstone AS t (product_id, version)
    SELECT product_id, :version FROM unnest(CAST(:deleted AS uuid[])) AS gone (product_id)
    ON CONFLICT (product_id) DO UPDATE SET version = greatest(t.version, excluded.version)
    """
)
