"""The one writer: changes go to the live generation and to the one that a rebuild is filling.

Every call ends in one commit per generation. A process killed before it leaves the commit before; files that belong to
no commit are removed by the next writer.
"""

from collections.abc import Iterable, Mapping, Sequence
from threading import RLock
from uuid import UUID

from tantivy import Index, IndexWriter, Query

from adapters.search.changes import Departed, newest
from adapters.search.tantivy.generations import Generations
from adapters.search.tantivy.layout import SCHEMA, id_and_stored, open_index, to_tantivy
from core.problems import Unavailable
from ports.search import IndexedDocument

_HEAP_BYTES = 64_000_000
_FIRST = "initial"


class Writer:
    """Not a tantivy writer but the owner of up to two. Safe to call from several threads."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._open: dict[str, tuple[Index, IndexWriter]] = {}
        self._calls = RLock()
        self._departed = Departed()

    def write(self, documents: Sequence[IndexedDocument], deleted: Iterable[UUID]) -> None:
        changed = newest(documents)
        gone = set(deleted) - changed.keys()
        with self._calls:
            self._generations.lock()
            if self._generations.current is None:
                self._generations.make_current(_FIRST)
            building = self._generations.building
            self._departed.changed(written=changed, gone=gone)
            for name in {self._generations.current, building} - {None}:
                self._apply(str(name), changed, gone)

    def begin(self, generation: str) -> bool:
        """Prepare to fill `generation`; False if it is live already."""
        with self._calls:
            self._generations.lock()
            if generation == self._generations.current:
                self._generations.swap()
                return False
            kept = {generation} if self._generations.continues(generation) else set()
            self._let_go(set(self._open) - {self._generations.current} - kept)
            self._generations.begin(generation)
            self._departed.begin()
            return True

    def fill(self, generation: str, documents: Sequence[IndexedDocument]) -> None:
        with self._calls:
            self._apply(generation, self._departed.without(newest(documents)), set())

    def finish(self) -> None:
        """Swap, and remove what was live before."""
        with self._calls:
            self._generations.swap()
            self._departed.end()
            self._let_go(set(self._open) - {self._generations.current})
            self._generations.sweep()

    def close(self) -> None:
        with self._calls:
            self._let_go(set(self._open))
            self._generations.unlock()

    def _apply(self, generation: str, documents: Mapping[UUID, IndexedDocument], gone: set[UUID]) -> None:
        """One commit, or nothing at all: without the rollback the next call would commit the rest of a failed one."""
        index, writer = self._writer(generation)
        try:
            self._change(index, writer, documents, gone)
        except BaseException:
            writer.rollback()
            raise

    def _change(
        self, index: Index, writer: IndexWriter, documents: Mapping[UUID, IndexedDocument], gone: set[UUID]
    ) -> None:
        versions = _versions(index, documents.keys())
        for key in gone:
            writer.delete_documents_by_term("id", str(key))
        for key, document in documents.items():
            kept = versions.get(key)
            if kept is not None and kept > document.version:
                continue
            if kept is not None:
                writer.delete_documents_by_term("id", str(key))
            writer.add_document(to_tantivy(document))
        try:
            writer.commit()
            index.reload()
        except ValueError as error:
            raise Unavailable("search", f"The index cannot be written: {error}") from error

    def _writer(self, generation: str) -> tuple[Index, IndexWriter]:
        if generation not in self._open:
            try:
                index = open_index(self._generations.folder(generation))
                index.reload()
                self._open[generation] = (index, index.writer(_HEAP_BYTES, 1))
            except ValueError as error:
                raise Unavailable("search", f"Generation {generation} cannot be written: {error}") from error
        return self._open[generation]

    def _let_go(self, generations: Iterable[str]) -> None:
        for name in generations:
            _, writer = self._open.pop(name)
            writer.wait_merging_threads()


def _versions(index: Index, ids: Iterable[UUID]) -> dict[UUID, int]:
    """The versions that the index holds of these ids."""
    texts = [str(one) for one in ids]
    if not texts:
        return {}
    searcher = index.searcher()
    hits = searcher.search(Query.term_set_query(SCHEMA, "id", texts), len(texts), count=False).hits
    addresses = [address for _, address in hits]
    versions = searcher.fast_field_values("version", addresses)
    found = (id_and_stored(searcher.doc(address))[0] for address in addresses)
    return {key: int(version or 0) for key, version in zip(found, versions, strict=True)}
