"""Gives the demo its places and carriers, once: they are written and computed in one transaction."""

import sqlalchemy as sa

from demo.delivery import CARRIERS, COUNTRY, postal_codes
from models.delivery import Carrier
from services import delivery
from services.delivery.codes import save_codes
from services.unit_of_work import Database


async def load_delivery(database: Database, *, currency: str) -> bool:
    """Returns whether there was anything to do: a store that has any carrier is left alone."""
    async with database.read() as session:
        if await session.scalar(sa.select(sa.exists(sa.select(Carrier.id)))):
            return False
    async with database.unit() as unit:
        for draft in CARRIERS:
            carrier = await delivery.save_carrier(unit, code=draft.code, name=draft.name, countries=[COUNTRY])
            for method in draft.methods:
                await delivery.save_method(
                    unit,
                    carrier_id=carrier.id,
                    code=method.code,
                    name=method.name,
                    rates=method.rates,
                    currency=currency,
                )
        await save_codes(unit, postal_codes(), country=COUNTRY)
        await delivery.recompute(unit, announced=True)
    return True
