"""The search port on tantivy: synchronous work in threads, which run beside each other since tantivy lets go of the
interpreter's lock while it searches.

Any number of processes read one folder; only the worker writes.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from adapters.search.tantivy.counting import facets_of
from adapters.search.tantivy.generations import Generations
from adapters.search.tantivy.hits import find
from adapters.search.tantivy.layout import is_outdated
from adapters.search.tantivy.questions import below, question
from adapters.search.tantivy.reader import Reader, Snapshot, matches
from adapters.search.tantivy.spans import span_totals
from adapters.search.tantivy.writer import Writer
from core.problems import Unavailable
from core.profile import search_call
from ports.search import IndexedDocument, SearchRequest, SearchResponse

T = TypeVar("T")


class TantivyIndex:
    """An index in the folder `path`, which the first write makes. Nothing is opened before it is needed."""

    def __init__(self, path: Path) -> None:
        generations = Generations(path)
        self._reader = Reader(generations)
        self._writer = Writer(generations)
        self._closed = False
        self._threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="tantivy")

    async def search(self, request: SearchRequest) -> SearchResponse:
        return (await self.search_many([request]))[0]

    async def search_many(self, requests: Sequence[SearchRequest]) -> Sequence[SearchResponse]:
        if not requests:
            return []
        with search_call("search", engine="tantivy"):
            return await self._run(lambda: self._answers(requests))

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None:
        if documents or deleted:
            with search_call("write", engine="tantivy"):
                await self._run(lambda: self._writer.write(documents, deleted))

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None:
        if not await self._run(lambda: self._writer.begin(generation)):
            return
        async for batch in batches:
            await self._fill(generation, batch)
        await self._run(self._writer.finish)

    async def indexed_count(self) -> int:
        with search_call("count", engine="tantivy"):
            snapshot = await self._run(self._reader.snapshot)
        return 0 if snapshot is None else snapshot.searcher.num_docs

    async def is_outdated(self) -> bool:
        with search_call("layout", engine="tantivy"):
            snapshot = await self._run(self._reader.snapshot)
        return snapshot is not None and is_outdated(snapshot.index)

    async def close(self) -> None:
        """Let another process write. Closing again does nothing; an index that is closed answers no more."""
        if not self._closed:
            self._closed = True
            await self._run(self._writer.close)
            self._threads.shutdown()

    async def _fill(self, generation: str, batch: Sequence[IndexedDocument]) -> None:
        with search_call("fill", engine="tantivy"):
            await self._run(lambda: self._writer.fill(generation, batch))

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, _contained, work)
        except OSError as error:
            raise Unavailable("search", str(error)) from error

    def _answers(self, requests: Sequence[SearchRequest]) -> list[SearchResponse]:
        snapshot = self._reader.snapshot()
        if snapshot is None:
            return [SearchResponse(hits=(), total=0) for _ in requests]
        totals = span_totals(snapshot, requests)
        return [
            SearchResponse(hits=(), total=totals[position] if request.count_total else 0)
            if position in totals
            else _answer(snapshot, request)
            for position, request in enumerate(requests)
        ]


def _contained(work: Callable[[], T]) -> T:
    """A panic of tantivy's arrives as a BaseException, which nobody above expects of one bad search."""
    try:
        return work()
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise RuntimeError(f"tantivy panicked: {error}") from error
        raise


def _answer(snapshot: Snapshot, request: SearchRequest) -> SearchResponse:
    everything = question(snapshot.index, request.text, request.filter)
    page = everything
    if continued := below(request):
        page = question(snapshot.index, request.text, request.filter, *continued)
    # Facets and the total speak of the whole list, not of what is left below `after_key`.
    whole = request.facets or request.count_total
    found = find(snapshot, page, request, count=whole and not continued)
    total = found.total
    if whole and continued:
        total = matches(snapshot.searcher.search(everything, 1, count=True))
    facets = facets_of(snapshot, request, everything, total) if request.facets else {}
    return SearchResponse(hits=found.hits, total=total if request.count_total else 0, facets=facets)
