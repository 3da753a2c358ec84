"""Loaders of the product lists that hang below a category, a brand or a seller."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from loaders.batch import Batch
from services.search import nested
from services.search.nested import Listed, ListingSlice, Scope, Wanted
from services.unit_of_work import ReadSession


class ListingKey(NamedTuple):
    """One parent's slice of the listing, with what its cards are to show; without cards for None."""

    scope: Scope
    parent_id: UUID
    slice: ListingSlice
    wanted: Wanted | None = None


class ListingPages(Batch[ListingKey, Listed]):
    """Up to `slice.limit` products below each parent; equal slices of many parents are one statement."""

    async def fetch(self, session: ReadSession, keys: Sequence[ListingKey]) -> Mapping[ListingKey, Listed]:
        found: dict[ListingKey, Listed] = {}
        for (scope, piece, wanted), parents in _grouped(keys).items():
            rows = await nested.list_below(session, scope, parents, piece, wanted)
            found.update({ListingKey(scope, parent, piece, wanted): page for parent, page in rows.items()})
        return found

    def missing(self, key: ListingKey) -> Listed:
        return Listed({})


class ListingCounts(Batch[ListingKey, int]):
    """How many products the filter of a slice leaves below each parent."""

    async def fetch(self, session: ReadSession, keys: Sequence[ListingKey]) -> Mapping[ListingKey, int]:
        found: dict[ListingKey, int] = {}
        for (scope, piece, _), parents in _grouped(keys).items():
            counts = await nested.count_below(session, scope, parents, piece)
            found.update({ListingKey(scope, parent, piece): count for parent, count in counts.items()})
        return found

    def missing(self, key: ListingKey) -> int:
        return 0


def _grouped(keys: Sequence[ListingKey]) -> Mapping[tuple[Scope, ListingSlice, Wanted | None], list[UUID]]:
    groups: dict[tuple[Scope, ListingSlice, Wanted | None], list[UUID]] = defaultdict(list)
    for key in keys:
        groups[key.scope, key.slice, key.wanted].append(key.parent_id)
    return groups
