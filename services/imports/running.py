"""Runs an import: batch by batch, each committed together with how far it came, so that it goes on where it stopped."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.ids import new_id
from core.problems import Unavailable
from models.catalog import ImportRun
from services.catalog.attributes import decide_attributes, find_attribute_types
from services.catalog.drafts import CatalogDraft
from services.catalog.names import KnownNames
from services.imports.commands import save_catalog, save_products
from services.imports.fingerprint import fingerprint
from services.imports.seen import SeenIds
from services.imports.source import Item, RowError, Source
from services.unit_of_work import Database, UnitOfWork

BATCH = 500
_DISK_FULL = "53100"


class ImportStopped(Exception):
    """The database went away or its disk is full. What is committed stays; the same import goes on from there."""


class ImportRunning(Exception):
    """Another process imports this source at this moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How far a run has come: products read of the source, and what became of those that this process read.

    `resumed_at` of them had been done by an earlier, interrupted run. `rejected` counts rows, of which a product may
    have several, in a feed that groups them.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    resumed_at: int = 0

    @property
    def loaded(self) -> int:
        """Products that are now as the source has them."""
        return self.created + self.updated + self.unchanged


@dataclass(frozen=True, slots=True)
class _Run:
    id: UUID
    rows_done: int
    rows_rejected: int
    created_at: datetime


Progress = Callable[[Count], None]
Reject = Callable[[RowError], None]


async def run_import(
    database: Database,
    source: Source,
    *,
    progress: Progress = lambda _: None,
    reject: Reject = lambda _: None,
    batch_size: int = BATCH,
) -> Count:
    """Import all of a source; `progress` hears of each committed batch and `reject` of each row left out.

    An interrupted run of the same files goes on behind its last batch; a finished one is done again, which finds most
    products unchanged. Memory does not grow with the files. Raises `ImportStopped`, `ImportRunning`,
    `UnreadableSource`, and `Rejected` if the catalog that the source declares contradicts the store's.
    """
    print_of_files = await asyncio.to_thread(fingerprint, source.files, source.options)
    count = Count()
    try:
        async with _alone(database, source.name):
            catalog = await asyncio.to_thread(source.catalog)
            run = await _begin(database, source.name, print_of_files, catalog)
            count = Count(resumed_at=run.rows_done, rows=run.rows_done)
            async with aclosing(_batches(database, source, run, reject, batch_size)) as batches:
                async for count in batches:
                    progress(count)
            await _finish(database, source.name, run, catalog)
            return count
    except Unavailable as error:
        reason = "The database's disk is full" if _is_disk_full(error) else "Postgres does not answer"
        raise ImportStopped(
            f"{reason} ({error}). {count.rows:,} rows are done; the same command again goes on from there."
        ) from error


async def _batches(database: Database, source: Source, run: _Run, reject: Reject, size: int) -> AsyncGenerator[Count]:
    names = KnownNames(filterable=False)
    count = Count(resumed_at=run.rows_done, rows=run.rows_done)
    with closing(SeenIds()) as seen:
        items = _unique(source.items(), seen)
        # Rows of the earlier run are read again, for what is wrong with them and for ids that come twice.
        for item in islice(items, run.rows_done):
            _tell(item.errors, reject)
        async with aclosing(_read_ahead(items, size)) as batches:
            async for batch in batches:
                async with database.unit() as unit:
                    done, errors = await _save(unit, batch, names, count)
                    rejected = run.rows_rejected + done.rejected
                    await _note(unit, run.id, rows_done=done.rows, rows_rejected=rejected)
                count = done
                _tell(errors, reject)
                yield count


async def _read_ahead(items: Iterator[Item], size: int) -> AsyncGenerator[list[Item]]:
    """Batches, the next of which is read in a thread while the caller waits for the database to save the last."""

    def read() -> list[Item]:
        return list(islice(items, size))

    coming = asyncio.ensure_future(asyncio.to_thread(read))
    try:
        while batch := await coming:
            coming = asyncio.ensure_future(asyncio.to_thread(read))
            yield batch
    finally:
        # A thread cannot be stopped: what it reads from must not be closed before it is done.
        await asyncio.wait([coming])


