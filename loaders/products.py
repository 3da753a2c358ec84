"""Products by id, through the shared cache.

A cached product is dropped when the projection handles a change of it. A row read before that change cannot be put
back after it: it carries the version of its listing, and the cache refuses versions below the one it dropped.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import orjson
import structlog

from core.problems import Unavailable
from core.tags import product_tag
from loaders.batch import OptionalBatch, Sessions
from ports.cache import Cache, Versioned
from services.catalog import queries
from services.catalog.records import ProductRecord
from services.search.projection import product_key
from services.unit_of_work import ReadSession

log = structlog.get_logger(__name__)


class ProductById(OptionalBatch[UUID, ProductRecord]):
    """Products whatever their status. Without a cache that answers, all come from Postgres."""

    def tags(self, keys: Sequence[UUID]) -> Iterable[str]:
        return map(product_tag, keys)

    def __init__(self, sessions: Sessions, cache: Cache, *, seconds: int) -> None:
        super().__init__(sessions)
        self.shared = cache
        self.seconds = seconds

    async def collect(self, keys: Sequence[UUID]) -> Mapping[UUID, ProductRecord | None]:
        try:
            cached = await self.shared.get_many([product_key(key) for key in keys])
        except Unavailable as error:
            log.warning("cache.unavailable", error=str(error))
            return await super().collect(keys)
        found: dict[UUID, ProductRecord | None] = {
            key: decode(value) for key, value in zip(keys, cached, strict=True) if value is not None and value.data
        }
        absent = [key for key in keys if key not in found]
        if absent:
            loaded = await super().collect(absent)
            found.update(loaded)
            await self._remember([row for row in loaded.values() if row is not None])
        return found

    async def fetch(self, session: ReadSession, keys: Sequence[UUID]) -> Mapping[UUID, ProductRecord | None]:
        return {row.id: row for row in await queries.find_products(session, keys)}

    async def _remember(self, rows: Sequence[ProductRecord]) -> None:
        try:
            await self.shared.put_many({product_key(row.id): encode(row) for row in rows}, seconds=self.seconds)
        except Unavailable as error:
            log.warning("cache.unavailable", error=str(error))


def encode(row: ProductRecord) -> Versioned:
    """A product as the cache keeps it: its fields in order, as a JSON array."""
    # Ids come as asyncpg's own kind of UUID, which orjson does not know.
    return Versioned(row.version, orjson.dumps(tuple(row), default=str))


def decode(value: Versioned) -> ProductRecord:
    """The inverse of `encode`."""
    fields = orjson.loads(value.data or b"")
    row = ProductRecord._make(fields)
    return row._replace(
        id=UUID(row.id),  # type: ignore[arg-type]  # JSON has no ids and times, so these are still text
        category_id=UUID(row.category_id),  # type: ignore[arg-type]
        brand_id=None if row.brand_id is None else UUID(row.brand_id),  # type: ignore[arg-type]
        released_at=None if row.released_at is None else datetime.fromisoformat(row.released_at),  # type: ignore[arg-type]
        created_at=datetime.fromisoformat(row.created_at),  # type: ignore[arg-type]
        updated_at=datetime.fromisoformat(row.updated_at),  # type: ignore[arg-type]
    )
