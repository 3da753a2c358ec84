"""The ceiling's application: a route for each page, one statement each, no graph."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.cases.ceiling import answers, statements
from bench.cases.parts import make_search
from bootstrap.resources import Resources, open_resources
from core.settings import Settings
from ports.search import Filter, SortKey
from services.search import Want
from services.search.records import KEY_COLUMNS

_LISTINGS = {sort.name: statements.listing(column) for sort, column in KEY_COLUMNS.items()}


def plain_address(url: str) -> str:
    """The address as asyncpg itself takes it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def create_app() -> Starlette:
    """The ceiling for one process; Postgres, cache and index as in the store's settings."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with open_resources(Settings(), application="bench ceiling") as resources:
            settings = resources.settings
            assert settings.database_url is not None
            size = settings.database.pool_size
            address = plain_address(settings.database_url.get_secret_value())
            async with asyncpg.create_pool(address, min_size=size, max_size=size) as pool:
                app.router.routes.extend(_routes(resources, pool))
                yield

    return Starlette(lifespan=lifespan)


def _routes(resources: Resources, pool: asyncpg.Pool) -> list[Route]:
    currency = resources.settings.catalog.currency
    service = make_search(resources)

    async def listing(request: Request) -> Response:
        sort = SortKey[orjson.loads(await request.body())["sort"]]
        rows = await pool.fetch(_LISTINGS[sort.name], currency)
        return _json(answers.listing_page(rows, currency))

    async def search(request: Request) -> Response:
        query = orjson.loads(await request.body())["query"]
        found = await service.search(
            query=query, filter=Filter(), sort=None, first=24, after=None, want=Want(facets=True)
        )
        rows = await pool.fetch(statements.HITS, currency, [edge.product_id for edge in found.edges])
        return _json(answers.search_page(found, rows, currency))

    async def product(request: Request) -> Response:
        slug = orjson.loads(await request.body())["slug"]
        return _json(answers.product_page(await pool.fetchrow(statements.PRODUCT, currency, slug), currency))

    return [
        Route("/listing", listing, methods=["POST"]),
        Route("/search", search, methods=["POST"]),
        Route("/product", product, methods=["POST"]),
    ]


def _json(answer: answers.Json) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json")
