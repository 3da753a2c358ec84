"""Fills an index anew from `listing` while the old one answers; resumable, and no change is lost on the way.

The process that may write (workers/leadership.py) rebuilds; others ask for it through `index_state`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa

from ports.search import LAYOUT, IndexedDocument, SearchIndex
from services.search.announcements import announce_new_words
from services.search.documents import to_document
from services.search.projection import LARGEST_BATCH, draw_version, project
from services.search.records import latest_version, list_after_product, list_after_version, rewind_cursor
from services.unit_of_work import Database

_BATCH = 1_000

# Products done, and products in all.
Progress = Callable[[int, int], None]


class Rebuild(NamedTuple):
    """A rebuild under way. Changes above `started_version` are applied again when it ends."""

    generation: str
    last_product_id: UUID | None
    started_version: int
    products_done: int


async def request_rebuild(database: Database, *, name: str, generation: str) -> None:
    """Ask whoever writes the index to fill a new `generation`; a request not begun yet is replaced."""
    async with database.unit() as unit:
        await unit.session.execute(_REQUEST, {"name": name, "generation": generation})


async def find_request(database: Database, *, name: str) -> str | None:
    """The generation that is asked for or was interrupted; None when there is nothing to do."""
    async with database.read() as connection:
        state = (await connection.execute(_STATE, {"name": name})).first()
    return None if state is None else state.requested_generation or state.generation


async def find_rebuild(database: Database, *, name: str) -> Rebuild | None:
    """How far the rebuild under way is."""
    async with database.read() as connection:
        state = (await connection.execute(_STATE, {"name": name})).first()
    if state is None or state.generation is None:
        return None
    return Rebuild(state.generation, state.last_product_id, state.started_version or 0, state.products_done)


async def count_listings(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(sa.text("SELECT count(*) FROM listing"))).scalar_one())


async def reindex(
    database: Database,
    index: SearchIndex,
    *,
    name: str,
    generation: str,
    quiet: asyncio.Lock,
    progress: Progress | None = None,
) -> None:
    """Rebuild `index` (whose consumer and state are called `name`); only for the process that may write it.

    The same `generation` again continues an interrupted rebuild. `quiet` keeps the index's consumer from writing
    during the swap. Raises `Unavailable`; then call again.
    """
    rebuild = await _begin(database, name=name, generation=generation)
    filling = _Filling(database, name=name, rebuild=rebuild, quiet=quiet, progress=progress)
    try:
        async with aclosing(filling.batches()) as batches:
            await index.rebuild(batches, generation=generation)
    finally:
        filling.release()
    async with database.unit() as unit:
        await unit.session.execute(_FINISH, {"name": name, "generation": generation})
    await recount_terms(database)


class _Filling:
    """The batches of one rebuild, and the lock that is held from their end to the swap's."""

    def __init__(
        self, database: Database, *, name: str, rebuild: Rebuild, quiet: asyncio.Lock, progress: Progress | None
    ) -> None:
        self._database = database
        self._name = name
        self._rebuild = rebuild
        self._quiet = quiet
        self._holds = False
        self._progress = progress

    async def batches(self) -> AsyncGenerator[Sequence[IndexedDocument]]:
        total = await count_listings(self._database)
        last, done = self._rebuild.last_product_id, self._rebuild.products_done
        while True:
            async with self._database.read() as connection:
                listings = await list_after_product(connection, last, limit=_BATCH)
            if not listings:
                break
            yield [to_document(listing) for listing in listings]
            # Asked for more: the index has made the batch durable, so a resumed rebuild may start behind it.
            last, done = listings[-1].product_id, done + len(listings)
            await self._save(last, done)
            if self._progress is not None:
                self._progress(done, max(total, done))
        await self._quiet.acquire()
        self._holds = True
        version = self._rebuild.started_version
        while True:
            async with self._database.read() as connection:
                changes = await list_after_version(connection, version, limit=_BATCH)
            if changes is None:
                break
            version = changes.version
            yield [to_document(listing) for listing in changes.listings]
        # Before the swap, so that being killed after it loses nothing; deletions of the meantime are applied by this.
        async with self._database.unit() as unit:
            connection = unit.session
            await rewind_cursor(connection, self._name, version=self._rebuild.started_version)

    def release(self) -> None:
        if self._holds:
            self._holds = False
            self._quiet.release()

    async def _save(self, last: UUID, done: int) -> None:
        async with self._database.unit() as unit:
            values = {"name": self._name, "generation": self._rebuild.generation, "last": last, "done": done}
            await unit.session.execute(_SAVE, values)


