"""Web processes that keep answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
from httpx import AsyncClient as Client
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.ids import new_id
from resolvers.context import RequestContext
from schema.caching import cache_hints
from schema.schema import build_schema
from services.accounts.tokens import Principal
from tests.factories.authentication import authenticating
from tests.fixtures.shop import Shop
from web.caching import Changes, Front, Keeper, Reception, ResponseCache
from web.execution import Executor
from web.graphql import GraphQLEndpoint

SCHEMA = build_schema()._schema


class Site(NamedTuple):
    """A web process on a shop: its client, and what it keeps."""

    client: Client
    answers: ResponseCache

    # Any JSON, hence Any.
    async def ask(self, document: str, **given: Any) -> Any:
        response = await self.client.post("/graphql", json={"query": document, **given})
        assert response.status_code == 200, response.text
        return response.json()


@asynccontextmanager
async def serving(shop: Shop, *, most: int = 100, salt: str = "", every_seconds: float = 0.0) -> AsyncIterator[Site]:
    """A web process that learns of changes at each request, or so often."""
    parts = shop.resources

    def make_context(principal: Principal, request_id: str) -> RequestContext:
        return RequestContext(parts.database, parts.cache, shop.search, parts.settings, principal, request_id)

    executor = Executor(SCHEMA, introspection=False, profile=False)
    changes = Changes(parts.database, every_seconds=every_seconds)
    answers = ResponseCache(changes, parts.cache, most=most, salt=salt or str(new_id()))
    reception = Reception()
    reception.keeper = Keeper(executor, answers, cache_hints(SCHEMA))
    endpoint = GraphQLEndpoint(
        executor,
        make_context=make_context,
        authenticator=authenticating(parts.database, parts.cache),
        largest_body=10_000,
        keeper=reception.keeper,
    )

    async def graphql(request: Request) -> Response:
        return await endpoint(request)

    routes = [Route("/graphql", graphql, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(Front, reception=reception)])
    async with Client(transport=httpx.ASGITransport(app), base_url="http://shop") as client:
        yield Site(client, answers)
