"""Names of brands and sellers for facets, and the spread of number attributes: read when needed, kept for a while."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa

from services.unit_of_work import Database

_KEPT_SECONDS = 300.0
_MOST_KEPT = 50_000
_SAMPLE = 2_000


class Names:
    """Forgets everything every five minutes, so that a renamed brand is seen."""

    def __init__(self, database: Database, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._seconds = seconds
        self._names: dict[UUID, str] = {}
        self._quantiles: dict[UUID, Mapping[str, Sequence[float]]] = {}
        self._since = seconds()

    async def of(self, ids: Iterable[UUID]) -> Mapping[UUID, str]:
        """Names of brands and sellers, at most one statement; who is gone is missing."""
        self._forget()
        asked = set(ids)
        # The caller's own: another request may let all be forgotten at any moment.
        known = {key: self._names[key] for key in asked if key in self._names}
        if lacking := list(asked - known.keys()):
            async with self._database.read() as session:
                rows = await session.execute(_NAMES, {"ids": lacking})
                found = {row.id: row.name for row in rows}
            self._names.update(found)
            known |= found
        return known

    async def quantiles(self, category: UUID) -> Mapping[str, Sequence[float]]:
        """Six values from least to greatest of each number attribute of a category's products, from a sample."""
        self._forget()
        if category not in self._quantiles:
            async with self._database.read() as session:
                rows = await session.execute(_QUANTILES, {"category": category, "sample": _SAMPLE})
                self._quantiles[category] = {row.code: row.quantiles for row in rows}
        return self._quantiles[category]

    def _forget(self) -> None:
        if self._seconds() - self._since > _KEPT_SECONDS or len(self._names) + len(self._quantiles) > _MOST_KEPT:
            self._names.clear()
            self._quantiles.clear()
            self._since = self._seconds()


_NAMES = sa.text(
    """
    SELECT id, name FROM brand WHERE id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT id, name FROM seller WHERE id = ANY(CAST(:ids AS uuid[]))
    """
)
# The commonest attributes first: a facet nobody's products have is no help.
_QUANTILES = sa.text(
    """
    SELECT code, percentile_disc(CAST('{0,0.2,0.4,0.6,0.8,1}' AS double precision[]))
                 WITHIN GROUP (ORDER BY value::double precision) AS quantiles
    FROM (
        SELECT numbers FROM listing WHERE category_ids @> ARRAY[CAST(:category AS uuid)] LIMIT :sample
    ) AS sampled, jsonb_each_text(numbers) AS number (code, value)
    GROUP BY code
    ORDER BY count(*) DESC, code
    """
)
