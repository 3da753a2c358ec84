"""The engine alone: what the search service asks of the index for a query is recorded once, and then asked again."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.cases.parts import make_search
from bootstrap.resources import Resources, open_resources
from core.settings import Settings
from ports.search import Filter, IndexedDocument, SearchIndex, SearchRequest, SearchResponse
from services.search import ProductSearch, Want

Batches = list[tuple[SearchRequest, ...]]


class Recorder:
    """An index that notes down the requests of each round trip on their way to the real one."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self.batches: Batches = []

    async def search(self, request: SearchRequest) -> SearchResponse:
        self.batches.append((request,))
        return await self.index.search(request)

    async def search_many(self, requests: Sequence[SearchRequest]) -> Sequence[SearchResponse]:
        self.batches.append(tuple(requests))
        return await self.index.search_many(requests)

    async def write(self, documents: Sequence[IndexedDocument], deleted: Sequence[UUID] = ()) -> None:
        raise NotImplementedError("The benchmark only reads.")

    async def rebuild(self, batches: AsyncIterator[Sequence[IndexedDocument]], *, generation: str) -> None:
        raise NotImplementedError("The benchmark only reads.")

    async def indexed_count(self) -> int:
        return await self.index.indexed_count()

    async def is_outdated(self) -> bool:
        return await self.index.is_outdated()

    async def close(self) -> None:
        """The real index is closed by whoever opened it."""


class Replay:
    """Answers a query by asking the engine what the search service asks for it, and nothing more."""

    def __init__(self, index: SearchIndex, recorder: Recorder, service: ProductSearch) -> None:
        self.index = index
        self.recorder = recorder
        self.service = service
        self.known: dict[str, Batches] = {}

    async def __call__(self, query: str) -> SearchResponse:
        batches = self.known.get(query) or await self._learn(query)
        answers = [
            response
            for batch in batches
            for response in (
                [await self.index.search(batch[0])] if len(batch) == 1 else await self.index.search_many(batch)
            )
        ]
        return answers[0]

    async def _learn(self, query: str) -> Batches:
        """Only the first requests come here, one at a time, before any load."""
        self.recorder.batches = []
        await self.service.search(query=query, filter=Filter(), sort=None, first=24, after=None, want=Want(facets=True))
        self.known[query] = self.recorder.batches
        return self.recorder.batches


def create_app() -> Starlette:
    """The bare engine for one process; the index as in the store's settings."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_resources(Settings(), application="bench engine") as resources:
            app.router.routes.append(_route(resources))
            yield

    return Starlette(lifespan=lifespan)


def _route(resources: Resources) -> Route:
    recorder = Recorder(resources.index)
    recording = replace(resources, index=recorder)
    replay = Replay(resources.index, recorder, make_search(recording))

    async def search(request: Request) -> Response:
        found = await replay(orjson.loads(await request.body())["query"])
        answer = {"total": found.total, "ids": [str(hit.id) for hit in found.hits], "facets": len(found.facets)}
        return Response(orjson.dumps(answer), media_type="application/json")

    return Route("/search", search, methods=["POST"])