async def _begin(database: Database, *, name: str, generation: str) -> Rebuild:
    async with database.unit() as unit:
        connection = unit.session
        version = await latest_version(connection)
        values = {"name": name, "generation": generation, "version": version, "layout": LAYOUT}
        state = (await unit.session.execute(_BEGIN, values)).one()
    return Rebuild(generation, state.last_product_id, state.started_version or 0, state.products_done)


async def project_all(database: Database, *, currency: str, progress: Progress | None = None) -> None:
    """Project every product afresh, in batches; any process may, beside a worker too."""
    async with database.read() as connection:
        total = int((await connection.execute(sa.text("SELECT count(*) FROM product"))).scalar_one())
    last, done = UUID(int=0), 0
    while True:
        async with database.unit() as unit:
            version = await draw_version(unit)
            products = (await unit.session.execute(_PRODUCTS, {"after": last, "limit": LARGEST_BATCH})).scalars().all()
            if not products:
                return
            await project(unit, products, version=version, currency=currency)
        last, done = products[-1], done + len(products)
        if progress is not None:
            progress(done, max(total, done))


async def recount_terms(database: Database) -> None:
    """Count afresh how many listings have each word, and let readers of the vocabulary know.

    The projection keeps these counts itself; this repairs what hands or restored backups have put out of step. The
    drift is computed from one snapshot and added, so counting takes its time while projections go on.
    """
    async with database.unit(patient=True) as unit:
        await unit.session.execute(_DRIFT)
        await draw_version(unit)
        await unit.session.execute(_CORRECT)
        await unit.session.execute(sa.text("DELETE FROM search_term WHERE documents <= 0"))
        await announce_new_words(unit)


_STATE = sa.text(
    "SELECT generation, requested_generation, last_product_id, started_version, products_done "
    "FROM index_state WHERE name = :name"
)
_REQUEST = sa.text(
    """
    INSERT INTO index_state (name, requested_generation) VALUES (:name, :generation)
    ON CONFLICT (name) DO UPDATE SET requested_generation = excluded.requested_generation, changed_at = now()
    """
)
_BEGIN = sa.text(
    """
    INSERT INTO index_state AS s (name, generation, layout, started_version)
    VALUES (:name, :generation, :layout, :version)
    ON CONFLICT (name) DO UPDATE SET
        last_product_id = CASE WHEN s.generation = :generation AND s.layout = :layout THEN s.last_product_id END,
        products_done = CASE WHEN s.generation = :generation AND s.layout = :layout THEN s.products_done ELSE 0 END,
        started_version = CASE
            WHEN s.generation = :generation AND s.layout = :layout THEN s.started_version ELSE :version
        END,
        generation = :generation,
        layout = :layout,
        requested_generation = nullif(s.requested_generation, :generation),
        changed_at = now()
    RETURNING last_product_id, started_version, products_done
    """
)
_SAVE = sa.text(
    "UPDATE index_state SET last_product_id = :last, products_done = :done, changed_at = now() "
    "WHERE name = :name AND generation = :generation"
)
_FINISH = sa.text(
    "UPDATE index_state SET generation = NULL, last_product_id = NULL, started_version = NULL, changed_at = now() "
    "WHERE name = :name AND generation = :generation"
)
_PRODUCTS = sa.text("SELECT id FROM product WHERE id > :after ORDER BY id LIMIT :limit")
_DRIFT = sa.text(
    """
    CREATE TEMPORARY TABLE term_drift ON COMMIT DROP AS
    SELECT coalesce(word, term) AS term, coalesce(ndoc, 0) - coalesce(documents, 0) AS documents
    FROM ts_stat('SELECT words FROM listing') FULL JOIN search_term ON word = term
    WHERE coalesce(ndoc, 0) <> coalesce(documents, 0) OR documents <= 0
    """
)
_CORRECT = sa.text(
    """
    INSERT INTO search_term AS t (term, documents) SELECT term, documents FROM term_drift
    ON CONFLICT (term) DO UPDATE SET documents = t.documents + excluded.documents
    """
)
