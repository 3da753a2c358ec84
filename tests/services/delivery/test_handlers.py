"""What follows from an event of a warehouse, however often it comes."""

from uuid import UUID

import sqlalchemy as sa

from core.clock import utc_now
from core.ids import new_id
from core.settings import Settings
from services import delivery
from services.consumers import consumers
from services.inventory.events import WarehouseChanged
from services.messaging import Envelope
from services.unit_of_work import Database
from tests.factories.delivery import lanes, save_places, save_warehouse

QUEUED = sa.text("SELECT payload FROM pgqueuer WHERE entrypoint = 'delivery.recompute'")


def envelope(warehouse_id: UUID) -> Envelope:
    event = WarehouseChanged(warehouse_id).as_row()
    return Envelope(
        id=new_id(),
        type=event["type"],
        schema_version=event["schema_version"],
        key=event["key"],
        occurred_at=utc_now(),
        payload=event["payload"],
    )


async def test_a_warehouse_that_changed_twice_is_computed_once_and_served_from(database: Database) -> None:
    (consumer,) = [one for one in consumers(Settings()) if one.name == "delivery"]
    async with database.unit() as unit:
        await save_places(unit)
        warehouse = await save_warehouse(unit, "EAST", 40.7, -74.0)
        await unit.session.execute(sa.text("DELETE FROM pgqueuer"))

    for _ in range(2):
        async with database.unit() as unit:
            await consumer.handle(unit, envelope(warehouse))
    async with database.unit() as unit:
        await delivery.RECOMPUTE.run(unit, {"warehouses": [str(warehouse)]})

    assert consumer.versions == {WarehouseChanged.type: 1}
    assert consumer.topics == ("emporium.inventory",)
    async with database.read() as session:
        assert len((await session.scalars(QUEUED)).all()) == 1
    assert {lane[1] for lane in await lanes(database)} == {warehouse}


async def test_an_announced_change_counts_although_no_lane_differs(database: Database) -> None:
    async with database.unit() as unit:
        await save_places(unit)
        await save_warehouse(unit, "EAST", 40.7, -74.0)
        before = await delivery.recompute(unit)

    async with database.unit() as unit:
        done = await delivery.recompute(unit, announced=True)

    assert (done.written, done.deleted, done.version) == (0, 0, before.version + 1)