async def _save(unit: UnitOfWork, batch: list[Item], names: KnownNames, before: Count) -> tuple[Count, list[RowError]]:
    errors = [error for item in batch for error in item.errors]
    drafts = [(item.row, item.draft) for item in batch if item.draft is not None]
    report = await save_products(unit, [draft for _, draft in drafts], names=names)
    errors.extend(RowError(drafts[place][0], field, reason) for place, field, reason in report.refused)
    return replace(
        before,
        rows=before.rows + len(batch),
        created=before.created + report.created,
        updated=before.updated + report.updated,
        unchanged=before.unchanged + report.unchanged,
        rejected=before.rejected + len({error.row for error in errors}),
    ), sorted(errors)


def _unique(items: Iterator[Item], seen: SeenIds) -> Iterator[Item]:
    for item in items:
        if item.draft is None or seen.add(item.draft.external_id):
            yield item
        else:
            again = RowError(item.row, "id", f"{item.draft.external_id} stands in the file before")
            yield Item(item.row, None, (*item.errors, again))


def _tell(errors: Sequence[RowError], reject: Reject) -> None:
    for error in errors:
        reject(error)


async def _begin(database: Database, source: str, print_of_files: str, catalog: CatalogDraft) -> _Run:
    async with database.unit() as unit:
        started = insert(ImportRun).values(id=new_id(), source=source, fingerprint=print_of_files)
        finished = ImportRun.finished_at.is_not(None)
        started = started.on_conflict_do_update(
            index_elements=[ImportRun.source, ImportRun.fingerprint],
            set_={
                "rows_done": sa.case((finished, 0), else_=ImportRun.rows_done),
                "rows_rejected": sa.case((finished, 0), else_=ImportRun.rows_rejected),
                "finished_at": None,
                "updated_at": sa.func.now(),
            },
        )
        columns = (ImportRun.id, ImportRun.rows_done, ImportRun.rows_rejected, ImportRun.created_at)
        row = (await unit.session.execute(started.returning(*columns))).one()
        await save_catalog(unit, await _additions(unit, catalog))
        return _Run(*row)


async def _additions(unit: UnitOfWork, draft: CatalogDraft) -> CatalogDraft:
    """The draft without attributes that the store has: a file does not change their labels, units or types."""
    known = await find_attribute_types(unit, [attribute.code for attribute in draft.attributes])
    return replace(draft, attributes=tuple(new for new in draft.attributes if new.code not in known))


async def _note(unit: UnitOfWork, run_id: UUID, *, rows_done: int, rows_rejected: int) -> None:
    await unit.session.execute(
        sa.update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(rows_done=rows_done, rows_rejected=rows_rejected)
        .execution_options(synchronize_session=False)
    )


async def _finish(database: Database, source: str, run: _Run, catalog: CatalogDraft) -> None:
    declared = {attribute.code for attribute in catalog.attributes}
    async with database.unit() as unit:
        await decide_attributes(unit, source=source, since=run.created_at, declared=declared)
        await unit.session.execute(sa.update(ImportRun).where(ImportRun.id == run.id).values(finished_at=sa.func.now()))


@asynccontextmanager
async def _alone(database: Database, source: str) -> AsyncIterator[None]:
    """Hold the source's lock on a connection of its own; the server frees it if this process dies."""
    async with database.connection() as connection:
        key = {"key": f"import {source}"}
        if not await connection.scalar(sa.text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), key):
            raise ImportRunning(f"Another process is importing {source}.")
        # The lock outlives the transaction, which would otherwise stay open for the whole run.
        await connection.commit()
        try:
            yield
        finally:
            if not connection.invalidated:
                await connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
                await connection.commit()


def _is_disk_full(error: BaseException | None) -> bool:
    while error is not None:
        if getattr(error, "sqlstate", None) == _DISK_FULL:
            return True
        error = getattr(error, "orig", None) or error.__cause__
    return False
