"""Consumers of `listing`: the search index and the cache. Each has a cursor, a version up to which it has all.

A consumer writes first and moves its cursor after, so being killed between the two only repeats a write, which versions
make harmless. While its other side is down the cursor stays, and nothing is lost.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

import structlog

from core.problems import Unavailable
from ports.cache import Cache
from ports.search import IndexedDocument, SearchIndex
from services.search.documents import to_document
from services.search.failures import forget_failures, record_failure
from services.search.projection import Projected, product_key
from services.search.records import list_after_version, list_versions, move_cursor, read_cursor
from services.unit_of_work import Database

_DOCUMENTS_AT_ONCE = 2_000
_KEYS_AT_ONCE = 2_000
_KEPT_IN_HAND = 5_000

log = structlog.get_logger(__name__)


class InHand:
    """The latest projections of this process, so that the index need not read and analyse again what was just made."""

    def __init__(self) -> None:
        self._kept: deque[Projected] = deque()

    def add(self, projected: Projected) -> None:
        self._kept.append(projected)
        while sum(len(one.documents) + len(one.deleted) for one in self._kept) > _KEPT_IN_HAND:
            self._kept.popleft()

    def take(self, cursor: int) -> Projected | None:
        """All that directly follows `cursor`, up to 2,000 products, as if it were one projection."""
        while self._kept and self._kept[0].version <= cursor:
            self._kept.popleft()
        documents: dict[UUID, IndexedDocument] = {}
        deleted: set[UUID] = set()
        version = cursor
        while self._kept and self._kept[0].previous <= version and len(documents) < _DOCUMENTS_AT_ONCE:
            one = self._kept.popleft()
            version = one.version
            for document in one.documents:
                documents[document.id] = document
                deleted.discard(document.id)
            for product_id in one.deleted:
                documents.pop(product_id, None)
                deleted.add(product_id)
        return Projected(version, cursor, list(documents.values()), list(deleted)) if version > cursor else None


class IndexFeed:
    """Keeps one index equal to `listing`. `quiet` is held by a rebuild while it swaps."""

    def __init__(self, database: Database, index: SearchIndex, *, name: str) -> None:
        self.name = name
        self.quiet = asyncio.Lock()
        self._database = database
        self._index = index
        self._in_hand = InHand()

    def hear(self, projected: Projected) -> None:
        self._in_hand.add(projected)

    async def has_written(self) -> bool:
        """Whether the cursor says that the index has anything."""
        async with self._database.read() as connection:
            return await read_cursor(connection, self.name) > 0

    async def step(self) -> bool:
        """Write the next changes; False if there are none. Raises `Unavailable` and then starts where it stopped."""
        async with self.quiet:
            async with self._database.read() as connection:
                cursor = await read_cursor(connection, self.name)
                batch = self._in_hand.take(cursor)
                if batch is None:
                    changes = await list_after_version(connection, cursor, limit=_DOCUMENTS_AT_ONCE)
                    if changes is None:
                        return False
                    documents = [to_document(listing) for listing in changes.listings]
                    batch = Projected(changes.version, cursor, documents, changes.deleted)
            refused = await self._write(batch.documents, batch.deleted)
            async with self._database.unit() as unit:
                connection = unit.session
                await move_cursor(connection, self.name, expected=cursor, version=batch.version)
                await forget_failures(unit, [document.id for document in batch.documents], consumer=self.name)
                for product_id, error in refused:
                    await record_failure(unit, product_id, consumer=self.name, error=error)
        return True

    async def _write(
        self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID]
    ) -> Sequence[tuple[UUID, Exception]]:
        """Write what the engine takes; documents that it refuses are logged, and returned with the reason."""
        try:
            await self._index.write(documents, deleted)
        except Unavailable:
            raise
        except Exception as error:
            if len(documents) > 1:
                middle = len(documents) // 2
                return [*await self._write(documents[:middle], deleted), *await self._write(documents[middle:], ())]
            if not documents:
                raise
            log.error("document_skipped", product_id=str(documents[0].id), index=self.name, exc_info=error)
            if deleted:
                await self._index.write((), deleted)
            return [(documents[0].id, error)]
        return ()


class CacheFeed:
    """Drops what the cache holds of changed products."""

    name = "cache"

    def __init__(self, database: Database, cache: Cache, *, seconds: int) -> None:
        self._database = database
        self._cache = cache
        self._seconds = seconds

    async def step(self) -> bool:
        """Drop the next changed products; False if there are none. Raises `Unavailable` like the index's."""
        async with self._database.read() as connection:
            cursor = await read_cursor(connection, self.name)
            changed = await list_versions(connection, cursor, limit=_KEYS_AT_ONCE)
        if not changed:
            return False
        keys = {product_key(product_id): version for product_id, version in changed.items()}
        await self._cache.invalidate(keys, seconds=self._seconds)
        async with self._database.unit() as unit:
            connection = unit.session
            await move_cursor(connection, self.name, expected=cursor, version=max(changed.values()))
        return True
