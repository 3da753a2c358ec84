"""Shops for tests of what follows a change: products by number, and the resources of one process."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from pydantic import SecretStr

from bootstrap.cache import open_cache
from bootstrap.resources import Resources
from core.settings import Settings
from models.catalog import Offer, Product, Variant
from ports.search import Alternative, Clause, Filter, SearchIndex, SearchRequest, SearchResponse, TextQuery
from services.imports.commands import save_catalog, save_products
from services.unit_of_work import Database
from tests.factories.catalog import catalog_draft, product_draft
from tests.factories.resources import make_resources


async def save_shop(database: Database, *, products: int) -> list[UUID]:
    """Save products with the titles "Steel kettle K-1" and so on; their ids in that order."""
    async with database.unit() as unit:
        await save_catalog(unit, catalog_draft())
        await save_products(unit, [product_draft(f"K-{number}") for number in range(1, products + 1)])
    async with database.read() as session:
        rows = {row.external_id: row.id for row in await session.execute(sa.select(Product.external_id, Product.id))}
    return [rows[f"K-{number}"] for number in range(1, products + 1)]


async def offer_of(database: Database, product_id: UUID) -> UUID:
    """The id of a product's only offer."""
    statement = (
        sa.select(Offer.id).join(Variant, Variant.id == Offer.variant_id).where(Variant.product_id == product_id)
    )
    async with database.read() as session:
        return (await session.execute(statement)).scalar_one()


def resources(
    database: Database, index: SearchIndex, *, redis_url: str, folder: Path, opensearch_url: str | None = None
) -> Resources:
    """What a process would have opened."""
    settings = Settings(data_dir=folder, opensearch_url=None if opensearch_url is None else SecretStr(opensearch_url))
    return make_resources(settings, database, open_cache(redis_url), index)


async def find(index: SearchIndex, *words: str, chosen: Filter | None = None) -> SearchResponse:
    """What has all of these words."""
    clauses = tuple(Clause((Alternative((word,)),), required=True) for word in words)
    text = TextQuery(clauses) if clauses else None
    return await index.search(SearchRequest(text=text, filter=chosen or Filter(), limit=1000))


def ids(response: SearchResponse) -> Sequence[UUID]:
    return [hit.id for hit in response.hits]
