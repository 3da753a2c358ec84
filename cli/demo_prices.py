"""Gives the demo its promotions and taxes, once."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from demo.prices import CLOTHES, CLOTHING, PROMOTIONS, tax_rates
from models.promotions import Promotion
from models.taxes import TaxRate
from services import promotions, taxes
from services.catalog.names import KnownNames
from services.unit_of_work import Database, UnitOfWork


async def load_prices(database: Database, *, currency: str) -> None:
    """A store that has any promotion keeps those that it has, and one that has any tax rate keeps its taxes."""
    async with database.read() as session:
        has_promotions = await session.scalar(sa.select(sa.exists(sa.select(Promotion.id))))
        has_taxes = await session.scalar(sa.select(sa.exists(sa.select(TaxRate.id))))
    if not has_promotions:
        async with database.unit() as unit:
            await _save_promotions(unit, currency)
    if not has_taxes:
        async with database.unit() as unit:
            await taxes.add_tax_rates(unit, tax_rates())
            for category_id in await _categories(unit, CLOTHES):
                await taxes.set_tax_class(unit, category_id=category_id, tax_class=CLOTHING)


async def _save_promotions(unit: UnitOfWork, currency: str) -> None:
    for draft, path, coupon in PROMOTIONS:
        scope = await _categories(unit, [path]) if path else []
        saved = await promotions.save_promotion(unit, draft=draft._replace(category_ids=scope), currency=currency)
        if coupon is not None:
            await promotions.save_coupon(unit, promotion_id=saved.id, code=coupon)


async def _categories(unit: UnitOfWork, paths: Sequence[Sequence[str]]) -> Sequence[UUID]:
    names = KnownNames()
    wanted = [tuple(path) for path in paths]
    await names.learn_categories(unit, wanted)
    return [names.category(path) for path in wanted]
