"""Places, warehouses and carriers for tests of delivery."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from core.ids import new_id
from models.delivery import DeliveryLane
from models.inventory import Warehouse
from services import delivery
from services.delivery.codes import CodeRow, save_codes
from services.delivery.rules import RateDraft
from services.unit_of_work import Database, UnitOfWork

STANDARD = (RateDraft(300, 399, 1, 2), RateDraft(5_000, 799, 3, 6))
EXPRESS = (RateDraft(1_000, 1_999, 1, 1),)
Lane = tuple[UUID, UUID, UUID, int, int, int, int]


async def save_places(unit: UnitOfWork) -> None:
    """New York (zone 100), San Francisco (zone 941), Guam (zone 969), and a zone whose place is unknown (000).

    A carrier has a standard method, which crosses the continent, and an express one. Nothing reaches Guam.
    """
    codes = [
        CodeRow("10001", "100", 40.75, -73.99, "New York"),
        CodeRow("10002", "100", 40.71, -73.98, "New York"),
        CodeRow("94103", "941", 37.77, -122.41, "San Francisco"),
        CodeRow("96910", "969", 13.47, 144.75, "Hagatna"),
        CodeRow("00001", "000"),
    ]
    await save_codes(unit, codes, country="US")
    carrier = await delivery.save_carrier(unit, code="parcel", name="Parcel Post", countries=["US"])
    await save_method(unit, carrier.id, "standard", STANDARD)
    await save_method(unit, carrier.id, "express", EXPRESS)


async def save_method(
    unit: UnitOfWork, carrier_id: UUID, code: str, rates: Sequence[RateDraft], *, crosses_borders: bool = False
) -> UUID:
    """A method named after its code; its id."""
    saved = await delivery.save_method(
        unit,
        carrier_id=carrier_id,
        code=code,
        name=code.title(),
        rates=rates,
        currency="USD",
        crosses_borders=crosses_borders,
    )
    return saved.id


async def save_warehouse(
    unit: UnitOfWork, code: str, latitude: float, longitude: float, *, country: str = "US"
) -> UUID:
    """A warehouse's id."""
    key = new_id()
    values = {"id": key, "code": code, "name": code, "country": country, "postal_code": "10001"}
    await unit.session.execute(sa.insert(Warehouse).values(**values, latitude=latitude, longitude=longitude))
    return key


async def lanes(database: Database) -> set[Lane]:
    """The whole matrix: zone, warehouse, method, kilometres, price, days at least and at most."""
    columns = (
        DeliveryLane.zone_id,
        DeliveryLane.warehouse_id,
        DeliveryLane.method_id,
        DeliveryLane.distance_km,
        DeliveryLane.price_minor,
        DeliveryLane.min_days,
        DeliveryLane.max_days,
    )
    async with database.read() as session:
        rows = await session.execute(sa.select(*columns))
        return {(row[0], row[1], row[2], row[3], row[4], row[5], row[6]) for row in rows}


async def version(database: Database) -> int:
    """The matrix's version."""
    async with database.read() as session:
        return int(await session.scalar(sa.text("SELECT version FROM delivery_matrix")) or 0)
