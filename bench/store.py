"""An embedded store for one case: empty at first, then with one warehouse and things in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from bootstrap.migrations import migrate
from bootstrap.resources import open_addresses, open_resources
from core.settings import Settings
from services.catalog.drafts import CatalogDraft, OfferDraft, ProductDraft, VariantDraft, WarehouseDraft
from services.imports.commands import save_catalog, save_products
from services.unit_of_work import Database

_MAIN = WarehouseDraft(code="MAIN", name="Main", country="US", postal_code="10001", latitude=40.7, longitude=-74.0)


@asynccontextmanager
async def empty_store(folder: Path) -> AsyncIterator[tuple[Settings, Database]]:
    """The settings, with addresses, and the database with its tables; servers run for as long as the block does."""
    settings = Settings(data_dir=folder, database_url=None, redis_url=None, opensearch_url=None)
    async with open_addresses(settings) as found, open_resources(found, application="bench") as resources:
        await migrate(resources.database)
        yield found, resources.database


async def fill(database: Database, units: Mapping[str, int]) -> UUID:
    """Save a warehouse, and for each SKU a product with so many units there; returns the warehouse's id."""
    async with database.unit() as unit:
        await save_catalog(unit, CatalogDraft(warehouses=(_MAIN,)))
        await save_products(unit, [_product(sku, count) for sku, count in units.items()])
    async with database.read() as session:
        found: UUID = (await session.execute(sa.text("SELECT id FROM warehouse"))).scalar_one()
    return found


def _product(sku: str, units: int) -> ProductDraft:
    variant = VariantDraft(sku=sku, offers=(OfferDraft(price_minor=100),), stock={_MAIN.code: units})
    return ProductDraft(
        source="bench", external_id=sku, title=f"A {sku} thing", category_path=("Things",), variants=(variant,)
    )
