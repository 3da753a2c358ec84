"""Changes in bulk, with the document's version as OpenSearch's external one: it refuses to replace a higher by a lower.

A deletion leaves a mark with a version for a moment, which may refuse a document that comes back. Such refusals are
told from real ones by looking whether the document is there, and repeated.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from opensearchpy import AsyncOpenSearch

from adapters.search.changes import Departed, newest
from adapters.search.opensearch.generations import PATIENCE, Generations
from adapters.search.opensearch.layout import to_source
from core.problems import Unavailable
from core.profile import search_call
from ports.search import IndexedDocument

_CONFLICT, _MISSING, _TOO_MANY, _BROKEN = 409, 404, 429, 500
_CHUNK = 1_000
_PAUSE_SECONDS = 0.25
_ATTEMPTS = 8


class Bulk:
    """Calls take turns, so that a rebuild's batch cannot overtake a deletion."""

    def __init__(self, client: AsyncOpenSearch, generations: Generations) -> None:
        self._client = client
        self._generations = generations
        self._departed = Departed()
        self._turn = asyncio.Lock()

    async def write(self, documents: Sequence[IndexedDocument], deleted: Iterable[UUID]) -> None:
        """Applied to all generations and visible when it returns."""
        changed = newest(documents)
        gone = set(deleted) - changed.keys()
        async with self._turn:
            self._departed.changed(written=changed, gone=gone)
            for index in await self._generations.targets():
                await self._apply(index, changed, gone, refresh=True)

    async def begin(self, generation: str) -> str | None:
        async with self._turn:
            self._departed.begin()
            return await self._generations.begin(generation)

    async def fill(self, index: str, documents: Sequence[IndexedDocument]) -> None:
        async with self._turn:
            await self._apply(index, self._departed.without(newest(documents)), set(), refresh=False)

    async def finish(self, index: str) -> None:
        async with self._turn:
            await self._generations.swap(index)
            self._departed.end()

    async def _apply(
        self, index: str, documents: Mapping[UUID, IndexedDocument], gone: Iterable[UUID], *, refresh: bool
    ) -> None:
        await self._send(index, [orjson.dumps({"delete": {"_id": str(key)}}) for key in gone], refresh=refresh)
        keys = list(documents)
        for start in range(0, len(keys), _CHUNK):
            left = keys[start : start + _CHUNK]
            for _ in range(_ATTEMPTS):
                lines = [line for key in left for line in _lines(documents[key])]
                refused = await self._send(index, lines, refresh=refresh)
                left = await self._absent(index, refused)
                if not left:
                    break
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                raise Unavailable("search", f"OpenSearch keeps refusing {len(left)} documents that it does not have.")

    async def _send(self, index: str, lines: Sequence[bytes], *, refresh: bool) -> list[UUID]:
        """Ids whose version OpenSearch found too low."""
        if not lines:
            return []
        with search_call("bulk"):
            answer = await self._client.bulk(
                body=b"\n".join(lines) + b"\n",
                index=index,
                params={"refresh": "true" if refresh else "false", "request_timeout": PATIENCE},
            )
        return [UUID(item["_id"]) for item in _failures(answer) if item["status"] == _CONFLICT]

    async def _absent(self, index: str, ids: Sequence[UUID]) -> list[UUID]:
        if not ids:
            return []
        with search_call("mget"):
            answer = await self._client.mget(
                index=index,
                body={"ids": [str(one) for one in ids]},
                params={"_source": "false", "request_timeout": PATIENCE},
            )
        return [UUID(found["_id"]) for found in answer["docs"] if not found["found"]]


def _lines(document: IndexedDocument) -> tuple[bytes, bytes]:
    action = {"_id": str(document.id), "version": document.version, "version_type": "external_gte"}
    return orjson.dumps({"index": action}), orjson.dumps(to_source(document))


def _failures(answer: Mapping[str, Any]) -> list[dict[str, Any]]:  # JSON of the server's
    """Items that failed; raises unless they are conflicts or deletions of what is not there."""
    failed = [item for entry in answer["items"] for item in entry.values() if item["status"] >= 300]
    for item in failed:
        status = item["status"]
        if status >= _BROKEN or status == _TOO_MANY:
            raise Unavailable("search", f"OpenSearch did not write: {item['error']}")
        if status not in (_CONFLICT, _MISSING) or (status == _MISSING and "error" in item):
            raise RuntimeError(f"OpenSearch refused a document: {item['error']}")
    return failed
