"""The search port on OpenSearch. `index_name` is an alias of the live generation's index; `index_name`--building is the
alias of the one that a rebuild is filling. Every change goes to both.
"""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

import orjson
from opensearchpy import AsyncOpenSearch, JSONSerializer

from adapters.search.opensearch.answers import reaching, response
from adapters.search.opensearch.bulk import Bulk
from adapters.search.opensearch.generations import Generations
from adapters.search.opensearch.layout import Json, complete_name
from adapters.search.opensearch.questions import body
from core.profile import search_call
from ports.search import IndexedDocument, SearchRequest, SearchResponse


class _FastJson(JSONSerializer):
    """orjson reads a page of facets about five times as fast."""

    def loads(self, s: str | bytes) -> object:
        return orjson.loads(s)


class OpenSearchIndex:
    """Connects with the first call. `timeout` is in seconds and for searches; writes take as long as they need."""

    def __init__(
        self, url: str, index_name: str, timeout: float, *, number_of_shards: int = 1, replicas: str = "0-1"
    ) -> None:
        # A retry would double the wait of a shopper; who calls decides what to do without search.
        self._client = AsyncOpenSearch(
            hosts=[url], timeout=timeout, max_retries=0, retry_on_timeout=False, serializer=_FastJson()
        )
        self._alias = index_name
        self._generations = Generations(self._client, index_name, shards=number_of_shards, replicas=replicas)
        self._bulk = Bulk(self._client, self._generations)

    async def search(self, request: SearchRequest) -> SearchResponse:
        return (await self.search_many([request]))[0]

    async def search_many(self, requests: Sequence[SearchRequest]) -> Sequence[SearchResponse]:
        if not requests:
            return []
        lines: list[Json] = []
        for request in requests:
            alias = self._alias if request.filter.warehouse_ids is None else complete_name(self._alias)
            lines += [{"index": alias}, body(request)]
        payload = b"\n".join(orjson.dumps(line) for line in lines) + b"\n"
        async with reaching():
            with search_call("msearch"):
                answer = await self._client.msearch(body=payload)
        return [response(request, part) for request, part in zip(requests, answer["responses"], strict=True)]

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None:
        if documents or deleted:
            async with reaching():
                await self._bulk.write(documents, deleted)

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None:
        async with reaching():
            filling = await self._bulk.begin(generation)
        if filling is None:
            return
        async for batch in batches:
            async with reaching():
                await self._bulk.fill(filling, batch)
        async with reaching():
            await self._bulk.finish(filling)

    async def indexed_count(self) -> int:
        async with reaching():
            with search_call("count"):
                answer = await self._client.count(index=self._alias, params={"ignore_unavailable": "true"})
        return int(answer["count"])

    async def is_outdated(self) -> bool:
        async with reaching():
            return await self._generations.is_outdated()

    async def close(self) -> None:
        await self._client.close()
