"""The floor's schema and application: strawberry's own ASGI view, a session for each resolver that reads."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import strawberry
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.scalars import JSON

from bench.cases.floor import entities
from bench.cases.floor.products import Info, Product, ProductConnection, ProductEdge, sessions
from bench.cases.floor.types import Facet, FacetValue, Money, PriceBucket
from bench.cases.parts import make_search
from bootstrap.database import database_url
from bootstrap.resources import open_resources
from core.settings import Settings
from ports.search import Filter
from services.search import SearchPage, Want


@strawberry.enum(name="ProductSort")
class ProductSort(Enum):
    """The values name the listing's columns."""

    BEST_SELLING = "best_selling_key"
    PRICE_ASCENDING = "price_ascending_key"
    PRICE_DESCENDING = "price_descending_key"
    RATING = "rating_key"
    NEWEST = "newest_key"


@strawberry.type
class SearchConnection:
    found: strawberry.Private[SearchPage]
    edges: list[ProductEdge]

    @strawberry.field
    def degraded(self) -> bool:
        degraded: bool = self.found.degraded
        return degraded

    @strawberry.field
    def total_count(self) -> int:
        total: int = self.found.total
        return total

    @strawberry.field
    def facets(self) -> list[Facet] | None:
        return [
            Facet(
                key=facet.key,
                label=facet.label,
                values=[
                    FacetValue(label=one.label, count=one.count, selected=one.selected, input=JSON(one.input))
                    for one in facet.values
                ],
            )
            for facet in self.found.facets or ()
        ]

    @strawberry.field
    def price_histogram(self) -> list[PriceBucket] | None:
        return [
            PriceBucket(min=money(bucket.min), max=bucket.max and money(bucket.max), count=bucket.count)
            for bucket in self.found.price_histogram or ()
        ]


def money(value: tuple[int, str]) -> Money:
    return Money(amount_minor=value[0], currency=value[1])


@strawberry.type
class Query:
    @strawberry.field
    async def product(self, info: Info, slug: str) -> Product | None:
        async with sessions(info)() as session:
            wanted = sa.select(entities.Product).where(
                entities.Product.slug == slug, entities.Product.status == "active"
            )
            found = await session.scalar(wanted)
        return None if found is None else Product(entity=found)

    @strawberry.field
    async def products(self, info: Info, sort: ProductSort, first: int) -> ProductConnection:
        key = entities.Listing.__table__.c[sort.value]
        wanted = (
            sa.select(entities.Product)
            .join(entities.Listing, entities.Listing.product_id == entities.Product.id)
            .order_by(key.desc())
            .limit(first)
        )
        async with sessions(info)() as session:
            found = await session.scalars(wanted)
            return ProductConnection(edges=edges(found.all()))

    @strawberry.field
    async def search(self, info: Info, query: str, first: int) -> SearchConnection:
        found = await info.context["search"].search(
            query=query, filter=Filter(), sort=None, first=first, after=None, want=Want(facets=True)
        )
        ids: list[UUID] = [edge.product_id for edge in found.edges]
        wanted = sa.select(entities.Product).where(entities.Product.id.in_(ids), entities.Product.status == "active")
        async with sessions(info)() as session:
            by_id = {product.id: product for product in (await session.scalars(wanted)).all()}
        return SearchConnection(found=found, edges=edges([by_id[key] for key in ids if key in by_id]))


def edges(products: Sequence[entities.Product]) -> list[ProductEdge]:
    return [ProductEdge(node=Product(entity=product)) for product in products]


def build_schema() -> strawberry.Schema:
    return strawberry.Schema(query=Query)


def create_app() -> Starlette:
    """The floor for one process; Postgres and index as in the store's settings."""
    # The values are of several types, hence Any.
    context: dict[str, Any] = {}

    class View(GraphQL[dict[str, Any], None]):
        async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
            return {"request": request, "response": response, **context}

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with open_resources(Settings(), application="bench floor") as resources:
            settings = resources.settings
            assert settings.database_url is not None
            address = database_url(settings.database_url.get_secret_value())
            engine = create_async_engine(address, pool_size=settings.database.pool_size, max_overflow=0)
            context["sessions"] = async_sessionmaker(engine, expire_on_commit=False)
            context["search"] = make_search(resources)
            yield
            await engine.dispose()

    return Starlette(lifespan=lifespan, routes=[Route("/graphql", View(build_schema()))])
