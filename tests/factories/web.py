"""The HTTP side over a shop, without sockets: what a web process answers with."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.ids import new_id
from core.limit_settings import LimitSettings
from resolvers.context import RequestContext
from schema.caching import cache_hints
from services.accounts.tokens import Principal
from tests.factories.authentication import authenticating
from tests.factories.execution import make_executor
from tests.fixtures.shop import Shop
from web.caching import Changes, Front, Keeper, Reception, ResponseCache
from web.documents import AutomaticDocuments, Documents, Trusted
from web.documents.manifest import digest_of
from web.execution import CACHED_CHARACTERS, Executor
from web.graphql import GraphQLEndpoint

NEW = "application/graphql-response+json"
OLD = "application/json"


class Site(NamedTuple):
    """A client of one web process, and what that keeps."""

    client: httpx.AsyncClient
    executor: Executor
    answers: ResponseCache

    # Any JSON, hence Any.
    async def ask(self, document: str, **given: Any) -> Any:
        response = await self.post({"query": document, **given})
        assert response.status_code == 200, response.text
        return response.json()

    # Any JSON, hence Any.
    async def post(self, body: Any, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return await self.client.post("/graphql", json=body, headers=headers)


def persisted(text: str, **more: Any) -> dict[str, Any]:
    """What Apollo's clients send first; any JSON."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest_of(text)}}, **more}


def trusted(*texts: str) -> list[Trusted]:
    return [Trusted(digest_of(text), f"document {place}", text) for place, text in enumerate(texts)]


@asynccontextmanager
async def serving(
    shop: Shop,
    *,
    trust: tuple[str, ...] = (),
    only_trusted: bool = False,
    automatic: int = 100,
    largest_batch: int = 10,
    limits: LimitSettings | None = None,
    most: int = 100,
    salt: str = "",
    every_seconds: float = 0.0,
) -> AsyncIterator[Site]:
    """A web process that trusts these documents, and shares what it keeps of others with those on the same shop. It
    keeps `most` answers, shared by those of one `salt`, and learns of changes at each request, or so often."""
    parts = shop.resources

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(parts.database, parts.cache, shop.search, parts.settings, principal, request_id)

    executor = make_executor(limits=limits)
    answers = ResponseCache(
        Changes(parts.database, every_seconds=every_seconds), parts.cache, most=most, salt=salt or str(new_id())
    )
    for text in trust:
        executor.pin(text)
    reception = Reception()
    reception.keeper = Keeper(executor, answers, cache_hints(executor.schema))
    endpoint = GraphQLEndpoint(
        executor,
        make_context=make_context,
        authenticator=authenticating(parts.database, parts.cache),
        largest_body=100_000,
        keeper=reception.keeper,
        documents=Documents(
            executor,
            trusted=trusted(*trust),
            only_trusted=only_trusted,
            automatic=AutomaticDocuments(parts.cache, most=automatic, longest=CACHED_CHARACTERS),
        ),
        largest_batch=largest_batch,
    )

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    routes = [Route("/graphql", graphql, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(Front, reception=reception)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield Site(client, executor, answers)
