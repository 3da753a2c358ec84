"""What every engine does alike with changes: one document for each id, and deletions that a rebuild cannot undo."""

from collections.abc import Iterable
from uuid import UUID

from ports.search import IndexedDocument


def newest(documents: Iterable[IndexedDocument]) -> dict[UUID, IndexedDocument]:
    """One document for each id: the highest version, the later of equal ones."""
    kept: dict[UUID, IndexedDocument] = {}
    for document in documents:
        other = kept.get(document.id)
        if other is None or other.version <= document.version:
            kept[document.id] = document
    return kept


class Departed:
    """Ids deleted while a rebuild runs: batches that were read before must not bring them back.

    Kept by the process that rebuilds and writes. After an interruption it begins empty, as the batches do.
    """

    def __init__(self) -> None:
        self._ids: set[UUID] = set()
        self._rebuilding = False

    def begin(self) -> None:
        self._ids, self._rebuilding = set(), True

    def end(self) -> None:
        self._ids, self._rebuilding = set(), False

    def changed(self, *, written: Iterable[UUID], gone: Iterable[UUID]) -> None:
        if self._rebuilding:
            self._ids = (self._ids | set(gone)) - set(written)

    def without(self, documents: dict[UUID, IndexedDocument]) -> dict[UUID, IndexedDocument]:
        return {key: document for key, document in documents.items() if key not in self._ids}
