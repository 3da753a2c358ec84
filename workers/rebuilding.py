"""Rebuilds of the index: asked for, interrupted, or needed because it is empty or was made by an older release."""

import structlog

from core.ids import new_id
from ports.search import SearchIndex
from services.search.reindex import Progress, count_listings, find_request, reindex
from services.unit_of_work import Database
from workers.feeds import IndexFeed

log = structlog.get_logger(__name__)


def new_generation() -> str:
    """A name for a new generation; later ones sort behind earlier ones."""
    return new_id().hex


class Rebuilder:
    """Belongs to the process that writes the index."""

    def __init__(self, database: Database, index: SearchIndex, *, feed: IndexFeed) -> None:
        self._database = database
        self._index = index
        self._feed = feed
        self._looked = False

    async def step(self) -> bool:
        """Do the rebuild that is asked for, if any; False, since another is not expected soon."""
        generation = await find_request(self._database, name=self._feed.name)
        if generation is None and not self._looked and await self._is_needed():
            generation = new_generation()
        self._looked = True
        if generation is not None:
            await self.rebuild(generation)
        return False

    async def rebuild(self, generation: str, *, progress: Progress | None = None) -> None:
        """Rebuild now, or continue with `generation`."""
        await reindex(
            self._database,
            self._index,
            name=self._feed.name,
            generation=generation,
            quiet=self._feed.quiet,
            progress=progress,
        )

    async def _is_needed(self) -> bool:
        if await self._index.is_outdated():
            log.info("index_is_outdated", name=self._feed.name)
            return True
        return await self._is_lost()

    async def _is_lost(self) -> bool:
        """Whether the index is empty though its cursor says that it has listings: its folder or server is new."""
        if await self._index.indexed_count() > 0 or await count_listings(self._database) == 0:
            return False
        return await self._feed.has_written()
